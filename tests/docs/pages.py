"""A page of the documentation as a reader takes it: its blocks from top to bottom, and the commands in them."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
#: Written by `make docs`, and tested where they come from.
GENERATED = ("notebooks",)
_FENCE = re.compile(r"^(?P<fence>`{3,})(?P<language>[^\n`]*)\n(?P<text>.*?)^(?P=fence)[ ]*$", re.DOTALL | re.MULTILINE)
_SPAN = re.compile(r"(?<!`)`([^`]+)`(?!`)")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the lines in it, and the paragraph above, which says what to do with it."""

    language: str
    text: str
    above: str
    line: int


@dataclass(frozen=True)
class Command:
    """A line that a reader types, and what the page shows below it."""

    text: str
    shown: str
    line: int

    @property
    def words(self) -> list[str]:
        """The words, without what stands behind a #."""
        return shlex.split(self.text, comments=True)


def pages() -> list[str]:
    """The README and every page below docs/, by their paths from the root."""
    found = [path.relative_to(ROOT) for path in sorted((ROOT / "docs").rglob("*.md"))]
    return ["README.md", *(path.as_posix() for path in found if path.parts[1] not in GENERATED)]


def text_of(page: str) -> str:
    """What stands on the page."""
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str) -> list[Block]:
    """The fenced blocks of a page, from top to bottom."""
    text = text_of(page)
    return [
        Block(
            found["language"].strip(),
            found["text"],
            " ".join(text[: found.start()].rstrip().rpartition("\n\n")[2].split()),
            text.count("\n", 0, found.start()) + 1,
        )
        for found in _FENCE.finditer(text)
    ]


def commands(block: Block) -> list[Command]:
    """What a reader types of a console block; lines that end with a backslash go on."""
    parts = re.split(r"^\$ ", block.text.replace("\\\n", " "), flags=re.MULTILINE)
    found, line = [], block.line + 1 + parts[0].count("\n")
    for part in parts[1:]:
        typed, _, shown = part.partition("\n")
        found.append(Command(typed.strip(), shown, line))
        line += part.count("\n")
    return found


def typed(page: str) -> list[Command]:
    """All that a reader types on a page."""
    return [command for block in blocks(page) if block.language == "console" for command in commands(block)]


def mentioned(page: str) -> list[str]:
    """What stands between backticks in running text."""
    return [" ".join(span.split()) for span in _SPAN.findall(_FENCE.sub("", text_of(page)))]


def agrees(shown: str, printed: str) -> bool:
    """Whether a page shows what is printed, however wide the terminal; ``...`` stands for anything, also nothing.

    >>> agrees("rank  person ... score", "rank person  stage    score"), agrees("rank 1", "rank 2")
    (True, False)
    """
    pieces = [r"\s+".join(map(re.escape, piece.split())) for piece in shown.split("...")]
    return re.fullmatch(r"\s*" + r"\s*(?:.*?)\s*".join(pieces) + r"\s*", printed, re.DOTALL) is not None
