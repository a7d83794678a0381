"""What a notebook shows: tables of a screen's height as HTML, every text of the data escaped, nothing fetched.

The styles stand inline, the colours of text and ground are the notebook's own, and every bar has its figure beside it:
so a display is readable light and dark, on a code host that strips styles, in print, and to a screen reader.

>>> people = table("Scores", ["person", Column("score", right=True)], [["<b>Anna</b>", 71.25]])
>>> "&lt;b&gt;Anna&lt;/b&gt;" in people, "71.25" in people
(True, True)
"""

from ambassadors.display.bars import bar, floating, interval, legend, stack
from ambassadors.display.people import people
from ambassadors.display.pieces import Column, Heading, card, facts, link, muted, notes, paragraphs, table, under
from ambassadors.display.values import bounds, clip, number, shown, words

__all__ = [
    "Column",
    "Heading",
    "bar",
    "bounds",
    "card",
    "clip",
    "facts",
    "floating",
    "interval",
    "legend",
    "link",
    "muted",
    "notes",
    "number",
    "paragraphs",
    "people",
    "shown",
    "stack",
    "table",
    "under",
    "words",
]
