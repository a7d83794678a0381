"""Who moves up, foretold out of time on public data and in simulated towns, beside simple sorts.

    python tests/bench/moves_up.py DATA_FOLDER higgs|brands|lastfm|retail|cdnow|household|town|scenarios [MORE ...]

higgs: cuts 84, 96 and 120 h after the first event; people who only passed on; who mentions or replies in the next 24 h;
learned from four origins six hours apart whose windows had ended by the cut. brands: 39 brands, 7, 14 and 21 days after
each file begins, who first shares within 7 days; learned from the 38 others. lastfm: 24 artists, who first tags one
within half a year; learned from other artists, earlier. retail: who orders again within 90 days, beside BG/NBD.
household: who takes up an offer, campaign by campaign. town: who begins to recommend, in three simulated towns of
20,000. scenarios: forecasts in towns that drift, are carried away or boycotted: given out or withheld, right or wrong.
After town stand seeds; after scenarios seeds, scenarios and dates, to run some of them only.

Intervals are of 90 %, over draws of people with all of their rows; for brands over draws of brands, and people in them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise, product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import polars as pl

import ambassadors as amb
from ambassadors import backtesting, ladder, recipe, simulate
from ambassadors.character import apart
from ambassadors.demo import write_town
from ambassadors.errors import NotEnoughData
from ambassadors.measures.loyalty import kept
from ambassadors.propensity import Model, features, forecast, learn_across
from ambassadors.propensity.checks import next_level
from ambassadors.propensity.events import event
from ambassadors.propensity.figures import Order, calibration_error, draws
from ambassadors.propensity.model import learn, sigmoid
from ambassadors.propensity.periods import KEYS, person_periods
from ambassadors.propensity.planning import horizon_for, past_windows
from ambassadors.propensity.trustworthy import broken
from ambassadors.recipe import DEFAULT_FEATURES
from ambassadors.windows import Window

GRAPHS = Path(__file__).parents[2] / "graphs"
RESAMPLES = 200
#: Accounts of a simulated town.
TOWN = 20_000
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
#: A label of the very moment of a cut belongs to what follows.
JUST_BEFORE = timedelta(microseconds=1)
Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Case:
    """Everybody at risk at one moment, what several orders of them go by, and to whom it happened.

    ``group`` is the brand or artist, where there are several.
    """

    people: Array
    happened: Array
    scores: dict[str, Array]
    group: str = ""

    def among(self, inside: Array) -> Case:
        """Only those people."""
        scores = {name: score[inside] for name, score in self.scores.items()}
        return replace(self, people=self.people[inside], happened=self.happened[inside], scores=scores)


def case(rows: pl.DataFrame, scores: dict[str, Array], group: str = "") -> Case:
    """The test of one moment's person-periods."""
    return Case(rows["account"].to_numpy(), rows["happened"].to_numpy(), scores, group)


def read(name: str, data: str) -> amb.Community:
    """One of the repository's recipes on the data."""
    return amb.read(GRAPHS / name, data=data)


def changed(name: str, data: str, *changes: tuple[str, str], more: str = "") -> amb.Community:
    """The same with words of the recipe changed, and more after it."""
    text = (GRAPHS / name / "brand.toml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "brand.toml"
        path.write_text(text + more, encoding="utf-8")
        return amb.read(path, data=data)


def fed(community: amb.Community, names: Iterable[str]) -> list[str]:
    """Those features that the data feeds."""
    asked = list(dict.fromkeys(names))
    lacking = features.lacking(community, asked)
    return [name for name in asked if name not in lacking]


def table(tests: Sequence[Case], *, part: float = 0.01, by_group: bool = False) -> None:
    """Each order's area and lift, averaged over the tests, and how far the first lies above it.

    Tests of several groups count by how much they can tell, ``n m / (n + m)`` for n events and m people without; else
    all count alike. With ``by_group`` groups are drawn, too, and not only people.
    """
    tests = [one for one in tests if 0 < one.happened.sum() < one.happened.size]
    times = _times([one.people for one in tests])
    if by_group:
        groups = _times([np.full(one.people.size, one.group) for one in tests], seed=1)
        times = [[a * b for a, b in zip(*pair, strict=True)] for pair in zip(times, groups, strict=True)]
    found = {name: _figures(tests, name, part, times) for name in tests[0].scores}
    first = next(iter(found.values()))
    events, people = sum(int(one.happened.sum()) for one in tests), sum(one.happened.size for one in tests)
    print(
        f"{events:,} of {people:,} person-periods in {len(tests)} tests; drawn by {'group' if by_group else 'person'}"
    )
    for name, values in found.items():
        told = "  ".join(_bounded(column) for column in values.T)
        ahead = "  ".join(_bounded(column, "+.3f") for column in (first - values).T)
        print(f"  {name:32s} AUC, lift {part:.0%}: {told}   the first ahead by {ahead}")


def _times(people: Sequence[Array], seed: int = 0) -> list[list[Array]]:
    """For each draw, how often each row of each test counts."""
    ends = np.cumsum([one.size for one in people])[:-1]
    return [np.split(drawn, ends) for drawn in draws(np.concatenate(people), RESAMPLES, [seed])]


def _figures(tests: Sequence[Case], name: str, part: float, times: list[list[Array]]) -> Array:
    """Area and lift as they were, and in each draw: a row each."""
    orders = [Order(one.scores[name], one.happened) for one in tests]
    tells = [one.happened.mean() * (1 - one.happened.mean()) * one.happened.size if one.group else 1 for one in tests]
    rows = []
    for drawn in [[None] * len(tests), *times]:
        each = [(order.auc(often), order.lift(part, often)) for order, often in zip(orders, drawn, strict=True)]
        rows.append(_mean(np.array(each), np.array(tells)))
    return np.array(rows)


def _mean(each: Array, weight: Array) -> Array:
    """The mean of each column over the rows in which it is a number."""
    known = ~np.isnan(each)
    return np.asarray((np.nan_to_num(each) * weight[:, None]).sum(axis=0) / (known * weight[:, None]).sum(axis=0))


def _bounded(values: Array, form: str = ".3f") -> str:
    low, high = np.quantile(values[1:], (0.05, 0.95))
    return f"{values[0]:{form}} [{low:{form}} {high:{form}}]"


def simple(rows: pl.DataFrame, often: str, recent: str, *more: str) -> dict[str, Array]:
    """Sorts by how often, how recently (days ago), and by the sum of the ranks of both and of more."""
    ago = -pl.col(recent).fill_null(1e9)
    parts = [pl.col(often).fill_null(0), ago, *(pl.col(name).fill_null(0) for name in more)]
    rank = sum((one.rank("average") for one in parts), pl.lit(0.0))
    sums = "recency, frequency, money" if more else "recency and frequency"
    count = pl.col(often).fill_null(0).cast(pl.Float64)
    frame = rows.select(count.alias("frequency"), ago.alias("recency"), rank.alias(sums))
    return {name: frame[name].to_numpy() for name in frame.columns}


# ---- higgs -----------------------------------------------------------------------------------------------------------

DATED = ["advocates_around", "talked_to", "passed_on", "interactions"]


def higgs(data: str) -> None:
    """Three lists of features, each chosen before the first cut, and what the product says of its own forecast."""
    whole = read("higgs_talk", data)
    asked, first = event(whole), whole.interactions["at"].min()
    lists = {
        "the recipe's features": list(whole.recipe.propensity.features),
        "four, all dated": DATED,
        "the four and followers (undated)": [*DATED, "followers_known"],
        "the default features": fed(whole, DEFAULT_FEATURES),
    }
    names = fed(whole, [*(name for some in lists.values() for name in some), "interactions", "quiet_days"])
    tests = []
    for cut in (84, 96, 120):
        moment = first + cut * HOUR
        past = [Window(moment - (24 + 6 * back) * HOUR, moment - 6 * back * HOUR) for back in (3, 2, 1, 0)]
        rows = person_periods(whole, asked, [*past, Window(moment, moment + 24 * HOUR)], names)
        before, then = rows.filter(pl.col("origin") < moment), rows.filter(pl.col("origin") == moment)
        models = {name: learn(before, some) for name, some in lists.items()}
        one = case(then, _scores(then, models) | simple(then, "interactions", "quiet_days"))
        tests.append(one)
        print(f"\n{cut} h: {then['happened'].sum():,} of {then.height:,} people")
        for name, model in models.items():
            _calibrated(name, model, before, then)
            order = Order(one.scores[name], one.happened)
            print(f"      AUC {order.auc():.3f}, lift 1 % {order.lift(0.01):.1f}")
        _said(whole, moment, Window(moment, moment + 24 * HOUR))
    print()
    table(tests)


def _scores(rows: pl.DataFrame, models: dict[str, Model]) -> dict[str, Array]:
    return {name: model.log_odds(rows) for name, model in models.items()}


def _calibrated(name: str, model: Model, before: pl.DataFrame, then: pl.DataFrame) -> None:
    """The calibration error of the chances as learned, and with the level that the drift makes likely."""
    level, odds, happened = next_level(model, before), model.log_odds(then), then["happened"].to_numpy()
    raw, moved = sigmoid(odds), sigmoid(odds + level.mean)
    print(
        f"  {name:34s} calibration error {calibration_error(raw, happened):.3f} raw (of {raw.sum():,.0f} foretold "
        f"{happened.sum():,} came), {calibration_error(moved, happened):.3f} with the level ({moved.sum():,.0f})"
    )


def _said(whole: amb.Community, at: datetime | str, window: Window) -> bool | None:
    """What the product says as of that moment: withheld (None), or given out and whether what came bore it out."""
    try:
        made = forecast(whole.as_of(at))
    except NotEnoughData as error:
        print(f"    the product: {error}")
        return None
    if made.withheld:
        print(f"    the product, by {made.by}: WITHHELD: {'; '.join(made.withheld)}")
        return None
    given = made.people.filter(pl.col("probability").is_not_null())
    happened = given["account"].is_in(event(whole).happened(window).implode()).to_numpy()
    chance = given["probability"].to_numpy()
    wrong = broken(float(chance.sum()), int(happened.sum()))
    print(
        f"    the product, by {made.by}: given to {given.height:,}: {chance.sum():,.0f} foretold "
        f"({given['probability_low'].sum():,.0f}-{given['probability_high'].sum():,.0f}), {happened.sum():,} came: "
        f"{'WRONG' if wrong else 'right'}; calibration error {calibration_error(chance, happened):.4f}"
    )
    return not wrong


# ---- brands ----------------------------------------------------------------------------------------------------------

OF_BRANDS = ["activity", "activity_of_late", "activity_now", "recency", "active_days"]


def brands(data: str) -> None:
    """Each brand's people by a model of the 38 others, pooled over brands and origins."""
    files = sorted((Path(data) / "brand_retweets").glob("*.txt"))
    communities = [_brand(file.stem, data) for file in files]
    wanted = {"the default features": list(DEFAULT_FEATURES), "tweets: how much, how lately": OF_BRANDS}
    every = list(dict.fromkeys([*DEFAULT_FEATURES, *OF_BRANDS, "posts"]))
    learned, later = [], []
    for community in communities:
        asked = event(community)
        try:
            planned = past_windows(community, asked, horizon_for(community, asked))
            learned.append(_periods(community, planned, every))
        except NotEnoughData as error:
            print(f"nothing is learned from {community.recipe.name}: {error}")
        begins = pl.concat([community.interactions.select("at"), community.posts.select("at")])["at"].min()
        windows = [Window(begins + days * DAY, begins + (days + 7) * DAY) for days in (7, 14, 21)]
        windows = [one for one in windows if one.until <= asked.between[1]]
        later.append(_periods(community, windows, every) if windows else pl.DataFrame())
    pool = pl.concat(learned)
    _same_as_the_door(communities, pool)
    tests, chances = [], []
    for community, rows in zip(communities, later, strict=True):
        name = community.recipe.name
        models = {told: learn(pool.filter(pl.col("brand") != name), some) for told, some in wanted.items()}
        for _, then in rows.group_by("origin", maintain_order=True) if rows.height else ():
            scores = _scores(then, models) | simple(then, "posts", "recency")
            tests.append(case(then, scores, name))
            chances.append((sigmoid(scores["the default features"]), tests[-1].happened))
    table(tests, part=0.1)
    table(tests, part=0.1, by_group=True)
    print(f"calibration error {calibration_error(*map(np.concatenate, zip(*chances, strict=True))):.3f}")


def _periods(community: amb.Community, windows: Sequence[Window], names: Sequence[str]) -> pl.DataFrame:
    """The person-periods with the brand's name, missing what this community cannot feed."""
    have = fed(community, names)
    gone = [pl.lit(None, pl.Float64).alias(name) for name in names if name not in have]
    made = person_periods(community, event(community), windows, have).with_columns(*gone)
    return made.select(*KEYS, *names, brand=pl.lit(community.recipe.name))


def _same_as_the_door(communities: list[amb.Community], pool: pl.DataFrame) -> None:
    """Says how near the pooled rows come to what :func:`learn_across` gives, on six brands."""
    have = pool["brand"].unique(maintain_order=True).head(6).to_list()
    model = learn_across([one for one in communities if one.recipe.name in have], OF_BRANDS)
    ours = learn(pool.filter(pl.col("brand").is_in(have)), OF_BRANDS)
    gap = max(abs(one.weight - two.weight) for one, two in zip(model.features, ours.features, strict=True))
    print(f"learn_across over six brands gives the same weights to {gap:.1e}\n")


LADDER = """
[ladder]
window = "20y"
aware = ["posts >= 1"]
like = []
love = []
advocate = ["{advocate}"]
defend = []
negative = []

[propensity]
among = ["aware"]
"""


def _brand(name: str, data: str) -> amb.Community:
    """A brand's file by the recipe of one of them; who tweets is aware, who shares is an advocate."""
    slug = "".join(letter for letter in name.lower() if letter.isalnum())
    changes = [
        ("Pokemon.txt", f"{name}.txt"),
        ("pokemon-", f"{slug}-"),
        ('name = "brand_retweets"', f'name = "{slug}"'),
    ]
    return changed("brand_retweets", data, *changes, more=LADDER.format(advocate="shares >= 1") + 'horizon = "7d"\n')


# ---- last.fm ---------------------------------------------------------------------------------------------------------

ARTISTS = 24


def lastfm(data: str) -> None:
    """Artists as brands, by models of other artists' earlier half-years; at risk is who has tagged anything before.

    How often somebody plays an artist is known as of the crawl alone, so nothing is learned from it.
    """
    communities = _artists(data)
    names = fed(communities[0], [*DEFAULT_FEATURES, "recency", "posts"])
    default = fed(communities[0], DEFAULT_FEATURES)
    begins = [datetime(year, month, 1, tzinfo=UTC) - JUST_BEFORE for year in range(2008, 2012) for month in (1, 7)]
    windows = [Window(begin, end) for begin, end in pairwise(begins[:7])]
    whole = pl.concat([_periods(community, windows, names) for community in communities])
    plays = communities[0].interactions.filter(pl.col("weight").is_not_null())
    plays = plays.select(account="source", brand=pl.col("target").str.strip_prefix("lastfm:"), plays="weight")
    whole = whole.join(plays, ["account", "brand"], how="left", maintain_order="left")
    everybody, listeners, chances = [], [], []
    for window, part in product(windows[-3:], range(3)):
        ours = [one.recipe.name for one in communities[part::3]]
        then = whole.filter(pl.col("origin") == window.origin)
        model = learn(whole.filter(pl.col("until") <= window.origin, ~pl.col("brand").is_in(ours)), default)
        for artist in ours:
            rows = then.filter(pl.col("brand") == artist)
            scores = {"the default features": model.log_odds(rows)} | simple(rows, "posts", "recency")
            everybody.append(case(rows, scores, artist))
            heard = rows["plays"].fill_null(0).to_numpy()
            later = everybody[-1].scores | {"plays (known only later)": heard}
            listeners.append(replace(everybody[-1], scores=later).among(heard > 0))
            chances.append((sigmoid(scores["the default features"]), everybody[-1].happened))
    for told, tests in (
        ("everybody who has tagged before", everybody),
        ("who plays the artist at the crawl", listeners),
    ):
        print(f"\n{told}")
        table(tests, part=0.1)
        table(tests, part=0.1, by_group=True)
    print(f"calibration error {calibration_error(*map(np.concatenate, zip(*chances, strict=True))):.4f}")


TAGS = """
[[files]]
table = "posts"
path = "{data}/lastfm/user_taggedartists.dat"
separator = "\\t"
platform = "lastfm"

[files.columns]
post = { columns = ["userID", "artistID", "year", "month"] }
author = { column = "userID", prefix = "user-" }
at = { columns = ["year", "month", "day"], time = "%Y-%m-%d" }
"""


def _artists(data: str) -> list[amb.Community]:
    """The artists that most people had tagged by 2008, each as the brand; tagging anything is a post of one's own."""
    no_rivals = ('rivals = ["lastfm:artist-190", "lastfm:artist-65"] # Muse, Coldplay\n', "")
    whole = changed("lastfm", data, no_rivals, more=TAGS + LADDER.format(advocate="mentions >= 1"))
    early = whole.interactions.filter(pl.col("weight").is_null(), pl.col("at") < datetime(2008, 1, 1, tzinfo=UTC))
    tagged = early.group_by("target").agg(pl.col("source").n_unique().alias("people"))
    chosen = tagged.sort("people", "target", descending=[True, False])["target"].head(ARTISTS)
    return [
        replace(
            whole,
            brand=replace(whole.brand, accounts=(artist,)),
            recipe=whole.recipe.model_copy(update={"name": artist.partition(":")[2]}),
        )
        for artist in chosen
    ]


# ---- orders ----------------------------------------------------------------------------------------------------------


def retail(data: str) -> None:
    """Another order within 90 days, at two origins, beside BG/NBD."""
    whole = read("retail_orders", data)
    asked, length = event(whole), 90 * DAY
    names = fed(whole, [*DEFAULT_FEATURES, "order_frequency", "order_recency", "net_spend", "orders"])
    default = fed(whole, DEFAULT_FEATURES)
    tests = []
    for at in (datetime(2011, 8, 1, tzinfo=UTC), datetime(2011, 9, 9, tzinfo=UTC)):
        moment = at - JUST_BEFORE
        past = [Window(moment - length * step, moment - length * (step - 1)) for step in (2, 1)]
        rows = person_periods(whole, asked, [*past, Window(moment, moment + length)], names)
        before, then = rows.filter(pl.col("origin") < moment), rows.filter(pl.col("origin") == moment)
        model = learn(before, default)
        scores = {"the default features": model.log_odds(then)} | _bg_nbd(whole, moment, then["account"])
        tests.append(case(then, scores | simple(then, "orders", "order_recency", "net_spend")))
        strongest = sorted(model.features, key=lambda one: -abs(one.weight))[:8]
        print(f"\n{at:%Y-%m-%d}:", *(f"{one.name} {one.weight:+.2f}" for one in strongest))
        _calibrated("the default features", model, before, then)
        _said(whole, moment, Window(moment, moment + length))
        table(tests[-1:], part=0.1)
    print("\nboth:")
    table(tests, part=0.1)


def _bg_nbd(whole: amb.Community, at: datetime, people: pl.Series) -> dict[str, Array]:
    """The chance of another order by BG/NBD (Fader, Hardie and Lee 2005), fitted on the days of purchase until then."""
    from scipy.optimize import minimize
    from scipy.special import gammaln

    ago = ((pl.lit(at) - pl.col("at")).dt.total_seconds() // 86_400).alias("ago")
    days = kept(whole.as_of(at)).select("account", ago)
    each = days.unique().group_by("account").agg(T=pl.col("ago").max(), last=pl.col("ago").min(), n=pl.len())
    each = pl.DataFrame({"account": people}).join(each, "account", how="left", maintain_order="left")
    age, x = each["T"].to_numpy().astype(float) + 1, each["n"].to_numpy().astype(float) - 1
    seen = age - each["last"].to_numpy() - 1
    unit = age.max() / 10

    def loss(logs: Array, seen: Array = seen / unit, age: Array = age / unit) -> float:
        r, alpha, a, b = np.exp(logs)
        same = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        same = same + gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
        gone = np.where(x > 0, np.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + seen), -np.inf)
        return float(-(same + np.logaddexp(-(r + x) * np.log(alpha + age), gone)).mean() + 1e-6 * (logs**2).sum())

    starts = ([0, 0, 0, 0], [-0.5, 1, -1, 1], [0.5, 1, -2, 0])
    fits = [minimize(loss, start, method="L-BFGS-B", bounds=[(-8, 8)] * 4) for start in starts]
    r, alpha, a, b = np.exp(min(fits, key=lambda one: one.fun).x)
    alpha *= unit
    alive = np.where(x > 0, 1 / (1 + a / (b + np.maximum(x, 1) - 1) * ((alpha + age) / (alpha + seen)) ** (r + x)), 1.0)
    return {"BG/NBD": alive * (1 - ((alpha + age) / (alpha + age + 90)) ** (r + x))}


def cdnow(data: str) -> None:
    """Not at hand."""
    print(f"{data} holds no CDNOW file: skipped.")


def household(data: str) -> None:
    """Past forecasts of who takes up an offer; household_offers.py beside this file asks further."""
    _moves(read("household_orders", data))


def _moves(community: amb.Community) -> None:
    """The product's own account of its past forecasts."""
    found = backtesting.moves(community, resamples=RESAMPLES)
    for row in found.orders.iter_rows(named=True):
        told = [
            f"{row[name]:.3f} [{row[name + '_low']:.3f} {row[name + '_high']:.3f}]"
            for name in ("auc", "lift_5", "lead")
        ]
        print(f"  {row['order']:26s} AUC, lift 5 %: {told[0]}  {told[1]}   the forecast ahead by {told[2]}")
    for row in found.by_origin.iter_rows(named=True):
        came = f"{row['foretold']:,.0f} foretold, {row['events']:,} came: {'kept' if row['kept'] else 'BROKEN'}"
        print(f"  {row['origin']:%Y-%m-%d}: {came}; AUC {row['auc']:.3f}, calibration error {row['error']:.4f}")
    today, (error, low, high) = "; ".join(found.doubts) or "given out", found.error
    print(f"  calibration error of all {error:.4f} [{low:.4f} {high:.4f}]; today: {today}")


# ---- simulated towns -------------------------------------------------------------------------------------------------


def _town(folder: str, seed: int, scenario: str) -> Path:
    return write_town(Path(folder), n=TOWN, seed=seed, scenario=scenario)


def town(_: str, *seeds: str) -> None:
    """Who was truly on the way, and how sure the forecasts were, in quiet towns."""
    for seed in map(int, seeds or ("1", "2", "3")):
        with TemporaryDirectory() as folder:
            path = _town(folder, seed, "steady")
            community, truth = amb.read(path), pl.read_csv(path.parent / "truth.csv")
        made = forecast(community)
        acts = ladder.evidence(community).select("account", "interactions", "recommendations", "quiet_days")
        people = made.people.join(truth, "account", how="left", maintain_order="left")
        people = people.join(acts, "account", how="left", maintain_order="left")
        schemers = people["account"].is_in(apart(community)["account"].implode()).to_numpy()
        scores = {"the forecast": people["log_odds"].to_numpy()} | simple(people, "interactions", "quiet_days")
        scores["recommendations"] = people["recommendations"].fill_null(0).to_numpy().astype(float)
        happened = (people["role"] == "on_the_way").fill_null(False).to_numpy()
        print(f"\nseed {seed}: {people.height:,} at risk, {happened.sum()} of them on the way; by {made.by}")
        print(f"  withheld: {made.withheld}")
        for name, score in scores.items():
            order, without = Order(score, happened), Order(np.where(schemers, score.min() - 1, score), happened)
            recall = f"{order.recall(0.05):.3f}, {without.recall(0.05):.3f} with those told apart last"
            print(f"  {name:24s} recall in the first 5 %: {recall}; AUC {order.auc():.3f}")
        table([Case(people["account"].to_numpy(), happened, scores)], part=0.05)
        known = people.with_columns(pl.col("propensity").cast(pl.Float64)).drop_nulls("propensity")
        true = known.select(pl.corr("log_odds", "propensity", method="spearman")).item()
        print(f"  Spearman with the true propensity {true:.3f} ({known.height:,} people)")
        _against_hazards(made, seed)
        _moves(community)


def _against_hazards(made: amb.propensity.Forecast, seed: int) -> None:
    """The chances at the last checks beside the true hazards of beginning to speak up, which comes before the rung."""
    last = made.checks[-2:]
    true = simulate.hazards(TOWN, seed=seed, at=[check.origin.replace(microsecond=0) for check in last])
    for check, (_, then) in zip(last, true.group_by("at", maintain_order=True), strict=True):
        both = pl.DataFrame({"account": check.account, "chance": check.chance}).join(then, "account")
        fits = both.drop_nulls("hazard")
        told = fits.select(pl.corr("chance", "hazard", method="spearman")).item()
        means = f"mean chance {fits['chance'].mean():.4f}, mean hazard {fits['hazard'].mean():.4f}"
        print(
            f"  {check.origin:%Y-%m-%d}: Spearman with the true hazard {told:.3f}; {fits.height:,} of "
            f"{check.account.len():,} have yet to begin; {means}"
        )


SCENARIOS = ("steady", "drift", "spike", "boycott")
DATES = ["2026-03-17", "2026-04-01", "2026-04-16", "2026-05-01"]
#: Later dates, of which only two weeks are left to see.
LATER = ["2026-05-06", "2026-05-12", "2026-05-17"]


def scenarios(_: str, *asked: str) -> None:
    """Probabilities given out or withheld, and of those given how many what came did not bear out."""
    seeds = [int(one) for one in asked if one.isdigit()] or [1, 2, 3, 4]
    which = [one for one in SCENARIOS if one in asked] or SCENARIOS
    days = [one for one in (*DATES, *LATER) if one in asked] or (*DATES, *LATER)
    for scenario in which:
        told = {"30 days": [0, 0, 0], "14 days": [0, 0, 0]}
        for seed in seeds:
            with TemporaryDirectory() as folder:
                whole = amb.read(_town(folder, seed, scenario))
            short = whole.recipe.model_copy(update={"propensity": recipe.PropensitySection(horizon="14d")})
            later = LATER if scenario in ("spike", "boycott") else []
            for horizon, community, dates in (
                ("30 days", whole, DATES),
                ("14 days", replace(whole, recipe=short), later),
            ):
                for date in (one for one in dates if one in days):
                    print(f"{scenario} {seed} {date} {horizon}", end="")
                    moment = datetime.fromisoformat(date).replace(tzinfo=UTC)
                    right = _said(community, moment, Window(moment, moment + int(horizon[:2]) * DAY))
                    told[horizon][0 if right is None else 1 if right else 2] += 1
        for horizon, (withheld, right, wrong) in told.items():
            print(f"== {scenario}, {horizon}: {withheld} withheld, {right + wrong} given out, {wrong} of them wrong")


if __name__ == "__main__":
    globals()[sys.argv[2]](sys.argv[1], *sys.argv[3:])
