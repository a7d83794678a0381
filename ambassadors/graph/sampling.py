"""Sums over all accounts from a sample of them, with what the sample leaves open."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from ambassadors.graph.csr import Indices

Float64s = npt.NDArray[np.float64]

_FEWEST = 3


@dataclass(frozen=True, eq=False)
class Estimate:
    """A number for each account, and how far it may be off; both in the order of ``graph.accounts``.

    ``error`` is the standard error, 0 where all sources were taken. ``sources`` tells how many were.

    >>> import polars as pl
    >>> from ambassadors.graph import Graph, betweenness
    >>> ties = pl.DataFrame({"source": ["x:a", "x:b"], "target": ["x:b", "x:c"]})
    >>> found = betweenness(Graph.from_edges(ties))
    >>> found.exact, found.values.argmax()
    (True, np.int64(1))
    """

    values: Float64s
    error: Float64s
    sources: int
    exact: bool

    def interval(self, level: float = 0.95) -> tuple[Float64s, Float64s]:
        """Lower and upper bounds around the true numbers: values -/+ z error, none of them below 0.

        z is the normal quantile: about a share ``level`` of the bounds hold where the drawn sources differ little. If a
        few matter much more than the rest, fewer hold; each centrality says how many. An account for which no drawn
        source counts has 0 for all three, whatever is true.

        Raises ``ValueError`` when the level is not between 0 and 1.

        >>> low, high = Estimate(np.array([10.0]), np.array([1.0]), sources=256, exact=False).interval(0.95)
        >>> low.round(2).tolist(), high.round(2).tolist()
        ([8.04], [11.96])
        """
        if not 0 < level < 1:
            raise ValueError(f"level is {level!r}, and must be more than 0 and less than 1; 0.95 is usual.")
        margin = NormalDist().inv_cdf((1 + level) / 2) * self.error
        return np.maximum(self.values - margin, 0), self.values + margin


def draw(accounts: int, sources: int | None, seed: int, *, parts: int = 1) -> list[Indices]:
    """So many different accounts in order, each as likely as any other; or several such draws that share the number.

    One draw of all accounts if ``sources`` is None, or as many as there are.

    Raises ``ValueError`` when a draw has fewer than 3: an account learns nothing from itself, and the spread of the
    others takes two.

    >>> draw(5, None, seed=0)[0].tolist(), [len(each) for each in draw(1_000, 257, seed=0, parts=2)]
    ([0, 1, 2, 3, 4], [129, 128])
    """
    least = _FEWEST * parts
    if sources is not None and sources < least:
        raise ValueError(f"sources is {sources!r}, and must be at least {least}; 256 is usual, and None takes all.")
    if sources is None or sources >= accounts:
        return [np.arange(accounts, dtype=np.uint32)]
    chance = np.random.default_rng(seed)
    sizes = [(sources + part) // parts for part in reversed(range(parts))]
    return [np.sort(chance.choice(accounts, size, replace=False)).astype(np.uint32) for size in sizes]


def scaled_up(sums: Float64s, squares: Float64s, drawn: Indices) -> Estimate:
    """What all accounts add up to, from what the drawn ones do: ``sums`` of their parts and of the parts' ``squares``.

    No account has a part in its own number. So each of n accounts asks n - 1 others, of whom k were drawn: all drawn
    ones, or one less if it is among them. With S the sum and Q that of the squares, and sampling without replacement:

        value = (n - 1) S / k,    error = (n - 1) sqrt((1 - k / (n - 1)) s2 / k),    s2 = (Q - S S / k) / (k - 1)

    Given k, both the value and the squared error are unbiased. networkx scales sampled betweenness likewise.

    W. G. Cochran: Sampling Techniques, chapter 2. Wiley, 3rd edition, 1977.

    >>> parts = np.array([0.0, 1.0, 2.0])  # of accounts 1, 2 and 3 of 5, for account 0
    >>> estimate = scaled_up(np.full(5, parts.sum()), np.full(5, (parts**2).sum()), np.array([1, 2, 3], np.uint32))
    >>> estimate.values[0], estimate.error[0].round(4)
    (np.float64(4.0), np.float64(1.1547))
    """
    accounts = len(sums)
    if len(drawn) == accounts:
        return Estimate(sums, np.zeros(accounts), accounts, exact=True)
    others = accounts - 1
    heard = np.full(accounts, float(len(drawn)))
    heard[drawn] -= 1
    spread = np.maximum(squares - sums**2 / heard, 0) / (heard - 1)
    error = others * np.sqrt((1 - heard / others) * spread / heard)
    return Estimate(others * sums / heard, error, len(drawn), exact=False)
