"""The address of an account's page, where the platform makes it of the handle."""

from __future__ import annotations

import re
from urllib.parse import quote

_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*\.[A-Za-z]{2,}")
#: By platform, with the handle's place.
_PAGES = {
    "bluesky": "https://bsky.app/profile/{}",
    "facebook": "https://www.facebook.com/{}",
    "instagram": "https://www.instagram.com/{}/",
    "linkedin": "https://www.linkedin.com/in/{}/",
    "pinterest": "https://www.pinterest.com/{}/",
    "reddit": "https://www.reddit.com/user/{}",
    "threads": "https://www.threads.net/@{}",
    "tiktok": "https://www.tiktok.com/@{}",
    "twitch": "https://www.twitch.tv/{}",
    "twitter": "https://x.com/{}",
    "vk": "https://vk.com/{}",
    "x": "https://x.com/{}",
    "youtube": "https://www.youtube.com/@{}",
}


def page(platform: str | None, handle: str | None) -> str | None:
    """The page of that handle; None where it cannot be told.

    A handle of the fediverse says its instance itself; one without an instance could be anywhere.

    >>> page("bluesky", "ann.bsky.social"), page("mastodon", "@ann@town.example"), page("mastodon", "ann")
    ('https://bsky.app/profile/ann.bsky.social', 'https://town.example/@ann', None)
    """
    plain = (handle or "").strip().removeprefix("@")
    if not plain:
        return None
    if platform in ("mastodon", "fediverse"):
        name, _, instance = plain.partition("@")
        return f"https://{instance}/@{quote(name, safe='')}" if name and _HOST.fullmatch(instance) else None
    return _PAGES[platform].format(quote(plain, safe="")) if platform in _PAGES else None
