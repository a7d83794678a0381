"""How fast answers become rows: each platform's readers from bytes on, and a whole crawl from answers to the dataset.

``python tests/bench/bench_fetching.py``. Records of a page are repeated, so readers find some of them in their caches:
the figures flatter a little. The crawl asks a server in memory, so that nothing but our own work takes time.
"""

from __future__ import annotations

import copy
import json
import sys
import tempfile
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from ambassadors import platforms
from ambassadors.crawling import Checkpoint, Crawl, Landed, Scope, land
from ambassadors.lake import Lake
from ambassadors.platforms.contract import Call, Wanted
from ambassadors.web.answers import Answer, Ask, Verdict
from tests.recorded import wanted
from tests.recorded_servers import server
from tests.toy_platform import NOW, TOY, Town

RECORDS, TURNS, FOLLOWERS = 5_000, 5, 100_000


def longest(body: Any) -> list[Any]:
    """The longest list anywhere in an answer: its records."""
    inner = body.values() if isinstance(body, dict) else body if isinstance(body, list) else []
    lists = [longest(one) for one in inner if isinstance(one, dict | list)]
    return max([body if isinstance(body, list) else [], *lists], key=len)


def repeated(body: Any) -> Any:
    """The same answer with its records repeated."""
    made = copy.deepcopy(body)
    records = longest(made)
    records[:] = (records * (RECORDS // max(1, len(records)) + 1))[:RECORDS]
    return made


def answers(name: str) -> dict[str, tuple[Call, Any]]:
    """One answer of each listing of a recorded platform, with its call."""
    platform, found = platforms.platform(name), {}
    with tempfile.TemporaryDirectory() as folder, closing(Checkpoint(Path(folder, "c.sqlite"))) as notes:
        crawl = Crawl(platform, wanted(name), Scope(1, timedelta(7), timedelta(7)), notes, server(name).ask)
        reads = {endpoint: one.read for endpoint, one in platform.endpoints.items()}
        for endpoint, read in reads.items():

            def kept(answer: Answer, call: Call, wish: Wanted, name: str = endpoint, read: Any = read) -> Any:
                found.setdefault(name, (call, answer.body, wish))
                return read(answer, call, wish)

            object.__setattr__(platform.endpoints[endpoint], "read", kept)
        crawl.begin()
        crawl.run()
        for endpoint, read in reads.items():
            object.__setattr__(platform.endpoints[endpoint], "read", read)
    return found


def readers() -> None:
    """Records a second of each reader, from the bytes of an answer on."""
    for name in platforms.NAMES:
        platform = platforms.platform(name)
        for endpoint, (call, body, wish) in answers(name).items():
            if len(longest(body)) < 2:
                continue
            text = json.dumps(repeated(body))
            best = min(_timed(platform.endpoints[endpoint].read, text, call, wish) for _ in range(TURNS))
            print(f"{name:10} {endpoint:18} {RECORDS / best:>10,.0f} records/s")


def _timed(read: Any, text: str, call: Call, wanted: Wanted) -> float:
    began = time.perf_counter()
    read(Answer(200, {}, json.loads(text)), call, wanted)
    return time.perf_counter() - began


def whole() -> None:
    """Records a second of a crawl: read, kept page by page, landed."""
    town = Town(followers=list(range(1, FOLLOWERS + 1)), posts={1: []}, page=100)
    followers = list(reversed(town.followers))

    def ask(ask: Ask) -> tuple[Answer, Verdict]:
        if ask.path != "/followers":
            return town.answer(ask)
        at = int(ask.params.get("cursor", "0"))
        items = [{"id": one, "name": f"p{one}"} for one in followers[at : at + 100]]
        body = {"items": items, "next": str(at + 100)} if at + 100 < len(followers) else {"items": items}
        return Answer(200, {}, body), Verdict("fine")

    with tempfile.TemporaryDirectory() as folder:
        wish = Wanted("b", (), frozenset({"followers"}), NOW - timedelta(90), NOW, people=FOLLOWERS)
        lake = Lake(Path(folder))
        with closing(Checkpoint(Path(folder, "toy.sqlite"))) as notes:
            crawl = Crawl(TOY, wish, Scope(0, timedelta(7), timedelta(7)), notes, ask)
            began = time.perf_counter()
            crawl.begin()
            crawl.run()
            read = time.perf_counter() - began
            land(notes, lake, "toy", NOW + timedelta(1), lambda rows: rows, Landed())
            landed = time.perf_counter() - began - read
        print(
            f"crawl: {crawl.read:,} records (two rows each), {crawl.read / read:,.0f} a second read and kept; ", end=""
        )
        print(f"landed in {landed:.1f} s; {lake.read('follows').height:,} follows")


if __name__ == "__main__":
    readers()
    whole()
