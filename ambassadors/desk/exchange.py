"""Tables and graphs to and from other tools: frames with Arrow's C stream in, GEXF and GraphML for Gephi out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import polars as pl

from ambassadors import assembly, community, ladder, score, tables
from ambassadors.desk.community import Community
from ambassadors.errors import AmbassadorsError, NotEnoughData, SourceError, UnknownName, did_you_mean
from ambassadors.recipe import parse
from ambassadors.sources.reading import read_frames

if TYPE_CHECKING:
    import networkx as nx

#: What a drawing program is told of each account, beside its score in each ranking.
TOLD = ("handle", "name", "platform", "followers", "language")
#: Characters that no XML may hold, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: The columns of ids that a frame may give as handles.
_IDS = ("account", "source", "target", "author")


class Arrow(Protocol):
    """A table of any library that speaks Arrow's C stream: polars, pyarrow, pandas, DuckDB, ..."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The table as a stream of record batches."""


def from_tables(
    name: str,
    *,
    brand: Sequence[str],
    rivals: Sequence[str] = (),
    platform: str | None = None,
    handles: bool = False,
    zone: str | None = None,
    settings: Mapping[str, Any] | None = None,
    **frames: Arrow,
) -> Community:
    """A community of tables in memory, each under its name: ``follows=frame, interactions=frame, accounts=frame, ...``.

    A frame has the columns of that table (:mod:`ambassadors.tables`) and comes from any library that speaks Arrow.
    ``platform`` is put before ids that lack one, with ``handles`` the ids of all tables but accounts are handles, and
    ``zone`` is that of times which name none. ``settings`` are further sections of a recipe, such as
    ``{"rank": {"k": 20}}``. Rows are judged as strictly as those of files: what is wrong stands in ``rejects``.

    Raises :class:`UnknownName` for a table or column that there is not, :class:`RecipeError` for wrong settings.

    >>> acts = pl.DataFrame({"source": ["anna", "bo"], "target": "cafe", "kind": "like", "at": "2026-05-01T09:00Z"})
    >>> cafe = from_tables("cafe", brand=["instagram:cafe"], platform="instagram", interactions=acts)
    >>> cafe.accounts["account"].to_list()
    ['instagram:anna', 'instagram:bo', 'instagram:cafe']
    """
    held = {table: _frame(table, frame) for table, frame in frames.items()}
    sections = [_section(table, frame, platform, handles) for table, frame in held.items()]
    given = {"name": name, **({"zone": zone} if zone else {}), **(settings or {}), "files": sections}
    given["brand"] = {"accounts": list(brand), "rivals": list(rivals), **given.get("brand", {})}
    recipe = parse(given, "from_tables")
    return Community.of(assembly.assemble(recipe, read_frames(recipe, held)))


def _frame(name: str, frame: Arrow) -> pl.DataFrame:
    """The frame in polars, if it is one of a table that we have, and all of its columns are that table's."""
    if name not in tables.TABLES:
        raise UnknownName(f"there is no table {name!r}. {did_you_mean(name, tables.TABLES)}")
    try:
        found = frame if isinstance(frame, pl.DataFrame) else pl.DataFrame(frame)
    except (TypeError, ValueError) as error:
        raise SourceError(
            name, f"is no table ({error}).", "Give a frame of polars, pandas, pyarrow or DuckDB."
        ) from None
    known = tables.TABLES[name].names
    for column in found.columns:
        if column not in known:
            remedy = f"Rename it, or leave it out with select. Its columns: {', '.join(known)}."
            raise UnknownName(f"{name}: there is no column {column!r}. {did_you_mean(column, known)} {remedy}")
    return found


def _section(table: str, frame: pl.DataFrame, platform: str | None, handles: bool) -> dict[str, Any]:
    """The section of a recipe that reads a frame whose columns are called as ours."""
    named = _IDS if handles and table != "accounts" else ()  # who bears a handle is said by the accounts
    cells = {name: {"column": name, **({"handle": True} if name in named else {})} for name in frame.columns}
    return {"table": table, "path": [table], "columns": cells, **({"platform": platform} if platform else {})}


def attributes(of: community.Community) -> pl.DataFrame:
    """What each account is and where it stands, a row an account: what :meth:`Community.to_networkx` puts on nodes.

    Beside what is known of the account (:data:`TOLD`), its ``role`` (brand, rival, staff, person), its ``rung``, and
    its score in each ranking that can be made.
    """
    roles = {
        account: role
        for role, names in (("staff", of.brand.staff), ("rival", of.brand.rivals), ("brand", of.brand.accounts))
        for account in names
    }
    known = [name for name in TOLD if name in of.accounts.columns]
    role = pl.col("account").replace_strict(roles, default="person", return_dtype=pl.String).alias("role")
    told = of.accounts.select("account", *known, role)
    told = told.join(ladder.rungs(of).select("account", "rung"), "account", how="left", maintain_order="left")
    for ranking in score.RANKINGS:
        try:
            ranked = score.order(of, ranking).select("account", pl.col("score").alias(ranking))
        except NotEnoughData:
            continue
        told = told.join(ranked, "account", how="left", maintain_order="left")
    return told


def write_graph(graph: nx.Graph[Any], path: Path | str) -> None:
    """A graph as GEXF or GraphML, by the name's ending, for Gephi, Cytoscape, yEd; the same graph as the same bytes.

    Attributes without a value are left out, and characters that XML cannot hold are replaced by ``?``.

    Raises :class:`AmbassadorsError` for any other ending.

    >>> import networkx as nx, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_graph(nx.DiGraph([("x:anna", "x:cafe")]), Path(folder, "cafe.graphml"))
    ...     nx.read_graphml(Path(folder, "cafe.graphml")).number_of_edges()
    1
    """
    import networkx as nx

    where = Path(path)
    match where.suffix.lower():
        case ".gexf":
            # networkx writes the day on which it was written
            text = "\n".join(nx.generate_gexf(_plain(graph)))
            where.write_text(re.sub(r' lastmodifieddate="[^"]*"', "", text, count=1), encoding="utf-8")
        case ".graphml":
            nx.write_graphml(_plain(graph), where)
        case _:
            raise AmbassadorsError(f"{where}: a graph is written as .gexf or .graphml.")


def _plain(graph: nx.Graph[Any]) -> nx.Graph[Any]:
    """The graph with plain attributes only: numbers, truths, and texts that XML can hold."""
    import networkx as nx

    made: nx.Graph[Any] = nx.DiGraph() if graph.is_directed() else nx.Graph()
    made.add_nodes_from((_text(node), _values(data)) for node, data in graph.nodes(data=True))
    made.add_edges_from((_text(one), _text(other), _values(data)) for one, other, data in graph.edges(data=True))
    return made


def _values(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(value) for name, value in data.items() if value is not None}


def _value(value: Any) -> Any:
    if isinstance(value, bool | int | float):
        return value
    return _text(value.isoformat() if isinstance(value, date) else value)


def _text(value: Any) -> str:
    return _NOT_XML.sub("?", str(value))
