"""Backtesting: would the list have been right? Rankings as of earlier dates, against what followed."""

from ambassadors.backtesting.attacks import attacks
from ambassadors.backtesting.harness import Backtest, backtest
from ambassadors.backtesting.picture import write_picture

__all__ = ["Backtest", "attacks", "backtest", "write_picture"]
