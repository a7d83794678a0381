"""The two containers that every subject fills: posts, and acts toward accounts and posts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Self

import numpy as np
import numpy.typing as npt

from ambassadors.simulate.cast import Cast
from ambassadors.simulate.chance import first_of_each
from ambassadors.simulate.plan import END, START, Flags, Ints


class Kind(IntEnum):
    """What was done; each platform has its own words for it."""

    LIKE = 0
    SHARE = 1
    QUOTE = 2
    REPLY = 3
    MENTION = 4


class Form(IntEnum):
    """What a post is made of."""

    TEXT = 0
    PHOTO = 1
    LINK = 2
    VIDEO = 3
    GIVEAWAY = 4


class Mood(IntEnum):
    """What a text says; the words are drawn from it last."""

    NONE = -1
    NEWS = 0
    GIVEAWAY = 1
    DAILY = 2
    RIVAL = 3
    CHAT = 4
    QUESTION = 5
    PRAISE = 6
    LOVE = 7
    RECOMMEND = 8
    COMPLAINT = 9
    SORRY = 10
    RECOVERED = 11
    DEFEND = 12
    THANKS = 13
    CONTEST = 14
    POD = 15


@dataclass(frozen=True)
class _Columns:
    """Equally long columns of whole numbers."""

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))

    @classmethod
    def of(cls, **columns: npt.ArrayLike) -> Self:
        """Columns of one length; a single value stands for a whole column."""
        wide = np.broadcast_arrays(*columns.values())
        return cls(**{name: np.asarray(column, dtype=np.int64) for name, column in zip(columns, wide, strict=True)})

    @classmethod
    def join(cls, some: Iterable[Self]) -> Self:
        """All rows of all of them, in this order."""
        parts = list(some)
        return cls(**{f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(cls)})

    def where(self, keep: Flags | Ints) -> Self:
        """Some of the rows."""
        return type(self)(**{f.name: getattr(self, f.name)[keep] for f in fields(self)})


@dataclass(frozen=True)
class Posts(_Columns):
    """What was published."""

    author: Ints
    at: Ints
    form: Ints
    mood: Ints


@dataclass(frozen=True)
class Acts(_Columns):
    """What was done by one account toward another, mostly at a post (-1 for none).

    >>> two = Acts.of(source=[4, 5], target=0, kind=Kind.LIKE, at=START, post=[7, 8], mood=Mood.NONE)
    >>> len(two), two.where(np.array([False, True])).source.tolist()
    (2, [5])
    """

    source: Ints
    target: Ints
    kind: Ints
    at: Ints
    post: Ints
    mood: Ints


def tidy(acts: Acts, cast: Cast) -> Acts:
    """What can have happened: within the span, not to oneself, not before one came; a post is liked or shared once."""
    born = np.maximum(cast.created[acts.source], cast.created[acts.target])
    fine = (acts.at >= np.maximum(born, START)) & (acts.at < END) & (acts.source != acts.target)
    acts = acts.where(fine)
    once = (acts.kind <= Kind.QUOTE) & (acts.post >= 0)
    key = (acts.post * len(Kind) + acts.kind) * cast.size + acts.source
    single = np.flatnonzero(once)
    return acts.where(np.sort(np.concatenate([np.flatnonzero(~once), single[first_of_each(key[single])]])))
