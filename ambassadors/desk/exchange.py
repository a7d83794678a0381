"""Tables and graphs to and from other tools: frames with Arrow's C stream in, GEXF and GraphML for Gephi out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import polars as pl

from ambassadors import assembly, community, ladder, score, tables
from ambassadors.delivery import check_places
from ambassadors.delivery.files import whole
from ambassadors.desk.community import Community
from ambassadors.errors import AmbassadorsError, NotEnoughData, SourceError, UnknownName, did_you_mean
from ambassadors.recipe import parse
from ambassadors.sources.reading import read_frames

if TYPE_CHECKING:
    import networkx as nx

#: The forms in which a graph is written.
FORMS = (".gexf", ".graphml")
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
    brand: str | Sequence[str],
    rivals: str | Sequence[str] = (),
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
    given = {"name": name, **({"zone": zone} if zone else {}), "brand": {}, **_further(settings or {})}
    given["brand"] = {"accounts": _names(brand), "rivals": _names(rivals), **given["brand"]}
    recipe = parse({**given, "files": sections}, "from_tables")
    return Community.of(assembly.assemble(recipe, read_frames(recipe, held)))


def _names(given: str | Sequence[str]) -> list[str]:
    return [given] if isinstance(given, str) else list(given)


def _further(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The further sections; raises where they would say again what the arguments say."""
    if not isinstance(settings, Mapping) or not isinstance(settings.get("brand", {}), Mapping):
        raise AmbassadorsError('settings are sections of a recipe by name, such as {"rank": {"k": 20}}.')
    twice = [name for name in ("name", "zone", "files") if name in settings]
    twice += [f"brand.{name}" for name in ("accounts", "rivals") if name in settings.get("brand", {})]
    if twice:
        raise AmbassadorsError(f"settings hold {', '.join(twice)}: give that as an argument of from_tables.")
    return dict(settings)


def _frame(name: str, frame: Arrow) -> pl.DataFrame:
    """The frame in polars, if it is one of a table that we have, and all of its columns are that table's."""
    if name not in tables.TABLES:
        raise UnknownName(f"there is no table {name!r}. {did_you_mean(name, tables.TABLES)}")
    try:
        found = frame if isinstance(frame, pl.DataFrame) else pl.DataFrame(frame)
    except (TypeError, ValueError, pl.exceptions.PolarsError) as error:
        remedy = "Give a frame of polars (of a LazyFrame: .collect()), pandas, pyarrow or DuckDB."
        raise SourceError(name, f"is no table ({error}).", remedy) from None
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

    Beside what is known of the account (:data:`TOLD`), its ``role`` (brand, rival, staff, person, or account, who may
    not be ranked), its ``rung``, and its score in each ranking that can be made. Who asked not to be found has neither
    handle nor name here.
    """
    told = of.accounts.select("account", *TOLD).join(of.called, "account", how="left", maintain_order="left")
    named = pl.when("named")
    told = told.with_columns(named.then("handle").alias("handle"), named.then("name").alias("name"))
    told = told.drop("label", "named")
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

    The file appears whole or not at all. Raises :class:`AmbassadorsError` for any other ending, or where two nodes
    would become one, and :class:`OutputError` for a place where nothing can be written.

    >>> import networkx as nx, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_graph(nx.DiGraph([("x:anna", "x:cafe")]), Path(folder, "cafe.graphml"))
    ...     nx.read_graphml(Path(folder, "cafe.graphml")).number_of_edges()
    1
    """
    import networkx as nx

    where = Path(path)
    if where.suffix.lower() not in FORMS:
        raise AmbassadorsError(f"{where}: a graph is written as .gexf or .graphml.")
    check_places(where)
    plain = _plain(graph)
    with whole(where) as place:
        if where.suffix.lower() == ".graphml":
            nx.write_graphml(plain, place)
        else:  # networkx writes the day on which it was written
            text = "\n".join(nx.generate_gexf(plain))
            place.write_text(re.sub(r' lastmodifieddate="[^"]*"', "", text, count=1), encoding="utf-8")


def _plain(graph: nx.Graph[Any]) -> nx.Graph[Any]:
    """The graph with plain attributes only: numbers, truths, and texts that XML can hold."""
    import networkx as nx

    kinds = {(False, False): nx.Graph, (True, False): nx.DiGraph, (False, True): nx.MultiGraph}
    made: nx.Graph[Any] = kinds.get((graph.is_directed(), graph.is_multigraph()), nx.MultiDiGraph)()
    made.add_nodes_from((_text(node), _values(data)) for node, data in graph.nodes(data=True))
    if len(made) < len(graph):
        raise AmbassadorsError("two nodes would have the same name without the characters that XML cannot hold.")
    made.add_edges_from((_text(one), _text(other), _values(data)) for one, other, data in graph.edges(data=True))
    return made


def _values(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(value) for name, value in data.items() if value is not None}


def _value(value: Any) -> Any:
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, bool | int | float):
        return value
    return _text(value.isoformat() if isinstance(value, date) else value)


def _text(value: Any) -> str:
    return _NOT_XML.sub("?", str(value))
