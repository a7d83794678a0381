"""What is missing for which measure, told from the tables and columns that the files of a folder give."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ambassadors.exports.proposing import Proposal
from ambassadors.exports.spec import BRAND

_Proposals = list[Proposal]


@dataclass(frozen=True)
class Gap:
    """Something that files may lack, the measures that then have nothing to go by, and where it can come from."""

    lacks: Callable[[_Proposals], bool]
    what: str
    measures: tuple[str, ...]
    remedy: str


def gaps(proposed: Iterable[Proposal]) -> tuple[str, ...]:
    """A sentence for each thing that is missing, with the measures that have nothing to go by without it."""
    found = list(proposed)
    if not found:
        return ()
    return tuple(
        f"{gap.what}: {', '.join(gap.measures)} {'has' if len(gap.measures) == 1 else 'have'} nothing to go by. "
        f"{gap.remedy}"
        for gap in GAPS
        if gap.lacks(found)
    )


def _no(table: str, column: str = "") -> Callable[[_Proposals], bool]:
    """No file gives that table, or that column of it."""
    return lambda found: not any(one.table == table and (not column or column in one.columns) for one in found)


def _no_follows_between_people(found: _Proposals) -> bool:
    return not any(one.table == "follows" and not one.around_brand for one in found)


def _nobody_acts_toward_brand(found: _Proposals) -> bool:
    acts = [one for one in found if one.table == "interactions"]
    return not any(one.columns.get("target") == BRAND or not one.around_brand for one in acts)


def _nobody_linked(found: _Proposals) -> bool:
    """There are orders, and neither a customer with an account nor an account with an address."""
    linked = [("customers", "account"), ("accounts", "email_key")]
    return not _no("orders")(found) and all(_no(table, column)(found) for table, column in linked)


GAPS = (
    Gap(
        _no_follows_between_people,
        "No follows between people",
        ("follow_pagerank", "follow_fitness", "core", "advocates_followed", "brand_closeness"),
        "Fetch them (depth = 1), or bring a list of who follows whom.",
    ),
    Gap(
        _nobody_acts_toward_brand,
        "No likes, comments, shares or mentions by others",
        (
            "responders", "responders_of_late", "response_pagerank", "activity", "brand_affinity", "brand_momentum",
            "brand_active_days", "brand_voice", "passed_on", "talked_to",
        ),
        "Platforms leave them out of downloads: fetch them, or collect comments.",
    ),
    Gap(
        _no("posts"),
        "No posts",
        ("responses_per_post", "usual_pace", "on_topic", "cascade_credit_received"),
        "Fetch them, or drop in the account's archive.",
    ),
    Gap(
        _no("accounts", "followers"),
        "No numbers of followers",
        ("followers_stated", "engagement_rate_by_followers"),
        "Fetch profiles.",
    ),
    Gap(
        _no("orders"),
        "No orders",
        ("order_recency", "order_frequency", "orders_of_late", "order_overdue", "net_spend", "tenure", "refund_share"),
        "Export them from the shop.",
    ),
    Gap(
        _nobody_linked,
        "No link between customers and accounts",
        ("net_spend", "order_frequency", "order_recency", "tenure"),
        "Who bought and who follows stay strangers: bring a list with an account, or an address, for each of both.",
    ),
    Gap(_no("offers"), "No offers", ("offers_answered", "offers_ignored"), "Bring a list of whom you asked, and when."),
)  # fmt: skip
