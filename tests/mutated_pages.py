"""Recorded pages gone wrong: keys dropped and values of another type, at random places."""

import copy

from hypothesis import strategies as st

#: What can stand in the place of any value.
WRONG = (None, True, -1, 2**70, 1.5, "", "x", "0001-01-01T00:00:00Z", "\ud800", [], ["x"], [[]], {}, {"id": 7})
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(("data", "items", "id", "snippet", "meta", "error", "errors", "paging", "from")),
            inner,
            max_size=4,
        )
    ),
    max_leaves=25,
)


def places(value, path=()):
    """Every place in a page."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, inner in inside for place in places(inner, (*path, key)))]


@st.composite
def mutated(draw, page):
    """A copy of the page in which up to five places were dropped or hold something else."""
    page = copy.deepcopy(page)
    for _ in range(draw(st.integers(1, 5))):
        found = places(page)[1:]
        if not found:
            return page
        *way, last = draw(st.sampled_from(found))
        parent = page
        for key in way:
            parent = parent[key]
        if draw(st.booleans()):
            del parent[last]
        else:
            parent[last] = copy.deepcopy(draw(st.sampled_from(WRONG)))
    return page
