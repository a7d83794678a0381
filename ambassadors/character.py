"""Character: what kind of person this is, what would be welcome, and who is told apart from ambassadors.

Everything is read from what people did within the ladder's window, and said with counts and dates. Nothing here is an
accusation: it is evidence, for a person to look at.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import polars as pl

from ambassadors.community import Community
from ambassadors.ladder import evidence, rungs
from ambassadors.ladder.signs import ANSWERS, complains, giveaways, judged
from ambassadors.measures.affinity import last_on
from ambassadors.measures.loyalty import kept
from ambassadors.phrases import about, holds_word, thousands
from ambassadors.tables import TIME

#: What would be welcome to whom: the kinds of people, the first that fits first.
WELCOME = {
    "won back": "a thank-you",
    "helper": "recognition",
    "recruiter": "a referral reward",
    "critic and adviser": "a beta test",
    "first to know": "exclusive news or early access",
    "voice": "a thank-you",
}

#: So often is a habit: good days after a complaint, helpful acts, days of feedback, acts that speak for a rival.
#: Once or twice may be chance; three recommendations make an advocate, too, by the ladder's rule as it is shipped.
REPEATED = 3
#: Feedback within one month may be about a single purchase.
FEEDBACK_MONTHS = 2
#: Who was heard from within this share of the ladder's window is still there: a quarter of the usual year.
STILL_THERE = 0.25
#: From so many posts reacted to on, a person's usual time can be told.
REACTED_TO = 5
#: Among the first: this share of those who reacted to so many.
EARLIEST = 0.1
#: Fewer acts than these do not tell what somebody comes for, or for whom they stand.
GIVEAWAY_ACTS, RIVAL_ACTS = 4, 10
#: From this share of somebody's acts on, it is "mostly".
MOSTLY = 0.8
#: Where more than this share of the brand's posts are giveaways, coming to them tells nothing.
USUAL = 0.5

FULL_STARS = 5
_Part = pl.Expr | str
#: What programs that like and share every post do not do.
IN_WORDS = (*ANSWERS, "quote", "mention", "tag", "review")
_QUESTION = "[?\uff1f\u061f](?:\\W|$)"  # wide and Arabic ones, too; where a letter follows, it is an address


def characters(community: Community) -> pl.DataFrame:
    """What kind of person each is: ``account, kind, welcome, because``, a row for whoever showed the brand anything.

    The first kind that fits. ``won back`` comes first, since whoever writes to them must know of the complaint. A
    ``helper`` comes before a ``recruiter``: an offer of money takes the joy out of helping (Deci et al. 1999). Then by
    what it costs the person: thought (``critic and adviser``), or quickness (``first to know``). ``voice`` is every
    other advocate.

    All but the account is null where nothing fits, for who is no candidate or is told :func:`apart`, and while a
    complaint is open: then nothing but an answer to it is welcome.

    A recruiter is known by referrals. Codes of orders tell that a buyer had one, not who gave it to them.
    """
    return community.memo("characters", lambda: _characters(community))


def _characters(community: Community) -> pl.DataFrame:
    shown = evidence(community)
    people = shown.filter(pl.col("open_complaints") == 0).select("account")
    people = people.join(community.candidates, "account", how="semi").join(apart(community), "account", how="anti")
    acts = _recent(community).join(people, "account", how="semi")
    told = [
        rule(community, acts).select(
            "account", pl.lit(kind).alias("kind"), welcome=pl.lit(WELCOME[kind]), because="because"
        )
        for kind, rule in _KINDS.items()
    ]
    fits = pl.concat(told).unique("account", keep="first", maintain_order=True).join(people, "account", how="semi")
    return shown.select("account").join(fits, "account", how="left", maintain_order="left")


def _recent(community: Community) -> pl.DataFrame:
    """Acts toward the brand within the ladder's window, as judged, and whether a giveaway is why (``prize``)."""
    return community.memo("recent acts", lambda: judged(community).filter(_within(community)))


def _within(community: Community) -> pl.Expr:
    """Whether ``at`` lies within the ladder's window."""
    return pl.col("at") + community.recipe.ladder.window >= pl.lit(community.moment, TIME)


def _ours(community: Community) -> pl.DataFrame:
    """The brand's posts."""
    return community.posts.filter(pl.col("author").is_in(community.brand.accounts))


def _won_back(community: Community, acts: pl.DataFrame) -> pl.DataFrame:
    """Complained, did something good on several days after the last complaint, and was heard from lately."""
    longest = community.recipe.ladder.window / timedelta(days=1) * STILL_THERE
    there = evidence(community).filter(pl.col("quiet_days") <= longest)
    complaints = acts.filter("bad", "single").join(there, "account", how="semi")
    complaints = complaints.group_by("account").agg(pl.len().alias("complaints"), pl.col("at").max().alias("since"))
    good = pl.concat([acts.filter("good", "single").select("account", "at"), kept(community).select("account", "at")])
    after = good.join(complaints, "account").filter(pl.col("at") > pl.col("since"))
    days = after.group_by("account", "complaints", "since").agg(
        pl.col("at").dt.date().n_unique().alias("days"), last_on(pl.col("at")).alias("last")
    )
    when = pl.col("since").dt.to_string("%Y-%m-%d")
    said: list[_Part] = [
        _number("complaints", "complaint"),
        ", the last on ",
        when,
        "; likes, recommendations or orders on ",
    ]
    return days.filter(pl.col("days") >= REPEATED).select(
        "account", _sentence(*said, _number("days", "day"), " since", pl.col("last"))
    )


def _recruiter(community: Community, acts: pl.DataFrame) -> pl.DataFrame:
    """Brought others, as the shop recorded it."""
    found = acts.filter(pl.col("kind") == "referral").group_by("account").agg(_total("people"), _last())
    return found.select("account", _sentence("Referred ", _number("people", "person", "people"), pl.col("last")))


def _helper(community: Community, acts: pl.DataFrame) -> pl.DataFrame:
    """Wrote reviews that are no complaints, and answered other people."""
    reviews = acts.filter(pl.col("kind") == "review", ~pl.col("bad")).select("account", "at", what=pl.lit("reviews"))
    answers = _answers(community).select("account", "at", what=pl.lit("answers"))
    is_review = pl.col("what") == "reviews"
    found = (
        pl.concat([reviews, answers])
        .group_by("account")
        .agg(is_review.sum().alias("reviews"), (~is_review).sum().alias("answers"), last_on(pl.col("at")).alias("last"))
        .filter(pl.col("reviews") + pl.col("answers") >= REPEATED)
    )
    wrote = _some("reviews", pl.lit("wrote "), _number("reviews", "review"))
    answered = _some("answers", pl.lit("answered other people "), _times("answers"))
    return found.select("account", _sentence(_listed([wrote, answered], " and "), pl.col("last")))


def _answers(community: Community) -> pl.DataFrame:
    """Answers to others than the brand under its posts, and to its critics where they criticised; no complaints."""
    critics = _recent(community).filter("bad").select(target="account", thread="post", since="at")
    first = critics.group_by("target").agg(pl.col("since").min())
    threads = pl.concat([_ours(community).select("post"), critics.select(post="thread")]).drop_nulls().unique()
    own = [*community.brand.accounts, *community.brand.staff]
    answers = community.interactions.join(threads, "post", how="semi").filter(
        _within(community),
        pl.col("kind").cast(pl.String).is_in(ANSWERS),
        pl.col("weight").is_null(),
        pl.col("source") != pl.col("target"),
        ~pl.col("source").is_in(own),
        ~pl.col("target").is_in(community.brand.accounts),
        ~complains(community),
    )
    known = answers.join(first, "target", how="left").join(
        _ours(community).select("post", ours=pl.lit(True)), "post", how="left"
    )
    fine = pl.col("ours").fill_null(False) | (pl.col("at") >= pl.col("since")).fill_null(False)
    return known.filter(fine).select(pl.col("source").alias("account"), "at")


def _critic(community: Community, acts: pl.DataFrame) -> pl.DataFrame:
    """Asks, criticises or gives less than full stars, again and again: more than applause, and not one bad day."""
    words = acts.filter("single", ~pl.col("prize"), pl.col("kind").is_in((*ANSWERS, "review")))
    bad, asks = pl.col("bad"), pl.col("text").str.contains(_QUESTION).fill_null(False)
    fewer = (pl.col("rating") < FULL_STARS).fill_null(False)
    told = words.with_columns(questions=asks & ~bad, reviews=fewer & ~asks & ~bad, complaints=bad)
    counts = ("questions", "reviews", "complaints")
    at = pl.col("at")
    found = (
        told.filter(pl.any_horizontal(counts))
        .group_by("account")
        .agg(
            pl.col(counts).sum(),
            at.dt.date().n_unique().alias("days"),
            at.dt.truncate("1mo").n_unique().alias("months"),
            last_on(at).alias("last"),
        )
        .filter(pl.col("days") >= REPEATED, pl.col("months") >= FEEDBACK_MONTHS)
    )
    stars = f"review below {FULL_STARS} stars"
    parts = [
        _some("questions", _number("questions", "question")),
        _some("reviews", _number("reviews", stars, stars.replace("review", "reviews"))),
        _some("complaints", _number("complaints", "complaint")),
    ]
    when = [pl.lit(" on "), _number("days", "day"), pl.lit(" in "), _number("months", "month"), pl.col("last")]
    return found.select("account", _sentence(_listed(parts, ", "), *when))


def _first_to_know(community: Community, acts: pl.DataFrame) -> pl.DataFrame:
    """Reacts to the brand's posts sooner than nearly all others who react to as many.

    Giveaways have hours of their own, and are left out. Only people who also say something in words, or buy: programs
    are first everywhere.
    """
    alive = pl.concat(
        [acts.filter(pl.col("kind").is_in(IN_WORDS)).select("account"), kept(community).select("account")]
    )
    posted = _ours(community).select("post", posted="at")
    on_posts = acts.filter("single", ~pl.col("prize")).join(posted, "post").filter(pl.col("at") >= pl.col("posted"))
    first = (
        on_posts.join(alive, "account", how="semi")
        .group_by("account", "post")
        .agg((pl.col("at") - pl.col("posted")).min().alias("after"), pl.col("at").max())
    )
    usual = first.group_by("account").agg(
        pl.len().alias("posts"), pl.col("after").median(), last_on(pl.col("at")).alias("last")
    )
    found = usual.filter(pl.col("posts") >= REACTED_TO)
    early = found.filter(pl.col("after").rank("max") <= EARLIEST * pl.len())
    after = pl.col("after").map_elements(about, pl.String)
    said: list[_Part] = ["Reacted to ", _number("posts", "post"), " of the brand, typically within ", after]
    return early.select("account", _sentence(*said, pl.col("last")))


def _voice(community: Community, acts: pl.DataFrame) -> pl.DataFrame:
    """An advocate by the ladder's rules, by recommendations."""
    advocates = rungs(community).filter(pl.col("rung").is_in(("advocate", "defend")))
    found = acts.filter("recommends").join(advocates, "account", how="semi")
    counts = found.group_by("account").agg(_total("number"), _last())
    return counts.select("account", _sentence("Recommended the brand ", _times("number"), pl.col("last")))


_Kind = Callable[[Community, pl.DataFrame], pl.DataFrame]
_KINDS: dict[str, _Kind] = {
    "won back": _won_back,
    "helper": _helper,
    "recruiter": _recruiter,
    "critic and adviser": _critic,
    "first to know": _first_to_know,
    "voice": _voice,
}


def apart(community: Community) -> pl.DataFrame:
    """Who is told apart from ambassadors, and should stand on no list of them: ``account, why, evidence``.

    The recipe's own words first (``staff``, ``a rival``), then what people say themselves (``discloses payment``), then
    what their acts say (``acts mostly for a rival``, ``comes for giveaways``): that may have another explanation, and
    the evidence says "perhaps".
    """
    return community.memo("apart", lambda: _apart(community))


def _apart(community: Community) -> pl.DataFrame:
    told = [
        _named(community, community.brand.staff, "staff"),
        _named(community, community.brand.rivals, "a rival"),
        _told("discloses payment", _paid(community)),
        _told("acts mostly for a rival", _for_rivals(community)),
        _told("comes for giveaways", _for_giveaways(community)),
    ]
    everyone = pl.concat(told).filter(~pl.col("account").is_in(community.brand.accounts))
    return everyone.unique("account", keep="first", maintain_order=True).sort("account")


def _told(why: str, found: pl.DataFrame) -> pl.DataFrame:
    return found.select("account", pl.lit(why).alias("why"), pl.col("because").alias("evidence"))


def _named(community: Community, accounts: tuple[str, ...], why: str) -> pl.DataFrame:
    known = community.accounts.filter(pl.col("account").is_in(accounts))
    return _told(why, known.select("account", pl.lit(f"The recipe names them as {why}.").alias("because")))


def _paid(community: Community) -> pl.DataFrame:
    """Whose own words about the brand, in an act or in the post that it stands in, hold a clear disclosure."""
    words = community.recipe.character.paid_words
    posts = community.posts.filter(holds_word(pl.col("text"), words)).select("post", "text", account="author")
    acts = _recent(community).filter("single")
    there = acts.drop("text").join(posts, ["post", "account"])
    here = acts.filter(holds_word(pl.col("text"), words))
    both = pl.concat([here, there], how="diagonal").unique(["account", "at", "kind", "post"])
    which = pl.coalesce(
        pl.lit(None, pl.String), *(pl.when(holds_word(pl.col("text"), [one])).then(pl.lit(one)) for one in words)
    )
    found = (
        both.with_columns(which.alias("word"))
        .group_by("account")
        .agg(pl.col("word").unique().sort().str.join(", "), pl.len().alias("acts"), _last())
    )
    said: list[_Part] = [pl.col("word"), " in ", _number("acts", "act"), " toward the brand", pl.col("last")]
    return found.select("account", _sentence(*said, ": perhaps paid for"))


def _for_rivals(community: Community) -> pl.DataFrame:
    """Who acts mostly toward rivals and speaks for them.

    A mention without known words may be an attack, and does not count as speaking for anyone.
    """
    brand = community.brand
    theirs = judged(community, brand.rivals).filter(_within(community))
    wordless = pl.col("kind").is_in(("mention", "quote", "tag")) & pl.col("text").is_null()
    speaks = pl.col("recommends") & ~wordless
    toward_rivals = theirs.group_by("account").agg(
        _total("theirs"), pl.col("n").filter(speaks).sum().alias("spoken"), _last()
    )
    toward_brand = _recent(community).group_by("account").agg(_total("ours"))
    counts = toward_rivals.join(toward_brand, "account", how="left").with_columns(
        (pl.col("theirs") + pl.col("ours").fill_null(0)).alias("acts")
    )
    found = counts.filter(
        pl.col("theirs") >= RIVAL_ACTS, pl.col("theirs") >= MOSTLY * pl.col("acts"), pl.col("spoken") >= REPEATED
    )
    said: list[_Part] = [
        _count("theirs"),
        " of ",
        _number("acts", "act"),
        " toward the brand and its rivals are toward rivals, ",
    ]
    return found.select(
        "account",
        _sentence(*said, _count("spoken"), " of them speak for a rival", pl.col("last"), ": perhaps a fan of theirs"),
    )


def _for_giveaways(community: Community) -> pl.DataFrame:
    """Who comes for (nearly) nothing but giveaways, and buys nothing.

    Nobody where giveaways are what the brand mostly posts, or where no words tell them: there a burst of acts is a
    caution, and no more.
    """
    acts = _recent(community).filter("single")
    if giveaways(community).height > USUAL * _ours(community).height:
        acts = acts.clear()
    buyers = kept(community).filter(_within(community))
    prize, at = pl.col("prize"), pl.col("at")
    counts = (
        acts.join(buyers, "account", how="anti")
        .group_by("account")
        .agg(
            pl.len().alias("acts"),
            prize.sum().alias("prizes"),
            at.filter(prize).dt.date().n_unique().alias("days"),
            last_on(at.filter(prize)).alias("last"),
        )
    )
    found = counts.filter(pl.col("acts") >= GIVEAWAY_ACTS, pl.col("prizes") >= MOSTLY * pl.col("acts"))
    said: list[_Part] = [
        _count("prizes"),
        " of ",
        _number("acts", "act"),
        " toward the brand belong to its giveaways, on ",
    ]
    return found.select(
        "account", _sentence(*said, _number("days", "day"), pl.col("last"), ": perhaps for the prizes, no orders known")
    )


def _total(name: str) -> pl.Expr:
    """How many acts: a row that is a total counts for as many as it is of."""
    return pl.col("n").sum().round().cast(pl.Int64).alias(name)


def _last() -> pl.Expr:
    """The day of the last act, of those that have one of their own."""
    return last_on(pl.col("at").filter("single")).alias("last")


def _count(name: str) -> pl.Expr:
    return thousands(pl.col(name))


def _number(name: str, one: str, many: str = "") -> pl.Expr:
    """A count with its noun."""
    noun = pl.when(pl.col(name) == 1).then(pl.lit(one)).otherwise(pl.lit(many or f"{one}s"))
    return pl.concat_str(_count(name), pl.lit(" "), noun)


def _times(name: str) -> pl.Expr:
    """How often, in words."""
    number = pl.col(name)
    return (
        pl.when(number == 1)
        .then(pl.lit("once"))
        .when(number == 2)
        .then(pl.lit("twice"))
        .otherwise(_number(name, "time"))
    )


def _some(name: str, *parts: pl.Expr) -> pl.Expr:
    """The parts joined, where there is anything to be said."""
    return pl.when(pl.col(name) > 0).then(pl.concat_str(parts))


def _listed(parts: list[pl.Expr], between: str) -> pl.Expr:
    """The parts that are there, one after the other."""
    return pl.concat_str(parts, separator=between, ignore_nulls=True)


def _sentence(*parts: _Part) -> pl.Expr:
    """The parts as a sentence: a capital at its beginning, a full stop at its end."""
    text = pl.concat_str([pl.lit(part) if isinstance(part, str) else part for part in parts])
    whole = pl.concat_str(text.str.slice(0, 1).str.to_uppercase(), text.str.slice(1), pl.lit("."))
    return whole.alias("because")
