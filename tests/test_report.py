import base64
import copy
import hashlib
import json
import re
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ambassadors as amb
from ambassadors import changes, report
from ambassadors.report.summary import MOST_PEOPLE
from ambassadors.report.writing import link
from ambassadors.three_lists import PROVEN, READY, UNPROVEN
from tests.conftest import FILES, RECIPE
from tests.report_cases import Elements, changed, lists, small, with_texts


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """The small brand, read once for all tests that only look at it."""
    folder = tmp_path_factory.mktemp("brand")
    for name, text in {**FILES, "brand.toml": RECIPE}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return amb.read(folder)


@pytest.fixture(scope="module")
def made(town):
    """The small brand's report, made once."""
    return small(town)


@pytest.fixture
def told(made):
    """The small brand's report, to be changed at will."""
    return copy.deepcopy(made)


def test_the_report_is_plain_values_and_the_page_comes_from_nothing_else(told):
    """What is summarised survives JSON, and the page is the same bytes whatever the order of the keys."""
    kept = json.loads(json.dumps(told, sort_keys=True, allow_nan=False))

    assert kept == told
    assert report.render(kept) == report.render(told)


def test_rendering_leaves_the_values_as_they_are(told):
    """A page can be made twice of the same values."""
    before = json.dumps(told)

    assert report.render(told) == report.render(told)
    assert json.dumps(told) == before


def test_the_points_on_the_page_add_up_to_the_score_on_the_page(told):
    """Every waterfall's printed points add up to its printed score, exactly."""
    tables = re.findall(r'<table class="parts">.*?</table>', report.render(told), re.DOTALL)

    for table in tables:
        *points, score = [Decimal(number) for number in re.findall(r"<td>(\d+\.\d{3})", table)]
        assert sum(points) == score
    assert len(tables) == sum(len(ranked["entries"]) for ranked in told["lists"])


def test_a_person_on_two_lists_has_one_card(told):
    """Who stands on two lists has their way, numbers and neighbours once, and a link to them from the other list."""
    page = report.render(told)

    assert [place["account"] for ranked in told["lists"] for place in ranked["entries"]].count("x:ann") == 2
    assert page.count("The way of Ann up the ladder") == 1
    assert 'href="#p1"' in page


def test_every_list_has_its_share_of_the_room(town):
    """Of long lists the first stand on the page, 200 people in all, and a short list leaves its room to the others."""
    head = amb.shortlist(town, "ambassadors").head(1)

    def many(number, first):
        made = pl.concat([head] * number).with_columns(rank=pl.int_range(1, number + 1, dtype=pl.Int64))
        return made.with_columns(account=pl.format("x:p{}", pl.int_range(first, first + number)))

    long = {PROVEN: many(150, 0), READY: many(20, 150), UNPROVEN: many(400, 170)}

    told = small(town, lists=long)

    shown = {ranked["name"]: len(ranked["entries"]) for ranked in told["lists"]}
    assert shown == {PROVEN: 90, READY: 20, UNPROVEN: 90}
    assert len(told["people"]) == sum(shown.values()) == MOST_PEOPLE
    assert [ranked["of"] for ranked in told["lists"]] == [150, 20, 400]
    assert "The first 90 of 400" in report.render(told)


def test_nobody_is_named_who_is_not_on_the_report(town):
    """Who responds to a listed person, and is on no list, is someone: neither their id nor their handle is kept."""
    told = small(town)
    around = told["people"]["x:ann"]["around"]["answered"]["people"]

    assert {"who": "brand", "acts": 4} in around
    assert {"who": "listed", "acts": 1, "account": "x:bob"} in around
    assert {"who": "someone", "acts": 2} in around
    assert not re.search(r"\bdan\b", json.dumps(told))


def test_who_refuses_is_not_even_counted_by_followers(cafe):
    """A neighbour who asked not to be found is someone, and how many follow them is not told."""
    accounts = FILES["accounts.csv"].replace("following\n", "following,discoverable\n").replace("\ncy,", "\nzed,")
    lines = [line if line.startswith("id") else line + ",true" for line in accounts.splitlines()]
    refused = "\n".join(line.replace("5000,true", "5000,false") if line.startswith("zed") else line for line in lines)
    acts = FILES["interactions.csv"].replace("cy,bob,share", "zed,bob,share")
    recipe = RECIPE.replace('following = "following"', 'following = "following", discoverable = "discoverable"')

    told = small(amb.read(cafe(recipe, accounts_csv=refused + "\n", interactions_csv=acts)))

    assert {"who": "someone", "acts": 1} in told["people"]["x:bob"]["around"]["responders"]["people"]
    assert "zed" not in json.dumps(told)


def test_changes_do_not_name_who_refuses(town):
    """A person who has asked not to be found since the last run is not named among the changes."""
    gone = pl.Series(["x:zoe"])

    told = small(replace(town, refusing=gone))

    assert "Zoe" not in json.dumps(told)
    assert [row["account"] for row in told["changes"]] == [None, "x:ann", None]


def test_rankings_and_other_lists_are_left_alone(town):
    """Of the changes only those of the three lists are told, and what caused them as a whole."""
    more = pl.DataFrame([{"list": "influencers", "change": "up", "person": "Bob"}], schema=changes.CHANGES)

    told = small(town, changes=pl.concat([changed(), more]))

    assert [row["change"] for row in told["changes"]] == ["cause", "entered", "left"]


def test_a_first_run_says_so(town):
    """Without an earlier run the page says that there is none, and with a reason it gives the reason."""
    none = pl.DataFrame(schema=changes.CHANGES)

    assert "this is the first" in report.render(small(town, changes=none))
    assert "other weights" in report.render(small(town, changes=none, empty={"changes": "other weights"}))


def test_what_cannot_be_said_is_told_with_its_reason(cafe):
    """An empty list, a missing ranking, a refused backtest and missing flows each say why."""
    community = amb.read(cafe(orders_csv=FILES["orders.csv"].splitlines()[0] + "\n"))
    none = {name: frame.clear() for name, frame in lists(community).items()}
    empty = {name: f"nobody: {name}." for name in none}

    page = report.render(small(community, lists=none, empty=empty))

    for said in ("nobody: proven_advocates.", "the data is too short.", "Nobody stands on any of the three lists."):
        assert said in page


def test_without_takes_a_person_out_everywhere(told):
    """Neither id nor handle nor name of a forgotten person is left, and everybody else is."""
    told["people"]["x:bob"]["notes"]["notes"] = "A friend of @ann; ask Ann first."
    told["settings"].append(["rank.only", "['@ann', 'x:bob']", "recipe"])

    kept = report.without(told, {"x:ann"})

    assert not re.search(r"(?i)\bann\b", json.dumps(kept))
    assert kept["people"]["x:bob"]["notes"]["notes"] == "A friend of someone; ask someone first."
    assert kept["people"]["x:bob"]["around"]["responders"]["people"] == [{"who": "someone", "acts": 1, "followers": 10}]
    assert [row["account"] for row in kept["changes"]] == [None, "x:zoe"]
    assert not re.search(r"(?i)\bann\b", report.render(kept))


def test_without_counts_again(told):
    """Lists from which a person is taken are one shorter, on the page, too; the values given stay."""
    before = json.dumps(told)
    was = [ranked["of"] for ranked in told["lists"]]

    kept = report.without(told, {"x:bob"})

    assert [ranked["of"] for ranked in kept["lists"]] == [was[0], was[1], was[2] - 1]
    assert json.dumps(told) == before


def test_without_takes_out_who_left_the_lists(told):
    """A person who is known from the changes alone is taken out, too."""
    assert "Zoe" not in json.dumps(report.without(told, {"x:zoe"}))


def test_without_nobody_is_the_same(told):
    """Forgetting nobody, or somebody who is not there, changes nothing."""
    assert report.without(told, set()) == report.without(told, {"x:nobody"}) == told


def test_without_spares_longer_names(told):
    """An id or a handle within a longer one is somebody else."""
    told["people"]["x:bob"]["notes"]["notes"] = "Not x:ann-marie, annabel, ann.lee nor pl:ann; x:ann."

    kept = report.without(told, {"x:ann"})

    assert kept["people"]["x:bob"]["notes"]["notes"] == "Not x:ann-marie, annabel, ann.lee nor pl:ann; someone."


@settings(max_examples=12, deadline=None)
@given(text=st.text(min_size=1, max_size=30))
def test_no_text_makes_or_breaks_an_element(made, text):
    """Whatever stands in the texts, the page has the same elements with the same attributes."""
    assert _elements(made, text) == _elements(made, "harmless")


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "\"><img src=x onerror='alert(1)'>", "</style></title></svg>{{ 7*7 }}", "' x='"],
)
def test_no_payload_makes_an_element(made, text):
    """Payloads stand on the page as the texts that they are."""
    assert _elements(made, text) == _elements(made, "harmless")


def _elements(told, text):
    return Elements(report.render(with_texts(told, lambda was: text))).found


def test_the_page_asks_for_nothing_and_runs_nothing(told):
    """No script, no style but the one whose hash the policy names, no address but allowed links."""
    page = report.render(told)
    elements = Elements(page)
    style = page.split("<style>")[1].split("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()

    assert f"default-src 'none'; style-src 'sha256-{digest}'" in page
    assert not {tag for tag, _ in elements.found} & {"script", "iframe", "object", "embed", "img", "base", "form"}
    assert not [name for _, name, _ in elements.values if name == "style" or name.startswith("on") or name == "src"]
    led = {value for value in elements.all_of("href") if not value.startswith(("#", "https://"))}
    assert led == {"data:,"}
    assert "https://example.com/ann" in elements.all_of("href")
    assert "url(" not in style
    assert "@import" not in style


NO_LINKS = (
    *("javascript:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)", "vbscript:x", "data:text/html,x"),
    *(
        "//example.com",
        "/x",
        "https://",
        "https:example.com",
        "http://a b",
        'https://x"onclick="y',
        "\x01https://x.com",
    ),
    *("file:///etc/passwd", ""),
)


@pytest.mark.parametrize("address", NO_LINKS)
def test_only_addresses_of_the_web_are_links(address):
    """Anything but http and https is no link."""
    assert link(address) is None


def test_profile_links_say_that_nothing_is_passed_on(told):
    """A link to a profile opens no way back to the page."""
    assert '<a href="https://example.com/ann" rel="noopener noreferrer nofollow">' in report.render(told)


def test_ids_are_numbers_and_every_reference_is_there(told):
    """Ids never come from handles, are used once, and whatever is referred to exists."""
    elements = Elements(report.render(told))
    ids = elements.all_of("id")
    named = [name for value in elements.all_of("aria-labelledby") for name in value.split()]
    linked = [value[1:] for value in elements.all_of("href") if value.startswith("#")]

    assert len(ids) == len(set(ids))
    assert set(named) | set(linked) <= set(ids)
    assert all(re.fullmatch(r"[a-z]+\d*[a-z]?", name) for name in ids)


def test_headings_go_down_one_level_at_a_time(told):
    """No heading skips a level, and the page has one first heading."""
    levels = [int(tag[1]) for tag, _ in Elements(report.render(told)).found if re.fullmatch(r"h\d", tag)]

    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_files_add_up(told):
    """Of each file the rows are those accepted, rejected and set aside."""
    assert told["quality"]["files"]
    for file in told["quality"]["files"]:
        assert file["rows"] == file["accepted"] + file["rejected"] + file["set_aside"]
        assert file["rejected"] == sum(number for _, number in file["reasons"])


def test_rejected_rows_are_told_with_their_reasons(cafe):
    """A row that was turned away is counted on the page under its reason."""
    told = small(amb.read(cafe(orders_csv=FILES["orders.csv"] + "C9,O9,never,1.00\n")))

    orders = next(file for file in told["quality"]["files"] if file["file"] == "orders.csv")
    assert [number for _, number in orders["reasons"]] == [1]
    assert "1 rejected" in report.render(told)


def test_settings_at_their_defaults_are_counted_and_not_listed(told):
    """Only what somebody set stands on the page."""
    assert told["settings"] == [["rank.k", "5", "recipe"]]
    assert told["defaults"] == 1


def test_bounds_of_a_rank_are_said(told):
    """Where a rank has bounds the card says between which places."""
    told["lists"][0]["entries"][0] |= {"rank": 2, "rank_low": 1, "rank_high": 7}

    assert "Place 2; chance alone could have put them anywhere from 1 to 7." in report.render(told)


def test_neither_addresses_nor_whom_a_community_is_known_by_are_kept(town):
    """The e-mail address of a person, and the account that names their community, stay out of the report."""
    more = {"email": pl.lit("ann@example.com"), "community": pl.lit("around @zora")}
    given = {name: frame.with_columns(**more) for name, frame in lists(town).items()}

    told = json.dumps(small(town, lists=given))

    assert "ann@example.com" not in told
    assert "zora" not in told
