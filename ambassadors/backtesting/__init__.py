"""Backtesting: would the list have been right? Rankings as of earlier dates, against what followed."""

from ambassadors.backtesting.attacks import attacks
from ambassadors.backtesting.harness import Backtest, backtest
from ambassadors.backtesting.moves import Moves, moves
from ambassadors.backtesting.tuning import Tuning, tune
from ambassadors.backtesting.writing import tuned

__all__ = [
    "Backtest",
    "Moves",
    "Tuning",
    "attacks",
    "backtest",
    "moves",
    "tune",
    "tuned",
]
