"""The waterfall: every bar stands on the one before, and together they are the score."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ambassadors as amb
from ambassadors.errors import NotEnoughData, UnknownName
from ambassadors.explanation import Explanation, Part, Standing


def explanation(points: list[float], person: str = "Anna", **about: Any) -> Explanation:
    """Somebody with these points, out of as many besides."""
    parts = tuple(
        Part(f"measure_{n}", "", 1.0, 0.5, 2 * one, one, 1, 9, "accounts", f"Counted {n}.")
        for n, one in enumerate(points)
    )
    known = {"rank": 3, "of": 1200, "score": sum(points), "low": 2, "high": 14} | about
    standing = Standing("influencers", parts=parts, **known)
    return Explanation("x:a", person, "2026-05-31", None, "", "", "", "", "", "", {}, (standing,))


def bars(chart: Any) -> list[dict[str, Any]]:
    """The rows that a chart draws."""
    (rows,) = chart.to_dict()["datasets"].values()
    return list(rows)


@settings(max_examples=6, deadline=None)
@given(st.lists(st.integers(0, 9000), min_size=1, max_size=9))
def test_bars_add_up(thousandths: list[int]) -> None:
    """Each bar begins where the one before ends, largest first, and the last ends at the score."""
    points = [number / 1000 for number in thousandths]

    *parts, total = bars(amb.charts.waterfall(explanation(points)))

    lengths = [bar["end"] - bar["begin"] for bar in parts]
    assert lengths == pytest.approx(sorted(points, reverse=True))
    assert [bar["begin"] for bar in parts] == pytest.approx([0.0, *(bar["end"] for bar in parts[:-1])])
    assert total["begin"] == 0
    assert total["end"] == pytest.approx(parts[-1]["end"]) == pytest.approx(sum(points))


def test_says_who_and_where() -> None:
    """The title names the person, the rank among how many and its bounds; each bar its measure, points and words."""
    chart = amb.charts.waterfall(explanation([30.0, 12.5])).to_dict()

    title = chart["title"]
    (rows,) = chart["datasets"].values()
    assert title["text"] == "Anna: 42.5 points, rank 3 of 1,200 influencers"
    assert "from rank 2 to 14" in title["subtitle"]
    assert [(row["measure"], row["told"], row["says"]) for row in rows[:2]] == [
        ("measure 0", "30.0 of 60.0", "Counted 0."),
        ("measure 1", "12.5 of 25.0", "Counted 1."),
    ]
    assert rows[0]["most"] == 60.0


def test_without_bounds() -> None:
    """Where nothing is counted from acts, the line under the title says so in place of bounds."""
    chart = amb.charts.waterfall(explanation([1.0], low=None, high=None, grade="no responses"))

    assert chart.to_dict()["title"]["subtitle"] == "no bounds: no responses; as of 2026-05-31"


def test_not_ranked() -> None:
    """Who is not ranked is told why; a ranking that is none is refused."""
    nobody = explanation([], score=None, rank=None, why_not="never ranked: a rival")

    with pytest.raises(NotEnoughData, match="Anna has no score among influencers: never ranked: a rival"):
        amb.charts.waterfall(nobody)
    with pytest.raises(UnknownName, match="Did you mean 'influencers'"):
        amb.charts.waterfall(nobody, "influencer")


def test_hostile_name(tmp_path: Path) -> None:
    """A name that is markup is letters in the picture, and the picture is the same bytes twice."""
    chart = amb.charts.waterfall(explanation([5.0], person="<img src=x onerror=alert(1)>"))

    amb.charts.save(chart, tmp_path / "one.svg")
    amb.charts.save(chart, tmp_path / "two.svg")

    drawn = (tmp_path / "one.svg").read_text(encoding="utf-8")
    assert "&lt;img src=x onerror=alert(1)&gt;" in drawn
    assert "<img" not in drawn
    assert (tmp_path / "two.svg").read_text(encoding="utf-8") == drawn
