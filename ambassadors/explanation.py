"""One account's score taken apart, and what would move it up."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from ambassadors import display, ladder, measures, score
from ambassadors.character import apart
from ambassadors.community import Community
from ambassadors.errors import NotEnoughData
from ambassadors.phrases import percent, sentence, span
from ambassadors.propensity import TOO_NEW, forecast
from ambassadors.shortlists import details, facts, reason

if TYPE_CHECKING:
    from markupsafe import Markup


MOST_SHOWN = 7  # measures of a ranking, in plain text
#: What would break a line, turn it around, or command a terminal.
_COMMANDS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Part:
    """One measure's share in a score: ``points`` of at most ``weight``, and the comparison behind it.

    ``place`` is None for an account of which nothing was counted: it is not among the ``of`` who are compared.
    """

    measure: str
    meaning: str
    value: float | None
    percentile: float | None
    weight: float
    points: float
    place: int | None
    of: int
    peers: str
    says: str


@dataclass(frozen=True)
class Standing:
    """An account in one ranking. ``score == sum of the parts' points``; ``why_not`` says why there is none.

    ``low`` and ``high`` are the bounds of the rank, and ``grade`` says how much data stands behind it.
    """

    ranking: str
    rank: int | None = None
    of: int = 0
    score: float | None = None
    parts: tuple[Part, ...] = ()
    lacking: dict[str, str] = field(default_factory=dict)
    upward: tuple[str, ...] = ()
    why_not: str = ""
    low: int | None = None
    high: int | None = None
    grade: str = ""


@dataclass(frozen=True)
class Explanation:
    """All that the toolkit knows of an account's place, in words and numbers."""

    account: str
    person: str
    as_of: str
    rung: str | None
    since: str
    path: str
    evidence: str
    to_next: str
    character: str
    chance: str
    rows: dict[str, int]
    standings: tuple[Standing, ...]

    def sentences(self) -> list[str]:
        """What is known of them but for their places: rows, rung, evidence, the way there, the next step, character."""
        rows = ", ".join(f"{count:,} in {table}" for table, count in self.rows.items() if count)
        since = f" since {self.since}" if self.since else ""
        told = [
            f"Rows behind this: {rows or 'none'}",
            f"Rung: {self.rung or 'none'}{since}." + (f" {sentence(self.evidence)}" if self.evidence else ""),
            f"The way there: {self.path}." if ">" in self.path else "",
            f"To the next rung, {self.to_next}." if self.to_next else "",
            f"Moving up: {self.chance}." if self.chance else "",
            f"Character: {self.character}." if self.character else "",
        ]
        return [one for one in told if one]

    def __str__(self) -> str:
        lines = [f"{self.person}  {self.account}  as of {self.as_of}", *self.sentences()]
        for standing in self.standings:
            lines += ["", *_plain(standing)]
        return "\n".join(display.clip(_COMMANDS.sub("\ufffd", line), 400) for line in lines)

    def _repr_html_(self) -> str:
        rows = ", ".join(f"{count:,} in {table}" for table, count in self.rows.items() if count)
        told = [
            ("rung", f"{self.rung or 'none'}{f' since {self.since}' if self.since else ''}"),
            ("evidence", sentence(self.evidence)),
            ("the way there", self.path if ">" in self.path else ""),
            ("to the next rung", self.to_next),
            ("moving up", sentence(self.chance)),
            ("character", sentence(self.character)),
            ("rows behind this", rows or "none"),
        ]
        parts = (piece for standing in self.standings for piece in _shown(standing))
        return display.card(
            self.person,
            f"{self.account}, as of {self.as_of[:16].replace('T', ' ')}",
            display.facts("Where they stand", told),
            *parts,
        )


def explain(community: Community, name: str) -> Explanation:
    """The account that an id or handle names, taken apart in both rankings.

    Raises :class:`UnknownAccount` with the nearest names when there is none.

    >>> import ambassadors as amb
    >>> town = amb.read("graphs/town/brand.toml").as_of("2024-06-01")
    >>> first = amb.rank(town, "influencers").row(0, named=True)
    >>> standing = explain(town, first["account"]).standings[0]
    >>> standing.rank, round(sum(part.points for part in standing.parts), 3) == standing.score
    (1, True)
    """
    account = community.find(name)
    alone = community.accounts.filter(pl.col("account") == account).with_columns(tier=pl.lit(None, pl.String))
    row = facts(community, alone.select("account", "platform", "handle", "tier")).row(0, named=True)
    rung = ladder.rungs(community).filter(pl.col("account") == account)["rung"].to_list()
    row["rung"] = rung[0] if rung else None
    upward = ladder.next_rung(row["rung"]) if ladder.missing(community, row) else None
    return Explanation(
        account=account,
        person=row["name"] or row["handle"] or account,
        as_of=community.moment.isoformat() if community.moment else "undated",
        rung=row["rung"],
        since=f"{row['stage_since']:%Y-%m-%d}" if row["stage_since"] else "",
        path=row["stage_path"] or "",
        evidence=ladder.says(community, row),
        to_next=f"{upward}: {ladder.missing(community, row)}" if upward else "",
        character=_character(row),
        chance=_chance(community, account),
        rows={table: row[f"{table}_rows"] for table in ("accounts", "follows", "posts", "interactions", "orders")},
        standings=tuple(_standing(community, account, row["rung"], ranking) for ranking in score.RANKINGS),
    )


def _character(row: dict[str, Any]) -> str:
    """What kind of person this is and what would be welcome, or why they are told apart; empty where nothing fits."""
    if row["apart"]:
        return f"told apart from ambassadors: {row['apart'].rstrip('.')}"
    kind = row["kind_of_person"]
    return f"{kind}: {row['because'].rstrip('.')}. Welcome would be {row['welcome']}" if kind else ""


def _chance(community: Community, account: str) -> str:
    """The chance of moving up, or why there is none; empty for who is not at risk."""
    try:
        made = forecast(community)
    except NotEnoughData as error:
        return str(error).rstrip(".")
    found = made.people.with_row_index("place", 1).filter(pl.col("account") == account)
    if found.is_empty():
        return ""
    row, of = found.row(0, named=True), f"{made.people.height:,} who could {made.says} within {span(made.horizon)}"
    place = f"place {row['place']:,} of {of}"
    if row["probability"] is None:
        why = f"{TOO_NEW}: first seen too lately" if row["grade"] else f"no probability: {made.withheld[0]}"
        return f"{place}; {why}"
    bounds = f"({row['probability_low']:.2f} to {row['probability_high']:.2f})"
    return f"{place}; the chance is {row['probability']:.2f} {bounds}"


def _standing(community: Community, account: str, rung: str | None, ranking: str) -> Standing:
    try:
        ranked = score.rank(community, ranking)
    except NotEnoughData as error:
        return Standing(ranking, why_not=str(error))
    found = ranked.filter(pl.col("account") == account)
    if found.is_empty():
        return Standing(ranking, of=ranked.height, why_not=_why_not(community, account, rung, ranking))
    row, shares = found.row(0, named=True), score.weights(community, ranking)
    parts = tuple(_part(community, row, name, weight) for name, weight in shares.points.items())
    upward = tuple(_upward(community, ranked, row, parts))
    bounds = {"low": row["rank_low"], "high": row["rank_high"], "grade": row["grade"]}
    return Standing(ranking, row["rank"], ranked.height, row["score"], parts, shares.lacking, upward, **bounds)


def _why_not(community: Community, account: str, rung: str | None, ranking: str) -> str:
    brand = community.brand
    for names, who in ((brand.accounts, "the brand itself"), (brand.rivals, "a rival"), (brand.staff, "staff")):
        if account in names:
            return f"never ranked: {who}"
    if account not in community.candidates["account"]:
        return "never ranked: the recipe leaves this account out, or its owner asked not to be found or contacted"
    if ranking == "influencers":
        return "not ranked: known from orders only, no account is linked"
    told = apart(community).filter(pl.col("account") == account)["evidence"].to_list()
    if told:
        return f"told apart from ambassadors: {told[0].rstrip('.')}"
    rungs = ", ".join(community.recipe.rank.rungs)
    return f"not ranked: stands on {rung or 'no rung'}, and this ranking is of {rungs}"


def _part(community: Community, row: dict[str, Any], name: str, weight: float) -> Part:
    value, percentile, points = row[name], row[f"{name}:percentile"], row[f"{name}:points"] or 0.0
    one = measures.named(name)
    found = details(community, name, pl.Series([row["account"]]))[row["account"]]
    says = "No data." if value is None else "None seen." if _silent(found) else reason(name, found, percentile)
    group = score.peer_group(community, name, row["platform"], row["tier"])
    place = None if value in (None, one.nothing) else group.place(value, one.more_is_better)
    return Part(name, one.meaning, value, percentile, weight, points, place, len(group.values), group.name, says)


def _silent(found: dict[str, Any]) -> bool:
    """Whether a measure counted nothing: no row of the data stands behind its value."""
    return any(detail is None for detail in found.values())


def _upward(community: Community, ranked: pl.DataFrame, row: dict[str, Any], parts: tuple[Part, ...]) -> list[str]:
    """The three measures with the most points left, and what a stand in the group's top tenth would bring."""
    options = []
    for part in parts:
        one = measures.named(part.measure)
        group = score.peer_group(community, part.measure, row["platform"], row["tier"])
        aim = group.quantile(0.9)
        if aim is None or len(group.values) < 2:
            continue
        gain = part.weight * _worth(group.place(aim, one.more_is_better), len(group.values), one.scale) - part.points
        if gain > 0:
            options.append((gain, _way(ranked, row, part, one.advice, aim, gain)))
    return [text for _, text in sorted(options, reverse=True)[:3]]


def _worth(place: int, of: int, scale: measures.Scale) -> float:
    return float(pl.select(score.worth(pl.lit(place), pl.lit(of), scale)).item())


def _way(ranked: pl.DataFrame, row: dict[str, Any], part: Part, advice: str, aim: float, gain: float) -> str:
    """One way up in words: what to do, from which value to which, and the points and rank that it would bring."""
    rank = ranked.filter(pl.col("score") > row["score"] + gain).height + 1
    now = "no data" if part.value is None else f"{part.value:,.4g}"
    brings = f"{gain:+.1f} points" + (f" and rank {rank:,} instead of {row['rank']:,}" if rank < row["rank"] else "")
    return f"{advice}: {part.measure} from {now} to {aim:,.4g}, ahead of nine in ten {part.peers}, would bring {brings}"


def _plain(standing: Standing) -> list[str]:
    """A ranking in lines: the place, the measures with most points, the rest in one sum, and the ways up."""
    if standing.why_not:
        return [f"{standing.ranking}: {standing.why_not}"]
    bounds = f" ({standing.low:,} to {standing.high:,})" if standing.low is not None else ""
    title = f"{standing.ranking}: rank {standing.rank:,}{bounds} of {standing.of:,}, data: {standing.grade}"
    parts = sorted(standing.parts, key=lambda part: -part.points)
    rest, lacking = parts[MOST_SHOWN:], ", ".join(standing.lacking)
    return [
        f"{title}, score {standing.score:.3f}",
        *(f"  {part.points:6.3f} of {part.weight:5.2f}  {part.measure}: {part.says}" for part in parts[:MOST_SHOWN]),
        *([f"  {sum(part.points for part in rest):6.3f} from {len(rest)} more measures"] if rest else []),
        *([f"Left out: {lacking}."] if lacking else []),
        *(f"Up: {way}." for way in standing.upward),
    ]


def _shown(standing: Standing) -> list[Markup]:
    """A ranking as a waterfall: each measure's points hang where those before end, and the sum is the score."""
    if standing.why_not:
        return [display.facts(standing.ranking, [("no place", sentence(standing.why_not))])]
    bounds = f" ({display.bounds(standing.low, standing.high)})" if standing.low is not None else ""
    caption = f"{standing.ranking}: rank {standing.rank:,}{bounds} of {standing.of:,}, data: {standing.grade}"
    number = display.Column("points", right=True)
    place = display.Column("place", whole=True)
    columns: list[display.Heading] = ["measure", display.Column("what it says", wide=True), place, number, "adding up"]
    parts = sorted(standing.parts, key=lambda part: -part.points)
    total, end, rows = standing.score or 0.0, 0.0, []
    for part in parts:
        if part.points > 0:
            rows.append(_step(part, end, total))
            end += part.points
    foot = ["the score", "the sum of the points", "", f"{total:.3f}", display.bar(total, total, says=f"{total:.3f}")]
    nothing = ", ".join(display.words(part.measure) for part in parts if part.points <= 0)
    lacking = ", ".join(display.words(name) for name in standing.lacking)
    notes = [f"No points from {nothing}." if nothing else "", f"This data cannot feed {lacking}." if lacking else ""]
    ways = [f"Up: {way}." for way in standing.upward]
    return [display.table(caption, columns, rows, foot), display.notes([*ways, *notes])]


def _step(part: Part, begin: float, total: float) -> list[Any]:
    """A measure's row in the waterfall."""
    place = "" if part.place is None else f"{part.place:,} of {part.of:,}, "
    ahead = "" if part.percentile is None else f"ahead of {percent(part.percentile)}"
    points = display.under(f"{part.points:.3f}", f"of {part.weight:.1f}")
    drawn = display.floating(begin, begin + part.points, total, says=f"{part.points:.1f} points")
    says = part.says.split("; ahead of")[0].rstrip(".") + "."
    return [display.words(part.measure), says, display.under(place + ahead, part.peers), points, drawn]
