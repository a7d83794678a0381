"""One account's score, taken apart."""

from __future__ import annotations

from dataclasses import replace

import pytest

import ambassadors as amb
from ambassadors.errors import UnknownAccount
from ambassadors.explanation import Explanation, Part, Standing
from tests.seen_html import seen


def test_the_parts_add_up_to_the_score_of_the_ranking(community: amb.Community) -> None:
    """What explain shows is what the ranking says."""
    found = amb.explain(community, "@ann")

    for standing in found.standings:
        row = amb.rank(community, standing.ranking).filter(account="x:ann").row(0, named=True)
        assert (standing.rank, standing.score) == (row["rank"], row["score"])
        assert sum(round(1000 * part.points) for part in standing.parts) == round(1000 * row["score"])
        assert sum(part.weight for part in standing.parts) == pytest.approx(100)


def test_a_place_is_among_those_of_whom_something_was_counted(community: amb.Community) -> None:
    """Nobody responded to Cy: that is no last place among who has responders, and what is not known is none either."""
    parts = {part.measure: part for part in amb.explain(community, "x:cy").standings[0].parts}
    bob = {part.measure: part for part in amb.explain(community, "x:bob").standings[0].parts}

    assert (parts["responders"].value, parts["responders"].place, parts["responders"].points) == (0, None, 0)
    assert parts["responders"].says == "None seen."
    assert (bob["responders"].place, bob["responders"].of) == (1, parts["responders"].of)
    for part in [*parts.values(), *bob.values()]:
        assert part.place is None or 1 <= part.place <= part.of
        assert (part.value is None) == (part.percentile is None)


def test_rows_rung_and_evidence_are_told(community: amb.Community) -> None:
    """The rows behind a person, where they stand and why."""
    found = amb.explain(community, "x:ann")

    assert found.rows == {"accounts": 1, "follows": 2, "posts": 0, "interactions": 7, "orders": 3}
    assert (found.rung, found.to_next) == ("defend", "")
    assert found.evidence.startswith("2 answers to critics")
    assert amb.explain(community, "x:bob").to_next.startswith("love: ")


def test_the_way_up_names_measure_points_and_rank(community: amb.Community) -> None:
    """What would move an account up is said in the measure's terms."""
    influencers = amb.explain(community, "x:cy").standings[0]

    assert influencers.upward
    assert "points and rank" in influencers.upward[0]
    assert all("+" in way for way in influencers.upward)


@pytest.mark.parametrize(
    ("account", "why"),
    [("x:brand", "the brand itself"), ("x:rival", "a rival"), ("x:staff", "staff")],
)
def test_who_is_never_ranked_is_told_why(community: amb.Community, account: str, why: str) -> None:
    """Asking for the brand or its staff gives the reason, not an empty table."""
    assert amb.explain(community, account).standings[0].why_not == f"never ranked: {why}"


def test_who_stands_too_low_is_told_so(community: amb.Community) -> None:
    """A complainer is not among the ambassadors, and reads why."""
    assert "stands on negative" in amb.explain(community, "x:dan").standings[1].why_not


def test_an_unknown_account_is_answered_with_the_nearest(community: amb.Community) -> None:
    """A misspelt handle is told with the right one."""
    with pytest.raises(UnknownAccount, match="x:@thecafe"):
        amb.explain(community, "@thecave")


def test_a_notebook_shows_a_score_as_a_waterfall(community: amb.Community) -> None:
    """Each bar hangs where the one before it ends, and the last ends at the score."""
    found = amb.explain(community, "@ann")

    html = found._repr_html_()
    text = seen(html).text

    points = [part.points for part in sorted(found.standings[1].parts, key=lambda part: -part.points) if part.points]
    last = 100 * sum(points[:-1]) / sum(points)
    assert f"transparent 0 {last:.1f}%,#0072B2 {last:.1f}% 100.0%" in html
    assert "the score the sum of the points 88.750" in text
    assert "rung defend since 2026-05-06" in text
    assert "Up: buy again" in text


def unranked(person: str, why: str) -> Explanation:
    """Somebody with nothing but a name and a reason why there is no place."""
    standing = Standing("influencers", why_not=why)
    return Explanation("x:1", person, "undated", None, "", "", "", "", "", "", {"accounts": 0}, (standing,))


def test_plain_text_says_it_on_one_screen(community: amb.Community) -> None:
    """The printed explanation has the sentences, the score, the measures with most points and the ways up."""
    found = amb.explain(community, "@ann")

    lines = str(found).splitlines()

    assert len(lines) < 40
    assert lines[1:3] == found.sentences()[:2]
    assert lines[2].startswith("Rung: defend since 2026-05-06. 2 answers to critics")
    for standing in found.standings:
        start = next(place for place, line in enumerate(lines) if line.startswith(f"{standing.ranking}: rank "))
        assert lines[start].endswith(f"score {standing.score:.3f}")
        shown = [float(line.split()[0]) for line in lines[start + 1 : start + 9] if line.startswith("  ")]
        assert sum(shown) == pytest.approx(standing.score, abs=0.01)
        assert all(f"Up: {way}." in lines for way in standing.upward)


def test_plain_text_says_why_there_is_no_place() -> None:
    """Whoever is not ranked reads why; a name cannot command the terminal, nor break the line."""
    text = str(unranked("Ann\x1b[2J\nBob", "never ranked: staff"))

    assert "\x1b" not in text
    assert text.splitlines() == [
        "Ann\ufffd[2J\ufffdBob  x:1  as of undated", "Rows behind this: none", "Rung: none.", "",
        "influencers: never ranked: staff",
    ]  # fmt: skip


def test_a_notebook_shows_why_there_is_no_place() -> None:
    """In the place of the waterfall; what is not known has no line."""
    page = seen(unranked("Ann", "never ranked: staff")._repr_html_())

    assert page.text == (
        "Ann x:1, as of undated Where they stand rung none rows behind this none influencers no place "
        "Never ranked: staff."
    )


def test_a_notebook_takes_no_text_for_a_tag() -> None:
    """Names, evidence, measures and reasons stay texts."""
    bad = "</table><script>alert(1)</script>"
    part = Part(bad, bad, 1.0, 0.5, 10.0, 5.0, 1, 2, bad, bad)
    standing = Standing(bad, 1, 2, 5.0, (part,), {bad: bad}, (bad,), grade=bad)
    found = replace(unranked(bad, bad), account=bad, as_of=bad, evidence=bad, path=f"{bad} > {bad}", chance=bad)

    page = seen(replace(found, standings=(*found.standings, standing))._repr_html_())

    assert bad in page.text
