"""Who follows a page: writes the files that it says, types its commands, runs its Python, and compares."""

from __future__ import annotations

import re
import shlex
import shutil
import tomllib
from collections.abc import Callable, Mapping
from contextlib import chdir
from pathlib import Path
from typing import Any

from ambassadors import cli, recipe
from tests.docs.desks import NOT_PYTHON, NOT_RUN, Desk, Instead
from tests.docs.pages import Block, Command, agrees, commands

Say = Callable[..., tuple[int, str]]
#: Sentences that say what becomes of the block below them.
APPEND = re.compile(r"`([^`]+)`[^`]* add at its end:$")
INSERT = re.compile(r"[Ii]n `([^`]+)`, put one line below `([^`]+)`:$")
WRITE = re.compile(r"[Ww]rite `([^`]+\.\w+)`:$")
#: What a section of a recipe must say, and a page may leave out.
SECTION = {"table": "interactions", "path": "acts.csv"}
COLUMNS = {"source": "who", "target": "whom", "kind": "what", "at": "when"}


class Reader:
    """Follows one page in one folder, block by block."""

    def __init__(self, page: str, desk: Desk, folder: Path, say: Say) -> None:
        self.page, self.desk, self.folder, self.say = page, desk, folder, say
        self.names = Names(desk.names)
        for lay in desk.lays:
            lay(folder)

    def follow(self, block: Block) -> None:
        """Do what the block says, if it is of a language that says to do something."""
        where = f"{self.page}:{block.line}"
        if block.language == "toml" or WRITE.search(block.above):
            self._write(block, where)
        elif block.language == "console":
            for command in commands(block):
                self._type(command, f"{self.page}:{command.line}: {command.text}")
        elif block.language == "python":
            self._run(block, where)

    def _write(self, block: Block, where: str) -> None:
        """A file, a part of one, or a recipe or a part of one that is looked at only."""
        if found := APPEND.search(block.above):
            path = self.folder / found[1]
            path.write_text(f"{path.read_text(encoding='utf-8')}\n{block.text}", encoding="utf-8")
        elif found := INSERT.search(block.above):
            path = self.folder / found[1]
            text = path.read_text(encoding="utf-8")
            assert text.count(found[2]) == 1, f"{where}: the line {found[2]} must stand in {found[1]} once"
            path.write_text(text.replace(found[2], f"{found[2]}\n{block.text.rstrip()}"), encoding="utf-8")
        elif found := WRITE.search(block.above):
            (self.folder / found[1]).write_text(block.text, encoding="utf-8")
        else:
            whole = "name" in (given := tomllib.loads(block.text))
            recipe.parse(given if whole else _completed(given), where)
            if whole and self.desk.recipe:
                (self.folder / self.desk.recipe).write_text(block.text, encoding="utf-8")

    def _type(self, command: Command, where: str) -> None:
        """A command, or what stands in for it; what the page shows must be printed."""
        words, instead = command.words, stands_in(command.text)
        if instead is not None:
            if not instead.command:
                assert instead.holds(words), f"{where}: {instead.why}, and what must hold in its place does not"
                return
            words = shlex.split(instead.command)
        printed = self._called([word.replace("@someone", f"@{self.desk.someone}") for word in words], where)
        if command.shown.strip():
            assert agrees(command.shown, printed), f"{where}\nThe page shows\n{command.shown}\nand it prints\n{printed}"

    def _called(self, words: list[str], where: str) -> str:
        match words:
            case ["ambassadors", *rest]:
                code, printed = self.say(*rest)
                assert code in (cli.options.DONE, cli.options.ROWS_REJECTED), f"{where}: left with {code}\n{printed}"
                return printed
            case ["mkdir", name]:
                (self.folder / name).mkdir()
            case ["cp", *patterns, name]:
                for path in (path for pattern in patterns for path in sorted(self.folder.glob(pattern))):
                    shutil.copy(path, self.folder / name)
            case _:
                raise AssertionError(
                    f"{where}: neither run by this test nor on the list NOT_RUN in tests/docs/desks.py"
                )
        return ""

    def _run(self, block: Block, where: str) -> None:
        """Python, in the names of the page; where it cannot be run, it is compiled."""
        code = compile(block.text, where, "exec")
        if any(mark in block.text for mark in NOT_PYTHON):
            return
        with chdir(self.folder / self.desk.python_in):
            exec(code, self.names)


class Names(dict[str, Any]):
    """The names of a page's Python; what the page takes as known is made when it is asked for."""

    def __init__(self, known: Mapping[str, str]) -> None:
        super().__init__()
        self.known = known

    def __missing__(self, name: str) -> Any:
        return self.setdefault(name, eval(self.known[name], self))


def stands_in(text: str) -> Instead | None:
    """What is done in place of a command that cannot be run: the entry that names most of it."""
    return NOT_RUN.get(entry_of(text, NOT_RUN))


def entry_of(text: str, entries: dict[str, Any]) -> str:
    """The longest entry with which the command begins, if any."""
    return max((one for one in entries if text.startswith(one)), key=len, default="")


def _completed(given: dict[str, Any]) -> dict[str, Any]:
    """A part of a recipe with what it leaves out, so that it can be judged."""
    if "files" in given and isinstance(given["files"], dict):  # a [files.columns] alone
        given = {**given, "files": [given["files"]]}
    keys = {"where", "unless", "filled"} & set(given)  # lines of a section
    files = given.get("files", [{key: given.pop(key) for key in keys}])
    sections = [{**SECTION, **one, "columns": {**COLUMNS, **one.get("columns", {})}} for one in files]
    return {"name": "part", "zone": "UTC", "brand": {"accounts": ["x:brand"]}, **given, "files": sections}
