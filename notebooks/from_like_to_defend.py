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
# # From like to defend
#
# *Who likes us, who is about to recommend us, and how sure can we be?* This notebook is for whoever looks after the
# people around a brand: it shows on which rung each person stands, how people moved over time, who is ready for the
# next step, and whether past forecasts held.
#
# **For your own brand change one line**, `RECIPE`, and run everything again. Text that begins with "in the sample"
# speaks of the simulated town only.

# %%
import polars as pl
from IPython.display import display

import ambassadors as amb
from ambassadors import ladder

pl.Config(tbl_rows=20, tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True, fmt_str_lengths=100)

RECIPE = "../graphs/town/brand.toml"

# %%
community = amb.read(RECIPE)
community

# %% [markdown]
# ## The rungs
#
# A person stands on the highest rung of which one rule holds, and `negative` comes before all of them. The rules are
# counts of things that people did, and they are the recipe's: read them, and change what does not fit your brand.

# %%
rules = community.recipe.ladder
pl.DataFrame(
    {"rung": rung, "stands here who has": " or ".join(getattr(rules, rung))}
    for rung in (*reversed(ladder.RUNGS), ladder.NEGATIVE)
)

# %% [markdown]
# How many stand where today, of the people who may be ranked. Recommending is rarer than liking, usually by far. Where
# it is not, a rule may be too easy; where a rung is empty, a table may be missing: without shares, mentions or
# referrals nobody recommends.

# %%
stood = ladder.rungs(community).join(community.candidates.select("account"), "account", how="semi")
counts = stood["rung"].value_counts(name="people")
pl.DataFrame({"rung": [*reversed(ladder.RUNGS), ladder.NEGATIVE]}).join(
    counts, "rung", how="left", maintain_order="left"
).with_columns(pl.col("people").fill_null(0))

# %% [markdown]
# The evidence behind it: what the people of each rung did, on average. This is what the rules count.

# %%
shown = ["likes", "comments", "recommendations", "referrals", "defences", "orders", "active_days", "complaints"]
stood.group_by("rung").agg(pl.col(shown).mean().round(1)).join(counts, "rung").sort(ladder.place(pl.col("rung")))

# %% [markdown]
# ## How people moved
#
# Month by month, who went from which rung to which. Look at the flows *into* advocate and defend, and from which rung
# they come. Look at the flows into negative, too: a month in which they swell has a story, and you should know it
# before you ask anybody for a favour.

# %%
try:
    moved = amb.flows(community, "month")
    display(amb.charts.flows(moved))
except amb.AmbassadorsError as why:
    moved = pl.DataFrame(schema=["begin", "end", "from", "to", "people"])
    print(why)

# %% [markdown]
# The same as numbers: the largest moves of the last whole month. It is an ordinary table, to be counted as you like.

# %%
ends = moved["end"].unique().sort()
month = moved.filter(pl.col("end").is_in(ends.tail(2).head(1).implode()), pl.col("from") != pl.col("to"))
month.sort("people", descending=True).with_columns(pl.col("begin", "end").cast(pl.Date)).head(10)

# %% [markdown]
# ## Who is ready
#
# For everybody on the rungs that the recipe names: how likely are they to reach the next one within the horizon? It is
# learned from this community's own past. Look at whether there are chances at all. They are given only where past ones
# held; otherwise people are in order, without numbers, and the reason is told.

# %%
try:
    made = amb.forecast(community)
    display(made)
except amb.AmbassadorsError as why:
    print(why)

# %% [markdown]
# The list that a manager gets, with reasons in words. A chance of .3 means: of ten such people three move by
# themselves, and seven do not. Most chances are small, since moving up is rare; the order is what you use.

# %%
three = amb.lists(community, k=25)
three.tables["ready_to_move_up"]

# %% [markdown]
# What is told of a chance: how it went for those who were given about as much at earlier dates.

# %%
ready = three.tables["ready_to_move_up"]
ready.select("person", "stage", "probability", "probability_says").head(8)

# %% [markdown]
# One of them, taken apart: the way up so far, what is missing to the next rung, and what would be welcome. Look at the
# dates of the way: a slow climb is a better sign than a leap of last week.

# %%
listed = pl.concat([table.select("account") for table in three.tables.values()])["account"]
someone = [*ready["account"], *listed, *community.candidates["account"].head(1)][0]
community.explain(someone)

# %% [markdown]
# Who is there already. These are to be thanked, not asked.

# %%
three.tables["proven_advocates"]

# %% [markdown]
# ## Did past forecasts hold?
#
# Each was made from what was known before its date. On the left: of people who were given some chance, how many moved.
# Points on the diagonal mean that a chance can be taken at its word; below it, too much was promised. On the right: how
# well the forecast tells movers from stayers, beside sorting by simple things (.5 is a coin, 1 is perfect).

# %%
try:
    checked = amb.moves(community, resamples=50)
    display(checked, amb.charts.calibration(checked))
except amb.AmbassadorsError as why:
    print(why)

# %% [markdown]
# In the sample the forecast beats sorting by how often people do something, and its chances keep close to the diagonal,
# with wide intervals where few people were given much. That is as it should be: large chances are rare.
#
# ## What must not be concluded
#
# - *A high chance is no reason to think that asking helps.* It says who will move by themselves. Who moves because they
#   were asked is known only where some were asked and others, by lot, were not.
# - *A feature that foretells is not a cause.* People who comment more move up more; making people comment may do
#   nothing.
# - *No chance is not a small chance.* Who is too new has none, and stands in the order all the same.
# - *A rung is not a person's feelings.* It is what they did where this data could see it.
# - *Yesterday's weather.* After a scandal, a campaign or a change of platform the past misleads. The toolkit watches
#   for that and withholds chances, but you will know first.
