"""The recipe for a folder: TOML for a person to read, to complete and to keep."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from ambassadors.display import clip
from ambassadors.errors import NotEnoughData
from ambassadors.exports.found import File, Found
from ambassadors.exports.proposing import OwnTable, Proposal
from ambassadors.exports.spec import BRAND
from ambassadors.identity.addresses import KEY
from ambassadors.recipe_checks import UNFILLED

#: What stands where a platform belongs that no file tells.
_ANY = "platform"
MOST_COLUMNS = 40


def recipe_for(found: Found, *, name: str, title: str = "", accounts: Mapping[str, str] | None = None) -> str:
    """The text of a recipe that reads what was found; what the person must still say is marked with FILL IN.

    ``accounts`` says who the brand is on a platform (``{"x": "@cafe"}``) where the files do not, or name several. Rows
    of a file that says whose export it is, or lies beside one that does, are that account's, and no other's. Where
    there are only tables of one's own, each gets a section in which every column is to be filled in.

    Raises :class:`NotEnoughData` when no file in the folder gives any row, and none is a table.
    """
    if not (found.readable or found.own):
        raise NotEnoughData(
            f"{found.folder}: no file in it can be read. Drop in the exports of your platforms and your shop; "
            "ambassadors check FOLDER says what each file is."
        )
    several = {platform for platform, _ in found.owners if [one for one, _ in found.owners].count(platform) > 1}
    sole = {platform: account for platform, account in found.owners if platform not in several}
    brand = {**sole, **(accounts or {})}
    platforms = sorted({file.platform for file in found.readable if file.platform})
    of_web = {"web": f"@{slug(name)}"}  # pages speak of the brand, which has no account among them
    names = {platform: (of_web | brand).get(platform, UNFILLED) for platform in platforms}
    if not platforms:
        names = dict(accounts or {_ANY: UNFILLED})
    sections = _sections(found, names) if found.readable else _own_sections(found, names)
    text = [*_head(found, name, title, names), *sections]
    return "\n".join(text).rstrip() + "\n"


def slug(text: str) -> str:
    """A name for a recipe made of a folder's.

    >>> slug("Café Möwe (exports)")
    'caf-m-we-exports'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:64] or "brand"


def _head(found: Found, name: str, title: str, names: Mapping[str, str]) -> list[str]:
    lines = [
        "# Made from the files in this folder. Look it through; lines with FILL IN need you.",
        f"name = {_toml(name)}",
        *([f"title = {_toml(title)}"] if title else []),
    ]
    if not found.readable or any(one.zoneless for file in found.readable for one in file.proposals):
        hint = 'where the clock stood by which some of these times were written, such as "Europe/Oslo", or "UTC"'
        lines.append(f"zone = {_toml(UNFILLED)} # FILL IN: {hint}")
    if any(file.needs for file in found.readable):
        lines += [
            "",
            "# Addresses are kept as keyed hashes only. FILL IN, in the environment and not here: "
            f"{KEY}, a long secret",
            "# text, such as what openssl rand -hex 32 gives. Keep it: with another one nobody is recognised.",
        ]
    lines += ["", "[brand]"]
    ids = [_account(platform, account) for platform, account in names.items()]
    unknown = sorted(platform for platform, account in names.items() if account == UNFILLED)
    whose = [f"{platform} ({_whose(platform, found)})" for platform in unknown]
    hint = f" # FILL IN: the brand's handle on {', '.join(whose)}".replace(" ()", "") if unknown else ""
    if _ANY in unknown:
        hint = ' # FILL IN: the brand, such as "instagram:@my.brand"'
    lines.append(f"accounts = {_toml(ids)}{hint}")
    return [*lines, "rivals = [] # FILL IN, if you like: the accounts of rivals, to compare with"]


def _whose(platform: str, found: Found) -> str:
    """The accounts of which there are exports, where there are several."""
    accounts = [account for one, account in found.owners if one == platform]
    return "here are exports of " + " and ".join(accounts) if accounts else ""


def _account(platform: str, account: str) -> str:
    """An account as the recipe's brand names it.

    >>> _account("x", "@Cafe"), _account("x", "12")
    ('x:@Cafe', 'x:12')
    """
    return f"{platform}:{account}"


def _sections(found: Found, names: Mapping[str, str]) -> Iterable[str]:
    """One ``[[files]]`` for each table that an export gives, with all files of the same shape in it."""
    grouped: dict[str, tuple[File, Proposal, list[str]]] = {}
    for file in found.readable:
        whose = file.account or names.get(file.platform, UNFILLED)
        for one in file.proposals:
            key = json.dumps([file.kind, whose, one.table, one.settings, one.columns], sort_keys=True, default=list)
            grouped.setdefault(key, (file, one, []))[2].append(file.path)
    for file, one, paths in grouped.values():
        several = sum(platform == file.platform for platform, _ in found.owners) > 1
        whose = f" (here the brand is {file.account})" if several and file.account else ""
        yield from ("", f"# {file.title}{whose}: {one.gives}.")
        if file.says:
            yield f"# {file.says}"
        yield from _section(one, paths, file.account or names.get(file.platform, UNFILLED))


def _own_sections(found: Found, names: Mapping[str, str]) -> Iterable[str]:
    """One ``[[files]]`` to be filled in for each table of one's own, with all files of the same shape in it."""
    grouped: dict[str, tuple[OwnTable, list[str]]] = {}
    for file in found.own:
        if file.own:
            key = json.dumps([file.own.columns, file.own.settings])
            grouped.setdefault(key, (file.own, []))[1].append(file.path)
    platform = next(iter(names)) if len(names) == 1 and _ANY not in names else UNFILLED
    for own, paths in grouped.values():
        yield from _own_section(own, paths, platform)


def _own_section(own: OwnTable, paths: list[str], platform: str) -> Iterable[str]:
    columns = ", ".join(_toml(_seen(name)) for name in own.columns[:MOST_COLUMNS])
    more = f", and {len(own.columns) - MOST_COLUMNS:,} more" if len(own.columns) > MOST_COLUMNS else ""
    on = ' # FILL IN: where these people are, such as "instagram"' if platform == UNFILLED else ""
    yield from (
        "",
        "# A table of your own: who did what toward whom, and when. More: docs/how-to/own-recipe.md",
        f"# Its columns: {columns}{more}",
        "[[files]]",
        'table = "interactions"',
        f"path = {_toml(paths[0] if len(paths) == 1 else paths)}",
        f"platform = {_toml(platform)}{on}",
        *(f"{key} = {_toml(value)}" for key, value in own.settings.items()),
        "",
        "[files.columns]",
        *(f"{column} = {_toml(cell)} # FILL IN: {hint}" for column, cell, hint in _OWN),
    )


def _seen(name: str) -> str:
    """A column's name without letters that nobody sees, which could turn the line around."""
    return clip("".join(letter if letter.isprintable() else "\ufffd" for letter in name), 60)


_BRAND_OR = 'the brand, if all was toward it; or { column = "...", handle = true }'
#: What must be said of a table of acts.
_OWN: tuple[tuple[str, Any, str], ...] = (
    ("source", {"column": UNFILLED, "handle": True}, "the column of who did it"),
    ("target", {"value": UNFILLED, "handle": True}, _BRAND_OR),
    ("kind", UNFILLED, 'the column of what they did; or { value = "comment" }, if that is all they did'),
    ("at", UNFILLED, 'the column of when; or { column = "...", time = "%d/%m/%Y %H:%M" }, if it is written so'),
)


def _section(one: Proposal, paths: list[str], account: str) -> Iterable[str]:
    yield from ("[[files]]", f"table = {_toml(one.table)}", f"path = {_toml(paths[0] if len(paths) == 1 else paths)}")
    if one.platform:
        yield f"platform = {_toml(one.platform)}"
    for key, value in _settings(one.settings, account).items():
        yield f"{key} = {_toml(value)}"
    yield from ("", "[files.columns]")
    for column, cell in one.columns.items():
        hint = " # FILL IN: the brand" if cell == BRAND and account == UNFILLED else ""
        yield f"{column} = {_toml(_brand(account) if cell == BRAND else cell)}{hint}"


def _settings(settings: Mapping[str, Any], account: str) -> Mapping[str, Any]:
    """The settings, with the account for the brand; one that is known by its handle alone is in no column of ids."""
    unless = settings.get("unless", {})
    if BRAND not in unless.values():
        return settings
    known = account.isalnum()
    kept = {name: f"^{account}$" if form == BRAND else form for name, form in unless.items() if known or form != BRAND}
    return {**settings, "unless": kept}


def _brand(account: str) -> dict[str, Any]:
    """The cell in which the brand itself stands."""
    return {"value": account, **({"handle": True} if account.startswith("@") else {})}


def _toml(value: Any) -> str:
    r"""A value as TOML.

    >>> _toml({"column": "a b", "where it is": ["x", True]})
    '{ column = "a b", "where it is" = ["x", true] }'
    """
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_key(key)} = {_toml(one)}" for key, one in value.items())
        return f"{{ {inner} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, str) and "\\" in value and "'" not in value and value.isprintable():
        return f"'{value}'"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _toml(key)
