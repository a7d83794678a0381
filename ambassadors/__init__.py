"""Find a brand's influencers and ambassadors in the data that the brand already has, and explain each name.

>>> import ambassadors as amb
>>> community = amb.read("graphs/town/brand.toml")      # the tables of a brand's world
>>> past = community.as_of("2026-05-01")                # nothing later exists in it
>>> graph = past.graph("follows")                       # a networkx DiGraph
>>> ranking = amb.rank(past, "influencers")             # one row per account, every part of the score
>>> people = amb.shortlist(past, "ambassadors", k=10)   # what the CSV holds
>>> people.height
10

Each name is loaded where it is first used: importing the package itself is quick, polars and the rest come with need.
"""

from typing import TYPE_CHECKING

__all__ = [
    "AmbassadorsError",
    "Brand",
    "Community",
    "People",
    "backtest",
    "charts",
    "explain",
    "fetch",
    "flows",
    "forecast",
    "from_tables",
    "lists",
    "moves",
    "rank",
    "read",
    "run",
    "shortlist",
    "tune",
    "weigh",
    "write_graph",
]

if TYPE_CHECKING:
    from ambassadors import charts
    from ambassadors.backtesting import backtest, tune
    from ambassadors.backtesting.moves import moves
    from ambassadors.community import Brand
    from ambassadors.desk import Community, People, lists, rank, read, shortlist
    from ambassadors.desk.exchange import from_tables, write_graph
    from ambassadors.desk.weighing import weigh
    from ambassadors.errors import AmbassadorsError
    from ambassadors.explanation import explain
    from ambassadors.fetching import fetch
    from ambassadors.job import run
    from ambassadors.ladder.flows import flows
    from ambassadors.propensity.forecast import forecast
else:  # out of a type checker's sight, which would take any name for granted
    #: The module of each public name, None for a room. No module may be called like a name of another: once imported,
    #: it would take its place.
    _HOMES = {
        "AmbassadorsError": "errors",
        "Brand": "community",
        "Community": "desk",
        "People": "desk",
        "backtest": "backtesting",
        "charts": None,
        "moves": "backtesting",
        "tune": "backtesting",
        "explain": "explanation",
        "fetch": "fetching",
        "flows": "ladder",
        "forecast": "propensity",
        "from_tables": "desk.exchange",
        "lists": "desk",
        "rank": "desk",
        "read": "desk",
        "run": "job",
        "shortlist": "desk",
        "weigh": "desk.weighing",
        "write_graph": "desk.exchange",
    }

    def __getattr__(name):
        """Load a public name, and keep it (PEP 562)."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        home = import_module(f"{__name__}.{_HOMES[name] or name}")
        value = globals()[name] = getattr(home, name) if _HOMES[name] else home
        return value

    def __dir__():
        return sorted({*globals(), *__all__})
