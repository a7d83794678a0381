"""Community: nothing later than its moment exists in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import networkx as nx
import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import ambassadors as amb
from ambassadors import ladder, measures, repeats, tables
from ambassadors.character import apart, characters
from ambassadors.community import build
from ambassadors.errors import AmbassadorsError, UnknownAccount, UnknownName
from tests.conftest import FILES, RECIPE, Cafe

CUT = datetime(2026, 4, 1, tzinfo=UTC)


def test_the_tables_are_polars_frames_with_all_their_columns(community: amb.Community) -> None:
    """Every table has its declared columns and types, whatever the recipe maps."""
    assert community.follows.schema == tables.FOLLOWS.schema
    assert community.interactions.schema == tables.INTERACTIONS.schema
    assert community.interactions.height == 12


def test_accounts_are_all_who_are_named_anywhere(community: amb.Community) -> None:
    """Who is only seen in another table is an account too, and so is a customer whom no account is linked to."""
    assert set(community.accounts["account"]) == {
        "x:brand", "x:rival", "x:staff", "x:ann", "x:bob", "x:cy", "x:dan", "customer:C2",
    }  # fmt: skip


def test_the_latest_row_dates_the_community(community: amb.Community) -> None:
    """Without as_of, a community stands at its last dated row."""
    assert community.moment == datetime(2026, 5, 30, tzinfo=UTC)


def test_as_of_hides_what_came_later_from_every_table(community: amb.Community) -> None:
    """No table holds a later row, and who came later does not exist."""
    past = community.as_of("2026-04-01")

    assert (past.interactions.height, past.posts.height, past.orders.height) == (4, 2, 1)
    assert "x:dan" not in past.accounts["account"]
    assert past.moment == CUT


def test_as_of_takes_a_moment_in_any_zone(community: amb.Community) -> None:
    """The same moment in two zones is the same community."""
    here, there = community.as_of("2026-04-01T00:00:00Z"), community.as_of("2026-04-01T02:00:00+02:00")

    assert here.moment == there.moment
    with pytest.raises(AmbassadorsError, match="ISO 8601"):
        community.as_of("April")


def test_a_later_snapshot_does_not_reach_back(cafe: Cafe) -> None:
    """Followers observed later are unknown earlier: of two snapshots the one of the time counts."""
    rows = "id,handle,name,followers,following,seen\nann,ann,Ann,10,1,2026-01-01\nann,ann,Ann,9000,1,2026-05-01\n"
    recipe = RECIPE.replace('following = "following" }', 'following = "following", observed_at = "seen" }')
    brand = "brand,b,B,1,1,2026-01-01\nrival,r,R,1,1,2026-01-01\nstaff,s,S,1,1,2026-01-01\n"

    community = amb.read(cafe(recipe, accounts_csv=rows + brand))

    dates = (None, "2026-04-01", "2025-12-31")
    followers = [community.as_of(date).accounts.filter(account="x:ann")["followers"][0] for date in dates]

    assert followers == [9000, 10, None]


def test_a_refund_is_unknown_before_it_is_made(cafe: Cafe) -> None:
    """An order refunded in May was a good order in April."""
    orders = "customer,order,at,amount,back,back_at\nC1,O1,2026-01-10,10,10,2026-05-01\n"
    recipe = RECIPE.replace('amount = "amount" }', 'amount = "amount", refunded = "back", refunded_at = "back_at" }')

    community = amb.read(cafe(recipe, orders_csv=orders))

    assert community.orders["amount"].to_list() == [10.0, -10.0]
    assert community.as_of("2026-04-01").orders["amount"].to_list() == [10.0]


def test_what_was_hidden_cannot_be_shown_again(community: amb.Community) -> None:
    """A community as of April cannot become one as of May; the one that was read can."""
    past = community.as_of("2026-04-01")

    assert past.as_of("2026-03-01").interactions.height == 3
    with pytest.raises(AmbassadorsError, match="as of 2026-04-01"):
        past.as_of("2026-05-01")


def test_two_files_can_each_tell_a_part_of_an_account(cafe: Cafe, tmp_path: Path) -> None:
    """Names in one file and statistics in another make one account, whichever comes last."""
    (tmp_path / "stats.csv").write_text("id,listed\nann,7\nbrand,9\n")
    more = '\n[[files]]\ntable = "accounts"\npath = "stats.csv"\nplatform = "x"\n'
    columns = 'columns = { account = "id", listed = "listed" }\n'

    ann = amb.read(cafe(RECIPE + more + columns)).accounts.filter(account="x:ann").row(0, named=True)

    assert (ann["handle"], ann["followers"], ann["listed"]) == ("ann", 900, 7)


def test_an_account_opened_later_is_unknown_before(cafe: Cafe) -> None:
    """An account that no row observed is known from the day on which it was opened."""
    rows = FILES["accounts.csv"].replace("following", "following,opened").replace(",5000,10\n", ",5000,10,2020-01-01\n")
    rows += "late,late,Late,1,1,2026-05-01\n"
    rows = "\n".join(row if row.count(",") == 5 else row + "," for row in rows.strip().splitlines()) + "\n"
    community = amb.read(
        cafe(
            RECIPE.replace('following = "following" }', 'following = "following", created_at = "opened" }'),
            accounts_csv=rows,
        )
    )

    assert "x:late" in community.accounts["account"]
    assert "x:late" not in community.as_of("2026-04-01").accounts["account"]


def test_who_does_not_consent_is_no_candidate(cafe: Cafe) -> None:
    """A customer who refuses contact reaches no list, linked to an account or not."""
    customers = "customer,account,agrees\nC1,x:ann,no\nC2,,no\n"
    recipe = RECIPE.replace('account = "account" }', 'account = "account", consent = "agrees" }')

    candidates = amb.read(cafe(recipe, customers_csv=customers)).candidates["account"]

    assert set(candidates) == {"x:bob", "x:cy", "x:dan"}


def test_a_refusal_holds_for_every_account_and_at_every_date(cafe: Cafe) -> None:
    """Who refuses today is in no list of the past either, under none of their accounts."""
    customers = "customer,account,agrees,since\nC1,x:ann,yes,2026-01-01\nC1,x:bob,no,2026-05-29\n"
    recipe = RECIPE.replace('account = "account" }', 'account = "account", consent = "agrees", since = "since" }')
    community = amb.read(cafe(recipe, customers_csv=customers))

    for date in (None, "2026-03-01"):
        assert not {"x:ann", "x:bob"} & set(community.as_of(date).candidates["account"])


def test_an_exclusion_means_all_who_bear_the_handle_and_tells_who_is_nobody(cafe: Cafe, tmp_path: Path) -> None:
    """A handle on two platforms excludes both; a name that fits nobody is told, not passed over."""
    (tmp_path / "other.csv").write_text("id,handle\n7,ann\n")
    other = '\n[[files]]\ntable = "accounts"\npath = "other.csv"\nplatform = "y"\n'
    recipe = RECIPE.replace('staff = ["x:staff"]', 'staff = ["x:staff"]\nexclude = ["@ann", "@nobody", "z:*"]')

    community = amb.read(cafe(recipe + other + 'columns = { account = "id", handle = "handle" }\n'))

    assert not {"x:ann", "y:7"} & set(community.candidates["account"])
    assert community.brand.nobody == ("@nobody", "z:*")


def features(community: amb.Community) -> dict[str, pl.DataFrame]:
    """All that any step says of the accounts: every measure, rungs and moves, characters, and both rankings."""
    found = {name: measures.take(community, name) for name in measures.CATALOGUE}
    found["rungs"] = ladder.rungs(community)
    found["history"] = ladder.history(community)
    found["people"], found["conflicts"], found["emails"] = community.people, community.conflicts, community.emails
    found["characters"], found["apart"] = characters(community), apart(community)
    for ranking in ("influencers", "ambassadors"):
        found[ranking] = amb.rank(community, ranking)
        found[f"{ranking} list"] = amb.shortlist(community, ranking)
    return found


people = st.sampled_from(["x:ann", "x:bob", "x:cy", "x:dan", "x:new", "y:bob", "x:brand", "x:rival"])
later = st.datetimes(datetime(2026, 4, 1, 0, 0, 1), datetime(2026, 6, 1)).map(lambda at: at.replace(tzinfo=UTC))
acts = st.fixed_dictionaries({
    "source": people, "target": people, "kind": st.sampled_from(tables.KINDS), "at": later,
    "post": st.sampled_from([None, "x:p1", "x:p9"]), "weight": st.sampled_from([None, 50.0]),
    "rating": st.sampled_from([None, 1.0, 5.0]),
})  # fmt: skip
ties = st.fixed_dictionaries({"source": people, "target": people, "since": later}).filter(
    lambda t: t["source"] != t["target"]
)
snapshots = st.fixed_dictionaries({
    "account": people, "followers": st.integers(0, 10**7), "observed_at": later,
    "links": st.sampled_from([None, "x.com/ann", "x.com/bob y.com/bob"]),
    "url": st.sampled_from([None, "https://y.com/bob"]), "email_key": st.sampled_from([None, "k1", "k2"]),
})  # fmt: skip
buys = st.fixed_dictionaries(
    {
        "customer": st.sampled_from(["C1", "C2", "C9"]),
        "at": later,
        "amount": st.floats(-50, 50),
        "order": st.sampled_from([None, "O1"]),
    }
)
links = st.fixed_dictionaries({
    "customer": st.sampled_from(["C1", "C2", "C3"]), "account": people, "since": later,
    "email_key": st.sampled_from([None, "k1", "k2"]), "email": st.sampled_from([None, "ann@example.org"]),
})  # fmt: skip
publications = st.fixed_dictionaries({"post": st.sampled_from(["x:p1", "x:p9"]), "author": people, "at": later})
futures = st.fixed_dictionaries({
    "interactions": st.lists(acts, max_size=8), "follows": st.lists(ties, max_size=4),
    "accounts": st.lists(snapshots, max_size=4), "orders": st.lists(buys, max_size=4),
    "customers": st.lists(links, max_size=2), "posts": st.lists(publications, max_size=3),
})  # fmt: skip


AFTER = datetime(2026, 5, 1, tzinfo=UTC)
#: Something later in every table at once, so that no table can go unwatched by chance.
EVERYWHERE: dict[str, list[dict[str, Any]]] = {
    "interactions": [{"source": "x:bob", "target": "x:brand", "kind": "share", "at": AFTER, "post": "x:p1"}],
    "follows": [{"source": "x:new", "target": "x:bob", "since": AFTER}],
    "accounts": [
        {"account": "x:bob", "followers": 7, "observed_at": AFTER, "links": "y.com/bob", "email_key": None},
        {"account": "y:bob", "url": "https://y.com/bob", "links": "x.com/bob", "observed_at": AFTER},
        {"account": "y:cy", "followers": 99, "email_key": "k1", "observed_at": AFTER},
    ],
    "orders": [{"customer": "C2", "at": AFTER, "amount": 99.0, "order": "O9"}],
    "customers": [
        {"customer": "C1", "account": "y:ann", "since": AFTER},
        {"customer": "C2", "account": "x:cy", "email_key": "k1", "since": AFTER},
    ],
    "posts": [{"post": "x:p9", "author": "x:bob", "at": AFTER}],
    "offers": [{"account": "x:bob", "campaign": "c1", "at": AFTER, "answered_at": AFTER}],
}


@given(future=futures)
@example(future=EVERYWHERE)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_future(tmp_path_factory: pytest.TempPathFactory, future: dict[str, list[dict[str, Any]]]) -> None:
    """Whatever happens after the cut-off, everything said as of it stays the same, byte by byte."""
    folder = _written(tmp_path_factory.mktemp("cafe"))
    whole = amb.read(folder)
    kept = dict(whole.as_of(CUT).kept)
    for name, rows in future.items():
        table = tables.TABLES[name]
        good, rejects = (
            tables.check(table, pl.DataFrame(rows, infer_schema_length=None))
            if rows
            else (table.empty(), table.empty())
        )
        assert rejects.is_empty()
        known = kept.get(name, table.empty())
        kept[name] = repeats.collapse(table, pl.concat([known, good.select(table.names)]))

    before, after = features(whole.as_of(CUT)), features(build(whole.recipe, kept).as_of(CUT))

    for name, frame in before.items():
        assert frame.equals(after[name]), name


def _written(folder: Path) -> Path:
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "brand.toml").write_text(RECIPE, encoding="utf-8")
    return folder / "brand.toml"


def test_the_no_future_test_has_teeth(community: amb.Community) -> None:
    """What happened after the cut-off does change what is said later: the comparison above is not of constants."""
    assert not measures.take(community, "responders").equals(measures.take(community.as_of(CUT), "responders"))


def test_the_no_future_test_joins_people(tmp_path: Path) -> None:
    """The future of the comparison above does make one person of several accounts, each kind of evidence once."""
    community = amb.read(_written(tmp_path))
    kept = dict(community.kept)
    for name in ("accounts", "customers"):
        good, _ = tables.check(tables.TABLES[name], pl.DataFrame(EVERYWHERE[name], infer_schema_length=None))
        kept[name] = pl.concat([kept[name], good.select(tables.TABLES[name].names)])

    assert set(build(community.recipe, kept).people["by"].drop_nulls()) == {"customer", "email", "profile"}


def test_a_graph_is_a_networkx_digraph(community: amb.Community) -> None:
    """networkx functions take a community's graph as it is, isolated accounts included."""
    graph = community.graph("follows")

    assert isinstance(graph, nx.DiGraph)
    assert graph.number_of_nodes() == community.accounts.height
    assert set(graph.edges) == set(community.follows.select("source", "target").iter_rows())
    assert max(nx.pagerank(graph), key=nx.pagerank(graph).__getitem__) == "x:brand"
    assert set(nx.ego_graph(graph, "x:ann")) == {"x:ann", "x:brand", "x:bob"}


def test_an_edge_of_interactions_weighs_by_kind_and_age(community: amb.Community) -> None:
    """A weight is the kind's weight, halved with each half-life; acts between the same two are added."""
    graph = community.graph("interactions")
    assert community.moment is not None
    ages = [(community.moment - datetime(2026, 5, day, tzinfo=UTC)) / timedelta(days=90) for day in (5, 6)]

    assert graph["x:ann"]["x:dan"]["weight"] == pytest.approx(sum(2 * 0.5**age for age in ages), rel=1e-6)


def test_an_unknown_graph_is_answered_with_the_right_one(community: amb.Community) -> None:
    """A misspelt graph is told with the name that was meant."""
    with pytest.raises(UnknownName, match="'follows'"):
        community.graph("folows")


def test_a_brand_account_that_is_not_in_the_data_is_an_error(cafe: Cafe) -> None:
    """The recipe's key and the nearest handle are told."""
    recipe = cafe(RECIPE.replace('accounts = ["x:brand"]', 'accounts = ["@thecaffe"]'))

    with pytest.raises(UnknownAccount, match=r"brand\.accounts: .*Did you mean 'x:@thecafe'"):
        amb.read(recipe)


def test_the_brand_its_rivals_staff_and_exclusions_are_no_candidates(cafe: Cafe) -> None:
    """Whom the recipe names is never ranked; whom an exclusion list names may be absent."""
    recipe = cafe(RECIPE.replace('staff = ["x:staff"]', 'staff = ["x:staff"]\nexclude = ["@cy", "x:d*", "x:nobody"]'))

    assert set(amb.read(recipe).candidates["account"]) == {"x:ann", "x:bob", "customer:C2"}


@pytest.mark.parametrize(
    ("flag", "refuses", "agrees"),
    [
        ("discoverable", "false", "true"),
        ("indexable", "false", "true"),
        ("noindex", "true", "false"),
        ("hide_collections", "true", "false"),
        ("protected", "true", "false"),
        ("under_age", "true", "false"),
    ],
)
def test_who_asked_not_to_be_found_is_no_candidate(flag: str, refuses: str, agrees: str, cafe: Cafe) -> None:
    """Each flag that says so keeps an account out of every list; the other value, and none at all, do not."""
    text = FILES["accounts.csv"].replace("following", "following,found")
    text = text.replace("900,200", f"900,200,{refuses}").replace("20000,300", f"20000,300,{agrees}")
    recipe = RECIPE.replace('following = "following" }', f'following = "following", {flag} = "found" }}')
    rows = [line if line.count(",") == 5 else line + "," for line in text.strip().splitlines()]

    community = amb.read(cafe(recipe, accounts_csv="\n".join(rows) + "\n"))

    assert "x:ann" not in community.candidates["account"]
    assert {"x:bob", "x:cy"} <= set(community.candidates["account"])


def test_a_site_that_speaks_of_the_brand_is_nobody_to_ask(cafe: Cafe) -> None:
    """What stands on the platform of pages is counted, and never ranked."""
    recipe = RECIPE.replace('path = "interactions.csv"\nplatform = "x"', 'path = "interactions.csv"\nplatform = "web"')

    community = amb.read(cafe(recipe))

    assert "web:ann" in community.accounts["account"]
    assert not community.candidates["account"].str.starts_with("web:").any()


def test_an_act_without_a_time_is_seen_once_it_surely_came(cafe: Cafe) -> None:
    """An act that may have come between two moments is unknown before the second, wherever its earliest lies."""
    recipe = RECIPE.replace('text = "text" }', 'text = "text", at_latest = "by" }')
    header, first, *rest = FILES["interactions.csv"].strip().splitlines()
    rows = [f"{header},by", f"{first},2026-03-01", *(f"{row}," for row in rest)]

    community = amb.read(cafe(recipe, interactions_csv="\n".join(rows) + "\n"))

    def likes(when: str) -> int:
        return community.as_of(when).interactions.filter(pl.col("source") == "x:ann", pl.col("post") == "x:p1").height

    assert [likes("2026-02-15"), likes("2026-03-02")] == [0, 1]
    assert community.interactions.height == 12


def test_the_acts_of_the_brand_alone_say_nothing_of_others(cafe: Cafe) -> None:
    """A download of the brand's own account ranks nobody by responses, and says why."""
    text = "source,target,kind,at,post,text\nbrand,ann,like,2026-02-01,,\nbrand,bob,like,2026-02-02,,\n"

    community = amb.read(cafe(interactions_csv=text))

    assert not community.others_act
    assert "nobody but the brand itself acts" in measures.lacking(community, measures.named("responders").needs)
