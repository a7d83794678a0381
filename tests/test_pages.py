"""The pages of accounts: addresses made of handles, which no handle can lead astray."""

from __future__ import annotations

import pytest

from ambassadors.pages import page


@pytest.mark.parametrize(
    ("platform", "handle", "address"),
    [
        ("instagram", "ann", "https://www.instagram.com/ann/"),
        ("x", "@ann", "https://x.com/ann"),
        ("mastodon", "ann@town.example", "https://town.example/@ann"),
        ("x", "../../login?next=//evil.example", "https://x.com/..%2F..%2Flogin%3Fnext%3D%2F%2Fevil.example"),
        ("x", "", None),
        ("x", None, None),
        ("customer", "C1", None),
    ],
)
def test_a_page_is_the_platforms(platform: str, handle: str | None, address: str | None) -> None:
    """The address is of the platform whatever the handle holds; where it cannot be told there is none."""
    found = page(platform, handle)

    assert found == address


def test_an_instance_that_is_no_host_has_no_page() -> None:
    """A slash, a question mark or a port in it would make another address of it."""
    assert [page("mastodon", f"ann@{one}") for one in ("evil.example/x", "a.b?c", "a.example:80", "")] == [None] * 4
