"""Persons: who is meant by a name, and by what else they are named in runs and notes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import polars as pl

from ambassadors import handles
from ambassadors.errors import UnknownAccount
from ambassadors.privacy.fetched import people_of
from ambassadors.privacy.forms import Person
from ambassadors.privacy.runs import RunFolder, run_folders, table
from ambassadors.state import Store, places

#: Begun and not finished: who is being forgotten, in clear until it is done.
PENDING = "forgetting"


@dataclass
class Crowd:
    """Everybody in the run folders of a place and in its notes, with what they are called."""

    people: dict[str, Person] = field(default_factory=dict)
    colleagues: set[str] = field(default_factory=set)
    links: list[dict[str, set[str]]] = field(default_factory=list)

    def others(self, person: Person) -> set[str]:
        """What everybody else is called, colleagues who keep the notes among them."""
        named = {account: one for account, one in self.people.items() if account not in person.accounts}
        texts = {text for one in named.values() for text in (*one.names, *one.natives)}
        return texts | self.colleagues

    def everything(self, accounts: Iterable[str]) -> Person:
        """All that those accounts, and the others of the same person, are called."""
        whole = Person(tuple(sorted(accounts)))
        for account in self._elsewhere(self._same(whole.accounts)):
            whole |= self.people.get(account, Person((account,)))
        return whole

    def _elsewhere(self, accounts: list[str]) -> list[str]:
        """With them, the same accounts as other servers number them: ``user@server`` is one wherever it is seen."""
        known = [self.people[account] for account in accounts if account in self.people]
        whole = {_key(*of) for one in known for of in one.handles if "@" in of[1]}
        if not whole:
            return accounts
        seen = {account for account, one in self.people.items() for of in one.handles if _key(*of) in whole}
        return sorted({*accounts, *seen})

    def _same(self, accounts: tuple[str, ...]) -> list[str]:
        """With them, whoever the newest run that knows one of them takes for the same person."""
        found = set(accounts)
        for links in self.links:
            if found & links.keys():
                return sorted(found.union(*(links[account] for account in found & links.keys())))
        return sorted(found)


def _key(platform: str, handle: str) -> tuple[str, str]:
    return platform, handle.casefold()


def crowd(out: Path, store: Store | None) -> Crowd:
    """Everybody whom the runs under ``out`` and the store name."""
    found = Crowd()
    for run in run_folders(out):
        found.links.append(_enter(found, run))
    if store is not None:
        for table_name in ("notes", "note_history", "contacts"):
            for (account,) in store.read(f"SELECT DISTINCT account FROM {table_name}"):
                found.people.setdefault(account, Person((account,)))
        found.colleagues |= {
            who for table_name in ("note_history", "audit") for who in _column(store, table_name, "who")
        }
        found.colleagues |= {value for (value,) in store.read("SELECT value FROM notes WHERE field = 'owner'")}
        for person in (one for place in places(store) for one in people_of(place)):
            account = person.accounts[0]
            found.people[account] = found.people.get(account, person) | person
    return found


def _column(store: Store, table_name: str, column: str) -> list[str]:
    return [value for (value,) in store.read(f"SELECT DISTINCT {column} FROM {table_name}") if value]


def _enter(found: Crowd, run: RunFolder) -> dict[str, set[str]]:
    """Enters everybody of a run; gives, for each account, those of the same person."""
    groups: dict[str, set[str]] = {}
    for path in run.files:
        if path.suffix != ".csv":
            continue
        seen: set[tuple[str, ...]] = set()
        for row in table(path):
            if "account" not in row:
                break
            said = _said(row)
            if said not in seen:
                seen.add(said)
                _enter_row(found, groups, row, links="probability" in row and "by" in row)
            found.colleagues |= {row["owner"]} if row.get("owner") else set()
    return groups


def _said(row: dict[str, str]) -> tuple[str, ...]:
    columns = ("account", "person", "handle", "other_accounts", "profile_url", "email")
    return tuple(row.get(name, "") for name in columns)


def _enter_row(found: Crowd, groups: dict[str, set[str]], row: dict[str, str], *, links: bool) -> None:
    account, name = row["account"], row.get("person", "")
    if not account:
        return
    group = groups.setdefault(account, {account})
    if links and name:
        group |= groups.setdefault(name, {name})
        for one in group:
            groups[one] = group
        found.people.setdefault(name, Person((name,)))
    handle = row.get("handle", "") or (account.partition(":@")[2])
    platform = row.get("platform", "") or account.partition(":")[0]
    known = Person(
        (account,),
        (*(((platform, handle),) if handle else ()), *_other_handles(row)),
        _filled(row.get("profile_url")),
        _filled(row.get("email")),
        () if links or name in (account, handle) else _filled(name),
    )
    found.people[account] = found.people.get(account, known) | known


def _other_handles(row: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The handles of a person's other accounts, as lists show them: ``ig:@ann; mastodon:@ann``; ids stand elsewhere."""
    for other in (row.get("other_accounts") or "").split("; "):
        platform, at, handle = other.partition(":@")
        if at:
            yield platform, handle


def _filled(text: str | None) -> tuple[str, ...]:
    return (text,) if text else ()


def find(name: str, everyone: Crowd) -> str:
    """The account that a name means among everybody; an id, or a handle with its platform, may be nobody's.

    Raises :class:`UnknownAccount` with near names for a handle that nobody bears, or several do.
    """
    accounts = pl.Series("account", sorted(everyone.people), pl.String)
    index = _index(everyone)
    try:
        return handles.find(name, accounts, index)
    except UnknownAccount as error:
        platform, colon, native = name.partition(":")
        if colon and native.strip("@") and platform.isidentifier() and len(handles.bearers(name, index)) < 2:
            return name
        raise UnknownAccount(_plainly(name, str(error))) from None


def _index(everyone: Crowd) -> pl.DataFrame:
    """Whom each handle names, as :func:`ambassadors.handles.index` tells it; the others of a person name them, too."""
    known = [(account, *of) for account, one in everyone.people.items() for of in one.handles]
    columns = {"account": pl.String, "platform": pl.String, "handle": pl.String}
    frame = pl.DataFrame(known, schema=columns, orient="row").sort("account", "platform", "handle")
    keyed = frame.select(handles.key(pl.col("platform"), pl.col("handle")).alias("key"), "account").drop_nulls()
    return keyed.unique(["key"], keep="last", maintain_order=True)


def _plainly(name: str, said: str) -> str:
    """What is known here are runs and notes; who stands in the data alone is named by an id."""
    if "several platforms" in said:
        return said
    hint = said.partition(". ")[2]
    if hint.startswith("Did"):
        hint += " If"
    else:
        hint = "If"
    return (
        f"no run and no note here holds an account {name!r}. {hint} they are in the data only, say platform:@handle or "
        "platform:native_id: their rows are not taken in from then on."
    )


def remembered(store: Store) -> list[Person]:
    """Whose forgetting was begun and not finished."""
    rows = store.read("SELECT value FROM meta WHERE key LIKE ? ORDER BY key", (f"{PENDING}:%",))
    return [from_json(value) for (value,) in rows]


def to_json(person: Person) -> str:
    """The person as text, for the store."""
    return json.dumps(asdict(person), sort_keys=True, ensure_ascii=False)


def from_json(text: str) -> Person:
    """The person that :func:`to_json` wrote down."""
    given = json.loads(text)
    handles_of = tuple((platform, handle) for platform, handle in given.pop("handles"))
    return Person(**{name: tuple(values) for name, values in given.items()}, handles=handles_of)
