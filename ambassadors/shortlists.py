"""The shortlist: rank, filter, reasons; one person a row, in words that a partnership manager can use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from ambassadors import crowds, ladder, measures, pods, score
from ambassadors.character import apart, characters
from ambassadors.community import CUSTOMER, Community
from ambassadors.errors import AmbassadorsError, NotEnoughData
from ambassadors.measures.affinity import toward
from ambassadors.measures.loyalty import kept
from ambassadors.measures.response import responders_counted
from ambassadors.pages import page
from ambassadors.phrases import ahead, fill, percent, sentence
from ambassadors.tables import EARLIEST

#: The columns that belong to the manager, whose words outlive every run.
MANAGERS = ("relationship_stage", "owner", "do_not_contact", "last_contacted", "notes")
#: What the CSV holds, in order. The last five are :data:`MANAGERS`, and ``notes_version`` is the state of all notes
#: from which they were written out, so that what a manager changed can be told from what others changed meanwhile.
COLUMNS: dict[str, pl.DataType] = {
    "rank": pl.Int64(),
    "rank_low": pl.Int64(),
    "rank_high": pl.Int64(),
    "person": pl.String(),
    "platform": pl.String(),
    "handle": pl.String(),
    "profile_url": pl.String(),
    "other_accounts": pl.String(),
    "email": pl.String(),
    "stage": pl.String(),
    "stage_since": pl.Date(),
    "stage_path": pl.String(),
    "next_stage": pl.String(),
    "to_next_stage": pl.String(),
    "stage_evidence": pl.String(),
    "kind_of_person": pl.String(),
    "would_welcome": pl.String(),
    "welcome_because": pl.String(),
    "moves_to": pl.String(),
    "probability": pl.Float64(),
    "probability_low": pl.Float64(),
    "probability_high": pl.Float64(),
    "probability_says": pl.String(),
    "influence": pl.Float64(),
    "value_of_asking": pl.Float64(),
    "value_net": pl.Float64(),
    "value_says": pl.String(),
    "score": pl.Float64(),
    "reason_1": pl.String(),
    "reason_2": pl.String(),
    "reason_3": pl.String(),
    "caution_1": pl.String(),
    "caution_2": pl.String(),
    "followers": pl.Int64(),
    "tier": pl.String(),
    "engagement_rate_by_followers": pl.Float64(),
    "interactions_90d": pl.Int64(),
    "last_interaction": pl.Date(),
    "orders": pl.Int64(),
    "last_order": pl.Date(),
    "net_spend": pl.Float64(),
    "referrals": pl.Int64(),
    "community": pl.String(),
    "added_unique_reach": pl.Int64(),
    "authenticity_flags": pl.String(),
    "data_confidence": pl.String(),
    "rows_behind": pl.Int64(),
    "account": pl.String(),
    "as_of": pl.String(),
    "notes_version": pl.Int64(),
    "relationship_stage": pl.String(),
    "owner": pl.String(),
    "do_not_contact": pl.String(),
    "last_contacted": pl.Date(),
    "notes": pl.String(),
}
#: With fewer rows than this about a person, the list says so.
FEW_ROWS = 20
#: With a smaller share than this of responders who count, of ten or more, the list says so.
FEW_COUNT, OF_RESPONDERS = 0.2, 10

#: So many of the last moves between rungs are shown.
MOVES_SHOWN = 6

Row = dict[str, Any]


def shortlist(community: Community, ranking: str, k: int | None = None) -> pl.DataFrame:
    """The first ``k`` people of a ranking (the recipe's number when None), with reasons and cautions in sentences.

    Columns as in :data:`COLUMNS`. Raises :class:`NotEnoughData` when nobody can be ranked.
    """
    most = community.recipe.rank.k if k is None else k
    if not isinstance(most, int) or not 1 <= most <= 10_000_000:
        raise AmbassadorsError(f"k is {most!r}: a list has from 1 to 10,000,000 people.")
    ranked = score.rank(community, ranking)
    if ranked.height and not ranked["score"][0]:
        lacking = dict.fromkeys(score.weights(community, ranking).lacking.values())
        raise NotEnoughData(
            f"nobody can be ranked as {ranking} on this data: nothing counts for anybody. {'; '.join(lacking)}."
        )
    return listed(community, with_reasons(community, ranked.head(most)))


def with_reasons(community: Community, head: pl.DataFrame) -> pl.DataFrame:
    """The first of a ranking with their reasons as sentences, ``reason_1`` to ``reason_3``."""
    said = {name: details(community, name, head["account"]) for name in _used(head)}
    told = [
        [reason(name, said[name][row["account"]], row[f"{name}:percentile"]) for name in row["reasons"]]
        for row in head.iter_rows(named=True)
    ]
    return head.with_columns(reason_columns(told))


def reason_columns(told: Sequence[Sequence[str]]) -> list[pl.Series]:
    """Up to three reasons a row as columns."""
    padded = [[*reasons[:3], None, None, None] for reasons in told]
    return [pl.Series(f"reason_{place + 1}", [row[place] for row in padded], pl.String) for place in range(3)]


def listed(community: Community, head: pl.DataFrame) -> pl.DataFrame:
    """One row a person as the CSV holds it, in the order given: the columns of :data:`COLUMNS`.

    ``head`` has what :func:`~ambassadors.score.rank` gives, with reasons as sentences, and whatever else of the columns
    is known already.
    """
    people = facts(community, head)
    parts = (crowds.crowds(community), crowds.added_reach(community, head["account"]))
    for part in (*parts, community.other_accounts, community.emails):
        people = people.join(part, "account", how="left", maintain_order="left")
    rows = [{**_described(community, row), **_cautioned(community, row)} for row in people.iter_rows(named=True)]
    return pl.DataFrame([{name: row.get(name) for name in COLUMNS} for row in rows], schema=COLUMNS)


def facts(community: Community, ranked: pl.DataFrame) -> pl.DataFrame:
    """The ranked people beside all that the columns and cautions tell of them, in the ranking's order."""
    people = ranked["account"].implode()
    profile = community.accounts.filter(pl.col("account").is_in(people)).drop("platform", "handle", "posts")
    evidence = ladder.evidence(community).filter(pl.col("account").is_in(people))
    told = [profile, evidence, _orders(community), _brand_acts(community), _rival_acts(community), _rate(community)]
    told += [characters(community).rename({"kind": "kind_of_person"}), _moves(community), _apart(community)]
    told += [pods.circles(community).select("account", "pod", circle="share")]
    told += [responders_counted(community).select("account", responded="responders", counted="count")]
    together = ranked.drop("engagement_rate_by_followers", strict=False)
    for part in (*told, rows_behind(community, people)):
        together = together.join(part, "account", how="left", maintain_order="left")
    return together


def _moves(community: Community) -> pl.DataFrame:
    """Since when each stands where they stand, and the way there: ``like 2026-01-03 > love 2026-03-10``."""
    step = pl.concat_str(pl.col("rung").fill_null("silent"), pl.lit(" "), pl.col("at").dt.to_string("%Y-%m-%d"))
    always = pl.col("at") <= EARLIEST
    told = pl.when(always).then(pl.col("rung")).otherwise(step)
    return (
        ladder.history(community)
        .group_by("account", maintain_order=True)
        .agg(
            pl.when(~always).then("at").last().dt.date().alias("stage_since"),
            told.tail(MOVES_SHOWN).str.join(" > ").alias("stage_path"),
        )
    )


def _apart(community: Community) -> pl.DataFrame:
    return apart(community).select("account", apart="evidence")


def _orders(community: Community) -> pl.DataFrame:
    spent = measures.take(community, "net_spend").select("account", pl.col("value").round(2).alias("net_spend"))
    times = (
        kept(community).group_by("account").agg(pl.len().alias("orders_ever"), pl.col("at").max().alias("last_order"))
    )
    return spent.join(times, "account", how="left")


def _brand_acts(community: Community) -> pl.DataFrame:
    acts, single = toward(community, community.brand.accounts), pl.col("weight").is_null()
    recent = community.age_in_days(pl.col("at")) < 90
    return acts.group_by(pl.col("source").alias("account")).agg(
        pl.when(single.any()).then((single & recent).sum()).alias("interactions_90d"),
        pl.col("at").filter(single).max().alias("last_interaction"),
        pl.col("at").filter(single).dt.date().n_unique().alias("brand_days"),
        single.sum().alias("single_acts"),
        _acts().alias("brand_acts"),
    )


def _rival_acts(community: Community) -> pl.DataFrame:
    acts = toward(community, community.brand.rivals)
    return acts.group_by(pl.col("source").alias("account")).agg(_acts().alias("rival_acts"))


def _acts() -> pl.Expr:
    """How many acts the rows are: a total counts for as many as it is of."""
    return pl.col("weight").fill_null(1.0).sum().cast(pl.Int64)


def _rate(community: Community) -> pl.DataFrame:
    name = "engagement_rate_by_followers"
    return measures.take(community, name).select("account", pl.col("value").round(6).alias(name))


def rows_behind(community: Community, people: pl.Series) -> pl.DataFrame:
    """How many rows of which tables name each of those people: ``account, rows_behind`` and a count a table."""
    places = {
        "accounts": ["account"],
        "follows": ["source", "target"],
        "posts": ["author"],
        "interactions": ["source", "target"],
        "orders": ["account"],
    }
    kept = {table: community.rows(table) for table in places} | {"orders": community.orders}
    counts = [_named(kept[table], table, columns, people) for table, columns in places.items() if kept[table].height]
    whole = pl.DataFrame({"account": people.explode()})
    for count in counts:
        whole = whole.join(count, "account", how="left", maintain_order="left")
    names = [f"{table}_rows" for table in places]
    whole = whole.with_columns(pl.lit(0).alias(name) for name in names if name not in whole.columns)
    return whole.with_columns(pl.col(names).fill_null(0)).with_columns(pl.sum_horizontal(names).alias("rows_behind"))


def _named(frame: pl.DataFrame, table: str, columns: list[str], people: pl.Series) -> pl.DataFrame:
    named = [
        frame.select(pl.col(column).alias("account")).filter(pl.col("account").is_in(people)) for column in columns
    ]
    return pl.concat(named).group_by("account").len(f"{table}_rows")


def _described(community: Community, row: Row) -> Row:
    """The columns that state facts."""
    lacks = ladder.missing(community, row)
    return {
        **row,
        "person": row["name"] or row["handle"] or row["account"],
        "handle": (row["handle"] or "").removeprefix("@") or None,
        "profile_url": row["url"] or page(row["platform"], row["handle"]),
        "stage": row["rung"],
        "next_stage": ladder.next_rung(row["rung"]) if lacks else None,
        "to_next_stage": sentence(lacks) or None,
        "stage_evidence": sentence(ladder.says(community, row)),
        "last_interaction": _day(row["last_interaction"]),
        "orders": row["orders_ever"],
        "last_order": _day(row["last_order"]),
        "would_welcome": row["welcome"],
        "welcome_because": row["because"],
        "data_confidence": row["grade"],
        "as_of": f"{community.moment:%Y-%m-%dT%H:%M:%SZ}" if community.moment else "",
        **dict.fromkeys(MANAGERS),
    }


def _day(when: datetime | None) -> Any:
    return when.date() if when else None


def _used(head: pl.DataFrame) -> list[str]:
    """The measures that any reason of the list names."""
    return head["reasons"].explode().drop_nulls().unique(maintain_order=True).to_list()


def lacking(community: Community) -> dict[str, str]:
    """The columns that this data or this installation leaves empty for everybody, each with the reason."""
    found = {"community": crowds.no_crowds(community), "added_unique_reach": crowds.no_reach(community)}
    return {column: why for column, why in found.items() if why}


def _cautioned(community: Community, row: Row) -> Row:
    """Up to two cautions, and all flags of those that are about the account itself."""
    about = list(_about_the_account(community, row))
    told = [sentence(text) for text in _cautions(community, row, [text for _, text in about])]
    cautions = {f"caution_{place}": text for place, text in enumerate(told[:2], 1)}
    return {**cautions, "authenticity_flags": "; ".join(flag for flag, _ in about if flag) or None}


def reason(name: str, found: Row, percentile: float) -> str:
    """One measure of one account as a sentence, with its number and its standing."""
    return sentence(f"{fill(measures.named(name).says, found)}; {ahead(percentile)}")


def details(community: Community, name: str, people: pl.Series) -> dict[str, Row]:
    """What a measure found of each of those people, for its sentence."""
    found = measures.take(community, name).filter(pl.col("account").is_in(people.implode()))
    return {row["account"]: row for row in found.iter_rows(named=True)}


def _cautions(community: Community, row: Row, about_the_account: Sequence[str]) -> Iterator[str]:
    """What speaks against asking this person, or for looking first; the gravest first."""
    if row["apart"]:
        yield row["apart"]
    yield from _about_the_brand(community, row)
    yield from about_the_account
    if row["rows_behind"] < FEW_ROWS and row["grade"] != score.NO_RESPONSES:
        stand = "row of data stands" if row["rows_behind"] == 1 else "rows of data stand"
        yield f"only {row['rows_behind']} {stand} behind this line"


def _about_the_brand(community: Community, row: Row) -> Iterator[str]:
    if row["complaints"]:
        still = "nothing good since" if row["open_complaints"] else "kind again since"
        yield f"{ladder.counted('complaints', row['complaints'])}, {still}"
    if row["refunds"] and row["refunds"] * 3 >= (row["orders"] or 0):
        yield f"{ladder.counted('refunds', row['refunds'])} against {ladder.counted('orders', row['orders'] or 0)}"
    if (row["rival_acts"] or 0) > (row["brand_acts"] or 0):
        acts = "act" if row["rival_acts"] == 1 else "acts"
        yield f"{row['rival_acts']:,} {acts} toward rivals, {row['brand_acts'] or 0:,} toward the brand"
    if _bursts(community, row):
        yield f"all {row['single_acts']:,} acts toward the brand fall on {row['brand_days']} days: a contest, perhaps"
    if row["last_interaction"] and _quiet(community, row["last_interaction"]):
        yield f"quiet toward the brand since {row['last_interaction']:%Y-%m-%d}"


def _bursts(community: Community, row: Row) -> bool:
    """Whether the acts come in few bursts, in data that is long enough to tell a burst from its own shortness."""
    days = community.memo("days", lambda: community.interactions["at"].dt.date().n_unique())
    few = (row["single_acts"] or 0) >= 8 and row["brand_days"] * 4 <= row["single_acts"]
    return few and row["brand_days"] * 10 <= days


def _quiet(community: Community, last: datetime) -> bool:
    return community.moment is not None and community.moment - last > timedelta(days=90)


def _about_the_account(community: Community, row: Row) -> Iterator[tuple[str, str]]:
    """Of each caution about the account itself the flag (empty where it doubts nothing) and what it says."""
    if row["pod"]:
        share = percent(row["circle"])
        yield "pod", f"of the pairs of people around them {share} respond to each other: perhaps by agreement"
    if (row["responded"] or 0) >= OF_RESPONDERS and row["counted"] < FEW_COUNT * row["responded"]:
        yield (
            "unvouched responders",
            f"of {row['responded']:,} people who responded {row['counted']:,.0f} count; the others are unknown, "
            "or theirs was returned: look whether they are real",
        )
    if row["platform"] == CUSTOMER:
        yield "", "known from orders only: no account is linked"
    yield from _about_its_size(row)
    if row["created_at"] and community.moment and community.moment - row["created_at"] < timedelta(days=90):
        yield "new account", f"the account is new: opened on {row['created_at']:%Y-%m-%d}"


def _about_its_size(row: Row) -> Iterator[tuple[str, str]]:
    following, followers = row["following"], row["followers"]
    if following is not None and followers is not None and following >= 50 * max(followers, 1):
        says = f"follows {following:,} and is followed by {followers:,}: a pattern of fake accounts"
        yield "fake-follower pattern", says
    elif following is not None and following > 1500 and following > (followers or 0):
        yield "mass follower", f"follows {following:,} accounts, more than anyone reads"
