"""Forgetting: a person taken out of what a report says, so that the page can be made again without them."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Collection
from typing import Any

Told = dict[str, Any]
SOMEONE = "someone"


def without(told: Told, accounts: Collection[str]) -> Told:
    """The same report without those people: their places, cards and changes, and they as neighbours of others.

    Where another's texts or a setting name them, ``someone`` stands instead: by account id anywhere, by handle or name,
    as whole words, in what people have written. The report that is given stays as it is.
    """
    gone = set(accounts)
    named = _names(told, gone)
    kept = copy.deepcopy(told)
    kept["people"] = {account: one for account, one in kept["people"].items() if account not in gone}
    for one in kept["people"].values():
        for side in one["around"].values():
            side["people"] = [near for near in side["people"] if near.get("account") not in gone]
    for ranked in kept["lists"]:
        entries = [place for place in ranked["entries"] if place["account"] not in gone]
        ranked["of"] -= len(ranked["entries"]) - len(entries)
        ranked["entries"] = entries
    kept["changes"] = [row for row in kept["changes"] if row["account"] not in gone]
    return _unnamed(kept, gone, named)


def _names(told: Told, gone: set[str]) -> set[str]:
    """The handles and names by which others may speak of them."""
    people = [told["people"][account] for account in sorted(gone & set(told["people"]))]
    known = {one[key] for one in people for key in ("person", "handle") if one[key]}
    return known | {row["person"] for row in told["changes"] if row["account"] in gone and row["person"]}


def _unnamed(kept: Told, gone: set[str], named: set[str]) -> Told:
    """Texts in which nobody of them is named: ids anywhere, names where people write freely."""
    whole: Told = _texts(kept, _replacer(gone))
    free = _replacer(gone | named)
    for one in whole["people"].values():
        one["notes"] = _texts(one["notes"], free)
    for key in ("settings", "no_changes"):
        whole[key] = _texts(whole[key], free)
    whole["quality"]["nobody"] = _texts(whole["quality"]["nobody"], free)
    for row in whole["changes"]:
        row["why"] = _texts(row["why"], free)
    return whole


def _replacer(names: set[str]) -> Callable[[str], str]:
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    if not longest_first:
        return lambda text: text
    # a shorter id or handle within a longer one is somebody else
    pattern = re.compile(
        r"(?<![\w.:-])@?(?:" + "|".join(map(re.escape, longest_first)) + r")(?![\w:@-]|\.\w)", re.IGNORECASE
    )
    return lambda text: pattern.sub(SOMEONE, text)


def _texts(value: Any, change: Callable[[str], str]) -> Any:
    """The value with every text in it changed; keys and accounts stay."""
    if isinstance(value, dict):
        return {key: one if key == "account" else _texts(one, change) for key, one in value.items()}
    if isinstance(value, list):
        return [_texts(one, change) for one in value]
    return change(value) if isinstance(value, str) else value
