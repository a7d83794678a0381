"""Texts of the reference that are made from the program itself while the pages are built, so that none goes stale."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from datetime import timedelta
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from ambassadors import measures, recipe, tables
from ambassadors.cli import app
from ambassadors.handover import meanings
from ambassadors.ladder import rules
from ambassadors.networkx_backend.info import FUNCTIONS
from ambassadors.recipe import DEFAULT_WEIGHTS, EVIDENCE, Recipe

#: Commands by what a person is about to do.
COMMANDS = {
    "Begin": ("demo", "check", "init", "fetch"),
    "Rank and explain": ("run", "explain", "ladder", "forecast"),
    "Judge the ranking": ("backtest", "tune"),
    "Managers' notes, and a person's rights": ("import-notes", "suppress", "export", "forget", "audit"),
    "Try it out": ("simulate",),
}
#: What a type of the recipe is called in TOML's terms.
TYPES = {str: "text", bool: "true or false", int: "whole number", float: "number", timedelta: "span of time"}
PEERS = {
    "all": "everybody",
    "platform": "the accounts of the same platform",
    "tier": "those of about as many followers",
}


def _table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A table in Markdown."""
    heads = list(head)
    lines = [heads, ["---"] * len(heads), *([str(cell).replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _code(name: object) -> str:
    return f"`{name}`"


def commands() -> str:
    """What ``--help`` says of every command."""
    left = {name for name in app if not name.startswith("-")} - {name for names in COMMANDS.values() for name in names}
    groups = {**COMMANDS, **({"Further": tuple(sorted(left))} if left else {})}
    return "\n\n".join(
        f"## {title}\n\n" + "\n\n".join(_command(name) for name in names) for title, names in groups.items()
    )


def _command(name: str) -> str:
    said: str = app[name].generate_docs(heading_level=3, usage_name=f"ambassadors {name}")
    return said.strip()


def sections() -> str:
    """Every section and key of a recipe, with its default."""
    top = "## At the top\n\n" + _section(Recipe)
    return "\n\n".join([top, *(f"## `{title}`\n\n{_section(model)}" for title, model in _models(Recipe, ""))])


def _models(of: type[BaseModel], within: str) -> Iterator[tuple[str, type[BaseModel]]]:
    """Each section below a section, as it is written in TOML, with what is below that."""
    for name, field in of.model_fields.items():
        found = next(recipe._models(field.annotation), None)
        if found is None:
            continue
        path = f"{within}{name}"
        form = get_origin(field.annotation)
        yield f"[[{path}]]" if form is tuple else f"[{path}]", found
        yield from _models(found, f"{path}.")


def _section(model: type[BaseModel]) -> str:
    keys = [
        (_code(name), _takes(field), "**required**" if field.is_required() else _default(field.default))
        for name, field in model.model_fields.items()
        if not _is_section(field.annotation)
    ]
    return f"{_paragraphs(model)}\n\n{_table(('key', 'what it takes', 'when not given'), keys)}"


def _is_section(annotation: Any) -> bool:
    alone = isinstance(annotation, type) and issubclass(annotation, BaseModel)
    return alone or (get_origin(annotation) is tuple and _is_section(get_args(annotation)[0]))


def _paragraphs(thing: Any) -> str:
    """A docstring's words, where two backticks are one."""
    return (inspect.getdoc(thing) or "").replace("``", "`")


def _takes(field: Any) -> str:
    """What a key takes; one text may stand alone where the recipe makes a list of it."""
    alone = any(getattr(one, "func", None) is recipe._one_or_many for one in field.metadata)
    return f"text, or {_kind(field.annotation)}" if alone else _kind(field.annotation)


def _kind(annotation: Any) -> str:
    """What a key takes, in words.

    >>> _kind(tuple[str, ...]), _kind(timedelta | None)
    ('list of text', 'span of time')
    """
    form, within = get_origin(annotation), [one for one in get_args(annotation) if one not in (type(None), ...)]
    if form is Literal:
        return " or ".join(_code(one) for one in within)
    if form in (Union, UnionType):
        return " or ".join(dict.fromkeys(map(_kind, within)))
    if form is tuple:
        return f"list of {_kind(within[0])}"
    if form is dict:
        return f"table of {_kind(within[1])}"
    if form is not None:  # Annotated: the type, and what is checked of it
        return _kind(within[0])
    return TYPES.get(annotation, "columns, each as below")


def _default(value: Any) -> str:
    """A default as it would stand in TOML.

    >>> _default(timedelta(days=90)), _default(("like", "love")), _default({"like": 1.0})
    ('`"90d"`', '`["like", "love"]`', '`{ like = 1.0 }`')
    """
    if value is None or value in ("", (), {}):
        return ""
    for name, weights in DEFAULT_WEIGHTS.items():
        if value == weights:
            return f"[the weights of {name}](measures.md)"
    if value == recipe.DEFAULT_FEATURES:
        return f"{len(value)} features: evidence and [measures](measures.md)"
    return _code(_toml(value))


def _toml(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case timedelta():
            hours = int(value / timedelta(hours=1))
            return f'"{hours // 24}d"' if hours and hours % 24 == 0 else f'"{value / timedelta(hours=1):g}h"'
        case str():
            return f'"{value}"'
        case tuple():
            return f"[{', '.join(map(_toml, value))}]"
        case dict():
            return "{ " + ", ".join(f"{name} = {_toml(one)}" for name, one in value.items()) + " }"
    return str(value)


def table_columns() -> str:
    """The tables with their columns, and the rule by which repeated rows become one."""
    return "\n\n".join(_of_table(table) for table in tables.TABLES.values())


def _of_table(table: tables.Table) -> str:
    rows = [(_code(one.name), one.type, "yes" if one.required else "", one.meaning) for one in table.columns]
    return (
        f"### {table.name}\n\n{_table(('column', 'type', 'required', 'meaning'), rows)}\n\nSaid twice: {table.repeats}."
    )


def reject_reasons() -> str:
    """Why a row can be turned away, and what to do about it."""
    return _table(
        ("reason", "what is wrong, and what to do"), ((_code(name), why) for name, why in tables.REASONS.items())
    )


def measure_catalogue() -> str:
    """Every measure by its question: what it is, its formula, what it needs and what it counts for."""
    questions = dict.fromkeys(one.question for one in measures.CATALOGUE.values())
    return "\n\n".join(_question(question) for question in sorted(questions))


def _question(question: str) -> str:
    title, _, asks = (inspect.getdoc(getattr(measures, question)) or "").partition("\n")[0].partition(": ")
    found = [one for one in measures.CATALOGUE.values() if one.question == question]
    return f"## {title}\n\n{asks[:1].upper()}{asks[1:]}\n\n" + "\n\n".join(map(_measure, found))


def _measure(one: measures.Measure) -> str:
    weighed = [(weights[one.name], name) for name, weights in DEFAULT_WEIGHTS.items() if one.name in weights]
    told = [f"{weight:g} among {name}" if weight else f"none among {name}, but shown" for weight, name in weighed]
    facts = {
        "Weight": ", ".join(told),
        "needs": ", ".join(map(_code, one.needs)),
        "compared with": PEERS[one.peers],
    }
    line = "; ".join(f"*{name}* {said}" for name, said in facts.items())
    return f"### {one.name}\n\n```{{eval-rst}}\n{inspect.getdoc(one.compute)}\n```\n\n{line}."


def networkx_functions() -> str:
    """The functions of networkx that are answered by compiled code, and what to know of each."""
    rows = ((_code(name), told.replace("*", "\\*")) for name, told in FUNCTIONS.items())
    return _table(("function of networkx", "what to know"), rows)


def evidence() -> str:
    """What a rung's rule may refer to."""
    return _table(("evidence", "meaning"), ((_code(name), meaning) for name, meaning in EVIDENCE.items()))


def default_rules() -> str:
    """The rules by which a rung is reached, where the recipe has none of its own."""
    ladder = recipe.LadderSection()
    named = [*reversed(rules.RUNGS), rules.NEGATIVE]
    return _table(
        ("rung", "reached when"), ((rung, " *or* ".join(map(_code, getattr(ladder, rung)))) for rung in named)
    )


def shortlist_columns() -> str:
    """What each column of a shortlist means."""
    return _table(("column", "meaning"), ((_code(name), said) for name, said in meanings.MEANINGS.items()))


def apart_columns() -> str:
    """What the columns of who is set apart mean, beside those of the lists."""
    return _table(("column", "meaning"), ((_code(name), said) for name, said in meanings.APART_MEANINGS.items()))
