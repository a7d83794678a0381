"""The three lists: proven advocates, ready to move up, influential but unproven; and who stands on none of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from ambassadors import display, ladder, measures, score
from ambassadors.character import apart
from ambassadors.community import Community
from ambassadors.errors import AmbassadorsError, NotEnoughData
from ambassadors.phrases import fill, percent, sentence, span
from ambassadors.propensity import TOO_NEW, Forecast, Model, forecast
from ambassadors.propensity.features import speaks_for
from ambassadors.propensity.studies import Outcome
from ambassadors.propensity.uplift import Uplift, expected_value, uplift
from ambassadors.recipe import EVIDENCE
from ambassadors.shortlists import COLUMNS, MANAGERS, details, listed, reason_columns, with_reasons
from ambassadors.trust import peers

if TYPE_CHECKING:
    from markupsafe import Markup

PROVEN, READY, UNPROVEN = "proven_advocates", "ready_to_move_up", "influential_unproven"
LISTS = (PROVEN, READY, UNPROVEN)
#: Who is among this share of the influencers is influential.
INFLUENTIAL = 0.05
#: Affinity that is only beginning: on one of these rungs.
BEGINNING = ("aware", "like")
#: A probability is said with how it went for those who were given as much, times or over this; of fewer it says so.
ALIKE, FEW = 1.5, 10


@dataclass(frozen=True)
class Lists:
    """The three lists as the CSV files hold them, the forecast behind them, and who was set apart from them.

    ``empty`` says why a list has nobody. ``forecast`` is None where nothing can be foretold. ``apart`` has the columns
    ``account, platform, handle, why, evidence`` and those of the manager, empty.
    """

    tables: dict[str, pl.DataFrame]
    empty: dict[str, str]
    forecast: Forecast | None
    apart: pl.DataFrame

    def _repr_html_(self) -> str:
        parts = [_shown(name, frame, self.empty.get(name, "")) for name, frame in self.tables.items()]
        apart = f"{self.apart.height:,} set apart: .apart says who and why" if self.apart.height else ""
        return display.card("Whom to thank, whom to ask, whom to win", apart, *parts)


def lists(
    community: Community,
    k: int | None = None,
    *,
    prior: Model | None = None,
    held: pl.DataFrame | None = None,
    on_origin: Callable[[int, int], None] = lambda place, of: None,
) -> Lists:
    """Whom to thank, whom to ask next, and whom to win: at most ``k`` each (the recipe's number when None).

    ``proven_advocates`` recommend or defend the brand already, by the ranking of ambassadors. ``ready_to_move_up`` are
    those likeliest to do so within the horizon (:func:`~ambassadors.propensity.forecast`). ``influential_unproven`` are
    among the first twentieth of the influencers and have only begun to like the brand. Nobody told apart
    (:func:`~ambassadors.character.apart`) stands on any, nor anybody ``held`` back by what managers noted: ``account,
    why, evidence``.
    """
    most = community.recipe.rank.k if k is None else k
    if not isinstance(most, int) or not 1 <= most <= 10_000_000:
        raise AmbassadorsError(f"k is {most!r}: a list has from 1 to 10,000,000 people.")
    others = _set_apart(community, held)
    made, why = _foretold(community, prior, on_origin)
    heads: dict[str, Callable[[], pl.DataFrame]] = {
        PROVEN: lambda: _proven(community),
        READY: lambda: _ready(community, made, why),
        UNPROVEN: lambda: _unproven(community),
    }
    tables, empty = {}, {}
    for name, head in heads.items():
        try:
            chosen = head().join(others, "account", how="anti", maintain_order="left").head(most)
            if chosen.is_empty():
                raise NotEnoughData(_NOBODY[name])
            tables[name] = _told(community, name, chosen, made)
        except NotEnoughData as error:
            tables[name], empty[name] = pl.DataFrame(schema=COLUMNS), str(error)
    return Lists(tables, empty, made, _named(community, others))


#: What each list is for, and how much of it a notebook shows.
_FOR = {PROVEN: "Whom to thank", READY: "Whom to ask", UNPROVEN: "Whom to win"}
_SHOWN = 5


def _shown(name: str, frame: pl.DataFrame, why: str) -> Markup:
    """The head of a list, or why it has nobody."""
    title = f"{_FOR.get(name, '')}: {display.words(name)}".removeprefix(": ")
    if frame.is_empty():
        return display.facts(title, [("nobody", sentence(why))])
    caption = f"{title}, {min(_SHOWN, frame.height)} of {frame.height:,}: .tables[{name!r}]"
    return display.people(frame, caption=caption, most=_SHOWN, hidden=COLUMNS, reasons=2)


_NOBODY = {
    PROVEN: "nobody has recommended or defended the brand often enough.",
    READY: "nobody stands on a rung from which to move up.",
    UNPROVEN: f"nobody among the first {INFLUENTIAL:.0%} of influencers has only begun to like the brand.",
}


def _foretold(
    community: Community, prior: Model | None, on_origin: Callable[[int, int], None]
) -> tuple[Forecast | None, str]:
    try:
        return forecast(community, prior=prior, on_origin=on_origin), ""
    except NotEnoughData as error:
        return None, str(error)


def ready(community: Community, k: int, *, prior: Model | None = None) -> pl.DataFrame:
    """The list of those who are ready to move up alone; raises :class:`NotEnoughData` where nothing can be foretold."""
    made = forecast(community, prior=prior)
    chosen = _ready(community, made, "").join(apart(community), "account", how="anti", maintain_order="left")
    return _told(community, READY, chosen.head(k), made)


def _told(community: Community, name: str, chosen: pl.DataFrame, made: Forecast | None) -> pl.DataFrame:
    """The chosen people in order, with reasons and all that the columns say."""
    placed = chosen.with_columns(rank=pl.int_range(1, pl.len() + 1), rank_low=None, rank_high=None)
    if name == READY and made is not None:
        worded = placed.with_columns(reason_columns(_reasons(community, made, placed)))
        return listed(community, _with_worth(community, _with_chances(worded, made), made.event))
    known = with_reasons(community, placed)
    return listed(community, known.join(_influence(community), "account", how="left", maintain_order="left"))


def _proven(community: Community) -> pl.DataFrame:
    """Advocates and defenders, in the order of the ranking of ambassadors."""
    return score.rank(community, "ambassadors").filter(pl.col("rung").is_in(("advocate", "defend")))


def _unproven(community: Community) -> pl.DataFrame:
    """The most influential of those who have only begun to like the brand, in the order of the influencers."""
    ranked = score.rank(community, "influencers")
    first = ranked.head(max(int(ranked.height * INFLUENTIAL), 1))
    return first.filter(pl.col("rung").is_in(BEGINNING), pl.col("score") > 0)


def _ready(community: Community, made: Forecast | None, why: str) -> pl.DataFrame:
    """Everybody at risk, likeliest first, with the score of ambassadors and the influence of each."""
    if made is None:
        raise NotEnoughData(why)
    people = community.accounts.select("account", "platform", "handle")
    chosen = made.people.join(people, "account", how="left", maintain_order="left")
    for part in (_tiers(community), _scores(community), _influence(community)):
        chosen = chosen.join(part, "account", how="left", maintain_order="left")
    return chosen.with_columns(pl.coalesce("grade", "confidence").alias("grade"))


def _tiers(community: Community) -> pl.DataFrame:
    return peers(community).select("account", "tier")


def _scores(community: Community) -> pl.DataFrame:
    """The score of ambassadors and how much data stands behind it, where there is one."""
    try:
        ranked = score.rank(community, "ambassadors")
    except NotEnoughData:
        return pl.DataFrame(schema={"account": pl.String, "score": pl.Float64, "confidence": pl.String})
    return ranked.select("account", "score", confidence="grade")


def _influence(community: Community) -> pl.DataFrame:
    """The score of influencers, of 100; null for who has no account that could be ranked."""
    try:
        return score.rank(community, "influencers").select("account", influence="score")
    except NotEnoughData:
        return pl.DataFrame(schema={"account": pl.String, "influence": pl.Float64})


def _with_chances(head: pl.DataFrame, made: Forecast) -> pl.DataFrame:
    """What is foretold of each, and how it is to be read."""
    return head.with_columns(
        moves_to=pl.lit(f"{made.says} within {span(made.horizon)}"),
        probability_says=pl.Series(_said(head, made), dtype=pl.String),
    )


def _with_worth(community: Community, head: pl.DataFrame, event: str) -> pl.DataFrame:
    """What it would be worth to ask each: probability times influence, net of who would do it anyway where known."""
    worth = expected_value(head["probability"], head["influence"], asked_before(community, event))
    says = pl.when(pl.col("value_of_asking").is_not_null()).then(pl.lit(sentence(worth.says)))
    values = worth.values.select(value_of_asking=pl.col("plain").round(2), value_net=pl.col("net").round(2))
    return pl.concat([head, values], how="horizontal").with_columns(value_says=says)


def asked_before(community: Community, event: str) -> Uplift | None:
    """What past offers changed in the share who order or recommend the brand; None where that cannot be compared."""
    outcome: Outcome = "order" if event == "order" else "advocacy"
    try:
        return community.memo(("uplift", outcome), lambda: uplift(community, outcome=outcome))
    except NotEnoughData:
        return None


def _said(head: pl.DataFrame, made: Forecast) -> list[str]:
    """How a chance is to be read, or why there is none."""
    if made.withheld:
        return [sentence(f"no probability: {made.withheld[0]}")] * head.height
    said = []
    for row in head.iter_rows(named=True):
        if row["probability"] is None:
            new = "first seen less than a quarter of the horizon ago"
            said.append(sentence(f"{TOO_NEW}: {new}"))
        else:
            said.append(sentence(_record(made, row["probability"])))
    return said


def _record(made: Forecast, chance: float) -> str:
    """How it went for those who were given about as much by the past forecasts."""
    foretold, happened = made.record
    alike = (foretold >= chance / ALIKE) & (foretold <= chance * ALIKE)
    people, moved = int(alike.sum()), int(happened[alike].sum())
    if people < FEW:
        return f"only {people:,} people were given about as much at earlier dates"
    return f"of {people:,} people who were given about as much at earlier dates {moved:,} moved"


def _reasons(community: Community, made: Forecast, chosen: pl.DataFrame) -> list[list[str]]:
    """Up to three sentences a row: what raises their chance, with its number and how many at risk it exceeds."""
    used = chosen["reasons"].explode().drop_nulls().unique().to_list()
    said = {name: details(community, name, chosen["account"]) for name in used if name not in EVIDENCE}
    values = made.now.select("account", *used).join(chosen.select("account"), "account", how="semi")
    row_of = {row["account"]: row for row in values.iter_rows(named=True)}
    above = {name: _above(made.now, name) for name in used}
    return [
        [
            _reason(name, row_of[row["account"]][name], said.get(name, {}).get(row["account"]), above[name])
            for name in _distinct(row["reasons"])
        ]
        for row in chosen.iter_rows(named=True)
    ]


def _distinct(names: Sequence[str]) -> list[str]:
    """Of reasons of the same kin only the first: they say the same thing over again."""
    kin = {name: _kin(name) for name in reversed(names)}
    first = {kin[name]: name for name in reversed(names)}
    return [name for name in names if first[kin[name]] == name]


def _kin(name: str) -> str:
    return name if name in EVIDENCE else measures.named(name).kin


def _above(now: pl.DataFrame, name: str) -> dict[float | None, float]:
    """For each value of a feature, the share of those at risk whom it is ahead of; of whom nothing is known, too."""
    value = pl.col(name) * speaks_for(name)
    shares = now.select(pl.col(name).alias("value"), share=(value.rank("min") - 1 + value.null_count()) / pl.len())
    return dict(shares.drop_nulls().unique("value").iter_rows())


def _reason(name: str, value: float, found: dict[str, object] | None, above: dict[float | None, float]) -> str:
    stands = f"; ahead of {percent(above[value])} of those who could move" if above.get(value) else ""
    if name == "quiet_days":
        said = f"did something toward the brand {_days_ago(value)}"
    elif name in EVIDENCE:
        said = ladder.counted(name, value)
    else:
        said = fill(measures.named(name).says, found or {})
    return sentence(said + stands)


def _days_ago(days: float) -> str:
    whole = int(days)
    return "today" if whole == 0 else "yesterday" if whole == 1 else f"{whole:,} days ago"


def _set_apart(community: Community, held: pl.DataFrame | None) -> pl.DataFrame:
    """Who is told apart, and who of the others is held back; what the data says of a person comes first."""
    told = apart(community)
    if held is None:
        return told
    known = held.select("account", "why", "evidence").join(community.accounts, "account", how="semi")
    return pl.concat([told, known]).unique("account", keep="first", maintain_order=True).sort("account")


def _named(community: Community, others: pl.DataFrame) -> pl.DataFrame:
    """Who is set apart, with their names and room for the manager's words."""
    person = pl.coalesce("name", "handle", "account").alias("person")
    known = community.accounts.select("account", person, "platform", "handle")
    found = others.join(known, "account", how="left", maintain_order="left")
    room = [pl.lit(None, COLUMNS[name]).alias(name) for name in MANAGERS]
    return found.select("account", "person", "platform", "handle", "why", "evidence", *room)
