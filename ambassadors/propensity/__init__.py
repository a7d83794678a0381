"""Propensity: who is about to move up the ladder, how likely, and when that cannot be said."""

from ambassadors.propensity.forecast import TOO_NEW, Forecast, forecast
from ambassadors.propensity.model import Model, load
from ambassadors.propensity.pooling import learn_across

__all__ = ["TOO_NEW", "Forecast", "Model", "forecast", "learn_across", "load"]
