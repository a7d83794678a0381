"""Fetching: what a recipe asks of platforms, read politely and stored in a dataset that grows from fetch to fetch."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from ambassadors import crawling, platforms, privacy
from ambassadors import state as states
from ambassadors.assembly import FETCHED, STATE_FOLDER, recipe_file
from ambassadors.crawling import FAILED, LEFT, Checkpoint, Crawl, Landed, Outlook, Progress, Scope
from ambassadors.errors import Fault, FetchError, RecipeError, TokenError, UnknownName, did_you_mean
from ambassadors.lake import Lake
from ambassadors.locking import locked
from ambassadors.platforms.contract import Call, Page, Platform, Wanted
from ambassadors.recipe import FetchSection, Recipe, load
from ambassadors.sources.reading import Reading
from ambassadors.tables import REJECTS, TABLES
from ambassadors.web import secrets
from ambassadors.web.client import Client

if TYPE_CHECKING:
    import httpx

#: Times of a platform whose clock goes ahead of ours are believed up to a day.
AHEAD = timedelta(days=1)
OnStep = Callable[[str, Progress], None]
OnOutlook = Callable[[str, Outlook], None]


@dataclass
class Fetched:
    """What one crawl brought.

    ``complete`` says whether it came to its end; if not, ``error`` says what stopped it (None: the budget is spent, or
    only the plan was asked for), and the next fetch goes on there. ``left`` are calls that will not be answered and
    ``failed`` those that are tried again next time, each with the reason. ``unread`` counts records that could not be
    read, by endpoint or table and reason.
    """

    platform: str
    account: str
    folder: Path
    complete: bool = False
    error: FetchError | None = None
    calls: int = 0
    records: int = 0
    seconds: float = 0.0
    outlook: Outlook | None = None
    landed: Landed = field(default_factory=Landed)
    unread: dict[tuple[str, str], int] = field(default_factory=dict)
    left: list[tuple[str, str]] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)


def fetch(
    recipe: Path | str,
    *,
    only: str | None = None,
    plan: bool = False,
    state: Path | str | None = None,
    transport: httpx.BaseTransport | None = None,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], None] | None = None,
    on_outlook: OnOutlook = lambda name, outlook: None,
    on_step: OnStep = lambda name, progress: None,
) -> list[Fetched]:
    r"""Fetches what the recipe's ``[[fetch]]`` sections ask for into its dataset, and says what became of each.

    ``only`` names one platform. With ``plan`` just the look-ups are made from which calls, time and money can be
    foreseen. ``state`` is where refusals are kept (``AMBASSADORS_STATE`` when None): nothing of who was forgotten is
    stored. A fetch that is stopped, however, goes on where it was with the next one. ``transport``, ``clock`` and
    ``sleep`` are for tests. ``on_outlook`` is told once what is to come, ``on_step`` of each page.

    Raises :class:`RecipeError` with all faults of the sections, :class:`Busy` when another fetch is on,
    :class:`UnknownName` for a platform that the recipe does not name. What goes wrong with one platform is in its
    ``Fetched.error``, and does not keep the others from being fetched.

    >>> from pathlib import Path
    >>> import tempfile
    >>> from ambassadors.errors import RecipeError
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     recipe = Path(folder, "cafe.toml")
    ...     _ = recipe.write_text('name = "cafe"\n[[fetch]]\nplatform = "myspace"\naccount = "cafe"\n')
    ...     try:
    ...         fetch(recipe, plan=True)
    ...     except RecipeError as error:
    ...         print(error.faults[0].key, "|", error.faults[0].problem)
    fetch[1].platform | ...myspace...
    """
    path = recipe_file(recipe)
    settings = load(path)
    sections = _sections(path, settings, only)
    folder = path.parent / settings.fetched
    found = []
    with locked(folder), _refusals(state, folder) as refusals:
        for section in sections:
            job = _Job(section, platforms.platform(section.platform), folder, refusals, transport, clock, sleep)
            found.append(job.fetch(plan, on_outlook, on_step))
    return found


def _sections(path: Path, settings: Recipe, only: str | None) -> list[FetchSection]:
    """The sections asked for; raises with all that is wrong with any of them."""
    if not settings.fetch:
        raise RecipeError(path, [Fault("fetch", "the recipe has no [[fetch]] section.", _BEGIN)])
    names = [section.platform for section in settings.fetch]
    if only is not None and only not in names:
        raise UnknownName(f"the recipe fetches nothing from {only!r}. {did_you_mean(only, names)}")
    faults = [fault for place, section in enumerate(settings.fetch, 1) for fault in _faults(place, section)]
    if faults:
        raise RecipeError(path, faults)
    return [section for section in settings.fetch if only in (None, section.platform)]


_BEGIN = "Say [[fetch]], platform = 'bluesky', account = 'brand.example'."


def _faults(place: int, section: FetchSection) -> Iterator[Fault]:
    """What a section asks for that its platform does not have."""
    key, platform = f"fetch[{place}]", platforms.platform(section.platform)
    for topic in section.topics:
        if topic not in platform.gives:
            known = ", ".join(sorted(platform.gives))
            yield Fault(f"{key}.topics", f"{platform.title} does not tell {topic}.", f"It tells {known}.")
    if not platform.server and section.server is None:
        yield Fault(f"{key}.server", f"is required: {platform.title} has many servers.", "Say server = 'https://...'.")
    if section.budget is not None and not section.price:
        yield Fault(f"{key}.budget", "needs price: what a thousand records cost.")


@contextmanager
def _refusals(state: Path | str | None, folder: Path) -> Iterator[_Refusals]:
    """Who was forgotten, by the store that knows; it learns where fetched data lies, so that it can be erased there.

    A dataset from which somebody was erased is fetched with the store that knows of it, and no other.
    """
    noted, given = states.state_of(folder), Path(state or os.environ.get(STATE_FOLDER) or "")
    if noted is not None and not states.is_there(noted):
        raise FetchError(
            f"{folder}: people were forgotten here, and the state that knows who, {noted}, is gone: they would come "
            f"back. Bring it back, or write its new place into {folder / states.STATE_NOTE}."
        )
    kept = noted or given
    if not kept.name or not states.is_there(kept):
        yield _Refusals(None)
        return
    with states.open_store(kept) as store:
        if states.note_place(store, folder):
            privacy.drop_forgotten(folder, store)
        yield _Refusals(store)


@dataclass(frozen=True)
class _Refusals:
    """Takes out of pages and rows who was forgotten."""

    store: states.Store | None

    def page(self, page: Page) -> Page:
        """The page without the rows that name them: they do not even come into the crawl's notes."""
        if self.store is None:
            return page
        gone = states.forgotten_among(self.store, _people_of(page))
        if not gone:
            return page
        kept = {name: [row for row in rows if not gone & _named_in(name, row)] for name, rows in page.rows.items()}
        calls = [call for call in page.calls if not gone & set(call.about.values())]
        return replace(page, rows=kept, calls=calls)

    def rows(self, tables: Mapping[str, pl.DataFrame]) -> Mapping[str, pl.DataFrame]:
        """The rows as they may be stored: of others' words without their names."""
        if self.store is None:
            return tables
        kept = states.without_forgotten(self.store, Reading(dict(tables), REJECTS.to_frame(), [])).tables
        words = {name: [one for one in WORDS if one in rows.columns] for name, rows in kept.items()}
        return {name: states.unnamed_words(self.store, rows, words[name]) for name, rows in kept.items()}


#: The columns in which people write.
WORDS = ("bio", "name", "text", "links", "location", "url")


def _named_in(table: str, row: Mapping[str, object]) -> set[str]:
    return {str(row[name]) for name in TABLES[table].naming if row.get(name)}


def _people_of(page: Page) -> list[tuple[str, str | None]]:
    """Everybody whom a page names, with the handle where it tells one."""
    handles = {str(row.get("account")): row.get("handle") for row in page.rows.get("accounts", ())}
    named = {one for table, rows in page.rows.items() for row in rows for one in _named_in(table, row)}
    return [(one, handles.get(one)) for one in sorted(named)]


@dataclass
class _Job:
    """One section on its way."""

    section: FetchSection
    platform: Platform
    folder: Path
    refusals: _Refusals
    transport: httpx.BaseTransport | None
    clock: Callable[[], float]
    sleep: Callable[[float], None] | None
    landed: Landed = field(default_factory=Landed)
    _token: str | None = field(default=None, init=False, repr=False)

    def fetch(self, plan: bool, on_outlook: OnOutlook, on_step: OnStep) -> Fetched:
        """One crawl from where it stands to its end, or to what stops it."""
        began, told = self.clock(), Fetched(self.platform.name, self.section.account, self.folder, landed=self.landed)
        with closing(Checkpoint(self._notes_file())) as notes:
            try:
                with self._client() as client:
                    told.complete = self._crawl(notes, client, plan, told, on_outlook, on_step)
            except FetchError as error:
                told.error = error
            finally:
                self._land(notes)
            if told.complete:
                self._delete(notes)
            told.unread = notes.unread_counts()
            told.left, told.failed = ([(_named(call), why) for call, why in notes.whys(one)] for one in (LEFT, FAILED))
        told.seconds = self.clock() - began
        return told

    def _crawl(
        self, notes: Checkpoint, client: Client, plan: bool, told: Fetched, on_outlook: OnOutlook, on_step: OnStep
    ) -> bool:
        name = self.platform.name
        crawl = Crawl(self.platform, self._wanted(), self._scope(), notes, client.ask, stop=client.stop)
        crawl.renew = lambda: self._log_in(client)
        crawl.on_step = lambda progress: on_step(name, progress)
        crawl.on_batch = lambda: self._land(notes)
        crawl.allowed = self.refusals.page
        self._see_that_nothing_was_lost(notes)
        crawl.begin()
        try:
            return self._run(crawl, plan, told, on_outlook)
        finally:
            told.calls, told.records = crawl.made, crawl.read

    def _run(self, crawl: Crawl, plan: bool, told: Fetched, on_outlook: OnOutlook) -> bool:
        notes, section = crawl.checkpoint, self.section
        crawl.run(only_looking=True)
        if why := crawl.missing():
            raise FetchError(self._unknown(why))
        told.outlook = crawling.outlook(self.platform, crawl.wanted, notes, depth=section.depth, price=section.price)
        on_outlook(self.platform.name, told.outlook)
        return not plan and crawl.run()

    def _unknown(self, why: str) -> str:
        """The brand's account could not be looked up."""
        if why.startswith("gone"):
            return (
                f"{self.platform.title} finds no account {self.section.account!r}. Mend account = in the recipe: the "
                "name stands in the address of its page."
            )
        return f"{self.platform.title}: the account {self.section.account!r} cannot be looked up: {why}"

    def _see_that_nothing_was_lost(self, notes: Checkpoint) -> None:
        """Where a table that we filled is not there any more, everything is fetched again."""
        there = self._lake.tables()
        if any(notes.get(f"has_{table}") and table not in there for table in FETCHED):
            with notes.writing():
                notes.lost()

    def _delete(self, notes: Checkpoint) -> None:
        others = [path for path in sorted(self.folder.glob("*.sqlite")) if path != notes.path]
        with ExitStack() as stack:
            opened = [stack.enter_context(closing(Checkpoint(path))) for path in others]
            crawling.delete(notes, self._lake, self.landed, opened)
        self._lake.compact()

    @property
    def _lake(self) -> Lake:
        return Lake(self.folder)

    def _land(self, notes: Checkpoint) -> None:
        latest = datetime.fromtimestamp(self.clock(), UTC) + AHEAD
        crawling.land(notes, self._lake, self.platform.name, latest, self.refusals.rows, self.landed)

    def _notes_file(self) -> Path:
        """Where this crawl keeps its notes: one file for each account of each server."""
        who = json.dumps([self.platform.name, self._server, self.section.account])
        return self.folder / f"{self.platform.name}-{hashlib.sha256(who.encode()).hexdigest()[:8]}.sqlite"

    @property
    def _server(self) -> str:
        return (self.section.server or self.platform.server).rstrip("/")

    def _wanted(self) -> Wanted:
        section, now = self.section, datetime.fromtimestamp(int(self.clock()), UTC)
        account, *rivals = (_plain(self.platform.name, one) for one in (section.account, *section.rivals))
        topics = frozenset(section.topics or self.platform.gives)
        since = now - section.since
        return Wanted(
            account, tuple(rivals), topics, since, now, section.posts, section.people, self._server, bool(self._token)
        )

    def _scope(self) -> Scope:
        section = self.section
        most = None if section.budget is None else max(1, int(section.budget / (section.price or 1) * 1000))
        return Scope(section.depth, section.refresh, section.sweep, most)

    def _client(self) -> Client:
        platform, section = self.platform, self.section
        token = secrets.token_for(platform.name, section.token) if platform.token != "none" else None
        if token is None and platform.token == "needed":
            variable = section.token or f"AMBASSADORS_{platform.name.upper()}_TOKEN"
            raise TokenError(f"{platform.title} needs a token, and {variable} is empty. {platform.token_help}")
        self._token = token
        client = Client(
            platform.title,
            self._server,
            judge=platform.judge,
            limits=platform.limits,
            hidden=[token] if token else [],
            private=section.private,
            patience=section.patience.total_seconds(),
            transport=self.transport,
            clock=self.clock,
            sleep=self.sleep,
        )
        if token and not self._log_in(client):
            client.headers = dict(platform.headers(token))
        return client

    def _log_in(self, client: Client) -> bool:
        """A session of the platform in place of the token, where it works so; whether there is a new one."""
        if self.platform.login is None or not self._token:
            return False
        answer, verdict = client.ask(self.platform.login(self._token))
        if verdict.meaning != "fine":
            said = f" It says: {verdict.says}" if verdict.says else ""
            raise TokenError(f"{self.platform.title} does not take the token.{said} {self.platform.token_help}".strip())
        session = self.platform.session(answer)
        if not session:
            raise TokenError(f"{self.platform.title} gives no session for the token. {self.platform.token_help}")
        client.hide(session)
        client.headers = dict(self.platform.headers(session))
        return True


def _plain(platform: str, account: str) -> str:
    """An account as the platform's module knows it: without ``@`` and without the platform's name."""
    return account.strip().removeprefix(f"{platform}:").removeprefix("@")


def _named(call: Call) -> str:
    """A call in words for people: what was asked, of whom."""
    return " ".join([call.endpoint, *(str(value) for value in {**call.fill, **call.params}.values())])[:120]
