"""Profiles: accounts that name each other."""

from __future__ import annotations

import polars as pl
import pytest

from ambassadors import tables
from ambassadors.identity.profiles import MOST_TEXT, mutual

ANN = "x:1"


def accounts(*rows: dict[str, str]) -> pl.DataFrame:
    """Checked rows of accounts."""
    good, rejects = tables.check(tables.ACCOUNTS, pl.DataFrame(list(rows), infer_schema_length=None))
    assert rejects.is_empty()
    return good.select(tables.ACCOUNTS.names)


def joined(frame: pl.DataFrame) -> list[tuple[str, str]]:
    """The pairs that name each other."""
    return [(edge.one, edge.other) for edge in mutual(frame)]


@pytest.mark.parametrize(
    ("account", "handle", "named"),
    [
        ("bluesky:did:plc:a1", "ann.bsky.social", "https://bsky.app/profile/ann.bsky.social"),
        ("bluesky:did:plc:a1", "ann.bsky.social", "bsky.app/profile/did:plc:a1"),
        ("mastodon:1", "ann@art.example", "https://art.example/@ann"),
        ("mastodon:1", "ann@art.example", "write to @Ann@art.example."),
        ("instagram:1", "ann", "www.instagram.com/Ann/"),
        ("twitter:1", "ann", "https://x.com/ann?s=21"),
        ("tiktok:1", "ann", "(https://www.tiktok.com/@ann)"),
        ("youtube:UC12", "ann", "youtube.com/channel/UC12"),
        ("youtube:UC12", "ann", "m.youtube.com/@ann,"),
        ("twitch:1", "ann", "twitch.tv/ann!"),
        ("threads:1", "ann", "threads.net/@ann"),
        ("linkedin:1", "ann", "linkedin.com/in/ann/"),
        ("reddit:1", "ann", "old.reddit.com/user/ann"),
        ("vimeo:1", "ann", "https://vimeo.com/ann"),
    ],
)
def test_addresses_are_known_by_their_shape(account: str, handle: str, named: str) -> None:
    """Each platform's address leads to the account, by handle or id; any other by the account's own page."""
    page = {"url": "https://vimeo.com/ann/"} if account.startswith("vimeo") else {"url": ""}
    there = {"account": account, "handle": handle, "links": "see x.com/ann_x", "bio": "", **page}
    here = {"account": ANN, "handle": "ann_x", "links": "", "bio": f"me: {named} and more", "url": ""}

    assert joined(accounts(there, here)) == [tuple(sorted([account, ANN]))]


def test_one_way_is_not_enough() -> None:
    """Whoever names somebody else's account does not become them."""
    there = {"account": "instagram:1", "handle": "star", "links": "", "bio": "singer"}
    here = {"account": ANN, "handle": "fake", "links": "instagram.com/star", "bio": ""}

    assert joined(accounts(there, here)) == []


def test_a_namesake_on_another_instance_is_somebody_else() -> None:
    """A name without its instance could be anybody's: only the account's own page tells."""
    here = {"account": ANN, "handle": "star", "links": "https://good.example/@star", "url": ""}
    there = {"account": "mastodon:1", "handle": "star", "links": "x.com/star", "url": "https://evil.example/@star"}
    own = {**there, "account": "mastodon:2", "url": "https://good.example/@star"}

    assert joined(accounts(here, there, own)) == [("mastodon:2", ANN)]


def test_only_the_last_profile_counts() -> None:
    """Who took the address out of their profile is not joined by it any more."""
    before = {"account": ANN, "handle": "ann", "links": "instagram.com/ann", "observed_at": "2026-01-01T00:00:00Z"}
    after = {"account": ANN, "handle": "ann", "links": "ann.example/about", "observed_at": "2026-02-01T00:00:00Z"}
    other = {"account": "instagram:1", "handle": "ann", "links": "x.com/ann", "observed_at": "2026-01-01T00:00:00Z"}
    times = pl.col("observed_at").str.to_datetime(time_zone="UTC", time_unit="us")
    good, _ = tables.check(tables.ACCOUNTS, pl.DataFrame([before, other]).with_columns(times))
    later, _ = tables.check(tables.ACCOUNTS, pl.DataFrame([before, other, after]).with_columns(times))

    assert joined(good) == [("instagram:1", ANN)]
    assert joined(later) == []


def test_a_hostile_text_costs_no_more() -> None:
    """However long and broken a profile is, only its beginning is read."""
    for text in ("a." * 200_000 + "/", "@" * 200_000, "https://" * 50_000, "x.com/a " * 50_000, "a@" * 100_000):
        there = {"account": "instagram:1", "handle": "ann", "links": "x.com/ann", "bio": text}
        here = {"account": ANN, "handle": "ann", "links": " " * MOST_TEXT + "instagram.com/ann", "bio": text}

        assert joined(accounts(there, here)) == []
