"""What the command line prints: tables a person reads, from results that others computed."""

from ambassadors.show.events import events
from ambassadors.show.exports import begun, folder
from ambassadors.show.fetched import fetched, outlook, step
from ambassadors.show.forecasts import flows, forecast, moves
from ambassadors.show.keeping import imported, proof, requests, suppressed
from ambassadors.show.results import comparisons, demo, explanation, files, holdings, lists, ranking, run
from ambassadors.show.trials import attacks, backtest, tuning

__all__ = [
    "attacks",
    "backtest",
    "begun",
    "comparisons",
    "demo",
    "events",
    "explanation",
    "fetched",
    "files",
    "flows",
    "folder",
    "forecast",
    "holdings",
    "imported",
    "lists",
    "moves",
    "outlook",
    "proof",
    "ranking",
    "requests",
    "run",
    "step",
    "suppressed",
    "tuning",
]
