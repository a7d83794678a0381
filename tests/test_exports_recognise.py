"""Other people's files: of forty that are no export, or only nearly one, none is claimed."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ambassadors import exports

SHOPIFY = "Name,Email,Financial Status,Paid at,Currency,Subtotal,Total,Discount Code,Created at"
TWEETS = [{"tweet": {"id_str": "1", "created_at": "Wed Jun 03 10:00:00 +0000 2026", "full_text": "x"}}]
TEXTS = {
    "bank.csv": "Date;Payee;Amount;Currency\n2026-01-01;Rent;-900,00;EUR\n",
    "orders.csv": "InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID\n1,2,1,,2.5,7\n",
    "orders_of_another_shop.csv": f"{SHOPIFY},Item\n#1,a@b.example,paid,,EUR,1,1,,2026-01-01,Cup\n",
    "customers.csv": "Customer ID,First Name,Last Name,Email,Total Spent\n1,Ann,B,a@b.example,3\n",
    "contacts.csv": "Email,First Name,Last Name\na@b.example,Ann,B\n",
    "mailing.csv": "Email Address,First Name,Last Name,Status\na@b.example,Ann,B,subscribed\n",
    "google_contacts.csv": "Name,Given Name,Family Name,E-mail 1 - Value\nAnn,Ann,B,a@b.example\n",
    "people.csv": "First Name,Last Name,Company,Position\nAnn,B,Dock,Cook\n",
    "ga4.csv": "# ----\n# All Users\n# ----\nSession source,Sessions,Users\ngoogle,10,7\n",
    "ads.csv": "Campaign,Impressions,Clicks,Cost\nSpring,100,3,1.20\n",
    "posts.csv": "Post ID,Title,Publish time,Reach\n1,Open,01/31/2026 18:12,5\n",
    "comments.csv": "id,author,text,created_at\n1,ann,Nice,2026-01-01\n",
    "videos.csv": "video_id,title,view_count,published_at\n1,Open,3,2026-01-01\n",
    "threads.csv": "id,thread_id,author,body,timestamp\n1,1,ann,Hi,2026-01-01\n",
    "tweets.csv": "tweet_id,author_id,inbound,created_at,text\n1,2,True,x,Hi\n",
    "users.csv": "id,screen_name,followers_count,friends_count\n1,ann,3,4\n",
    "addresses.csv": "Account address\nann@social.example\n",
    "mutes.csv": "Account address,Hide notifications\nann@social.example,true\n",
    "follows.csv": "source,target,since\na,b,2026-01-01\n",
    "numbers.tsv": "a\tb\n1\t2\n",
    "influencers.csv": "influencer,followers,email\nann,3,a@b.example\n",
    "package.json": json.dumps({"name": "x", "version": "1.0.0", "dependencies": {"y": "^1"}}),
    "geo.json": json.dumps({"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}}]}),
    "list.json": json.dumps([1, 2, 3]),
    "empty_list.json": "[]",
    "empty.json": "{}",
    "likes.json": json.dumps([{"title": "a", "timestamp": 1767225600}]),
    "tweets.json": json.dumps(TWEETS),
    "assigned.js": "window.config = " + json.dumps(TWEETS),
    "program.js": "const x = 1;\nfunction f() { return x; }\n",
    "friends.json": json.dumps({"friends": [{"name": "Ann", "age": 3}], "Friends": []}),
    "followers.json": json.dumps({"followers": [{"login": "ann", "id": 3}]}),
    "strings.json": json.dumps([{"string_list_data": [{"href": "https://example.org/ann", "value": "ann"}]}]),
    "collection.json": json.dumps({"type": "OrderedCollection", "orderedItems": []}),
    "activity.json": json.dumps({"Activity": {"Login History": {"List": [{"Date": "2026-01-01 10:00:00"}]}}}),
    "publishers.json": json.dumps({"Publishers": [{"name": "House of Books"}]}),
    "log.jsonl": '{"at": "2026-01-01", "level": "info"}\n{"at": "2026-01-02", "level": "info"}\n',
    "page.html": "<!doctype html><html><body>Follow us on instagram.com/cafe</body></html>",
    "news.xml": '<?xml version="1.0"?><rss version="2.0"><channel><title>News</title></channel></rss>',
    "drawing.svg": '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>',
    "notes.txt": "Date: tomorrow\nCall Ann about the beans.\n",
    "letter.txt": "Dear Ann, thank you for the follow.\n",
}
BYTES = {
    "report.pdf": b"%PDF-1.7\n1 0 obj\n",
    "logo.png": b"\x89PNG\r\n\x1a\n" + bytes(40),
    "photo.jpg": b"\xff\xd8\xff\xe0" + bytes(40),
    "program.bin": bytes(range(256)) * 8,
    "nothing.csv": b"",
    "table.parquet": b"PAR1" + bytes(64),
    "old.xls": b"\xd0\xcf\x11\xe0" + bytes(600),
    "orders.csv.gz": gzip.compress(b"a,b\n1,2\n", mtime=0),
}


def test_other_files_are_not_claimed(tmp_path: Path) -> None:
    """Not one of fifty other files is taken for an export, and each is told to be none."""
    for name, text in TEXTS.items():
        (tmp_path / name).write_text(text)
    for name, content in BYTES.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "tweets.js").mkdir()
    with zipfile.ZipFile(tmp_path / "customers_export.csv", "w") as workbook:
        workbook.writestr("[Content_Types].xml", "<Types/>")
        workbook.writestr("xl/workbook.xml", "<workbook/>")

    found = exports.look(tmp_path)

    assert len(found.files) == len(TEXTS) + len(BYTES) + 1 >= 50
    assert {file.path: file.kind for file in found.files if file.known} == {}
    assert [file.path for file in found.files if not file.problem] == []
    assert found.missing == ()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("orders_of_another_shop.csv", "Nearest: Shopify orders; lacks: Lineitem quantity, Lineitem name, Refunded"),
        ("customers.csv", "Nearest: Shopify customers; lacks: Accepts Email Marketing, Total Orders, Tax Exempt."),
        ("tweets.json", "It looks like a JSON document."),
        ("page.html", "It looks like a web page."),
        ("list.json", "It looks like a JSON document."),
    ],
)
def test_a_file_that_is_not_known_says_what_it_is_like(tmp_path: Path, name: str, says: str) -> None:
    """A header like a known one is told with what it lacks of it; other files with what they look like."""
    (tmp_path / name).write_text(TEXTS[name])

    (file,) = exports.look(tmp_path).files

    assert file.problem.startswith("Not an export that is known.")
    assert says in file.problem


def test_names_do_not_count(tmp_path: Path) -> None:
    """A file is known under any name, and a name alone makes no export."""
    examples = Path(__file__).parent / "exports"
    (tmp_path / "a.txt").write_bytes((examples / "x_2024/data/follower.js").read_bytes())
    (tmp_path / "follower.js").write_bytes((examples / "shopify/orders_export_1.csv").read_bytes())
    (tmp_path / "followers_1.json").write_text("[]")

    kinds = {file.path: file.kind for file in exports.look(tmp_path).files}

    assert kinds == {"a.txt": "x_followers", "follower.js": "shopify_orders", "followers_1.json": ""}


def bomb(path: Path) -> None:
    """A zip that unpacks to a thousand times its size."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data/follower.js", "window.YTD.follower.part0 = [" + " " * 40_000_000 + "]")


def empty_zip(path: Path) -> None:
    """A zip without a file."""
    zipfile.ZipFile(path, "w").close()


def strange_zip(path: Path) -> None:
    """A zip of things that are no export."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("holiday/readme.md", "sun")


@pytest.mark.parametrize(
    ("make", "says"),
    [(bomb, "decompression bomb"), (empty_zip, "The archive is empty."), (strange_zip, "It holds holiday/readme.md.")],
)
def test_archives_of_no_use_are_told_in_a_line(tmp_path: Path, make: Callable[[Path], None], says: str) -> None:
    """A bomb, an empty archive and one of other things each give one line that says so."""
    make(tmp_path / "a.zip")

    (file,) = exports.look(tmp_path).files

    assert says in file.problem
    assert file.path == "a.zip"


PEOPLE = [{"string_list_data": [{"href": "https://www.instagram.com/ann", "value": "ann", "timestamp": 1767225600}]}]
ENTRY = "<entry><title>x</title><content>see https://www.google.com/alerts</content></entry>"
ALERTS = f"<feed><title>Blog</title>{ENTRY}</feed>"
CUSTOM = {"relationships_custom_lists": PEOPLE, "relationships_following": []}
LIKES = [{"label_values": [{"href": "https://www.instagram.com/p/x"}]}]
SCRAPED = "id,text,username,user_id,created_at,comment_like_count\n1,x,ann,5,2026-01-01T00:00:00Z,1\n"
NOTES = "id,thread_id,body,timestamp,author,author_full,likes,replies,post_id\n1,1,x,2026-01-01,a,A,1,1,6f\n"
COMMENTS = [{"string_map_data": {"Kommentar": {"value": "x"}, "Zeit": {"timestamp": 1}}}]


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("followers_1.json", json.dumps(PEOPLE), "instagram_followers"),
        ("followers_1 (2).json", json.dumps(PEOPLE), "instagram_followers"),
        ("blocked_profiles.json", json.dumps(PEOPLE), "instagram_profiles"),
        ("custom.json", json.dumps(CUSTOM), "instagram_other"),
        ("comments.json", json.dumps(COMMENTS), "instagram_other"),
        ("likes.json", json.dumps(LIKES), "instagram_other"),
        ("blog.xml", ALERTS, ""),
        ("alert.xml", ALERTS.replace("Blog", "Google Alert - Cafe"), "google_alerts"),
        ("scraped.csv", SCRAPED, ""),
        ("notes.csv", NOTES, ""),
    ],
)  # fmt: skip
def test_what_looks_alike_is_told_apart(tmp_path: Path, name: str, text: str, kind: str) -> None:
    """A list of blocked profiles is no list of followers, a blog no alert, and a table alike not minet's."""
    (tmp_path / name).write_text(text)

    (file,) = exports.look(tmp_path).files

    assert file.kind == kind
    assert bool(file.proposals) == (kind in ("instagram_followers", "google_alerts"))


def test_a_file_that_cannot_be_read_as_a_whole_is_told_at_once(tmp_path: Path) -> None:
    """A header with a name twice, a feed with a DOCTYPE, and a document with a list twice are told."""
    shop = (Path(__file__).parent / "exports/shopify/orders_export_1.csv").read_text().splitlines()
    (tmp_path / "orders.csv").write_text("\n".join(f"{line},{'Email' if not n else ''}" for n, line in enumerate(shop)))
    alert = ALERTS.replace("Blog", "Google Alert - Cafe")
    (tmp_path / "alert.xml").write_text('<?xml version="1.0"?><!DOCTYPE feed [<!ENTITY a "b">]>' + alert)
    once = f'"relationships_followers": {json.dumps(PEOPLE)}'
    (tmp_path / "followers.json").write_text(f"{{{once}, {once}}}")

    found = exports.look(tmp_path)

    problems = {file.path: file.problem for file in found.files}
    assert found.readable == ()
    assert "Email" in problems["orders.csv"]
    assert "DOCTYPE" in problems["alert.xml"]
    assert "one key twice in the object that holds 'relationships_followers'" in problems["followers.json"]


def test_files_that_give_nothing_are_one_line(tmp_path: Path) -> None:
    """Of forty files of an archive that give nothing, one line tells, with how many more there are."""
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        for number in range(40):
            archive.writestr(f"data/other-{number:02}.js", f"window.YTD.other_{number}.part0 = []")
        archive.writestr("data/follower.js", 'window.YTD.follower.part0 = [{"follower": {"accountId": "22"}}]')

    files = exports.look(tmp_path).files

    assert [(file.kind, len(file.more)) for file in files] == [("x_followers", 0), ("x_other", 39)]
    assert files[1].more[0] == "x.zip!data/other-01.js"
