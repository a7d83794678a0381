"""Refusals: who must never stand on a list, and who was forgotten; kept as keyed fingerprints, never as names."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ambassadors import handles
from ambassadors.community import CUSTOMER, Community
from ambassadors.identity import addresses
from ambassadors.state.refusal_files import ADDRESS, fault, masked, named_in, why_not
from ambassadors.state.refusal_files import REASONS as REASONS  # read with what is suppressed
from ambassadors.state.store import Store

#: A handle that means whoever bears it, on whatever platform.
_ANYWHERE = "handle_anywhere"
#: What others call somebody whose handle names a server, too: ``@user`` for ``user@server``. Looked for in words only.
_SHORT = "short"
SUPPRESSED, FORGOTTEN = "suppressed", "forgotten"
_REJECTS = {"file": pl.String, "line": pl.Int64, "reason": pl.String, "value": pl.String}
_ACCOUNT = re.compile(r"[a-z][a-z0-9_]*:[^\s@].*")
_HANDLE = re.compile(r"(?:[a-z][a-z0-9_]*:)?@[^\s@].*")
_EMAIL_KEY = re.compile(r"[0-9a-f]{64}")

#: What stands for somebody: which kind of name it is, and the text of which the fingerprint is taken.
Sign = tuple[str, str]


@dataclass(frozen=True)
class Suppressed:
    """What became of a file of refusals: ``rows == added + already + rejected.height``, always.

    ``strangers`` counts the added ids that nobody known bears: misspelt, perhaps. None where nobody is known; handles,
    customers and addresses cannot be judged.
    """

    rows: int
    added: int
    already: int
    rejected: pl.DataFrame
    strangers: int | None = None


def suppress(store: Store, file: Path | str, reason: str = "", *, known: Collection[str] | None = None) -> Suppressed:
    """Keeps everyone whom the file names out of every list, from now on and at every earlier date.

    A line of the file is ``platform:native_id``, ``platform:@handle``, ``@handle`` (on all platforms), ``customer:ID``,
    an e-mail address or its key; or the file is a CSV with a column ``account``, ``handle`` (and ``platform``),
    ``customer`` or ``email``, separated by commas, semicolons or tabs; of a row the first that is filled counts. Only
    keyed fingerprints are kept. ``known`` are the accounts among which whoever is named should be.

    Raises :class:`SourceError` when the file cannot be read.
    """
    good, rejected = _signs_of(Path(file))
    added: list[str] = []
    with store.writing() as connection:
        for what, text in good:
            row = (store.fingerprint(text), SUPPRESSED, what, reason or None, store.now)
            if connection.execute("INSERT OR IGNORE INTO refusals VALUES (?, ?, ?, ?, ?)", row).rowcount:
                added.append(text)
    ids = [text.removeprefix("account:") for text in added if text.startswith("account:")]
    strangers = None if known is None else sum(account not in known for account in ids)
    return Suppressed(len(good) + rejected.height, len(added), len(good) - len(added), rejected, strangers)


def unsuppress(store: Store, file: Path | str) -> Suppressed:
    """Takes back :func:`suppress` for everyone whom the file names; ``added`` counts who may stand on lists again.

    Who was forgotten stays so.
    """
    good, rejected = _signs_of(Path(file))
    gone = 0
    with store.writing() as connection:
        for _, text in good:
            sql = "DELETE FROM refusals WHERE fingerprint = ? AND kind = ?"
            gone += connection.execute(sql, (store.fingerprint(text), SUPPRESSED)).rowcount
    return Suppressed(len(good) + rejected.height, gone, len(good) - gone, rejected)


def remember_forgotten(store: Store, signs: Iterable[Sign], reason: str = "") -> None:
    """From now on rows that name somebody by any of these signs are not taken in, and never stand on a list."""
    sql = "INSERT INTO refusals VALUES (?, ?, ?, ?, ?) ON CONFLICT (fingerprint) DO UPDATE SET kind = excluded.kind"
    with store.writing() as connection:
        for what, text in signs:
            connection.execute(sql, (store.fingerprint(text), FORGOTTEN, what, reason or None, store.now))


def account_sign(account: str) -> Sign:
    """The sign of an account id; ``customer:ID`` is a customer's, ``platform:@handle`` a handle's.

    >>> account_sign("x:1"), account_sign("customer:C1"), account_sign("x:@Ann")
    (('account', 'account:x:1'), ('customer', 'customer:C1'), ('handle', 'handle:x:@ann'))
    """
    platform, _, native = account.partition(":")
    if platform == CUSTOMER:
        return "customer", account
    return handle_sign(platform, native) if native.startswith("@") else ("account", f"account:{account}")


def handle_sign(platform: str, handle: str) -> Sign:
    """The sign of a handle; without a platform that of the handle everywhere, whose letter case never counts.

    >>> handle_sign("x", "@Ann"), handle_sign("", "Ann")
    (('handle', 'handle:x:@ann'), ('handle_anywhere', 'handle:@ann'))
    """
    key = pl.select(handles.key(pl.lit(platform), pl.lit(handle))).item() or f"{platform}:@"
    return ("handle", f"handle:{key}") if platform else (_ANYWHERE, f"handle:{key.removeprefix(':').lower()}")


def short_sign(platform: str, user: str) -> Sign:
    """The sign of a handle without its server, as it stands in others' words.

    >>> short_sign("mastodon", "Ann")
    ('short', 'short:mastodon:@ann')
    """
    return _SHORT, handle_sign(platform, user)[1].replace("handle:", "short:", 1)


def sign_of(text: str, column: str = "", platform: str = "") -> Sign | None:
    """The sign that a line, or a cell of that column, gives of somebody; None where it gives none.

    >>> sign_of("@Ann"), sign_of("x:1.2E+18")
    (('handle_anywhere', 'handle:@ann'), None)
    """
    text = text.strip().strip("\ufeff")
    if not text or fault(text, column):
        return None
    if column == "customer" and not text.startswith(f"{CUSTOMER}:"):
        text = f"{CUSTOMER}:{text}"
    if column == "handle" and ":@" not in text:
        text = (f"{platform}:" if platform else "") + "@" + text.removeprefix("@")
    if _HANDLE.fullmatch(text):
        where, _, handle = text.partition("@")
        return handle_sign(where.rstrip(":"), handle)
    if _EMAIL_KEY.fullmatch(text.lower()):
        return "email", f"email:{text.lower()}"
    if ADDRESS.fullmatch(text):
        return address_sign(text)
    return account_sign(text) if _ACCOUNT.fullmatch(text) else None


def address_sign(address: str) -> Sign | None:
    """The sign of an e-mail address: its hash, as the recipe's ``email = true`` makes it; None without the key."""
    secret = os.environ.get(addresses.KEY, "")
    key = addresses.keyed(pl.Series([address]), secret)[0] if secret else None
    return ("email", f"email:{key}") if key else None


def _signs_of(file: Path) -> tuple[list[Sign], pl.DataFrame]:
    """The signs in a file, and its lines that give none."""
    good, bad = [], []
    for named in named_in(file):
        sign = sign_of(named.text, named.column, named.platform)
        if sign:
            good.append(sign)
        else:
            bad.append((file.name, named.line, why_not(named), masked(named.text)))
    return good, pl.DataFrame(bad, schema=_REJECTS, orient="row")


def suppressed(store: Store, community: Community) -> pl.Series:
    """The accounts that must not stand on any list: by id, handle, customer or address, or another of theirs.

    Each account is looked at on its own, so that one for which another of the same person stands is found, too. Who was
    forgotten is among them, should any row of theirs have come in.
    """
    known = Known(store, SUPPRESSED, FORGOTTEN)
    if not known:
        return pl.Series("account", [], pl.String)
    accounts, customers = community.singly.accounts, community.kept.get("customers", pl.DataFrame())
    found = [*known.accounts(accounts["account"]), *known.bearers(accounts), *known.mailed(accounts, "account")]
    if not customers.is_empty():
        refused = [*known.customers(customers["customer"]), *known.mailed(customers, "customer")]
        found += customers.filter(pl.col("customer").is_in(refused))["account"].drop_nulls().to_list()
        found += [f"{CUSTOMER}:{customer}" for customer in refused]
        linked = customers.filter(pl.col("account").is_in(found))["customer"].to_list()
        found += [f"{CUSTOMER}:{customer}" for customer in linked]
    return pl.Series("account", sorted({*found, *_others(community, found)}), pl.String)


def _others(community: Community, accounts: list[str]) -> list[str]:
    """The other accounts of the same people."""
    people = community.people
    persons = people.filter(pl.col("account").is_in(accounts) | pl.col("person").is_in(accounts))["person"]
    same = people.filter(pl.col("person").is_in(persons.implode()))
    return [*same["account"], *same["person"]]


class Known:
    """The fingerprints of a store, by kind of name, and questions to them. False when there are none."""

    def __init__(self, store: Store, *kinds: str) -> None:
        self._fingerprint = store.fingerprint
        self._by: dict[str, set[str]] = {}
        marks = ",".join("?" * len(kinds))
        for fingerprint, what in store.read(f"SELECT fingerprint, what FROM refusals WHERE kind IN ({marks})", kinds):
            self._by.setdefault(what, set()).add(fingerprint)

    def __bool__(self) -> bool:
        return bool(self._by)

    def named(self, words: pl.Series, platforms: Iterable[str] = ()) -> list[str]:
        """Which of the words name one of them: by id (of any platform), handle, customer number or address."""
        on = pl.DataFrame({"platform": list(platforms)}, schema={"platform": pl.String})
        spelt = pl.DataFrame({"word": words}).join(on, how="cross")
        spelt = spelt.with_columns(
            pl.concat_str("platform", pl.lit(":"), "word").alias("account"), handle=pl.col("word")
        )
        ids = [*self.accounts(spelt["account"]), *self.bearers(spelt)]
        found = spelt.filter(pl.col("account").is_in(ids))["word"].to_list()
        found += [*self.accounts(words), *self.customers(words)]
        mails = words.filter(words.str.contains("@")) if "email" in self._by else words.head(0)
        return found + [word for word in mails if self.mailed_to(word)]

    def mailed_to(self, address: str) -> bool:
        """Whether an address is one of theirs."""
        sign = address_sign(address) if ADDRESS.fullmatch(address) else None
        return sign is not None and self._fingerprint(sign[1]) in self._by.get("email", ())

    def accounts(self, ids: pl.Series) -> list[str]:
        """Which of the ids are theirs: account ids, ``customer:ID``, or ``platform:@handle``."""
        distinct = ids.drop_nulls().unique(maintain_order=True)
        by_handle = distinct.str.contains("^[^:]+:@")
        found = self._among(distinct.filter(~by_handle), "account", lambda account: f"account:{account}")
        found += self._among(distinct.filter(distinct.str.starts_with(f"{CUSTOMER}:")), "customer", str)
        return found + self.bearers(_by_handle(distinct.filter(by_handle)))

    def called(self, ids: pl.Series) -> list[str]:
        """Which of the ids ``platform:@user`` are what others call one of them, leaving out the server."""
        if _SHORT not in self._by:
            return []
        keyed = _keyed(_by_handle(ids.unique(maintain_order=True)))
        keys = self._among(keyed["key"].unique(maintain_order=True), _SHORT, lambda key: f"short:{key}")
        return keyed.filter(pl.col("key").is_in(keys))["account"].to_list()

    def bearers(self, accounts: pl.DataFrame) -> list[str]:
        """Which accounts bear one of the handles."""
        if not {"handle", _ANYWHERE} & set(self._by) or "handle" not in accounts.columns:
            return []
        keyed = _keyed(accounts)
        distinct = keyed["key"].unique(maintain_order=True)
        keys = self._among(distinct, "handle", lambda key: f"handle:{key}")
        keys += self._among(distinct, _ANYWHERE, lambda key: f"handle:{key.partition(':')[2].lower()}")
        return keyed.filter(pl.col("key").is_in(keys))["account"].to_list()

    def customers(self, customers: pl.Series) -> list[str]:
        """Which customers are theirs."""
        return self._among(
            customers.drop_nulls().unique(maintain_order=True), "customer", lambda customer: f"{CUSTOMER}:{customer}"
        )

    def mailed(self, frame: pl.DataFrame, column: str) -> list[str]:
        """Of rows with an ``email_key`` of theirs, what stands in that column."""
        if "email" not in self._by or "email_key" not in frame.columns:
            return []
        keys = frame["email_key"].drop_nulls().unique(maintain_order=True)
        theirs = self._among(keys, "email", lambda key: f"email:{key}")
        return frame.filter(pl.col("email_key").is_in(theirs))[column].drop_nulls().to_list()

    def _among(self, texts: pl.Series, what: str, sign: Callable[[str], str]) -> list[str]:
        if what not in self._by:
            return []
        fingerprints, mark = self._by[what], self._fingerprint
        return [text for text in texts if mark(sign(text)) in fingerprints]


def _by_handle(ids: pl.Series) -> pl.DataFrame:
    """Ids ``platform:@handle`` as accounts that bear the handle."""
    return ids.to_frame("account").with_columns(handle=pl.col("account").str.extract("^[^:]+:@(.*)$"))


def _keyed(accounts: pl.DataFrame) -> pl.DataFrame:
    """The accounts that bear a handle, with its key."""
    platform = pl.col("account").str.extract("^([^:]+):")
    return accounts.select("account", key=handles.key(platform, pl.col("handle"))).drop_nulls()
