"""Acts counted by account in one pass: each thread goes through all acts and takes those of its own accounts.

A time is unsigned microseconds since a midnight long ago, 0 where there is none. ``times`` has for each account its
first and its last act, then bits for the days up to that of the last: bit 0 is that day itself, bit 1 the day before.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ambassadors.graph.compiled.jit import jit
from ambassadors.graph.csr import Indices

Words = npt.NDArray[np.uint64]
Counts = npt.NDArray[np.uint32]
Float64s = npt.NDArray[np.float64]

_ZERO = np.uint64(0)
_ONE = np.uint64(1)
_TWO = np.uint64(2)
_BITS = np.uint64(64)
_BATCH = np.uint64(512)
_DAY = np.uint64(86_400_000_000)
_ONE_ACT = np.uint32(1)


@jit
def _shift(times: Words, account: Any, days: Any) -> None:
    """Move an account's days back by so many."""
    words = np.uint64(times.shape[1]) - _TWO
    whole, part = days // _BITS, days % _BITS
    for k in range(words):
        to = words - _ONE - k
        bits = _ZERO
        if to >= whole:
            bits = times[account, _TWO + to - whole] << part
            if part > _ZERO and to > whole:
                bits |= times[account, _ONE + to - whole] >> (_BITS - part)
        times[account, _TWO + to] = bits


@jit
def _date(times: Words, account: Any, time: Any) -> None:
    """Note when an account acted."""
    last = times[account, 1]
    if last == _ZERO:
        times[account, 0], times[account, 1], times[account, 2] = time, time, _ONE
        return
    day, last_day = time // _DAY, last // _DAY
    if time > last:
        times[account, 1] = time
        if day > last_day:
            _shift(times, account, day - last_day)
            times[account, 2] |= _ONE
        return
    if time < times[account, 0]:
        times[account, 0] = time
    back = last_day - day
    if back < (np.uint64(times.shape[1]) - _TWO) * _BITS:
        times[account, _TWO + back // _BITS] |= _ONE << (back % _BITS)


@jit
def _fetch(
    accounts: Indices,
    kinds: Indices,
    start: Any,
    end: Any,
    run: tuple[int, int],
    times: Words,
    counts: Counts,
    mine: Words,
    last: Words,
) -> Any:
    """Count the acts ``start:end`` of a run of accounts, and list them in ``mine``.

    There is no jump in it, so the processor fetches the memory of many accounts at the same time.
    """
    low, width = np.uint32(run[0]), np.uint32(run[1] - run[0])
    found = _ZERO
    for i in range(start, end):
        mine[found] = i
        found += np.uint64(np.uint32(accounts[i] - low) < width)
    for k in range(found):
        account = accounts[mine[k]]
        counts[account, kinds[mine[k]]] += _ONE_ACT
        last[k] = times[account, 1]
    return found


@jit
def gather(
    accounts: Indices,
    kinds: Indices,
    at: Words,
    weights: Float64s,
    half_life: float,
    times: Words,
    counts: Counts,
    sums: Float64s,
    run: tuple[int, int],
) -> None:
    """Add the acts of a run of accounts. Without a half-life nothing is weighed.

    A sum is what it is worth at the time of the account's last act, half as much a half-life later.
    """
    mine = np.empty(_BATCH, np.uint64)
    last = np.empty(_BATCH, np.uint64)
    for start in range(_ZERO, np.uint64(accounts.size), _BATCH):
        end = min(start + _BATCH, np.uint64(accounts.size))
        for k in range(_fetch(accounts, kinds, start, end, run, times, counts, mine, last)):
            i = mine[k]
            account, time = accounts[i], at[i]
            if half_life > 0.0:
                before = times[account, 1]
                if time > before:
                    sums[account] = sums[account] * 2.0 ** -(np.float64(time - before) / half_life) + weights[i]
                elif time > _ZERO:
                    sums[account] += weights[i] * 2.0 ** -(np.float64(before - time) / half_life)
            if time > _ZERO:
                _date(times, account, time)


@jit
def days_within(times: Words, moment: Any, window: Any) -> Counts:
    """On how many of the last days before a moment each account acted, the moment's own day among them."""
    active = np.zeros(times.shape[0], np.uint32)
    for account in range(np.uint64(times.shape[0])):
        gone = moment // _DAY - times[account, 1] // _DAY
        if times[account, 1] == _ZERO or gone >= window:
            continue
        left = window - gone
        for k in range(_TWO, np.uint64(times.shape[1])):
            bits = times[account, k]
            if left < _BITS:
                bits &= (_ONE << left) - _ONE
            while bits != _ZERO:
                bits &= bits - _ONE
                active[account] += _ONE_ACT
            left -= min(left, _BITS)
    return active
