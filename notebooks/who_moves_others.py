# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Who moves others
#
# *Who, when they speak, is heard?* This notebook is for analysts who are asked for influencers, and suspect that the
# number of followers is not the answer. It looks at the network, compares our order with the simple ones, and then asks
# the only question that settles it: would the list have been right?
#
# **For your own brand change one line**, `RECIPE`, and run everything again. Text that begins with "in the sample"
# speaks of the simulated town only.

# %%
from pathlib import Path

import networkx as nx
import polars as pl
from IPython.display import display

import ambassadors as amb
from ambassadors.backtesting.orders import sorts

pl.Config(tbl_rows=20, tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True, fmt_str_lengths=100)

RECIPE = "../graphs/town/brand.toml"

# %%
community = amb.read(RECIPE)
TIES = "interactions" if community.interactions.height else "follows"
community

# %% [markdown]
# ## The ranking
#
# Influencers are ranked by who responds to them: how many different people, how lately, what their own words set off in
# others. Responses count when they come from people with standing of their own. Look at the bounds of the ranks: a list
# whose bounds overlap has no strict order.

# %%
ranking = amb.rank(community, "influencers")
ranking

# %% [markdown]
# ## The network around the first
#
# Drag it, zoom it, point at a dot to see who it is. Look for *who* surrounds a person: many separate groups, or one
# crowd in which everybody responds to everybody? What moves here stays a plain picture where there is no notebook.

# %%
FIRST = ranking["account"][0]
try:
    display(community.around(FIRST, graph=TIES, most=100))
except amb.AmbassadorsError as why:
    print(why)

# %% [markdown]
# The same as a still picture, for a page or a message.

# %%
try:
    display(community.around(FIRST, graph=TIES, most=60).still())
except amb.AmbassadorsError as why:
    print(why)

# %% [markdown]
# ## It is an ordinary networkx graph
#
# Any function of networkx takes it. An edge goes from who acted to whom it was for, so what comes *in* is attention.
# Nodes know who they are, on which rung they stand, and their scores.

# %%
graph = community.to_networkx(TIES)
pl.DataFrame(
    {
        "accounts": graph.number_of_nodes(),
        "ties": graph.number_of_edges(),
        "share of possible ties": nx.density(graph),
        "share of ties that are mutual": nx.overall_reciprocity(graph) if graph.number_of_edges() else None,
    }
)

# %% [markdown]
# networkx computes in plain Python. With `backend="ambassadors"` the same call runs as compiled code. Both come nearer
# and nearer to PageRank and stop when they are close enough, so the last digits may differ: the last column says by how
# much. On a small graph the gain is small; on a large one it is a coffee break (`a_million_people`).

# %%
plain = nx.pagerank(graph)
compiled = nx.pagerank(graph, backend="ambassadors")
centrality = pl.DataFrame(
    {
        "account": list(graph),
        "handle": [graph.nodes[account].get("handle") for account in graph],
        "rung": [graph.nodes[account].get("rung") for account in graph],
        "people who act toward them": [degree for _, degree in graph.in_degree()],
        "PageRank": [plain[account] for account in graph],
        "difference": [abs(plain[account] - compiled[account]) for account in graph],
    }
)
centrality.sort("PageRank", "account", descending=[True, False]).drop("account").head(10)

# %% [markdown]
# ## Our order beside the simple ones
#
# Left the order by followers, right ours; level lines are agreement, and a number in brackets is the place in the other
# order. Look at who falls off the picture: a large audience that does not respond. And at who enters from far below:
# few followers, but they are heard.

# %%
simple = {
    name: pl.DataFrame({"account": order}).with_row_index("rank", offset=1)
    for name, order in sorts(community, "influencers").items()
}
names = community.accounts.select("account", "handle")
by_followers = simple["sort by followers"].join(names, "account", how="left", maintain_order="left")
amb.charts.ranks(by_followers, ranking, k=20, names=("by followers", "our ranking"))

# %% [markdown]
# By engagement (the number of acts received) the lists are closer. Who stands high there and not with us is worth a
# second look: often the same few people respond again and again, or by agreement. `is_the_audience_real` looks closer.

# %%
by_engagement = simple["sort by engagement"].join(names, "account", how="left", maintain_order="left")
amb.charts.ranks(by_engagement, ranking, k=20, names=("by engagement", "our ranking"))

# %% [markdown]
# ## Do they reach different people?
#
# Ten people with the same audience are one person, ten times. Each row says which share of that person's audience the
# others have, too. Look for dark cells away from the diagonal: of such a pair, ask one first.

# %%
try:
    display(amb.charts.overlap(community, ranking["account"].head(8)))
except amb.AmbassadorsError as why:
    print(why)

# %% [markdown]
# Going down the shortlist, `added_unique_reach` counts whom each person reaches and nobody above them does. A small
# number far up means: good, but already covered.

# %%
people = amb.shortlist(community, "influencers", k=15)
people.select("rank", "person", "followers", "added_unique_reach", "community")

# %% [markdown]
# ## When did it happen?
#
# Acts by week, first of everybody, then of the first on the list. Look for a single peak: who was loud once, a year
# ago, moves nobody today. Look also for a gap, which is usually a missing export and not a silent month.

# %%
try:
    display(amb.charts.activity(community, every="week"))
    display(amb.charts.activity(community, account=FIRST, every="month"))
except amb.AmbassadorsError as why:
    print(why)

# %% [markdown]
# ## Would the list have been right?
#
# The ranking is made again as of earlier dates, from what was known then, and compared with who was responded to
# afterwards. Beside it stand the orders that need no toolkit. **NDCG** is how well the order fits (1 is hindsight),
# **precision** how many of the best are on it, **reach** how many people the list reached, as a share of the best
# possible list. The bars are 90 % intervals: where two overlap, do not say that one is better.

# %%
try:
    tested = amb.backtest(community, "influencers", resamples=50)
    display(tested, amb.charts.backtest(tested))
except amb.AmbassadorsError as why:
    print(why)

# %% [markdown]
# One trap is left. A circle of accounts that respond to each other by agreement will respond next month, too, and so
# counts as "right" above. Here only responders with standing of their own count as what followed. In the sample, where
# there is such a circle, sorting by engagement leads above, and most of that lead is gone here. Both are worth reading:
# the second believes our idea of whom to trust.

# %%
try:
    vouched = amb.backtest(community, "influencers", resamples=50, vouched=True)
    display(amb.charts.backtest(vouched))
    print("Mind:", *vouched.cautions, sep="\n- ")
except amb.AmbassadorsError as why:
    print(why)

# %% [markdown]
# What the figures do not show: other times (the intervals are about these dates), people who are not in this data, and
# whether anybody will say yes. They judge attention, not sales.
#
# ## Take it to another tool
#
# The network around a person as a file for Gephi or Cytoscape.

# %%
folder = Path("saved")
folder.mkdir(exist_ok=True)
amb.write_graph(nx.ego_graph(graph, FIRST, undirected=True), folder / "around.gexf")
sorted(str(path) for path in folder.glob("*.gexf"))
