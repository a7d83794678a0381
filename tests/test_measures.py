"""The measures, counted by hand on the small brand; one function a measure."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest

import ambassadors as amb
from ambassadors import measures
from ambassadors.errors import UnknownName
from ambassadors.recipe import MEASURES
from tests.conftest import RECIPE, Cafe

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
    """Each measure's docstring says what it is; each sentence and advice is there."""
    for one in measures.CATALOGUE.values():
        assert len(one.meaning) > 25, one.name
        assert one.says, one.name
        assert one.advice, one.name
        assert one.question in {"reach", "stated", "engagement", "affinity", "loyalty"}


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


def test_responders_count_people_once_by_their_best_act(community: amb.Community) -> None:
    """Bob's two responders: Ann liked, Cy shared, each weighed by kind and age."""
    like, share = halved("2026-02-03", "2026-02-03")

    assert value(community, "responders", "x:bob") == pytest.approx(1 / 5 * like + 3 / 5 * share)
    assert value(community, "responders", "x:cy") == 0


def test_followers_known_and_stated(community: amb.Community) -> None:
    """Followers in the data and as the platform states them are two measures."""
    assert [value(community, "followers_known", account) for account in ("x:bob", "x:dan")] == [2, 0]
    assert [value(community, "followers_stated", account) for account in ("x:bob", "x:dan")] == [20000, None]


def test_pageranks_sum_to_one(community: amb.Community) -> None:
    """Both PageRanks are shares of attention."""
    for name in ("follow_pagerank", "response_pagerank", "brand_closeness"):
        assert measures.take(community, name)["value"].sum() == pytest.approx(1)


def test_core_is_the_innermost_circle(community: amb.Community) -> None:
    """Ann, Bob, Cy and the brand all have at least two ties to one another."""
    assert [value(community, "core", account) for account in ("x:ann", "x:bob", "x:staff", "x:dan")] == [2, 2, 1, 0]


def test_responses_per_post_are_shrunk_by_one_silent_post(community: amb.Community) -> None:
    """Bob's one post moved two people; with a silent post added for doubt the median is 1."""
    assert value(community, "responses_per_post", "x:bob") == 1.0


def test_engagement_rate_names_its_variant(community: amb.Community) -> None:
    """The median response per post over followers as stated, and nothing for an audience of fewer than a hundred."""
    assert value(community, "engagement_rate_by_followers", "x:bob") == pytest.approx(1 / 20000)


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
