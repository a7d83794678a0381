"""Every error that ambassadors raises on purpose.

One tree, so that a name catches all that is below it::

    AmbassadorsError
    ├── RecipeError          the recipe is wrong; holds all of its faults at once
    ├── SourceError          a file cannot be read as the recipe says
    ├── UnknownAccount       an account or handle that the data does not hold
    ├── UnknownName          a ranking, measure, table or kind that does not exist
    ├── NotEnoughData        the question has no answer in this data
    ├── LookAhead            a measure looked past the date of a backtest
    ├── OutputError          the result cannot be written where it was asked for
    ├── StateError           the store of notes, refusals and requests cannot be used
    ├── NotesError           a file of notes cannot be taken over
    ├── FetchError           a platform cannot be read; what was read so far is kept
    │   ├── TokenError       no token, or one that the platform does not take
    │   ├── AddressRefused   an address that nobody may be sent to
    │   └── ComeBack         the platform asks to wait longer than we do
    ├── InputsChanged        the inputs shrank or look broken beside those of the last run
    └── Busy                 another run is on

Every message says what is wrong, where, and what to do about it. ``exit_code`` is what the command line leaves with.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


class AmbassadorsError(Exception):
    """The root: catch this to catch every error that is a user's to mend; the message says what to do.

    >>> import ambassadors as amb
    >>> try:
    ...     amb.read("nowhere.toml")
    ... except amb.AmbassadorsError as error:
    ...     print(type(error).__name__)
    RecipeError
    """

    exit_code = 2


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a recipe: the key it stands at, what is wrong there, and what would be right."""

    key: str
    problem: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.key}: {self.problem}" + (f" {self.remedy}" if self.remedy else "")


class RecipeError(AmbassadorsError):
    """The recipe is wrong. All of its faults are in ``faults``, so that one reading mends them all."""

    def __init__(self, path: object, faults: Iterable[Fault]) -> None:
        self.path = path
        self.faults = tuple(faults)
        count = "1 fault" if len(self.faults) == 1 else f"{len(self.faults)} faults"
        super().__init__("\n".join([f"{path}: {count} in the recipe", *(f"  {fault}" for fault in self.faults)]))


class SourceError(AmbassadorsError):
    """A file is missing, unreadable, or not what the recipe says; nothing of it was taken."""

    def __init__(self, path: object, problem: str, remedy: str = "") -> None:
        self.path = path
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{path}: {problem}" + (f" {remedy}" if remedy else ""))


class UnknownAccount(AmbassadorsError):
    """An account or handle that stands nowhere in the data."""


class UnknownName(AmbassadorsError):
    """A name of ours (a ranking, measure, table, kind) that does not exist."""


class NotEnoughData(AmbassadorsError):
    """The question cannot be answered from this data; the message says what is missing."""


class LookAhead(AmbassadorsError):
    """A measure looked past the moment at which a ranking was made: its figures would be worth nothing."""


class OutputError(AmbassadorsError):
    """The result cannot be written where it was asked for; nothing was left behind."""


class StateError(AmbassadorsError):
    """The store of notes, refusals and requests cannot be opened, read or written."""


class NotesError(AmbassadorsError):
    """A file of notes cannot be taken over as it is; nothing of it was."""


class FetchError(AmbassadorsError):
    """A platform cannot be read; what was read so far is kept, and the next call goes on from there."""


class TokenError(FetchError):
    """There is no token for a platform that needs one, or it is expired, wrong, or lacks a right."""


class AddressRefused(FetchError):
    """An address that is no public server's, or a redirect that would carry credentials elsewhere."""


class ComeBack(FetchError):
    """The platform asks to wait longer than this run is willing to; ``until`` is when (seconds since 1970)."""

    exit_code = 75

    def __init__(self, message: str, until: float) -> None:
        self.until = until
        super().__init__(message)


class InputsChanged(AmbassadorsError):
    """The inputs shrank, lost a file or a column, or look broken beside those of the last run; that one stands."""

    exit_code = 3


class Busy(AmbassadorsError):
    """Another run is on in the same place; the message says whose."""

    exit_code = 75


def did_you_mean(name: str, known: Iterable[str], *, most: int = 3) -> str:
    """A sentence that offers the nearest known names, or lists them when none is near and they are few.

    >>> did_you_mean("follwers", ["followers", "following", "posts"])
    "Did you mean 'followers'?"
    >>> did_you_mean("zzz", ["like", "share"])
    "Known: 'like', 'share'."
    """
    names = sorted(set(known))
    near = difflib.get_close_matches(name, names, n=most, cutoff=0.6)
    if near:
        return "Did you mean " + " or ".join(repr(match) for match in near) + "?"
    if 0 < len(names) <= 24:
        return "Known: " + ", ".join(repr(match) for match in names) + "."
    return ""
