"""What a folder of exports holds, as a person reads it."""

from __future__ import annotations

from rich.console import Console

from ambassadors.exports import File, Found
from ambassadors.show.console import cell, console_of_this_terminal, escape, printed, table_of


def folder(found: Found, proposed: str) -> None:
    """Each file with what it is and gives, what is missing for which measure, and the recipe that would read it."""
    console = console_of_this_terminal()
    _known(console, [file for file in found.files if file.known])
    _problems(console, found)
    for platform in dict.fromkeys(platform for platform, _ in found.owners):
        accounts = [account for one, account in found.owners if one == platform]
        console.print(escape(f"Of {platform} this is the export of {' and of '.join(accounts)}."))
        if len(accounts) > 1:
            console.print(escape(f"Say which is the brand: --account {platform}:{accounts[0]}"))
    for sentence in found.missing:
        console.print(escape(sentence))
    if proposed:
        console.print(f"\n[bold]The recipe that `ambassadors init {escape(str(found.folder))}` writes[/bold]\n")
        for line in proposed.splitlines():
            console.print(escape(line), soft_wrap=True)


def _known(console: Console, files: list[File]) -> None:
    table = table_of("Exports", "file", "is", "rows", "gives", right=("rows",), wide=("gives",))
    for file in files:
        title = f"{file.title} ({file.variant})" if file.variant else file.title
        gives = [f"{name}: {what}." for name, what in file.gives]
        said = [*gives, file.says, *(f"Needs {one} in the environment." for one in file.needs), file.problem]
        shape = "Its shape is known from memory only: look at the rows." if file.remembered and file.gives else ""
        rows = "" if file.rows is None else f"about {file.rows:,}"
        said += [f"And {len(file.more):,} more such: {', '.join(map(_last, file.more[:3]))} ..."] if file.more else []
        table.add_row(*map(cell, (file.path, title, rows, " ".join(filter(None, [*said, shape])))))
    if files:
        printed(console, table)


def _last(path: str) -> str:
    return path.rpartition("/")[2]


def _problems(console: Console, found: Found) -> None:
    for file in found.files:
        if not file.known:
            console.print(escape(f"{file.path}: {file.problem}"))
    if found.others:
        console.print(f"And {found.others:,} more files of these downloads, which give nothing for the lists.")
    if not found.files:
        console.print(f"There is no file in {escape(str(found.folder))}.")
    if found.own:
        console.print(escape(_advice(found)))
    if found.files:
        console.print()


def _advice(found: Found) -> str:
    """What to do about tables that are no export: alone they are begun, beside exports their sections are added."""
    if found.readable:
        return "To read a table of your own, add a section that says what its columns mean: docs/how-to/own-recipe.md"
    begins = f"ambassadors init {found.folder} writes a section to fill in"
    return f"A table of your own can be read when you say what its columns mean: {begins}; docs/how-to/own-recipe.md"


def begun(path: str, fill_in: list[str]) -> None:
    """The recipe that was written, and what it still needs."""
    console = console_of_this_terminal()
    console.print(escape(f"Written: {path}"))
    if fill_in:
        console.print("These lines need you:")
        for line in fill_in:
            console.print(escape(f"  {line}"))
    console.print(escape(f"Then: ambassadors check {path}"))
