"""Pictures as files: the forms that they can have, and the same figure always as the same bytes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ambassadors.errors import AmbassadorsError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: The forms that a picture can have, each without the moment at which it was drawn.
FORMS: dict[str, dict[str, Any]] = {".svg": {"Date": None}, ".png": {}, ".pdf": {"CreationDate": None}}


def check_picture(path: Path | None) -> None:
    """Raises :class:`AmbassadorsError` for a name with an ending that no picture has."""
    if path is not None and path.suffix.lower() not in FORMS:
        raise AmbassadorsError(f"{path}: a picture is written as .svg, .png or .pdf.")


def save(figure: Figure, path: Path) -> None:
    """The figure as SVG, PNG or PDF, by the name's ending; the same figure gives the same bytes.

    Raises :class:`AmbassadorsError` for any other ending.
    """
    check_picture(path)
    from matplotlib import rc_context

    with rc_context({"svg.hashsalt": "ambassadors", "svg.fonttype": "none"}):
        figure.savefig(path, metadata=FORMS[path.suffix.lower()], dpi=150)
