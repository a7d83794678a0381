"""The recipe: one TOML file that says where a brand's rows are, how they become graphs, and whom to rank.

:func:`load` reads it and reports all of its faults at once, each with its key and what would be right.
The defaults of every setting stand here, and nowhere else.
"""

from __future__ import annotations

import difflib
import re
import tomllib
import zoneinfo
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import polars as pl
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from ambassadors.errors import AmbassadorsError, Fault, RecipeError, did_you_mean
from ambassadors.recipe_checks import UNFILLED, brand_faults, source_faults

#: The measures and what each counts for in a ranking. 0: shown, but without weight.
DEFAULT_WEIGHTS: dict[str, dict[str, float]] = {
    "influencers": {
        "responders": 15,
        "responders_of_late": 15,
        "responders_recent": 15,
        "responders_now": 15,
        "audience_responders": 10,
        "cascade_credit_received": 15,
        "responses_per_post": 5,
        "engagement_rate_by_followers": 3,
        "on_topic": 2,
        # next to nothing beside responses; where there are none, they share all of it
        "follow_fitness": 0.5,
        "followers_stated": 2,
        "listed": 2,
        "mentions_stated": 1,
        "shares_stated": 1,
        "comments_stated": 1,
        "likes_stated": 1,
        "views_stated": 1,
        "response_pagerank": 0,
        "follow_pagerank": 0,
        "followers_known": 0,
        "usual_pace": 0,
        "recency": 0,
        "frequency": 0,
        "active_days": 0,
        "kind_mix": 0,
        "core": 0,
    },
    "ambassadors": {
        "brand_affinity": 20,
        "brand_momentum": 20,
        "brand_active_days": 10,
        "brand_voice": 10,
        "attention_share": 10,
        "brand_closeness": 10,
        "order_recency": 5,
        "order_frequency": 8,
        "net_spend": 4,
        "tenure": 3,
        "refund_share": 0,
        "brand_affinity_of_late": 0,
        "brand_answers": 0,
        "reaction_time": 0,
        "same_season": 0,
        "activity": 0,
        "activity_of_late": 0,
        "activity_now": 0,
        "advocates_around": 0,
        "advocates_followed": 0,
        "talked_to": 0,
        "passed_on": 0,
        "orders_of_late": 0,
        "order_overdue": 0,
        "offers_answered": 0,
        "offers_ignored": 0,
    },
}

#: From what a next step is foretold: evidence of the ladder, and measures.
DEFAULT_FEATURES = (
    # what they did, of each kind
    "likes",
    "comments",
    "shares",
    "mentions",
    "recommendations",
    "reviews",
    "referrals",
    "defences",
    "follows_brand",
    "active_days",
    "complaints",
    "settled_complaints",
    # how much lately, how lately, and whether more than before
    "brand_affinity",
    "brand_affinity_of_late",
    "brand_voice",
    "brand_momentum",
    "quiet_days",
    "same_season",
    # how much of anything
    "activity",
    "activity_of_late",
    "activity_now",
    # how the brand and they answer each other
    "brand_answers",
    "reaction_time",
    # who is around them
    "advocates_around",
    "advocates_followed",
    "talked_to",
    "passed_on",
    "followers_known",
    "brand_closeness",
    "attention_share",
    # what they buy
    "order_recency",
    "order_frequency",
    "orders_of_late",
    "order_overdue",
    "net_spend",
    "tenure",
    "refund_share",
    # what they were offered
    "offers_answered",
    "offers_ignored",
)

#: Every measure that a recipe may weigh.
MEASURES = sorted({name for weights in DEFAULT_WEIGHTS.values() for name in weights})

#: What a rung's rule may refer to, with its meaning. Counts lie within the ladder's window.
EVIDENCE: dict[str, str] = {
    "follows_brand": "follows the brand (1) or not (0)",
    "interactions": "acts toward the brand",
    "likes": "likes of the brand or its posts",
    "comments": "comments and replies to the brand or under its posts",
    "shares": "shares of the brand's posts",
    "mentions": "mentions, quotes and tags of the brand",
    "recommendations": "shares, quotes, mentions and tags of the brand, good reviews, referrals",
    "referrals": "people referred",
    "reviews": "reviews written",
    "defences": "replies to people who criticised the brand",
    "posts": "posts of their own, on whatever subject",
    "active_days": "different days with an act toward the brand",
    "orders": "orders paid, not wholly refunded",
    "refunds": "orders refunded",
    "complaints": "bad ratings, words of complaint, a sentiment below 0",
    "settled_complaints": "complaints with something good after them",
    "open_complaints": "complaints with nothing good after them",
    "quiet_days": "days since they last did anything toward the brand",
}

#: How a time may be written; anything else is a strptime pattern.
TIME_FORMS = ("iso", "epoch_s", "epoch_ms", "epoch_us")

_DURATION = re.compile(r"^(\d+(?:\.\d+)?)\s*(h|d|w|y)$")
_HOURS = {"h": 1.0, "d": 24.0, "w": 168.0, "y": 8766.0}
_CONDITION = re.compile(r"^\s*(\w+)\s*(>=|>|<=|<|==)\s*(\d+(?:\.\d+)?)\s*$")


def duration(text: object) -> timedelta:
    """A span of time such as ``36h``, ``90d``, ``2w`` or ``1y`` (a year has 365.25 days).

    >>> duration("36h")
    datetime.timedelta(days=1, seconds=43200)
    """
    if isinstance(text, timedelta):
        return text
    found = _DURATION.match(text) if isinstance(text, str) else None
    if not found or not 0 < float(found[1]) * _HOURS[found[2]] <= 100 * _HOURS["y"]:
        raise ValueError(f"{text!r} is not a span of time. Write '36h', '90d', '2w' or '1y', a century at most.")
    return timedelta(hours=float(found[1]) * _HOURS[found[2]])


def moment(text: str) -> datetime:
    """A moment in UTC from ISO 8601; a date alone is its first moment.

    >>> moment("2026-06-01").isoformat()
    '2026-06-01T00:00:00+00:00'
    """
    try:
        when = datetime.fromisoformat(text)
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise AmbassadorsError(
            f"{text!r} is not a time. Write ISO 8601: '2026-06-01' or '2026-06-01T18:00:00+02:00'."
        ) from None


def condition(text: str) -> tuple[tuple[str, str, float], ...]:
    """A rung's rule taken apart: ``(evidence, comparison, number)``, all of which must hold.

    >>> condition("orders >= 2 and refunds == 0")
    (('orders', '>=', 2.0), ('refunds', '==', 0.0))
    """
    parts = []
    for part in text.split(" and "):
        found = _CONDITION.match(part)
        if not found:
            raise ValueError(f"{part.strip()!r} is not a rule. Write 'likes >= 3' or 'orders >= 2 and refunds == 0'.")
        if found[1] not in EVIDENCE:
            raise ValueError(f"there is no evidence {found[1]!r}. {did_you_mean(found[1], EVIDENCE)}")
        parts.append((found[1], found[2], float(found[3])))
    return tuple(parts)


def _zone(name: str) -> str:
    if name == UNFILLED:
        raise ValueError(f"still says {UNFILLED}. Write where the clock of these times stood: UTC, or Europe/Oslo.")
    if name not in zoneinfo.available_timezones():
        near = did_you_mean(name, zoneinfo.available_timezones())
        raise ValueError(f"{name!r} is not a time zone. {near or 'Write one such as UTC or Europe/Oslo.'}")
    return name


def _conditions(rules: tuple[str, ...]) -> tuple[str, ...]:
    for rule in rules:
        condition(rule)
    return rules


def _one_or_many(value: object) -> object:
    return [value] if isinstance(value, str) else value


_Weights = dict[str, float]


def _merged(given: _Weights, defaults: _Weights, what: str, known: Iterable[str] = ()) -> _Weights:
    """The defaults with the given values over them; what a recipe does not name keeps its default."""
    names = set(known) or set(defaults)
    wrong = [f"there is no {what} {name!r}. {did_you_mean(name, names)}" for name in given if name not in names]
    if wrong:
        raise ValueError(" ".join(wrong))
    return {**defaults, **given}


def _time_form(form: str) -> str:
    if form in TIME_FORMS:
        return form
    if "%" not in form:
        raise ValueError(f"{form!r} is not a form of time. {did_you_mean(form, TIME_FORMS)} Or a pattern: '%d/%m/%Y'.")
    if ".%f" in form:
        raise ValueError(f"{form!r}: fractions of a second are written %.f, as in '%H:%M:%S%.f'.")
    try:
        written = datetime(2026, 3, 4, 15, 6, 7, tzinfo=UTC).strftime(form.replace("%.f", ""))
        read = pl.Series([written]).str.to_datetime(form, time_zone="UTC" if "%z" in form else None, strict=False)[0]
    except (pl.exceptions.PolarsError, ValueError):
        read = None
    if read is None or (read.year, read.month, read.day) != (2026, 3, 4):
        raise ValueError(f"{form!r} cannot be read back: name day, month, year, and hours with minutes if any.")
    return form


Duration = Annotated[timedelta, BeforeValidator(duration)]
Zone = Annotated[str, AfterValidator(_zone)]
Names = Annotated[tuple[str, ...], BeforeValidator(_one_or_many)]
Rules = Annotated[tuple[str, ...], BeforeValidator(_one_or_many), AfterValidator(_conditions)]
Topic = Literal[
    "followers", "profiles", "posts", "likes", "shares", "quotes", "replies", "mentions", "threads", "follows"
]
Rung = Literal["aware", "like", "love", "advocate", "defend", "negative"]
Positive = Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)]
Stars = Annotated[float, Field(allow_inf_nan=False)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_min_length=0)


Name = Annotated[str, Field(min_length=1)]


def _pattern(text: str) -> str:
    """A regular expression with a group, such as the reader can follow."""
    try:
        groups = re.compile(text).groups
        pl.Series([""]).str.extract(text)
    except (re.error, pl.exceptions.ComputeError) as error:
        raise ValueError(f"{text!r} is not a regular expression: {str(error).splitlines()[0]}") from None
    if not groups:
        raise ValueError(f"{text!r} must have one group, in round brackets: the part that is meant")
    return text


def _search(text: str) -> str:
    """A regular expression that is looked for anywhere in a value."""
    try:
        pl.Series([""]).str.contains(text)
    except pl.exceptions.ComputeError as error:
        raise ValueError(f"{text!r} is not a regular expression: {str(error).splitlines()[0]}") from None
    return text


Searches = dict[str, Annotated[str, AfterValidator(_search)]]


class Cell(_Section):
    """How one column of ours is made from a row: from a column, several columns joined, a constant, or the row number.

    ``column = "name"`` alone may be written as just ``"name"``. ``extract`` is a regular expression with one group: the
    part of the value that counts, such as the name in a link (``others`` says what becomes of a value without it); of
    several groups ``form`` makes one value: ``${2}@${1}``.
    With ``email`` the column holds addresses, of which only a keyed hash is kept; with ``plain`` it holds HTML, and
    its words are kept.
    """

    column: Name | None = None
    columns: tuple[Name, ...] = ()
    join: str = "-"
    product: tuple[Name, ...] = ()
    value: str | int | float | bool | None = None
    row_number: bool = False
    time: Annotated[str, AfterValidator(_time_form)] = "iso"
    zone: Zone | None = None
    extract: Annotated[str, AfterValidator(_pattern)] | None = None
    form: str = ""
    values: dict[str, str] = {}
    others: Literal["reject", "keep", "empty"] = "reject"
    prefix: str = ""
    handle: bool = False
    email: bool = False
    plain: bool = False
    whole: bool = False

    @model_validator(mode="before")
    @classmethod
    def _name_alone(cls, given: object) -> object:
        return {"column": given} if isinstance(given, str) else given

    @model_validator(mode="after")
    def _one_origin(self) -> Cell:
        origins = [self.column is not None, bool(self.columns), bool(self.product), self.value is not None]
        if sum([*origins, self.row_number]) != 1:
            raise ValueError("say exactly one of column, columns, product, value or row_number")
        if bool(self.form) != (self.extract is not None and re.compile(self.extract).groups > 1):
            raise ValueError("extract must have one group, or several and a form that puts them together: '${2}@${1}'")
        if self.email and (self.column is None or self.handle or self.prefix):
            raise ValueError("email = true hashes the addresses of one column: it takes neither handle nor prefix")
        return self

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns of the file that the cell needs."""
        return tuple(filter(None, (self.column, *self.columns, *self.product)))


class Source(_Section):
    """One file, or several of the same shape, that give rows of one table.

    ``archive.zip!data/follower.js`` is a file in a zip or tar archive. Of a CSV with other lines above its header
    (``preamble``) the header is the first line that names all columns read. Rows in which a ``filled`` column is empty
    are set aside, as are those that ``where`` does not ask for, in which a regular expression of ``matching`` is not
    found, or in which one of ``unless`` is; ``differ`` are two columns of which rows with twice the same are set aside.
    Of a JSON document, ``records`` says where its rows
    stand: keys with dots between, ``*`` for any key or each element of a list; of several such paths the first that is
    there. A column is a path in the record, and ``../`` the object around it. ``repair = "latin1"`` is for Meta's
    downloads, whose letters are UTF-8 written as Latin-1. ``format = "feed"`` is RSS or Atom, with the columns id,
    title, link, host, published, author and summary.
    """

    table: Literal["accounts", "follows", "posts", "interactions", "customers", "orders", "offers"]
    path: Annotated[Names, Field(min_length=1)]
    format: Literal["csv", "jsonl", "json", "feed", "parquet", "delta"] | None = None
    separator: str = ","
    header: bool = True
    names: tuple[Name, ...] = ()
    quoting: bool = True
    encoding: str = "utf-8"
    preamble: bool = False
    records: Names = ()
    repair: Literal["latin1"] | None = None
    decimal: Literal[".", ","] = "."
    platform: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")] | None = None
    zone: Zone | None = None
    strip: bool = False
    both_directions: bool = False
    keep: Duration | None = None
    where: dict[str, Names] = {}
    matching: Searches = {}
    unless: Searches = {}
    differ: tuple[Name, Name] | None = None
    filled: Names = ()
    columns: dict[str, Cell]


class FetchSection(_Section):
    """One platform from which rows are fetched: who the brand is there, what is asked for, how far back, how much.

    ``since`` is how far back the first fetch goes; ``posts`` and ``people`` are at most so many of each account.
    ``depth = 1`` asks of each person whom they follow, and keeps who follows whom among those people. Profiles are
    asked again after ``refresh``; lists are read to their end after ``sweep``, so that what was deleted there is
    deleted here. ``token`` names the environment's variable in which the token is; ``server`` is for platforms with
    many servers, and ``private`` says that it is meant to be one of your own network. Where a platform charges for
    records, ``price`` is what a thousand of them cost, and ``budget`` how much one fetch may cost.
    """

    platform: Literal["bluesky", "instagram", "mastodon", "reddit", "vk", "x", "youtube"]
    account: Name
    rivals: Names = ()
    topics: tuple[Topic, ...] = ()
    since: Duration = timedelta(days=90)
    posts: Annotated[int, Field(ge=0, le=1_000_000)] = 200
    people: Annotated[int, Field(ge=0, le=10_000_000)] = 5_000
    depth: Literal[0, 1] = 0
    refresh: Duration = timedelta(days=7)
    sweep: Duration = timedelta(days=7)
    server: Annotated[str, Field(pattern=r"^https?://[^\s/?#@]+/?$")] | None = None
    private: bool = False
    token: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] | None = None
    patience: Duration = timedelta(minutes=15)
    price: Positive | None = None
    budget: Positive | None = None
    keep: Duration | None = None


class BrandSection(_Section):
    """Who the brand is on each platform, and who must never be ranked.

    Each entry is ``platform:native_id`` or ``@handle`` or ``platform:@handle``; in ``exclude`` also a pattern such
    as ``twitch:fr-*``.
    """

    name: str = ""
    accounts: Names = ()
    rivals: Names = ()
    staff: Names = ()
    exclude: Names = ()


class GraphSection(_Section):
    """How rows become graphs: what an act of each kind weighs, and how fast it fades."""

    half_life: Duration = timedelta(days=90)
    kinds: dict[str, Positive] = {
        "like": 1,
        "comment": 2,
        "reply": 2,
        "share": 3,
        "quote": 3,
        "mention": 3,
        "tag": 3,
        "review": 4,
        "referral": 5,
    }

    @field_validator("kinds")
    @classmethod
    def _over_the_defaults(cls, given: dict[str, float]) -> dict[str, float]:
        return _merged(given, cls.model_fields["kinds"].default, "kind")


class LadderSection(_Section):
    """The rungs as rules. A rung is reached when any one of its rules holds; the highest reached counts."""

    window: Duration = timedelta(days=365)
    good_rating: Stars = 4
    bad_rating: Stars = 2
    complaint_words: Names = ()
    aware: Rules = ("interactions >= 1",)
    like: Rules = ("follows_brand >= 1", "likes >= 1", "orders >= 1")
    love: Rules = ("active_days >= 3 and comments >= 1", "orders >= 3")
    advocate: Rules = ("recommendations >= 3", "referrals >= 1")
    defend: Rules = ("defences >= 2",)
    negative: Rules = ("open_complaints >= 1",)


class CharacterSection(_Section):
    """The words by which people are told apart who come for prizes, or say that they are paid."""

    giveaway_words: Names = (
        "giveaway", "give-away", "giveaways", "contest", "prize draw", "raffle", "sweepstake", "sweepstakes", "to win",
        "win a", "gewinnspiel", "verlosung", "konkurs", "losowanie", "konkurranse", "loddtrekning", "томбола",
    )  # fmt: skip
    paid_words: Names = (
        "#ad", "#advert", "#sponsored", "#paid", "#paidpartnership", "#anzeige", "#werbung", "#reklame", "#annonse",
        "#reklama", "#publicidad", "#реклама",
    )  # fmt: skip


class PropensitySection(_Section):
    """What is foretold, of whom, and how far ahead.

    ``event`` is a rung, ``next`` (the next one up), ``order``, or ``answer`` (an offer taken up).
    """

    event: Literal["next", "like", "love", "advocate", "defend", "order", "answer"] = "advocate"
    among: Annotated[tuple[Rung, ...], Field(min_length=1)] = ("like", "love")
    horizon: Duration | None = None
    origins: Annotated[int, Field(ge=2, le=100)] = 8
    features: Annotated[Names, Field(min_length=1)] = DEFAULT_FEATURES

    @field_validator("features")
    @classmethod
    def _known(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        known = [*EVIDENCE, *MEASURES]
        wrong = [f"there is no feature {name!r}. {did_you_mean(name, known)}" for name in given if name not in known]
        if wrong:
            raise ValueError(" ".join(wrong))
        return given


class RankSection(_Section):
    """Whom to rank, by what, and how many to hand over."""

    k: Annotated[int, Field(ge=1, le=10_000_000)] = 100
    only: Names = ()
    tiers: Annotated[dict[str, Annotated[int, Field(ge=0)]], Field(min_length=1)] = {
        "fan": 0,
        "nano": 1_000,
        "micro": 10_000,
        "mid": 50_000,
        "macro": 500_000,
        "mega": 1_000_000,
    }
    rungs: Annotated[tuple[Rung, ...], Field(min_length=1)] = ("like", "love", "advocate", "defend")
    peers_at_least: Annotated[int, Field(ge=1)] = 30
    influencers: dict[str, Positive] = DEFAULT_WEIGHTS["influencers"]
    ambassadors: dict[str, Positive] = DEFAULT_WEIGHTS["ambassadors"]

    @field_validator("influencers", "ambassadors")
    @classmethod
    def _over_the_defaults(cls, given: dict[str, float], field: ValidationInfo) -> dict[str, float]:
        weights = _merged(given, DEFAULT_WEIGHTS[str(field.field_name)], "measure", MEASURES)
        if not any(weights.values()):
            raise ValueError("at least one measure needs a weight above 0")
        return weights


class IdentitySection(_Section):
    """Which accounts are one person.

    ``people`` are lists of accounts that the brand knows to be one person. ``profiles`` joins accounts whose profiles
    name each other, ``emails`` customers and accounts with the same keyed hash of an address. ``fuzzy_above`` is the
    probability from which likely matches are joined, too; without it they are not looked for.
    """

    people: tuple[Annotated[Names, Field(min_length=2)], ...] = ()
    profiles: bool = True
    emails: bool = True
    fuzzy_above: Annotated[float, Field(gt=0.5, le=1)] | None = None


class HandoverSection(_Section):
    """What managers get, and what comes back from them.

    ``presets`` are files for the tools that a team uses. ``notes`` is a folder in which managers leave the files that
    they wrote into; it is read at the start of each run. Whom somebody wrote to is left in peace for the ``cool_down``.
    """

    presets: tuple[Literal["plain", "upfluence", "mailchimp", "contacts"], ...] = ()
    notes: Name | None = None
    cool_down: Duration = timedelta(days=90)


class JobSection(_Section):
    """When a run stops rather than hand over, what it looks back on, and how long runs are kept.

    A table with less than the share ``shrunk`` of its last rows, or a file with more than the share ``rejected`` of its
    rows turned away (and twice as many as last time), stops the run. ``backtest`` is the number of earlier dates at
    which the report judges the rankings. ``keep_runs`` is how many runs are kept (0: all), ``keep_for`` how long.
    """

    shrunk: Annotated[float, Field(ge=0, lt=1)] = 0.5
    rejected: Annotated[float, Field(gt=0, le=1)] = 0.05
    backtest: Annotated[int, Field(ge=0, le=100)] = 2
    keep_runs: Annotated[int, Field(ge=0)] = 0
    keep_for: Duration | None = None


class Recipe(_Section):
    """A whole recipe: its rows come from ``files``, from what was fetched into the folder ``fetched``, or both.

    Relative paths begin where the recipe lies.
    """

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
    title: str = ""
    zone: Zone | None = None
    brand: BrandSection = BrandSection()
    files: tuple[Source, ...] = ()
    fetch: tuple[FetchSection, ...] = ()
    fetched: Name = "fetched"
    graph: GraphSection = GraphSection()
    ladder: LadderSection = LadderSection()
    character: CharacterSection = CharacterSection()
    propensity: PropensitySection = PropensitySection()
    rank: RankSection = RankSection()
    identity: IdentitySection = IdentitySection()
    handover: HandoverSection = HandoverSection()
    job: JobSection = JobSection()

    @model_validator(mode="after")
    def _has_rows(self) -> Recipe:
        if not self.files and not self.fetch:
            raise ValueError("say where the rows come from: [[files]] that you have, or [[fetch]] from a platform")
        return self


def load(path: Path | str) -> Recipe:
    """The recipe in that file.

    Raises :class:`RecipeError` with all of its faults when anything is wrong.
    """
    path = Path(path)
    if path.is_dir():
        path = path / "brand.toml"
    try:
        given = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        raise RecipeError(path, [Fault("file", "there is no such file.", _recipes_near(path))]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise RecipeError(path, [Fault("file", f"cannot be read as text: {error}.")]) from None
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(path, [Fault("TOML", f"{error}.", "Text values stand in quotes: key = 'value'.")]) from None
    return parse(given, path)


def parse(given: Mapping[str, Any], path: object = "recipe") -> Recipe:
    """The recipe in a mapping such as ``tomllib`` gives; raises :class:`RecipeError` with all of its faults."""
    faults = [*brand_faults(given), *source_faults(given)]
    try:
        recipe = Recipe.model_validate(given)
    except ValidationError as error:
        found = error.errors()
        within = [one for one in found if not any(_holds(one, other) for other in found)]
        faults = [*(_fault(one) for one in within), *faults]
    if faults:
        raise RecipeError(path, faults)
    return recipe


def _holds(one: Any, other: Any) -> bool:
    """Whether an error only says that a list came out short because of a fault inside it."""
    outer, inner = one["loc"], other["loc"]
    return one["type"] == "too_short" and len(inner) > len(outer) and inner[: len(outer)] == outer


def _recipes_near(path: Path) -> str:
    folder = path.parent
    while not folder.is_dir():
        folder = folder.parent
    names = sorted(map(str, {*folder.glob("*.toml"), *folder.glob("*/brand.toml")}))
    near = difflib.get_close_matches(str(path), names, n=4, cutoff=0)
    return "Near it: " + ", ".join(near) + "." if near else "Give the path of a brand.toml."


def _fault(error: Any) -> Fault:
    """One fault of ours from one error of pydantic's."""
    loc = tuple(error["loc"])
    key = _key(loc)
    if error["type"] == "extra_forbidden":
        return Fault(key, "there is no such key.", did_you_mean(str(loc[-1]), _known_keys(loc[:-1])))
    if error["type"] == "tuple_type" and key in ("files", "fetch"):
        return Fault(key, "is a list of sections.", f"Write [[{key}]], with two brackets.")
    if error["type"] == "missing":
        return Fault(key, "is required.")
    if error["type"] == "value_error":
        said = str(error["ctx"]["error"]).rstrip(".")
        return Fault(key, said if said.endswith("?") else f"{said}.")
    if error["type"] == "literal_error":
        known = re.findall(r"'([^']*)'", error["ctx"]["expected"])
        return Fault(key, f"{error['input']!r} is not known.", did_you_mean(str(error["input"]), known))
    shown = repr(error["input"])
    return Fault(key, f"{shown[:60]} is wrong: {error['msg'][0].lower()}{error['msg'][1:]}.")


def _key(loc: tuple[Any, ...]) -> str:
    """The place as a person writes it: ``files[2].columns.at``.

    >>> _key(("files", 1, "columns", "at"))
    'files[2].columns.at'
    """
    text = ""
    for part in loc:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text or "recipe"


def _known_keys(loc: tuple[Any, ...]) -> list[str]:
    """The keys that may stand at a place of the recipe."""
    found: Any = Recipe
    for part in loc:
        field = found.model_fields.get(part)
        models = list(_models(field.annotation)) if field else []
        found = models[0] if models else found
    return list(found.model_fields)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The sections named anywhere inside an annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) in (tuple, dict, Union, UnionType, Annotated):
        for argument in get_args(annotation):
            yield from _models(argument)
