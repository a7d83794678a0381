"""Profiles: accounts that name each other in their own words are one person's.

Only when both do: anybody can write somebody else's address into a profile, and would take over their place.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from ambassadors import handles
from ambassadors.identity.edges import Edge

#: So much of a profile is read, and so many addresses in it: nobody lists more, and a hostile text costs no more.
MOST_TEXT, MOST_ADDRESSES = 4096, 40
#: Anything like an address: HOST/PATH, with or without https://, or @user@instance.
ADDRESS = r"[A-Za-z0-9.-]{1,100}\.[A-Za-z]{2,20}/[A-Za-z0-9._~:@%/+-]{1,200}|[A-Za-z0-9_.-]{1,64}@[A-Za-z0-9.-]{4,100}"
#: What an account's page looks like without https://, www. or m.: the platforms' names, and the handle's place.
SHAPES = (
    (("bluesky", "bsky"), r"^bsky\.app/profile/([^/]+)"),
    (("instagram",), r"^instagram\.com/([^/]+)"),
    (("x", "twitter"), r"^(?:x|twitter)\.com/([^/]+)"),
    (("tiktok",), r"^tiktok\.com/@([^/]+)"),
    (("youtube",), r"^youtube\.com/@([^/]+)"),
    (("youtube",), r"^youtube\.com/(?:channel|c|user)/([^/]+)"),
    (("twitch",), r"^twitch\.tv/([^/]+)"),
    (("threads",), r"^threads\.(?:net|com)/@([^/]+)"),
    (("linkedin",), r"^linkedin\.com/in/([^/]+)"),
    (("reddit",), r"^reddit\.com/u(?:ser)?/([^/]+)"),
    (("facebook",), r"^(?:facebook|fb)\.com/([^/]+)"),
    (("pinterest",), r"^pinterest\.com/([^/]+)"),
    (("vk",), r"^vk\.com/([^/]+)"),
)
#: Addresses of the fediverse: ``INSTANCE/@user`` and ``user@instance`` are the handle ``user@instance``.
FEDIVERSE = (("mastodon", "fediverse"), r"^([^/@]+)/@([^/@]+)/?$", r"^([^/@]+)@([^/@]+)$")


def mutual(accounts: pl.DataFrame) -> Iterator[Edge]:
    """Accounts of different platforms whose profiles, as last observed, name each other."""
    told = _told(accounts)
    found = _meant(told, accounts)
    back = found.select(account="other", other="account", back="address")
    both = found.join(back, ["account", "other"]).filter(pl.col("account") < pl.col("other"))
    platforms = [pl.col(end).str.extract("^([^:]+):") for end in ("account", "other")]
    for one, other, there, back_again in (
        both.filter(platforms[0] != platforms[1])
        .sort("account", "other", "address", "back")
        .unique(["account", "other"], keep="first", maintain_order=True)
        .select("account", "other", "address", "back")
        .iter_rows()
    ):
        yield Edge(one, other, "profile", f"{one} names {there}, and {other} names {back_again}")


def _told(accounts: pl.DataFrame) -> pl.DataFrame:
    """``account, address``: the addresses in each profile as last observed, each as it is compared."""
    # whoever never named an address needs no looking at
    some = accounts.filter(pl.any_horizontal(pl.col("links", "bio").str.contains("[/@]")))
    latest = (
        accounts.join(some.select("account").unique(), "account", how="semi", maintain_order="left")
        .sort("account", "observed_at", nulls_last=False, maintain_order=True)
        .group_by("account", maintain_order=True)
        .agg(pl.col("links", "bio").drop_nulls().last())
    )
    texts = [pl.col(name).str.slice(0, MOST_TEXT) for name in ("links", "bio")]
    text = pl.concat_str(texts, separator=" ", ignore_nulls=True)
    address = text.str.extract_all(ADDRESS).list.head(MOST_ADDRESSES).alias("address")
    return latest.select("account", address).explode("address").drop_nulls().with_columns(_bare(pl.col("address")))


def _bare(address: pl.Expr) -> pl.Expr:
    """An address as it is compared: no scheme, no ``www.`` or ``m.``, no query, no full stop of its sentence."""
    plain = address.str.replace(r"^(?i)https?://", "").str.replace(r"^(?i)(?:www|m|mobile|old)\.", "")
    plain = plain.str.replace(r"[?#].*$", "").str.strip_chars_end("./:-")
    return pl.concat_str(
        plain.str.extract("^([^/]*)").str.to_lowercase(), plain.str.strip_prefix(plain.str.extract("^([^/]*)"))
    )


def _meant(told: pl.DataFrame, accounts: pl.DataFrame) -> pl.DataFrame:
    """``account, other, address``: the accounts that those addresses are, among those that name any."""
    known = accounts.join(told.select("account").unique(), "account", how="semi", maintain_order="left")
    keys = _keys(told)
    by_key = told.join(keys.drop("other"), "address").join(handles.index(known), "key")
    pages = known.drop_nulls("url").select(other="account", address=_bare(pl.col("url"))).unique()
    ids = told.join(keys, "address").join(known.select(other="account").unique(), "other")
    found = [
        by_key.select("account", other="account_right", address="address"),
        told.join(pages, "address").select("account", "other", "address"),
        ids.select("account", "other", "address"),
    ]
    return pl.concat(found).unique().filter(pl.col("account") != pl.col("other"))


def _keys(told: pl.DataFrame) -> pl.DataFrame:
    """``address, key, other``: the handle and the id that each address can mean."""
    address = told.select(pl.col("address").unique().sort())
    shaped = [(names, pl.col("address").str.extract(shape)) for names, shape in SHAPES]
    fediverse, page, full = FEDIVERSE
    at = [(pl.col("address").str.extract(page, 2), pl.col("address").str.extract(page, 1))]
    at += [(pl.col("address").str.extract(full, 1), pl.col("address").str.extract(full, 2))]
    shaped += [(fediverse, pl.concat_str(user, pl.lit("@"), host)) for user, host in at]
    parts = [
        address.select(
            "address", key=handles.key(pl.lit(name), handle), other=pl.concat_str(pl.lit(f"{name}:"), handle)
        )
        for names, handle in shaped
        for name in names
    ]
    return pl.concat(parts).drop_nulls().unique(maintain_order=True)
