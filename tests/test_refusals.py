"""Refusals: who refused stands on no list, who was forgotten never comes in; kept are fingerprints only."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

import polars as pl
import pytest

import ambassadors as amb
from ambassadors import recipe, state
from ambassadors.errors import SourceError
from ambassadors.sources.reading import read_tables
from ambassadors.state import refusals
from ambassadors.state.forgetting import unnamed
from tests.conftest import FILES, RECIPE, Cafe

KEYED = RECIPE.replace(
    'columns = { customer = "customer", account = "account" }',
    'columns = { customer = "customer", account = "account", email_key = "email" }',
)


@pytest.fixture
def store(tmp_path: Path) -> state.Store:
    """An empty store."""
    return state.open_store(tmp_path / "state")


def suppressed(store: state.Store, community: amb.Community, tmp_path: Path, text: str) -> list[str]:
    """Who is kept out once a file with that text was taken in."""
    (tmp_path / "no.txt").write_text(text, encoding="utf-8")
    state.suppress(store, tmp_path / "no.txt")
    return state.suppressed(store, community).to_list()


@pytest.mark.parametrize(
    ("line", "who"),
    [
        ("x:bob", ["x:bob"]),
        ("x:@BOB", ["x:bob"]),
        ("@\u200bBob", ["x:bob"]),
        ("y:@bob", []),
        ("customer:C1", ["customer:C1", "x:ann"]),
        ("customer:C2", ["customer:C2"]),
        ("x:ann", ["customer:C1", "x:ann"]),
        ("account,why\nx:bob,asked\nx:cy,asked\n", ["x:bob", "x:cy"]),
        ("account;why\nx:bob;asked, twice\n", ["x:bob"]),
        ("account\twhy\r\nx:bob\tasked\r\n", ["x:bob"]),
        ("x:bob,asked\n x:cy,\n", ["x:bob", "x:cy"]),
        ('"x:bob";"asked, twice"\nx:cy\tasked\n', ["x:bob", "x:cy"]),
        ("platform;handle\n", []),
        ("Email,Account,Customer\nb@example.com,x:bob,\n,,C2\n", ["customer:C2", "x:bob"]),
        ("platform,handle\nx,@bob\ny,cy\n", ["x:bob"]),
        ("customer\nC2\n", ["customer:C2"]),
    ],
)
def test_each_way_of_naming_keeps_the_same_people_out(
    store: state.Store, community: amb.Community, tmp_path: Path, line: str, who: list[str]
) -> None:
    """By id, by handle on one platform or all, by customer number, in a plain list or a table; their links too."""
    assert suppressed(store, community, tmp_path, line) == who


def test_an_address_is_known_by_its_keyed_hash(
    cafe: Cafe, tmp_path: Path, store: state.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address in the list and a keyed hash in the data meet, in any letter case."""
    monkeypatch.setenv("AMBASSADORS_EMAIL_KEY", "a key of the brand's own")
    key = hmac.new(b"a key of the brand's own", b"ann@example.com", hashlib.sha256).hexdigest()
    community = amb.read(cafe(KEYED, customers_csv=f"customer,account,email\nC1,x:ann,{key}\nC2,,\n"))

    assert suppressed(store, community, tmp_path, " Ann@Example.com\n") == ["customer:C1", "x:ann"]


ALIASED = (
    KEYED.replace('name = "cafe"', 'name = "cafe"\nidentity = { people = [["x:ann", "ig:ann_pics"]] }')
    + """
[[files]]
table = "accounts"
path = "instagram.csv"
platform = "ig"
columns = { account = "id", handle = "handle", name = "name", followers = "followers", email_key = "email" }
"""
)


@pytest.mark.parametrize("line", ["ig:ann_pics", "ig:@annpics99", "Pics@Example.com", "x:ann", "customer:C9"])
def test_one_account_keeps_the_whole_person_out(
    cafe: Cafe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    """An account for which another stands is known by its id, handle, address or customer number as any other."""
    monkeypatch.setenv("AMBASSADORS_EMAIL_KEY", "a key of the brand's own")
    key = hmac.new(b"a key of the brand's own", b"pics@example.com", hashlib.sha256).hexdigest()
    (tmp_path / "instagram.csv").write_text(f"id,handle,name,followers,email\nann_pics,annpics99,Ann,5,{key}\n")
    (tmp_path / "no.txt").write_text(f"{line}\n")
    path = cafe(ALIASED, customers_csv="customer,account,email\nC1,x:ann,\nC2,,\nC9,ig:ann_pics,\n")
    with state.open_store(tmp_path / "state") as store:
        state.suppress(store, tmp_path / "no.txt")

    community = amb.read(path, state=tmp_path / "state")

    assert community.aliases("ig:ann_pics")[0] == "x:ann"
    assert "x:ann" in amb.read(path).candidates["account"]
    assert "x:ann" not in community.candidates["account"]
    assert "x:ann" not in community.as_of("2026-05-20").candidates["account"]


def test_a_row_without_an_account_counts_by_its_address(
    store: state.Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a table the first filled column of a row names its person."""
    monkeypatch.setenv("AMBASSADORS_EMAIL_KEY", "a key of the brand's own")
    (tmp_path / "no.csv").write_text("account;email\nx:bob;b@example.com\n;ann@example.com\n;\n")

    found = state.suppress(store, tmp_path / "no.csv")

    assert (found.added, found.rejected.select("line", "reason").rows()) == (2, [(4, "blank_line")])
    assert store.read("SELECT what FROM refusals ORDER BY what") == [("account",), ("email",)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("https://x.com/bob", "page_address"),
        ("mailto:a@b.de", "mail_link"),
        ('"x:ann,asked"', "several_cells"),
        ('"x:ann;asked"', "several_cells"),
        (";x:ann", "several_cells"),
        ("account\nhttps://x.com/bob", "page_address"),
        ('account,why\n"x:ann\nx:bob', "several_cells"),
    ],
)
def test_what_can_never_match_is_turned_away(store: state.Store, tmp_path: Path, line: str, reason: str) -> None:
    """Nobody is said to be kept out by a text that no data hold; the reason says what to write instead."""
    (tmp_path / "no.txt").write_text(line)

    found = state.suppress(store, tmp_path / "no.txt")

    assert (found.added, found.rejected["reason"].to_list()) == (0, [reason])
    assert reason in refusals.REASONS


def test_names_that_nobody_bears_are_counted(store: state.Store, tmp_path: Path) -> None:
    """Of added ids those that the last run does not know, once; where there was no run, nothing is said of it."""
    (tmp_path / "no.txt").write_text("x:ann\nx:anm\n@nobody\ncustomer:C9\n")
    (tmp_path / "more.txt").write_text("x:bob\n")

    first, again = (state.suppress(store, tmp_path / "no.txt", known={"x:ann"}) for _ in range(2))

    assert (first.added, first.strangers, again.strangers) == (4, 1, 0)
    assert state.suppress(store, tmp_path / "more.txt").strangers is None


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_list_is_read_as_spreadsheets_save_it(
    store: state.Store, community: amb.Community, tmp_path: Path, encoding: str
) -> None:
    """In whatever encoding, the same people are meant."""
    (tmp_path / "no.csv").write_bytes("account;why\nx:bob;hörte auf\n".encode(encoding))

    state.suppress(store, tmp_path / "no.csv")

    assert state.suppressed(store, community).to_list() == ["x:bob"]


def test_nothing_in_clear_is_kept(store: state.Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store holds no line of the list, and neither does what is told of a bad one."""
    monkeypatch.delenv("AMBASSADORS_EMAIL_KEY", raising=False)
    (tmp_path / "no.txt").write_text("x:annabel-lee\n@annabel-lee\nannabel@example.com\nannabel lee\n\nx:1.2E+18\n")

    found = state.suppress(store, tmp_path / "no.txt")

    assert (found.rows, found.added, found.already, found.rejected.height) == (6, 2, 0, 4)
    assert found.rejected["line"].to_list() == [3, 4, 5, 6]
    assert found.rejected["reason"].to_list() == ["no_email_key", "no_name", "blank_line", "scientific_id"]
    assert set(found.rejected["reason"]) <= set(refusals.REASONS)
    assert "annabel" not in str(found.rejected.rows())
    assert b"annabel" not in store.path.read_bytes()


def test_a_refusal_is_kept_once_and_can_be_taken_back(
    store: state.Store, community: amb.Community, tmp_path: Path
) -> None:
    """The same list twice adds nobody; taken back, they may stand on lists again, but who was forgotten may not."""
    (tmp_path / "no.txt").write_text("x:bob\nx:cy\n")
    first, second = (state.suppress(store, tmp_path / "no.txt") for _ in range(2))
    refusals.remember_forgotten(store, [refusals.account_sign("x:cy")])

    back = state.unsuppress(store, tmp_path / "no.txt")

    assert (first.added, second.added, second.already) == (2, 0, 2)
    assert (back.rows, back.added, back.already) == (2, 1, 1)
    assert state.suppressed(store, community).to_list() == ["x:cy"]


def test_who_refused_is_never_ranked_at_any_date(cafe: Cafe, tmp_path: Path) -> None:
    """Read with its state, a community has no candidate who refused, today and at an earlier date."""
    path = cafe()
    (tmp_path / "no.txt").write_text("@ann\n")
    with state.open_store(tmp_path / "state") as store:
        state.suppress(store, tmp_path / "no.txt")

    community = amb.read(path, state=tmp_path / "state")

    assert "x:ann" in community.accounts["account"]
    assert "x:ann" not in community.candidates["account"]
    assert "x:ann" not in community.as_of("2026-03-01").candidates["account"]


def test_a_file_that_cannot_be_read_is_told(store: state.Store, tmp_path: Path) -> None:
    """No file, and no text, are told with what to do."""
    (tmp_path / "no.txt").write_bytes(b"x:ann\0\1")

    with pytest.raises(SourceError, match="UTF-8"):
        state.suppress(store, tmp_path / "no.txt")
    with pytest.raises(SourceError, match="cannot be read"):
        state.suppress(store, tmp_path / "gone.txt")


def without(
    cafe: Cafe, tmp_path: Path, store: state.Store, *signs: refusals.Sign, **files: str
) -> tuple[object, object]:
    """What is read of the brand, before and after those were forgotten."""
    cafe(**files)
    reading = read_tables(recipe.parse(recipe.tomllib.loads(RECIPE)), tmp_path)
    refusals.remember_forgotten(store, signs)
    return reading, state.without_forgotten(store, reading)


@pytest.mark.parametrize(
    "sign",
    [
        refusals.account_sign("x:ann"),
        ("customer", "customer:C1"),
        refusals.handle_sign("x", "Ann"),
        refusals.handle_sign("", "ann"),
    ],
)
def test_rows_of_the_forgotten_do_not_come_in(
    cafe: Cafe, tmp_path: Path, store: state.Store, sign: refusals.Sign
) -> None:
    """Profile, ties, acts by and toward them, and what their customer number did; counted by table."""
    reading, rest = without(cafe, tmp_path, store, sign)

    assert rest.forgotten == {"accounts": 1, "follows": 2, "interactions": 7, "customers": 1, "orders": 3}
    for name, frame in rest.tables.items():
        assert frame.height == reading.tables[name].height - rest.forgotten.get(name, 0)
        assert not frame.filter(pl.any_horizontal(pl.col(pl.String) == "x:ann")).height
    assert "C1" not in rest.tables["orders"]["customer"]


def test_acts_under_posts_of_the_forgotten_go_too(cafe: Cafe, tmp_path: Path, store: state.Store) -> None:
    """Who responded under a forgotten person's post, even to somebody else, would tell of it."""
    acts = FILES["interactions.csv"] + "ann,cy,reply,2026-02-04,p2,\n"

    _, rest = without(cafe, tmp_path, store, refusals.account_sign("x:bob"), interactions_csv=acts)

    assert "p2" not in rest.tables["interactions"]["post"]
    assert rest.forgotten["posts"] == 1


def test_rejected_rows_keep_their_line_and_lose_the_name(cafe: Cafe, tmp_path: Path, store: state.Store) -> None:
    """A rejected row that names a forgotten person is still counted; what named them is gone."""
    follows = FILES["follows.csv"] + "ann,ann,2026-01-01\nann,brand,2026-01-01,more\nbob,bob,2026-01-01\n"

    reading, rest = without(cafe, tmp_path, store, refusals.account_sign("x:ann"), follows_csv=follows)

    assert reading.rejects.height == rest.rejects.height == 3
    assert rest.rejects.filter(pl.col("line") == 8)["value"].to_list() == ["[forgotten]"]
    assert "ann" not in str(rest.rejects["value"].to_list())
    assert "bob" in rest.rejects["value"].to_list()


def test_nothing_is_asked_of_an_empty_list(cafe: Cafe, tmp_path: Path, store: state.Store) -> None:
    """Without refusals the reading is handed on as it is."""
    reading, rest = without(cafe, tmp_path, store)

    assert rest is reading


def test_names_in_a_recipe_are_not_told_again(store: state.Store) -> None:
    """An id or a handle that a recipe excludes is not written down once its bearer was forgotten."""
    refusals.remember_forgotten(store, [refusals.account_sign("x:1"), refusals.handle_sign("x", "Ann")])

    assert unnamed(store, ["x:1", "@ann", "x:@ANN", "@annabel", "twitch:fr-*"]) == [
        *["[forgotten]"] * 3,
        "@annabel",
        "twitch:fr-*",
    ]


def people(*bios: str) -> pl.DataFrame:
    """Profiles that somebody else wrote."""
    ids = [f"mastodon:{number}@m.example" for number in range(len(bios))]
    return pl.DataFrame({"account": ids, "bio": bios}, schema={"account": pl.String, "bio": pl.String})


@pytest.fixture
def forgetful(store: state.Store) -> state.Store:
    """A store that knows somebody forgotten on three platforms."""
    signs = [
        *map(refusals.account_sign, ("mastodon:5@m.example:8080", "bluesky:did:plc:abc2", "x:@Zoe_")),
        refusals.handle_sign("mastodon", "Zoe@m.example"),
        refusals.handle_sign("bluesky", "zoe.bsky.example"),
        refusals.short_sign("mastodon", "zoe"),
    ]
    refusals.remember_forgotten(store, signs)
    return store


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("@zoe", "[forgotten]"),
        (".@ZOE's cat, (@Zoe@m.example).", ".[forgotten]'s cat, ([forgotten])."),
        ("ask @zoe.bsky.example: she knows", "ask [forgotten]: she knows"),
        ("by mastodon:5@m.example:8080 and at://did:plc:abc2/app", "by [forgotten] and at://[forgotten]/app"),
        ("bluesky:did:plc:abc2, \uff20zoe", "[forgotten], [forgotten]"),
        ("see https://m.example/@zoe/12 or me/@zoe", "see [forgotten]/12 or me/[forgotten]"),
        ("https://x.com/@zoe_", "[forgotten]"),
        ("@zoe@n.example, x:@zoe, @zoey, info@zoe, did:plc:abc23", None),
        ("https://n.example/@zoe", None),
        ("zoe, no sign", None),
    ],
)
def test_words_that_name_the_forgotten_are_known_by_fingerprint(
    forgetful: state.Store, text: str, rest: str | None
) -> None:
    """Ids and handles in running text are looked up; longer ones and those of other servers are somebody else's."""
    told = people(text, "hello @bob").with_columns(note=pl.lit("@zoe"))

    found = state.unnamed_words(forgetful, told, ["bio", "text"])

    assert found["bio"].to_list() == [rest or text, "hello @bob"]
    assert found["note"].to_list() == ["@zoe", "@zoe"]


def test_no_words_are_looked_up_for_nobody(store: state.Store) -> None:
    """Where nobody was forgotten, the rows are handed on as they are; who merely refused is no reason."""
    told = people("@zoe")

    assert state.unnamed_words(store, told, ["bio"]) is told
    assert state.forgotten_among(store, [("x:1", "zoe")]) == set()


def test_the_forgotten_are_known_among_people(forgetful: state.Store) -> None:
    """By id, by handle on that platform, or by an id that is a handle."""
    given = [
        ("bluesky:did:plc:abc2", None),
        ("mastodon:77@n.example", "zoe@M.example"),
        ("mastodon:@zoe@m.example", None),
        ("x:12", "@zoe_"),
        ("x:13", "zoe@m.example"),
        ("mastodon:6@m.example", "zoe"),
        ("x:14", None),
    ]

    assert state.forgotten_among(forgetful, given) == {account for account, _ in given[:4]}
    assert state.forgotten_among(forgetful, []) == set()
