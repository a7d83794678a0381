"""Around: the people nearest to an account, as a network that moves and as a picture that stays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import polars as pl

from ambassadors import ladder, score
from ambassadors.charts.labels import apart, short
from ambassadors.community import SOMEONE
from ambassadors.errors import AmbassadorsError, NotEnoughData

if TYPE_CHECKING:
    import altair as alt
    import networkx as nx
    from ipysigma import Sigma

    from ambassadors.community import Community
    from ambassadors.graph import Graph
    from ambassadors.graph.csr import Csr

Places = npt.NDArray[np.int64]
FEWEST, MOST = 2, 500
#: What a tie of each graph is, in words.
TIES = {"interactions": "acts", "follows": "follows"}
INSTALL = "pip install 'ambassadors[notebooks]'"
#: What hides the picture before a network that moves: it is gone with the widget that holds it.
HIDES = """<style>
.jp-OutputArea-child:has(+ .jp-OutputArea-child .ambassadors-living) { display: none; }
.ambassadors-living { background: white; color: black; }
</style>"""


@dataclass(frozen=True, eq=False, repr=False)
class Around:
    """An account and those nearest to it. A notebook shows a network that moves; saved or printed, the still picture.

    ``graph`` has the account ids as nodes, with ``label``, ``rung``, ``role`` (``brand``, ``rival``, ``staff``,
    ``person`` who may be ranked, ``account`` who may not) and, where there are any, ``score`` and ``rank`` among
    influencers; its edges have ``weight``. ``left_out`` is how many more are tied to the account.
    """

    account: str
    graph: nx.DiGraph[str]
    ties: str
    left_out: int

    @property
    def says(self) -> str:
        """How many are shown, and how many are not."""
        shown = len(self.graph) - 1
        told = f"{shown:,} {'account' if shown == 1 else 'accounts'} nearest by {TIES[self.ties]}"
        return f"{told}; {self.left_out:,} more are left out" if self.left_out else f"{told}, which are all"

    def still(self) -> alt.LayerChart:
        """The network as a picture: an altair chart, the same bytes for the same network."""
        from ambassadors.charts.network import network

        return network(self.graph, self.account, f"Around {self.graph.nodes[self.account]['label']}", self.says)

    def living(self) -> Sigma:
        """The network as a widget that can be moved, searched and clicked; its colours and places are the picture's.

        Raises :class:`AmbassadorsError` where ipysigma is not installed.
        """
        from ambassadors.charts.network import positions
        from ambassadors.charts.theme import RUNGS, YELLOW

        try:
            from ipysigma import Sigma
        except ImportError:
            raise AmbassadorsError(f"a network that moves needs more: {INSTALL}") from None
        names, rungs = self._names(), {told["rung"] for told in self.graph.nodes.values()}
        return Sigma(
            self._called(names),
            layout={names[node]: {"x": x, "y": -y} for node, (x, y) in positions(self.graph, self.account).items()},
            node_color="rung",
            node_color_palette={rung: RUNGS[rung] for rung in RUNGS if rung in rungs},
            raw_node_size=lambda _, told: 4 + told.get("score", 0.0) / 8,
            edge_size="weight",
            edge_size_range=(0.4, 3),
            edge_size_scale="log+1",
            raw_node_halo_size=lambda name: 9 if name == names[self.account] else 0,
            default_node_halo_color=YELLOW,
            label_density=2,
            camera_state={"x": 0.7, "y": 0.5, "ratio": 1.35, "angle": 0},  # the panel covers the right of it
            height=620,
        )

    def _names(self) -> dict[str, str]:
        """What each is called in the widget, no two alike."""
        nodes: Mapping[str, dict[str, Any]] = self.graph.nodes
        first = sorted(nodes, key=lambda node: (-nodes[node].get("score", 0.0), node))
        return dict(zip(first, apart(short(nodes[node]["label"], 60) for node in first), strict=True))

    def _called(self, names: dict[str, str]) -> nx.DiGraph[str]:
        """The graph with names for nodes; of who has none, not even the id is in it."""
        import networkx as nx

        named: nx.DiGraph[str] = nx.relabel_nodes(self.graph, names)
        for node, name in names.items():
            known = {} if self.graph.nodes[node]["label"] == SOMEONE else {"account": node}
            named.nodes[name].update(known, label=name)
        return named

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The still picture and its size, for whoever shows one thing only."""
        still: Any = self.still()
        drawn, sizes = still._repr_mimebundle_()
        return {**drawn, "text/plain": repr(self)}, sizes

    def _ipython_display_(self) -> None:
        """In a notebook: the picture, and the network that moves, which hides the picture as long as it lives.

        Two outputs, since JupyterLab shows a widget that it has lost as an error, and nothing else of that output.
        """
        from IPython import display

        show: Callable[..., None] = display.display
        still, sizes = self._repr_mimebundle_()
        try:
            living = _hiding(self.living())
        except AmbassadorsError as error:
            show({**still, "text/plain": f"{self!r}\n{error}"}, raw=True, metadata=sizes)
            return
        show(still, raw=True, metadata=sizes)
        show({**living, "text/plain": "The same network moves when this cell is run in JupyterLab."}, raw=True)

    def __repr__(self) -> str:
        return f"<Around {self.graph.nodes[self.account]['label']}: {self.says}>"


def _hiding(living: Sigma) -> dict[str, Any]:
    """The widget's view together with what hides the picture."""
    from ipywidgets import HTML, VBox

    box = VBox([living, HTML(HIDES)])
    box.add_class("ambassadors-living")
    view: dict[str, Any] = box._repr_mimebundle_()
    return view


def around(community: Community, name: str, *, graph: str = "interactions", most: int = 120) -> Around:
    """The account that an id or handle names, and those with the heaviest ties to it, ``most`` accounts in all.

    Of ties that weigh the same, the one to who is tied more to the others of them comes first. Who asked not to be
    found has no name here, but the graph's nodes are account ids. The first call takes as long as a ranking.

    Raises :class:`UnknownAccount`, :class:`UnknownName` for a graph that does not exist, and :class:`NotEnoughData` for
    an account without a tie.

    >>> import ambassadors as amb
    >>> town = amb.read("graphs/town/brand.toml")
    >>> town.around("@sam5.bsky.social", most=40)
    <Around sam5.bsky.social: 39 accounts nearest by acts; 291 more are left out>
    """
    if not isinstance(most, int) or not FEWEST <= most <= MOST:
        raise AmbassadorsError(f"most is {most!r}: a network that one can look at has {FEWEST} to {MOST} accounts.")
    network = community.network(graph)
    account = community.find(name)
    centre = network.index_of(account)
    near = _nearest(network, centre)
    if not near.size:
        raise NotEnoughData(f"{name} stands alone: the data holds no {TIES[graph]} from or to this account.")
    chosen = np.sort(np.append(near[: most - 1], centre))
    return Around(account, _graph(community, network, chosen), graph, max(near.size - (most - 1), 0))


def _nearest(network: Graph, centre: int) -> Places:
    """Who is tied to the account, heaviest ties first; then by ties to the others of them, then by id."""
    ends, weights = [], []
    for csr in (network.out, network.into):
        row = slice(int(csr.offsets[centre]), int(csr.offsets[centre + 1]))
        ends.append(csr.indices[row].astype(np.int64))
        weights.append(csr.weights[row].astype(np.float64))
    near, place = np.unique(np.concatenate(ends), return_inverse=True)
    weight = np.bincount(place, np.concatenate(weights), minlength=near.size)
    among = np.zeros(network.number_of_nodes())
    source, target, tie = _among(network.out, near)
    np.add.at(among, source, tie)
    np.add.at(among, target, tie)
    return near[np.lexsort((near, -among[near], -weight))]


def _among(csr: Csr, places: Places) -> tuple[Places, Places, npt.NDArray[np.float64]]:
    """The ties among some accounts, whose places are sorted: source, target and weight of each."""
    begin, end = csr.offsets[places].astype(np.int64), csr.offsets[places + 1].astype(np.int64)
    length = end - begin
    at = np.arange(length.sum()) + np.repeat(begin - (np.cumsum(length) - length), length)
    source, target = np.repeat(places, length), csr.indices[at].astype(np.int64)
    found = np.isin(target, places)
    return source[found], target[found], csr.weights[at[found]].astype(np.float64)


def _graph(community: Community, network: Graph, chosen: Places) -> nx.DiGraph[str]:
    """The accounts and all ties among them as a networkx graph with what is known of each."""
    import networkx as nx

    accounts = network.accounts.gather(chosen)
    made: nx.DiGraph[str] = nx.DiGraph()
    for row in _known(community, accounts).iter_rows(named=True):
        made.add_node(row.pop("account"), **{name: value for name, value in row.items() if value is not None})
    source, target, weight = _among(network.out, chosen)
    ends = (network.accounts.gather(places) for places in (source, target))
    made.add_weighted_edges_from(zip(*ends, weight.round(6).tolist(), strict=True))
    return made


def _known(community: Community, accounts: pl.Series) -> pl.DataFrame:
    """``account, label, rung, role, score, rank``: what is told of each."""
    called = community.called.drop("named")
    told = pl.DataFrame({"account": accounts}).join(called, "account", how="left", maintain_order="left")
    rungs = ladder.rungs(community).select("account", pl.col("rung"))
    for part in (rungs, _scores(community)):
        told = told.join(part, "account", how="left", maintain_order="left")
    return told.with_columns(pl.col("rung").fill_null("none"))


def _scores(community: Community) -> pl.DataFrame:
    """``account, score, rank`` among influencers; empty where this data ranks nobody."""
    try:
        return score.order(community, "influencers").select("account", "score", "rank")
    except NotEnoughData:
        return pl.DataFrame(schema={"account": pl.String, "score": pl.Float64, "rank": pl.Int64})
