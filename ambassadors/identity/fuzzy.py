"""Fuzzy: accounts of different platforms that are alike, with the probability that they are one person's.

Fellegi and Sunter 1969, by Splink with fixed weights: nothing is trained, so that the same accounts always give the
same probabilities. The weights are those of :data:`WEIGHTS`; a name counts for less the more often it occurs, and a
handle for less the more namesakes there are on one platform, where they surely are different people.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from ambassadors.errors import AmbassadorsError

#: Pairs that look like one person, the likeliest first.
LIKELY = pl.Schema({"one": pl.String, "other": pl.String, "probability": pl.Float64, "evidence": pl.String})
#: The share of the people on the smaller of two platforms who are taken to be on the other, before any comparison.
ON_BOTH = 0.05
#: Whether the handles only spell the names: then the names say nothing that the handles have not said.
SPELT = "(spelt_l and spelt_r)"
SAME_HANDLE = "handle_l = handle_r"
#: Handles that are only alike are so many times as frequent among two people as those that are the same.
ALIKE = 10
#: How often each likeness is found among accounts of one person (m), and of two (u); the last level is "unlike".
WEIGHTS: dict[str, tuple[tuple[str, float, float, str], ...]] = {
    "handle": (
        (f"{SAME_HANDLE} and length(handle_l) >= 10 and not {SPELT}", 0.25, 2e-7, "the same long handle"),
        (f"{SAME_HANDLE} and length(handle_l) >= 7 and not {SPELT}", 0.15, 2e-6, "the same handle"),
        (f"{SAME_HANDLE} and {SPELT}", 0.15, 2e-6, "the same handle, made of the name"),
        (SAME_HANDLE, 0.1, 5e-5, "the same short handle"),
        ("length(handle_l) >= 6 and jaro_winkler_similarity(handle_l, handle_r) >= 0.94", 0.15, 1e-4, "handles alike"),
        ("jaro_winkler_similarity(handle_l, handle_r) >= 0.85", 0.08, 4e-3, "handles somewhat alike"),
        ("", 0.12, 0.995, ""),
    ),
    "name": (
        ("name_l = name_r", 0.6, 1e-4, "the same name"),
        ("jaro_winkler_similarity(name_l, name_r) >= 0.92", 0.2, 2e-3, "names alike"),
        ("", 0.2, 0.997, ""),
    ),
    "place": (
        ("place_l = place_r", 0.7, 0.05, "the same place"),
        ("", 0.3, 0.95, ""),
    ),
}
#: When a comparison says nothing.
NOTHING = {name: f"{name}_l is null or {name}_r is null" for name in WEIGHTS}
NOTHING["name"] += f" or (name_l = name_r and {SAME_HANDLE} and {SPELT})"
#: Which pairs are compared at all: those that share one of these.
BLOCKS = ("handle", "full_name", "beginnings")
#: Nothing that is only alike is certain.
SUREST = 0.999999


def likely(accounts: pl.DataFrame, *, above: float = 0.5) -> pl.DataFrame:
    """Pairs of accounts on different platforms that may be one person: ``one, other, probability, evidence``.

    Compared are handle, name and place as last observed. The likeliest come first; nothing is merged.

    Raises :class:`AmbassadorsError` where the library for it is missing.
    """
    rows = _compared(accounts)
    platforms = rows["platform"].value_counts()
    if platforms.height < 2:
        return LIKELY.to_frame()
    prior = ON_BOTH / max(platforms["count"].to_list())
    found = _predicted(rows, _settings(prior, _namesakes(rows)), above)
    ends = [pl.min_horizontal("account_l", "account_r"), pl.max_horizontal("account_l", "account_r")]
    return found.select(
        ends[0].alias("one"),
        ends[1].alias("other"),
        pl.col("match_probability").round(6).clip(0, SUREST).alias("probability"),
        _says(),
    ).sort("probability", "one", "other", descending=[True, False, False])


def _compared(accounts: pl.DataFrame) -> pl.DataFrame:
    """Of each account what is compared, in one spelling: without case and signs, or what a platform adds to handles."""
    ordered = accounts.sort("account", "observed_at", nulls_last=False, maintain_order=True)
    latest = ordered.group_by("account", maintain_order=True).agg(
        pl.col("handle", "name", "location").drop_nulls().last()
    )
    local = pl.col("handle").str.extract(r"^@?([^@]+)").str.replace(r"\.bsky\.social$", "")
    name, first_place = _plain(pl.col("name"), " "), pl.col("location").str.extract("^([^,;/|]+)")
    shaped = latest.select(
        "account",
        pl.col("account").str.extract("^([^:]+):").alias("platform"),
        _filled(_plain(local, "")).alias("handle"),
        _filled(name).alias("name"),
        _filled(_plain(first_place, " ")).alias("place"),
    )
    starts = pl.concat_str(pl.col("handle").str.slice(0, 4), pl.lit(" "), pl.col("name").str.slice(0, 3))
    full = pl.when(pl.col("name").str.contains(" ", literal=True)).then("name")
    joined = pl.col("name").str.replace_all(" ", "", literal=True)
    spelt = pl.col("handle").str.starts_with(joined) | joined.str.starts_with(pl.col("handle"))
    return shaped.with_columns(
        full.alias("full_name"), starts.alias("beginnings"), spelt.fill_null(False).alias("spelt")
    )


def _plain(text: pl.Expr, between: str) -> pl.Expr:
    plain = text.str.slice(0, 200).str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_lowercase()
    return plain.str.replace_all(r"[^\p{L}\p{N}]+", between).str.strip_chars()


def _filled(text: pl.Expr) -> pl.Expr:
    return pl.when(text != "").then(text)


def _namesakes(rows: pl.DataFrame) -> float:
    """How often two accounts of one platform have the same handle but for figures at the end."""
    stem = pl.col("handle").str.replace(r"\d{1,4}$", "")
    known = rows.drop_nulls("handle")
    same, sizes = known.group_by("platform", stem.alias("stem")).len()["len"], known["platform"].value_counts()["count"]
    pairs = sum(size * (size - 1) for size in sizes.to_list())
    return float(sum(size * (size - 1) for size in same.to_list()) / max(pairs, 1))


def _predicted(rows: pl.DataFrame, settings: dict[str, Any], above: float) -> pl.DataFrame:
    try:
        from splink import Linker
        from splink.backends.duckdb import DuckDBAPI
    except ImportError:
        raise AmbassadorsError(
            "likely matches (identity.fuzzy_above) need Splink. Install it: pip install 'ambassadors[matching]'"
        ) from None
    database = DuckDBAPI()
    try:
        linker = Linker(database.register(rows.to_arrow()), settings, log_level="ERROR", validate_settings=False)
        pairs: Any = linker.inference.predict(threshold_match_probability=above)
        columns = ["account_l", "account_r", "match_probability", *(f"gamma_{name}" for name in WEIGHTS)]
        return pl.DataFrame(pl.from_arrow(pairs.as_pyarrow_table().select(columns)))
    finally:
        database.duckdb_con.close()


def _settings(prior: float, namesakes: float) -> dict[str, Any]:
    rules = [f"l.{name} = r.{name} and l.platform <> r.platform" for name in BLOCKS]
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "account",
        "probability_two_random_records_match": prior,
        "blocking_rules_to_generate_predictions": [{"blocking_rule": rule, "sql_dialect": "duckdb"} for rule in rules],
        "comparisons": [_comparison(name, namesakes) for name in WEIGHTS],
        "retain_intermediate_calculation_columns": False,
        "retain_matching_columns": True,
        "sql_dialect": "duckdb",
    }


def _comparison(name: str, namesakes: float) -> dict[str, Any]:
    """What Splink wants to know of one thing that is compared."""
    levels: list[dict[str, Any]] = [
        {"sql_condition": NOTHING[name], "label_for_charts": "unknown", "is_null_level": True}
    ]
    for condition, m, usual, label in WEIGHTS[name]:
        times = (1 if condition.startswith(SAME_HANDLE) else ALIKE) if "handle" in condition else 0
        u = max(usual, times * namesakes)
        level = {"sql_condition": condition or "ELSE", "label_for_charts": label or "unlike"}
        levels.append({**level, "m_probability": m, "u_probability": u})
    if name == "name":
        levels[1] |= {"tf_adjustment_column": "name", "tf_minimum_u_value": 1e-5}
    return {"output_column_name": name, "comparison_levels": levels}


def _says() -> pl.Expr:
    """What the two have in common, in words, from the level that each comparison came to (the first is the highest)."""
    parts = []
    for name, levels in WEIGHTS.items():
        said = {len(levels) - 1 - place: label for place, (_, _, _, label) in enumerate(levels) if label}
        parts.append(pl.col(f"gamma_{name}").replace_strict(said, default=None, return_dtype=pl.String))
    return pl.concat_str(parts, separator=", ", ignore_nulls=True).alias("evidence")
