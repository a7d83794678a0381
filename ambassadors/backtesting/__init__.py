"""Backtesting: would the list have been right? Rankings as of earlier dates, against what followed."""

from ambassadors.backtesting.attacks import attacks
from ambassadors.backtesting.harness import Backtest, backtest
from ambassadors.backtesting.picture import check_picture, write_picture
from ambassadors.backtesting.tuning import Tuning, tune
from ambassadors.backtesting.writing import tuned

__all__ = ["Backtest", "Tuning", "attacks", "backtest", "check_picture", "tune", "tuned", "write_picture"]
