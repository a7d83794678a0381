"""Merging: from pieces of evidence to people."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from ambassadors import identity, tables
from ambassadors.identity.edges import Edge
from ambassadors.identity.merging import merged

ENDS = [f"{platform}:{number}" for platform in ("x", "y", "z", "customer") for number in range(3)]
ends = st.lists(st.sampled_from(ENDS), min_size=2, max_size=2, unique=True)
ways = st.one_of(
    st.tuples(st.sampled_from(["recipe", "customer", "email", "profile"]), st.none()),
    st.tuples(st.just("fuzzy"), st.sampled_from([0.91, 0.95, 0.99])),
)
edges = st.lists(st.builds(lambda two, way: Edge(*two, way[0], "because", way[1]), ends, ways), max_size=12)


def customers(*rows: tuple[str, str | None, str | None]) -> pl.DataFrame:
    """Checked rows of customers: number, account, key of the address."""
    good, _ = tables.check(
        tables.CUSTOMERS, pl.DataFrame(rows, schema=["customer", "account", "email_key"], orient="row")
    )
    return good.select(tables.CUSTOMERS.names)


def accounts(*rows: tuple[str, str | None]) -> pl.DataFrame:
    """Checked rows of accounts: id, key of the address."""
    good, _ = tables.check(tables.ACCOUNTS, pl.DataFrame(rows, schema=["account", "email_key"], orient="row"))
    return good.select(tables.ACCOUNTS.names)


def groups(persons: identity.Persons) -> set[frozenset[str]]:
    """The people as sets of their accounts."""
    return {frozenset(group) for (group,) in persons.people.group_by("person").agg("account").select("account").rows()}


@given(edges=edges, data=st.data())
@settings(max_examples=150, deadline=None)
def test_the_order_of_evidence_changes_nothing(edges: list[Edge], data: st.DataObject) -> None:
    """The same evidence in any order, and either way round, makes the same people and the same table."""
    shuffled = data.draw(st.permutations(edges))

    once, again = (merged(some, {"x:1": 9}, {"z:0"}, {"y:1"}) for some in (edges, shuffled))

    assert once.people.equals(again.people)
    assert once.conflicts.equals(again.conflicts)


@given(edges=edges)
@settings(max_examples=150, deadline=None)
def test_people_are_classes(edges: list[Edge]) -> None:
    """No account is in two people, each stands for themselves, and what the brand said is always followed."""
    persons = merged(edges, {}, set(), set())
    people = persons.people

    assert people["account"].is_unique().all()
    assert people.filter(pl.col("account") == pl.col("person"))["account"].to_list() == sorted(set(people["person"]))
    for edge in edges:
        if edge.by == "recipe" and not any(end.startswith("customer:") for end in edge[:2]):
            assert persons.aliases(edge.one)[0] == persons.aliases(edge.other)[0]


@given(edges=edges)
@settings(max_examples=150, deadline=None)
def test_what_is_inferred_never_joins_two_accounts_of_a_platform(edges: list[Edge]) -> None:
    """Without the brand's or customers' own word, a person has one account a platform; what was refused is told."""
    inferred = [edge for edge in edges if edge.by not in ("recipe", "customer")]
    persons = merged(inferred, {}, {"z:0"}, set())

    for group in groups(persons):
        platforms = [one.partition(":")[0] for one in group if not one.startswith("customer:")]
        assert len(platforms) == len(set(platforms))
    assert not persons.people["account"].is_in(["z:0"]).any()
    for edge in inferred:
        told = persons.conflicts.filter(one=edge.one, other=edge.other).height > 0
        assert told or persons.aliases(edge.one)[0] == persons.aliases(edge.other)[0]


def test_equally_sure_evidence_that_contradicts_itself_is_refused_as_a_whole() -> None:
    """Of two accounts that could be the same person nobody is chosen by chance."""
    same = [Edge("y:1", "x:1", "profile", "a"), Edge("y:1", "x:2", "profile", "b")]

    persons = merged(same, {}, set(), set())

    assert persons.people.is_empty()
    assert persons.conflicts["why"].unique().to_list() == [
        "it would make x:1 and x:2 one person, and they are two accounts on x"
    ]


def test_the_likelier_likeness_wins() -> None:
    """Likenesses are followed from the highest probability down; the others are told."""
    alike = [Edge("x:1", "y:1", "fuzzy", "a", 0.95), Edge("x:2", "y:1", "fuzzy", "b", 0.97)]

    persons = merged(alike, {}, set(), set())

    assert persons.people.filter(by="fuzzy").select("account", "person", "probability").rows() == [("y:1", "x:2", 0.97)]
    assert persons.conflicts["one"].to_list() == ["x:1"]


def test_customers_with_one_address_are_one_person() -> None:
    """Numbers of one customer are joined; without an account the first number stands for them."""
    persons = identity.people(accounts(), customers(("C2", None, "k"), ("C1", None, "k"), ("C3", None, "j")))

    assert groups(persons) == {frozenset({"customer:C1", "customer:C2"})}
    assert persons.aliases("customer:C2")[0] == "customer:C1"


def test_an_address_that_everybody_has_is_nobodys() -> None:
    """A till's address, shared by many customers, joins nobody."""
    many = [(f"C{number}", None, "till") for number in range(11)]

    assert not identity.people(accounts(), customers(*many))


def test_a_declared_account_wins_over_an_address() -> None:
    """A customer whose own link says one account, and whose address says another of that platform, keeps the link."""
    persons = identity.people(accounts(("x:1", None), ("x:2", "k")), customers(("C1", "x:1", "k")))

    assert persons.people.is_empty()
    assert persons.conflicts.select("one", "other").rows() == [("x:2", "customer:C1")]


def test_an_address_that_confirms_a_link_changes_nothing() -> None:
    """A customer linked to an account with the same address has its rows already."""
    assert not identity.people(accounts(("x:1", "k")), customers(("C1", "x:1", "k")))
