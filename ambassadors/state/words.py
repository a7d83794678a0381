"""Words: names of who was forgotten, taken out of what others wrote before it is stored."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import polars as pl

from ambassadors import handles
from ambassadors.state.forgetting import GONE
from ambassadors.state.refusals import FORGOTTEN, Known
from ambassadors.state.store import Store

#: Texts without any of these are not cut into words.
_SIGNS = "[@\uff20]|did:"
_USER = r"\w(?:[\w.\-]*\w)?"
_SERVER = r"[\w\-]+(?:\.[\w\-]+)*(?::\d+)?"
_SITE = r"[\w\-]+(?:\.[\w\-]+)+(?::\d+)?"
_BEGINS = r"(?<!\w)(?<!\w[.+\-])"
#: Names as they stand in running text: an address of a page, an id, a DID, or a handle with or without its server.
_NAME = re.compile(
    rf"(?:https?://)?(?<![\w.\-])(?P<site>{_SITE})/@(?P<page>{_USER}(?:@{_SERVER})?)"
    rf"|{_BEGINS}(?P<id>(?:{'|'.join(handles.CASELESS)}):@?\w(?:[\w.:%\-]*\w)?(?:@{_SERVER})?)"
    rf"|(?P<did>did:[a-z]+:\w(?:[\w.:%\-]*\w)?)"
    rf"|{_BEGINS}[@\uff20](?P<handle>{_USER}(?:[@\uff20]{_SERVER})?)"
)


def unnamed_words(store: Store, rows: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """The rows with each word that names somebody forgotten made ``[forgotten]`` in those columns of texts.

    Known are fingerprints only: looked up is what may be an id or a handle by its form (``@user``, ``@user@server``,
    ``platform:id``, a DID, the address of a page that ends in ``/@user``).
    """
    known = Known(store, FORGOTTEN)
    names = [name for name in columns if name in rows.columns]
    if not known or not names:
        return rows
    told = pl.concat([rows[name].cast(pl.String).rename("text") for name in names]).drop_nulls()
    texts = told.filter(told.str.contains(_SIGNS)).unique(maintain_order=True).to_list()
    meant = {found[0]: list(_meant(found)) for text in texts for found in _NAME.finditer(text)}
    ids = pl.Series(sorted({one for several in meant.values() for one in several}), dtype=pl.String)
    theirs = {*known.accounts(ids), *known.called(ids)}
    gone = {word for word, several in meant.items() if not theirs.isdisjoint(several)}
    if not gone:
        return rows
    mended = {text: _NAME.sub(lambda found: GONE if found[0] in gone else found[0], text) for text in texts}
    return rows.with_columns(pl.col(name).replace(mended) for name in names)


def _meant(found: re.Match[str]) -> Iterator[str]:
    """The ids that a name may stand for, on whatever platform."""
    if found["id"]:
        yield found["id"]
    elif found["did"]:
        yield f"bluesky:{found['did']}"
    elif found["handle"]:
        handle = found["handle"].replace("\uff20", "@")
        yield from (f"{platform}:@{handle}" for platform in handles.CASELESS)
    else:
        page, site = found["page"], found["site"].removeprefix("www.")
        whole = page if "@" in page else f"{page}@{site}"
        yield from (f"{platform}:@{whole}" for platform in handles.CASELESS)
        yield from (f"{platform}:@{page}" for platform in handles.CASELESS if platform in site.split("."))
