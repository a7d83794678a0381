"""Handles: what people call an account. They change, so each is resolved to an account's id once, while reading."""

from __future__ import annotations

import re

import polars as pl

from ambassadors.errors import UnknownAccount, did_you_mean

#: Where @Ann and @ann are the same account.
CASELESS = (
    "bluesky", "facebook", "instagram", "linkedin", "mastodon", "pinterest", "reddit", "snapchat", "threads",
    "tiktok", "twitch", "twitter", "vk", "x", "youtube",
)  # fmt: skip


def key(platform: pl.Expr, handle: pl.Expr) -> pl.Expr:
    """What two spellings of one handle have in common: ``platform:@handle``, compatible forms folded together.

    NFKC, invisible characters and one leading ``@`` removed, letter case folded where the platform does.

    >>> pl.select(key(pl.lit("x"), pl.lit("\u200b@Ann"))).item()
    'x:@ann'
    """
    plain = handle.str.normalize("NFKC").str.replace_all(r"[\p{Cf}\p{Cc}]", "").str.strip_chars()
    plain = plain.str.strip_prefix("@")
    folded = pl.when(platform.is_in(CASELESS)).then(plain.str.to_lowercase()).otherwise(plain)
    return pl.when(plain != "").then(pl.concat_str(platform, pl.lit(":@"), folded))


def index(accounts: pl.DataFrame) -> pl.DataFrame:
    """Which account each handle names: ``key, account``. Of several accounts that bore it, the one seen last."""
    platform = pl.col("account").str.extract(r"^([^:]+):")
    return (
        accounts.filter(pl.col("handle").is_not_null())
        .sort("observed_at", "account", nulls_last=False, maintain_order=True)
        .select(key(platform, pl.col("handle")).alias("key"), "account")
        .drop_nulls()
        .unique(["key"], keep="last", maintain_order=True)
    )


def find(name: str, accounts: pl.Series, known: pl.DataFrame) -> str:
    """The account that an id, ``@handle`` or ``platform:@handle`` names, among ``accounts`` and an :func:`index`.

    Raises :class:`UnknownAccount` with the nearest names when there is none, or several.

    >>> ids = pl.Series(["x:1", "x:2"])
    >>> find("@Ann", ids, pl.DataFrame({"key": ["x:@ann"], "account": ["x:2"]}))
    'x:2'
    """
    if name in accounts:
        return name
    found = bearers(name, known)
    if len(found) == 1:
        return found[0]
    if found:
        raise UnknownAccount(f"{name!r} is an account on several platforms: {', '.join(found)}. Name one of them.")
    raise UnknownAccount(f"the data holds no account {name!r}. {_near(name, accounts, known)}")


def bearers(name: str, known: pl.DataFrame) -> list[str]:
    """All accounts that bear a handle, given as ``@handle`` or ``platform:@handle``.

    >>> bearers("@ann", pl.DataFrame({"key": ["x:@ann", "y:@ann"], "account": ["x:2", "y:1"]}))
    ['x:2', 'y:1']
    """
    platform, _, handle = name.rpartition(":") if ":@" in name else ("", "", name)
    same = known.filter(key(pl.col("key").str.extract("^([^:]+):"), pl.lit(handle)) == pl.col("key"))
    named = same.filter(pl.col("key").str.starts_with(f"{platform}:")) if platform else same
    return sorted(set(named["account"]))


def _near(name: str, accounts: pl.Series, known: pl.DataFrame) -> str:
    """The names most like a misspelt one; only such as begin alike are compared, so that a million stay quick."""
    start = re.escape(name.rpartition(":")[2].removeprefix("@")[:3].lower())
    alike = [
        *known["key"].filter(known["key"].str.contains(f"(?i):@{start}")).head(2000),
        *accounts.filter(accounts.str.contains(f"(?i)(^|:){start}")).head(2000),
    ]
    plain = {text.rpartition(":")[2].removeprefix("@"): text for text in alike}
    near = did_you_mean(name.rpartition(":")[2].removeprefix("@"), plain)
    for short in sorted(plain, key=len, reverse=True):
        near = near.replace(f"'{short}'", f"'{plain[short]}'")
    return near if near.startswith("Did") else "Give its id (platform:native_id) or its handle (@name)."
