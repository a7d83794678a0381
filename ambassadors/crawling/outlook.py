"""What a crawl will take: calls, time, and money where a platform charges, as far as it can be foreseen."""

from __future__ import annotations

from dataclasses import dataclass

from ambassadors.crawling.checkpoint import OPEN, WAITING, Checkpoint, Kept
from ambassadors.platforms.contract import Platform, Wanted

#: How long one call takes on the way, and how many go at a time: what sets the pace where no limit does.
SECONDS_A_CALL, AT_ONCE = 0.25, 4
DAY = 86_400
#: Listings that each post may lead to, by the topics for which each is asked.
_OF_A_POST = (frozenset({"likes"}), frozenset({"shares"}), frozenset({"quotes"}), frozenset({"replies", "threads"}))


@dataclass(frozen=True)
class Outlook:
    """What is still to come: calls (of them ``surely`` many at least), records, seconds, and money if it is known."""

    surely: int
    calls: int
    records: int
    seconds: float
    money: float | None = None


def outlook(
    platform: Platform, wanted: Wanted, notes: Checkpoint, *, depth: int = 0, price: float | None = None
) -> Outlook:
    """What the crawl that stands in those notes will still take.

    Calls that are known of count with the pages that the platform's own figures foretell. What they will lead to is
    estimated: of each post one call for each listing asked for, of all people one profile each in batches, and with
    ``depth`` one page of whom each follows. Whoever reacts to posts without following the brand is not foreseen.
    """
    open_calls = [kept for kept in notes.all_calls() if kept.state in (OPEN, WAITING)]
    surely = notes.foreseen()
    records = sum(_left(kept, platform, wanted, notes) for kept in open_calls)
    posts = _to_come(open_calls, "posts", platform, wanted, notes)
    people = _to_come(open_calls, "follows", platform, wanted, notes)
    asked = wanted.topics & platform.gives
    led = posts * sum(bool(topics & asked) for topics in _OF_A_POST)
    led += _batches(platform, wanted, people)
    if depth and platform.follows is not None:
        led += min(wanted.people, people + len(notes.met()))
    calls = surely + led
    units = calls * max((one.units for one in platform.endpoints.values()), default=1)
    pace = units / platform.limits.units * platform.limits.seconds if units > platform.limits.units else 0.0
    if platform.limits.per_day:
        pace += units // platform.limits.per_day * DAY
    return Outlook(
        surely,
        calls,
        records,
        max(pace, calls * SECONDS_A_CALL / AT_ONCE),
        records * price / 1000 if price is not None and platform.paid else None,
    )


def _left(kept: Kept, platform: Platform, wanted: Wanted, notes: Checkpoint) -> int:
    """How many records a listing still gives; next to none where only its news are read."""
    endpoint = platform.endpoints[kept.call.endpoint]
    most = min(kept.call.expected, wanted.posts if endpoint.table == "posts" else wanted.people)
    read_before = endpoint.newest_first and notes.read_at(kept.key) is not None
    return 0 if read_before else max(0, most - kept.records)


def _to_come(calls: list[Kept], table: str, platform: Platform, wanted: Wanted, notes: Checkpoint) -> int:
    """How many records of a table the listings of it will give."""
    listings = [kept for kept in calls if platform.endpoints[kept.call.endpoint].table == table]
    return sum(_left(kept, platform, wanted, notes) for kept in listings)


def _batches(platform: Platform, wanted: Wanted, people: int) -> int:
    """Calls for the profiles of so many more people."""
    if platform.profiles is None or platform.whole_profiles or "profiles" not in wanted.topics or not people:
        return 0
    sample = [f"{platform.name}:{number}" for number in range(100)]
    return -(-min(people, wanted.people) * len(platform.profiles(sample)) // len(sample))
