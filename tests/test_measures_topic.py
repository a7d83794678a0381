"""Topic: the brand's own audience, and the brand's own words."""

from __future__ import annotations

import pytest

import ambassadors as amb
from ambassadors import measures
from ambassadors.phrases import fill
from tests.conftest import RECIPE, Cafe

WITH_TEXT = RECIPE.replace('author = "author", at = "at" }', 'author = "author", at = "at", text = "text" }')
HEADER = "source,target,kind,at,post,text\n"
#: Five who were there early, so that they count; the brand with Ann, who answers it, and Cy, who follows it.
EARLY = HEADER + "".join(f"{name},zed,mention,2026-01-31,,\n" for name in ("ann", "cy", "dee", "eve", "brand"))
TODAY = "ann,brand,comment,2026-05-31,,\n"
FOLLOWS = "source,target,since\ncy,brand,2026-05-31\n"


def audience(cafe: Cafe, *acts: str) -> amb.Community:
    """The small brand with an audience of Ann and Cy, and acts of today such as ``"ann like bob"``."""
    rows = "".join(f"{source},{target},{kind},2026-05-31,,\n" for source, kind, target in map(str.split, acts))
    return amb.read(cafe(follows_csv=FOLLOWS, interactions_csv=EARLY + TODAY + rows))


def responders(community: amb.Community, name: str = "audience_responders") -> float:
    """How many of them Bob has."""
    return float(measures.take(community, name).filter(account="x:bob")["value"].item())


def test_the_audience_is_who_acted_toward_the_brand_or_follows_it(cafe: Cafe) -> None:
    """Of five likes of today those of Ann and Cy are the audience's; the brand is not its own."""
    found = audience(cafe, *(f"{name} like bob" for name in ("ann", "cy", "dee", "eve", "brand")))

    assert responders(found) == pytest.approx(2 / 5)
    assert responders(found, "responders") == pytest.approx(5 / 5)


def test_the_audience_counts_as_responders_do(cafe: Cafe) -> None:
    """Each once, by the best act; whoever had it returned counts for nothing."""
    found = audience(cafe, "ann like bob", "ann share bob", "ann share bob", "cy like bob", "bob like cy")

    assert responders(found) == pytest.approx(3 / 5)


def test_bots_do_not_become_an_audience(cafe: Cafe) -> None:
    """New accounts that like the brand and Bob are strangers still."""
    bots = [f"bot{number} like {target}" for number in range(20) for target in ("brand", "bob")]

    assert responders(audience(cafe, "ann like bob", *bots)) == pytest.approx(1 / 5)


def test_a_reason_tells_how_many_of_the_audience(cafe: Cafe) -> None:
    """In people; of nobody there is no sentence."""
    taken = measures.take(audience(cafe, "ann like bob", "cy like bob", "dee like bob"), "audience_responders")
    says = measures.named("audience_responders").says
    bob = fill(says, taken.filter(account="x:bob").row(0, named=True))

    assert bob == "2 people of the brand's own audience responded to them"
    assert taken.filter(account="x:ann").select("value", "people").row(0) == (0, None)


#: Fresh and roast are the brand's; coffee, too; everybody writes "the".
BRAND = ("brand:The fresh coffee roast!", "brand:the FRESH coffee, coffee roast", "brand:the fresh coffee roast.")


def written(cafe: Cafe, *posts: str) -> amb.Community:
    """The small brand with posts such as ``"ann:coffee please"``."""
    told = [post.split(":") for post in posts]
    rows = "".join(f'q{place},{author},2026-05-01,"{text}"\n' for place, (author, text) in enumerate(told))
    return amb.read(cafe(WITH_TEXT, posts_csv="post,author,at,text\n" + rows))


def on_topic(community: amb.Community, account: str) -> tuple[int, int] | None:
    """How many of how many posts of an account are on topic."""
    row = measures.take(community, "on_topic").filter(account=f"x:{account}").row(0, named=True)
    return None if row["value"] is None else (row["people"], row["posts"])


def test_posts_with_a_word_of_the_brands_are_on_topic(cafe: Cafe) -> None:
    """In any case and beside any sign; part of a word is not the word."""
    found = written(cafe, *BRAND, "ann:COFFEE, please", "ann:my dog", "bob:coffeehouse", "bob:unfresh fre", "cy:roast")

    assert [on_topic(found, name) for name in ("ann", "bob", "cy", "brand")] == [(1, 2), (0, 2), (1, 1), (3, 3)]


def test_who_wrote_nothing_is_unknown(cafe: Cafe) -> None:
    """A post without words is none, and nobody is off topic for silence."""
    found = written(cafe, *BRAND, "ann:", "bob:!?", "bob:the dog")

    assert on_topic(found, "ann") is None
    assert on_topic(found, "dan") is None
    assert on_topic(found, "bob") == (0, 2)


def test_a_word_that_everybody_uses_is_not_the_brands(cafe: Cafe) -> None:
    """Every post has "the", the brand's, too: it sets nothing apart."""
    found = written(cafe, *BRAND, "ann:the dog", "ann:the cat", "bob:the coffee", "cy:the end")

    assert [on_topic(found, name) for name in ("ann", "bob", "cy")] == [(0, 2), (1, 1), (0, 1)]


def test_a_word_of_two_posts_is_not_the_brands(cafe: Cafe) -> None:
    """Three of its posts have to use it, and three times in one post is one."""
    found = written(
        cafe, *BRAND, "brand:giveaway giveaway giveaway", "brand:giveaway", "ann:giveaway", *["bob:dog"] * 6
    )

    assert on_topic(found, "ann") == (0, 1)


def test_the_share_is_drawn_toward_that_of_everyone_but_the_brand(cafe: Cafe) -> None:
    """Ann's 1 of 2 and Bob's 0 of 3 are shrunk together; what else the brand writes changes nothing."""
    theirs = ("ann:coffee please", "ann:my dog", "bob:my cat", "bob:my car", "bob:my day")
    few, many = (written(cafe, *BRAND * times, *theirs) for times in (1, 5))

    strength = 0.2 / ((2 * 0.3**2 + 3 * 0.2**2 - 0.2) / (5 - 13 / 5))
    expected = {"x:ann": (1 + 0.2 * strength) / (2 + strength), "x:bob": 0.2 * strength / (3 + strength)}
    for found in (few, many):
        taken = dict(measures.take(found, "on_topic").select("account", "value").iter_rows())
        assert {name: taken[name] for name in expected} == pytest.approx(expected)


def test_a_brand_without_posts_sets_no_topic(cafe: Cafe) -> None:
    """Nobody is on a topic that there is not, and the measure weighs nothing."""
    found = written(cafe, "ann:coffee please", "bob:the dog")

    assert [on_topic(found, name) for name in ("ann", "bob")] == [(0, 1), (0, 1)]
    assert set(measures.take(found, "on_topic")["value"].drop_nulls()) == {0}


def test_a_reason_tells_the_words_that_an_account_uses_itself(cafe: Cafe) -> None:
    """Not those of the brand that it never used, the most frequent first; without any, the plain count."""
    found = written(cafe, *BRAND, "ann:roast coffee", "ann:roast", "ann:dog", "bob:dog")
    taken, says = measures.take(found, "on_topic"), measures.named("on_topic").says

    told = [fill(says, taken.filter(account=name).row(0, named=True)) for name in ("x:ann", "x:bob")]

    assert told == [
        "speaks in the brand's words (roast, coffee) in 2 of 3 posts",
        "uses the brand's words in 0 of 1 post",
    ]
