"""Forms: all the ways in which a file may name a person, found in texts and taken out of them."""

from __future__ import annotations

import json
import re
import unicodedata
import urllib.parse
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from ambassadors.community import CUSTOMER
from ambassadors.handles import CASELESS
from ambassadors.shortlists import COLUMNS
from ambassadors.state.forgetting import GONE
from ambassadors.state.refusals import Sign, account_sign, handle_sign, short_sign, sign_of

#: What may stand around a name without being part of it; any other sign, a letter or an emoji, makes it another's.
_AROUND = r"\s!\"#$%&'()*+,/:;<=>?\[\\\]^`{|}~@.\-\xab\xb7\xbb\u2010-\u2027\u3001\u3002\uff01\uff0c\uff1a\uff1b\uff1f"
_GOES_ON = f"[^{_AROUND}]"
_BEGINS = r"(?<!\w)(?<!\w[.\-])"
#: After a name the ending of a file's name is no part of it.
_DOT = r"\.(?!(?:csv|tsv|txt|xlsx|ods|json|jsonl|html|toml|gz)\b)"
_CODED = "%[0-9A-Fa-f]{2}"
_ENDS = f"(?!{_GOES_ON}|{_CODED}|(?:[-@]|{_DOT}){_GOES_ON})"
#: An id of a platform may hold more signs than a handle.
_ID_ENDS = f"(?!{_GOES_ON}|{_CODED}|(?:[-@:/+#]|{_DOT}){_GOES_ON})"
#: ``/@name`` on a server that is not theirs is somebody else's page.
_NO_PAGE = "(?<![0-9]/)" + "".join(rf"(?<!\.[a-z]{{{letters}}}/)" for letters in range(2, 13))
#: A whole cell that is shorter says too little to be somebody's name.
_SHORTEST = 3
#: Words that stand in our files whoever is in them.
_OURS = frozenset({*COLUMNS, "account", "accounts", "file", "line", "column", "reason", "value", "nobody", "people"})


@dataclass(frozen=True)
class Person:
    """Everything by which one person is named: ids, ``(platform, handle)``, addresses of pages and mail, names."""

    accounts: tuple[str, ...]
    handles: tuple[tuple[str, str], ...] = ()
    urls: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    def __or__(self, other: Person) -> Person:
        fields = ("accounts", "handles", "urls", "emails", "names")
        return Person(*(tuple(sorted({*getattr(self, name), *getattr(other, name)})) for name in fields))

    @property
    def chief(self) -> str:
        """The account under which requests about them are on record: the first that is not a customer's number."""
        return min(self.accounts, key=lambda account: (account.startswith(f"{CUSTOMER}:"), account))

    @property
    def signs(self) -> list[Sign]:
        """What the store remembers of them, as fingerprints."""
        mails = [sign_of(one) for one in self.emails]
        named = [*map(account_sign, self.accounts), *(handle_sign(*one) for one in self.handles)]
        return named + [sign for sign in mails if sign and sign[0] == "email"]

    @property
    def natives(self) -> tuple[str, ...]:
        """Their ids without the platform, and their handles, with and without a server."""
        ids = {one.partition(":")[2].lstrip("@") for one in self.accounts}
        return tuple(sorted({*ids, *(handle for _, handle in self.handles), *(user for _, user, _ in self.at_servers)}))

    @property
    def at_servers(self) -> tuple[tuple[str, str, str], ...]:
        """Of handles that name a server, too, ``(platform, user, server)``: in texts they stand as ``@user``.

        >>> Person(("mastodon:1@m.example",), (("mastodon", "ann@m.example"), ("x", "ann"))).at_servers
        (('mastodon', 'ann', 'm.example'),)
        """
        ids = (one.partition(":@") for one in self.accounts)
        named = {*self.handles, *((platform, handle) for platform, at, handle in ids if at)}
        cut = ((platform, *handle.partition("@")) for platform, handle in named)
        return tuple(sorted((platform, user, server) for platform, user, at, server in cut if user and server))


class Forms:
    """The forms of one person, for searching and for taking out.

    What tells them beyond doubt is found anywhere: ids with their platform, ``@handle``, addresses, and bare ids or
    handles that cannot be a word or a number. What could be a word or somebody else's is found as a whole cell only:
    names shown, short or common handles. What others are called, too, is not looked for, and told in ``shared``.
    """

    def __init__(self, person: Person, others: Collection[str] = ()) -> None:
        self.person = person
        taken = {_folded(one) for one in others} | _OURS
        whole = {_folded(text) for text in (*person.names, *person.natives)} - {""}
        at_servers = {(platform, user) for platform, user, _ in person.at_servers}
        self.short = sorted((platform, user) for platform, user in at_servers if _folded(user) not in taken)
        self.shared = sorted(text for text in whole if text in taken or _too_short(text))
        self.whole = frozenset(whole) - frozenset(self.shared)
        self.exact = sorted({*self._exact(), *(_fold(form) for form in self._exact())})
        patterns = sorted(set(self._patterns(taken)), key=lambda one: (-len(one), one))
        self._pattern = re.compile("|".join(f"(?:{one})" for one in patterns))
        self._hearts = tuple(sorted({_folded(one) for one in self._exact()}))

    def _exact(self) -> Iterator[str]:
        yield from self.person.accounts
        yield from (handle for _, handle in self.person.handles)
        yield from (user for _, user in self.short)
        yield from (native for native in self.person.natives if telling(native))
        yield from self._pages()
        yield from self.person.emails

    def _pages(self) -> list[str]:
        """Addresses of their pages, as given and with the signs that are coded in them."""
        urls = [*self.person.urls]
        urls += [f"{server}/{way}{user}" for _, user, server in self.person.at_servers for way in ("@", "users/")]
        spelt = {_page(form) for url in urls for form in (url, urllib.parse.unquote(url))}
        return sorted(spelt - {""})

    def _patterns(self, taken: Collection[str]) -> Iterator[str]:
        """A pattern for each form; letter case counts in ids only."""
        for spelt in (str, _fold):
            yield from (f"{_BEGINS}{re.escape(spelt(one))}{_ID_ENDS}" for one in self.person.accounts)
            for platform, handle in self.person.handles:
                others = _others_than(platform)
                shared = "(?<!/)" if _folded(handle) in taken else ""
                yield f"(?i:(?<!\\w){others}{shared}(?:{platform}:)?@{re.escape(spelt(handle))}){_ENDS}"
            for platform, user in self.short:
                begins = rf"(?<!\w){_others_than(platform)}{_NO_PAGE}(?:{platform}:)?"
                yield f"(?i:{begins}@{re.escape(spelt(user))}){_ENDS}"
            for native in self.person.natives:
                if telling(native) and _folded(native) not in taken:
                    yield f"(?i:{_BEGINS}@?{re.escape(spelt(native))}){_ENDS}"
            for url in self._pages():
                ends = _ENDS if "/" in url else _ENDS + r"(?!/\w)"
                yield rf"(?i:{_BEGINS}(?:https?://)?(?:www\.|m\.)?{re.escape(spelt(url))}){ends}"
                yield rf"(?i:(?<=www\.){re.escape(spelt(url))}){ends}"
            yield from (f"(?i:(?<![\\w.+-]){re.escape(spelt(one))}){_ENDS}" for one in self.person.emails)

    @property
    def signs(self) -> list[Sign]:
        """What the store remembers of them, as fingerprints; with what only they are called in others' words."""
        return [*self.person.signs, *(short_sign(*one) for one in self.short)]

    def maybe(self, text: str) -> bool:
        """Whether a text is worth a closer look; quick, also for a large one."""
        folded = _folded(text)
        return any(heart in folded for heart in (*self._hearts, *self.whole))

    def named(self, text: str) -> bool:
        """Whether a text names them beyond doubt."""
        if not self.maybe(text):
            return False
        return bool(self._pattern.search(text) or self._pattern.search(_fold(text)))

    def is_name(self, cell: str) -> bool:
        """Whether a whole cell is a name of theirs."""
        return _folded(cell) in self.whole

    def without(self, text: str) -> str:
        """The text with each place that names them made ``[forgotten]``.

        >>> Forms(Person(("x:ann",), (("x", "ann"),))).without("@Ann, not @annabel or x:annabel")
        '[forgotten], not @annabel or x:annabel'
        """
        if not self.maybe(text):
            return text
        if self.is_name(text):
            return GONE
        rest = self._pattern.sub(GONE, text)
        plain = _fold(rest)
        return self._pattern.sub(GONE, plain) if self._pattern.search(plain) else rest  # in full-width letters, say

    def within(self, value: Any) -> Any:
        """A JSON value, each text in it and each key treated so."""
        if isinstance(value, dict):
            return {self.without(key): self.within(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self.within(one) for one in value]
        return self.without(value) if isinstance(value, str) else value

    def within_json(self, text: str) -> str:
        """A text that may be JSON: its texts treated so, else the text itself."""
        if text[:1] in ("{", "["):
            try:
                return json.dumps(self.within(json.loads(text)), sort_keys=True, ensure_ascii=False)
            except ValueError:
                pass
        return self.without(text)


def _others_than(platform: str) -> str:
    """Not after the name of another platform."""
    return "".join(f"(?<!{one}:)" for one in CASELESS if one != platform)


def telling(name: str) -> bool:
    """Whether a bare id or handle can be nothing else: no word of letters alone, no number of a few digits.

    >>> telling("cora1924"), telling("coffee"), telling("123456"), telling("12345678901")
    (True, False, False, True)
    """
    return len(name) >= 6 and not name.isalpha() and (len(name) >= 10 or not name.isdecimal())


def _page(url: str) -> str:
    """A page's address without what is written in different ways."""
    bare = re.sub(r"^https?://(?:www\.|m\.)?", "", url.strip(), flags=re.IGNORECASE).rstrip("/")
    return bare if len(bare) >= 6 and "." in bare else ""


def _fold(text: str) -> str:
    """Compatible letters as one, without invisible signs."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKC", text)
    unseen = {ord(sign): None for sign in set(plain) if unicodedata.category(sign) == "Cf"}
    return plain.translate(unseen) if unseen else plain


def _folded(text: str) -> str:
    return _fold(text).strip().lstrip("'").removeprefix("@").casefold()


def _too_short(text: str) -> bool:
    return len(text) < _SHORTEST or (text.isdecimal() and len(text) < 6)
