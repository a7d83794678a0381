"""A frame with one person a row as a table of people: who they are, where they stand, and why; whatever it holds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ambassadors.display.bars import COLOURS, REST, bar, legend, stack
from ambassadors.display.pieces import Column, link, paragraphs, piece, table, under
from ambassadors.display.values import bounds, clip, number, shown, words

if TYPE_CHECKING:
    import polars as pl
    from markupsafe import Markup

    Row = dict[str, Any]
    Told = tuple[Column, Sequence[Any]]
#: So many people fit on a screen, so many where each has sentences, and so many columns on a page.
MOST, FEW, WIDE = 20, 10, 10
SENTENCES, CAUTIONS = ("reason_1", "reason_2", "reason_3"), ("caution_1", "caution_2")
#: What every reason ends with is said once, below the table.
PEERS = " of comparable accounts"
POINTS, PERCENTILE = ":points", ":percentile"
#: What holds several columns of a frame together in one of the table.
_PARTS = (
    "rank", "rank_low", "rank_high", "person", "platform", "handle", "profile_url", "tier", "account", "rung", "stage",
    "probability", "probability_low", "probability_high", "score", "reasons", *SENTENCES, *CAUTIONS, "grade",
    "data_confidence", "followers",
)  # fmt: skip


@dataclass(frozen=True)
class _Head:
    """The first rows of a frame, and what its columns are."""

    rows: list[Row]
    names: list[str]

    def has(self, *names: str) -> bool:
        """Whether any row says anything in one of those columns."""
        return any(row.get(name) not in (None, "", []) for row in self.rows for name in names)


def people(
    frame: pl.DataFrame,
    *,
    caption: str = "",
    most: int | None = None,
    kin: Callable[[str], str] = str,
    hidden: Collection[str] = (),
    reasons: int = 3,
) -> Markup:
    """The first people of a frame as far as its columns are known, and whatever else it holds, up to a page's width.

    ``kin`` names what the points of a measure are shown as, ``hidden`` the columns that a page has no room for;
    ``reasons`` is how many sentences each person has. Only the rows that are shown are looked at, so a million rows are
    as quick as twenty.
    """
    most = most or (FEW if "reason_1" in frame.columns else MOST)
    head = _Head(frame.head(most).to_dicts(), frame.columns)
    shades = _shades(head.rows, _pointed(head.names), kin)
    told = [one for make in (_rank, _who, _rung, _chance) if (one := make(head)) is not None]
    told += [
        one for one in (_score(head, shades, kin), _why(head, SENTENCES[:reasons]), _data(head)) if one is not None
    ]
    told += _others(head, hidden, WIDE - len(told))
    if not told:
        return piece("paragraphs", [f"{frame.height:,} rows without a column."])
    rows = list(zip(*(cells for _, cells in told), strict=True))
    made = table(caption or _caption(frame.height, len(rows)), [column for column, _ in told], rows)
    return made + _below(head, shades)


def _below(head: _Head, shades: dict[str, str]) -> Markup:
    """What the colours mean, and of whom a share is."""
    if shades:
        return legend(list(shades.items()), "The bar is the score, of 100 points:")
    shares = any(PEERS in shown(row.get(name)) for row in head.rows for name in SENTENCES)
    return legend([], f"Shares in per cent are{PEERS}.") if shares else piece("paragraphs", [])


def _caption(height: int, rows: int) -> Markup | str:
    """How many people there are, and how to see others."""
    everyone = f"{height:,} {'person' if height == 1 else 'people'}"
    if rows == height:
        return everyone
    return piece("more", f"{rows:,} of {everyone}")


def _rank(head: _Head) -> Told | None:
    if not head.has("rank"):
        return None
    cells = [under(shown(row["rank"]), _bounds(row, "rank")) for row in head.rows]
    return Column("rank", right=True), cells


def _bounds(row: Row, name: str, places: int | None = None) -> str:
    low, high = row.get(f"{name}_low"), row.get(f"{name}_high")
    return bounds(low, high, places) if _counts(low) and _counts(high) else ""


def _counts(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _who(head: _Head) -> Told | None:
    names = [name for name in ("person", "handle", "account") if name in head.names]
    if not names:
        return None
    return Column("person"), [_person(row, names) for row in head.rows]


def _person(row: Row, names: Sequence[str]) -> Markup:
    """The best known name, with a link to the profile, and below it handle, platform and size."""
    handle = shown(row.get("handle")).removeprefix("@")
    name = next(filter(None, (shown(row[name]) for name in names)), "")
    first = f"@{handle}" if name.removeprefix("@") == handle and handle else name
    second = f"@{handle}" if handle and handle != name.removeprefix("@") else ""
    size = f"{shown(row['followers'])} followers" if _counts(row.get("followers")) else shown(row.get("tier"))
    third = " · ".join(filter(None, (shown(row.get("platform")), size)))
    lines = [clip(one, 60) for one in (second, third) if one]
    return piece("person", link(clip(first, 60), row.get("profile_url")), lines)


def _rung(head: _Head) -> Told | None:
    name = "stage" if "stage" in head.names else "rung"
    return (Column("rung"), [row[name] for row in head.rows]) if head.has(name) else None


def _chance(head: _Head) -> Told | None:
    if not head.has("probability") or not all(_counts(row["probability"] or 0) for row in head.rows):
        return None
    cells = [under(number(row["probability"], 2), _bounds(row, "probability", 2)) for row in head.rows]
    return Column("chance", right=True), cells


def _score(head: _Head, shades: dict[str, str], kin: Callable[[str], str]) -> Told | None:
    """The score, and below it a bar of the points that the measures bring."""
    if not head.has("score"):
        return None
    pointed = _pointed(head.names)
    return Column("score", right=True), [_scored(row, pointed, shades, kin) for row in head.rows]


def _scored(row: Row, pointed: Sequence[str], shades: dict[str, str], kin: Callable[[str], str]) -> Any:
    if not _counts(row["score"]) or not pointed:
        return number(row["score"], 1) if _counts(row["score"]) else row["score"]
    if not shades:
        return paragraphs([number(row["score"], 1), bar(row["score"], 100)])
    parts = _grouped(row, pointed, shades, kin)
    return paragraphs([number(row["score"], 1), stack([(name, parts[name], shades[name]) for name in shades], 100)])


def _pointed(names: Sequence[str]) -> list[str]:
    return [name.removesuffix(POINTS) for name in names if name.endswith(POINTS)]


def _points(row: Row, name: str) -> float:
    """The points of a measure, none where there is no number."""
    value = row[name + POINTS]
    return float(value) if _counts(value) and value > 0 and value != float("inf") else 0.0


def _shades(rows: Sequence[Row], pointed: Sequence[str], kin: Callable[[str], str]) -> dict[str, str]:
    """A colour for each of the measures, kin together, that bring most to those people; one for all the others."""
    totals: dict[str, float] = {}
    for name in pointed:
        called = words(kin(name))
        totals[called] = totals.get(called, 0.0) + sum(_points(row, name) for row in rows)
    order = sorted((name for name in totals if totals[name]), key=lambda name: -totals[name])
    shades = dict(zip(order, COLOURS, strict=False))
    return shades | {_OTHERS: REST} if len(order) > len(shades) else shades


_OTHERS = "others"


def _grouped(row: Row, pointed: Sequence[str], shades: dict[str, str], kin: Callable[[str], str]) -> dict[str, float]:
    parts = dict.fromkeys(shades, 0.0)
    for name in pointed:
        called = words(kin(name))
        place = called if called in shades else _OTHERS
        if place in parts:
            parts[place] += _points(row, name)
    return parts


def _why(head: _Head, sentences: Sequence[str]) -> Told | None:
    """The reasons: sentences where they are, and what to look at first; else the measures that bring most."""
    if head.has(*sentences, *CAUTIONS):
        return Column("why", wide=True), [_sentences(row, sentences) for row in head.rows]
    if "reasons" in head.names and head.has("reasons"):
        return Column("most points by"), [_named(row["reasons"]) for row in head.rows]
    return None


def _sentences(row: Row, names: Sequence[str]) -> Markup:
    reasons = [shown(row.get(name)).replace(PEERS, "") for name in names]
    cautions = [shown(row.get(name)) for name in CAUTIONS if row.get(name)]
    return paragraphs([*reasons, piece("look", cautions) if cautions else ""])


def _named(reasons: Any) -> str:
    return ", ".join(words(shown(one)) for one in reasons) if isinstance(reasons, list) else shown(reasons)


def _data(head: _Head) -> Told | None:
    name = "data_confidence" if "data_confidence" in head.names else "grade"
    return (Column("data"), [row[name] for row in head.rows]) if head.has(name) else None


def _others(head: _Head, hidden: Collection[str], room: int) -> list[Told]:
    """Columns that are nobody's but the analyst's own; where no other is known, all of them."""
    pointed = _pointed(head.names)
    ours = {*_PARTS, *hidden, *pointed, *(name + end for name in pointed for end in (POINTS, PERCENTILE))}
    names = [name for name in head.names if name not in ours]
    if room == WIDE and not names:
        names = head.names
    return [(_column(head, name), [_brief(row[name]) for row in head.rows]) for name in names[: max(room, 0)]]


def _brief(value: Any) -> Any:
    return clip(value, 120) if isinstance(value, str) else value


def _column(head: _Head, name: str) -> Column:
    return Column(clip(words(name), 40), right=any(_counts(row[name]) for row in head.rows))
