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
# # A million people
#
# *Does it still work when the files are large?* This notebook is for analysts who have more accounts than a spreadsheet
# has rows. It takes a crowd of any size, looks at who reaches whom, compares the speed with plain networkx, ranks
# people, and tells how long everything took and how much memory.
#
# **Change one line**: `PEOPLE = 1_000_000` for the full million, which takes minutes rather than seconds, or `RECIPE`
# to take your own files. As it stands, with a tenth of a million, the notebook runs in under a minute.

# %%
import resource
import sys
import time

import networkx as nx
import polars as pl
from IPython.display import display

import ambassadors as amb
from ambassadors.graph import Graph, activity, communities, core_number, in_degree, pagerank
from ambassadors.simulate import crowd

pl.Config(tbl_rows=20, tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True, thousands_separator=",")

PEOPLE = 100_000
RANKED = 200_000  # so many invented people are ranked at most; why not all is told below
RECIPE = ""  # such as "../graphs/town/brand.toml"

# %% [markdown]
# ## The tables
#
# Invented people: ten follows and five acts for each, a few whom very many follow, and communities that mostly keep to
# themselves. They have no character, so nothing here says how *good* a ranking is: this notebook is about size.

# %%
seconds = {}
began = time.perf_counter()
if RECIPE:
    community = amb.read(RECIPE)
    accounts, follows, acts = community.accounts, community.follows, community.interactions
else:
    made = crowd(PEOPLE)
    accounts, follows, acts = made.accounts, made.follows, made.interactions
seconds["get the tables"] = time.perf_counter() - began
follows.head(3)

# %% [markdown]
# ## Who reaches whom
#
# Every id becomes a number once, and every tie a place in an array. On a million accounts this decides whether you
# wait for seconds or for the afternoon.

# %%
ties = (follows if follows.height else acts).select("source", "target")
began = time.perf_counter()
graph = Graph.from_edges(ties, accounts["account"])
seconds["build the graph"] = time.perf_counter() - began
graph

# %% [markdown]
# One number for each account, in the order of `graph.accounts`. *PageRank*: who is followed by people who are followed
# themselves. *Core*: how deep inside somebody sits; everybody in core 20 is tied to 20 others in it. In your own data
# look for a high PageRank with a small core: famous, and in nobody's midst. Among invented people there is hardly one.

# %%
began = time.perf_counter()
influence = pagerank(graph)
seconds["PageRank"] = time.perf_counter() - began

began = time.perf_counter()
cores = core_number(graph)
seconds["core numbers"] = time.perf_counter() - began

central = pl.DataFrame(
    {"account": graph.accounts, "followers here": in_degree(graph), "PageRank": influence, "core": cores}
).sort("PageRank", "account", descending=[True, False])
central = central.with_row_index("rank", offset=1).join(
    accounts.select("account", "handle"), on="account", how="left", maintain_order="left"
)
central.head(10).select("rank", "handle", "followers here", "PageRank", "core")

# %% [markdown]
# Communities are crowds that are tied among themselves more than chance would have it (Leiden's method, the slowest
# step). Look at how much of everybody the largest ones hold: one influencer in each of five goes further than five in
# one.

# %%
try:
    began = time.perf_counter()
    crowds = pl.Series("community", communities(graph))
    seconds["communities"] = time.perf_counter() - began
    sizes = crowds.value_counts(name="people").sort("people", "community", descending=[True, False])
    display(sizes.with_columns((pl.col("people") / pl.sum("people")).alias("share")).head(6))
except amb.AmbassadorsError as why:
    print(why)

# %% [markdown]
# ## What was done to whom
#
# All acts in one pass. The table may be larger than memory: a lazy frame (`pl.scan_parquet(...)`) is read piece by
# piece.

# %%
try:
    began = time.perf_counter()
    received = activity(acts.lazy().select("target", "kind", "at"), graph.ids)
    seconds["count all acts"] = time.perf_counter() - began
    display(received.sort("acts", "account", descending=[True, False]).head(5))
except amb.AmbassadorsError as why:
    print(why)

# %% [markdown]
# ## Beside plain networkx
#
# networkx keeps a dictionary for each tie, and computes in plain Python: fine for thousands, a long wait for millions.
# So only the first 200,000 ties are compared here, in this run and on this machine. *Difference* is the largest between
# the two answers. PageRank comes nearer and nearer and stops when it is close enough; both are asked to come as close.

# %%
part = ties.head(200_000).filter(pl.col("source") != pl.col("target")).unique(maintain_order=True)
theirs, ours = {}, {}

began = time.perf_counter()
plain = nx.DiGraph()
plain.add_edges_from(part.rows())
theirs["build the graph"] = time.perf_counter() - began
began = time.perf_counter()
plain_rank = nx.pagerank(plain, tol=1e-9 / len(plain), max_iter=500)  # networkx asks for it by account
theirs["PageRank"] = time.perf_counter() - began
began = time.perf_counter()
plain_core = nx.core_number(plain)
theirs["core numbers"] = time.perf_counter() - began

began = time.perf_counter()
small = Graph.from_edges(part)
ours["build the graph"] = time.perf_counter() - began
began = time.perf_counter()
small_rank = pagerank(small, tol=1e-9)
ours["PageRank"] = time.perf_counter() - began
began = time.perf_counter()
small_core = core_number(small)
ours["core numbers"] = time.perf_counter() - began

pl.DataFrame(
    {
        "step": list(ours),
        "networkx, seconds": [round(one, 3) for one in theirs.values()],
        "compiled, seconds": [round(one, 3) for one in ours.values()],
        "times faster": [round(theirs[step] / ours[step]) for step in ours],
        "difference": [
            None,
            max(abs(plain_rank[account] - value) for account, value in zip(small.accounts, small_rank, strict=True)),
            max(abs(plain_core[account] - value) for account, value in zip(small.accounts, small_core, strict=True)),
        ],
    }
)

# %% [markdown]
# You need not choose: the graph *is* a networkx graph, any of its functions takes it, and with
# `backend="ambassadors"` those that we compute run compiled. This is all of it, not a part:

# %%
view = graph.nx()
began = time.perf_counter()
scores = nx.pagerank(view, backend="ambassadors")
print(f"{len(scores):,} accounts, {view.number_of_edges():,} ties: {time.perf_counter() - began:.1f} s")

# %% [markdown]
# ## People ranked
#
# Any frames make a community, of polars, pandas, pyarrow or DuckDB: `from_tables` judges every row as strictly as it
# would judge a file. Ranking then keeps many numbers about each person and each tie: a million people with fifteen
# million rows can be ranked, but take about 7 GB of memory. So of invented people at most `RANKED` are ranked, those
# with the highest PageRank, and what happens among them. Raise it if you have the memory.

# %%
del graph, view, scores, plain, plain_rank, plain_core  # room for what follows
began = time.perf_counter()
if not RECIPE:
    who = central.head(RANKED)["account"].implode()
    both = pl.col("source").is_in(who) & pl.col("target").is_in(who)
    community = amb.from_tables(
        "crowd",
        brand=[made.brand],
        accounts=accounts.filter(pl.col("account").is_in(who)),
        follows=follows.filter(both),
        interactions=acts.filter(both),
    )
    seconds["check every row"] = time.perf_counter() - began
    del made
del accounts, follows, acts, ties
community

# %% [markdown]
# The same ranking as in the other notebooks, beside the order of PageRank: whoever is followed by many is not yet
# somebody to whom many respond.

# %%
try:
    began = time.perf_counter()
    ranking = amb.rank(community, "influencers")
    seconds["rank influencers"] = time.perf_counter() - began
    display(ranking, amb.charts.ranks(central, ranking, k=15, names=("by PageRank", "our ranking")))
except amb.AmbassadorsError as why:
    print(why)

# %% [markdown]
# Ambassadors stand close to the brand; of invented people few do anything toward it.

# %%
try:
    began = time.perf_counter()
    advocates = amb.rank(community, "ambassadors")
    seconds["rank ambassadors"] = time.perf_counter() - began
    display(advocates)
except amb.AmbassadorsError as why:
    print(why)

# %% [markdown]
# When all this was done, by kind of act.

# %%
try:
    display(amb.charts.activity(community, every="week"))
except amb.AmbassadorsError as why:
    print(why)

# %% [markdown]
# ## What it took
#
# On the machine on which you read this: seconds for each step, and the most memory that the whole notebook ever had.

# %%
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e9 if sys.platform == "darwin" else 1e6)
print(f"{central.height:,} accounts, {sum(seconds.values()):.0f} s, at most {peak:.1f} GB of memory")
pl.DataFrame({"step": list(seconds), "seconds": [round(one, 2) for one in seconds.values()]})
