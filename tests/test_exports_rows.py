"""What exports give, row by row: nobody agrees, acts or is named who does not, and no private word is read."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ambassadors import exports, recipe
from ambassadors.assembly import read_files
from ambassadors.errors import RecipeError
from ambassadors.identity import addresses
from ambassadors.sources.reading import Reading

EXAMPLES = Path(__file__).parent / "exports"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
CAFE = "https://social.example/users/cafe"
SECRET = "a secret for tests"


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """The secret with which addresses are hashed."""
    monkeypatch.setenv(addresses.KEY, SECRET)


def read(folder: Path, accounts: dict[str, str] | None = None) -> Reading:
    """What the recipe for a folder reads."""
    text = exports.recipe_for(exports.look(folder), name="test", accounts=accounts)
    (folder / "brand.toml").write_text(text.replace('zone = "@fill-in"', 'zone = "UTC"').replace("@fill-in", "@moewe"))
    return read_files(folder / "brand.toml")[1]


def consents(found: Reading) -> dict[str, set[bool | None]]:
    """What the tables say of the consent of these people."""
    people = ("ann", "kun", "sup", "dat", "rec", "non")
    keys = addresses.keyed(pl.Series([f"{one}@example.org" for one in people]), SECRET)
    table = found.tables["customers"].with_columns(pl.col("customer").replace(dict(zip(keys, people, strict=True))))
    return {one: set(table.filter(customer=one)["consent"]) for one in people if one in set(table["customer"])}


def test_mailchimp_tells_consent_by_the_name_of_the_file_alone(tmp_path: Path) -> None:
    """A list of recipients, or of who never subscribed, has the header of the subscribed, and none agrees for it."""
    text = "Email Address,MEMBER_RATING,OPTIN_TIME,LAST_CHANGED,LEID,EUID\n{}@example.org,2,,2025-05-01 10:00:00,1,a\n"
    (tmp_path / "subscribed_members_export_a.csv").write_text(text.format("ann"))
    (tmp_path / "nonsubscribed_members_export_a.csv").write_text(text.format("non"))
    (tmp_path / "recipients.csv").write_text(text.format("rec"))

    found = read(tmp_path)

    assert consents(found) == {"ann": {True}, "rec": {None}, "non": {False}}
    says = {file.path: file.says for file in exports.look(tmp_path).files}
    assert says["recipients.csv"].startswith("It does not tell who agrees")


def test_a_suppression_means_no_and_an_unknown_word_nothing(tmp_path: Path) -> None:
    """In Klaviyo's list who is suppressed does not agree, whatever else stands there; a time of consent is unknown."""
    (tmp_path / "list.csv").write_bytes((EXAMPLES / "klaviyo/suppressed.csv").read_bytes())

    found = read(tmp_path)

    assert consents(found) == {"kun": {True}, "sup": {False}, "dat": {None}}
    assert found.rejects.height == 0


def archive(target: Path, account: str, follower: str) -> None:
    """An X archive of that account with that follower."""
    own = [{"account": {"accountId": account, "username": f"u{account}", "createdAt": "2019-03-01T09:00:00Z"}}]
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("data/account.js", f"window.YTD.account.part0 = {json.dumps(own)}")
        made.writestr(
            "data/follower.js", f'window.YTD.follower.part0 = [{{"follower": {{"accountId": "{follower}"}}}}]'
        )


def test_a_rivals_followers_are_the_rivals(tmp_path: Path) -> None:
    """Of two archives in one folder each keeps its own followers, and a person says which is the brand's."""
    archive(tmp_path / "cafe.zip", "900", "1")
    archive(tmp_path / "rival.zip", "901", "2")

    found = exports.look(tmp_path)
    text = exports.recipe_for(found, name="test")
    tables = read(tmp_path, {"x": "900"}).tables

    assert found.owners == (("x", "900"), ("x", "901"))
    assert "x:@fill-in" in text
    assert "here are exports of 900 and 901" in text
    with pytest.raises(RecipeError, match="still says x:@fill-in"):
        recipe.parse(recipe.tomllib.loads(text))
    assert sorted(tables["follows"].select("source", "target").rows()) == [("x:1", "x:900"), ("x:2", "x:901")]
    assert recipe.load(tmp_path / "brand.toml").brand.accounts == ("x:900",)


def test_the_same_followers_of_two_are_no_copy(tmp_path: Path) -> None:
    """Two accounts with one and the same follower both keep it."""
    archive(tmp_path / "cafe.zip", "900", "1")
    archive(tmp_path / "rival.zip", "901", "1")

    tables = read(tmp_path, {"x": "900"}).tables

    assert sorted(tables["follows"].select("source", "target").rows()) == [("x:1", "x:900"), ("x:1", "x:901")]


def test_a_rivals_archive_beside_the_named_brand_stays_the_rivals(tmp_path: Path) -> None:
    """Who names the brand does not make it of the one archive that is there, which says whose it is."""
    archive(tmp_path / "rival.zip", "901", "2")

    tables = read(tmp_path, {"x": "@cafe"}).tables

    assert tables["follows"].select("source", "target").rows() == [("x:2", "x:901")]


def activity(number: int, to: list[str], cc: list[str], words: str) -> dict[str, Any]:
    """A post of the cafe in a Mastodon archive, which mentions somebody."""
    tag = {"type": "Mention", "href": "https://o.example/users/a", "name": f"@a{number}@o.example"}
    note = {"id": f"{CAFE}/statuses/{number}", "type": "Note", "content": words, "tag": [tag], "url": CAFE}
    made = {"type": "Create", "actor": CAFE, "published": "2026-05-01T10:00:00Z", "to": to, "cc": cc}
    return {"id": f"{CAFE}/statuses/{number}/activity", **made, "object": note}


def test_no_private_word_of_a_mastodon_archive_is_read(tmp_path: Path) -> None:
    """Direct messages and posts for followers only stay out, with whom they mention; public words come without HTML."""
    posts = [
        activity(1, [PUBLIC], [f"{CAFE}/followers"], "<p>Hello <b>world</b> &amp; all</p>"),
        activity(2, [f"{CAFE}/followers"], [PUBLIC], "<p>unlisted</p>"),
        activity(3, ["https://o.example/users/a"], [], "<p>CANARY in a message</p>"),
        activity(4, [f"{CAFE}/followers"], [], "<p>CANARY for followers</p>"),
        activity(5, [f"https://o.example/?{PUBLIC}"], [], "<p>CANARY for somebody with a strange name</p>"),
        {**activity(6, [PUBLIC], [], ""), "object": "https://social.example/6"},
    ]
    (tmp_path / "outbox.json").write_text(json.dumps({"type": "OrderedCollection", "orderedItems": posts}))

    found = read(tmp_path)

    assert found.rejects.height == 0
    assert sorted(found.tables["posts"]["post"]) == ["mastodon:1@social.example", "mastodon:2@social.example"]
    assert sorted(found.tables["posts"]["text"]) == ["Hello world & all", "unlisted"]
    assert set(found.tables["interactions"]["target"]) == {"mastodon:@a1@o.example", "mastodon:@a2@o.example"}
    assert "CANARY" not in "".join(table.write_csv() for table in found.tables.values())


def tweet(number: str, words: str, *mentions: tuple[str, str, str], answers: str = "") -> dict[str, Any]:
    """A tweet of an archive: its words, whom it mentions (id, name, place), and whom it answers."""
    names = [
        {"id_str": one, "screen_name": name, "name": name, "indices": [place, "9"]} for one, name, place in mentions
    ]
    made = {"id_str": number, "created_at": "Wed Jun 03 10:00:00 +0000 2026", "full_text": words}
    reply = {"in_reply_to_user_id_str": answers, "in_reply_to_status_id_str": "3"} if answers else {}
    return {"tweet": {**made, "entities": {"user_mentions": names}, **reply}}


def test_an_x_archive_gives_each_act_once_and_no_others_words(tmp_path: Path) -> None:
    """A retweet is a share and no post or mention, an answer no mention of whom it answers, and a thread no answer."""
    archive(tmp_path / "x.zip", "900", "1")
    tweets = [
        tweet("9", "@ann hi, and @cid", ("5", "ann", "0"), ("7", "cid", "13"), answers="5"),
        tweet("10", "RT @bob: thanks @eve", ("6", "bob", "3"), ("8", "eve", "16")),
        tweet("11", "RT @gone: thanks @eve", ("8", "eve", "17")),
        tweet("12", "RT @gone: thanks", ("-1", "gone", "3")),
        tweet("13", "a thread", answers="900"),
        tweet("14", "@gone hi", ("-1", "gone", "0")),
    ]
    with zipfile.ZipFile(tmp_path / "x.zip", "a") as made:
        made.writestr("data/tweets.js", f"window.YTD.tweets.part0 = {json.dumps(tweets)}")

    found = read(tmp_path)

    acts = found.tables["interactions"].select(pl.col("kind").cast(pl.String), "source", "target").rows()
    assert sorted(acts) == [("mention", "x:900", "x:7"), ("reply", "x:900", "x:5"), ("share", "x:900", "x:6")]
    assert sorted(found.tables["posts"]["post"]) == ["x:13", "x:14", "x:9"]
    assert found.rejects.height == 0


def comment(uid: str, answered: str) -> str:
    """A line of Zeeschuimer's: a comment by that person, on a comment or (0) on the video."""
    user = {"uid": uid, "unique_id": f"u{uid}", "nickname": "U"}
    data = {"cid": uid, "aweme_id": "7", "create_time": 1767225600, "text": "x", "reply_id": answered, "user": user}
    return json.dumps({"source_platform": "tiktok-comments", "data": data}) + "\n"


def test_answers_to_others_are_no_comments_to_the_brand(tmp_path: Path) -> None:
    """Collected comments on comments are set aside, and the times are those that name their zone."""
    for name in ("4cat/tiktok_comments_long.csv", "minet/youtube_comments.csv"):
        (tmp_path / Path(name).name).write_bytes((EXAMPLES / name).read_bytes())
    (tmp_path / "z.ndjson").write_text(comment("0", "0") + comment("1", "7300000000000000071"))

    found = read(tmp_path)

    assert set(found.tables["interactions"]["source"]) == {"tiktok:@cidd", "youtube:UCann", "tiktok:0"}
    cid = found.tables["interactions"].filter(source="tiktok:@cidd")["at"].dt.to_string("%F %T").to_list()
    assert cid == ["2026-05-02 10:00:00"]
    assert set(found.tables["accounts"].filter(account="youtube:UCann")["handle"]) == {"annb"}


@pytest.mark.parametrize(
    ("name", "asks"),
    [("linkedin/Connections.csv", True), ("woocommerce/orders.csv", True), ("shopify/orders_export_1.csv", False)],
)
def test_a_zone_is_asked_for_only_where_times_name_none(tmp_path: Path, name: str, asks: bool) -> None:
    """A recipe has no zone that nobody chose: it says FILL IN where a time needs one, and is refused till then."""
    (tmp_path / Path(name).name).write_bytes((EXAMPLES / name).read_bytes())

    text = exports.recipe_for(exports.look(tmp_path), name="test", accounts={"linkedin": "@moewe"})

    assert ('zone = "@fill-in" # FILL IN' in text) == asks
    assert 'zone = "UTC"\n' not in text
    if asks:
        with pytest.raises(RecipeError, match=r"zone: still says @fill-in\. Write where the clock"):
            recipe.parse(recipe.tomllib.loads(text))


def test_letter_case_and_excels_own_line_lose_no_order(tmp_path: Path) -> None:
    """WooCommerce's states count in any letters, and a file that begins with sep=; is read as it is meant."""
    head = "order_id;order_date;status;order_total;order_currency;billing_email\n"
    rows = "".join(f"{n};2026-05-01T10:00:00Z;{state};5;EUR;a@b.example\n" for n, state in enumerate(STATES))
    (tmp_path / "orders.csv").write_text("sep=;\n" + head + rows)

    found = read(tmp_path)

    assert sorted(found.tables["orders"]["order"]) == ["0", "1", "2"]
    assert found.rejects.height == 0


STATES = ("Completed", "wc-processing", "PROCESSING", "refunded", "not completed")
