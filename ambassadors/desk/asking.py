"""The questions of an analyst: the calls of the other rooms, with answers that show themselves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ambassadors import assembly, community, score, shortlists, three_lists
from ambassadors.desk.community import Community
from ambassadors.desk.people import People
from ambassadors.propensity import Model
from ambassadors.three_lists import Lists

Known = community.Community


def read(
    recipe: Path | str,
    *,
    data: Path | str | None = None,
    state: Path | str | None = None,
    on_file: assembly.Told = lambda file, place, of: None,
) -> Community:
    """The community that a recipe describes, as of its last dated row.

    ``recipe`` is a TOML file, or a folder with a ``brand.toml``; ``data`` the folder that ``{data}`` stands for (the
    environment's ``AMBASSADORS_DATA`` when None); ``state`` where refusals are kept (``AMBASSADORS_STATE`` when None):
    rows of who was forgotten are left out, and who is suppressed is never ranked. ``on_file`` is told of each file
    before it is read.

    Raises :class:`RecipeError` with all faults of the recipe, :class:`SourceError` when a file cannot be read as the
    recipe says, :class:`UnknownAccount` when the brand is not in the data. Single bad rows raise nothing: they are in
    ``Community.rejects``, and ``Community.intakes`` accounts for every row of every file.

    >>> town = read("graphs/town/brand.toml")
    >>> town.accounts.height, sum(one.rejected for one in town.intakes)
    (5785, 0)
    """
    return Community.of(assembly.read(recipe, data=data, state=state, on_file=on_file))


def rank(community: Known, ranking: str) -> People:
    """Everybody who can be ranked as ``"influencers"`` or as ``"ambassadors"``, one row an account, best first.

    Columns: ``rank, rank_low, rank_high, grade, account, platform, handle, tier, rung, score``; for each measure ``M``
    its value ``M``, the share of comparable accounts that it is ahead of ``M:percentile`` and its contribution
    ``M:points``; ``reasons``, the measures that contribute most. The contributions add up to the score. The bounds of
    the rank and the grade are explained in :func:`ambassadors.score.rank`.

    Raises :class:`UnknownName` for another ranking, :class:`NotEnoughData` when no measure can be taken.

    >>> ranking = rank(read("graphs/town/brand.toml"), "influencers")
    >>> ranking.select("rank", "platform", "tier").row(0)
    (1, 'bluesky', 'nano')
    """
    return People(score.rank(community, ranking))


def shortlist(community: Known, ranking: str, k: int | None = None) -> People:
    """The first ``k`` people of a ranking (the recipe's number when None), with reasons and cautions in sentences.

    Columns as in the CSV that a run writes (:data:`ambassadors.shortlists.COLUMNS`).

    Raises :class:`NotEnoughData` when nobody can be ranked.

    >>> shortlist(read("graphs/town/brand.toml"), "ambassadors", k=3).select("rank", "stage").rows()
    [(1, 'defend'), (2, 'defend'), (3, 'advocate')]
    """
    return People(shortlists.shortlist(community, ranking, k))


def lists(
    community: Known,
    k: int | None = None,
    *,
    prior: Model | None = None,
    on_origin: Callable[[int, int], None] = lambda place, of: None,
) -> Lists:
    """Whom to thank, whom to ask next, and whom to win: at most ``k`` each (the recipe's number when None).

    ``tables`` holds ``proven_advocates``, ``ready_to_move_up`` and ``influential_unproven``; ``empty`` says why one has
    nobody. ``prior`` is a model learned elsewhere, for who has too few moves in the past. ``on_origin`` is told how far
    the learning is.

    >>> three = lists(read("graphs/town/brand.toml").as_of("2026-05-01"), k=2)
    >>> [(name, people.height) for name, people in three.tables.items()]
    [('proven_advocates', 2), ('ready_to_move_up', 2), ('influential_unproven', 2)]
    """
    made = three_lists.lists(community, k, prior=prior, on_origin=on_origin)
    return Lists({name: People(one) for name, one in made.tables.items()}, made.empty, made.forecast, made.apart)
