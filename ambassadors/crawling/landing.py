"""From what a crawl read to the growing dataset: each row stored once, and what was deleted there deleted here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import polars as pl

from ambassadors import tables
from ambassadors.crawling.checkpoint import ONCE, Checkpoint, identity
from ambassadors.lake import Lake
from ambassadors.lake.keys import NATURAL
from ambassadors.platforms.contract import Page, Unread
from ambassadors.recipe import Source
from ambassadors.sources import mapping

#: Who was forgotten is taken out of the rows before they are stored.
Allowed = Callable[[Mapping[str, pl.DataFrame]], Mapping[str, pl.DataFrame]]
#: A complete listing that holds less than this share of what the platform stated is believed to be cut short.
BELIEVED = 0.8
#: Of fewer rows than this, any number may have been deleted at once.
FEW = 5


@dataclass
class Landed:
    """What became of the rows of a crawl: stored (new or changed), turned away by reason, deleted, by table.

    ``doubted`` are sentences about listings from which nothing was deleted, although they lack what we hold.
    """

    stored: Counter[str] = field(default_factory=Counter)
    rejected: Counter[tuple[str, str]] = field(default_factory=Counter)
    deleted: Counter[str] = field(default_factory=Counter)
    doubted: list[str] = field(default_factory=list)


def land(notes: Checkpoint, lake: Lake, source: str, latest: datetime, allowed: Allowed, landed: Landed) -> None:
    """Stores what was read and not yet stored; killed at any moment and called again, it stores nothing twice."""
    now = datetime.fromtimestamp(float(notes.get("began", "0")), UTC)
    for table in ("accounts", "posts", "follows", "interactions"):
        rows, last = notes.staged_rows(table)
        if not rows:
            continue
        good, rejects = tables.check(tables.table(table), _as_read(table, rows, source), latest=latest)
        kept = allowed({table: good.drop("row")})[table]
        done = lake.land(table, kept, source=source, now=now)
        with notes.writing():
            said = [Unread(reason, str(value)) for reason, value in rejects.select("reason", "value").iter_rows()]
            notes.note(Page(unread=said), table)
            notes.landed(table, last)
        landed.stored[table] += done.new + done.changed
        landed.rejected.update((table, one.reason) for one in said)


def _as_read(table: str, rows: list[dict[str, object]], source: str) -> pl.DataFrame:
    """The rows as if they had been read from a file with our own columns."""
    names = tables.table(table).names
    texts = {name: [_text(row.get(name)) for row in rows] for name in names}
    plain = Source.model_validate({"table": table, "path": source, "columns": {name: name for name in names}})
    frame = pl.DataFrame(texts, schema=dict.fromkeys(names, pl.String))
    lines = pl.int_range(frame.height, eager=True)
    return mapping.to_table(plain, frame, lines, source, None, _NOTHING)


_NOTHING = mapping.Known(pl.DataFrame(), pl.DataFrame())


def _text(value: object) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) or value is None else str(value)


def delete(notes: Checkpoint, lake: Lake, landed: Landed) -> None:
    """Deletes what the platform said is gone, and what its complete listings lack."""
    if accounts := notes.gone_ids("account"):
        names = _named(lake, accounts)
        landed.deleted.update(lake.drop_accounts(accounts))
        notes.part_with(accounts, names)
    lacking: dict[str, list[pl.DataFrame]] = {"interactions": [], "follows": [], "posts": [_posts(lake, notes)]}
    for call, oldest, listed in notes.covering():
        covers = dict(call.covers or {})
        table = covers.pop("table")
        rows = _lacking(table, _covered(lake, table, covers), oldest, listed)
        if rows.height > FEW and len(listed) < call.expected * BELIEVED:
            landed.doubted.append(
                f"{call.endpoint} gave {len(listed):,} of the {call.expected:,} that the platform states: "
                f"{rows.height:,} rows that it lacks were not deleted."
            )
        else:
            lacking[table].append(rows)
    _remove(notes, lake, _with_what_hangs_on(lake, lacking), landed)


def _posts(lake: Lake, notes: Checkpoint) -> pl.DataFrame:
    """The posts that are gone."""
    return lake.read("posts").filter(pl.col("post").is_in(notes.gone_ids("post")))


def _with_what_hangs_on(lake: Lake, lacking: dict[str, list[pl.DataFrame]]) -> dict[str, pl.DataFrame]:
    """With posts what was done under them; with answers and quotes the posts that they are."""
    acts, follows, posts = (_one(table, lacking[table]) for table in ("interactions", "follows", "posts"))
    said = acts.filter(~pl.col("kind").is_in(ONCE))
    if said.height:
        own = lake.read("posts").join(said, left_on=["author", "at"], right_on=["source", "at"], how="semi")
        posts = _one("posts", [posts, own])
    if posts.height:
        under = lake.read("interactions").filter(pl.col("post").is_in(posts["post"].implode()))
        acts = _one("interactions", [acts, under])
    return {"interactions": acts, "follows": follows, "posts": posts}


def _one(table: str, frames: list[pl.DataFrame]) -> pl.DataFrame:
    """Natural keys of several frames in one."""
    names = list(NATURAL[table]) + (["author", "at"] if table == "posts" else [])
    empty = tables.table(table).empty().select(names)
    return pl.concat([empty, *(frame.select(names).cast(dict(empty.schema)) for frame in frames)]).unique(  # type: ignore[arg-type]
        maintain_order=True
    )


def drop_people(notes: Checkpoint, lake: Lake, accounts: list[str]) -> dict[str, int]:
    """Everything of these people, out of the dataset and out of the crawl's notes; how many rows by table."""
    names = _named(lake, accounts)
    dropped = lake.drop_accounts(accounts)
    notes.forget(accounts, names)
    return dropped


def _named(lake: Lake, accounts: list[str]) -> list[str]:
    """The rows that name these people, as the crawl's notes know them."""
    found = []
    for table in lake.tables():
        theirs = pl.any_horizontal(pl.col(column).is_in(accounts) for column in tables.table(table).naming)
        found += [identity(table, row) for row in lake.read(table).filter(theirs).iter_rows(named=True)]
    return found


def _covered(lake: Lake, table: str, where: Mapping[str, str]) -> pl.DataFrame:
    """The rows of ours of which a listing is the whole truth; of posts with their times."""
    if table != "posts":
        return lake.covered(table, where)
    return lake.read(table).filter(pl.all_horizontal(pl.col(name) == value for name, value in where.items()))


def _lacking(table: str, rows: pl.DataFrame, oldest: str | None, listed: set[str]) -> pl.DataFrame:
    """Rows of ours that a complete listing lacks; of posts only such as are as new as the oldest that it gave."""
    if table == "posts":
        since = pl.lit(oldest).str.to_datetime(time_zone="UTC", strict=False)
        rows = rows.filter(pl.col("at") >= since) if oldest else rows.clear()
    gone = [identity(table, row) not in listed for row in rows.iter_rows(named=True)]
    return rows.filter(pl.Series(gone, dtype=pl.Boolean))


def _remove(notes: Checkpoint, lake: Lake, lacking: dict[str, pl.DataFrame], landed: Landed) -> None:
    for table, rows in lacking.items():
        if rows.height:
            landed.deleted[table] += lake.remove(table, rows.select(NATURAL[table]))
            with notes.writing():
                notes.unknow(identity(table, row) for row in rows.iter_rows(named=True))
