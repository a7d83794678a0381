"""The report: one page that a partnership manager shows the boss, made of plain values that can be kept and edited.

:func:`summarise` looks at a run and gives plain values; :func:`render` makes the page of them, and of nothing else. So
the values can be kept beside the page, a person taken out of them (:func:`without`), and the page made again.
"""

from ambassadors.report.forgetting import without
from ambassadors.report.page import render
from ambassadors.report.summary import summarise

__all__ = ["render", "summarise", "without"]
