"""Charts: one call each, altair objects that can be changed further, saved as SVG, PNG or PDF without a network.

>>> import ambassadors as amb
>>> town = amb.read("graphs/town/brand.toml")
>>> chart = amb.charts.activity(town, every="month")
>>> type(chart).__module__.split(".")[0]
'altair'
"""

from ambassadors.charts.activity import activity
from ambassadors.charts.backtest import backtest
from ambassadors.charts.calibration import calibration
from ambassadors.charts.flows import flows
from ambassadors.charts.network import network
from ambassadors.charts.overlap import overlap
from ambassadors.charts.ranks import ranks
from ambassadors.charts.theme import check_picture, save
from ambassadors.charts.waterfall import waterfall

__all__ = [
    "activity",
    "backtest",
    "calibration",
    "check_picture",
    "flows",
    "network",
    "overlap",
    "ranks",
    "save",
    "waterfall",
]
