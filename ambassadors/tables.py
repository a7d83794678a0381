"""The tables of one brand's world: columns, types and the rules a row must keep.

Every row is accepted whole or rejected with a reason; nothing is repaired, padded or dropped in silence.

:func:`check` judges each row on its own and returns both piles, the good rows (typed) and the rejects. The rule by
which rows that say the same become one stands in each table's ``repeats``; :mod:`ambassadors.repeats` follows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import polars as pl

from ambassadors.errors import UnknownName, did_you_mean

#: What one account can do toward another account or a post, in the field's words.
KINDS = ("like", "comment", "reply", "share", "quote", "mention", "tag", "review", "referral")
#: No platform is older; an earlier time comes from a clock that was never set.
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
TIME = pl.Datetime("us", "UTC")

Type = Literal["account", "id", "text", "time", "count", "number", "stars", "weight", "flag", "kind"]
_DTYPES: dict[str, pl.DataType] = {
    "account": pl.String(),
    "id": pl.String(),
    "text": pl.String(),
    "time": TIME,
    "count": pl.Int64(),
    "number": pl.Float64(),
    "stars": pl.Float64(),
    "weight": pl.Float64(),
    "flag": pl.Boolean(),
    "kind": pl.Enum(KINDS),
}

#: Why a row can be turned away, and what to do about it: first by the readers, then by the tables.
REASONS = {
    "ragged_row": "the row has more or fewer cells than the header; mend it where the file is made",
    "stray_quote": "a quotation mark inside a cell; double it and quote the cell, or say quoting = false",
    "unclosed_quote": "a quotation mark opens a cell and none closes it; close it, or say quoting = false",
    "stray_cr": "a carriage return inside a cell that is not quoted; quote the cell",
    "nul_byte": "a NUL byte: the row was damaged on its way",
    "bad_encoding": "the bytes are no text in the file's encoding; say encoding = in the recipe, such as 'cp1252'",
    "blank_line": "the line is empty; take it out, or leave it: nothing else is lost",
    "cell_too_long": "the cell is longer than 131,072 characters",
    "record_too_long": "the row is longer than 16 MiB: a line end or a closing quotation mark is missing",
    "bad_json": "the line is not JSON; mend or take out the line",
    "not_an_object": "the line is JSON, but not one object { ... } with a key for each column",
    "duplicate_key": "the object has one key twice",
    "nested_too_deep": "the object is nested more than 32 levels deep",
    "missing": "a required value is empty",
    "scientific_id": "a spreadsheet turned this id into a number and its digits are lost; export the ids again as text",
    "decimal_id": "this id went through a decimal number; export the ids again as text",
    "spaces_around": "there are spaces around the value; say strip = true in the recipe if they mean nothing",
    "control_character": "the id holds a control or invisible character",
    "too_long": "an id has at most 512 characters",
    "no_platform": "an account id is platform:native_id; say platform = in the recipe",
    "not_a_time": "the value is not a time in the declared form",
    "ambiguous_date": "day and month cannot be told apart; declare the form, such as time = '%d/%m/%Y'",
    "looks_like_epoch": "the value looks like an epoch number; declare it, such as time = 'epoch_s'",
    "no_zone": "the time names no zone; say zone = in the recipe",
    "clock_change": "no such hour, or two of them: the clock of that zone was changed; export times with their offset",
    "before_1990": "no platform is that old: the clock was wrong",
    "in_the_future": "the time lies after the moment of reading: the clock was wrong",
    "not_a_count": "a count is a whole number from 0 up",
    "not_a_number": "the value is not a plain decimal number",
    "negative": "the value may not be negative",
    "not_stars": "a rating is a number from 1 to 5; bring another scale to it with values = { ... }",
    "not_a_flag": "a flag is true/false, yes/no or 1/0",
    "unknown_kind": "the kind is none of ours; rename it with values = { ... } in the recipe",
    "unknown_value": "the value stands in no entry of values = { ... }",
    "nothing_to_extract": "the value does not hold the part that extract asks for; mend it, or say others = 'empty'",
    "not_an_address": "the value is no e-mail address; empty the cell, or say values = { '-' = '' }, others = 'keep'",
    "inexact_id": "a number this large was already rounded by the file's format",
    "self_follow": "an account cannot follow itself",
    "before_it_was_sent": "an offer ends, or is taken up, before it was sent: mend the times where the file is made",
    "unknown_post": "the row names no target, and its post is not in posts",
}


@dataclass(frozen=True)
class Column:
    """One column of a table: what it is called, how its text is read, and whether a row can do without it."""

    name: str
    type: Type
    meaning: str
    required: bool = False

    @property
    def dtype(self) -> pl.DataType:
        """The polars type that the column has once it is checked."""
        return _DTYPES[self.type]


@dataclass(frozen=True)
class Table:
    """A table: its columns, the column that dates a row, and the rule by which repeated rows become one.

    ``surely_by`` is the moment by which a row with an uncertain time had surely come: it is unknown before.
    ``hidden_until`` are columns that a row gets only later: each value is unknown before the moment that it states.
    Times in ``ahead`` may lie after the moment of reading.
    """

    name: str
    columns: tuple[Column, ...]
    dated_by: tuple[str, ...]
    key: tuple[str, ...]
    repeats: str
    surely_by: tuple[str, ...] = ()
    hidden_until: tuple[str, ...] = ()
    ahead: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        """The column names in order."""
        return tuple(column.name for column in self.columns)

    @property
    def naming(self) -> tuple[str, ...]:
        """The columns that name an account.

        >>> FOLLOWS.naming
        ('source', 'target')
        """
        return tuple(column.name for column in self.columns if column.type == "account")

    @property
    def schema(self) -> pl.Schema:
        """The polars schema of a checked frame."""
        return pl.Schema({column.name: column.dtype for column in self.columns})

    def empty(self) -> pl.DataFrame:
        """A frame of this table without rows."""
        return self.schema.to_frame()


_Specs = Iterable[tuple[str, Type, str]]


def _columns(required: _Specs, optional: _Specs) -> tuple[Column, ...]:
    return (*(Column(*spec, required=True) for spec in required), *(Column(*spec) for spec in optional))


ACCOUNTS = Table(
    "accounts",
    _columns(
        [("account", "account", "platform:native_id")],
        [
            ("handle", "text", "the name that others call it by; it can change"),
            ("name", "text", "the name shown"),
            ("bio", "text", "the profile's own words"),
            ("followers", "count", "followers as the platform states them"),
            ("following", "count", "accounts followed, as stated"),
            ("posts", "count", "posts published, as stated"),
            ("listed", "count", "lists that the account is on"),
            ("likes_received", "count", "as a vendor's export states it"),
            ("comments_received", "count", "as a vendor's export states it"),
            ("shares_received", "count", "as a vendor's export states it"),
            ("mentions_received", "count", "as a vendor's export states it"),
            ("views", "count", "as a vendor's export states it"),
            ("created_at", "time", "when the account was opened"),
            ("verified", "flag", "verified by the platform"),
            ("language", "text", "language code"),
            ("location", "text", "as the profile states it"),
            ("url", "text", "the profile's page"),
            ("links", "text", "addresses that the profile itself names"),
            ("email_key", "text", "a keyed hash of the address, never the address"),
            ("discoverable", "flag", "the person agrees to be found"),
            ("indexable", "flag", "the person agrees that their posts are searched"),
            ("noindex", "flag", "the person asks search engines to stay away"),
            ("hide_collections", "flag", "the person hides whom they follow and who follows them"),
            ("protected", "flag", "only approved followers may read the account"),
            ("under_age", "flag", "younger than 18, as the profile states"),
            ("observed_at", "time", "when these values were true"),
        ],
    ),
    dated_by=("observed_at", "created_at"),
    key=("account", "observed_at"),
    repeats="one row an account and moment of observation: of each column the last value read",
)
FOLLOWS = Table(
    "follows",
    _columns(
        [("source", "account", "who follows"), ("target", "account", "who is followed")],
        [("since", "time", "when it began"), ("observed_at", "time", "when it was seen")],
    ),
    dated_by=("since", "observed_at"),
    key=("source", "target"),
    repeats="one row a source and target: the earliest",
)
POSTS = Table(
    "posts",
    _columns(
        [("post", "id", "platform:native_id"), ("author", "account", "who published it"), ("at", "time", "when")],
        [
            ("text", "text", "its words"),
            ("language", "text", "language code"),
            ("kind", "text", "post, video, story, ..."),
            ("impressions", "count", "times it was shown"),
            ("sentiment", "number", "as a person or a text model judged it: below 0 against the brand, above 0 for it"),
            ("url", "text", "its page"),
        ],
    ),
    dated_by=("at",),
    key=("post",),
    repeats="one row a post: the earliest",
)
INTERACTIONS = Table(
    "interactions",
    _columns(
        [
            ("source", "account", "who acts"),
            ("target", "account", "toward whom"),
            ("kind", "kind", "one of " + ", ".join(KINDS)),
            ("at", "time", "when"),
        ],
        [
            ("post", "id", "the post acted upon"),
            ("weight", "weight", "how many acts the row stands for (1 when empty)"),
            ("text", "text", "its words"),
            ("rating", "stars", "stars of a review, 1 to 5"),
            ("sentiment", "number", "as a person or a text model judged it: below 0 against the brand, above 0 for it"),
            ("at_latest", "time", "where the platform tells no time: at is the earliest possible, this the latest"),
        ],
    ),
    dated_by=("at",),
    key=("at", "source", "target", "kind", "post"),
    repeats="one row a source, target, kind, time and post: the same act seen twice, the larger weight",
    surely_by=("at_latest",),
)
CUSTOMERS = Table(
    "customers",
    _columns(
        [("customer", "id", "the shop's id")],
        [
            ("email_key", "text", "a keyed hash of the address, never the address"),
            ("account", "account", "the linked account"),
            (
                "email",
                "text",
                "only where it shall stand in the shortlist; shown for customers who agree to be contacted",
            ),
            ("consent", "flag", "agrees to be contacted"),
            ("since", "time", "when they became a customer"),
        ],
    ),
    dated_by=("since",),
    key=("customer", "account", "since"),
    repeats="one row a customer, account and date: of each column the last value read, of consent a refusal",
)
ORDERS = Table(
    "orders",
    _columns(
        [
            ("customer", "id", "who bought"),
            ("at", "time", "when"),
            ("amount", "number", "paid, in currency units; a negative amount is money paid back"),
        ],
        [
            ("order", "id", "the shop's id; a row without one is an order of its own"),
            ("currency", "text", "ISO 4217 code"),
            ("code", "text", "discount or referral code used"),
            ("refunded", "weight", "paid back, in currency units; it becomes a row of its own with a negative amount"),
            ("refunded_at", "time", "when it was paid back; the time of the order when empty"),
        ],
    ),
    dated_by=("at",),
    key=("customer", "order", "at"),
    repeats="rows of one file with the same customer, order and time are lines: their amounts are added; "
    "when several files hold such lines, those of the last file count",
)
OFFERS = Table(
    "offers",
    _columns(
        [
            ("account", "account", "whom the brand asked, or offered something; customer:ID is a customer of the shop"),
            ("campaign", "id", "the brand's name for the offer"),
            ("at", "time", "when it was sent"),
        ],
        [
            ("until", "time", "when it ends"),
            ("answered_at", "time", "when the person took it up; empty: they have not"),
        ],
    ),
    dated_by=("at",),
    key=("account", "campaign"),
    repeats="one row an account and campaign: the earliest; of answered_at the earliest",
    hidden_until=("answered_at",),
    ahead=("until",),
)
#: Flags of an account that keep a person out of every list where they say no, and those that do where they say yes.
AGREEMENTS = ("discoverable", "indexable")
REFUSALS = ("noindex", "hide_collections", "protected", "under_age")
TABLES = {table.name: table for table in (ACCOUNTS, FOLLOWS, POSTS, INTERACTIONS, CUSTOMERS, ORDERS, OFFERS)}

#: One row a rejected row: where it stood, which column, why, and what stood there.
REJECTS = pl.Schema({"file": pl.String, "line": pl.Int64, "column": pl.String, "reason": pl.String, "value": pl.String})


def table(name: str) -> Table:
    """The table of that name.

    Raises :class:`UnknownName` with the nearest names for any other.

    >>> table("follows").names
    ('source', 'target', 'since', 'observed_at')
    """
    if name not in TABLES:
        raise UnknownName(f"there is no table {name!r}. {did_you_mean(name, TABLES)}")
    return TABLES[name]


def check(table: Table, frame: pl.DataFrame, *, latest: datetime | None = None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Both piles of a frame of text: ``(good, rejects)``, with ``good.height + rejects.height == frame.height``.

    ``frame`` has any of the table's columns, as text or already typed; an empty text is a missing value. ``good`` has
    all of the table's columns, typed, and the row numbers in ``row``; ``rejects`` has ``row, column, reason, value``,
    the first thing wrong with each row. Times after ``latest`` are rejected. Who has already read a column (a time in
    a declared form, say) puts beside it what stood in the file, in ``raw:COLUMN``, and what was wrong, in
    ``why:COLUMN``.

    >>> good, rejects = check(FOLLOWS, pl.DataFrame({"source": ["x:1", "x:1"], "target": ["x:2", "x:1"]}))
    >>> good.height, rejects.row(0)
    (1, (1, 'target', 'self_follow', 'x:1'))
    """
    judged = frame.select(
        pl.int_range(pl.len(), dtype=pl.Int64).alias("row"),
        *(_raw(column, frame).alias(f"raw:{column.name}") for column in table.columns),
        *(_value(column, frame).alias(column.name) for column in table.columns),
        *(pl.col(name) for name in frame.columns if name.startswith("why:")),
    )
    judged = judged.with_columns(
        pl.coalesce(
            *([f"why:{column.name}"] if f"why:{column.name}" in judged.columns else []),
            _reason(column, None if column.name in table.ahead else latest),
        ).alias(f"why:{column.name}")
        for column in table.columns
    )
    for name, rule in _ROW_RULES.get(table.name, ()):
        judged = judged.with_columns(pl.coalesce(f"why:{name}", rule).alias(f"why:{name}"))
    fine = pl.all_horizontal(pl.col(f"why:{name}").is_null() for name in table.names)
    return judged.filter(fine).select("row", *table.names), _first_faults(table, judged.filter(~fine))


def _first_faults(table: Table, wrong: pl.DataFrame) -> pl.DataFrame:
    """One row a rejected row: its first faulty column, the reason and the value that stood there."""
    faulty = [pl.when(pl.col(f"why:{name}").is_not_null()) for name in table.names]
    return wrong.select(
        "row",
        pl.coalesce(when.then(pl.lit(name)) for when, name in zip(faulty, table.names, strict=True)).alias("column"),
        pl.coalesce(f"why:{name}" for name in table.names).alias("reason"),
        pl.coalesce(
            when.then(pl.col(f"raw:{name}").fill_null("")) for when, name in zip(faulty, table.names, strict=True)
        ).alias("value"),
    )


def _raw(column: Column, frame: pl.DataFrame) -> pl.Expr:
    """What stood in the file, for the list of rejects."""
    known = [name for name in (f"raw:{column.name}", column.name) if name in frame.columns]
    return pl.col(known[0]).cast(pl.String).str.slice(0, 200) if known else pl.lit(None, pl.String)


_NUMBER = r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$"
_FLAGS = {"true": True, "yes": True, "1": True, "t": True, "false": False, "no": False, "0": False, "f": False}


def _value(column: Column, frame: pl.DataFrame) -> pl.Expr:
    """The typed value, null where the text cannot be read."""
    value = pl.col(column.name) if column.name in frame.columns else pl.lit(None, column.dtype)
    found = frame.schema.get(column.name, column.dtype)
    if found != pl.String:
        whole = value == value.floor() if column.type in ("count", "flag") and found.is_float() else pl.lit(True)
        return pl.when(whole).then(value).cast(column.dtype, strict=False)
    filled = pl.when(value != "").then(value)
    if column.type == "flag":
        return filled.str.to_lowercase().replace_strict(_FLAGS, default=None, return_dtype=pl.Boolean)
    if column.type == "count":
        return pl.when(value.str.contains(r"^\d{1,18}$")).then(value).cast(pl.Int64)
    if column.type in ("number", "stars", "weight"):
        return pl.when(value.str.contains(_NUMBER)).then(value).cast(pl.Float64)
    return filled.cast(column.dtype, strict=False)


def _reason(column: Column, latest: datetime | None) -> pl.Expr:
    """Why a cell cannot stand, null where it can."""
    value, raw = pl.col(column.name), pl.col(f"raw:{column.name}")
    empty = raw.is_null() | (raw == "")
    rules = [(~empty & value.is_null(), f"{_UNREADABLE.get(column.type, 'missing')}"), *_RULES[column.type](value, raw)]
    if column.type == "time" and latest is not None:
        rules.append((value > latest, "in_the_future"))
    if column.required:
        rules.insert(0, (value.is_null() & empty, "missing"))
    return pl.coalesce(pl.when(condition).then(pl.lit(reason)) for condition, reason in rules)


_UNREADABLE = {
    "time": "not_a_time",
    "count": "not_a_count",
    "number": "not_a_number",
    "stars": "not_stars",
    "weight": "not_a_number",
    "flag": "not_a_flag",
    "kind": "unknown_kind",
}
_Rules = list[tuple[pl.Expr, str]]


def _id_rules(value: pl.Expr, raw: pl.Expr) -> _Rules:
    # what stood in the file, before the recipe's prefix can hide it
    native = raw.str.replace(r"^[a-z][a-z0-9_]*:", "")
    return [
        (native.str.contains(r"^[+-]?\d([.,]\d+)?[eE][+-]?\d{1,3}$"), "scientific_id"),
        (native.str.contains(r"^\d+[.,]0*$"), "decimal_id"),
        (native.str.contains(r"^\s|\s$"), "spaces_around"),
        (value.str.contains(r"[\p{Cc}\p{Cf}]"), "control_character"),
        (value.str.len_bytes() > 512, "too_long"),
    ]


def _account_rules(value: pl.Expr, raw: pl.Expr) -> _Rules:
    return [*_id_rules(value, raw), (~value.str.contains(r"^[a-z][a-z0-9_]*:."), "no_platform")]


def _no_rules(value: pl.Expr, raw: pl.Expr) -> _Rules:
    return []


_RULES: dict[str, Callable[[pl.Expr, pl.Expr], _Rules]] = {
    "account": _account_rules,
    "id": _id_rules,
    "text": _no_rules,
    "kind": _no_rules,
    "flag": _no_rules,
    "time": lambda value, raw: [(value < EARLIEST, "before_1990")],
    "count": lambda value, raw: [(value < 0, "negative")],
    "weight": lambda value, raw: [(value < 0, "negative"), (~value.is_finite(), "not_a_number")],
    "number": lambda value, raw: [(~value.is_finite(), "not_a_number")],
    "stars": lambda value, raw: [(~value.is_between(1, 5), "not_stars")],
}
#: Rules that need two columns: the column to blame, and the reason where the rule is broken.
_ROW_RULES: dict[str, tuple[tuple[str, pl.Expr], ...]] = {
    "follows": (("target", pl.when(pl.col("source") == pl.col("target")).then(pl.lit("self_follow"))),),
    "offers": tuple(
        (name, pl.when(pl.col(name) < pl.col("at")).then(pl.lit("before_it_was_sent")))
        for name in ("until", "answered_at")
    ),
}
