"""What the commands share: the program itself, their options, and how a long work is shown."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

#: Exit codes: all fine; done, but rows were turned away; the recipe, a file or the call is wrong; a fault of ours;
#: stopped by a signal. Errors have codes of their own (:mod:`~ambassadors.errors`).
DONE, ROWS_REJECTED, WRONG, CRASHED, STOPPED = 0, 1, 2, 70, 130

app = App(
    name="ambassadors",
    help="""Find a brand's influencers and ambassadors in the data that it already has, with reasons.

Begin with `ambassadors demo`. Then drop the exports of your platforms and your shop into a folder:
`ambassadors check FOLDER` says what they are, `ambassadors init FOLDER` writes the recipe. Or say in a recipe what
`ambassadors fetch RECIPE` reads from platforms. Look with `ambassadors check RECIPE` at what became of every row;
`ambassadors run RECIPE` makes the lists.

Exit codes: 0 done; 1 done, but rows were rejected; 2 the recipe, a file or the call is wrong;
3 the inputs shrank or look broken beside those of the last run, which stays the latest; 70 a fault of the program;
75 another run is on, or a platform asks to come back later; 130 stopped by a signal.""",
    help_format="markdown",
    version_flags=["--version"],
    result_action="return_value",
    suppress_keyboard_interrupt=False,
)

RecipeFile = Annotated[Path, Parameter(help="The recipe: a TOML file, or a folder with a brand.toml.")]
Data = Annotated[
    Path | None, Parameter(help="Folder that {data} in the recipe stands for.", env_var="AMBASSADORS_DATA")
]
Out = Annotated[Path, Parameter(help="The folder of all runs.")]
State = Annotated[
    Path | None,
    Parameter(help="Folder of notes and refusals, if not `state` beside the runs.", env_var="AMBASSADORS_STATE"),
]
#: Where commands look for refusals that are not told of a folder of runs.
KEPT = Path("runs/state")
Kept = Annotated[
    Path,
    Parameter(help="Folder of notes and refusals: who refuses is not ranked.", env_var="AMBASSADORS_STATE"),
]
Prior = Annotated[Path | None, Parameter(help="A propensity.json learned elsewhere, from which learning begins.")]
AsOf = Annotated[str | None, Parameter(help="Rank as was known then: 2026-06-01 or 2026-06-01T18:00:00+02:00.")]


_Told = Callable[[str, int, int], None]


def shown(show: Callable[[], None]) -> None:
    """Shows what was done; a terminal that went away, or cannot write the letters, undoes nothing of it."""
    try:
        show()
        sys.stdout.flush()
    except (OSError, UnicodeError, SystemExit) as error:  # rich leaves when the other end of a pipe has gone
        sys.stdout = io.StringIO()  # else Python fails once more when it ends
        why = "nobody reads it" if isinstance(error, SystemExit) else error
        print(f"ambassadors: done, but it cannot be shown here: {why}", file=sys.stderr)


@contextmanager
def steps(doing: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on the terminal that says how far a long work has come; nothing when nobody watches."""
    with _bar() as told:
        yield _on_step(told, doing)


@contextmanager
def counted(*, quiet: bool = False) -> Iterator[_Told]:
    """A bar on the terminal that says what is being done and how far it has come; nothing when nobody watches."""
    with _bar(quiet) as told:
        yield told


@contextmanager
def reading() -> Iterator[_Told]:
    """A bar on the terminal that says which file is being read; nothing when nobody watches."""
    with _bar() as told:
        yield _on_file(told)


@contextmanager
def both(doing: str, *, quiet: bool = False) -> Iterator[tuple[_Told, Callable[[int, int], None]]]:
    """The two of them on one bar, one after the other."""
    with _bar(quiet) as told:
        yield _on_file(told), _on_step(told, doing)


def _on_file(told: _Told) -> _Told:
    def on_file(file: str, place: int, of: int) -> None:
        told(f"ranking {of} files" if place > of else f"reading {place} of {of}: {file}", place, of)

    return on_file


def _on_step(told: _Told, doing: str) -> Callable[[int, int], None]:
    return lambda place, of: told(f"{doing} {place} of {of}", place, of)


@contextmanager
def _bar(quiet: bool = False) -> Iterator[_Told]:
    if quiet or not sys.stderr.isatty():
        yield lambda text, place, of: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = BarColumn(bar_width=24), TextColumn("{task.description}", markup=False), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None)
        # what stands at a place is being worked on, and not done yet
        yield lambda text, place, of: progress.update(task, description=text, completed=place - 1, total=of)
