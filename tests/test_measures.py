"""The measures, counted by hand on the small brand; one function a measure."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

import ambassadors as amb
from ambassadors import measures
from ambassadors.errors import UnknownName
from ambassadors.phrases import fill
from ambassadors.recipe import MEASURES
from tests.conftest import FILES, RECIPE, Cafe

NOW = datetime(2026, 5, 30, tzinfo=UTC)


def value(community: amb.Community, name: str, account: str) -> float | None:
    """One measure of one account."""
    found: float | None = measures.take(community, name).filter(account=account)["value"].item()
    return found


def halved(*when: str, half_life: float = 90) -> list[float]:
    """2 ** -(age / half-life) of each day."""
    ages = [(NOW - datetime.fromisoformat(day).replace(tzinfo=UTC)).days for day in when]
    return [2 ** -(age / half_life) for age in ages]


def test_the_recipe_knows_every_measure_and_no_other() -> None:
    """Each measure can be weighed in a recipe, and nothing else."""
    assert sorted(measures.CATALOGUE) == MEASURES


def test_every_measure_gives_its_meaning() -> None:
    """Each measure's docstring says what it is, in a sentence for people; each sentence and advice is there."""
    for one in measures.CATALOGUE.values():
        assert 25 < len(one.meaning) <= 120, one.name
        assert re.fullmatch(r"[A-Z][^{}]*\.", one.meaning), one.name
        assert ":func:" not in one.meaning, one.name
        assert one.says, one.name
        assert one.advice, one.name
        assert one.question in measures.__all__


def test_every_measure_has_one_row_an_account(community: amb.Community) -> None:
    """The one rule: a measure is a frame with one row per account."""
    for name in measures.CATALOGUE:
        assert measures.take(community, name)["account"].to_list() == community.accounts["account"].to_list(), name


def test_a_misspelt_measure_is_answered_with_the_right_one() -> None:
    """An unknown measure is told with the name that was meant."""
    with pytest.raises(UnknownName, match="'responders'"):
        measures.named("responder")


def test_a_measure_without_its_data_is_null_and_says_why(cafe: Cafe) -> None:
    """Where a table is missing, a measure is not 0 but unknown."""
    recipe = RECIPE[: RECIPE.index('[[files]]\ntable = "customers"')].replace('rivals = ["x:rival"]\n', "")

    community = amb.read(cafe(recipe))

    assert measures.take(community, "net_spend")["value"].null_count() == community.accounts.height
    assert measures.lacking(community, measures.named("net_spend").needs) == "there are no orders"
    assert measures.lacking(community, measures.named("attention_share").needs) == "the recipe names no rivals"
    assert measures.lacking(community, measures.named("listed").needs) == "no row of accounts has listed"


def test_without_interactions_the_reason_is_told_once(cafe: Cafe) -> None:
    """Where there are none at all, nothing is said of their times."""
    community = amb.read(cafe(interactions_csv="source,target,kind,at,post,text\n"))

    assert measures.lacking(community, ("interactions", "acts")) == "there are no interactions"


def said(community: amb.Community, name: str, account: str) -> str:
    """What a reason says of one measure of one account."""
    return fill(measures.named(name).says, measures.take(community, name).filter(account=account).row(0, named=True))


def test_every_sentence_can_be_said(community: amb.Community) -> None:
    """For every account and measure that has something to say there is a sentence without a hole or a torn number."""
    for name, one in measures.CATALOGUE.items():
        for row in measures.take(community, name).iter_rows(named=True):
            if None not in row.values():
                assert not re.search(r"None|nan|inf\b|[{}]|e[+-]\d", fill(one.says, row)), (name, row)


def test_no_reason_of_the_towns_list_is_without_meaning() -> None:
    """Nobody stands on the list for nothing counted, and every number is written out."""
    town = amb.read(Path(__file__).parent.parent / "graphs" / "town")

    reasons = amb.shortlist(town, "influencers", k=100).select(pl.concat_list("reason_1", "reason_2", "reason_3"))

    for reason in reasons.to_series().explode().drop_nulls():
        assert not re.search(r"None|nan|e[+-]\d|\b0 (people|shares|responses|followers)|ahead of 0 %", reason), reason


def test_responders_count_people_once_by_their_best_act(community: amb.Community) -> None:
    """Bob's two responders: Ann liked, Cy shared, each weighed by kind and halved in the 118 days of the data."""
    like, share = halved("2026-02-03", "2026-02-03", half_life=118)

    assert value(community, "responders", "x:bob") == pytest.approx(1 / 5 * like + 3 / 5 * share)
    assert value(community, "responders", "x:cy") == 0


def test_followers_known_and_stated(community: amb.Community) -> None:
    """Followers in the data and as the platform states them are two measures."""
    assert [value(community, "followers_known", account) for account in ("x:bob", "x:dan")] == [2, 0]
    assert [value(community, "followers_stated", account) for account in ("x:bob", "x:dan")] == [20000, None]


def test_followers_who_do_not_count_are_taken_off_both(cafe: Cafe) -> None:
    """A stranger follows Bob, and Bob follows Ann back: Cy is left, and two of the 20,000 are known not to count."""
    community = amb.read(cafe(follows_csv=FILES["follows.csv"] + "stranger,bob,2026-05-01\nbob,ann,2026-05-01\n"))

    assert value(community, "followers_known", "x:bob") == 1
    assert value(community, "followers_stated", "x:bob") == 19998
    assert said(community, "followers_known", "x:bob") == "1 of 3 followers in this data counts"
    assert said(community, "followers_stated", "x:bob") == "20,000 followers as stated by the platform"


def test_fitness_adds_the_inverse_fitness_of_followers(community: amb.Community) -> None:
    """Ann and Cy, whom nobody follows, have 1, Bob 1 + 1 + 1, and the brand 1 + 1 + 1 + 1/3; staff came too late."""
    found = [value(community, "follow_fitness", account) for account in ("x:ann", "x:bob", "x:brand")]

    assert found == pytest.approx([0, 2, 7 / 3], rel=1e-5)
    assert said(community, "follow_fitness", "x:brand").startswith("3 people who count follow them")


def test_pageranks_sum_to_one(community: amb.Community) -> None:
    """Both PageRanks are shares of attention."""
    for name in ("follow_pagerank", "response_pagerank", "brand_closeness"):
        assert measures.take(community, name)["value"].sum() == pytest.approx(1)


@pytest.mark.parametrize("name", ["follow_pagerank", "response_pagerank", "follow_fitness", "responders"])
def test_strangers_move_nobody(cafe: Cafe, name: str) -> None:
    """Twenty new accounts that follow and share Bob leave him where he was, and have nothing themselves."""
    strangers = [f"s{number}" for number in range(20)]
    follows = FILES["follows.csv"] + "".join(f"{one},bob,2026-05-01\n" for one in strangers)
    shares = FILES["interactions.csv"] + "".join(f"{one},bob,share,2026-05-01,p2,\n" for one in strangers)

    before, after = amb.read(cafe()), amb.read(cafe(follows_csv=follows, interactions_csv=shares))

    assert value(after, name, "x:bob") == pytest.approx(value(before, name, "x:bob"))
    assert value(after, name, "x:s7") == 0


def test_core_is_the_innermost_circle(community: amb.Community) -> None:
    """Ann, Bob, Cy and the brand all have at least two ties to one another."""
    assert [value(community, "core", account) for account in ("x:ann", "x:bob", "x:staff", "x:dan")] == [2, 2, 1, 0]


def test_responses_per_post_are_people_who_count(community: amb.Community) -> None:
    """Ann and Cy responded to Bob's post; he is alone in his tier, so that there is nobody to be drawn to."""
    assert value(community, "responses_per_post", "x:bob") == 2
    assert value(community, "responses_per_post", "x:ann") is None
    assert said(community, "responses_per_post", "x:bob") == (
        "2 responses to 1 post of theirs, each person once a post"
    )


@pytest.mark.parametrize(
    ("more", "people"),
    [
        pytest.param("ann,bob,share,2026-02-04,p2,", 2, id="again"),
        pytest.param("cy,ann,reply,2026-02-04,p2,", 2, id="to another under the same post"),
        pytest.param("bob,ann,reply,2026-02-04,p2,thanks", 2, id="the author answers"),
        pytest.param("bob,ann,like,2026-02-04,,", 1, id="the author likes back"),
        pytest.param("stranger,bob,like,2026-05-04,p2,", 2, id="a stranger"),
        pytest.param("zoe,ann,reply,2026-02-04,p2,", 3, id="one more, to another under the same post"),
        pytest.param("rival,bob,like,2026-02-04,p9,", 2, id="to a post that is not known"),
    ],
)
def test_who_responds_to_a_post_is_counted_once_and_never_its_author(cafe: Cafe, more: str, people: int) -> None:
    """Bob's post, to which Ann and Cy responded, and one more row."""
    community = amb.read(cafe(interactions_csv=FILES["interactions.csv"] + more + "\n"))

    assert value(community, "responses_per_post", "x:bob") == people


def test_an_authors_posts_are_drawn_toward_their_tiers(cafe: Cafe) -> None:
    """Bob's post moved 2, and the two of another micro account none and 15; Ann's, in another tier, change nothing."""
    accounts = FILES["accounts.csv"] + "max,max,Max,30000,10\n"
    posts = FILES["posts.csv"] + "m1,max,2026-02-02\nm2,max,2026-02-02\n"
    acts = FILES["interactions.csv"] + "".join(f"p{number},max,like,2026-02-03,m2,\n" for number in range(15))
    files = {"accounts_csv": accounts, "interactions_csv": acts}

    one = amb.read(cafe(**files, posts_csv=posts))
    two = amb.read(cafe(**files, posts_csv=posts + "a1,ann,2026-02-02\na2,ann,2026-02-03\n"))

    # Max varies by as much as both do: everyone has exp of the mean of log 3, log 1 and log 16, less 1
    assert value(one, "responses_per_post", "x:bob") == pytest.approx(48 ** (1 / 3) - 1)
    assert value(two, "responses_per_post", "x:bob") == value(one, "responses_per_post", "x:bob")


def test_engagement_rate_names_its_variant(community: amb.Community) -> None:
    """People whom a typical post moves over followers as stated; unknown for who has stated none."""
    assert value(community, "engagement_rate_by_followers", "x:bob") == pytest.approx(2 / 20000)
    assert said(community, "engagement_rate_by_followers", "x:bob") == (
        "an engagement rate of 0.01 % by followers, over 1 post"
    )
    assert value(community, "engagement_rate_by_followers", "x:dan") is None


def test_an_audience_of_none_has_no_rate(cafe: Cafe) -> None:
    """Nothing is divided by no followers."""
    accounts = FILES["accounts.csv"].replace("20000", "0")

    assert value(amb.read(cafe(accounts_csv=accounts)), "engagement_rate_by_followers", "x:bob") is None


def test_the_usual_pace_is_the_median_either_way(cafe: Cafe) -> None:
    """Four, two and one posts in 90 days: twice and half of what is usual are as far; an older post is none."""
    recent = {"ann": 4, "bob": 2, "cy": 1, "brand": 2}
    rows = [f"{name}{number},{name},2026-05-1{number}" for name, count in recent.items() for number in range(count)]

    community = amb.read(cafe(posts_csv="\n".join(["post,author,at", *rows, "old,cy,2026-01-01", ""])))

    assert [value(community, "usual_pace", account) for account in ("x:ann", "x:bob", "x:cy")] == [1, 0, 1]
    assert value(community, "usual_pace", "x:dan") is None
    assert said(community, "usual_pace", "x:ann") == "posts 0.3 times a week, where 0.2 is usual"


def test_recency_frequency_and_days_of_the_account_itself(community: amb.Community) -> None:
    """Ann did five things on five days of the last 90; her last was ten days ago."""
    assert value(community, "recency", "x:ann") == pytest.approx(10)
    assert value(community, "active_days", "x:ann") == 5
    assert value(community, "frequency", "x:ann") == pytest.approx(5 / (90 / 7))


def test_kind_mix_counts_effective_kinds(community: amb.Community) -> None:
    """Cy only ever shared: 1. Ann likes twice, replies twice, and did three other things once: exp of the entropy."""
    shares = [2 / 7, 2 / 7, 1 / 7, 1 / 7, 1 / 7]

    assert value(community, "kind_mix", "x:cy") == 1
    assert value(community, "kind_mix", "x:ann") == pytest.approx(math.exp(-sum(p * math.log(p) for p in shares)))


def test_brand_affinity_weighs_kinds_and_age(community: amb.Community) -> None:
    """Ann's like, comment, share and mention of the brand."""
    like, comment, share, mention = halved("2026-02-01", "2026-05-02", "2026-05-03", "2026-05-20")

    assert value(community, "brand_affinity", "x:ann") == pytest.approx(like + 2 * comment + 3 * share + 3 * mention)


def test_brand_momentum_compares_two_half_lives(cafe: Cafe) -> None:
    """Three acts in the last 30 days and none before: 3 / sqrt(4); where the data is too short, nothing is said."""
    community = amb.read(cafe(RECIPE + "\n[graph]\nhalf_life = '30d'\n"))

    assert value(community, "brand_momentum", "x:ann") == pytest.approx(3 / 2)
    assert value(community, "brand_momentum", "x:bob") == pytest.approx(-1 / math.sqrt(2))
    assert value(amb.read(cafe()), "brand_momentum", "x:ann") is None


def test_brand_days_voice_and_attention(community: amb.Community) -> None:
    """Days with the brand; what others could read; the share of attention against the rival."""
    comment, share, mention = halved("2026-05-02", "2026-05-03", "2026-05-20")

    assert value(community, "brand_active_days", "x:ann") == 4
    assert value(community, "brand_voice", "x:ann") == pytest.approx(2 * comment + 3 * share + 3 * mention)
    assert [value(community, "attention_share", account) for account in ("x:ann", "x:bob")] == pytest.approx(
        [5 / 6, 2 / 4]
    )


def test_loyalty_counts_orders_once_and_refunds_against(community: amb.Community) -> None:
    """Ann: an order of two lines, one of 8 and 8 paid back; the customer without an account stands for themselves."""
    assert value(community, "order_frequency", "x:ann") == 2
    assert value(community, "net_spend", "x:ann") == pytest.approx(12.5)
    assert value(community, "order_recency", "x:ann") == pytest.approx(20)
    assert value(community, "tenure", "x:ann") == pytest.approx(140)
    assert value(community, "refund_share", "x:ann") == pytest.approx(1 / 4)
    assert value(community, "net_spend", "customer:C2") == 30
    assert value(community, "net_spend", "x:bob") is None


def test_a_total_counts_by_its_logarithm_and_says_nothing_of_when(cafe: Cafe) -> None:
    """A row that stands for 1,023 acts weighs ten, and adds nothing to days or momentum."""
    recipe = RECIPE.replace('post = "post", text = "text" }', 'weight = "n" }')
    rows = "source,target,kind,at,n\nann,brand,like,2026-05-30,1023\nbob,brand,like,2026-05-30,\n"
    rows += "staff,brand,like,2026-01-01,\ndan,ann,like,2026-05-01,\n"

    community = amb.read(cafe(recipe, interactions_csv=rows))

    assert value(community, "brand_affinity", "x:ann") == pytest.approx(10)
    assert [value(community, "brand_active_days", account) for account in ("x:ann", "x:bob")] == [0, 1]
