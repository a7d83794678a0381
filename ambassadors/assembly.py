"""From a recipe to a community: its files read, who was forgotten left out, who refuses never ranked."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import polars as pl

from ambassadors import state as states
from ambassadors import tables
from ambassadors.community import Community, build
from ambassadors.errors import NotEnoughData, SourceError, UnknownAccount
from ambassadors.lake import Lake
from ambassadors.recipe import Cell, FetchSection, Recipe, Source, load
from ambassadors.sources.reading import Reading, read_tables

#: Where ``{data}`` in a recipe points when --data is not given.
DATA_FOLDER = "AMBASSADORS_DATA"
#: Where notes and refusals are kept when nothing else is said.
STATE_FOLDER = "AMBASSADORS_STATE"
Told = Callable[[str, int, int], None]
#: The tables that platforms give.
FETCHED = ("accounts", "follows", "posts", "interactions")


def read(
    recipe: Path | str,
    *,
    data: Path | str | None = None,
    state: Path | str | None = None,
    on_file: Told = lambda file, place, of: None,
) -> Community:
    """The community that a recipe describes; :func:`ambassadors.read` is the same for a desk, and says all of it."""
    settings, reading = read_files(recipe, data=data, on_file=on_file)
    kept = state or os.environ.get(STATE_FOLDER)
    if not kept or not states.is_there(Path(kept)):
        return assemble(settings, reading)
    with states.open_store(Path(kept)) as store:
        return refusing(assemble(naming(settings, store), states.without_forgotten(store, reading)), store)


def read_files(
    recipe: Path | str, *, data: Path | str | None = None, on_file: Told = lambda file, place, of: None
) -> tuple[Recipe, Reading]:
    """The recipe, and what its files hold, whether or not the brand is among it."""
    path = recipe_file(recipe)
    settings = with_fetched(load(path), path.parent)
    folder = data or os.environ.get(DATA_FOLDER)
    return settings, read_tables(settings, path.parent, Path(folder) if folder else None, on_file=on_file)


def with_fetched(recipe: Recipe, folder: Path) -> Recipe:
    """The recipe with what was fetched among its files, and the accounts that it fetches as the brand's and rivals'.

    Raises :class:`SourceError` when it is to be fetched and nothing was.
    """
    if not recipe.fetch:
        return recipe
    place = folder / recipe.fetched
    held = [name for name in FETCHED if name in Lake(place).tables()]
    if not held and not recipe.files:
        raise SourceError(
            recipe.fetched, "nothing was fetched yet.", "Run ambassadors fetch with the same recipe first."
        )
    platforms = {section.platform: section.keep for section in reversed(recipe.fetch)}
    files = [_fetched_file(recipe, platform, keep, name) for platform, keep in platforms.items() for name in held]
    known = Lake(place).read("accounts").select("account", "handle", "observed_at")
    accounts = [_known_as(section, section.account, known) for section in recipe.fetch]
    rivals = [_known_as(section, one, known) for section in recipe.fetch for one in section.rivals]
    brand = recipe.brand.model_copy(
        update={
            "accounts": tuple(dict.fromkeys([*recipe.brand.accounts, *accounts])),
            "rivals": tuple(dict.fromkeys([*recipe.brand.rivals, *rivals])),
        }
    )
    return recipe.model_copy(update={"files": (*recipe.files, *files), "brand": brand})


def _fetched_file(recipe: Recipe, platform: str, keep: timedelta | None, table: str) -> Source:
    """One table of the dataset as a file, of it the rows of one platform."""
    return Source(
        table=table,  # type: ignore[arg-type]  # a name of FETCHED
        path=(f"{recipe.fetched}/{table}",),
        format="delta",
        keep=keep if table in ("posts", "interactions") else None,  # profiles and ties are so until they are gone
        where={"fetched_from": (platform,)},
        columns={name: Cell(column=name) for name in tables.table(table).names},
    )


def _known_as(section: FetchSection, name: str, known: pl.DataFrame) -> str:
    """The account that was fetched under that name: by its id or handle; on a server of its own by either with it."""
    platform, plain = section.platform, name.strip().removeprefix(f"{section.platform}:").removeprefix("@")
    whole = f"{plain}@{urlsplit(section.server or '').netloc}"
    for one in (plain, whole):
        same = (pl.col("account") == f"{platform}:{one}") | (pl.col("handle").str.to_lowercase() == one.lower())
        found = known.filter(pl.col("account").str.starts_with(f"{platform}:"), same).sort("observed_at", "account")
        if found.height:
            return str(found["account"][-1])
    return f"{platform}:@{plain}"


def assemble(recipe: Recipe, reading: Reading) -> Community:
    """A community of the tables, its brand found among the accounts."""
    intakes = tuple(reading.intakes)
    try:
        return build(recipe, reading.tables, rejects=reading.rejects, intakes=intakes, repeated=reading.repeated)
    except UnknownAccount as error:
        if reading.rejects.is_empty():
            raise
        reason, rows = reading.rejects["reason"].value_counts().sort("count", "reason", descending=True).row(0)
        told = f"{error} {reading.rejects.height:,} rows were rejected, {rows:,} of them as {reason}."
        raise UnknownAccount(told) from None


def naming(recipe: Recipe, store: states.Store) -> Recipe:
    """The recipe without the names of people who were forgotten: no data can hold them any more."""

    def left(names: Iterable[str]) -> tuple[str, ...]:
        given = tuple(names)
        return tuple(name for name, said in zip(given, states.unnamed(store, given), strict=True) if said == name)

    brand = {name: left(getattr(recipe.brand, name)) for name in ("accounts", "rivals", "staff", "exclude")}
    groups = [left(group) for group in recipe.identity.people]
    people = tuple(group for group in groups if len(group) > 1)
    return recipe.model_copy(
        update={
            "brand": recipe.brand.model_copy(update=brand),
            "identity": recipe.identity.model_copy(update={"people": people}),
            "rank": recipe.rank.model_copy(update={"only": left(recipe.rank.only)}),
        }
    )


def refusing(community: Community, store: states.Store) -> Community:
    """The community in which nobody whom the store suppresses is ranked, at whatever date."""
    suppressed = states.suppressed(store, community)
    return community if suppressed.is_empty() else community.also_refusing(suppressed)


def known_at(community: Community, as_of: str | datetime | None) -> Community:
    """The community as of that moment; raises :class:`NotEnoughData` when nothing had happened by then."""
    past = community.as_of(as_of)
    if as_of is not None and all(frame.is_empty() for frame in past.kept.values()):
        raise NotEnoughData(f"nothing is known as of {as_of}: every row of the data is later.")
    return past


def recipe_file(recipe: Path | str) -> Path:
    """The file of a recipe that is named by its folder."""
    path = Path(recipe)
    return path / "brand.toml" if path.is_dir() else path
