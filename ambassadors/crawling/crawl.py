"""A crawl: calls asked a few at a time, each page kept in one step, until nothing is left to ask."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from ambassadors.crawling.checkpoint import DONE, FAILED, LEFT, OPEN, Checkpoint, Kept, call_key
from ambassadors.errors import ComeBack, FetchError, TokenError
from ambassadors.platforms.contract import Call, Endpoint, Page, Platform, Wanted
from ambassadors.web.answers import Answer, Ask, Verdict

#: Calls in flight at a time: enough that the limit of the platform, and not the way to it, sets the pace.
AT_ONCE = 4
#: Pages on end without a new record after which a listing counts as one that never ends.
IDLE_PAGES = 20
#: Calls on end that could not be asked at all, after which the platform counts as out of reach.
FAILURES = 3
#: Records after which what was read lands.
BATCH = 50_000
#: Seconds between two reports of how far it is.
TELL = 0.3
#: A crawl that was left longer ago than this goes on with today's date.
STALE = timedelta(hours=1)
Asks = Callable[[Ask], tuple[Answer, Verdict]]


@dataclass(frozen=True)
class Progress:
    """How far a crawl is: what it is doing, calls made, records read, and how many calls are foreseen in all."""

    doing: str
    calls: int
    records: int
    foreseen: int


@dataclass(frozen=True)
class Scope:
    """What a crawl may do: whom it follows up, how old a profile may be, how much it may read."""

    depth: int
    refresh: timedelta
    sweep: timedelta
    most_records: int | None = None


@dataclass
class Crawl:
    """One crawl of one platform, which goes on where an earlier one was stopped.

    ``ask`` sends a request and waits as long as the platform asks for, ``stop`` wakes whoever waits in it; ``renew``
    makes a new session where one ran out. ``on_batch`` is called now and then, that what was read can land;
    ``allowed`` takes out of a page who was forgotten.
    """

    platform: Platform
    wanted: Wanted
    scope: Scope
    checkpoint: Checkpoint
    ask: Asks
    stop: Callable[[], None] = lambda: None
    renew: Callable[[], bool] = lambda: False
    on_step: Callable[[Progress], None] = lambda progress: None
    on_batch: Callable[[], None] = lambda: None
    allowed: Callable[[Page], Page] = lambda page: page
    #: Calls made and records read by this run of it.
    made: int = field(default=0, init=False)
    read: int = field(default=0, init=False)
    _people: set[str] | None = field(default=None, init=False)
    _told: float = field(default=0.0, init=False)
    _failures: int = field(default=0, init=False)
    _session: int = field(default=0, init=False)
    _fruitless: bool = field(default=False, init=False)
    _unlanded: int = field(default=0, init=False)

    def begin(self) -> None:
        """Takes up an unfinished crawl of the same wish, or begins a new one."""
        notes, settings = self.checkpoint, _settings(self.wanted, self.scope)
        began, now = float(notes.get("began", "0")), self.wanted.now.timestamp()
        with notes.writing():
            if notes.unfinished and notes.get("settings") == settings and notes.met():
                notes.again()
                if now - began < STALE.total_seconds():
                    self.wanted = _as_at(self.wanted, began)
                else:
                    notes.write(began=repr(now))
                return
            notes.begin(settings, now)
            notes.add(self.platform.begin(self.wanted), self._pages)

    def missing(self) -> str:
        """Why the account of the wish could not be looked up; empty where it was."""
        first = call_key(self.platform.begin(self.wanted)[0])
        for state in (FAILED, LEFT):
            for call, why in self.checkpoint.whys(state):
                if call_key(call) == first:
                    return why
        return ""

    def run(self, *, only_looking: bool = False) -> bool:
        """Asks until nothing is left, and says whether it came so far; the budget may be spent before.

        It is finished when what was deleted there is deleted here, too (:func:`~ambassadors.crawling.delete`).

        With ``only_looking`` it makes just the look-ups from which the work can be foreseen.

        Raises :class:`ComeBack` when the platform asks to wait too long, :class:`TokenError` when it wants another
        token, :class:`FetchError` when it is out of reach. What was read until then is kept.
        """
        pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="fetch")
        try:
            for phase in ("listings", "profiles", "ties"):
                if int(self.checkpoint.get("phase", "0")) <= _PHASES[phase]:
                    self._enter(phase)
                    self._drain(pool, phase, only_looking)
                    if only_looking or self._spent():
                        return False
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        with self.checkpoint.writing():
            self.checkpoint.write(phase=str(len(_PHASES)))
        return True

    def _spent(self) -> bool:
        """Whether the budget is spent."""
        return self.scope.most_records is not None and self.read >= self.scope.most_records

    def _enter(self, phase: str) -> None:
        if int(self.checkpoint.get("phase", "0")) == _PHASES[phase]:
            return
        with self.checkpoint.writing():
            self.checkpoint.write(phase=str(_PHASES[phase]))
            calls = self._profile_calls() if phase == "profiles" else self._tie_calls()
            self.checkpoint.add(calls, self._pages)

    def _profile_calls(self) -> list[Call]:
        """Calls for the profiles of who was met, in batches."""
        if self.platform.profiles is None or "profiles" not in self.wanted.topics:
            return []
        now = self.wanted.now.timestamp()
        people = self.checkpoint.to_profile(now - self.scope.refresh.total_seconds(), self.wanted.people)
        self.checkpoint.asked("profiled_at", people, now)
        return self.platform.profiles(people) if people else []

    def _tie_calls(self) -> list[Call]:
        """Calls for whom everybody met follows."""
        if self.platform.follows is None or not self.scope.depth or "follows" not in self.wanted.topics:
            return []
        now = self.wanted.now.timestamp()
        people = self.checkpoint.to_tie(now - self.scope.refresh.total_seconds(), self.wanted.people)
        self.checkpoint.asked("tied_at", people, now)
        return [call for one in people for call in self.platform.follows(one)]

    def _drain(self, pool: ThreadPoolExecutor, phase: str, only_looking: bool) -> None:
        flying: dict[Future[tuple[Answer, Verdict]], tuple[Kept, int]] = {}
        try:
            while True:
                for kept in self._next([kept for kept, _ in flying.values()], only_looking):
                    flying[pool.submit(self.ask, self._ask(kept))] = kept, self._session
                if not flying:
                    return
                self._tell(phase)
                for future in wait(flying, return_when=FIRST_COMPLETED).done:
                    self._take(*flying.pop(future), future)
                if self._unlanded >= BATCH:
                    self.on_batch()
                    self._unlanded = 0
        except BaseException:
            self.stop()
            for future in flying:
                future.cancel()
            raise

    def _next(self, flying: Sequence[Kept], only_looking: bool) -> list[Kept]:
        if self._spent():
            return []
        busy = [kept.key for kept in flying]
        free = self.checkpoint.pending(AT_ONCE - len(busy), busy)
        return [kept for kept in free if not only_looking or self._endpoint(kept.call).per_page == 1]

    def _tell(self, phase: str) -> None:
        """How far it is, told now and then: to count what is still to come takes a while where that is much."""
        if time.monotonic() - self._told >= TELL:
            self.on_step(Progress(phase, self.made, self.read, self.made + self.checkpoint.foreseen()))
            self._told = time.monotonic()

    def _endpoint(self, call: Call) -> Endpoint:
        return self.platform.endpoints[call.endpoint]

    def _ask(self, kept: Kept) -> Ask:
        endpoint, call = self._endpoint(kept.call), kept.call
        params = {**call.params, **(kept.cursor or {})}
        path = endpoint.path.format(**call.fill)
        if endpoint.method == "POST":
            return Ask(path, method="POST", form=params, units=endpoint.units)
        return Ask(path, params, units=endpoint.units)

    def _take(self, kept: Kept, session: int, future: Future[tuple[Answer, Verdict]]) -> None:
        """What became of a call: its page kept, or why there is none."""
        try:
            answer, verdict = future.result()
        except (ComeBack, TokenError):
            raise
        except FetchError as error:
            self._fail(kept, error)
            return
        self._failures = 0
        if verdict.meaning == "fine":
            asked = replace(kept.call, params={**kept.call.params, **(kept.cursor or {})})
            self._keep(kept, self._endpoint(kept.call).read(answer, asked, self.wanted))
        elif verdict.meaning == "login":
            self._log_in_again(session, verdict)  # the call stays, and is asked again
        else:
            self._leave(kept, verdict)

    def _fail(self, kept: Kept, error: FetchError) -> None:
        self._failures += 1
        with self.checkpoint.writing():
            self.checkpoint.end(kept.key, FAILED, str(error))
        if self._failures >= FAILURES:
            raise error

    def _log_in_again(self, session: int, verdict: Verdict) -> None:
        """A new session, unless another call has made one since this one was asked."""
        if session < self._session:
            return
        if self._fruitless or not self.renew():
            said = f" It says: {verdict.says}" if verdict.says else ""
            raise TokenError(f"{self.platform.title} does not take the token.{said} {self.platform.token_help}".strip())
        self._fruitless, self._session = True, self._session + 1

    def _leave(self, kept: Kept, verdict: Verdict) -> None:
        """A call that will not be answered: private, gone, refused.

        That somebody is gone is believed of a look-up of theirs alone, never of a list, nor of whom the wish names.
        """
        page, account = Page(), kept.call.about.get("account")
        named = {call_key(call) for call in self.platform.begin(self.wanted)}
        if verdict.meaning == "gone" and account and self._endpoint(kept.call).table == "accounts":
            page.gone = [("account", account)] if kept.key not in named else []
        self.made += 1
        with self.checkpoint.writing():
            self.checkpoint.note(page, kept.call.endpoint)
            self.checkpoint.end(kept.key, LEFT, f"{verdict.meaning}: {verdict.says}".rstrip(": "))

    def _keep(self, kept: Kept, page: Page) -> None:
        """The page in one step: its rows, what it leads to, and where the next one begins."""
        notes, call, endpoint = self.checkpoint, kept.call, self._endpoint(kept.call)
        page = self.allowed(page)
        if endpoint.among:
            self._people = notes.met() if self._people is None else self._people
            page = _among(page, self._people)
        self._unlanded += page.records
        self.made, self.read = self.made + 1, self.read + page.records
        with notes.writing():
            notes.note(page, call.endpoint)
            fresh, here = notes.stage(endpoint, kept.key, page)
            if not endpoint.among:
                notes.meet(page, self.wanted.now.timestamp())
            notes.add(page.calls, self._pages)
            self._fruitless = False
            self._turn(kept, page, fresh, here)

    def _turn(self, kept: Kept, page: Page, fresh: int, here: int) -> None:
        """On to the next page, or the end of the listing; ``here`` rows are new to it, ``fresh`` ones to everybody."""
        notes, endpoint = self.checkpoint, self._endpoint(kept.call)
        idle = 0 if here else notes.idle(kept.key) + 1
        author = (kept.call.covers or {}).get("author")
        # the last one of the page: a post that is pinned to the top may be years old
        oldest = [str(row["at"]) for row in page.rows.get("posts", ()) if row.get("author") == author and row.get("at")]
        state, cursor, enough = OPEN, page.next, kept.records + page.records >= self._cap(endpoint)
        if page.next is None or page.ended or enough or self._known_from_here(kept, endpoint, page, fresh):
            state, cursor = DONE, None
        elif notes.cursor_seen(kept.key, page.next) or idle >= IDLE_PAGES:
            state, cursor = LEFT, None
        last = oldest[-1] if oldest else None
        notes.step(kept.key, state=state, cursor=cursor, records=page.records, idle=idle, oldest=last)
        if endpoint.per_page == 1 and endpoint.table == "accounts" and not (page.rows.get("accounts") or page.calls):
            notes.end(kept.key, LEFT, "gone: nobody is found there under that name")
        elif state == LEFT:
            notes.end(kept.key, LEFT, "the listing goes round in a circle: the platform gave the same pages again")
        elif state == OPEN:
            notes.under_way(kept.key)
        else:
            asked = page.next is None or page.ended or enough
            # a full page without a next one may have been cut off there
            full = not kept.pages and page.next is None and page.records >= endpoint.per_page
            whole = (page.next is None and not full) or (endpoint.table == "posts" and asked)
            read_at = self.wanted.now.timestamp() if asked else None
            notes.finish(kept, read_at=read_at, whole=whole, cut=page.ended or enough or full)

    def _known_from_here(self, kept: Kept, endpoint: Endpoint, page: Page, fresh: int) -> bool:
        """Whether all that follows was read by an earlier crawl, and need not be looked through for deletions yet."""
        return bool(page.records and not fresh and self._lately(kept.before, endpoint))

    def _lately(self, read_at: float | None, endpoint: Endpoint) -> bool:
        """Whether a listing was read as far as asked within the span after which it is read whole again."""
        lately = self.wanted.now.timestamp() - self.scope.sweep.total_seconds()
        return endpoint.newest_first and read_at is not None and read_at > lately

    def _pages(self, call: Call) -> int:
        """How many pages a call will have, by the records that are foreseen of it; one, where only news are read."""
        endpoint = self._endpoint(call)
        if self._lately(self.checkpoint.read_at(call_key(call)), endpoint):
            return 1
        return max(1, -(-min(call.expected, self._cap(endpoint)) // endpoint.per_page))

    def _cap(self, endpoint: Endpoint) -> int:
        return self.wanted.posts if endpoint.table == "posts" else self.wanted.people


_PHASES = {"listings": 0, "profiles": 1, "ties": 2}


def _among(page: Page, people: set[str]) -> Page:
    """Only ties among people who were met."""
    follows = [row for row in page.rows.get("follows", ()) if {row["source"], row["target"]} <= people]
    return Page({"follows": follows}, page.next, [], page.gone, page.unread, page.ended, page.records)


def _settings(wanted: Wanted, scope: Scope) -> str:
    """What tells one wish from another: not when it was made."""
    told = [wanted.account, wanted.rivals, sorted(wanted.topics), wanted.posts, wanted.people, wanted.server]
    return json.dumps([*told, scope.depth, (wanted.now - wanted.since).total_seconds()])


def _as_at(wanted: Wanted, began: float) -> Wanted:
    """The wish as it was made when the crawl began."""
    now = datetime.fromtimestamp(began, wanted.now.tzinfo)
    return replace(wanted, now=now, since=wanted.since - (wanted.now - now))
