"""From what a crawl read to the growing dataset: each row stored once, and what was deleted there deleted here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import polars as pl

from ambassadors import tables
from ambassadors.crawling.checkpoint import FINISHED, Checkpoint, call_key
from ambassadors.crawling.rows import identity
from ambassadors.lake import Lake
from ambassadors.lake.keys import NATURAL, ONCE
from ambassadors.platforms.contract import Call, Page, Unread
from ambassadors.recipe import Source
from ambassadors.sources import mapping

#: Who was forgotten is taken out of the rows before they are stored.
Allowed = Callable[[Mapping[str, pl.DataFrame]], Mapping[str, pl.DataFrame]]
#: A complete listing that holds less than this share of what the platform stated is believed to be cut short.
BELIEVED = 0.8
#: Of fewer rows than this, any number may have been deleted at once.
FEW = 5
#: So many rows of a list, and more than half of them, do not go at once.
SUDDEN = 20
#: More than this share of all accounts is not gone between two crawls.
MANY = 0.2


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
            notes.write(**{f"has_{table}": "yes"})
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


#: By what else than its natural key a row is found when something is deleted.
_ALSO = {"posts": ("author", "at")}


def delete(notes: Checkpoint, lake: Lake, landed: Landed, others: Iterable[Checkpoint] = ()) -> None:
    """Deletes what the platform said is gone, and what its complete listings lack; then the crawl is finished.

    ``others`` are the notes of crawls that fill the same dataset: to them, too, what is gone is new when it comes back.
    """
    everybody = (notes, *others)
    _delete_people(notes, lake, landed, everybody)
    lacking: dict[str, list[pl.DataFrame]] = {"interactions": [], "follows": [], "posts": [_posts(lake, notes)]}
    held = {table: lake.read(table, [*_ALSO.get(table, ()), "first_seen"]) for table in lacking}
    began = datetime.fromtimestamp(float(notes.get("began", "0")), UTC)
    for call, oldest, listed in notes.covering():
        covers = dict(call.covers or {})
        table = covers.pop("table")
        ours = held[table].filter(pl.all_horizontal(pl.col(name) == value for name, value in covers.items()))
        rows = _lacking(table, ours.filter(pl.col("first_seen") < began), oldest, listed)
        if doubt := _doubt(notes, call, ours.height, rows.height, len(listed)):
            landed.doubted.append(doubt)
        else:
            lacking[table].append(rows)
    _remove(everybody, lake, _with_what_hangs_on(lake, lacking), landed)
    with notes.writing():
        notes.write(phase=FINISHED)


def _delete_people(notes: Checkpoint, lake: Lake, landed: Landed, everybody: Iterable[Checkpoint]) -> None:
    accounts = notes.gone_ids("account")
    known = lake.read("accounts")["account"].n_unique() if accounts else 0
    if len(accounts) > FEW and len(accounts) > known * MANY:
        landed.doubted.append(
            f"{len(accounts):,} of {known:,} accounts are said to be gone all at once: none of them was deleted."
        )
    elif accounts:
        names = _named(lake, accounts)
        landed.deleted.update(lake.drop_accounts(accounts))
        for one in everybody:
            one.part_with(accounts, names)


def _doubt(notes: Checkpoint, call: Call, held: int, lacking: int, listed: int) -> str:
    """Why what a listing lacks should not be deleted; empty where there is no doubt.

    A list that is much shorter than the platform itself states is never believed, one that lost more than half at once
    only when a later crawl finds the same.
    """
    key = call_key(call)
    short = listed < call.expected * BELIEVED and (lacking > FEW or not listed)
    if lacking and short:
        return (
            f"{call.endpoint} gave {listed:,} of the {call.expected:,} that the platform states: "
            f"{lacking:,} rows that it lacks were not deleted."
        )
    with notes.writing():
        if lacking > SUDDEN and lacking > held / 2 and not notes.doubted(key):
            return (
                f"{call.endpoint} lacks {lacking:,} of {held:,} rows at once: "
                "they are deleted if the next complete reading finds the same."
            )
        notes.believed(key)
    return ""


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
    names = [*NATURAL[table], *_ALSO.get(table, ())]
    empty = tables.table(table).empty().select(names)
    return pl.concat([empty, *(frame.select(names).cast(dict(empty.schema)) for frame in frames)]).unique(  # type: ignore[arg-type]
        maintain_order=True
    )


def drop_people(
    notes: Checkpoint, lake: Lake, accounts: list[str], named: Callable[[str], bool] = lambda text: False
) -> dict[str, int]:
    """Everything of these people, out of the dataset and out of the crawl's notes; how many rows by table.

    ``named`` says whether a text names them.
    """
    names = _named(lake, accounts)
    dropped = lake.drop_accounts(accounts)
    notes.forget(accounts, names, named)
    return dropped


def _named(lake: Lake, accounts: list[str]) -> list[str]:
    """The rows that name these people, as the crawl's notes know them."""
    found = []
    for table in lake.tables():
        theirs = pl.any_horizontal(pl.col(column).is_in(accounts) for column in tables.table(table).naming)
        found += [identity(table, row) for row in lake.read(table).filter(theirs).iter_rows(named=True)]
    return found


def _lacking(table: str, rows: pl.DataFrame, oldest: str | None, listed: set[str]) -> pl.DataFrame:
    """Rows of ours that a complete listing lacks; of posts, where it was cut, only such as are as new as its oldest."""
    if table == "posts" and oldest != "":
        since = pl.lit(oldest).str.to_datetime(time_zone="UTC", strict=False)
        rows = rows.filter(pl.col("at") >= since) if oldest else rows.clear()
    gone = [identity(table, row) not in listed for row in rows.iter_rows(named=True)]
    return rows.filter(pl.Series(gone, dtype=pl.Boolean))


def _remove(everybody: Iterable[Checkpoint], lake: Lake, lacking: dict[str, pl.DataFrame], landed: Landed) -> None:
    notes = list(everybody)
    for table, rows in lacking.items():
        if rows.height:
            landed.deleted[table] += lake.remove(table, rows.select(NATURAL[table]))
            names = [identity(table, row) for row in rows.iter_rows(named=True)]
            for one in notes:
                with one.writing():
                    one.unknow(names)
                    if table == "posts":
                        one.unmark()
