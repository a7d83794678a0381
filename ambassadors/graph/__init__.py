"""Who reaches whom: the graph of a community, and what can be computed on it at machine speed.

``Graph`` holds sorted account ids and their weighted ties, by source and by target, as plain arrays. The functions here
answer with one number per account, in the order of ``graph.accounts``. For everything else ``graph.nx()`` is a
``networkx.DiGraph`` over the same arrays. ``source -> target`` reads "source follows target" or "source acts toward
target": influence runs the other way, which is ``graph.reversed()``.
"""

from ambassadors.graph.activity import activity
from ambassadors.graph.cores import core_number
from ambassadors.graph.csr import Graph
from ambassadors.graph.degrees import in_degree, out_degree
from ambassadors.graph.ids import Ids
from ambassadors.graph.pagerank import pagerank

__all__ = ["Graph", "Ids", "activity", "core_number", "in_degree", "out_degree", "pagerank"]
