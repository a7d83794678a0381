"""The three lists: who stands on which, in what order, and in which words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import polars as pl
import pytest

import ambassadors as amb
from ambassadors import delivery, ladder, score
from ambassadors.character import apart
from ambassadors.errors import AmbassadorsError
from ambassadors.propensity import TOO_NEW, Model
from ambassadors.propensity.model import Feature
from ambassadors.shortlists import COLUMNS, MANAGERS
from ambassadors.three_lists import LISTS, PROVEN, READY, UNPROVEN, Lists, lists
from tests.conftest import FILES, Cafe
from tests.seen_html import seen
from tests.towns import FANS, asking, fans, foretold, some_fans, town

CHANCES = ("probability", "probability_low", "probability_high")


@cache
def whole() -> Lists:
    """All three lists of the town, as long as they can be."""
    return lists(town(), k=5000)


def rungs(accounts: pl.Series) -> set[str | None]:
    """The rungs on which those accounts stand."""
    return set(ladder.rungs(town()).filter(pl.col("account").is_in(accounts.implode()))["rung"])


def reasons_of(table: pl.DataFrame) -> Iterator[str]:
    """All reasons of a list."""
    told = table.select(pl.concat_list("reason_1", "reason_2", "reason_3")).to_series()
    yield from told.explode().drop_nulls()


def test_the_three_lists_have_the_columns_of_any_list() -> None:
    """The same in each, with somebody on each, and nothing to excuse."""
    assert tuple(whole().tables) == LISTS
    assert whole().empty == {}
    for table in whole().tables.values():
        assert table.columns == list(COLUMNS)
        assert table.height > 10
        assert table["rank"].to_list() == list(range(1, table.height + 1))


def test_each_list_has_its_rungs() -> None:
    """Who recommends or defends is proven; who likes can move up; who has only begun to like is unproven."""
    tables = whole().tables

    assert rungs(tables[PROVEN]["account"]) == {"advocate", "defend"}
    assert rungs(tables[READY]["account"]) == {"like"}
    assert rungs(tables[UNPROVEN]["account"]) <= {"aware", "like"}


def test_nobody_is_proven_and_asked_to_prove_themselves() -> None:
    """The proven stand on neither of the other lists, and nobody twice on any."""
    people = {name: table["account"] for name, table in whole().tables.items()}

    for accounts in people.values():
        assert accounts.n_unique() == accounts.len()
    assert not set(people[PROVEN]) & {*people[READY], *people[UNPROVEN]}


def test_nobody_who_is_told_apart_stands_on_a_list() -> None:
    """Staff, rivals, who is paid and who comes for prizes; they are named beside the lists, with the evidence."""
    found = whole()

    assert found.apart.height == apart(town()).height > 0
    assert found.apart.columns == ["account", "person", "platform", "handle", "why", "evidence", *MANAGERS]
    for table in found.tables.values():
        assert not set(table["account"]) & set(found.apart["account"])


def test_who_is_held_back_stands_on_no_list(cafe: Cafe) -> None:
    """What managers noted takes people off all lists, into those set apart; a stranger in the notes is nobody here."""
    community = amb.read(cafe())
    on_lists = {account for table in lists(community).tables.values() for account in table["account"]}
    whom = [*sorted(on_lists), "x:stranger"]
    held = pl.DataFrame({"account": whom, "why": "cooling down", "evidence": "Asked on 2026-05-20."})

    found = lists(community, held=held)

    assert on_lists
    assert all(table.is_empty() for table in found.tables.values())
    assert found.apart.filter(why="cooling down")["account"].to_list() == sorted(on_lists)
    assert found.apart.select(MANAGERS).null_count().row(0) == (found.apart.height,) * len(MANAGERS)
    assert [found.apart.schema[name] for name in MANAGERS] == [COLUMNS[name] for name in MANAGERS]


def test_what_the_data_says_of_who_is_held_back_comes_first(cafe: Cafe) -> None:
    """Staff are staff, whatever is noted about them; each stands there once."""
    held = pl.DataFrame({"account": ["x:staff"], "why": ["do not contact"], "evidence": ["They asked."]})

    found = lists(amb.read(cafe()), held=held).apart

    assert found.filter(account="x:staff")["why"].to_list() == ["staff"]
    assert found["account"].is_unique().all()


def test_the_proven_stand_in_the_order_of_ambassadors() -> None:
    """And the unproven in that of influencers, from among their first twentieth."""
    ambassadors = score.rank(town(), "ambassadors")["account"].to_list()
    influencers = score.rank(town(), "influencers")["account"].to_list()
    proven, unproven = (whole().tables[name]["account"].to_list() for name in (PROVEN, UNPROVEN))

    assert sorted(proven, key=ambassadors.index) == proven
    assert sorted(unproven, key=influencers.index) == unproven
    assert influencers.index(unproven[-1]) < len(influencers) * 0.05


def test_the_ready_are_all_at_risk_likeliest_first() -> None:
    """In the order of the forecast, with its probabilities to three digits."""
    ready = whole().tables[READY]
    expected = foretold().people.join(whole().apart, "account", how="anti", maintain_order="left")

    assert ready["account"].to_list() == expected["account"].to_list()
    for name in CHANCES:
        assert ready[name].equals(expected[name].round(3))
    assert set(ready["moves_to"]) == {"reach love within 30 days"}


def test_the_other_lists_promise_no_move() -> None:
    """What is foretold stands on the list of those of whom it is foretold."""
    for name in (PROVEN, UNPROVEN):
        table = whole().tables[name]
        for column in (*CHANCES, "probability_says", "moves_to", "value_of_asking"):
            assert table[column].null_count() == table.height


def test_every_reason_is_a_sentence_with_a_number() -> None:
    """A capital, a full stop, no hole, and a number or a day; each is said once a person."""
    for table in whole().tables.values():
        for reason in reasons_of(table):
            assert re.fullmatch(r"[A-Z0-9].*\.", reason), reason
            assert not re.search(r"None|nan|inf\b|[{}]|e[+-]\d|_", reason), reason
            assert re.search(r"\d|today|yesterday|[Ff]ollows the brand|[Nn]othing is known", reason), reason
        for row in table.select("reason_1", "reason_2", "reason_3").rows():
            told = [reason for reason in row if reason]
            assert len(set(told)) == len(told)


def test_nothing_counted_is_no_reason() -> None:
    """Nobody is likely to move because of 0 of something."""
    for reason in reasons_of(whole().tables[READY]):
        assert not re.match(r"0 ", reason), reason


def test_a_probability_is_said_with_what_came_of_others() -> None:
    """Whoever has one is told how it went for those who were given as much; whoever has none is told why."""
    ready = whole().tables[READY]
    record = r"Of \d[\d,]* people who were given about as much at earlier dates [\d,]+ moved\."
    few = r"Only \d people were given about as much at earlier dates\."

    for chance, says in ready.select("probability", "probability_says").iter_rows():
        if chance is None:
            assert says == f"{TOO_NEW.capitalize()}: first seen less than a quarter of the horizon ago."
        else:
            assert re.fullmatch(f"{record}|{few}", says), says


def test_a_record_can_be_counted_again() -> None:
    """Of the past forecasts, those of as much times or over 1.5."""
    chance, happened = foretold().record
    row = foretold().people.row(20, named=True)
    alike = (chance >= row["probability"] / 1.5) & (chance <= row["probability"] * 1.5)
    listed = whole().tables[READY].row(by_predicate=pl.col("account") == row["account"], named=True)

    assert listed["probability_says"].startswith(f"Of {alike.sum():,} people")
    assert listed["probability_says"].endswith(f" {happened[alike].sum():,} moved.")


def test_the_value_of_asking_is_probability_times_influence() -> None:
    """Of whomever has both; of nobody else."""
    ready = whole().tables[READY]
    both = ready.filter(pl.col("probability").is_not_null(), pl.col("influence").is_not_null())

    assert both.height > 100
    assert ready["value_of_asking"].count() == both.height
    # the probability is shown to three digits
    expected = both["probability"] * both["influence"]
    assert ((both["value_of_asking"] - expected).abs() <= 0.0005 * both["influence"] + 0.0051).all()


def test_influence_is_the_score_of_influencers() -> None:
    """The same on each list; a customer without an account has none."""
    scores = dict(score.rank(town(), "influencers").select("account", "score").iter_rows())

    for table in whole().tables.values():
        for account, influence in table.select("account", "influence").iter_rows():
            assert influence == scores.get(account)


def test_k_is_how_many_each_list_has() -> None:
    """The first of each, the same as on the longer list."""
    short = lists(town(), k=3)

    for name, table in short.tables.items():
        assert table.equals(whole().tables[name].head(3))


@pytest.mark.parametrize("k", [0, -1, 10_000_001])
def test_a_k_that_makes_no_list_is_refused(community: amb.Community, k: int) -> None:
    """And it is said from where to where it goes."""
    with pytest.raises(AmbassadorsError, match=f"k is {k}: a list has from 1 to 10,000,000 people"):
        lists(community, k=k)


def test_the_same_community_gives_the_same_bytes(tmp_path: Path) -> None:
    """From rows read twice to files written twice."""
    files = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        made = lists(fans(tmp_path / name, some_fans()), k=50)
        for place, table in enumerate((*made.tables.values(), made.apart)):
            delivery.write_csv(table, tmp_path / name / f"{place}.csv")
        files.append([(tmp_path / name / f"{place}.csv").read_bytes() for place in range(4)])

    assert files[0] == files[1]
    assert len(files[0][1]) > 5000


def test_an_empty_list_says_why(tmp_path: Path) -> None:
    """Nobody recommends, nobody can be foretold, nobody is influential: three reasons, and three headers."""
    nobody = fans(
        tmp_path, "ann,comment,2025-12-01\n", FANS.replace('among = ["aware", "like", "love"]', 'among = ["love"]')
    )

    made = lists(nobody)

    assert set(made.empty) == {PROVEN, READY} | ({UNPROVEN} & set(made.empty))
    assert made.empty[PROVEN] == "nobody has recommended or defended the brand often enough."
    assert made.empty[READY] == (
        "there is nobody of whom to foretell who will reach advocate: no candidate stands on love."
    )
    for name in made.empty:
        assert made.tables[name].is_empty()
        assert made.tables[name].columns == list(COLUMNS)
    assert made.forecast is None


def test_where_a_probability_is_withheld_everybody_is_told_why(cafe: Cafe) -> None:
    """The cafe's past is too short: an order without probabilities, and the same reason on each line."""
    made = lists(amb.read(cafe()))

    ready = made.tables[READY]
    assert ready.height > 0
    assert ready["probability"].null_count() == ready["value_of_asking"].null_count() == ready.height
    assert ready["probability_says"].n_unique() == 1
    assert re.match(r"No probability: .*scorecard of equal weights ranks\.", ready["probability_says"][0])


def test_who_was_never_heard_from_is_not_said_to_be_silent_for_no_days(cafe: Cafe) -> None:
    """Cy only follows the brand: what is not known of them is no reason, whatever a model adds for it."""
    prior = Model("advocate", 720.0, (Feature("quiet_days", -0.1, 0.5),), 0.0, 100, 30, ("elsewhere",))
    community = asking(amb.read(cafe(interactions_csv=FILES["interactions.csv"])), among=("like", "love"))

    ready = lists(community, prior=prior).tables[READY]

    cy = ready.row(by_predicate=pl.col("account") == "x:cy", named=True)
    assert cy["reason_1"] is None


def test_a_prior_ranks_where_there_is_no_past(cafe: Cafe) -> None:
    """In its order, and the reason is in its words."""
    prior = Model("advocate", 720.0, (Feature("likes", 2.0),), 0.0, 100, 30, ("elsewhere",))

    made = lists(asking(amb.read(cafe()), among=("like", "love")), prior=prior)

    assert made.forecast is not None
    assert made.forecast.by == "carried"
    ready = made.tables[READY]
    assert ready["account"][0] == "x:bob"
    assert ready["reason_1"][0].startswith("1 like")
    assert "A model learned elsewhere ranks".lower() in ready["probability_says"][0].lower()


def test_progress_is_told_at_each_past_moment() -> None:
    """Once each, in order."""
    seen: list[tuple[int, int]] = []

    lists(replace(asking(town(), features=("likes",))), k=1, on_origin=lambda place, of: seen.append((place, of)))

    assert seen == [(place, 8) for place in range(1, 9)]


def test_a_notebook_shows_the_head_of_each_list() -> None:
    """Five of each with what the list is for, and how many there are."""
    text = seen(whole()._repr_html_()).text

    for name, what in ((PROVEN, "Whom to thank"), (READY, "Whom to ask"), (UNPROVEN, "Whom to win")):
        table = whole().tables[name]
        assert f"{what}: {name.replace('_', ' ')}, {min(5, table.height)} of {table.height:,}" in text
        assert table["person"][0] in text
    assert f"{whole().apart.height:,} set apart" in text


def test_a_notebook_shows_why_a_list_is_empty() -> None:
    """In the place of its table."""
    nobody = pl.DataFrame(schema=COLUMNS)

    page = seen(Lists({PROVEN: nobody}, {PROVEN: "nobody has <recommended> the brand."}, None, nobody)._repr_html_())

    assert page.text.endswith("Whom to thank: proven advocates nobody Nobody has <recommended> the brand.")
