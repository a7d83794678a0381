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
    "orders.csv.gz": gzip.compress(b"a,b\n1,2\n"),
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
