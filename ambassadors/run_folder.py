"""The folder of a run: every file of it, made of what was ranked, foretold and looked back on."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from ambassadors import changes, delivery, handover, manifest, report, score, shortlists
from ambassadors import state as states
from ambassadors.backtesting import Backtest, backtest
from ambassadors.community import Community
from ambassadors.errors import AmbassadorsError, OutputError
from ambassadors.latest import SHOP, customers_of
from ambassadors.propensity import Forecast

#: How many of a list the report's look back judges.
JUDGED = 100


@dataclass(frozen=True)
class Run:
    """A finished run: its folder, the community as of the date, what was foretold, and who stands on no list.

    ``lists`` has both rankings and the three lists by name; ``empty`` says why one of them has nobody. ``changes`` is
    what changed since the run ``before``. ``returned`` is what came back from managers, ``untold`` what could not be
    taken over of it, also when an earlier run stopped. ``not_written`` are files that could not be made here, or whole,
    with the reason, ``kept`` runs past their time into which somebody wrote.
    """

    folder: Path
    community: Community
    lists: dict[str, pl.DataFrame]
    empty: dict[str, str]
    forecast: Forecast | None
    apart: pl.DataFrame
    changes: pl.DataFrame = field(default_factory=pl.DataFrame)
    before: Path | None = None
    returned: tuple[states.Imported, ...] = ()
    untold: states.Untold = field(default_factory=states.Untold)
    not_written: dict[str, str] = field(default_factory=dict)
    kept: tuple[str, ...] = ()


def deliver(made: Run, told: dict[str, Any], out: Path) -> Run:
    """The run as a folder under ``out`` that ``latest`` points to; all of it, or nothing and an error.

    ``told`` are the facts of the manifest that were known before. Raises :class:`OutputError`.
    """
    parts = changes.parts(made.community, made.lists)
    made = replace(
        made, changes=changes.changes(made.before, made.lists, parts, told, community=made.community, apart=made.apart)
    )
    looked_back = _looked_back(made.community)
    told = told | {"columns_without_data": shortlists.lacking(made.community)}
    empty = made.empty | ({"changes": f"Nothing differs from the run {made.before.name}."} if made.before else {})
    not_written: dict[str, str] = {}

    def fill(folder: Path) -> None:
        _write_tables(made, parts, folder)
        not_written.update(_write_handover(made, told, folder))
        settings = manifest.settings_told(told)
        page = report.summarise(
            made.community, made.lists, empty, made.apart, made.forecast, made.changes, looked_back, parts, settings
        )
        delivery.write_json(page, folder / "report.json")
        delivery.write_text(report.render(page), folder / "report.html")
        delivery.write_json(_manifest(made, told, folder, not_written), folder / "manifest.json")

    folder = delivery.publish(out, _name(made.community), fill)
    delivery.flip(folder)
    return replace(made, folder=folder, not_written=not_written)


def _looked_back(community: Community) -> dict[str, Backtest | str]:
    """How the rankings would have done at earlier dates, or why that cannot be said."""
    origins, found = community.recipe.job.backtest, {}
    for ranking in score.RANKINGS:
        found[ranking] = "the recipe says job.backtest = 0" if not origins else _judged(community, ranking, origins)
    return found


def _judged(community: Community, ranking: str, origins: int) -> Backtest | str:
    try:
        return backtest(community, ranking, origins=origins, k=JUDGED, seed=manifest.SEED)
    except AmbassadorsError as error:
        return str(error)


def _write_tables(made: Run, parts: pl.DataFrame, folder: Path) -> None:
    tables = {**made.lists, "set_apart": made.apart, "score_parts": parts, "changes": made.changes}
    tables |= {"people": _people(made), "rejects": made.community.rejects}
    if made.community.recipe.handover.notes is not None:
        tables |= {"conflicts": made.untold.conflicts, "notes_rejected": made.untold.rejected}
    refusing = made.community.refusing.implode()
    apart = made.community.conflicts.filter(~pl.any_horizontal(pl.col("one", "other").is_in(refusing)))
    if apart.height:
        tables["not_joined"] = apart
    for name, frame in tables.items():
        delivery.write_csv(frame, folder / f"{name}.csv")
    if made.forecast is not None and made.forecast.by in ("hazard", "boosting"):
        delivery.write_json(made.forecast.model.as_json(), folder / "propensity.json")


def _write_handover(made: Run, told: dict[str, Any], folder: Path) -> dict[str, str]:
    """What managers open; tells what could not be written here, and why."""
    delivery.write_csv(handover.shortlist_of(made.lists), folder / "shortlist.csv")
    not_written, presets = {}, made.community.recipe.handover.presets
    for name, (_, left_out, why) in handover.write_presets(folder, presets, made.lists).items():
        if left_out:
            who = "1 person is" if left_out == 1 else f"{left_out:,} people are"
            not_written[f"{name}.csv"] = f"{who} not in it: {why}"
    book, title = folder / "shortlist.xlsx", made.community.brand.name
    try:
        handover.write_workbook(
            book, made.lists, made.apart, manifest.settings_told(told), empty=made.empty, title=title
        )
    except OutputError:
        raise
    except AmbassadorsError as error:  # the library for it is not here
        not_written[book.name] = str(error)
    return not_written


def _people(made: Run) -> pl.DataFrame:
    """Which accounts are one person; and, by the ``shop``, whom of the listed it knows as which customer."""
    people = made.community.people
    listed = pl.concat([frame["account"] for frame in (*made.lists.values(), made.apart)])
    names = customers_of(made.community).filter(pl.col("person").is_in(listed.implode()))
    heads = names.select(pl.col("person").alias("account"), "person").unique()
    says = {"by": pl.lit(SHOP), "evidence": pl.lit("The shop's records name this account.")}
    linked = pl.concat([names, heads]).with_columns(**says, probability=pl.lit(None, pl.Float64))
    everyone = pl.concat([people, linked.join(people, "account", how="anti")])
    refusing = made.community.refusing.implode()
    return everyone.filter(~pl.col("account").is_in(refusing), ~pl.col("person").is_in(refusing)).sort(
        "person", "account"
    )


def _name(community: Community) -> str:
    when = f"{community.moment:%Y%m%dT%H%M%SZ}" if community.moment else "undated"
    return f"{community.recipe.name}-{when}"


def _manifest(made: Run, told: dict[str, Any], folder: Path, not_written: dict[str, str]) -> dict[str, Any]:
    """The facts of the run, and its files; what is written last makes the folder whole."""
    return told | {
        "run_id": secrets.token_hex(8),
        "outputs": manifest.outputs(folder),
        "people": {name: people.height for name, people in made.lists.items()} | {"set_apart": made.apart.height},
        "forecast": manifest.foretold(made.forecast),
        "before": made.before.name if made.before else None,
        "not_written": not_written,
        "merged_rows": dict(made.community.merged_rows),
    }
