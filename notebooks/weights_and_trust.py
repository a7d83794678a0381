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
# # Weights and trust
#
# *What if responses counted less and reach more? Would it be another list, and a better one?* A score is a weighted
# sum, and weights are opinions until somebody tests them. In this notebook you change them with sliders, see at once
# who enters and who leaves, how much of the list hangs on exact weights at all, and then let the past judge.
#
# **For your own brand change one line**, `RECIPE`, and run everything again. Text that begins with "in the sample"
# speaks of the simulated town only.

# %%
from pathlib import Path

import polars as pl
from IPython.display import display

import ambassadors as amb
from ambassadors.backtesting import tuned

pl.Config(tbl_rows=20, tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True, fmt_str_lengths=100)

RECIPE = "../graphs/town/brand.toml"

# %%
community = amb.read(RECIPE)
community

# %% [markdown]
# ## The weights now
#
# A score is a sum of points, 100 at most, shared among measures by the weights. The bar of each person shows from which
# measures theirs come. Look whether one colour fills most bars: then one weight decides nearly everything.

# %%
ranking = amb.rank(community, "influencers")
ranking

# %% [markdown]
# ## Move the sliders
#
# The list follows. Look at the sentence on stability first: every weight is drawn anew, a hundred times, within a fifth
# of its value. If nearly everybody stays, there is no point in arguing about a weight of 14 or 16. (Without a running
# kernel, as on a code host, you see a still table.)

# %%
weighing = amb.weigh(community, "influencers", k=50)
weighing

# %% [markdown]
# ## The same in code
#
# What a slider does can be written down, and so repeated. Here everything that is counted from responses of the last
# weeks is taken away, and the list becomes one of long standing.

# %%
measures = list(weighing.points)
lately = [name for name in measures if name.endswith(("_now", "_recent"))] or measures[:1]
weighing.set(**dict.fromkeys(lately, 0 if len(measures) > len(lately) else 1))
print(*weighing.says, sep="\n")

# %% [markdown]
# Who enters, and from where. Somebody who comes from place 51 was on the edge all along; somebody from place 400 tells
# you what the weights were about.

# %%
weighing.entered

# %% [markdown]
# And who leaves.

# %%
weighing.left

# %% [markdown]
# The head of both lists side by side: level lines are people about whom the weights do not matter.

# %%
amb.charts.ranks(ranking, weighing.ranking, k=25, names=("the recipe", "your weights"))

# %% [markdown]
# ## How sure is any of this?
#
# Two kinds of doubt lie behind a rank. *Which weights?* is the one above. *Who happened to respond?* is told by the
# bounds of each rank. Here, for the first under the recipe's weights: how wide the bounds are, by grade. Where bounds
# are wider than any change by weights, better data would help more than better weights.

# %%
pl.DataFrame(ranking).head(50).group_by("grade").agg(
    pl.len().alias("people"),
    (pl.col("rank_high") - pl.col("rank_low")).median().alias("places between the bounds, in the middle"),
).sort("people", descending=True)

# %% [markdown]
# ## Let the past judge
#
# Weights can be learned: on earlier dates those are found that foretell best who will be responded to, and later dates,
# which had no say in it, tell what that gains. Look at the gain and its interval. If the interval holds 0, the recipe's
# weights are as good, and simpler to defend.

# %%
try:
    learned = amb.tune(community, "influencers", origins=3, resamples=50)
    display(learned)
except amb.AmbassadorsError as why:
    learned = None
    print(why)

# %% [markdown]
# What was learned does not fall from the sky: it fits the figure that we asked for (who will be responded to next), on
# these dates. If you care about something else, sales, say, then weights that win here may still be wrong for you.
#
# ## Write the weights down
#
# Weights that are not in the recipe are lost. There are two ways to keep them. From the sliders comes a section, to be
# put in the place of the one in your recipe:

# %%
print(weighing.recipe)

# %% [markdown]
# From what was learned comes a whole copy of the recipe, with its comments and everything else as they were. The recipe
# itself is never changed; compare the two, and put the copy beside your files when you are content.

# %%
folder = Path("saved")
folder.mkdir(exist_ok=True)
source = Path(RECIPE) / "brand.toml" if Path(RECIPE).is_dir() else Path(RECIPE)
if learned is not None:
    (folder / "tuned.toml").write_text(tuned(source.read_text(encoding="utf-8-sig"), learned), encoding="utf-8")
sorted(str(path) for path in folder.glob("*.toml"))

# %% [markdown]
# Back to the recipe's weights, so that the sliders above start where the recipe is.

# %%
weighing.back()
print(weighing.says[0])
