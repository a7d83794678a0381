"""Files dropped in a folder: each is known by its content, and the recipe that is written reads them."""

from __future__ import annotations

import io
import shutil
import tarfile
import zipfile
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

import ambassadors as amb
from ambassadors import exports, recipe
from ambassadors.assembly import read_files
from ambassadors.errors import NotEnoughData, RecipeError, SourceError
from ambassadors.exports.catalogue import EXPORTS
from ambassadors.exports.gaps import GAPS
from ambassadors.sources.reading import Reading

EXAMPLES = Path(__file__).parent / "exports"
KEY = "AMBASSADORS_EMAIL_KEY"


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """The secret with which addresses are hashed."""
    monkeypatch.setenv(KEY, "a secret for tests")


def copied(tmp_path: Path, *names: str) -> Path:
    """A folder with these examples in it."""
    for name in names:
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        source = EXAMPLES / name
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    return tmp_path


def zipped(folder: Path, target: Path) -> Path:
    """The folder as a zip, as platforms send it."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder).as_posix())
    return target


def tarred(folder: Path, target: Path) -> Path:
    """The folder as a tar.gz."""
    with tarfile.open(target, "w:gz") as archive:
        archive.add(folder, arcname=".")
    return target


def read(folder: Path, **settings: str) -> Reading:
    """What the recipe for a folder reads, once it says who the brand is."""
    text = exports.recipe_for(exports.look(folder), name="test", **settings)
    text = text.replace('zone = "@fill-in"', 'zone = "UTC"').replace("@fill-in", "@moewe")
    (folder / "brand.toml").write_text(text)
    return read_files(folder / "brand.toml")[1]


def kinds(folder: Path) -> dict[str, str]:
    """The kind of each file in a folder."""
    return {file.path: file.kind for file in exports.look(folder).files}


def test_every_example_is_known_and_every_export_has_two() -> None:
    """No example is unknown or has a problem, and each export that is read is known in at least two variants."""
    found = exports.look(EXAMPLES)

    counts = Counter(file.kind for file in found.files)

    assert [file for file in found.files if file.problem] == []
    assert {export.kind for export in EXPORTS} - set(counts) == {"linkedin_totals"}  # a workbook: a test makes one
    read = {export.kind for export in EXPORTS if export.sections}
    assert {kind for kind in read if counts[kind] < 2} == set()


def test_all_examples_are_read_without_a_reject(tmp_path: Path) -> None:
    """The recipe for all examples reads each row of each file, or sets it aside."""
    folder = tmp_path / "all"
    shutil.copytree(EXAMPLES, folder)

    found = read(folder)

    assert found.rejects.rows() == []
    assert all(intake.rows == intake.accepted + intake.set_aside for intake in found.intakes)
    assert {"accounts", "follows", "posts", "interactions", "customers", "orders"} == set(found.tables)


def test_an_archive_gives_the_same_rows_as_its_folder(tmp_path: Path) -> None:
    """A zip or a tar.gz is read where it lies, and gives what the unpacked folder gives."""
    plain = copied(tmp_path / "plain", "x_2024", "mastodon")
    packed = tmp_path / "packed"
    packed.mkdir()
    zipped(EXAMPLES / "x_2024", packed / "twitter-2024.zip")
    tarred(EXAMPLES / "mastodon", packed / "mastodon.tar.gz")

    one, other = read(plain), read(packed)

    assert one.tables.keys() == other.tables.keys()
    for name in one.tables:
        assert one.tables[name].sort(pl.all()).equals(other.tables[name].sort(pl.all())), name


def test_shop_and_platforms_together_from_folder_to_community(tmp_path: Path) -> None:
    """Orders, customers, followers and an archive in one folder become a community without a line by hand."""
    names = ("orders_export_1.csv", "customers_export.csv")
    folder = copied(tmp_path, *(f"shopify/{name}" for name in names), "instagram_value")
    zipped(EXAMPLES / "x_2024", folder / "x.zip")

    found = exports.look(folder)
    (folder / "brand.toml").write_text(exports.recipe_for(found, name="cafe"))
    community = amb.read(folder / "brand.toml")

    assert found.owners == (("instagram", "@cafe.moewe"), ("x", "900"))
    assert community.rejects.height == 0
    assert sorted(community.orders.select("amount", "currency", "code").rows()) == [
        (-4.0, "EUR", None),
        (12.0, "EUR", None),
        (25.5, "EUR", "ANN10"),
    ]
    assert set(community.follows["target"]) >= {"instagram:@cafe.moewe", "x:900"}
    assert set(community.orders["customer"]) == set(community.customers["customer"])


def test_addresses_names_and_phones_are_nowhere(tmp_path: Path) -> None:
    """Of shops and mailing lists only keyed hashes of addresses are kept: no address, name, phone or street."""
    folder = copied(tmp_path, "shopify", "woocommerce", "mailchimp", "klaviyo")

    found = read(folder)

    text = "".join(table.write_csv() for table in found.tables.values())
    assert "@" not in text
    assert not any(word in text for word in ("Ann", "Eve", "+49", "Pier", "Kiel"))


def test_consent_follows_the_list(tmp_path: Path) -> None:
    """Who is subscribed agrees; who unsubscribed, or whose address does not work, does not."""
    folder = copied(tmp_path, "mailchimp", "shopify/customers_export.csv", "klaviyo/contacts.csv")

    found = read(folder)

    consents = {intake.file: None for intake in found.intakes}
    per_file = found.tables["customers"].group_by("consent").len().sort("consent")
    assert len(consents) == 12
    assert dict(per_file.iter_rows()) == {None: 2, True: 3, False: 8}


def test_mojibake_is_mended_and_links_lead_to_people(tmp_path: Path) -> None:
    """Letters that Meta wrote wrongly are right, and handles come out of links, without link or slash."""
    folder = copied(tmp_path, "instagram_value", "instagram_title", "facebook")

    tables = read(folder).tables

    assert set(tables["interactions"]["text"].drop_nulls()) == {"Schön!", "Oh"}
    assert set(tables["follows"].filter(pl.col("target") == "instagram:@cafe.moewe")["source"]) == {
        "instagram:@ann.b",
        "instagram:@cid_d",
    }
    assert "Ann Börner" in set(tables["accounts"]["name"])


def test_a_copy_is_read_once(tmp_path: Path) -> None:
    """An archive beside its unpacked folder does not count twice."""
    folder = copied(tmp_path, "x_2024")
    zipped(EXAMPLES / "x_2024", folder / "again.zip")

    found = exports.look(folder)

    assert [file.path for file in found.readable if file.kind == "x_followers"] == ["again.zip!data/follower.js"]
    (copy,) = [file for file in found.files if file.path == "x_2024/data/follower.js"]
    assert copy.problem == "The same as again.zip!data/follower.js, which is read instead."


def test_pages_and_totals_are_told_what_to_ask_for(tmp_path: Path) -> None:
    """What is known and cannot be read says what to ask the platform for."""
    folder = copied(tmp_path, "instagram_html", "facebook_html", "tiktok/Follower.txt")
    sheet = folder / "page_followers.xlsx"
    with zipfile.ZipFile(sheet, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", '<workbook><sheet name="New followers"/></workbook>')
        archive.writestr("xl/sharedStrings.xml", "<sst><t>Organic followers</t><t>Total followers</t></sst>")
    old = folder / "page_followers.xls"
    old.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(508) + "Organic followersTotal followers".encode("utf-16-le"))

    found = exports.look(folder)

    assert {file.path: file.says.rpartition(", and ")[2] for file in found.files if "JSON" in file.says} == {
        "instagram_html/followers_1.html": "choose JSON as its format.",
        "facebook_html/friends.html": "choose JSON as its format.",
        "tiktok/Follower.txt": "choose JSON as its format.",
    }
    assert {file.kind for file in found.files if file.path.startswith("page")} == {"linkedin_totals"}
    with pytest.raises(NotEnoughData, match="no file in it can be read"):
        exports.recipe_for(found, name="none")


def test_the_recipe_says_what_a_person_must_fill_in(tmp_path: Path) -> None:
    """Where no file says who the brand is, each line that needs a person is marked, and refused until it is filled."""
    folder = copied(tmp_path, "tiktok/user_data.json", "snapchat/friends.json", "shopify/orders_export_1.csv")

    text = exports.recipe_for(exports.look(folder), name="cafe", title='The "Cafe"', accounts={"tiktok": "@moewe"})
    with pytest.raises(RecipeError, match="still says @fill-in"):
        recipe.parse(recipe.tomllib.loads(text))
    with pytest.raises(RecipeError, match=r"brand\.accounts: still says snapchat:@fill-in"):
        recipe.parse(recipe.tomllib.loads(text.replace('value = "@fill-in"', 'value = "@moewe"')))
    found = recipe.parse(recipe.tomllib.loads(text.replace("@fill-in", "@moewe")))

    assert found.title == 'The "Cafe"'
    assert found.brand.accounts == ("snapchat:@moewe", "tiktok:@moewe")
    marked = [line.split(" = ")[0].strip("# ") for line in text.splitlines() if "FILL IN:" in line]
    assert marked == ["accounts", "target"]
    assert KEY in text


def own(folder: Path, text: str = "Date;User;Text\n01/11/2025 08:31;ann;hi\n02/11/2025 09:31;bob;ho\n") -> Path:
    """A folder with nothing but a table of one's own."""
    (folder / "inbox.csv").write_text(text)
    return folder


def test_a_table_of_ones_own_is_begun_and_read_once_filled_in(tmp_path: Path) -> None:
    """Its section names the file's columns, is refused until each line is filled in, and then reads every row."""
    found = exports.look(own(tmp_path))

    text = exports.recipe_for(found, name="own")
    with pytest.raises(RecipeError) as refused:
        recipe.parse(recipe.tomllib.loads(text))
    for empty, filled in [
        ('["platform:@fill-in"]', '["instagram:@moewe"]'), ('value = "@fill-in"', 'value = "@moewe"'),
        ('platform = "@fill-in"', 'platform = "instagram"'), ('zone = "@fill-in"', 'zone = "UTC"'),
    ]:  # fmt: skip
        text = text.replace(empty, filled)
    (tmp_path / "brand.toml").write_text(text)
    with pytest.raises(SourceError, match=r"no column '@fill-in'.*The file's columns: Date, User, Text"):
        read_files(tmp_path / "brand.toml")
    for empty, filled in [
        ('column = "@fill-in"', 'column = "User"'), ('kind = "@fill-in"', 'kind = { value = "comment" }'),
        ('at = "@fill-in"', 'at = { column = "Date", time = "%d/%m/%Y %H:%M" }'),
    ]:  # fmt: skip
        text = text.replace(empty, filled)
    (tmp_path / "brand.toml").write_text(text)

    assert "with the columns Date, User, Text." in found.files[0].problem
    assert all(key in str(refused.value) for key in ("zone", "files[1].platform", "brand.accounts", "target.value"))
    assert '# Its columns: "Date", "User", "Text"' in text
    assert read_files(tmp_path / "brand.toml")[1].tables["interactions"]["source"].to_list() == [
        "instagram:@ann",
        "instagram:@bob",
    ]


def test_the_brand_that_is_given_says_the_platform_of_ones_own_table(tmp_path: Path) -> None:
    """Where one account is given, nothing is asked that it says; where two are, each table needs a person."""
    found = exports.look(own(tmp_path))

    one = exports.recipe_for(found, name="own", accounts={"instagram": "@moewe"})
    two = exports.recipe_for(found, name="own", accounts={"instagram": "@moewe", "x": "@moewe"})

    assert 'accounts = ["instagram:@moewe"]\n' in one
    assert 'platform = "instagram"\n' in one
    assert 'platform = "@fill-in" # FILL IN' in two


def test_beside_a_known_export_a_table_of_ones_own_is_left_to_a_person(tmp_path: Path) -> None:
    """What the exports give is written as ever; text with a comma in it is no table at all."""
    folder = own(copied(tmp_path, "shopify/orders_export_1.csv"))
    (folder / "letter.txt").write_text("Hello, world\nhow are you\n")

    found = exports.look(folder)

    assert [file.path for file in found.own] == ["inbox.csv"]
    assert "inbox.csv" not in exports.recipe_for(found, name="own")


def test_no_column_of_a_table_can_write_into_the_recipe(tmp_path: Path) -> None:
    """Names of columns stay in their comment: clipped, without line ends, and without letters that nobody sees."""
    names = ["a\x1b[31m", "b\u202e", "x" * 500, *(f"n{place}" for place in range(100))]
    found = exports.look(own(tmp_path, ",".join(names) + "\n" + ",".join("1" for _ in names) + "\n"))

    text = exports.recipe_for(found, name="own")

    assert len(recipe.tomllib.loads(text)["files"]) == 1
    assert not any(bad in text + found.files[0].problem for bad in ("\x1b", "x" * 100, "n99"))
    assert "\u202e" not in text
    assert "and 91 more" in found.files[0].problem


def test_gaps_name_measures_that_exist(tmp_path: Path) -> None:
    """What is missing is told with the measures that have nothing to go by, and each of those exists."""
    known = {*recipe.MEASURES}

    missing = exports.look(copied(tmp_path, "instagram_value")).missing

    assert {name for gap in GAPS for name in gap.measures} <= known
    assert any(one.startswith("No follows between people: follow_pagerank") for one in missing)
    assert any(one.startswith("No orders: order_recency") for one in missing)
    assert exports.look(EXAMPLES).missing[-1].startswith("No offers: offers_answered")


def test_looking_changes_nothing_and_is_the_same_twice(tmp_path: Path) -> None:
    """A look writes no file, two looks say the same, and a recipe in the folder is no file of it."""
    folder = copied(tmp_path, "x_2024", "shopify")
    (folder / "brand.toml").write_text('name = "cafe"')
    before = sorted(path.as_posix() for path in folder.rglob("*"))

    first, second = exports.look(folder), exports.look(folder)

    assert first == second
    assert all(file.known for file in first.files)
    assert sorted(path.as_posix() for path in folder.rglob("*")) == before


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    """A file, or nothing at all, is no folder to look into."""
    with pytest.raises(SourceError, match="is not a folder"):
        exports.look(tmp_path / "nowhere")


def climbing(name: str) -> bytes:
    """A zip with a member of that name beside a good one."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("data/follower.js", (EXAMPLES / "x_2024/data/follower.js").read_text())
        archive.writestr(name, "x")
    return held.getvalue()


@pytest.mark.parametrize("name", ["../evil.js", "/etc/passwd", "data/../../evil", "C:/evil", "..\\evil.js"])
def test_an_archive_that_climbs_out_is_refused_whole(tmp_path: Path, name: str) -> None:
    """One member that leads out of the archive, and not even the good ones are taken."""
    (tmp_path / "x.zip").write_bytes(climbing(name))

    (file,) = exports.look(tmp_path).files

    assert "leads out of the archive" in file.problem
    assert "download it again" in file.problem
    assert file.proposals == ()


def test_half_a_download_is_told(tmp_path: Path) -> None:
    """A zip, a tar.gz and a JSON file that end early say so, and to download them again."""
    whole = zipped(EXAMPLES / "x_2024", tmp_path / "whole.zip").read_bytes()
    (tmp_path / "whole.zip").write_bytes(whole[: len(whole) // 2])
    packed = tarred(EXAMPLES / "x_2024", tmp_path / "whole.tar.gz").read_bytes()
    (tmp_path / "whole.tar.gz").write_bytes(packed[: len(packed) // 2])
    text = (EXAMPLES / "tiktok/user_data.json").read_text()
    (tmp_path / "user_data.json").write_text(text[: len(text) // 2])

    problems = {file.path: file.problem for file in exports.look(tmp_path).files}

    assert "half there" in problems["whole.zip"]
    assert "ends early" in problems["whole.tar.gz"]
    assert "ends early" in problems["user_data.json"]
    assert all("ownload it again" in problem for problem in problems.values())


def test_an_archive_of_another_platform_is_told_what_it_holds(tmp_path: Path) -> None:
    """A recipe for X's archive that is given Instagram's says that the file is not in it, and what is."""
    folder = copied(tmp_path, "x_2024")
    zipped(folder / "x_2024", folder / "mine.zip")
    shutil.rmtree(folder / "x_2024")
    (folder / "brand.toml").write_text(exports.recipe_for(exports.look(folder), name="x"))
    zipped(EXAMPLES / "instagram_value", folder / "mine.zip")

    with pytest.raises(SourceError, match=r"holds no 'data/\w+\.js': perhaps it is another platform's archive"):
        read_files(folder / "brand.toml")
