"""Community: the tables of one brand's world, as of a date.

The one rule of the house stands here: :meth:`Community.as_of` hides everything that happened later, from every table
at once, so that no later step can see the future.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

from ambassadors import handles, identity, repeats, tables
from ambassadors.errors import AmbassadorsError, LookAhead, UnknownAccount, UnknownName, did_you_mean
from ambassadors.graph import Graph
from ambassadors.graph.ids import number_ids
from ambassadors.identity import Persons
from ambassadors.recipe import Recipe, moment

if TYPE_CHECKING:
    from ambassadors.graph.view import GraphView

T = TypeVar("T")
GRAPHS = ("follows", "interactions")
#: The platform of pages that speak of the brand: a site is nobody who could be asked.
PAGES = "web"
#: The platform of a customer who is linked to no account.
CUSTOMER = "customer"
#: How somebody who asked not to be found is called where others are named.
SOMEONE = "someone"
#: While a backtest makes features: the moment after which nothing may be looked at.
_SEALED: ContextVar[datetime | None] = ContextVar("sealed", default=None)


@contextmanager
def sealed(at: datetime) -> Iterator[None]:
    """Inside, only communities as of that moment or earlier can be looked at; others raise :class:`LookAhead`.

    The guard of a backtest: a measure that was handed the past, and holds on to the whole, is stopped at once.
    """
    before = _SEALED.set(at)
    try:
        yield
    finally:
        _SEALED.reset(before)


@dataclass(frozen=True)
class Brand:
    """The brand's own accounts, and everyone else who must not be ranked, as account ids and patterns of ids.

    ``nobody`` are the names in the recipe's ``exclude`` and ``only`` that fit no account of this data.

    >>> import ambassadors as amb
    >>> town = amb.read("graphs/town/brand.toml")
    >>> town.brand.name, len(town.brand.accounts), len(town.brand.rivals)
    ('Bean & Leaf', 2, 2)
    """

    name: str = ""
    accounts: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    nobody: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Community:
    """The tables of one brand's world, as of ``moment`` (None: nothing in it is dated).

    ``follows``, ``posts``, ``interactions``, ``customers``, ``orders`` and ``offers`` are polars frames; ``accounts``
    has one row an account, also for accounts that are only seen in other tables. ``rejects`` holds the rows that were
    turned away. ``refusing`` are the accounts of people who asked not to be found or contacted; a refusal, alone of all
    that is known, holds at every earlier date, too.

    One person with several accounts is one account here (:attr:`people`): in every table the id of the account that
    stands for the person takes the place of the others. ``kept`` holds the rows as they were read.
    """

    recipe: Recipe
    brand: Brand
    kept: Mapping[str, pl.DataFrame]
    moment: datetime | None
    cut: datetime | None = None
    refusing: pl.Series = field(default_factory=lambda: pl.Series(dtype=pl.String))
    rejects: pl.DataFrame = field(default_factory=tables.REJECTS.to_frame)
    intakes: tuple[Any, ...] = ()
    repeated: Mapping[str, int] = field(default_factory=dict)
    groups: tuple[tuple[str, ...], ...] = ()
    persons: Persons = field(default_factory=Persons)
    _memory: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False)

    def as_of(self, when: datetime | date | str | None) -> Community:
        """The same community as it was known at that moment: nothing later exists in it.

        A text is ISO 8601; a date alone is its first moment; without a zone UTC is meant. None gives the community
        itself. What was hidden once cannot be shown again: a moment after an earlier ``as_of`` is refused.
        """
        if when is None:
            return self
        at = moment(when.isoformat() if isinstance(when, date) else str(when))
        if self.cut is not None and at > self.cut:
            raise AmbassadorsError(f"this community is as of {self.cut.isoformat()}; begin with the one that was read.")
        kept = {name: _visible(name, frame, at) for name, frame in self.kept.items()}
        return _identified(replace(self, kept=kept, moment=at, cut=at))

    def also_refusing(self, accounts: pl.Series) -> Community:
        """The same community, in which those accounts, and all others of the same people, are never ranked."""
        refusing = self.persons.everyone(pl.concat([self.refusing, accounts]).drop_nulls().unique().sort())
        return replace(self, refusing=refusing)

    def seen_like(self, other: Community) -> Community:
        """The same rows, with one person's accounts joined as ``other`` knows them, so that both name them alike."""
        same = self.people.select("account", "person").equals(other.people.select("account", "person"))
        return self if same else replace(self, persons=other.persons)

    @property
    def people(self) -> pl.DataFrame:
        """Who has several accounts: ``account, person, by, evidence, probability``, one row an account.

        ``person`` is the account that stands for them: the one with most stated followers as of the moment, of several
        the one whose id comes first; where one of them is staff, that one. Who stands alone has no row.
        """
        return self.persons.people

    @property
    def conflicts(self) -> pl.DataFrame:
        """Evidence that two accounts are one person which was not followed: ``one, other, by, evidence, ..., why``."""
        return self.persons.conflicts

    @property
    def merged_rows(self) -> dict[str, int]:
        """How many rows of each table are not seen because one person's accounts were joined.

        What one said to oneself from two accounts, what was said twice, and the profiles of all accounts but the one
        that stands for the person.
        """
        lost = {name: frame.height - self._table(name).height for name, frame in self.kept.items()}
        return {name: rows for name, rows in lost.items() if rows}

    def aliases(self, account: str) -> list[str]:
        """All ids of the person to whom an id belongs, the one that stands for them first; for most people just one."""
        return self.persons.aliases(account)

    @property
    def other_accounts(self) -> pl.DataFrame:
        """``account, other_accounts``: the other accounts of who has several, as ``platform:@handle`` or id."""
        return self.memo("other accounts", self._other_accounts)

    def _other_accounts(self) -> pl.DataFrame:
        others = self.people.filter(
            pl.col("account") != pl.col("person"), ~pl.col("account").str.starts_with(f"{CUSTOMER}:")
        )
        known = self.singly.accounts.select("account", "platform", "handle")
        named = others.join(known, "account", how="left", maintain_order="left").with_columns(
            pl.coalesce(pl.concat_str("platform", pl.lit(":@"), pl.col("handle").str.strip_prefix("@")), "account")
        )
        together = named.group_by("person", maintain_order=True).agg(pl.col("platform").sort().str.join("; "))
        return together.select(account="person", other_accounts="platform")

    @property
    def emails(self) -> pl.DataFrame:
        """``account, email``: the address of each person who agrees to be contacted; of several, the latest."""
        return self.memo("emails", self._emails)

    def _emails(self) -> pl.DataFrame:
        agreed = self.customers.filter(pl.col("consent").eq_missing(pl.lit(True)), pl.col("email").is_not_null())
        account = self.persons.of(pl.coalesce("account", _own_account())).alias("account")
        ordered = agreed.sort("since", "customer", nulls_last=False).select(account, "email")
        return ordered.unique(["account"], keep="last", maintain_order=True).sort("account")

    @property
    def singly(self) -> Community:
        """The same rows with every account on its own, whoever is behind it."""
        if not self.persons:
            return self
        return self.memo("singly", lambda: replace(self, persons=Persons()))

    def rows(self, name: str) -> pl.DataFrame:
        """All rows of a table under the ids of people, none joined or dropped: what stands behind them."""
        self._open()
        frame = self.kept.get(name, tables.TABLES[name].empty())
        return self.persons.renamed(name, frame) if self.persons else frame

    def _table(self, name: str) -> pl.DataFrame:
        """The one door through which tables are seen."""
        self._open()
        frame = self.kept.get(name, tables.TABLES[name].empty())
        if not self.persons:
            return frame
        return self.memo(("seen", name), lambda: self.persons.seen(name, frame))

    @property
    def follows(self) -> pl.DataFrame:
        """Who follows whom."""
        return self._table("follows")

    @property
    def posts(self) -> pl.DataFrame:
        """What was published."""
        return self._table("posts")

    @property
    def interactions(self) -> pl.DataFrame:
        """Acts toward accounts and posts, in order of time."""
        return self._table("interactions")

    @property
    def others_act(self) -> bool:
        """Whether anybody but the brand itself acts: a download of its own account holds its own acts alone."""
        own = pl.col("source").is_in(self.brand.accounts)
        return self.memo("others act", lambda: bool(self.interactions.select((~own).any()).item()))

    @property
    def orders(self) -> pl.DataFrame:
        """Purchases, with ``account``: whose they are (``customer:ID`` where no account is linked)."""
        return self.memo(
            "orders",
            lambda: (
                self._table("orders")
                .join(_owners(self.customers), "customer", how="left")
                .with_columns(self._person(pl.coalesce("account", _own_account())))
            ),
        )

    def _person(self, account: pl.Expr) -> pl.Expr:
        return self.persons.of(account) if self.persons else account

    @property
    def offers(self) -> pl.DataFrame:
        """What the brand asked or offered whom; for ``customer:ID`` stands the account that is linked, where one is."""
        return self.memo("offers", self._offers)

    def _offers(self) -> pl.DataFrame:
        named = self._table("offers").with_columns(customer=pl.col("account").str.extract(f"^{CUSTOMER}:(.+)$"))
        linked = named.join(_owners(self.customers).rename({"account": "linked"}), "customer", how="left")
        owned = linked.with_columns(self._person(pl.coalesce("linked", "account")).alias("account"))
        return repeats.collapse(tables.OFFERS, owned.select(tables.OFFERS.names))

    @property
    def customers(self) -> pl.DataFrame:
        """Customers, one row each: of each column the latest value that is known."""
        ordered = self._table("customers").sort("customer", "since", nulls_last=False, maintain_order=True)
        return self.memo("customers", lambda: repeats.merged(ordered, ["customer"]))

    @property
    def accounts(self) -> pl.DataFrame:
        """Every account, one row each, with what was last observed of it; ``platform`` is the id's first part."""
        return self.memo("accounts", self._heads if self.persons else self._accounts)

    def _heads(self) -> pl.DataFrame:
        """One row a person: what is known of the account that stands for them."""
        single = self.singly.accounts
        person = single.select("account", person=self.persons.of(pl.col("account")))
        # a customer's number can stand for another of theirs, without a row of its own
        unseen = person.select(account="person").unique().join(single, "account", how="anti")
        platform = pl.col("account").str.extract(r"^([^:]+):").alias("platform")
        heads = single.filter(person["account"] == person["person"])
        return pl.concat([heads, unseen.with_columns(platform)], how="diagonal").sort("account")

    def _accounts(self) -> pl.DataFrame:
        observed = self._table("accounts").sort("account", "observed_at", nulls_last=False, maintain_order=True)
        everyone = pl.concat(self._mentions()).unique().drop_nulls().sort("account")
        platform = pl.col("account").str.extract(r"^([^:]+):").alias("platform")
        latest = repeats.merged(observed, ["account"])
        known = everyone.join(latest, "account", how="left", maintain_order="left").with_columns(platform)
        # an account that is known by its handle alone is called so
        return known.with_columns(
            pl.coalesce("handle", pl.col("account").str.extract(r"^[^:]+:@(.+)$")).alias("handle")
        )

    def _mentions(self) -> list[pl.DataFrame]:
        """Every place that names an account."""
        shown = {"orders": self.orders, "offers": self.offers}  # by them a customer is called as the linked account
        named = [(shown[name], "account") for name in shown]
        others = (table for name, table in tables.TABLES.items() if name not in shown)
        named += [(self._table(table.name), column) for table in others for column in table.naming]
        return [frame.select(pl.col(column).alias("account").unique()) for frame, column in named]

    def graph(self, name: str) -> GraphView:
        """``"follows"`` or ``"interactions"`` as a networkx ``DiGraph``, from source to target.

        It is a view: edges are made from the arrays when they are looked at. Edges of interactions weigh what their
        acts weigh (:attr:`act_weight`), summed.
        """
        return self.network(name).nx()

    def network(self, name: str) -> Graph:
        """The same as compressed rows, for compiled kernels."""
        if name not in GRAPHS:
            raise UnknownName(f"there is no graph {name!r}. {did_you_mean(str(name), GRAPHS)}")
        weight = self.act_weight if name == "interactions" else pl.lit(1.0)
        return self.memo(("network", name), lambda: self.tied({name: weight}))

    def tied(self, weights: Mapping[str, pl.Expr]) -> Graph:
        """One graph of the rows of ``follows``, ``interactions`` or both, given what a row of each weighs."""
        source, target = (np.concatenate([self.numbered[name][end] for name in weights]) for end in (0, 1))
        columns = [self._table(name).select(pl.repeat(0.0, pl.len()) + weight) for name, weight in weights.items()]
        weight = pl.concat([column.to_series().alias("weight") for column in columns])
        return Graph.from_numbers(self.accounts["account"], source, target, weight)

    @property
    def numbered(self) -> dict[str, list[npt.NDArray[np.uint32]]]:
        """Source and target of each row of ``follows`` and ``interactions``, as places in ``accounts``."""
        return self.memo("numbered", self._numbered)

    def _numbered(self) -> dict[str, list[npt.NDArray[np.uint32]]]:
        columns = [self._table(name)[end] for name in GRAPHS for end in ("source", "target")]
        _, numbers = number_ids([*columns, self.accounts["account"]])
        return {name: numbers[2 * place : 2 * place + 2] for place, name in enumerate(GRAPHS)}

    @property
    def act_weight(self) -> pl.Expr:
        """What an interaction weighs: its kind's weight, times :attr:`times`, halved with each half-life of age."""
        return self.kind_weight * self.times * self.decay(pl.col("at"))

    @property
    def times(self) -> pl.Expr:
        """For how much a row counts: 1, or ``log2(1 + n)`` for a row that is a total of ``n`` acts.

        A thousand plays of a song are more than one, but not a thousand times the proof.
        """
        return (pl.col("weight").fill_null(1.0) + 1).log(2).round(9)

    @property
    def kind_weight(self) -> pl.Expr:
        """The recipe's weight of an interaction's kind."""
        return pl.col("kind").replace_strict(self.recipe.graph.kinds, default=0.0, return_dtype=pl.Float64)

    def decay(self, at: pl.Expr) -> pl.Expr:
        """``2 ** -(age / half_life)``: 1 now, 1/2 a half-life ago."""
        half_life = self.recipe.graph.half_life / timedelta(days=1)
        return pl.lit(2.0).pow(-self.age_in_days(at) / half_life)

    def age_in_days(self, at: pl.Expr) -> pl.Expr:
        """Days from then to this community's moment, with fractions."""
        return (pl.lit(self.moment, tables.TIME) - at).dt.total_microseconds() / 86_400_000_000

    def memo(self, key: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` gives, made once a community: measures share their intermediate tables through it."""
        self._open()
        if key not in self._memory:
            self._memory[key] = make()
        return self._memory[key]  # type: ignore[no-any-return]  # the key's maker says the type

    def __getstate__(self) -> dict[str, Any]:
        """What is kept of a community that travels or is copied: its rows, not what was computed from them."""
        return {**self.__dict__, "_memory": {}}

    def _open(self) -> None:
        """Stops whoever looks past the moment of a backtest."""
        at = _SEALED.get()
        if at is not None and (self.cut is None or self.cut > at):
            seen = f"as of {self.cut.isoformat()}" if self.cut else "as a whole"
            raise LookAhead(
                f"something looked at the community {seen} while a ranking as of {at.isoformat()} was made. "
                "A measure may use only the community that it is given."
            )

    @property
    def candidates(self) -> pl.DataFrame:
        """The accounts that may be ranked: not the brand, its rivals, staff, nor anyone whom the recipe leaves out."""
        return self.memo("candidates", lambda: self.accounts.filter(self.ranked))

    @property
    def ranked(self) -> pl.Series:
        """For each row of ``accounts``, whether it is a candidate."""
        return self.memo("ranked", self._ranked)

    def _ranked(self) -> pl.Series:
        brand = self.brand
        account = pl.col("account")
        barred = account.is_in([*brand.accounts, *brand.rivals, *brand.staff]) | _matches(account, brand.excluded)
        barred |= account.is_in(self.refusing.implode()) | account.str.starts_with(f"{PAGES}:")
        wanted = _matches(account, brand.only) if self.recipe.rank.only else pl.lit(True)
        return self.accounts.select(~self._any(barred) & self._any(wanted)).to_series()

    def _any(self, condition: pl.Expr) -> pl.Expr:
        """Whether a condition on ``account`` holds for any account of the person."""
        if not self.persons:
            return condition
        fits = self.people.filter(condition)["person"].unique()
        return condition | pl.col("account").is_in(fits.implode())

    @property
    def called(self) -> pl.DataFrame:
        """``account, role, named, label``: what each account is, and its handle or name, for pictures and other tools.

        ``role`` is ``brand``, ``rival``, ``staff``, ``person`` (who may be ranked) or ``account`` (who may not). Who
        asked not to be found is not ``named`` here; the label is :data:`SOMEONE`.
        """
        return self.memo("called", self._called)

    def _called(self) -> pl.DataFrame:
        account, brand = pl.col("account"), self.brand
        role = pl.when(self.ranked).then(pl.lit("person")).otherwise(pl.lit("account"))
        for name, accounts in (("staff", brand.staff), ("rival", brand.rivals), ("brand", brand.accounts)):
            role = pl.when(account.is_in(accounts)).then(pl.lit(name)).otherwise(role)
        told = self.accounts.select(
            "account", role=role, label=pl.coalesce("handle", "name", "account"),
            refused=account.is_in(self.refusing.implode()),
        )  # fmt: skip
        named = ~pl.col("refused") | pl.col("role").is_in(["brand", "rival"])
        return told.select(
            "account", "role", named=named, label=pl.when(named).then("label").otherwise(pl.lit(SOMEONE))
        )

    def find(self, name: str) -> str:
        """The account id that an id, ``@handle`` or ``platform:@handle`` names.

        Raises :class:`UnknownAccount` with the nearest names when there is none.
        """
        known = self.memo("handles", self._handles)
        named = handles.find(str(name), self.singly.accounts["account"], known)
        return self.persons.aliases(named)[0]

    def _handles(self) -> pl.DataFrame:
        known = handles.index(self.singly.accounts)
        return known.with_columns(self._person(pl.col("account")))

    def __repr__(self) -> str:
        sizes = ", ".join(f"{frame.height:,} {name}" for name, frame in self.kept.items() if name != "accounts")
        when = self.moment.isoformat() if self.moment else "undated"
        return f"<Community {self.recipe.name!r} as of {when}: {self.accounts.height:,} accounts, {sizes}>"


def build(recipe: Recipe, kept: Mapping[str, pl.DataFrame], **intake: Any) -> Community:
    """A community from checked tables, with the recipe's names resolved to accounts, as of its last dated row.

    Raises :class:`UnknownAccount` when the recipe names a brand account, rival or staff that the data does not hold.
    """
    community = Community(recipe, Brand(), kept, last_moment(kept.values()), **intake)
    section, known = recipe.brand, handles.index(community.accounts)
    groups = tuple(
        _resolve_all(community, f"identity.people[{place}]", group)
        for place, group in enumerate(recipe.identity.people, 1)
    )
    excluded, no_one = _whom(community, section.exclude, known)
    only, nobody = _whom(community, recipe.rank.only, known)
    brand = Brand(
        section.name or recipe.title or recipe.name,
        accounts=_resolve_all(community, "brand.accounts", section.accounts),
        rivals=_resolve_all(community, "brand.rivals", section.rivals),
        staff=_resolve_all(community, "brand.staff", section.staff),
        excluded=excluded,
        only=only,
        nobody=(*no_one, *nobody),
    )
    return _identified(replace(community, brand=brand, groups=groups, refusing=_refusing(community)))


def _identified(community: Community) -> Community:
    """The community in which one person's accounts are joined, by what its own tables say; refusals hold for all."""
    alone, settings, brand = replace(community, persons=Persons()), community.recipe.identity, community.brand
    known = alone.accounts["account"] if community.groups else pl.Series(dtype=pl.String)
    groups = [pl.Series(group, dtype=pl.String) for group in community.groups]
    persons = identity.people(
        alone.rows("accounts"),
        alone.rows("customers"),
        [group.filter(group.is_in(known.implode())).to_list() for group in groups],
        emails_count=settings.emails,
        profiles_count=settings.profiles,
        fuzzy_above=settings.fuzzy_above,
        apart=[*brand.accounts, *brand.rivals],
        staff=brand.staff,
    )
    return replace(alone, persons=persons, refusing=persons.everyone(community.refusing))


def _refusing(community: Community) -> pl.Series:
    """The accounts of who is not to be found, and every account ever linked to a customer who refuses contact."""
    refused = [pl.col(name).eq_missing(pl.lit(False)) for name in tables.AGREEMENTS]
    refused += [pl.col(name).eq_missing(pl.lit(True)) for name in tables.REFUSALS]
    hidden = community.accounts.filter(pl.any_horizontal(refused)).select("account")
    customers = community.kept.get("customers", tables.CUSTOMERS.empty())
    against = customers.filter(pl.col("consent").eq_missing(pl.lit(False))).select(pl.col("customer").unique())
    linked = customers.join(against, "customer", how="semi").select("account")
    unlinked = against.select(_own_account().alias("account"))
    return pl.concat([hidden, linked, unlinked]).drop_nulls().unique().sort("account")["account"]


def _resolve_all(community: Community, key: str, names: Iterable[str]) -> tuple[str, ...]:
    try:
        return tuple(community.find(name) for name in names)
    except UnknownAccount as error:
        raise UnknownAccount(f"recipe, {key}: {error}") from None


def _whom(community: Community, names: Iterable[str], known: pl.DataFrame) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Ids and patterns for a list of names, and the names that fit nobody; a handle means all who bear it.

    A name that fits nobody is no fault, since a list of exclusions may be longer than this data, but it is told.
    """
    account, found, nobody = pl.col("account"), [], []
    for name in names:
        bearers = [] if "*" in name else handles.bearers(name, known)
        fits = community.accounts.filter(_matches(account, [name, *bearers]))
        found += [name, *bearers]
        nobody += [name] if fits.is_empty() else []
    return tuple(found), tuple(nobody)


def last_moment(frames: Iterable[pl.DataFrame]) -> datetime | None:
    """The latest time at which any row says that something happened or was observed."""
    dated = ("at", "since", "observed_at", "answered_at")
    latest = [frame[name].max() for frame in frames for name in dated if name in frame.columns]
    return max((time for time in latest if isinstance(time, datetime)), default=None)


def _visible(name: str, frame: pl.DataFrame, at: datetime) -> pl.DataFrame:
    """The rows of a table that were known at a moment, without what they were given later.

    An undated row was always known.
    """
    table = tables.TABLES[name]
    by = pl.coalesce(*table.surely_by, *table.dated_by)
    shown = [pl.when(pl.col(later) <= at).then(later).alias(later) for later in table.hidden_until]
    return frame.filter(by.is_null() | (by <= at)).with_columns(shown)


def _owners(customers: pl.DataFrame) -> pl.DataFrame:
    return customers.select("customer", "account")


def _own_account() -> pl.Expr:
    return pl.concat_str(pl.lit(f"{CUSTOMER}:"), "customer")


def _matches(account: pl.Expr, patterns: Iterable[str]) -> pl.Expr:
    """Ids that equal a name or fit a pattern with ``*``."""
    given = list(patterns)
    forms = ["^" + re.escape(text).replace(r"\*", ".*") + "$" for text in given if "*" in text]
    fits = [account.str.contains(form) for form in forms]
    return pl.any_horizontal(account.is_in([text for text in given if "*" not in text]), *fits)
