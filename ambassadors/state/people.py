"""One person's accounts, and what was noted of all of them as one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

#: Which accounts belong to the same person: a function such as ``Community.aliases``, or a mapping of each to all.
Aliases = Mapping[str, Sequence[str]] | Callable[[str], Sequence[str]]

BETWEEN = " / "


class People:
    """Who is who: asked for any account of a person, it names all of them."""

    def __init__(self, aliases: Aliases | None = None) -> None:
        self._ask = aliases if callable(aliases) else _turned_over(aliases or {})

    def accounts(self, account: str) -> list[str]:
        """All accounts of that person, the given one first.

        >>> People({"x:ann": ["ig:ann"]}).accounts("ig:ann")
        ['ig:ann', 'x:ann']
        """
        return [account, *sorted(set(self._ask(account)) - {account})]


def _turned_over(aliases: Mapping[str, Sequence[str]]) -> Callable[[str], Sequence[str]]:
    """The mapping, asked by any account that stands in it, as a key or among the others."""
    everyone: dict[str, list[str]] = {}
    for account, others in aliases.items():
        everyone.update({one: [account, *others] for one in (account, *others)})
    return lambda account: everyone.get(account, [])


def joined(field: str, values: Iterable[str | None]) -> str | None:
    """One value for what was noted of several accounts: any refusal, the last day, else all texts side by side.

    A text that stands in another one already is not repeated.

    >>> joined("owner", ["Ann", None, "Bo", "Ann"]), joined("last_contacted", ["2026-01-02", "2026-03-04"])
    ('Ann / Bo', '2026-03-04')
    """
    said = [value for value in values if value is not None]
    if field == "last_contacted":
        return max(said, default=None)
    together: str | None = None
    for value in said:
        if together is None:
            together = value
        elif f"{BETWEEN}{value}{BETWEEN}" not in f"{BETWEEN}{together}{BETWEEN}":
            together += BETWEEN + value
    return together
