"""Three-way merging of one field of one person: what was handed out, what is kept now, what came back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ambassadors.state.cells import Cell

Prefer = Literal["file", "kept"] | None
UNCHANGED, TAKEN, CONFLICT = "unchanged", "taken", "conflict"


@dataclass(frozen=True)
class Came:
    """A cell that came back, and what the file was written out with: the bases, or none where that is unknown."""

    row: int
    cell: Cell
    bases: tuple[str | None, ...]

    @property
    def is_change(self) -> bool:
        """Whether the manager changed it. An empty cell of which the base is unknown says nothing."""
        return not any(self.cell.says(base) for base in self.bases or (None,))


@dataclass(frozen=True)
class Settled:
    """What becomes of a field: its value from now on, and for each row that changed it how that ended."""

    value: str | None
    fate: str
    done: str = ""
    rows: tuple[int, ...] = ()


def settle(kept: str | None, came: Sequence[Came], prefer: Prefer = None) -> Settled:
    """The value that a field has from now on.

    A change is taken where the store still holds what the file was written out with. Where it holds another value, the
    kept one stands, unless the file is preferred; two rows of one file that say different things leave what is kept.

    >>> def row(number, text, *bases): return Came(number, Cell(text, text or None), bases)
    >>> settle("old", [row(2, "new", "old"), row(3, "old", "old")]).value
    'new'
    >>> settle("hers", [row(2, "his", "old")]).fate
    'conflict'
    """
    changes = [one for one in came if one.is_change and not one.cell.says(kept)]
    changes = [one for one in changes if one.cell.value is not None] or changes  # words outweigh a deletion
    rows = tuple(one.row for one in changes)
    if not changes:
        return Settled(kept, UNCHANGED)
    if len({one.cell.value for one in changes}) > 1:
        return Settled(kept, CONFLICT, "rows of the file differ: kept what was there", rows)
    value = changes[0].cell.value
    if any(kept in (one.bases or (None,)) for one in changes):
        return Settled(value, TAKEN, "taken", rows)
    if prefer == "file":
        return Settled(value, CONFLICT, "taken from the file", rows)
    return Settled(kept, CONFLICT, "kept what was there", rows)
