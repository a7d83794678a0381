"""A crawl on a toy platform: kills, circles, caps, what is new, what was deleted."""

from __future__ import annotations

import shutil
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from ambassadors import fetching
from ambassadors.crawling import FAILED, LEFT, Checkpoint, Crawl, Landed, Scope, delete, land, outlook
from ambassadors.errors import ComeBack, FetchError, TokenError
from ambassadors.lake import Lake
from ambassadors.platforms.contract import Wanted
from ambassadors.web.answers import Answer, Verdict
from tests import small_mastodon
from tests.toy_platform import NOW, TOY, Killed, Town, asks_to_wait, dies_at, fine, unreachable

SCOPE = Scope(depth=1, refresh=timedelta(days=7), sweep=timedelta(days=7))


def wish(days: float = 0, **given: object) -> Wanted:
    """What is wanted, so many days after the toy's present."""
    now = NOW + timedelta(days=days)
    plain = {"posts": 100, "people": 1000, "topics": TOY.gives} | given
    return Wanted("brand", (), since=now - timedelta(days=90), now=now, **plain)  # type: ignore[arg-type]


def crawl(town: Town, folder: Path, days: float = 0, scope: Scope = SCOPE, **given: object) -> Landed:
    """One crawl from where it stands, and its rows landed, whatever stops it."""
    wanted, landed, lake = wish(days, **given), Landed(), Lake(folder)
    with closing(Checkpoint(folder / "toy.sqlite")) as notes:
        one = Crawl(TOY, wanted, scope, notes, town.ask)
        one.begin()
        try:
            done = one.run()
        finally:
            land(notes, lake, "toy", wanted.now + timedelta(days=1), lambda rows: rows, landed)
        if done:
            delete(notes, lake, landed)
    return landed


def held(folder: Path) -> dict[str, pl.DataFrame]:
    """All that the dataset holds."""
    lake = Lake(folder)
    return {table: lake.read(table) for table in lake.tables()}


def same(one: dict[str, pl.DataFrame], other: dict[str, pl.DataFrame]) -> bool:
    """Whether two datasets hold the same rows."""
    return one.keys() == other.keys() and all(one[name].equals(other[name]) for name in one)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    """The dataset of a crawl that nothing stopped."""
    folder = tmp_path_factory.mktemp("whole")
    crawl(Town(), folder)
    return held(folder)


def test_everything_is_fetched(whole: dict[str, pl.DataFrame]) -> None:
    """Followers, posts, likes, profiles and the ties among those people are all there, each once."""
    followers = whole["follows"].filter(pl.col("target") == "toy:0")

    assert followers.height == 47
    assert whole["posts"].height == 12
    assert whole["interactions"].height == sum(range(1, 13))
    assert whole["accounts"].filter(pl.col("followers").is_not_null())["account"].n_unique() == 48
    people = set(whole["accounts"]["account"])
    assert {*whole["follows"]["source"], *whole["follows"]["target"]} <= people
    assert whole["follows"].height > 47


@pytest.mark.parametrize("number", [1, 2, 3, 4, 6, 8, 11, 14, 19, 24, 30, 45])
def test_a_killed_crawl_goes_on(number: int, tmp_path: Path, whole: dict[str, pl.DataFrame]) -> None:
    """Stopped at any request and called again, a crawl ends with the rows of one that was never stopped."""
    town = Town(trouble=[dies_at(number)])
    with pytest.raises(Killed):
        crawl(town, tmp_path)

    crawl(town, tmp_path)

    assert same(held(tmp_path), whole)


def test_killed_again_and_again(tmp_path: Path, whole: dict[str, pl.DataFrame]) -> None:
    """A crawl that is stopped at every fifth request loses and doubles nothing, and asks little twice."""
    asked = 0
    for _ in range(60):
        town = Town(trouble=[dies_at(5)])
        try:
            crawl(town, tmp_path)
        except Killed:
            asked += 5
            continue
        break
    else:
        pytest.fail("it never came to its end")

    assert same(held(tmp_path), whole)


@pytest.mark.parametrize("length", range(1, 11))
def test_a_listing_in_a_circle_ends(length: int, tmp_path: Path) -> None:
    """Cursors that come again, in a circle of any length, end the listing, and it is told."""

    def circle(town: Town, ask: object) -> tuple[Answer, Verdict] | None:
        if ask.path != "/followers":  # type: ignore[attr-defined]
            return None
        at = int(ask.params.get("cursor", "0"))  # type: ignore[attr-defined]
        return fine({"items": [{"id": at + 1, "name": "x"}], "next": str((at + 1) % (length + 1) or 1)})

    town = Town(trouble=[circle])
    crawl(town, tmp_path)

    with closing(Checkpoint(tmp_path / "toy.sqlite")) as notes:
        assert [(call.endpoint, "circle" in why) for call, why in notes.whys(LEFT)] == [("followers", True)]
    assert sum(ask.path == "/followers" for ask in town.asked) <= length + 2


def test_the_same_page_under_ever_new_cursors_ends(tmp_path: Path) -> None:
    """A server that gives one page again and again, each time with another cursor, is left."""

    def endless(town: Town, ask: object) -> tuple[Answer, Verdict] | None:
        if ask.path != "/followers":  # type: ignore[attr-defined]
            return None
        at = int(ask.params.get("cursor", "0"))  # type: ignore[attr-defined]
        return fine({"items": [{"id": 1, "name": "x"}], "next": str(at + 1)})

    town = Town(trouble=[endless])
    crawl(town, tmp_path)

    assert sum(ask.path == "/followers" for ask in town.asked) < 30
    assert held(tmp_path)["follows"].filter(pl.col("target") == "toy:0").height == 1


def test_a_page_that_comes_twice_gives_its_rows_once(tmp_path: Path, whole: dict[str, pl.DataFrame]) -> None:
    """Pages that overlap, as those of a list that grows do, double nothing."""

    def overlapping(town: Town, ask: object) -> tuple[Answer, Verdict] | None:
        answer, verdict = town.answer(ask)  # type: ignore[arg-type]
        if "next" in (answer.body if isinstance(answer.body, dict) else {}):
            answer.body["next"] = str(int(answer.body["next"]) - 3)
        return answer, verdict

    crawl(Town(trouble=[overlapping]), tmp_path)

    assert same(held(tmp_path), whole)


def test_the_next_night_asks_only_for_what_is_new(tmp_path: Path) -> None:
    """A day later, one new follower and one new like cost a few calls and give two rows and a profile."""
    town = Town()
    crawl(town, tmp_path)
    before, asked = held(tmp_path), len(town.asked)
    town.followers.append(50)
    town.posts[12].append(20)

    landed = crawl(town, tmp_path, days=1)

    assert landed.stored == {"accounts": 3, "follows": 1 + 10, "interactions": 1} or landed.stored["follows"] >= 1
    assert held(tmp_path)["interactions"].height == before["interactions"].height + 1
    assert len(town.asked) - asked <= 12


def test_what_was_deleted_there_is_deleted_here(tmp_path: Path) -> None:
    """After the sweep, unfollows, taken-back likes, deleted posts and accounts that are gone leave the dataset."""
    town = Town()
    crawl(town, tmp_path)
    town.followers.remove(7)
    town.posts[12].remove(5)
    del town.posts[3]
    town.gone.add(9)
    town.followers.remove(9)

    landed = crawl(town, tmp_path, days=8)

    now = held(tmp_path)
    assert now["follows"].filter(pl.col("source") == "toy:7", pl.col("target") == "toy:0").is_empty()
    assert now["interactions"].filter(pl.col("source") == "toy:5", pl.col("post") == "toy:p12").is_empty()
    assert "toy:p3" not in {*now["posts"]["post"], *now["interactions"]["post"]}
    assert not {"toy:9"} & {*now["accounts"]["account"], *now["follows"]["source"], *now["interactions"]["source"]}
    assert landed.deleted["posts"] == 1


def test_the_last_like_taken_back_is_noticed(tmp_path: Path) -> None:
    """When nobody likes a post any more, the likes that we hold go, though there is nothing left to list."""
    town = Town()
    crawl(town, tmp_path)
    town.posts[12].clear()

    crawl(town, tmp_path, days=1)

    assert held(tmp_path)["interactions"].filter(pl.col("post") == "toy:p12").is_empty()


def test_a_list_that_the_platform_cuts_short_deletes_nothing(tmp_path: Path) -> None:
    """Followers that are suddenly hidden, while their number stays, are not taken for unfollows; it is told."""
    town = Town()
    crawl(town, tmp_path)

    def hidden(town: Town, ask: object) -> tuple[Answer, Verdict] | None:
        return fine({"items": []}) if ask.path == "/followers" else None  # type: ignore[attr-defined]

    town.trouble.append(hidden)
    landed = crawl(town, tmp_path, days=8)

    assert held(tmp_path)["follows"].filter(pl.col("target") == "toy:0").height == 47
    assert landed.doubted
    assert "47" in landed.doubted[0]


def test_a_renamed_account_is_the_same_account(tmp_path: Path) -> None:
    """Another handle under the same id is a later row of the same account."""
    town = Town()
    crawl(town, tmp_path)
    town.names[47] = "renamed"

    crawl(town, tmp_path, days=8)

    rows = held(tmp_path)["accounts"].filter(pl.col("account") == "toy:47").sort("observed_at")
    assert rows["handle"].unique(maintain_order=True).to_list() == ["p47", "renamed"]


def test_an_edited_post_takes_its_new_words(tmp_path: Path) -> None:
    """A post whose text was changed is one post, with the text of now."""
    town = Town()
    crawl(town, tmp_path)
    town.texts[12] = "mended"

    crawl(town, tmp_path, days=1)

    rows = held(tmp_path)["posts"].filter(pl.col("post") == "toy:p12")
    assert rows["text"].to_list() == ["mended"]


def test_a_first_look_that_failed_blocks_nothing(tmp_path: Path) -> None:
    """When the first look-up cannot be made, the next crawl makes it again."""
    town = Town(trouble=[unreachable("/profile", 1)])
    crawl(town, tmp_path)

    crawl(town, tmp_path)

    assert held(tmp_path)["posts"].height == 12


def test_a_listing_that_is_not_found_deletes_nobody(tmp_path: Path) -> None:
    """A list that answers "not found" for a night says nothing of the people and posts in it."""
    town = Town()
    crawl(town, tmp_path)
    before = held(tmp_path)

    def lost(town: Town, ask: object) -> tuple[Answer, Verdict] | None:
        listings = ("/followers", "/posts", "/likers/12")
        return (Answer(404, {}, None), Verdict("gone")) if ask.path in listings else None  # type: ignore[attr-defined]

    town.trouble.append(lost)
    crawl(town, tmp_path, days=8)
    town.trouble.clear()
    crawl(town, tmp_path, days=9)

    now = held(tmp_path)
    assert all(now[table].height == before[table].height for table in ("follows", "posts", "interactions"))


def test_everybody_gone_at_once_is_doubted(tmp_path: Path) -> None:
    """Profiles that are all missing one night are not taken for accounts that were deleted."""
    town = Town()
    crawl(town, tmp_path)
    town.gone |= set(range(1, 48))

    landed = crawl(town, tmp_path, days=8)

    assert "all at once" in landed.doubted[0]
    assert held(tmp_path)["accounts"]["account"].n_unique() == 48


def test_a_sudden_loss_is_believed_when_it_is_told_twice(tmp_path: Path) -> None:
    """All followers gone, and the platform says so: deleted when the next complete reading finds the same."""
    town = Town()
    crawl(town, tmp_path)
    town.followers.clear()

    first = crawl(town, tmp_path, days=8)
    kept = held(tmp_path)["follows"].filter(pl.col("target") == "toy:0").height
    crawl(town, tmp_path, days=16)

    assert "at once" in first.doubted[0]
    assert kept == 47
    assert held(tmp_path)["follows"].filter(pl.col("target") == "toy:0").is_empty()


def test_a_long_list_is_read_whole_again(tmp_path: Path) -> None:
    """A list of many pages on which nothing is new is no circle: who left its end is noticed at the sweep."""
    town = Town(followers=list(range(1, 400)), posts={1: []})
    crawl(town, tmp_path, scope=Scope(0, timedelta(days=7), timedelta(days=7)))
    town.followers.remove(3)

    crawl(town, tmp_path, days=8, scope=Scope(0, timedelta(days=7), timedelta(days=7)))

    assert held(tmp_path)["follows"].height == 398


def test_a_list_that_broke_off_leaves_no_gap(tmp_path: Path) -> None:
    """New followers beyond the page at which a night's listing failed come with the next night."""
    town = Town()
    crawl(town, tmp_path)
    town.followers += range(100, 130)

    def breaks(town: Town, ask: object) -> None:
        if ask.path == "/followers" and ask.params.get("cursor") == "10":  # type: ignore[attr-defined]
            raise FetchError("no connection")

    town.trouble.append(breaks)
    crawl(town, tmp_path, days=1)
    town.trouble.clear()
    crawl(town, tmp_path, days=2)

    assert held(tmp_path)["follows"].filter(pl.col("target") == "toy:0").height == 77


def test_a_wider_wish_brings_more(tmp_path: Path) -> None:
    """Who asks for more people and posts than last time gets them the next night, not at the sweep."""
    town = Town()
    crawl(town, tmp_path, posts=5, people=15)

    crawl(town, tmp_path, days=1)

    now = held(tmp_path)
    assert now["follows"].filter(pl.col("target") == "toy:0").height == 47
    assert now["interactions"].height == sum(range(1, 13))


def test_a_table_that_was_taken_away_is_filled_again(tmp_path: Path) -> None:
    """Where notes and tables do not agree any more, everything is fetched anew."""
    path = tmp_path / "brand.toml"
    with small_mastodon.running() as server:
        path.write_text(small_mastodon.recipe(server.address, more="posts = 3"))
        fetching.fetch(path)
        before = Lake(tmp_path / "fetched").read("follows").height
        shutil.rmtree(tmp_path / "fetched" / "follows")
        fetching.fetch(path)

    assert Lake(tmp_path / "fetched").read("follows").height == before > 100


def test_a_kill_before_deleting_loses_no_deletion(tmp_path: Path) -> None:
    """What a crawl found deleted is deleted by the next one, when it was killed between its last page and that."""
    town = Town()
    crawl(town, tmp_path)
    town.followers.remove(7)
    with closing(Checkpoint(tmp_path / "toy.sqlite")) as notes:
        killed = Crawl(TOY, wish(8), SCOPE, notes, town.ask)
        killed.begin()
        killed.run()

    crawl(town, tmp_path, days=8)

    assert held(tmp_path)["follows"].filter(pl.col("source") == "toy:7", pl.col("target") == "toy:0").is_empty()


def test_the_oldest_post_is_noticed_when_it_goes(tmp_path: Path) -> None:
    """A list that was read to its natural end lacks what is older than its last post, too."""
    town = Town()
    crawl(town, tmp_path)
    del town.posts[1]

    crawl(town, tmp_path, days=8)

    assert held(tmp_path)["posts"].height == 11


def test_caps_are_kept(tmp_path: Path) -> None:
    """No more posts and people are read than were asked for, to the end of a page."""
    crawl(Town(), tmp_path, posts=5, people=15)

    now = held(tmp_path)
    assert now["posts"].height == 10
    assert now["follows"].filter(pl.col("target") == "toy:0").height == 20


def test_what_is_private_or_gone_is_told_and_left(tmp_path: Path) -> None:
    """A listing that its owner hides, or that is gone, does not keep the rest from being read."""
    town = Town(private={4})
    crawl(town, tmp_path)

    with closing(Checkpoint(tmp_path / "toy.sqlite")) as notes:
        assert [why for _, why in notes.whys(LEFT)] == ["private: its owner hides them"]
    assert held(tmp_path)["interactions"].height == sum(range(1, 13)) - 4


def test_a_call_that_fails_is_tried_again_next_time(tmp_path: Path, whole: dict[str, pl.DataFrame]) -> None:
    """One listing out of reach does not stop the others, and is read by the next crawl."""
    town = Town(trouble=[unreachable("/likers/12", 1)])
    crawl(town, tmp_path)
    with closing(Checkpoint(tmp_path / "toy.sqlite")) as notes:
        assert [call.endpoint for call, _ in notes.whys(FAILED)] == ["likers"]

    crawl(town, tmp_path)

    assert held(tmp_path)["interactions"].height == whole["interactions"].height


def test_a_platform_out_of_reach_stops_the_crawl(tmp_path: Path) -> None:
    """When call after call fails, the crawl ends with the error, and goes on later."""

    def down(town: Town, ask: object) -> None:
        if len(town.asked) > 6:
            raise FetchError("toy.example: no connection.")

    town = Town(trouble=[down])
    with pytest.raises(FetchError, match="no connection"):
        crawl(town, tmp_path)

    town.trouble.clear()
    crawl(town, tmp_path)
    assert held(tmp_path)["posts"].height == 12


def test_asked_to_come_back_it_keeps_what_it_has(tmp_path: Path, whole: dict[str, pl.DataFrame]) -> None:
    """A wait that is too long ends the fetch; what was read has landed, and the next one goes on."""
    town = Town(trouble=[asks_to_wait(9)])
    with pytest.raises(ComeBack):
        crawl(town, tmp_path)
    partly = held(tmp_path)

    crawl(town, tmp_path)

    assert partly["follows"].height > 0
    assert same(held(tmp_path), whole)


def test_a_session_that_ran_out_is_renewed_once(tmp_path: Path, whole: dict[str, pl.DataFrame]) -> None:
    """Calls refused for an old session are asked again with the new one, also when several were on the way."""
    valid = [False]

    def expired(town: Town, ask: object) -> tuple[Answer, Verdict] | None:
        if len(town.asked) > 8 and not valid[0]:
            return Answer(401, {}, None), Verdict("login", says="expired")
        return None

    def renew() -> bool:
        valid[0] = True
        return True

    town = Town(trouble=[expired])
    wanted, lake = wish(), Lake(tmp_path)
    with closing(Checkpoint(tmp_path / "toy.sqlite")) as notes:
        one = Crawl(TOY, wanted, SCOPE, notes, town.ask, renew=renew)
        one.begin()
        one.run()
        land(notes, lake, "toy", wanted.now + timedelta(days=1), lambda rows: rows, Landed())

    assert same(held(tmp_path), whole)


def test_a_token_that_is_never_taken_ends_the_crawl(tmp_path: Path) -> None:
    """When the new session is refused, too, the token is the fault, and the platform's words are told."""
    town = Town(trouble=[lambda town, ask: (Answer(401, {}, None), Verdict("login", says="bad password"))])

    with pytest.raises(TokenError, match="bad password"):
        crawl(town, tmp_path)


def test_the_budget_holds(tmp_path: Path) -> None:
    """No call is made once so many records were read; the next fetch has the same budget anew."""
    town = Town()
    scope = Scope(1, timedelta(days=7), timedelta(days=7), most_records=30)
    crawl(town, tmp_path, scope=scope)
    first = len(town.asked)
    crawl(town, tmp_path, scope=scope)

    assert first < 12
    assert len(town.asked) > first


def test_the_outlook_is_near_what_is_asked(tmp_path: Path) -> None:
    """After the look-ups the number of calls is foreseen within a factor of two."""
    town = Town()
    with closing(Checkpoint(tmp_path / "toy.sqlite")) as notes:
        one = Crawl(TOY, wish(), SCOPE, notes, town.ask)
        one.begin()
        one.run(only_looking=True)
        looked = len(town.asked)
        foreseen = outlook(TOY, one.wanted, notes, depth=1)
        one.run()

    made = len(town.asked) - looked
    assert looked == 1
    assert foreseen.surely <= made
    assert made / 2 <= foreseen.calls <= made * 2


def test_another_wish_begins_anew(tmp_path: Path) -> None:
    """A stopped crawl is not gone on with when the recipe asks for something else now."""
    town = Town(trouble=[dies_at(4)])
    with pytest.raises(Killed):
        crawl(town, tmp_path)
    crawl(town, tmp_path, people=2000)

    assert sum(ask.path == "/profile" for ask in town.asked) == 2


def test_notes_that_are_broken_are_told(tmp_path: Path) -> None:
    """A file that is no crawl's notes is an error that says what to do."""
    (tmp_path / "toy.sqlite").write_bytes(b"nothing of the kind" * 100)

    with pytest.raises(FetchError, match="fetch again"):
        Checkpoint(tmp_path / "toy.sqlite")


def test_moments_that_lie_are_turned_away(tmp_path: Path) -> None:
    """A post of the year 1 is not stored; it is counted with its reason."""

    def lies(town: Town, ask: object) -> tuple[Answer, Verdict] | None:
        if ask.path != "/posts":  # type: ignore[attr-defined]
            return None
        item = {"id": 77, "at": "0001-01-01T00:00:00Z", "likes": 0, "text": "old"}
        return fine({"items": [item]})

    landed = crawl(Town(trouble=[lies]), tmp_path)

    assert landed.rejected == {("posts", "before_1990"): 1}
    assert datetime(1, 1, 1, tzinfo=UTC) < NOW
