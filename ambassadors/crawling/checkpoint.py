"""What a crawl has asked, read and not yet asked, in one SQLite file: a page is kept whole or not at all."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ambassadors.crawling.rows import content, digest, identity
from ambassadors.errors import FetchError
from ambassadors.platforms.contract import Call, Endpoint, Page, Row

#: States of a call. ``waiting``: not asked yet; ``open``: some of its pages were read; ``done``; ``failed``: the server
#: could not be reached, so that it is asked again next time; ``left``: it is not to be had, and why is told.
WAITING, OPEN, DONE, FAILED, LEFT = "waiting", "open", "done", "failed", "left"
#: The phase of a crawl that came to its end.
FINISHED = "done"
#: Grows when the file's tables change; an older file is begun anew (what landed stays).
VERSION = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS calls (
    place INTEGER PRIMARY KEY, key TEXT UNIQUE, endpoint TEXT, call TEXT, state TEXT, cursor TEXT,
    pages INTEGER DEFAULT 0, foreseen INTEGER DEFAULT 1, records INTEGER DEFAULT 0, idle INTEGER DEFAULT 0,
    whole INTEGER DEFAULT 0, oldest TEXT, before REAL, why TEXT DEFAULT '');
CREATE INDEX IF NOT EXISTS calls_by_state ON calls (state, place);
CREATE TABLE IF NOT EXISTS history (key TEXT PRIMARY KEY, mark TEXT, read_at REAL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS cursors (call TEXT, cursor TEXT, PRIMARY KEY (call, cursor)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS listed (call TEXT, item TEXT, PRIMARY KEY (call, item)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS known (name BLOB PRIMARY KEY, content TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS staged (id INTEGER PRIMARY KEY, tbl TEXT, row TEXT);
CREATE TABLE IF NOT EXISTS met (place INTEGER PRIMARY KEY, account TEXT UNIQUE, profiled_at REAL, tied_at REAL);
CREATE TABLE IF NOT EXISTS gone (kind TEXT, id TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS doubts (key TEXT PRIMARY KEY, began REAL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS unread (endpoint TEXT, reason TEXT, value TEXT);
"""
#: The columns in which the people of a row stand who did something.
_PEOPLE = {"follows": ("source",), "posts": ("author",), "interactions": ("source",), "accounts": ("account",)}


@dataclass(frozen=True)
class Kept:
    """A call as it stands in the file."""

    key: str
    call: Call
    state: str
    cursor: Mapping[str, str] | None
    pages: int
    records: int
    foreseen: int
    before: float | None


def call_key(call: Call) -> str:
    """What tells one call from another: its endpoint and parameters; not what was foreseen of it."""
    return json.dumps([call.endpoint, dict(call.fill), dict(call.params)], sort_keys=True, ensure_ascii=False)


class Checkpoint:
    """The file of one crawl. It is written by one thread."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")  # a kill loses nothing; a power cut at most the last pages
            self._db.execute("PRAGMA secure_delete = ON")
            self._db.executescript(_SCHEMA)
            broken = self._db.execute("PRAGMA quick_check").fetchone()[0]
        except sqlite3.OperationalError as error:
            raise FetchError(f"{path}: cannot be opened or written: {error}. {_ROOM}") from None
        except sqlite3.DatabaseError as error:
            raise FetchError(f"{path}: the crawl's notes cannot be read ({error}). {_ANEW}") from None
        if broken != "ok":
            raise FetchError(f"{path}: the crawl's notes are broken. {_ANEW}")
        if self.get("version", str(VERSION)) != str(VERSION):
            raise FetchError(f"{path}: the crawl's notes are of another version of ambassadors. {_ANEW}")
        self.write(version=str(VERSION))

    def close(self) -> None:
        """The file closed, its journal taken up."""
        self._db.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One step: all of it is kept, or nothing."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise FetchError(f"{self.path}: cannot be written: {error}. {_ROOM}") from None

    def get(self, key: str, default: str = "") -> str:
        """A note by its name."""
        found = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return default if found is None else str(found[0])

    def write(self, **notes: str) -> None:
        """Notes by their names."""
        self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", notes.items())

    def begin(self, settings: str, now: float) -> None:
        """A new crawl: nothing asked yet; what earlier ones learned stays, and so do calls that failed.

        A wish that is not that of the last crawl is looked up as if nothing had been listed before.
        """
        if self.unfinished:  # whose profile was to be asked then may have been left
            began = float(self.get("began", "0"))
            for column in ("profiled_at", "tied_at"):
                self._db.execute(f"UPDATE met SET {column} = NULL WHERE {column} = ?", (began,))
        if self.get("settings") != settings:
            self._db.execute("UPDATE history SET read_at = NULL, mark = ''")
        for table in ("cursors", "listed", "gone", "unread"):
            self._db.execute(f"DELETE FROM {table}")
        self._db.execute("DELETE FROM calls WHERE state != ?", (FAILED,))
        self._db.execute("UPDATE calls SET before = NULL")
        self.again()
        self.write(settings=settings, began=repr(now), phase="0")

    def again(self) -> None:
        """Calls that failed are made again from their beginning."""
        sql = "UPDATE calls SET state = ?, cursor = NULL, records = 0, pages = 0, idle = 0 WHERE state = ?"
        self._db.execute(sql, (WAITING, FAILED))

    def lost(self) -> None:
        """What had landed is not there any more: nothing is known."""
        for table in ("known", "history", "met", "listed"):
            self._db.execute(f"DELETE FROM {table}")
        self.write(settings="")

    def unmark(self) -> None:
        """All marks are void: what stood under a post was deleted here, and may be there again."""
        self._db.execute("UPDATE history SET mark = ''")

    @property
    def unfinished(self) -> bool:
        """Whether a crawl was begun and not brought to its end."""
        return self.get("phase", FINISHED) != FINISHED

    def add(self, calls: Iterable[Call], pages: Callable[[Call], int]) -> None:
        """Calls to be made, each once a crawl, those with a mark only where it changed; ``pages`` foresees each."""
        for call in calls:
            key = call_key(call)
            before = self.mark_of(key) if call.mark else None
            if call.mark and (before == call.mark or (before is None and not call.expected)):
                continue
            self._db.execute(
                "INSERT OR IGNORE INTO calls (key, endpoint, call, state, foreseen, before) VALUES (?, ?, ?, ?, ?, ?)",
                (key, call.endpoint, _text_of(call), WAITING, pages(call), self.read_at(key)),
            )

    def foreseen(self) -> int:
        """How many pages are still to come of the calls that are known of, at least one of each."""
        sql = f"SELECT COALESCE(SUM(MAX(1, foreseen - pages)), 0) FROM calls WHERE state IN ('{OPEN}', '{WAITING}')"
        return int(self._db.execute(sql).fetchone()[0])

    def mark_of(self, key: str) -> str | None:
        """The mark with which a call was finished last."""
        found = self._db.execute("SELECT mark FROM history WHERE key = ?", (key,)).fetchone()
        return None if found is None else str(found[0])

    def read_at(self, key: str) -> float | None:
        """When a call was last read as far as was asked for."""
        found = self._db.execute("SELECT read_at FROM history WHERE key = ?", (key,)).fetchone()
        return None if found is None or found[0] is None else float(found[0])

    def pending(self, most: int, but: Sequence[str] = ()) -> list[Kept]:
        """The next calls to make, those already begun first."""
        marks = ",".join("?" * len(but))
        found: list[Any] = []
        for state in (OPEN, WAITING):  # each by the index: there may be very many that wait
            sql = f"SELECT {_KEPT} FROM calls WHERE state = ? AND key NOT IN ({marks}) ORDER BY place LIMIT ?"
            found += self._db.execute(sql, (state, *but, most - len(found))).fetchall() if len(found) < most else []
        return [_kept(row) for row in found]

    def all_calls(self) -> list[Kept]:
        """Every call of this crawl, in the order in which they were thought of."""
        rows = self._db.execute(f"SELECT {_KEPT} FROM calls ORDER BY place").fetchall()
        return [_kept(row) for row in rows]

    def whys(self, state: str) -> list[tuple[Call, str]]:
        """Calls in that state, each with what was said of it."""
        rows = self._db.execute("SELECT call, why FROM calls WHERE state = ? ORDER BY place", (state,)).fetchall()
        return [(Call(**json.loads(call)), why) for call, why in rows]

    def cursor_seen(self, key: str, cursor: Mapping[str, str]) -> bool:
        """Notes a cursor of a call; whether the call had it before."""
        text = json.dumps(dict(cursor), sort_keys=True)
        given = self._db.execute("INSERT OR IGNORE INTO cursors VALUES (?, ?)", (key, digest(text).hex()))
        return given.rowcount == 0

    def step(
        self, key: str, *, state: str, cursor: Mapping[str, str] | None, records: int, idle: int, oldest: str | None
    ) -> None:
        """A page of a call was read."""
        self._db.execute(
            "UPDATE calls SET state = ?, cursor = ?, pages = pages + 1, records = records + ?, idle = ?, "
            "oldest = COALESCE(?, oldest) WHERE key = ?",
            (state, None if cursor is None else json.dumps(dict(cursor)), records, idle, oldest, key),
        )

    def idle(self, key: str) -> int:
        """How many pages on end gave nothing new."""
        return int(self._db.execute("SELECT idle FROM calls WHERE key = ?", (key,)).fetchone()[0])

    def end(self, key: str, state: str, why: str = "") -> None:
        """A call is over."""
        self._db.execute("UPDATE calls SET state = ?, why = ? WHERE key = ?", (state, why, key))

    def under_way(self, key: str) -> None:
        """A listing goes on: until it has come to its end, nobody may rely on having read it before."""
        self._db.execute("UPDATE history SET read_at = NULL WHERE key = ?", (key,))

    def finish(self, kept: Kept, *, read_at: float | None, whole: bool, cut: bool) -> None:
        """A call was finished: its mark is remembered, when it was last read so far, and whether to its end.

        ``cut``: there was more than was asked for, so that what is older may be there all the same.
        """
        self._db.execute("UPDATE calls SET whole = ? WHERE key = ?", (whole, kept.key))
        if whole and not cut:
            self._db.execute("UPDATE calls SET oldest = '' WHERE key = ?", (kept.key,))
        row = (kept.key, kept.call.mark, read_at or kept.before)
        self._db.execute("INSERT OR REPLACE INTO history VALUES (?, ?, ?)", row)

    def stage(self, endpoint: Endpoint, key: str, page: Page) -> tuple[int, int]:
        """The page's rows that are new or changed, to land later.

        Gives how many of the endpoint's own table nobody has listed before, and how many this listing had not yet.
        """
        fresh = here = 0
        for table, rows in page.rows.items():
            for row in rows:
                said = identity(table, row)
                name, told = digest(said), content(row)
                before = self._db.execute("SELECT content FROM known WHERE name = ?", (name,)).fetchone()
                known = json.loads(before[0]) if before else {}
                if before is None or not told.items() <= known.items():
                    whole = json.dumps(known | told, separators=(",", ":"))
                    self._db.execute("INSERT OR REPLACE INTO known VALUES (?, ?)", (name, whole))
                    text = {column: value for column, value in row.items() if value is not None}
                    self._db.execute(
                        "INSERT INTO staged (tbl, row) VALUES (?, ?)", (table, json.dumps(text, ensure_ascii=False))
                    )
                if table == endpoint.table:
                    fresh += before is None
                    here += self._db.execute("INSERT OR IGNORE INTO listed VALUES (?, ?)", (key, said)).rowcount
        return fresh, here

    def meet(self, page: Page, profiled_at: float) -> None:
        """The people of a page; those whose whole profile it holds need not be asked for."""
        for table, rows in page.rows.items():
            for row in rows:
                for column in _PEOPLE.get(table, ()):
                    account = row.get(column)
                    if isinstance(account, str):
                        at = profiled_at if table == "accounts" and row.get("followers") is not None else None
                        self._db.execute(
                            "INSERT INTO met (account, profiled_at) VALUES (?, ?) ON CONFLICT (account) DO "
                            "UPDATE SET profiled_at = COALESCE(excluded.profiled_at, profiled_at)",
                            (account, at),
                        )

    def met(self) -> set[str]:
        """Everybody met so far."""
        return {row[0] for row in self._db.execute("SELECT account FROM met")}

    def to_profile(self, before: float, most: int) -> list[str]:
        """Who was met and whose profile is not known, or older than that, in the order of meeting."""
        return self._people("profiled_at", before, most)

    def to_tie(self, before: float, most: int) -> list[str]:
        """Who was met and of whom it is not known whom they follow, or was asked longer ago than that."""
        return self._people("tied_at", before, most)

    def _people(self, column: str, before: float, most: int) -> list[str]:
        sql = f"SELECT account FROM met WHERE COALESCE({column}, 0) < ? ORDER BY place LIMIT ?"
        return [row[0] for row in self._db.execute(sql, (before, most))]

    def asked(self, column: str, accounts: Iterable[str], at: float) -> None:
        """Those people were asked for, whatever came of it."""
        self._db.executemany(f"UPDATE met SET {column} = ? WHERE account = ?", ((at, one) for one in accounts))

    def note(self, page: Page, endpoint: str) -> None:
        """What the page says is gone, and what could not be read of it."""
        self._db.executemany("INSERT OR IGNORE INTO gone VALUES (?, ?)", page.gone)
        unread = ((endpoint, one.reason, one.value[:80]) for one in page.unread)
        self._db.executemany("INSERT INTO unread VALUES (?, ?, ?)", unread)

    def staged_rows(self, table: str) -> tuple[list[Row], int]:
        """The rows of a table that have not landed, and the number of the last of them."""
        found = self._db.execute("SELECT id, row FROM staged WHERE tbl = ? ORDER BY id", (table,)).fetchall()
        return [json.loads(text) for _, text in found], found[-1][0] if found else 0

    def landed(self, table: str, last: int) -> None:
        """Rows up to that number have landed."""
        self._db.execute("DELETE FROM staged WHERE tbl = ? AND id <= ?", (table, last))

    def doubted(self, key: str) -> bool:
        """Notes a doubt about what a listing lacks, which is read again; whether an earlier crawl had the same."""
        self._db.execute("UPDATE history SET mark = '', read_at = NULL WHERE key = ?", (key,))
        began = float(self.get("began", "0"))
        before = self._db.execute("SELECT began FROM doubts WHERE key = ?", (key,)).fetchone()
        self._db.execute("INSERT OR IGNORE INTO doubts VALUES (?, ?)", (key, began))
        return before is not None and before[0] < began

    def believed(self, key: str) -> None:
        """A listing about which there is no doubt any more."""
        self._db.execute("DELETE FROM doubts WHERE key = ?", (key,))

    def unread_counts(self) -> dict[tuple[str, str], int]:
        """How many records could not be read, by endpoint and reason."""
        sql = "SELECT endpoint, reason, COUNT(*) FROM unread GROUP BY endpoint, reason ORDER BY endpoint, reason"
        return {(endpoint, reason): count for endpoint, reason, count in self._db.execute(sql)}

    def gone_ids(self, kind: str) -> list[str]:
        """What the platform said is deleted."""
        return [row[0] for row in self._db.execute("SELECT id FROM gone WHERE kind = ? ORDER BY id", (kind,))]

    def covering(self) -> list[tuple[Call, str | None, set[str]]]:
        """Listings that were read to their end, with the oldest time in them and all that they listed."""
        rows = self._db.execute("SELECT key, call, oldest FROM calls WHERE whole = 1 ORDER BY place").fetchall()
        found = []
        for key, text, oldest in rows:
            call = Call(**json.loads(text))
            if call.covers:
                items = {row[0] for row in self._db.execute("SELECT item FROM listed WHERE call = ?", (key,))}
                found.append((call, oldest, items))
        return found

    def unknow(self, names: Iterable[str]) -> None:
        """What was deleted is new when it comes again."""
        self._db.executemany("DELETE FROM known WHERE name = ?", ((digest(name),) for name in names))

    def part_with(self, accounts: Iterable[str], names: Iterable[str]) -> None:
        """These people are gone at the source; should they come back, they are new."""
        gone = [(one,) for one in accounts]
        with self.writing():
            self.unknow(names)
            self._db.executemany("DELETE FROM met WHERE account = ?", gone)
            self._db.executemany("DELETE FROM gone WHERE id = ?", gone)

    def forget(self, accounts: Sequence[str], names: Iterable[str], named: Callable[[str], bool]) -> None:
        """Nothing of these people is kept here. What was not asked yet is thought of anew by the next crawl.

        Rows that have not landed and whose words name them are let go, too, to be read again.
        """
        natives = [one.partition(":")[2].removeprefix("@") for one in accounts]
        with self.writing():
            self.unknow(names)
            for table in ("calls", "cursors", "listed", "gone", "unread"):
                self._db.execute(f"DELETE FROM {table}")
            self.write(phase=FINISHED)
            self._db.executemany("DELETE FROM history WHERE instr(key, ?)", ((one,) for one in natives))
            self._db.executemany("DELETE FROM met WHERE account = ?", ((one,) for one in accounts))
            self._db.execute("UPDATE met SET profiled_at = NULL, tied_at = NULL")
            people = set(accounts)
            for number, table, text in self._db.execute("SELECT id, tbl, row FROM staged").fetchall():
                row = json.loads(text)
                if people & set(map(str, row.values())) or named(text):
                    self._db.execute("DELETE FROM staged WHERE id = ?", (number,))
                    self.unknow([identity(table, row)])
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._db.execute("VACUUM")


_ROOM = "Make room, or mend the rights of the folder; what was read until then is kept."
#: The columns of a :class:`Kept`.
_KEPT = "key, call, state, cursor, pages, records, foreseen, before"
#: What to do about notes that cannot be used.
_ANEW = "Move the file away and fetch again: what has landed stays, and nothing is stored twice."


def _text_of(call: Call) -> str:
    return json.dumps(asdict(call), ensure_ascii=False)


def _kept(row: Sequence[Any]) -> Kept:
    key, call, state, cursor, *counts = row
    return Kept(key, Call(**json.loads(call)), state, json.loads(cursor) if cursor else None, *counts)
