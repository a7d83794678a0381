"""What kind of person somebody is, what would be welcome, and who is told apart from ambassadors."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import ambassadors as amb
from ambassadors import repeats, tables
from ambassadors.character import GIVEAWAY_ACTS, WELCOME, apart, characters
from ambassadors.community import build, sealed
from ambassadors.ladder import evidence
from tests.conftest import RECIPE, Cafe

WORDY = RECIPE.replace(
    'at = "at" }\n\n[[files]]\ntable = "i', 'at = "at", text = "text" }\n\n[[files]]\ntable = "i'
).replace(
    'text = "text" }\n\n[[files]]\ntable = "customers"',
    'text = "text", rating = "stars" }\n\n[[files]]\ntable = "customers"',
)
ACTS = "source,target,kind,at,post,text,stars\nstaff,brand,like,2026-06-30,,,\n"
POSTS = "post,author,at,text\n" + "".join(f"p{day},brand,2026-06-{day:02d},news\n" for day in range(1, 13))
ORDERS = "customer,order,at,amount\n"


def told(cafe: Cafe, acts: str, posts: str = POSTS, orders: str = ORDERS, recipe: str = WORDY) -> amb.Community:
    """The small brand with other acts, posts and orders; it stands at the last day of June."""
    return amb.read(cafe(recipe, interactions_csv=ACTS + acts, posts_csv=posts, orders_csv=orders))


def row(frame: pl.DataFrame, account: str = "x:eve") -> tuple[str | None, ...] | None:
    """What is said of an account, without its id; None where nothing is."""
    found = frame.filter(account=account).drop("account")
    return found.row(0) if found.height else None


def acts(*lines: str) -> str:
    """Acts of Eve toward the brand, each ``kind,at,post,text,stars``."""
    return "".join(f"eve,brand,{line}\n" for line in lines)


def test_everyone_who_showed_anything_has_one_row(community: amb.Community) -> None:
    """A row for each account with evidence, and no kind that has no welcome."""
    found = characters(community)

    assert found.columns == ["account", "kind", "welcome", "because"]
    assert found["account"].to_list() == evidence(community)["account"].to_list()
    assert {*found["kind"]} <= {*WELCOME, None}


@pytest.mark.parametrize(
    ("done", "kind", "because"),
    [
        (
            acts("review,2026-06-01,,fine,5", "review,2026-06-02,,fine,4", "review,2026-06-09,,fine,5"),
            "helper", "Wrote 3 reviews, the last on 2026-06-09.",
        ),
        (
            acts("review,2026-06-01,,fine,5") + "eve,dan,reply,2026-06-03,p1,so,\neve,cy,comment,2026-06-04,p1,so,\n",
            "helper", "Wrote 1 review and answered other people twice, the last on 2026-06-04.",
        ),
        (
            acts("referral,2026-06-01,,,", "referral,2026-06-02,,,"),
            "recruiter", "Referred 2 people, the last on 2026-06-02.",
        ),
        (
            acts("comment,2026-04-01,,is it nice?,", "comment,2026-05-01,,why?,", "review,2026-06-09,,hm,3"),
            "critic and adviser",
            "2 questions, 1 review below 5 stars on 3 days in 3 months, the last on 2026-06-09.",
        ),
        (
            acts("comment,2026-04-01,,awful,", *(f"like,2026-05-0{day},,," for day in (1, 2, 3))),
            "won back",
            "1 complaint, the last on 2026-04-01; likes, recommendations or orders on 3 days since, "
            "the last on 2026-05-03.",
        ),
        (
            acts("share,2026-06-01,,,", "share,2026-06-02,,,", "tag,2026-06-03,,,"),
            "voice", "Recommended the brand 3 times, the last on 2026-06-03.",
        ),
    ],
)  # fmt: skip
def test_a_kind_follows_from_the_acts(cafe: Cafe, done: str, kind: str, because: str) -> None:
    """Each kind, with what would be welcome, and the counts and dates for which it is said."""
    assert row(characters(told(cafe, done))) == (kind, WELCOME[kind], because)


@pytest.mark.parametrize(
    "done",
    [
        acts("share,2026-06-01,,,", "share,2026-06-02,,,"),
        acts("review,2026-06-01,,fine,5", "review,2026-06-02,,fine,4"),
        acts(*(f"review,2026-06-0{day},,no,1" for day in (1, 2, 3)), "like,2026-06-04,,,"),
        acts("comment,2026-06-01,,why?,", "comment,2026-06-02,,why?,", "comment,2026-06-03,,why?,"),
        acts("comment,2026-04-01,,lovely,", "comment,2026-05-01,,nice,", "comment,2026-06-01,,so good,"),
        acts("comment,2026-04-01,,see a.example/?b,", "comment,2026-05-01,,a.example/?b,", "comment,2026-06-01,,?b,"),
        acts("comment,2026-04-01,,awful,", "like,2026-05-01,,,", "like,2026-05-02,,,"),
        acts("comment,2025-10-01,,awful,", *(f"like,2026-01-0{day},,," for day in (1, 2, 3))),
        acts("referral,2025-01-01,,,", "share,2025-01-01,,,", "share,2025-01-02,,,", "share,2025-01-03,,,"),
    ],
    ids=[
        "two shares", "two reviews", "bad reviews", "one month", "praise", "addresses", "two good days", "gone quiet",
        "long ago",
    ],
)  # fmt: skip
def test_too_little_is_no_kind(cafe: Cafe, done: str) -> None:
    """What may be chance, what is mere applause, and what lies outside the window make no kind."""
    assert row(characters(told(cafe, done + "eve,brand,like,2026-01-09,,,\n"))) == (None, None, None)


def test_while_a_complaint_is_open_nothing_is_welcome(cafe: Cafe) -> None:
    """Five people referred, and a complaint since: first it has to be answered."""
    done = acts(*(f"referral,2026-05-0{day},,," for day in range(1, 6)))

    assert row(characters(told(cafe, done))) is not None
    assert row(characters(told(cafe, done + acts("comment,2026-06-01,,awful,")))) == (None, None, None)


def test_who_was_won_back_is_shown_as_such_whatever_else_they_are(cafe: Cafe) -> None:
    """A complaint comes first: whoever writes to a recruiter who once complained must know of it."""
    done = acts("comment,2026-04-01,,awful,", *(f"referral,2026-05-0{day},,," for day in range(1, 6)))

    found = row(characters(told(cafe, done)))

    assert found is not None
    assert found[:2] == ("won back", "a thank-you")


def test_a_defence_helps_and_a_quarrel_with_the_brand_does_not(cafe: Cafe) -> None:
    """Answers to critics where they complain count; answers to the brand, and complaints of one's own, do not."""
    critic = "dan,brand,mention,2026-06-01,q1,awful,\n"
    helpful = "".join(f"eve,dan,reply,2026-06-0{day},q1,not so,\n" for day in (2, 3, 4))
    idle = "".join(
        f"cy,dan,reply,2026-06-0{day},p1,awful indeed,\ncy,brand,reply,2026-06-0{day},p1,hm,\n" for day in (2, 3, 4)
    )

    found = characters(told(cafe, critic + helpful + idle))

    assert row(found) == ("helper", "recognition", "Answered other people 3 times, the last on 2026-06-04.")
    assert row(found, "x:cy") == (None, None, None)


def early(people: int) -> str:
    """People who like six posts, each an hour later than the one before; the first one is Eve, all say a word."""
    lines = [
        f"{'eve' if place == 1 else f'u{place}'},brand,like,2026-06-{day:02d}T{place:02d}:00,p{day},,"
        for place in range(1, people + 1)
        for day in range(1, 7)
    ]
    words = [
        f"{'eve' if place == 1 else f'u{place}'},brand,comment,2026-06-20,,nice,," for place in range(1, people + 1)
    ]
    return "\n".join([*lines, *(line.removesuffix(",") for line in words)]) + "\n"


def test_the_first_tenth_is_the_first_to_know(cafe: Cafe) -> None:
    """Of ten the one who is first by habit; of nine nobody is among the first tenth."""
    ten, nine = characters(told(cafe, early(10))), characters(told(cafe, early(9)))

    because = "Reacted to 6 posts of the brand, typically within 60 minutes, the last on 2026-06-06."
    assert row(ten) == ("first to know", "exclusive news or early access", because)
    assert ten["kind"].drop_nulls().to_list() == ["first to know"]
    assert nine["kind"].drop_nulls().to_list() == []


def test_four_posts_do_not_tell_how_soon_somebody_reacts(cafe: Cafe) -> None:
    """Who was first four times is not compared with those who reacted five times or more."""
    gone = tuple(f"eve,brand,like,2026-06-0{day}" for day in (5, 6))
    four = "".join(line for line in early(10).splitlines(keepends=True) if not line.startswith(gone))

    assert characters(told(cafe, four))["kind"].drop_nulls().to_list() == []


def test_a_program_that_is_first_everywhere_takes_no_place(cafe: Cafe) -> None:
    """Who likes every post within a minute and never says a word is not among those who are compared."""
    program = "".join(f"bot,brand,like,2026-06-{day:02d}T00:01,p{day},,\n" for day in range(1, 13))

    found = characters(told(cafe, early(10) + program))

    assert found.filter(kind="first to know")["account"].to_list() == ["x:eve"]


def test_who_may_not_be_ranked_has_no_kind(cafe: Cafe) -> None:
    """Nothing is offered to staff, nor to whom the recipe leaves out."""
    done = "".join(f"{who},brand,referral,2026-06-01,,,\n" for who in ("staff", "eve", "ann"))
    recipe = WORDY.replace('staff = ["x:staff"]', 'staff = ["x:staff"]\nexclude = ["x:ann"]')

    kinds = dict(characters(told(cafe, done, recipe=recipe)).select("account", "kind").iter_rows())

    assert (kinds["x:eve"], kinds["x:staff"], kinds["x:ann"]) == ("recruiter", None, None)


def test_staff_and_rivals_are_told_apart_as_the_recipe_names_them(community: amb.Community) -> None:
    """Whom the recipe names is told apart in its words, and nobody else of the small brand."""
    assert apart(community).rows() == [
        ("x:rival", "a rival", "The recipe names them as a rival."),
        ("x:staff", "staff", "The recipe names them as staff."),
    ]


PRIZES = POSTS.replace("p5,brand,2026-06-05,news", "p5,brand,2026-06-05,Giveaway! Tag a friend")
HUNT = acts(
    *(f"{kind},2026-06-05T1{hour}:00,p5,me please," for hour, kind in enumerate(("share", "tag", "reply", "tag")))
)


def test_who_comes_for_giveaways_alone_is_told_apart(cafe: Cafe) -> None:
    """Four acts, all on the post of a giveaway: told with counts, dates and a perhaps, and of no kind any more."""
    community = told(cafe, HUNT, PRIZES)

    assert row(apart(community)) == (
        "comes for giveaways",
        "4 of 4 acts toward the brand belong to its giveaways, on 1 day, the last on 2026-06-05: perhaps for the "
        "prizes, no orders known.",
    )
    assert row(characters(community)) == (None, None, None)


@pytest.mark.parametrize(
    ("done", "posts", "orders", "recipe"),
    [
        (HUNT, POSTS, ORDERS, WORDY),
        (HUNT.replace("eve,brand,share,2026-06-05T10:00,p5,me please,\n", ""), PRIZES, ORDERS, WORDY),
        (HUNT + acts("like,2026-06-01,p1,,", "like,2026-06-02,p2,,"), PRIZES, ORDERS, WORDY),
        (HUNT.replace("06-05", "06-25"), PRIZES, ORDERS, WORDY),
        (HUNT, PRIZES, ORDERS + "C1,O1,2026-06-01,9.00\n", WORDY),
        (HUNT, POSTS.replace("news", "a contest"), ORDERS, WORDY),
        (HUNT, PRIZES, ORDERS, WORDY + "\n[character]\ngiveaway_words = []\n"),
    ],
    ids=["no giveaway", "few acts", "other acts", "long after", "a buyer", "nothing but giveaways", "no words"],
)
def test_who_may_come_for_more_than_prizes_is_not(cafe: Cafe, done: str, posts: str, orders: str, recipe: str) -> None:
    """Any other sign of interest, or a brand whose posts or words tell nothing, keeps a person where they are."""
    files = {"interactions_csv": ACTS + done, "posts_csv": posts, "orders_csv": orders}

    community = amb.read(cafe(recipe, **files, customers_csv="customer,account\nC1,x:eve\n"))

    assert row(apart(community)) is None


def test_the_words_of_an_act_can_name_the_giveaway(cafe: Cafe) -> None:
    """Where the brand's post is not in the data, the person's own words tell."""
    done = acts(*(f"tag,2026-06-0{day},,in it to win," for day in range(1, GIVEAWAY_ACTS + 1)))

    found = row(apart(told(cafe, done)))

    assert found is not None
    assert found[0] == "comes for giveaways"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("lovely #Ad", True), ("(#ad)", True), ("#SPONSORED by them", True), ("meine #Werbung", True),
        ("an #adventure", False), ("see a.example/#ad", False), ("a bad ad", False), ("#thisad", False), ("", False),
    ],
)  # fmt: skip
def test_a_disclosure_is_a_whole_tag_in_the_persons_own_words(cafe: Cafe, words: str, said: bool) -> None:
    """``#ad`` in any case of letters, in the act or in one's own post, and nothing that only looks like it."""
    in_act = told(cafe, acts(f"mention,2026-06-01,,{words},"))
    in_post = told(cafe, acts("mention,2026-06-01,e1,hello,"), POSTS + f"e1,eve,2026-06-01,{words}\n")

    assert [(row(apart(one)) or ("",))[0] == "discloses payment" for one in (in_act, in_post)] == [said, said]


def test_a_disclosure_is_told_with_its_word_count_and_date(cafe: Cafe) -> None:
    """The manager reads which words stood how often until when, with a perhaps."""
    done = acts("mention,2026-06-01,,nice #ad,", "share,2026-06-04,,#sponsored,", "share,2026-06-05,,plain,")

    assert row(apart(told(cafe, done))) == (
        "discloses payment",
        "#ad, #sponsored in 2 acts toward the brand, the last on 2026-06-04: perhaps paid for.",
    )


def test_the_disclosures_of_others_are_nobody_elses(cafe: Cafe) -> None:
    """Sharing the brand's own advertisement, or being paid by somebody else, discloses nothing."""
    posts = POSTS + "p20,brand,2026-06-01,our #ad\n"

    community = told(cafe, acts("share,2026-06-02,p20,,") + "eve,bob,mention,2026-06-03,,#ad,\n", posts)

    assert row(apart(community)) is None


def toward_rivals(number: int, kind: str, text: str) -> str:
    """Acts of Eve toward the rival, one a day."""
    return "".join(f"eve,rival,{kind},2026-05-{day:02d},,{text},\n" for day in range(1, number + 1))


def test_who_acts_mostly_for_a_rival_is_told_apart(cafe: Cafe) -> None:
    """Eleven acts of thirteen, three of which speak for the rival."""
    done = (
        toward_rivals(8, "like", "") + toward_rivals(3, "share", "") + acts("like,2026-06-01,,,", "like,2026-06-02,,,")
    )

    assert row(apart(told(cafe, done))) == (
        "acts mostly for a rival",
        "11 of 13 acts toward the brand and its rivals are toward rivals, 3 of them speak for a rival, the last on "
        "2026-05-08: perhaps a fan of theirs.",
    )


@pytest.mark.parametrize(
    "done",
    [
        toward_rivals(9, "share", ""),
        toward_rivals(20, "like", "") + toward_rivals(2, "share", ""),
        toward_rivals(20, "mention", ""),
        toward_rivals(20, "mention", "awful"),
        toward_rivals(12, "share", "") + acts(*(f"like,2026-06-0{day},,," for day in range(1, 5))),
    ],
    ids=["few acts", "likes alone", "mentions without words", "attacks", "the brand as well"],
)
def test_who_merely_knows_the_rival_is_not(cafe: Cafe, done: str) -> None:
    """Few acts, silent ones, attacks, or acts toward both houses set nobody apart."""
    assert row(apart(told(cafe, done + "eve,brand,like,2026-06-01T12:00,,,\n"))) is None


CUT = datetime(2026, 6, 15, tzinfo=UTC)
people = st.sampled_from(["x:eve", "x:dan", "x:u2", "x:brand", "x:rival", "x:new"])
later_acts = st.fixed_dictionaries({
    "source": people, "target": people, "kind": st.sampled_from(tables.KINDS),
    "at": st.integers(1, 10**6).map(lambda seconds: CUT + timedelta(seconds=seconds)),
    "post": st.sampled_from([None, "x:p1", "x:p5", "x:e1"]),
    "text": st.sampled_from([None, "#ad", "awful", "why?", "to win"]), "rating": st.sampled_from([None, 1.0, 5.0]),
})  # fmt: skip
later_posts = st.fixed_dictionaries({
    "post": st.sampled_from(["x:p5", "x:e1", "x:e2"]), "author": people, "at": st.just(CUT + timedelta(days=1)),
    "text": st.sampled_from(["#ad", "giveaway"]),
})  # fmt: skip
LATER: list[dict[str, Any]] = [
    {"source": "x:eve", "target": "x:brand", "kind": "mention", "at": CUT + timedelta(hours=1), "text": "awful #ad"},
    {"source": "x:dan", "target": "x:brand", "kind": "like", "at": CUT + timedelta(hours=2), "post": "x:p1"},
]


@given(more=st.lists(later_acts, max_size=12), posts=st.lists(later_posts, max_size=3))
@example(more=LATER, posts=[{"post": "x:e1", "author": "x:eve", "at": CUT + timedelta(days=1), "text": "#ad"}])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_future(cafe: Cafe, more: list[dict[str, Any]], posts: list[dict[str, Any]]) -> None:
    """Whatever is done, written or disclosed later, what is said as of a date stays the same."""
    critic = "dan,brand,mention,2026-06-01,q1,awful,\n" + "".join(
        f"eve,dan,reply,2026-06-0{day},q1,not so,\n" for day in (2, 3, 4)
    )
    past = told(cafe, critic + HUNT.replace("eve", "u2") + acts("mention,2026-06-09,e1,,"), PRIZES).as_of(CUT)
    kept = dict(past.kept)
    for name, rows in {"interactions": more, "posts": posts}.items():
        good, _ = (
            tables.check(tables.TABLES[name], pl.DataFrame(rows, infer_schema_length=None)) if rows else (None, None)
        )
        if good is not None:
            kept[name] = repeats.collapse(tables.TABLES[name], pl.concat([kept[name], good.select(kept[name].columns)]))
    whole = build(past.recipe, kept)

    with sealed(CUT):
        again = whole.as_of(CUT)

        assert characters(again).equals(characters(past))
        assert apart(again).equals(apart(past))
        assert {"helper"} == {*characters(past)["kind"].drop_nulls()}
        assert "comes for giveaways" in apart(past)["why"]


def test_the_no_future_test_has_teeth(cafe: Cafe) -> None:
    """What comes after the cut-off does change what is said later."""
    community = told(cafe, acts("mention,2026-06-20,,nice #ad,", "like,2026-06-01,,,"))

    assert (row(apart(community)) or ("",))[0] == "discloses payment"
    assert row(apart(community.as_of(CUT))) is None
