"""The files of the tutorial: a part of the simulated town, as a small brand on Instagram would have them.

`python -m tests.docs.sample` writes them anew, which is needed only when the simulator has changed.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

import ambassadors as amb

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "docs" / "tutorial"
#: The part of the town that becomes the sample: one platform, seven months, and who came to the brand in them.
PLATFORM = "mastodon"
SINCE = datetime(2025, 11, 1)
BRAND = "beanandleaf"
WORDS = {"like": "Like", "share": "Share", "reply": "Comment", "mention": "Mention"}
#: What is wrong in most files that people type or tools write: each is another lesson of the tutorial.
BROKEN = {
    40: "{date};{user};Saved;{to};{post};",
    41: "{date};{user};Saved;{to};{post};",
    900: "31/02/2026 18:20;{user};Like;{to};{post};",
    2100: "{date};{user};Like;{to}",
    3000: "{date};;Like;{to};{post};",
}


def files() -> dict[str, str]:
    """The files by name."""
    town = amb.read(ROOT / "graphs" / "town")
    (brand,) = (one for one in town.brand.accounts if one.startswith(PLATFORM))
    names = dict(
        town.accounts.select("account", pl.col("handle").str.extract(r"^([^@]+)").str.replace_all("-", "_")).iter_rows()
    )
    names[brand] = BRAND
    follows = town.follows.with_columns(at=pl.coalesce("since", "observed_at")).sort("at", "source", "target")
    followers = follows.filter(target=brand).select("source", "at").iter_rows()
    followed = follows.filter(source=brand).select("target", "at").iter_rows()
    return {
        "inbox.csv": _inbox(_acts(town, brand), names),
        "followers_1.json": _profiles(followers, names),
        "following.json": f'{{"relationships_following": {_profiles(followed, names)}}}',
    }


def _acts(town: amb.Community, brand: str) -> pl.DataFrame:
    """What people did who came to the brand: toward it and one another; and what the brand did toward them."""
    here = [pl.col(end).str.starts_with(PLATFORM) for end in ("source", "target")]
    acts = town.interactions.filter(*here, pl.col("at").dt.replace_time_zone(None) >= SINCE)
    people = [*acts.filter(target=brand)["source"].unique(), brand]
    return acts.filter(pl.col("source").is_in(people), pl.col("target").is_in(people)).sort("at", "source")


def _inbox(acts: pl.DataFrame, names: dict[str, str]) -> str:
    """One line an act; some of them broken."""
    text = io.StringIO()
    table = csv.writer(text, delimiter=";", lineterminator="\n")
    table.writerow(["Date", "User", "Action", "To", "Post", "Message"])
    for number, row in enumerate(acts.iter_rows(named=True)):
        date, post = f"{row['at']:%d/%m/%Y %H:%M}", (row["post"] or "").rpartition(":")[2]
        user, to = names[row["source"]], names[row["target"]]
        if number in BROKEN:
            text.write(BROKEN[number].format(date=date, user=user, to=to, post=post) + "\n")
        table.writerow([date, user, WORDS[row["kind"]], to, post, row["text"]])
    return text.getvalue()


def _profiles(people: Iterable[tuple[str, Any]], names: dict[str, str]) -> str:
    """A list of profiles as Instagram's download has it, one a line."""
    lines = []
    for account, at in people:
        link = {
            "href": f"https://www.instagram.com/{names[account]}",
            "value": names[account],
            "timestamp": int(at.timestamp()),
        }
        lines.append(json.dumps({"title": "", "media_list_data": [], "string_list_data": [link]}))
    return "[\n" + ",\n".join(lines) + "\n]\n"


if __name__ == "__main__":
    for name, text in files().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
