"""Backtesting: would the list have been right? Rankings as of earlier dates, against what followed."""

from ambassadors.backtesting.attacks import attacks
from ambassadors.backtesting.harness import Backtest, backtest
from ambassadors.backtesting.moves import Moves, moves
from ambassadors.backtesting.moves_picture import write_moves_picture
from ambassadors.backtesting.picture import write_picture
from ambassadors.backtesting.tuning import Tuning, tune
from ambassadors.backtesting.writing import tuned
from ambassadors.pictures import check_picture

__all__ = [
    "Backtest",
    "Moves",
    "Tuning",
    "attacks",
    "backtest",
    "check_picture",
    "moves",
    "tune",
    "tuned",
    "write_moves_picture",
    "write_picture",
]
