"""Find a brand's influencers and ambassadors in the data that the brand already has, and explain each name.

>>> import ambassadors as amb
>>> community = amb.read("graphs/town/brand.toml")      # the tables of a brand's world
>>> past = community.as_of("2026-05-01")                # nothing later exists in it
>>> graph = past.graph("follows")                       # a networkx DiGraph
>>> ranking = amb.rank(past, "influencers")             # one row per account, every part of the score
>>> people = amb.shortlist(past, "ambassadors", k=10)   # what the CSV holds
>>> people.height
10
"""

from ambassadors.community import Brand, Community
from ambassadors.errors import AmbassadorsError
from ambassadors.explain import explain
from ambassadors.job import read, run
from ambassadors.score import rank
from ambassadors.shortlist import shortlist

__all__ = ["AmbassadorsError", "Brand", "Community", "explain", "rank", "read", "run", "shortlist"]
