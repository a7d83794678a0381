"""The report in Chromium: what runs, what is asked for, what stands there, who can read it, how it looks."""

import copy
import shutil
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from threading import Thread

import pytest

import ambassadors as amb
from ambassadors import changes, report
from ambassadors.demo import write_town
from tests.conftest import FILES, RECIPE
from tests.report_cases import FORETOLD, changed, small, with_texts
from tests.report_cases import tested as looked_back
from tests.report_payloads import DRESSES, PAYLOADS, VECTORS

pytestmark = pytest.mark.browser
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
OPEN_ALL = "for (const one of document.querySelectorAll('details')) one.open = true"
STRUCTURE = (
    "[...document.querySelectorAll('*')].map(e => e.localName + ' ' + e.getAttributeNames().join(' ')).join('\\n')"
)
WATCH = """
window.ran = 0
window.pwned = () => { window.ran += 1 }
for (const name of ['alert', 'confirm', 'prompt', 'print', 'open']) window[name] = window.pwned
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """The small brand's report, with a record of past forecasts and bounds of a rank."""
    folder = tmp_path_factory.mktemp("brand")
    for name, text in {**FILES, "brand.toml": RECIPE}.items():
        (folder / name).write_text(text, encoding="utf-8")
    made = small(amb.read(folder))
    made["lists"][0]["entries"][0] |= {"rank_low": 1, "rank_high": 3}
    return {**made, "forecast": FORETOLD}


@pytest.fixture(scope="module")
def chromium():
    """A real Chromium: Debian's, which must be there."""
    from playwright.sync_api import sync_playwright

    where = shutil.which("chromium")
    assert where, "there is no chromium: apt-get install chromium"
    with sync_playwright() as drivers:
        browser = drivers.chromium.launch(executable_path=where, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def site():
    """Serves one page at /page and keeps the path of everything that is asked for."""

    class Site(BaseHTTPRequestHandler):
        page, asked = b"", []

        def do_GET(self):
            self.asked.append(self.path)
            self.send_response(200 if self.path == "/page" else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(self.page if self.path == "/page" else b"")

        def log_message(self, *told):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    Site.address = f"http://127.0.0.1:{server.server_port}/page"
    yield Site
    server.shutdown()
    server.server_close()


def test_no_payload_runs_asks_or_builds(told, chromium, site):
    """Of every payload in every field nothing runs, nothing is asked for, and no element stands there but ours.

    Without the content security policy, which would hide what escaping has missed. A page has one vector in all of its
    dresses in each field, and the next dress as the address of a profile.
    """
    context = chromium.new_context(bypass_csp=True)
    context.add_init_script(WATCH)
    page, sent, faults = context.new_page(), [], []
    page.on("request", lambda request: sent.append(request.url))
    expected = _structure(page, site, with_texts(told, lambda was: "harmless"))

    for vector in VECTORS:
        dressed = " ".join(dress(vector) for dress in DRESSES.values())
        built = _structure(page, site, with_texts(told, lambda was, text=dressed: text)) != expected
        ran = page.evaluate("window.ran")
        faults += [(vector, built, ran)] if built or ran else []

    context.close()
    assert len(PAYLOADS) >= 500
    assert faults == []
    assert {url for url in sent if url != "data:,"} == {site.address}
    assert site.asked == ["/page"] * (len(VECTORS) + 1)


def test_no_payload_is_the_address_of_a_link(told, chromium, site):
    """Of every payload as the address of a profile none is a link that runs, and what is a link goes to the web."""
    page = chromium.new_page(bypass_csp=True)
    people = {f"x:{number}": {**told["people"]["x:bob"], "profile_url": one} for number, one in enumerate(PAYLOADS)}
    last = told["lists"][2]
    places = [*last["entries"], *({**last["entries"][0], "account": account} for account in people)]
    linked = {**told, "people": told["people"] | people, "lists": [*told["lists"][:2], {**last, "entries": places}]}
    site.page = report.render(linked).encode()

    page.goto(site.address)

    schemes = page.evaluate("[...new Set([...document.querySelectorAll('a')].map(one => one.protocol))].sort()")
    assert page.locator("details.who").count() > len(PAYLOADS)
    assert set(schemes) <= {"http:", "https:"}
    page.close()


def _structure(page, site, told):
    """The elements of the page and the names of their attributes, all cards open."""
    site.page = report.render(told).encode()
    page.goto(site.address)
    page.evaluate(OPEN_ALL)
    page.mouse.move(200, 300)
    return page.evaluate(STRUCTURE)


def test_the_watch_sees_what_runs_and_what_is_asked_for(chromium, site):
    """The test above can fail: a page that runs and asks is caught doing it."""
    context = chromium.new_context(bypass_csp=True)
    context.add_init_script(WATCH)
    page = context.new_page()
    site.page = b"<script>pwned(); alert(1)</script><img src=/leak>"

    page.goto(site.address, wait_until="load")

    assert page.evaluate("window.ran") == 2
    assert "/leak" in site.asked
    context.close()


def test_the_policy_stops_what_escaping_would_miss(told, chromium, site):
    """A script or picture that stood on the page all the same would neither run nor be asked for."""
    context = chromium.new_context()
    context.add_init_script(WATCH)
    page = context.new_page()
    holes = "<script>pwned()</script><img src=/leak onerror=pwned()><style>*{background:url(/leak)}</style>"
    site.page = report.render(told).replace("<footer>", f"{holes}<footer>").encode()

    page.goto(site.address, wait_until="load")

    assert page.evaluate("window.ran") == 0
    assert set(site.asked) == {"/page"}
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing_serious(told, chromium, site, scheme, size):
    """No serious or critical fault of accessibility, with all cards closed and open."""
    site.page = report.render(told).encode()
    page = chromium.new_page(viewport=size, color_scheme=scheme, bypass_csp=True)
    page.goto(site.address)
    page.evaluate(resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))

    found = _faults(page)
    page.evaluate(OPEN_ALL)
    found += _faults(page)

    page.close()
    assert found == []


def _faults(page):
    told = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert told["passes"]
    grave = [one for one in told["violations"] if one["impact"] in ("serious", "critical")]
    return [(one["id"], node["target"], node["failureSummary"]) for one in grave for node in one["nodes"]]


@pytest.mark.parametrize("text", [None, "W" * 300, "\u0627" * 300], ids=["as it is", "one long word", "right to left"])
def test_a_phone_needs_no_sideways_scroll(told, chromium, site, text):
    """At 360 pixels the page is 360 wide, closed and open, whatever the length of a word."""
    site.page = report.render(told if text is None else with_texts(told, lambda was: text)).encode()
    page = chromium.new_page(viewport=PHONE)
    page.goto(site.address)
    wide = "document.documentElement.scrollWidth"

    closed = page.evaluate(wide)
    page.evaluate(OPEN_ALL)

    assert (closed, page.evaluate(wide)) == (360, 360)
    page.close()


def test_marks_of_direction_do_not_reach_the_neighbours(told, chromium, site):
    """A name that turns the direction of writing turns nothing but itself."""
    turned = copy.deepcopy(told)
    turned["people"]["x:ann"]["person"] = "\u202eevil\u2066\u202e"
    page = chromium.new_page(viewport=DESK)
    left = []

    for one in (told, turned):
        site.page = report.render(one).encode()
        page.goto(site.address)
        line = page.locator("#p1 .name")
        left.append([line.locator(part).bounding_box()["x"] for part in ("h3", "small")])

    page.close()
    assert left[1][0] == left[0][0]
    assert left[1][1] > left[1][0]


def test_print_shows_every_person(told, chromium, site):
    """On paper the reasons of every person stand there, also of those whose card is closed."""
    site.page = report.render(told).encode()
    page = chromium.new_page(viewport=DESK)
    page.goto(site.address)
    reasons = page.locator(".card li").first

    on_screen = reasons.is_visible()
    page.emulate_media(media="print")

    assert not on_screen
    assert reasons.is_visible()
    page.close()


@pytest.mark.torture
def test_two_hundred_people_open_in_two_seconds(chromium, tmp_path, capsys):
    """A town's report of 200 people has at most 2 MB, opens in under 2 s, and is written down in pictures."""
    page_file = tmp_path / "report.html"
    page_file.write_text(report.render(_town(tmp_path / "town")), encoding="utf-8")
    page = chromium.new_page(viewport=DESK)

    page.goto(page_file.as_uri(), wait_until="load")

    seconds = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd") / 1000
    for name, size in (("desk", DESK), ("phone", PHONE)):
        page.set_viewport_size(size)
        page.screenshot(path=tmp_path / f"{name}.png")
    page.close()
    with capsys.disabled():
        print(f"\nreport of 200 people: {page_file.stat().st_size:,} bytes, open after {seconds:.2f} s, {tmp_path}")
    assert page_file.stat().st_size <= 2_000_000
    assert seconds < 2


def _town(folder):
    """The report of a simulated town."""
    community = amb.read(write_town(folder))
    made = amb.lists(community)
    parts = changes.parts(community, made.tables)
    told = report.summarise(community, made.tables, made.empty, made.apart, made.forecast, changed(),
                            {"ambassadors": looked_back()}, parts, [])  # fmt: skip
    assert len(told["people"]) >= 190
    return told
