"""The simulated town: the same for the same seed, possible in every row, neither trivial nor hopeless to rank."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest

from ambassadors.errors import NotEnoughData
from ambassadors.simulate import BRAND_IDS, END, START, Town, town, write

DAY = 86_400
PLATFORMS = ("bluesky", "mastodon")
ONE_WORD = {"repost": "share", "boost": "share", "favourite": "like"}
WRITE = "import sys; from pathlib import Path; from ambassadors.simulate import write; write(Path(sys.argv[1]), n=600)"


@pytest.fixture(scope="module")
def made() -> Town:
    """The embedded sample."""
    return town(5000)


@pytest.fixture(scope="module")
def acts(made: Town) -> pl.DataFrame:
    """Its interactions."""
    return acts_of(made)


@pytest.fixture(scope="module")
def accounts(made: Town) -> pl.DataFrame:
    """Its accounts."""
    return accounts_of(made)


def acts_of(made: Town) -> pl.DataFrame:
    """The interactions of both platforms with full ids, common words and seconds."""
    bluesky = made.bluesky_interactions.with_columns(at=seconds("at"))
    mastodon = made.mastodon_interactions.with_columns(at=pl.col("at_ms") // 1000)
    columns = ["source", "target", "kind", "at", "post", "text"]
    joined = pl.concat([full(bluesky, "bluesky").select(columns), full(mastodon, "mastodon").select(columns)])
    return joined.with_columns(pl.col("kind").replace(ONE_WORD))


def accounts_of(made: Town) -> pl.DataFrame:
    """Every account with its names, its creation, its stated counts and the truth."""
    bluesky = made.bluesky_accounts.select(
        "handle", "display_name", account="bluesky:" + pl.col("did"), created=seconds("createdAt"),
        followers="followersCount", follows="followsCount",
    )  # fmt: skip
    mastodon = made.mastodon_accounts.select(
        "display_name", handle="acct", account="mastodon:" + pl.col("id"), created=seconds("created_at"),
        followers="followers_count", follows="following_count",
    )  # fmt: skip
    stacked = pl.concat([bluesky, mastodon.select(bluesky.columns)])
    return stacked.join(made.truth, "account", how="left", validate="1:1")


def seconds(column: str) -> pl.Expr:
    """An ISO column as seconds."""
    return pl.col(column).str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_zone="UTC").dt.epoch("s")


def full(frame: pl.DataFrame, platform: str) -> pl.DataFrame:
    """The same rows with ids that say their platform."""
    held = [column for column in ("source", "target", "author") if column in frame.columns]
    return frame.with_columns((pl.lit(f"{platform}:") + pl.col(column)).alias(column) for column in held)


def both(made: Town, name: str) -> pl.DataFrame:
    """One table of both platforms, with the columns that they share and full ids."""
    parts = [full(made.frames()[f"{platform}_{name}"], platform) for platform in PLATFORMS]
    shared = [column for column in parts[0].columns if column in parts[1].columns]
    return pl.concat([part.select(shared) for part in parts])


def toward_brand(acts: pl.DataFrame) -> pl.DataFrame:
    """What was done toward the brand, with its age in days at the end of the span."""
    brand = [f"{platform}:{native}" for platform, native in zip(PLATFORMS, BRAND_IDS, strict=True)]
    return acts.filter(pl.col("target").is_in(brand)).with_columns(age=(END - pl.col("at")) / DAY)


def of_role(accounts: pl.DataFrame, role: str) -> list[str]:
    """Who plays a role."""
    return accounts.filter(role=role)["account"].to_list()


def auc(score: npt.NDArray[np.float64], truth: npt.NDArray[np.bool_]) -> float:
    """How often a true one outranks another, ties counting half."""
    rank = pl.Series(score).rank().to_numpy()
    true = int(truth.sum())
    return float((rank[truth].sum() - true * (true + 1) / 2) / (true * (len(truth) - true)))


def digests(folder: Path) -> dict[str, str]:
    """What the files of a folder hold, to the byte."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_same_seed_gives_the_same_bytes_at_any_number_of_threads_and_any_hash_seed(tmp_path: Path) -> None:
    """Files are byte-identical whatever the threads, the order of sets and the day."""
    runs = []
    for threads in ("1", "2"):
        chosen = {"POLARS_MAX_THREADS": threads, "PYTHONHASHSEED": threads, "PYTHONPATH": os.pathsep.join(sys.path)}
        folder = tmp_path / threads
        subprocess.run([sys.executable, "-c", WRITE, str(folder)], env=os.environ | chosen, check=True)
        runs.append(digests(folder))
    write(tmp_path / "here", n=600)
    assert runs[0] == runs[1] == digests(tmp_path / "here")
    assert len(runs[0]) == 13


def test_another_seed_gives_another_town() -> None:
    """No frame but for the houses' own ids survives a change of the seed."""
    one, other = town(600, seed=1).frames(), town(600, seed=2).frames()
    assert not any(one[name].equals(other[name]) for name in one)
    assert one["truth"].filter(role="brand").equals(other["truth"].filter(role="brand"))


def test_files_hold_just_what_the_frames_hold(made: Town, tmp_path: Path) -> None:
    """Reading a file back as text gives the frame's own values, and no file says where or when it was packed."""
    for path in write(tmp_path):
        held = made.frames()[path.name.partition(".")[0]]
        decimals = [name for name, kind in held.schema.items() if kind == pl.Float64]
        read = pl.read_csv(path, infer_schema=False).with_columns(pl.col(decimals).cast(pl.Float64))
        assert read.equals(held.with_columns(pl.exclude(pl.Float64).cast(pl.String))), path.name
        if path.suffix == ".gz":
            assert path.read_bytes()[3:8] == bytes(5)  # no name, no time


def test_the_sample_is_small_enough_to_be_committed(tmp_path: Path) -> None:
    """At 5,000 accounts each file is below 1 MB and all of them below 3.5 MB."""
    sizes = [path.stat().st_size for path in write(tmp_path)]
    assert max(sizes) < 1_000_000
    assert sum(sizes) < 3_500_000


def test_the_town_has_the_size_that_is_promised(made: Town) -> None:
    """Two platforms at about 70 to 30, with ties, acts, posts, customers and orders in proportion."""
    assert made.truth.height == 5000
    assert 3_300 < made.bluesky_accounts.height < 3_700
    assert 60_000 < both(made, "follows").height < 90_000
    assert 60_000 < both(made, "interactions").height < 100_000
    assert 12_000 < both(made, "posts").height < 18_000
    assert made.customers.height == 1500
    assert 0.40 < made.customers["account"].is_not_null().mean() < 0.50  # type: ignore[operator]
    assert 5_000 < made.orders.height < 7_000


@pytest.mark.parametrize("seed", [7, 8, 9])
def test_roles_come_in_the_numbers_that_are_promised(seed: int) -> None:
    """Born roles in exact numbers; advocates emerge, and so vary around 70 and 120."""
    counts = dict(town(5000, seed=seed).truth["role"].value_counts().iter_rows())
    born = {"brand": 2, "rival": 2, "staff": 6, "bot": 150, "pod_member": 30, "contest_hunter": 60}
    born |= {"won_back_detractor": 25, "influencer": 25}
    assert {role: counts[role] for role in born} == born
    assert 45 <= counts["proven_advocate"] <= 100
    assert 90 <= counts["on_the_way"] <= 150
    assert sum(counts.values()) == 5000


def test_every_tie_act_and_post_is_between_known_accounts_of_one_platform(made: Town) -> None:
    """No row names an account, a post or a customer that the other files do not hold."""
    for platform, key in zip(PLATFORMS, ("did", "id"), strict=True):
        frames = {
            name: made.frames()[f"{platform}_{name}"] for name in ("accounts", "follows", "posts", "interactions")
        }
        known, posts = frames["accounts"][key], frames["posts"]["post"]
        assert known.is_unique().all()
        assert posts.is_unique().all()
        for name, column in [("follows", "source"), ("follows", "target"), ("posts", "author")]:
            assert frames[name][column].is_in(known.implode()).all()
        for column in ("source", "target"):
            assert frames["interactions"][column].is_in(known.implode()).all()
        assert frames["interactions"]["post"].is_in(posts.implode()).all()
    accounts = made.truth["account"].implode()
    for named in (made.reviews["source"], made.referrals["referrer"], made.customers["account"].drop_nulls()):
        assert named.is_in(accounts).all()
    for frame in (made.orders, made.referrals):
        assert frame["customer"].is_in(made.customers["customer"].implode()).all()


def test_nobody_acts_before_being_there_or_outside_the_span(
    made: Town, accounts: pl.DataFrame, acts: pl.DataFrame
) -> None:
    """Acts, posts, reviews and referrals lie within the year and after the accounts' creation."""
    created = accounts.select("account", "created")
    events = [
        acts.select("source", "at"),
        acts.select(pl.col("target").alias("source"), "at"),
        both(made, "posts").select(pl.col("author").alias("source"), seconds("at")),
        made.reviews.select("source", seconds("at")),
        made.referrals.select(pl.col("referrer").alias("source"), seconds("at")),
    ]
    late = pl.concat(events).join(created, left_on="source", right_on="account")
    assert late.height == sum(event.height for event in events)
    assert late.filter(pl.col("at") < pl.col("created")).is_empty()
    assert START <= int(late["at"].min()) <= int(late["at"].max()) < END  # type: ignore[arg-type]
    assert made.orders.select(seconds("at").is_between(START, END - 1).all()).item()


def test_nobody_follows_before_both_are_there(made: Town, accounts: pl.DataFrame) -> None:
    """A tie begins, or is seen first, after both accounts' creation."""
    created = accounts.select("account", "created")
    seen = [
        full(made.bluesky_follows, "bluesky").select("source", "target", at=seconds("since")),
        full(made.mastodon_follows, "mastodon").select("source", "target", at="observed_at"),
    ]
    ties = pl.concat(seen).join(created, left_on="source", right_on="account")
    ties = ties.join(created, left_on="target", right_on="account", suffix="_target")
    assert ties.height == both(made, "follows").height
    assert ties.filter(pl.col("at") < pl.max_horizontal("created", "created_target")).is_empty()
    assert ties.filter(pl.col("source") == pl.col("target")).is_empty()
    assert ties.select("source", "target").is_unique().all()


def test_no_response_precedes_its_post_and_no_post_is_liked_twice(made: Town, acts: pl.DataFrame) -> None:
    """Responses follow their posts; an account likes or shares a post once."""
    posts = both(made, "posts").select("post", posted=seconds("at"))
    assert acts.join(posts, "post").filter(pl.col("at") < pl.col("posted")).is_empty()
    single = acts.filter(pl.col("kind").is_in(["like", "share"])).select("source", "kind", "post")
    assert single.is_unique().all()
    assert acts.filter(pl.col("source") == pl.col("target")).is_empty()


def test_refunds_come_after_their_orders(made: Town) -> None:
    """A refund is of the whole amount, after the order and within the span; an order that was not refunded has none."""
    orders = made.orders.with_columns(at=seconds("at"), back=seconds("refunded_at"))
    refunded = orders.filter(pl.col("refunded").is_not_null())
    assert 50 < refunded.height < 400
    assert refunded.select(((pl.col("back") > pl.col("at")) & (pl.col("back") < END)).all()).item()
    assert refunded["refunded"].equals(refunded["amount"])
    assert orders.filter(pl.col("refunded").is_null())["back"].is_null().all()


def test_orders_come_from_customers_who_are_customers_by_then(made: Town) -> None:
    """Nobody orders before becoming a customer, and a referral is a first order."""
    since = made.customers.select("customer", since=seconds("since"))
    orders = made.orders.select("customer", at=seconds("at")).join(since, "customer")
    assert orders.filter(pl.col("at") < pl.col("since")).is_empty()
    first = orders.group_by("customer").agg(pl.col("at").min())
    brought = made.referrals.select("customer", brought=seconds("at")).join(first, "customer", how="left")
    assert brought.select((pl.col("at") == pl.col("brought")).all()).item()


def test_a_larger_town_grows_in_all_its_parts() -> None:
    """In a town of 20,000 accounts the parts have grown with it."""
    large = town(20_000)
    counts = dict(large.truth["role"].value_counts().iter_rows())
    assert counts["bot"] == 600
    assert counts["staff"] == 6
    assert 300 <= counts["on_the_way"] <= 600


def test_followers_have_a_heavy_tail(accounts: pl.DataFrame) -> None:
    """A few have six digits, half have a few dozen, and one in a hundred hold most of all followers."""
    followers = accounts["followers"].sort(descending=True)
    assert int(followers[0]) > 100_000
    assert 10 < float(followers.median()) < 100  # type: ignore[arg-type]
    assert float(followers.head(50).sum()) > 0.5 * float(followers.sum())


def test_ties_are_partly_returned_and_close_triangles(made: Town) -> None:
    """Reciprocity lies between a fifth and two fifths, and friends of friends are friends more than by chance."""
    edges = both(made, "follows").select("source", "target")
    back = edges.join(edges, left_on=["source", "target"], right_on=["target", "source"], how="semi")
    assert 0.2 < back.height / edges.height < 0.4
    two = edges.sample(3000, seed=1).join(edges.rename({"source": "target", "target": "end"}), "target")
    two = two.filter(pl.col("source") != pl.col("end")).select("source", target="end")
    closed = two.join(edges, on=["source", "target"], how="semi").height / two.height
    by_chance = edges.height / 3500**2
    assert closed > 8 * by_chance


def test_people_on_the_way_are_rising(accounts: pl.DataFrame, acts: pl.DataFrame) -> None:
    """Toward the brand they do much more in the last 90 days than in the 90 before; constant fans do not."""
    brand = toward_brand(acts)
    windows = brand.group_by(account="source").agg(
        last=(pl.col("age") < 90).sum(), before=((pl.col("age") >= 90) & (pl.col("age") < 180)).sum()
    )
    by_role = accounts.join(windows, "account", how="left").group_by("role").agg(pl.col("last", "before").sum())
    rise = {role: last / max(before, 1) for role, last, before in by_role.iter_rows()}
    assert rise["on_the_way"] > 1.5
    assert rise["on_the_way"] > 1.3 * rise["regular"]


def features(made: Town, accounts: pl.DataFrame, acts: pl.DataFrame) -> pl.DataFrame:
    """What a person with a spreadsheet could see about each rankable account."""
    brand = toward_brand(acts)
    giveaways = both(made, "posts").filter(kind="giveaway")["post"]
    unpaid = brand.filter(~pl.col("post").is_in(giveaways.implode()))
    like, fade = pl.col("kind") == "like", 0.5 ** (pl.col("age") / 45)
    seen = unpaid.group_by(account="source").agg(
        words=(~like * fade).sum(),
        likes=(like * fade).sum(),
        voice=pl.col("kind").is_in(["share", "quote", "mention"]).sum(),
        last=(pl.col("age") < 90).sum(),
        before=((pl.col("age") >= 90) & (pl.col("age") < 180)).sum(),
    )
    advocates = seen.filter(pl.col("voice") >= 3)["account"]
    friends = both(made, "follows").filter(pl.col("target").is_in(advocates.implode()))
    bought = made.customers.join(made.orders, "customer").filter(seconds("at") > END - 180 * DAY)
    people = accounts.filter(~pl.col("role").is_in(["brand", "rival", "staff"]))
    for part in (
        brand.group_by(account="source").agg(engagement=pl.len()),
        seen,
        friends.group_by(account="source").agg(friends=pl.len()),
        bought.group_by("account").agg(orders=pl.len()),
    ):
        people = people.join(part, "account", how="left", maintain_order="left")
    return people.with_columns(pl.col(pl.Int64, pl.UInt32, pl.Float64).exclude("propensity").fill_null(0))


def hand_score() -> pl.Expr:
    """Fading words and likes, the trend, orders, friends who advocate; less those who advocate already."""
    trend = (pl.col("last").log1p() - pl.col("before").log1p()).clip(-1, 1.5)
    warm = (3 * pl.col("words")).log1p() + 0.5 * pl.col("likes").log1p() + 0.3 * trend
    around = 0.3 * pl.col("orders").log1p() + 0.4 * pl.col("friends").log1p()
    return warm + around - 3.0 * (pl.col("voice") >= 3)


@pytest.mark.parametrize("seed", [7, 8])
def test_the_town_is_neither_trivial_nor_hopeless(seed: int) -> None:
    """Followers say nothing about who is on the way, engagement something, a trend-aware score much but not all."""
    made = town(5000, seed=seed)
    people = features(made, accounts_of(made), acts_of(made))
    truth = (people["role"] == "on_the_way").to_numpy()
    scores = people.select("followers", "engagement", hand=hand_score()).cast(pl.Float64)
    found = {name: auc(scores[name].to_numpy(), truth) for name in scores.columns}
    first = {name: truth[np.argsort(-scores[name].to_numpy(), kind="stable")[:100]].mean() for name in scores.columns}
    assert found["followers"] < 0.65
    assert 0.85 < found["hand"] < 0.99
    assert found["hand"] > found["engagement"] + 0.01
    assert first["hand"] > 0.35
    assert first["hand"] > 2.5 * first["engagement"]
    assert first["followers"] < 0.1


def test_staff_bots_and_hunters_stand_high_in_a_list_by_engagement(accounts: pl.DataFrame, acts: pl.DataFrame) -> None:
    """Staff top the naive list, and bots, hunters and constant fans fill what follows."""
    often = toward_brand(acts).group_by(account="source").len("acts").sort("acts", "account", descending=True)
    ranked = often.join(accounts.select("account", "role"), "account", maintain_order="left")
    assert (ranked.head(12)["role"] == "staff").sum() >= 5
    first = dict(ranked.head(150)["role"].value_counts().iter_rows())
    assert first["bot"] >= 8
    assert first["regular"] > first["on_the_way"]


def test_contest_hunters_are_there_for_the_giveaways_only(
    made: Town, accounts: pl.DataFrame, acts: pl.DataFrame
) -> None:
    """What hunters do toward the brand falls into four windows of a few days."""
    hunted = toward_brand(acts).filter(pl.col("source").is_in(of_role(accounts, "contest_hunter")))
    giveaways = both(made, "posts").filter(kind="giveaway")
    assert giveaways.height == 16
    assert hunted["post"].is_in(giveaways["post"].implode()).mean() > 0.95  # type: ignore[operator]
    days = ((hunted["at"] - START) // DAY).unique()
    assert days.len() < 30


def test_bots_follow_masses_and_are_followed_by_few(made: Town, accounts: pl.DataFrame) -> None:
    """A bot states thousands of follows, has hardly a follower, and shares its customers with other bots."""
    bots = accounts.filter(role="bot")
    assert float(bots["follows"].median()) > 1000  # type: ignore[arg-type]
    assert float(bots["followers"].median()) < 30  # type: ignore[arg-type]
    bought = both(made, "follows").filter(pl.col("source").is_in(bots["account"].implode()))
    assert bought.group_by("target").len()["len"].max() > 40  # type: ignore[operator]


def test_a_pod_keeps_to_itself(accounts: pl.DataFrame, acts: pl.DataFrame) -> None:
    """Most of what pod members receive comes from within the pod, and they touch the brand now and then."""
    pod = pl.Series(of_role(accounts, "pod_member")).implode()
    received = acts.filter(pl.col("target").is_in(pod))
    assert received["source"].is_in(pod).mean() > 0.6  # type: ignore[operator]
    assert 30 < toward_brand(acts).filter(pl.col("source").is_in(pod)).height < 400


def test_influencers_move_many_and_celebrities_do_not(accounts: pl.DataFrame, acts: pl.DataFrame) -> None:
    """Distinct responders find influencers; follower counts find people with little effect."""
    moved = acts.group_by(account="target").agg(responders=pl.col("source").n_unique())
    people = accounts.join(moved, "account", how="left").with_columns(pl.col("responders").fill_null(0))
    people = people.filter(~pl.col("role").is_in(["brand", "rival", "staff"]))
    by_effect = people.sort("responders", "account", descending=True).head(25)
    by_followers = people.sort("followers", "account", descending=True).head(15)
    assert (by_effect["role"] == "influencer").sum() >= 15
    assert (by_followers["role"] == "influencer").sum() <= 6
    assert float(by_followers["responders"].median()) < 0.5 * float(by_effect["responders"].median())  # type: ignore[arg-type]


def test_responses_come_mostly_from_followers(made: Town, acts: pl.DataFrame) -> None:
    """Six in ten likes and shares run along a tie."""
    ties = both(made, "follows").select("source", "target")
    given = acts.filter(pl.col("kind").is_in(["like", "share"]))
    assert given.join(ties, on=["source", "target"], how="semi").height > 0.6 * given.height


def test_advocates_answer_those_who_complain(made: Town, accounts: pl.DataFrame, acts: pl.DataFrame) -> None:
    """Under the brand's posts proven advocates reply to other people, and so does the brand."""
    of_brand = both(made, "posts").join(accounts.filter(role="brand"), left_on="author", right_on="account")
    threads = acts.filter((pl.col("kind") == "reply") & pl.col("post").is_in(of_brand["post"].implode()))
    to_people = threads.join(accounts.filter(~pl.col("role").is_in(["brand"])), left_on="target", right_on="account")
    answered = to_people.select("source").join(accounts, left_on="source", right_on="account")
    by = dict(answered["role"].value_counts().iter_rows())
    assert by["brand"] > 200  # the brand's own replies must not be taken for anybody's love
    assert by["proven_advocate"] > 15


def test_those_won_back_complain_and_then_come_back(made: Town, accounts: pl.DataFrame) -> None:
    """Each of them has an order refunded, and many who rated low rate high later."""
    won = of_role(accounts, "won_back_detractor")
    refunded = made.customers.filter(pl.col("account").is_in(won)).join(
        made.orders.filter(pl.col("refunded") > 0), "customer"
    )
    assert refunded["account"].n_unique() >= 23
    rated = made.reviews.filter(pl.col("source").is_in(won)).sort("at")
    stars = rated.group_by("source").agg(first=pl.col("rating").first(), last=pl.col("rating").last())
    assert stars.filter((pl.col("first") <= 2) & (pl.col("last") >= 4)).height >= 5


def test_propensity_is_a_chance_and_stands_where_it_applies(made: Town) -> None:
    """Brand, rival, staff and proven advocates have none; bots have 0; people on the way have most of it."""
    truth = made.truth
    none = truth.filter(pl.col("propensity").is_null())["role"].unique().sort().to_list()
    assert none == ["brand", "proven_advocate", "rival", "staff"]
    assert truth.select(pl.col("propensity").is_between(0, 1).all()).item()
    mean = dict(truth.group_by("role").agg(pl.col("propensity").mean()).iter_rows())
    assert mean["bot"] == 0
    assert mean["on_the_way"] > 20 * mean["regular"] > 0


def test_acts_keep_the_rhythm_of_the_day(acts: pl.DataFrame) -> None:
    """Evenings are busy and nights are quiet."""
    hours = acts.select(hour=pl.col("at") // 3600 % 24)["hour"]
    assert hours.is_between(18, 20).sum() > 3 * hours.is_between(2, 4).sum()


def test_names_are_awkward_as_in_life(accounts: pl.DataFrame) -> None:
    """Handles are plain and unlike; display names hold accents, Cyrillic, emoji, and what a spreadsheet runs."""
    assert accounts["handle"].str.contains(r"^[a-z0-9-]+(@[a-z.]+|\.[a-z.]+)?$").all()
    platform = accounts["account"].str.extract(r"^(\w+):")
    assert accounts.select(pl.struct("handle", platform.alias("platform")).is_unique().all()).item()
    names = accounts["display_name"]
    for pattern in ("^=", "^@", "[łżØøå]", r"\p{Cyrillic}", "☕", "^$"):
        assert names.str.contains(pattern).any(), pattern


def test_every_id_is_text_in_its_platforms_shape(made: Town) -> None:
    """Ids look like the platforms' own and are never numbers."""
    assert made.bluesky_accounts["did"].str.contains("^did:plc:[a-z2-7]{24}$").all()
    assert made.mastodon_accounts["id"].str.contains("^[0-9]{18}$").all()
    assert made.bluesky_posts["post"].str.contains("^[2-7a-z]{13}$").all()
    assert made.mastodon_posts["post"].str.contains("^[0-9]{18}$").all()
    assert made.orders["order"].is_unique().all()
    assert made.customers["customer"].is_unique().all()


def test_a_town_too_small_says_what_it_needs() -> None:
    """Below 200 accounts some parts would have nobody, and the message says so."""
    with pytest.raises(NotEnoughData, match="at least 200"):
        town(50)
