"""Why somebody entered, left or moved: one plain sentence, from evidence."""

from __future__ import annotations

from typing import Any

from ambassadors.changes.differences import list_length
from ambassadors.changes.evidence import Evidence
from ambassadors.changes.parts import RANKING
from ambassadors.changes.shifts import SEEN, said, total
from ambassadors.three_lists import LISTS, READY

Row = dict[str, Any]


def entered(known: Evidence, name: str, now: Row) -> tuple[bool, str]:
    """Whether it is a story (from one list to another, or new to the data), and where the person comes from."""
    account, moment = now["account"], known.earlier.moment
    came_from = [other for other in LISTS if name in LISTS and other != name and account in known.then[other]]
    first, rung = known.first_acts.get(account), _rung_since(known, now)
    if came_from:
        return True, f"moved from {words(came_from[0])} to {words(name)}{_and(rung or _score(known, name, account))}"
    if name in LISTS and account in known.apart_then:
        return False, f"no longer set apart ({known.apart_then[account]}){_and(rung)}"
    if account in known.parted and known.parted[account] != account:
        return False, f"was counted as one person with {known.parted[account]} before"
    if first is not None and moment is not None and first > moment:
        return True, f"new: their first act is of {first:%Y-%m-%d}{_and(_most(known, name, now))}"
    before, today = list_length(known.earlier.manifest), list_length(known.manifest)
    if before is not None and today is not None and before < now["rank"] <= today:
        return False, f"the list has up to {today:,} people instead of {before:,}"
    score = (_score(known, name, account) if name != READY else "") or _most(known, name, now)
    return False, rung + _and(score) if rung else f"was not on the list before{_and(score)}"


def left(known: Evidence, name: str, then: Row) -> str:
    """Where the person is now, or what keeps them off the list."""
    account = known.person(then["account"])
    if account in known.apart and (name in LISTS or account not in known.ranks[RANKING[name]]):
        return f"set apart ({known.apart[account]}): {known.apart_because[account]}"
    gone_to = [other for other in LISTS if name in LISTS and other != name and account in known.now[other]]
    if gone_to:
        return f"moved to {words(gone_to[0])}{_and(_rung(known, account, then['stage']))}"
    if account not in known.accounts:
        return "no longer in the data"
    if account not in known.candidates:
        return "the recipe leaves them out now"
    if name in known.manifest["not_ranked"]:
        return f"the list has nobody now: {known.manifest['not_ranked'][name]}"
    return _rung(known, account, then["stage"]) or _passed(known, name, account, then)


def _passed(known: Evidence, name: str, account: str, then: Row) -> str:
    before, today = list_length(known.earlier.manifest), list_length(known.manifest)
    if today is not None and before is not None and today < then["rank"] <= before:
        return f"the list has up to {today:,} people instead of {before:,}"
    if name == READY:
        had = then["probability"]
        return "others are likelier to move up now" + (f"; their chance was {_percent(had)}" if had is not None else "")
    rank = known.ranks[RANKING[name]].get(account)
    if rank is None:
        return f"not ranked among {RANKING[name]} any more"
    return f"passed by others: rank {rank:,} of all {RANKING[name]} now{_and(_score(known, name, account))}"


def moved(known: Evidence, name: str, change: str, then: Row, now: Row) -> str:
    """What moved somebody who is on the list still."""
    parts = [_rung(known, now["account"], then["stage"])]
    if then["account"] != now["account"]:
        parts.append(f"found to be one person: {then['account']} and {now['account']}")
    if name == READY:
        parts.append(_chance(then, now))
    parts.append(_score(known, name, now["account"], change if name != READY else ""))
    return "; ".join(part for part in parts if part)


def _chance(then: Row, now: Row) -> str:
    before, today = then["probability"], now["probability"]
    if today is None:
        return "the forecast orders this list, without a chance for them"
    if before is None:
        return f"their chance is {_percent(today)}, none was given before"
    if before == today:
        return f"their chance is {_percent(today)} as before, and that of others is not"
    return f"their chance is {_percent(today)} instead of {_percent(before)}"


def _likely(now: Row) -> str:
    """What puts somebody on the list of those who are ready: their chance, and what raises it most."""
    chance = "" if now["probability"] is None else f"their chance is {_percent(now['probability'])}"
    return "; ".join(filter(None, [chance, now["reason_1"] and f"first reason: {now['reason_1']}"]))


def _percent(chance: float) -> str:
    return f"{chance * 100:.1f} %"


def _score(known: Evidence, name: str, account: str, change: str = "") -> str:
    """What moved the score; where it stands as it stood, that others moved."""
    found = known.shifts(RANKING[name], account)
    if found is None:
        return ""
    by = total(found)
    if abs(by) < SEEN:
        others = {"up": "others fell behind", "down": "others passed them"}.get(change, "")
        return "; ".join(filter(None, [_unmoved(name), others]))
    against = (change == "up" and by < 0) or (change == "down" and by > 0)
    than = f"others {'lost' if by < 0 else 'gained'} more" if against else ""
    whose = " as an ambassador" if name == READY else ""  # the score that this list shows, and is not ordered by
    return "; ".join(filter(None, [said(found, whose + known.by), than]))


def _unmoved(name: str) -> str:
    return "their score as an ambassador is as it was" if name == READY else "their score is as it was"


def _most(known: Evidence, name: str, now: Row) -> str:
    """What puts somebody on the list: where most points come from, or their chance."""
    if name == READY:
        return _likely(now)
    parts = known.parts_now(RANKING[name], now["account"])
    if not parts:
        return ""
    best = max(parts, key=lambda row: row["points"])
    whole = sum(row["points"] for row in parts)
    return f"most points come from {words(best['measure'])} ({best['points']:.1f} of {whole:.1f})"


def _rung(known: Evidence, account: str, before: str | None) -> str:
    """That somebody stands on another rung now; empty where they do not."""
    now = known.rungs.get(account)
    return "" if now == before else f"stands on {now or 'no rung'} now, on {before or 'no rung'} before"


def _rung_since(known: Evidence, now: Row) -> str:
    """That somebody stands on a rung only since the earlier run; empty where they do not."""
    since, moment = now["stage_since"], known.earlier.moment
    new = since is not None and moment is not None and since > moment.date()
    return f"stands on {now['stage']} since {since:%Y-%m-%d}" if new else ""


def _and(text: str) -> str:
    return f"; {text}" if text else ""


def words(name: str) -> str:
    """A list's or measure's name for a sentence."""
    return name.replace("_", " ")
