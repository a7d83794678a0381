"""What changed since the last run: who entered, left and moved, and why, read back from the earlier run's folder."""

from __future__ import annotations

import json
import shutil
from copy import copy
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ambassadors as amb
from ambassadors import delivery, manifest, score
from ambassadors.changes import CHANGES, PARTS, causes, changes, parts
from ambassadors.changes.compare import EVERY_LIST
from ambassadors.changes.parts import RANKING
from ambassadors.changes.shifts import shifts, total
from ambassadors.demo import write_town
from ambassadors.errors import NotEnoughData
from ambassadors.propensity import Model
from ambassadors.propensity.model import Feature
from ambassadors.shortlists import COLUMNS, shortlist
from ambassadors.three_lists import LISTS, PROVEN, READY, lists
from tests.conftest import FILES, RECIPE
from tests.towns import asking

#: The small brand, asked for a forecast that is quickly made.
QUICK = RECIPE + '\n[propensity]\nfeatures = ["likes"]\n'


class Made:
    """One run of a community, and its folder."""

    def __init__(
        self, community: amb.Community, folder: Path, before: Path | None = None, k: int | None = None, **held: Any
    ) -> None:
        self.community, self.folder = community, folder
        self.lists, empty = {}, {}
        for ranking in score.RANKINGS:
            try:
                self.lists[ranking] = shortlist(community, ranking, k)
            except NotEnoughData as why:
                self.lists[ranking], empty[ranking] = pl.DataFrame(schema=COLUMNS), str(why)
        found = lists(community, k, **held)
        self.lists |= found.tables
        self.told = manifest.facts(community, {**empty, **found.empty}, folder.parent / "brand.toml", {"k": k})
        self.parts, self.apart = parts(community, self.lists), found.apart
        self.changes = self.since(before)
        self._write()

    def since(self, before: Path | None) -> pl.DataFrame:
        """What changed since the run in that folder."""
        return changes(before, self.lists, self.parts, self.told, community=self.community, apart=self.apart)

    def why(self, name: str, account: str) -> str:
        """The one sentence about a person on a list."""
        return str(self.changes.row(by_predicate=(pl.col("list") == name) & (pl.col("account") == account))[-1])

    def _write(self) -> None:
        self.folder.mkdir()
        tables = {"set_apart": self.apart, "score_parts": self.parts, "people": self.community.people}
        for name, table in {**self.lists, **tables}.items():
            delivery.write_csv(table, self.folder / f"{name}.csv")
        delivery.write_json(self.told, self.folder / "manifest.json")


def wrote(folder: Path, recipe: str = QUICK, **changed: str) -> amb.Community:
    """The small brand, with other rows or another recipe."""
    for name, text in {**FILES, **{f"{key}.csv": text for key, text in changed.items()}}.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "brand.toml").write_text(recipe, encoding="utf-8")
    return amb.read(folder)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A first run of the small brand, made once."""
    folder = tmp_path_factory.mktemp("once")
    return Made(wrote(folder), folder / "first")


@pytest.fixture
def first(once: Made, tmp_path: Path) -> Made:
    """The first run, in a folder of its own."""
    mine = copy(once)
    mine.folder = Path(shutil.copytree(once.folder, tmp_path / "first"))
    return mine


def again(first: Made, recipe: str = QUICK, k: int | None = None, **changed: str) -> Made:
    """A second run, with other rows or another recipe."""
    place = first.folder.parent
    return Made(wrote(place, recipe, **changed), place / "second", first.folder, k)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> amb.Community:
    """A small town, asked for a forecast that is quickly made."""
    return asking(amb.read(write_town(tmp_path_factory.mktemp("town"), n=300)), features=("likes",))


def test_the_parts_add_up_to_the_listed_score(town: amb.Community) -> None:
    """To the thousandth, for everybody who has a score, on every list, in its order."""
    made = {ranking: shortlist(town, ranking, 60) for ranking in score.RANKINGS} | lists(town, 60).tables

    found = parts(town, made)

    assert found.schema == PARTS
    assert found["list"].unique(maintain_order=True).to_list() == list(made)
    for name, people in made.items():
        scored = people.filter(pl.col("score").is_not_null())
        sums = found.filter(list=name).group_by("account", maintain_order=True).agg(pl.col("points").sum().round(3))
        assert scored.height > 3
        assert sums.rows() == scored.select("account", "score").rows()


def test_a_part_says_what_was_counted(first: Made) -> None:
    """Its value, how many it is ahead of, its meaning, and the most that it could bring."""
    row = first.parts.filter(list="ambassadors", account="x:ann", measure="order_frequency").row(0, named=True)

    assert row["value"] == 2
    assert 0 <= row["points"] <= row["weight"] <= 100
    assert row["meaning"].endswith(".")


def test_a_first_run_has_no_changes(first: Made) -> None:
    """The columns, and no row."""
    assert first.changes.schema == CHANGES
    assert first.changes.is_empty()


def test_a_run_beside_itself_has_no_changes(first: Made) -> None:
    """Read back from its own files, names that spreadsheets would run included; the same rows tell nothing."""
    assert first.since(first.folder).is_empty()
    assert again(first).changes.is_empty()


@pytest.fixture(scope="module")
def grown(once: Made) -> Made:
    """Weeks later: Bob recommends the brand often, Cy is gone, and Eve is new and acts at once."""
    acts = [f"bob,brand,{kind},2026-06-{day:02},p3,great\n" for day in range(1, 9) for kind in ("share", "comment")]
    acts += [f"eve,brand,{kind},2026-06-{day:02},p3,nice\n" for day in range(1, 4) for kind in ("like", "comment")]
    acts += [f"ann,eve,reply,2026-06-0{day},p3,yes\n" for day in range(1, 4)]
    without = {name: "".join(line for line in FILES[name].splitlines(True) if "cy" not in line) for name in FILES}
    return again(
        once,
        interactions=without["interactions.csv"] + "".join(acts),
        follows=without["follows.csv"],
        accounts=without["accounts.csv"] + "eve,eve,Eve,50,60\n",
    )


def test_whoever_came_and_went_is_told(once: Made, grown: Made) -> None:
    """Of every list exactly those who are on one of the two, with their ranks and scores."""
    for name in RANKING:
        then, now = (set(made.lists[name]["account"]) for made in (once, grown))
        told = {change: grown.changes.filter(list=name, change=change) for change in ("entered", "left")}
        assert set(told["entered"]["account"]) == now - then
        assert set(told["left"]["account"]) == then - now
        listed = grown.lists[name].select("account", "rank", "score")
        assert told["entered"].select("account", "rank", "score").sort("account").rows() == (
            listed.filter(pl.col("account").is_in(now - then)).sort("account").rows()
        )
        assert told["entered"]["rank_before"].null_count() == told["entered"].height
        assert told["left"]["rank"].null_count() == told["left"].height


def test_why_is_said_from_evidence(grown: Made) -> None:
    """New people, people who are gone, rungs; sentences that no spreadsheet runs."""
    assert grown.why("influencers", "x:eve").startswith("New: their first act is of 2026-06-01; most points come from ")
    assert grown.why("influencers", "x:cy") == "No longer in the data."
    assert grown.why(READY, "x:bob") == "Moved to proven advocates; stands on advocate now, on like before."
    assert grown.why(PROVEN, "x:bob").startswith("Moved from ready to move up to proven advocates; stands on advocate")
    for why in grown.changes["why"]:
        assert why.endswith(".")
        assert "None" not in why
        assert delivery.harmless(pl.DataFrame({"why": [why]}))["why"].to_list() == [why]


def test_what_differs_as_a_whole_comes_first(grown: Made) -> None:
    """Moments and rows of each table, before anybody's row."""
    told = grown.changes

    general = told.filter(list=EVERY_LIST)

    assert told.head(general.height).equals(general)
    assert general["why"].to_list() == [
        "The data is as of 2026-06-08 00:00:00 UTC instead of 2026-05-30 00:00:00 UTC.",
        "Other rows of accounts, as many as before.",
        "2 fewer rows of follows.",
        "24 more rows of interactions.",
        "Cascade credit received counts for nothing among influencers now: "
        "cascade_credit_received is the same for every candidate.",
    ]


def test_the_order_is_entered_left_and_then_the_farthest(grown: Made) -> None:
    """Within each list, as a manager would read it."""
    told = grown.changes.filter(pl.col("account").is_not_null())

    places = {"entered": 0, "left": 1, "up": 2, "down": 2, "same": 3}
    for name in RANKING:
        of_list = told.filter(list=name)
        order = [places[change] for change in of_list["change"]]
        assert order == sorted(order)
        moved = of_list.filter(pl.col("change").is_in(["up", "down"]))
        ratios = [max(then / now, now / then) for then, now in moved.select("rank_before", "rank").iter_rows()]
        assert ratios == sorted(ratios, reverse=True)
        assert all(ratio >= 1.5 for ratio in ratios)


def test_the_ready_enter_by_what_raises_their_chance(first: Made) -> None:
    """Not by the score that the list shows beside, which does not order it."""
    prior = Model("advocate", 720.0, (Feature("likes", 2.0),), 0.0, 100, 30, ("elsewhere",))
    likes = "".join(f"eve,brand,like,2026-06-0{day},p3,\n" for day in (1, 2, 3))
    community = wrote(first.folder.parent, interactions=FILES["interactions.csv"] + likes)

    second = Made(community, first.folder.with_name("second"), first.folder, prior=prior)

    assert second.why(READY, "x:eve").startswith("New: their first act is of 2026-06-01; first reason: 3 likes")


def test_near_moves_are_counted_and_not_listed(town: amb.Community, tmp_path: Path) -> None:
    """Every place that changed is a row, or is in the count."""
    (tmp_path / "brand.toml").write_text("", encoding="utf-8")
    first = Made(town.as_of("2026-05-20"), tmp_path / "first", k=40)

    second = Made(town.as_of("2026-05-27"), tmp_path / "second", first.folder, k=40)

    for name in RANKING:
        then, now = (dict(made.lists[name].select("account", "rank").iter_rows()) for made in (first, second))
        changed = sum(then[account] != now[account] for account in then.keys() & now.keys())
        told = second.changes.filter(list=name)
        shown = told.filter(pl.col("change").is_in(["up", "down"])).height
        other = told.filter(change="same")
        counted = [int(why.split()[0]) for why in other.filter(pl.col("account").is_null())["why"]]
        assert shown + sum(counted) == changed


def test_who_is_set_apart_left_for_that_reason(first: Made) -> None:
    """In the words of the evidence."""
    held = pl.DataFrame({"account": ["x:bob"], "why": ["cooling down"], "evidence": ["Asked on 2026-05-01."]})

    second = Made(wrote(first.folder.parent), first.folder.with_name("second"), first.folder, held=held)

    assert second.changes.rows()[0][:6] == (READY, "left", "=Bob()", "x:bob", 2, None)
    assert second.why(READY, "x:bob") == "Set apart (cooling down): Asked on 2026-05-01."
    assert second.changes.filter(list="influencers").is_empty()


def test_whoever_asked_not_to_be_found_is_counted_and_not_named(first: Made) -> None:
    """Neither account nor name nor handle is anywhere in what changed."""
    hidden = wrote(first.folder.parent).also_refusing(pl.Series(["x:ann"]))

    told = Made(hidden, first.folder.with_name("second"), first.folder).changes

    assert (EVERY_LIST, "left", "1 person left the lists because they asked not to be found or contacted.") in (
        told.select("list", "change", "why").rows()
    )
    assert "ann" not in told.write_csv().lower()


def test_a_longer_list_is_told(tmp_path: Path) -> None:
    """As a cause, and of those whom it lets in."""
    first = Made(wrote(tmp_path), tmp_path / "first", k=1)

    second = again(first, k=2)

    assert second.changes["why"][0] == "The setting k is 2 instead of 1."
    who = second.lists["influencers"]["account"][1]
    assert second.why("influencers", who) == "The list has up to 2 people instead of 1."


def test_other_weights_are_told_apart_from_other_data(first: Made) -> None:
    """The same rows under another weight: all points moved by the weights, and the setting is named."""
    recipe = QUICK + "\n[rank.ambassadors]\norder_recency = 900\n"

    second = again(first, recipe)

    assert second.changes["why"][0].startswith("The setting rank.ambassadors.")
    moved = second.changes.filter(pl.col("account").is_not_null())["why"].to_list()
    assert moved
    assert all("other weights" in why and "->" not in why for why in moved if "points" in why)


PART = st.fixed_dictionaries({
    "measure": st.sampled_from(["responders", "orders", "reach"]),
    "value": st.one_of(st.none(), st.floats(-1e6, 1e6)),
    "weight": st.floats(0.1, 100),
    "points": st.floats(0, 100),
})  # fmt: skip
PERSON = st.lists(PART, unique_by=lambda row: str(row["measure"]))


@given(before=PERSON, now=PERSON)
@settings(max_examples=60)
def test_a_move_is_exactly_the_sum_of_its_parts(before: list[dict[str, Any]], now: list[dict[str, Any]]) -> None:
    """What the person, the others and the weights moved adds up; equal weights move nothing, equal values nobody."""
    found = shifts(before, now)

    assert total(found) == pytest.approx(sum(row["points"] for row in now) - sum(row["points"] for row in before))
    old, new = ({row["measure"]: row for row in rows} for rows in (before, now))
    for one in found:
        if one.measure in old and one.measure in new:
            assert one.weights == 0 or old[one.measure]["weight"] != new[one.measure]["weight"]
            assert one.own == 0 or old[one.measure]["value"] != new[one.measure]["value"]


def test_points_under_old_weights_are_the_datas_share() -> None:
    """From 4 of 10 to 12 of 20: 6 of 10 under the old weight, so 2 by the data and 6 by the weight."""
    before = {"measure": "orders", "value": 1.0, "weight": 10.0, "points": 4.0}

    (found,) = shifts([before], [{"measure": "orders", "value": 2.0, "weight": 20.0, "points": 12.0}])

    assert (found.own, found.others, found.weights) == (2.0, 0.0, 6.0)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"versions": {"ambassadors": "9.9"}}, "Other versions: ambassadors 9.9 instead of "),
        ({"as_of": None}, "The data is as of no moment instead of 2026-05-30 00:00:00 UTC."),
        ({"not_ranked": {"proven_advocates": "nobody recommends."}}, "Proven advocates has nobody now: nobody recomm"),
        ({"recipe": {"name": "cafe", "sha256": "other"}}, "The recipe says something else about the brand, the files "),
        ({"inputs": []}, "6 fewer rows of accounts."),
    ],
)
def test_each_cause_is_a_sentence(first: Made, change: dict[str, Any], said: str) -> None:
    """Of two manifests that differ in it."""
    told = causes(first.told, {**first.told, **change})

    assert told[0].startswith(said)


def test_the_same_rows_under_a_new_version_move_by_the_version(first: Made) -> None:
    """Where no row is another, it is said whose doing it is."""
    path = first.folder / "manifest.json"
    path.write_text(path.read_text().replace(first.told["versions"]["ambassadors"], "0.0.1"))
    old = pl.read_csv(first.folder / "score_parts.csv", infer_schema=False)
    older = old.with_columns(value=pl.lit("77"), points=pl.lit("0.0"))
    delivery.write_csv(older, first.folder / "score_parts.csv")
    swapped = pl.read_csv(first.folder / "ambassadors.csv", infer_schema=False).reverse()
    delivery.write_csv(swapped.with_columns(rank=pl.int_range(1, pl.len() + 1)), first.folder / "ambassadors.csv")

    second = again(first)

    top = second.lists["ambassadors"]["account"][0]
    assert " points by the new version: " in second.why("ambassadors", top)


def test_two_accounts_that_became_one_are_told(first: Made) -> None:
    """The person keeps the better place, and nobody left."""
    told = again(first, QUICK + '\n[identity]\npeople = [["x:bob", "x:cy"]]\n').changes

    assert "x:cy" not in told.filter(change="left")["account"]
    assert any(why.startswith("1 account of the earlier lists was found") for why in told["why"])


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("manifest.json", None, "manifest.json cannot be read: No such file or directory."),
        ("manifest.json", "{", "manifest.json is no JSON: "),
        ("manifest.json", "[]", "manifest.json is no whole manifest: : "),
        (
            "manifest.json",
            '{"format": 99}',
            "A newer version of ambassadors made it (format 99, this one knows 1): upd",
        ),
        (
            "manifest.json",
            '{"recipe": {"name": "cafe"}}',
            "manifest.json is no whole manifest: recipe.sha256: Field req",
        ),
        ("score_parts.csv", None, "score_parts.csv cannot be read: No such file"),
        ("score_parts.csv", "list;account\n", "score_parts.csv is not as a run writes it, or was changed since: "),
        ("ambassadors.csv", "", "ambassadors.csv is not as a run writes it, or was changed since: "),
        (
            "proven_advocates.csv",
            "rank,account,person,score,stage,probability\nten,x:a,A,1,love,\n",
            "proven_advocates",
        ),
        ("proven_advocates.csv", "rank,account,person,score,stage,probability\n,x:a,A,1,love,\n", "proven_advocates"),
        ("proven_advocates.csv", "rank,account,person,score,stage,probability\n0,x:a,A,1,love,\n", "proven_advocates"),
    ],
)
def test_a_broken_earlier_run_is_told_and_holds_nothing_up(first: Made, file: str, text: str | None, said: str) -> None:
    """One row says what is wrong with it; nothing is compared."""
    (first.folder / file).unlink()
    if text is not None:
        (first.folder / file).write_text(text, encoding="utf-8")

    told = first.since(first.folder)

    assert told.height == 1
    assert told["list"][0] == EVERY_LIST
    assert told["why"][0].startswith(f"The earlier run first cannot be compared with this one. {said}")


def test_a_run_of_another_recipe_is_not_compared(first: Made) -> None:
    """And it is said whose it is."""
    told = again(first, QUICK.replace('name = "cafe"', 'name = "bar"')).changes

    assert told["why"].to_list() == [
        "The earlier run first cannot be compared with this one. It is of the recipe 'cafe', and this one of 'bar'."
    ]


def test_all_lists_know_whose_score_they_show() -> None:
    """The three lists and the two rankings, and no other."""
    assert set(RANKING) == {*LISTS, *score.RANKINGS}


def test_the_manifest_that_was_written_can_be_read(first: Made) -> None:
    """What this version writes is what it reads."""
    assert json.loads((first.folder / "manifest.json").read_text())["format"] == first.told["format"]
