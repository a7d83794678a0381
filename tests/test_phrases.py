"""Numbers in sentences."""

from hypothesis import given
from hypothesis import strategies as st

from ambassadors import phrases


@given(st.floats(0, 1, exclude_max=True))
def test_a_percentage_is_never_rounded_up(share: float) -> None:
    """Nobody is said to be ahead of more than they are."""
    shown = float(phrases.percent(share).removesuffix(" %"))

    assert shown <= share * 100 + 1e-6
    assert share * 100 - shown < 1.01


def test_a_sentence_keeps_its_names() -> None:
    """Only the first letter changes."""
    assert phrases.sentence("liked by iOS fans") == "Liked by iOS fans."
    assert phrases.sentence("") == ""
