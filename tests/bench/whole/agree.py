"""Whether the contestants wrote the same top 1,000: agree.py FOLDER [--exact EDGES INTERACTIONS BRAND].

FOLDER holds ours.csv and the others' CSV files. Each is compared with ours: counts, dates and degrees must be equal;
the two PageRanks, computed to a tolerance, must differ by no more than it; scores and the choice of accounts must
differ by no more than such an error can move. DuckDB+networkit has another core and another percentile (see its
script): its core, score and choice are not compared with ours, only counted.

With --exact, a reference of its own is computed (scipy to 1e-13, a plain peeling) under both definitions, from Parquet,
and every contestant, ours and DuckDB+networkit too, is compared with the one it follows.
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

COUNTS = ["total", "comment", "like", "mention", "share", "active_days", "in_degree", "out_degree", "w_in"]
DATES = ["first", "last"]
RATES = ["recency_days", "frequency", "rate"]
RANKS = ["pagerank", "ppr"]
NAMES = {  # what some call otherwise
    "account": "account_id",
    "acts": "total",
    "comments": "comment",
    "likes": "like",
    "mentions": "mention",
    "shares": "share",
}
TOLERANCE = 1e-6  # of PageRank: the sum of differences over the accounts that two lists share
ROUNDING = 1e-12  # of rates, relative
# A PageRank that is off by a hundred-thousandth of itself passes an account or two, and each is .35/n of a score.
SCORE = 1e-5
OTHER_DEFINITIONS = {"duckdb_networkit"}
MOST = 1000


def read(file: Path) -> pl.DataFrame:
    """A list with common names and types: numbers as floats, times as text to the second."""
    found = pl.read_csv(file, infer_schema=False)
    found = found.rename({theirs: name for theirs, name in NAMES.items() if theirs in found.columns})
    numbers = [*COUNTS, *RATES, *RANKS, "core", "score", "rank"]
    times = [pl.col(name).str.slice(0, 19).str.replace(" ", "T") for name in DATES]
    return found.select("account_id", *times, pl.col(numbers).cast(pl.Float64))


def faults(one: pl.DataFrame, other: pl.DataFrame, same_definitions: bool) -> tuple[str, list[str]]:
    """A summary of how two lists compare, and all that should not be."""
    pairs = one.join(other, on="account_id", suffix="_other")
    alone = MOST - pairs.height
    off = {name: difference(pairs, name) for name in [*RANKS, "score"]}
    found = [*shape(one), *shape(other), *unequal(pairs, [*COUNTS, *DATES, *(["core"] if same_definitions else [])])]
    found += [f"{name} is off by {off[name].sum():.1e}" for name in RANKS if not off[name].sum() <= TOLERANCE]
    said = f"{pairs.height:,} of {MOST:,} accounts in both; " + "; ".join(
        f"{name} off by {off[name].sum():.1e}" for name in RANKS
    )
    if not same_definitions:
        return f"{said}; other definitions: core, score and {alone} accounts not compared", found
    most = off["score"].max() or 0.0
    if not most <= SCORE:
        found.append(f"a score is off by {most:.1e}")
    found += [*misplaced(one, other), *misplaced(other, one)]
    return f"{said}; scores by up to {most:.1e}", found


def difference(pairs: pl.DataFrame, name: str) -> pl.Series:
    """Of two lists, account by account."""
    return (pairs[name] - pairs[f"{name}_other"]).abs()


def shape(ranked: pl.DataFrame) -> list[str]:
    """A list is of 1,000 different accounts, best first."""
    good = ranked.height == ranked["account_id"].n_unique() == MOST and ranked["score"].is_sorted(descending=True)
    return [] if good else [f"{ranked.height} rows of {ranked['account_id'].n_unique()} accounts, or not best first"]


def unequal(pairs: pl.DataFrame, exact: list[str]) -> list[str]:
    """Columns that should be equal, and the first account where they are not."""
    apart = {name: pl.col(name).ne_missing(pl.col(f"{name}_other")) for name in exact}
    for name in RATES:
        one, two = pl.col(name), pl.col(f"{name}_other")
        apart[name] = ~((one - two).abs() <= ROUNDING * pl.max_horizontal(one.abs(), two.abs())).fill_null(False)
    rows = {name: pairs.filter(where).select("account_id", name, f"{name}_other") for name, where in apart.items()}
    return [f"{name} differs for {found.height}, first {found.row(0)}" for name, found in rows.items() if found.height]


def misplaced(one: pl.DataFrame, other: pl.DataFrame) -> list[str]:
    """Accounts that only the first list has although they are clear of the other's cut."""
    cut = other["score"].min()
    alone = one.join(other, on="account_id", how="anti").select("account_id", "score")
    clear = alone.filter(pl.col("score") > cut + SCORE)
    return (
        [f"{clear.height} accounts are clear of the cut in one list only, first {clear.row(0)}"] if clear.height else []
    )


def compare(folder: Path, exact: tuple[str, str, str] | None) -> bool:
    """Print a line for each pair of lists, and tell whether all agree."""
    lists = {file.stem: read(file) for file in sorted(folder.glob("*.csv"))}
    pairs = [("ours", name, name not in OTHER_DEFINITIONS) for name in lists if name != "ours"]
    if exact:
        from exact import reference

        lists |= dict(zip(("exact", "exact, other definitions"), reference(*exact), strict=True))
        pairs += [
            ("exact, other definitions" if name in OTHER_DEFINITIONS else "exact", name, True)
            for name in lists
            if not name.startswith("exact")
        ]
    agreed = [told(one, other, *faults(lists[one], lists[other], same)) for one, other, same in pairs]
    return all(agreed)


def told(one: str, other: str, summary: str, found: list[str]) -> bool:
    """Print how two lists compare."""
    print(f"{one} / {other}: {'DIFFER' if found else 'agree'}; {summary}")
    for fault in found:
        print(f"    {fault}")
    return not found


if __name__ == "__main__":
    if not compare(Path(sys.argv[1]), tuple(sys.argv[3:6]) if "--exact" in sys.argv[2:3] else None):
        raise SystemExit("the lists differ")
