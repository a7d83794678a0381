"""What may befall the town: the truth behind onsets is known at every moment, and each scenario does what it says."""

from __future__ import annotations

import functools
import gzip
import math
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ambassadors.errors import NotEnoughData, UnknownName
from ambassadors.simulate import END, SCENARIOS, START, Town, hazards, town, write
from ambassadors.simulate.acts import Mood
from ambassadors.simulate.plan import LANGUAGES
from ambassadors.simulate.texts import lexicon
from tests.test_simulate import accounts_of, acts_of, both, digests, of_role, seconds, toward_brand

KEPT = Path(__file__).parent.parent / "graphs" / "town"
DAY = 86_400
PERIOD = 30 * DAY
SEEDS = (1, 2, 3, 4)
CHANGES = {"drift": 120, "spike": 21, "boycott": 35}  # how many days before the end each begins


@functools.cache
def lived(scenario: str, seed: int = 7) -> Town:
    """A town of 5,000."""
    return town(5000, seed=seed, scenario=scenario)


@functools.cache
def risks(scenario: str, seed: int = 7) -> pl.DataFrame:
    """Its hazards, with times in seconds, and whether each person began within the period."""
    frame = hazards(5000, seed=seed, scenario=scenario).with_columns(at=seconds("at"), onset=seconds("onset"))
    began = (pl.col("onset") >= pl.col("at")) & (pl.col("onset") < pl.col("at") + PERIOD)
    return frame.with_columns(began=began.fill_null(False))


def pooled(scenario: str) -> pl.DataFrame:
    """The hazards of several towns."""
    return pl.concat([risks(scenario, seed) for seed in SEEDS])


@functools.cache
def brand_acts(scenario: str) -> pl.DataFrame:
    """What was done toward the brand, with its age in days at the end."""
    return toward_brand(acts_of(lived(scenario)))


def actors(scenario: str, oldest: int, youngest: int) -> pl.Series:
    """Who did something toward the brand at that age in days."""
    some = brand_acts(scenario).filter((pl.col("age") <= oldest) & (pl.col("age") > youngest))
    return some["source"].unique()


def lines(*moods: Mood) -> pl.Series:
    """Every text that the town has for these moods."""
    words = lexicon()
    slots = [mood * len(LANGUAGES) + place for mood in moods for place in range(len(LANGUAGES))]
    return pl.Series(
        [line for slot in slots for line in words.lines[words.first[slot] : words.first[slot] + words.size[slot]]]
    ).unique()


def complaints(scenario: str, oldest: int, youngest: int) -> int:
    """How many complaints the brand received at that age in days."""
    some = brand_acts(scenario).filter((pl.col("age") <= oldest) & (pl.col("age") > youngest))
    return int(some["text"].is_in(lines(Mood.COMPLAINT).implode()).sum())


def onsets(frame: pl.DataFrame, days: int, until: int = 0) -> int:
    """How many began within the days that end so many days before the end."""
    each = frame.unique(["account", "onset"])  # across towns no two people share an account by name and moment
    return each.filter(pl.col("onset").is_between(END - (until + days) * DAY, END - until * DAY - 1)).height


# ---- the steady town stays as it is --------------------------------------------------------------------------------


def test_the_steady_town_is_the_one_in_the_repository_and_its_truth_comes_beside_it(tmp_path: Path) -> None:
    """Asking for the hazards adds one file, and changes no byte of what the other thirteen hold."""
    made = {path.name: path for path in write(tmp_path, truth=True)}

    hazards_file = made.pop("hazards.csv.gz")
    assert len(made) == 13
    for name, path in made.items():
        assert held(path) == held(KEPT / name), name
    assert pl.read_csv(hazards_file).height == hazards().height


def held(path: Path) -> bytes:
    """What a file holds, unpacked: how tightly it is packed depends on the machine's zlib."""
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_same_size_seed_and_scenario_give_the_same_bytes(scenario: str, tmp_path: Path) -> None:
    """Two runs of one scenario write the same files, hazards among them."""
    for run in ("one", "two"):
        write(tmp_path / run, n=400, seed=3, scenario=scenario, truth=True)

    assert digests(tmp_path / "one") == digests(tmp_path / "two")


@pytest.mark.parametrize("scenario", CHANGES)
def test_another_scenario_is_another_year_among_the_same_people(scenario: str) -> None:
    """Profiles' ids, ties and customers' number are the steady town's; what is done is not."""
    steady, other = lived("steady"), lived(scenario)

    assert other.bluesky_follows.equals(steady.bluesky_follows)
    assert other.truth["account"].equals(steady.truth["account"])
    assert other.customers.height == steady.customers.height
    assert not other.bluesky_interactions.equals(steady.bluesky_interactions)


@pytest.mark.parametrize("scenario", ["drift", "boycott"])
def test_up_to_the_change_everybody_feels_as_in_the_steady_year(scenario: str) -> None:
    """Hazards of the periods that end before the change, and the onsets in them, are those of the steady year."""
    change = END - CHANGES[scenario] * DAY
    before = pl.col("at") + PERIOD <= change
    columns = ["account", "at", "propensity", "hazard", "began"]

    steady = risks("steady").filter(before).select(columns)

    assert steady.height > 10_000
    assert risks(scenario).filter(before).select(columns).equals(steady)


def test_an_unknown_scenario_is_told_with_those_there_are() -> None:
    """The message names what was asked for and what could be."""
    with pytest.raises(UnknownName, match=r"'boom'. Known: 'steady', 'drift', 'spike', 'boycott'"):
        town(400, scenario="boom")


# ---- the hazards ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_as_many_begin_in_each_period_as_the_hazards_say(scenario: str) -> None:
    """In every period and in all, the onsets of several towns lie within four deviations of the sum of the hazards."""
    sums = pooled(scenario).group_by("at").agg(pl.col("hazard").sum(), pl.col("began").sum()).sort("at")

    assert sums["at"].to_list() == [START + place * PERIOD for place in range(12)]
    for at, expected, began in [*sums.iter_rows(), ("in all", sums["hazard"].sum(), sums["began"].sum())]:
        assert abs(began - expected) <= 4 * math.sqrt(expected) + 1, (at, expected, began)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_as_many_begin_at_each_height_of_the_hazard_as_it_says(scenario: str) -> None:
    """People with hazards of one height begin as often as that, from the hardly likely to the nearly sure."""
    bands = pooled(scenario).drop_nulls("hazard")
    edges = [0.003, 0.03, 0.1, 0.3, 0.6]
    bands = bands.with_columns(band=pl.sum_horizontal((pl.col("hazard") > edge).cast(pl.Int64) for edge in edges))
    sums = bands.group_by("band").agg(pl.col("hazard").sum(), pl.col("began").sum())

    assert sums.height == 6
    for band, expected, began in sums.iter_rows():
        assert abs(began - expected) <= 4 * math.sqrt(expected) + 1, (band, expected, began)


def test_there_is_a_hazard_until_one_begins_and_none_afterwards() -> None:
    """Both figures are null just where the onset lies before the moment, and chances everywhere else."""
    frame = risks("steady")

    begun = (frame["onset"] < frame["at"]).fill_null(False)
    assert 0 < begun.sum() < frame.height
    for column in ("propensity", "hazard"):
        assert frame[column].is_null().equals(begun.alias(column)), column
        assert frame[column].drop_nulls().is_between(0, 1).all()


def test_nobody_is_likely_before_coming_across_the_brand() -> None:
    """Whom the viral post reaches has no chance before it; no row means no chance, which is so for bots."""
    spike = risks("spike")
    reached = set(spike["account"]) - set(risks("steady")["account"])

    early = spike.filter(pl.col("account").is_in(reached) & (pl.col("at") + PERIOD <= END - 21 * DAY))
    assert early.height > 10_000
    assert early["hazard"].max() == 0
    assert not reached & set(of_role(accounts_of(lived("spike")), "bot"))


def test_the_last_hazard_is_the_propensity_of_the_truth() -> None:
    """On the last day the monthly hazard is the truth's, but for the followers of those who begin in the last step."""
    last = hazards(5000, at=[moment(END - DAY)], days=1)
    beginners = last.filter(seconds("onset") >= END - 5 * DAY)["account"]
    follows = both(lived("steady"), "follows").filter(pl.col("target").is_in(beginners.implode()))
    pair = last.join(lived("steady").truth, "account", suffix="_at_the_end").drop_nulls(pl.col("^propensity.*$"))

    pair = pair.with_columns(
        moved=pl.col("propensity_at_the_end") - pl.col("propensity") > 1e-5,
        follows=pl.col("account").is_in(follows["source"].implode()),
    ).filter((pl.col("propensity") > 0.001) | ~pl.col("follows"))

    assert pair.height > 1_000
    assert pair["follows"].sum() > 0
    assert pair["moved"].equals(pair["follows"].alias("moved"))


def test_a_day_holds_its_share_of_the_chance_of_a_step() -> None:
    """Within a step of five days a beginning is as likely on each: one day and two hold just their share."""
    begin = [moment(END - 10 * DAY)]
    step = hazards(5000, at=begin, days=5)

    day = hazards(5000, at=begin, days=1)
    two_days = hazards(5000, at=begin, days=2)

    assert step["hazard"].max() > 0.05  # type: ignore[operator]
    assert (step["hazard"] / 5 - day["hazard"]).abs().max() < 2e-6  # type: ignore[operator]
    assert (step["hazard"] * 2 / 5 - two_days["hazard"]).abs().max() < 2e-6  # type: ignore[operator]


@settings(max_examples=15, deadline=None)
@given(
    start=st.integers(0, 364 * 24 - 2),
    first=st.integers(1, 90),
    second=st.integers(1, 90),
    scenario=st.sampled_from(sorted(SCENARIOS)),
)
def test_chances_of_two_spans_make_the_chance_of_both(start: int, first: int, second: int, scenario: str) -> None:
    """Not beginning in a span is not beginning in its first part and then not in the second, wherever it is cut."""
    begin = min(datetime.fromtimestamp(START + start * 3600, UTC), moment(END - (first + second) * DAY))
    middle = begin + timedelta(days=first)
    ask = functools.partial(hazards, 300, scenario=scenario)

    whole = ask(at=[begin], days=first + second).select("account", whole="hazard")
    parts = whole.join(ask(at=[begin], days=first).select("account", one="hazard"), "account")
    parts = parts.join(ask(at=[middle], days=second).select("account", two="hazard"), "account").drop_nulls()

    apart = parts.select(((1 - pl.col("one")) * (1 - pl.col("two")) - (1 - pl.col("whole"))).abs().max()).item()
    assert parts.height > 50
    assert apart < 3e-6  # the figures are rounded to six places


def moment(second: int) -> datetime:
    """Seconds as a moment in UTC."""
    return datetime.fromtimestamp(second, UTC)


def test_a_moment_without_a_zone_is_in_utc() -> None:
    """The machine's own zone has no say."""
    plain, zoned = datetime(2025, 9, 1), datetime(2025, 9, 1, tzinfo=UTC)

    assert hazards(400, at=[plain]).equals(hazards(400, at=[zoned]))


def test_hazards_beyond_the_year_are_refused() -> None:
    """A span that leaves the year has no truth, and the message says which."""
    with pytest.raises(NotEnoughData, match=r"2026-05-20 00:00:00.* 30 days"):
        hazards(400, at=[datetime(2026, 5, 20)])
    with pytest.raises(NotEnoughData, match="2025-05-31"):
        hazards(400, at=[datetime(2025, 5, 31)])
    for days in (0, 366):
        with pytest.raises(NotEnoughData, match=f"not {days}"):
            hazards(400, days=days)


# ---- drift ---------------------------------------------------------------------------------------------------------


def test_in_the_drift_fewer_begin_month_by_month() -> None:
    """The steady year's onsets go on growing; the drift's last 60 days see not half of the 60 before the change."""
    drift, steady = pooled("drift"), pooled("steady")

    assert onsets(steady, 60) > onsets(steady, 60, until=120)
    assert 2 * onsets(drift, 60) < onsets(drift, 60, until=120)
    sums = drift.filter(pl.col("at") >= END - 125 * DAY).group_by("at").agg(pl.col("hazard").sum()).sort("at")
    assert sums["hazard"].is_sorted(descending=True)


def test_the_drift_halves_the_rate_every_thirty_days() -> None:
    """Beside the steady year, the same people's rates are at about a quarter after 60 days and an eighth after 90."""
    for age, factor in ((60, 4), (30, 8)):
        at = [moment(END - age * DAY)]
        pair = [hazards(5000, scenario=scenario, at=at) for scenario in ("steady", "drift")]
        both_say = pair[0].join(pair[1], "account", suffix="_drift").filter(pl.col("propensity") > 0.01)
        rates = both_say.select(
            steady=-(1 - pl.col("propensity")).log(), drift=-(1 - pl.col("propensity_drift")).log()
        ).drop_nulls()

        ratio = (rates["steady"] / rates["drift"]).median()
        assert isinstance(ratio, float)
        assert factor * 0.99 < ratio < factor * 1.2  # fewer friends speak up in the drift, too


def test_nothing_but_the_onsets_tells_the_drift() -> None:
    """As many people as in the steady year are at it toward the brand in the last month."""
    now, usual = actors("drift", 30, 0).len(), actors("steady", 30, 0).len()

    assert 0.85 < now / usual < 1.15


# ---- spike ---------------------------------------------------------------------------------------------------------


def test_the_spike_brings_crowds_within_days() -> None:
    """In the week of the viral post more than three times as many act toward the brand as in any week before."""
    weeks = [actors("spike", 21 + 7 * week, 14 + 7 * week).len() for week in range(49)]
    others = [actors("steady", 21 + 7 * week, 14 + 7 * week).len() for week in range(49)]

    assert weeks[0] > 3 * max(weeks[1:])
    assert others[0] < 1.5 * max(others[1:])


def test_most_of_the_crowd_is_never_heard_of_again() -> None:
    """Of those who came with the viral post, nine in ten do nothing toward the brand in the last week."""
    crowd = actors("spike", 21, 14).to_frame().join(actors("spike", 400, 21).to_frame(), "source", how="anti")["source"]

    back = crowd.is_in(actors("spike", 7, 0).implode()).mean()
    assert crowd.len() > 800
    assert isinstance(back, float)
    assert back < 0.1


def test_who_forgot_the_brand_bought_nothing() -> None:
    """Among the customers whose account is known, hardly any came with the viral post."""
    reached = set(risks("spike")["account"]) - set(risks("steady")["account"])

    customers = lived("spike").customers["account"].drop_nulls()
    assert len(reached) > 1_000
    assert customers.is_in(reached).sum() < 0.1 * customers.len()


def test_in_the_spike_speaking_up_no_longer_tells_who_will_go_on() -> None:
    """Those who shared lately and have not begun were an eighth as likely at the end as such people usually are."""
    usual, now = ready("steady"), ready("spike")

    assert now.len() > 8 * usual.len()
    assert 8 * now.mean() < usual.mean()  # type: ignore[operator]


def ready(scenario: str) -> pl.Series:
    """The true propensity of those who shared, quoted or mentioned in the last month and are no proven advocates."""
    loud = brand_acts(scenario).filter(pl.col("kind").is_in(["share", "quote", "mention"]) & (pl.col("age") < 30))
    people = lived(scenario).truth.filter(pl.col("role").is_in(["regular", "on_the_way"]))
    return people.filter(pl.col("account").is_in(loud["source"].implode()))["propensity"]


def test_the_spike_makes_nobody_begin() -> None:
    """The crowd's own chances are next to nothing: the steady year has as many onsets in its last month."""
    spike, steady = onsets(pooled("spike"), 21), onsets(pooled("steady"), 21)

    assert abs(spike - steady) <= 4 * math.sqrt(spike + steady)


def test_a_viral_post_was_seen_by_more_than_acted_on_it() -> None:
    """The busiest post of the spike states more impressions than it drew acts, and more than any post of usual days."""
    posts = both(lived("spike"), "posts").select("post", pl.col("impressions").cast(pl.Int64))
    drawn = brand_acts("spike").group_by("post").len("acts").join(posts, "post").sort("acts", descending=True)

    assert drawn["impressions"][0] > 10 * drawn["acts"][0]
    assert drawn["acts"][0] > 5 * drawn["acts"][2]  # one on each platform


# ---- boycott -------------------------------------------------------------------------------------------------------


def test_in_the_boycott_complaints_surge() -> None:
    """In the month after the scandal there are thirty times as many as in the month before, and then they fade."""
    assert complaints("boycott", 35, 5) > 30 * complaints("boycott", 65, 35)
    assert complaints("boycott", 35, 25) > 2 * complaints("boycott", 15, 5)
    assert complaints("steady", 35, 5) < 3 * complaints("steady", 65, 35)


def test_complaints_stand_in_the_brands_threads_and_in_posts_of_ones_own() -> None:
    """Both replies and mentions carry them: counting mentions as advocacy would take a scandal for love."""
    hot = brand_acts("boycott").filter((pl.col("age") < 35) & pl.col("text").is_in(lines(Mood.COMPLAINT).implode()))

    kinds = dict(hot["kind"].value_counts().iter_rows())
    assert kinds["reply"] > 300
    assert kinds["mention"] > 200


def test_in_the_boycott_hardly_anybody_begins() -> None:
    """Not a tenth of the onsets of the five weeks before."""
    boycott = pooled("boycott")

    assert onsets(boycott, 35, until=35) > 30
    assert 10 * onsets(boycott, 35) < onsets(boycott, 35, until=35)


def test_some_defend_the_brand_in_its_own_threads() -> None:
    """At least ten people answer critics under the brand's posts after the scandal, far more often than usual."""
    assert defenders("boycott").n_unique() >= 10
    assert defenders("boycott").len() > 10 * max(defenders("steady").len(), 1)


def defenders(scenario: str) -> pl.Series:
    """Who answered another person in the brand's defence, under the brand's posts, in the last five weeks."""
    made = lived(scenario)
    brand = pl.Series(of_role(accounts_of(made), "brand")).implode()
    threads = both(made, "posts").filter(pl.col("author").is_in(brand))["post"].implode()
    said = acts_of(made).filter(
        (pl.col("kind") == "reply") & pl.col("post").is_in(threads) & (pl.col("at") >= END - 35 * DAY)
    )
    return said.filter(~pl.col("target").is_in(brand) & pl.col("text").is_in(lines(Mood.DEFEND).implode()))["source"]


# ---- the truth follows ---------------------------------------------------------------------------------------------


def test_the_roles_follow_the_scenario() -> None:
    """Few are on the way in drift and boycott, and the boycott leaves few proven advocates; the spike makes none."""
    counts = {name: dict(lived(name).truth["role"].value_counts().iter_rows()) for name in SCENARIOS}

    assert 4 * counts["drift"]["on_the_way"] < counts["steady"]["on_the_way"]
    assert 4 * counts["boycott"]["on_the_way"] < counts["steady"]["on_the_way"]
    assert 2 * counts["boycott"]["proven_advocate"] < counts["steady"]["proven_advocate"]
    assert 0.7 < counts["spike"]["on_the_way"] / counts["steady"]["on_the_way"] < 1.3
    assert 0.7 < counts["spike"]["proven_advocate"] / counts["steady"]["proven_advocate"] < 1.3


@pytest.mark.parametrize("scenario", CHANGES)
def test_every_scenario_is_possible_in_every_row(scenario: str) -> None:
    """Nobody acts before being there or outside the span, no response precedes its post, no post is liked twice."""
    made = lived(scenario)
    acts = acts_of(made)
    posts = both(made, "posts").select("post", posted=seconds("at"))
    created = accounts_of(made).select("account", "created")

    placed = acts.join(posts, "post").join(created, left_on="source", right_on="account")
    assert placed.height == acts.height
    assert placed.filter((pl.col("at") < pl.col("posted")) | (pl.col("at") < pl.col("created"))).is_empty()
    assert acts["at"].is_between(START, END - 1).all()
    assert acts.filter(pl.col("kind").is_in(["like", "share"])).select("source", "kind", "post").is_unique().all()
    assert posts["post"].is_unique().all()
