"""Tables and graphs to and from other tools."""

from __future__ import annotations

from pathlib import Path

import duckdb
import networkx as nx
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ambassadors as amb

ACTS = pl.DataFrame(
    {
        "source": ["anna", "bo", "bo"],
        "target": ["cafe", "cafe", "anna"],
        "kind": ["like", "comment", "like"],
        "at": ["2026-05-01T09:00Z", "2026-05-02T09:00Z", "2026-05-03T09:00Z"],
    }
)
FORMS = {
    "polars": lambda frame: frame,
    "lazily collected": lambda frame: frame.lazy().collect(),
    "pyarrow": lambda frame: frame.to_arrow(),
    "a reader of batches": lambda frame: pa.RecordBatchReader.from_stream(frame),
    "DuckDB": lambda frame: duckdb.sql("select * from frame").to_arrow_table(),
}


def _cafe(**frames: object) -> amb.Community:
    return amb.from_tables("cafe", brand=["instagram:cafe"], platform="instagram", **frames)  # type: ignore[arg-type]


@pytest.mark.parametrize("form", FORMS)
def test_tables_of_any_library_give_the_same_community(form: str) -> None:
    """What speaks Arrow comes in, and means the same as a frame of polars."""
    made = _cafe(interactions=FORMS[form](ACTS))

    assert made.interactions.equals(_cafe(interactions=ACTS).interactions)
    assert made.accounts["account"].to_list() == ["instagram:anna", "instagram:bo", "instagram:cafe"]


def test_bad_rows_are_rejected_as_those_of_files_are() -> None:
    """Rows in are rows accepted and rejected; each reject has its row number and reason."""
    acts = pl.concat([ACTS, ACTS.head(1).with_columns(kind=pl.lit("wink")), ACTS.head(1).with_columns(at=pl.lit("?"))])

    made = _cafe(interactions=acts)

    (intake,) = made.intakes
    assert (intake.rows, intake.accepted, intake.rejected) == (5, 3, 2)
    assert made.rejects.select("file", "line", "column").rows() == [
        ("interactions", 4, "kind"),
        ("interactions", 5, "at"),
    ]


def test_accounts_are_read_before_what_names_them_by_handle() -> None:
    """Whatever the order of the arguments, handles are those of the accounts."""
    accounts = pl.DataFrame({"account": ["1", "2", "3"], "handle": ["anna", "bo", "cafe"]})

    made = amb.from_tables(
        "cafe", brand=["@cafe"], platform="instagram", handles=True, interactions=ACTS, accounts=accounts
    )

    assert made.interactions["source"].to_list() == ["instagram:1", "instagram:2", "instagram:2"]
    assert made.brand.accounts == ("instagram:3",)


def test_a_frame_of_another_table_says_which_tables_there_are() -> None:
    """A name that is no table's is answered with the nearest."""
    with pytest.raises(amb.AmbassadorsError, match="interactions"):
        _cafe(interaction=ACTS)


def test_a_column_that_no_table_has_is_not_passed_over() -> None:
    """Nothing is lost in silence: an unknown column is named, with the nearest that there is."""
    with pytest.raises(amb.AmbassadorsError, match=r"'kinds'.*kind"):
        _cafe(interactions=ACTS.rename({"kind": "kinds"}))


def test_times_without_a_zone_ask_for_one() -> None:
    """A frame of naive times is not taken for UTC unless that is said."""
    naive = ACTS.with_columns(pl.col("at").str.to_datetime(time_zone="UTC").dt.replace_time_zone(None))

    with pytest.raises(amb.AmbassadorsError, match="zone = 'UTC'"):
        _cafe(interactions=naive)
    assert _cafe(interactions=naive, zone="UTC").interactions.equals(_cafe(interactions=ACTS).interactions)


def test_what_is_no_table_is_refused() -> None:
    """A number is no table, and the message says what is."""
    with pytest.raises(amb.AmbassadorsError, match="Give a frame"):
        _cafe(interactions=3)


def test_a_brand_whose_rows_were_all_rejected_says_so() -> None:
    """Who is not found because the rows were turned away is told that, not that the name is wrong."""
    with pytest.raises(amb.AmbassadorsError, match="3 rows were rejected, 3 of them as no_zone"):
        _cafe(interactions=ACTS.with_columns(at=pl.lit("2026-05-01")))


@pytest.mark.parametrize("ending", ["gexf", "graphml"])
def test_a_written_graph_read_back_is_the_same(tmp_path: Path, ending: str) -> None:
    """Nodes, edges, weights and who is who come back from GEXF and GraphML; the file is the same each time."""
    graph = _cafe(interactions=ACTS).to_networkx()
    one, other = tmp_path / f"one.{ending}", tmp_path / f"other.{ending}"

    amb.write_graph(graph, one)
    amb.write_graph(graph, other)

    back = {"gexf": nx.read_gexf, "graphml": nx.read_graphml}[ending](one)
    assert set(back.edges) == set(graph.edges)
    assert back.nodes["instagram:cafe"]["role"] == "brand"
    assert back["instagram:bo"]["instagram:cafe"]["weight"] == pytest.approx(
        graph["instagram:bo"]["instagram:cafe"]["weight"]
    )
    assert one.read_bytes() == other.read_bytes()
    assert b"lastmodified" not in one.read_bytes()


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=20), st.one_of(st.none(), st.text(max_size=20), st.booleans(), st.integers(-9, 9)))
def test_any_text_can_be_written(tmp_path_factory: pytest.TempPathFactory, name: str, value: object) -> None:
    """No name and no attribute makes a file that cannot be read back."""
    graph = nx.DiGraph()
    graph.add_node(f"x:{name}", told=value)
    folder = tmp_path_factory.mktemp("graph")

    for ending, read in (("gexf", nx.read_gexf), ("graphml", nx.read_graphml)):
        amb.write_graph(graph, folder / f"g.{ending}")
        assert read(folder / f"g.{ending}").number_of_nodes() == 1


def test_an_ending_that_no_graph_has_is_refused(tmp_path: Path) -> None:
    """The message names the two that there are."""
    with pytest.raises(amb.AmbassadorsError, match=r"\.gexf or \.graphml"):
        amb.write_graph(nx.DiGraph(), tmp_path / "graph.csv")


def test_a_graph_is_written_nowhere_in_words(tmp_path: Path) -> None:
    """A folder that is not there is told, and nothing is left behind."""
    with pytest.raises(amb.AmbassadorsError, match="there is no folder"):
        amb.write_graph(nx.DiGraph(), tmp_path / "nowhere" / "g.gexf")


def test_two_nodes_never_become_one(tmp_path: Path) -> None:
    """Names that differ only in what XML cannot hold are refused, not merged."""
    with pytest.raises(amb.AmbassadorsError, match="the same name"):
        amb.write_graph(nx.DiGraph([("a\x00", "a\x01")]), tmp_path / "g.gexf")
    assert list(tmp_path.iterdir()) == []


def test_who_refuses_is_not_named_in_other_tools() -> None:
    """A node of who asked not to be found has neither handle nor name, and is no person to be ranked."""
    accounts = pl.DataFrame(
        {"account": ["anna", "bo", "cafe"], "handle": ["someone", "bo", "cafe"], "name": ["Anna", "Bo", "Cafe"]}
    ).with_columns(discoverable=pl.col("account") != "bo")

    graph = _cafe(accounts=accounts, interactions=ACTS).to_networkx()

    assert graph.nodes["instagram:anna"]["name"] == "Anna"
    assert graph.nodes["instagram:anna"]["role"] == "person"
    assert not {"handle", "name"} & graph.nodes["instagram:bo"].keys()
    assert graph.nodes["instagram:bo"]["role"] == "account"
    assert graph.nodes["instagram:cafe"] | {"handle": "cafe", "role": "brand"} == graph.nodes["instagram:cafe"]


@pytest.mark.parametrize(
    "settings", [[1], {"brand": "x"}, {"name": "other"}, {"files": []}, {"brand": {"accounts": ["x:a"]}}]
)
def test_settings_do_not_say_again_what_arguments_say(settings: object) -> None:
    """What would win or be lost in silence is refused in a sentence."""
    with pytest.raises(amb.AmbassadorsError, match="settings"):
        amb.from_tables("cafe", brand="instagram:cafe", platform="instagram", settings=settings, interactions=ACTS)  # type: ignore[arg-type]


def test_a_table_with_a_column_twice_is_refused() -> None:
    """No library's own error comes through."""
    twice = pa.table([["a"], ["b"], ["c"]], names=["source", "target", "target"])

    with pytest.raises(amb.AmbassadorsError, match="is no table"):
        _cafe(interactions=twice)
