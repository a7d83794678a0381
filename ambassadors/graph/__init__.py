"""Who reaches whom: the graph of a community, and what can be computed on it at machine speed.

``Graph`` holds sorted account ids and their weighted ties, by source and by target, as plain arrays. The functions here
answer with one number per account, in the order of ``graph.accounts``. For everything else ``graph.nx()`` is a
``networkx.DiGraph`` over the same arrays. ``source -> target`` reads "source follows target" or "source acts toward
target": influence runs the other way, which is ``graph.reversed()``.
"""

from ambassadors.graph.activity import activity
from ambassadors.graph.betweenness import betweenness
from ambassadors.graph.closeness import harmonic_closeness
from ambassadors.graph.communities import communities
from ambassadors.graph.components import weak_components
from ambassadors.graph.cores import core_number
from ambassadors.graph.credit import cascade_credit
from ambassadors.graph.csr import Graph
from ambassadors.graph.degrees import in_degree, out_degree
from ambassadors.graph.fitness import fitness
from ambassadors.graph.hits import hits
from ambassadors.graph.ids import MISSING, Ids
from ambassadors.graph.pagerank import pagerank, personalized_pagerank
from ambassadors.graph.reciprocity import overall_reciprocity, reciprocity
from ambassadors.graph.sampling import Estimate
from ambassadors.graph.spreaders import collective_influence, h_index, voterank
from ambassadors.graph.triangles import clustering, triangles
from ambassadors.graph.walks import spreading_power

__all__ = [
    "MISSING",
    "Estimate",
    "Graph",
    "Ids",
    "activity",
    "betweenness",
    "cascade_credit",
    "clustering",
    "collective_influence",
    "communities",
    "core_number",
    "fitness",
    "h_index",
    "harmonic_closeness",
    "hits",
    "in_degree",
    "out_degree",
    "overall_reciprocity",
    "pagerank",
    "personalized_pagerank",
    "reciprocity",
    "spreading_power",
    "triangles",
    "voterank",
    "weak_components",
]
