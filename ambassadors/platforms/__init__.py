"""The platforms that can be read: each is a module that describes its calls and reads their answers.

A module is imported when its platform is asked for, and no earlier.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from ambassadors.errors import UnknownName, did_you_mean

if TYPE_CHECKING:
    from ambassadors.platforms.contract import Platform

#: The platforms by name; each module keeps what it gives in ``PLATFORM``.
NAMES = ("bluesky", "instagram", "mastodon", "reddit", "vk", "x", "youtube")


def platform(name: str) -> Platform:
    """The platform of that name.

    Raises :class:`UnknownName` with the nearest names for any other.

    >>> platform("vk").title
    'VK'
    """
    if name not in NAMES:
        raise UnknownName(f"there is no platform {name!r} to fetch from. {did_you_mean(name, NAMES)}")
    found: Platform = importlib.import_module(f"ambassadors.platforms.{name}").PLATFORM
    return found
