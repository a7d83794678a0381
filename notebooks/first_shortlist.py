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
# # A first shortlist
#
# *Whom should we write to, and why them?* You have the files that a brand collects anyway (followers, likes, comments,
# orders), and would like a list of people by this afternoon, with a reason behind each name that you can check. This
# notebook goes from the files to that list. Everything runs on this machine; nothing is sent or fetched.
#
# It begins with a simulated town around a small coffee roaster. **For your own brand change one line**, `RECIPE`, to
# the path of your recipe, and run everything again. Text that begins with "in the sample" speaks of the town only.

# %%
from pathlib import Path

import polars as pl

import ambassadors as amb
from ambassadors import delivery

pl.Config(tbl_rows=20, tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True, fmt_str_lengths=100)

RECIPE = "../graphs/town/brand.toml"

# %% [markdown]
# ## What came in
#
# A recipe says where the files are and what their columns mean. Look at the spans of time first: a list can only be as
# fresh as the last row. Then at who is *never ranked*: the brand itself, its staff and rivals, and everybody who asked
# not to be found or contacted.

# %%
community = amb.read(RECIPE)
community

# %% [markdown]
# Every row of every file is accepted or turned away, and the numbers always add up. Look for a file of which many rows
# were turned away: then the recipe misreads a column, which is quick to mend and worth mending before anything else.

# %%
pl.DataFrame(
    {
        "file": one.file,
        "table": one.table,
        "rows": one.rows,
        "accepted": one.accepted,
        "turned away": one.rejected,
        "why": ", ".join(f"{reason} {rows:,}" for reason, rows in one.reasons.items()),
    }
    for one in community.intakes
)

# %% [markdown]
# The rows that were turned away keep their file, line, column and value, so that you can go and look. In the sample
# there are none, and the table is empty; real exports nearly always have some.

# %%
community.rejects.head(10)

# %% [markdown]
# ## Two rankings
#
# *Influencers* move other people, whatever they think of the brand. *Ambassadors* already like this brand, and show it.
# They are seldom the same people, so they are ranked apart. Where the data cannot feed a ranking, a sentence says what
# is missing.

# %%
rankings = {}
for name in ("ambassadors", "influencers"):
    try:
        rankings[name] = amb.rank(community, name)
    except amb.AmbassadorsError as why:
        print(why)

RANKING, ranking = next(iter(rankings.items()))
print(f"The {RANKING}:")
ranking

# %% [markdown]
# ## What a row means
#
# - **rank**, with its bounds: had other people happened to respond, the rank might have been anything between
#   `rank_low` and `rank_high`. Where these lie far apart, do not argue about who is 7th and who is 12th.
# - **grade**: how much data stands behind the row.
# - **score**: a sum of points, at most 100. It says where somebody stands among comparable accounts, not how likely
#   they are to do anything.
# - **reasons**: the measures that bring most of the points.
#
# The score is nothing but the sum of its points. Here both are set side by side; they must be equal in every row.

# %%
points = [column for column in ranking.columns if column.endswith(":points")]
pl.DataFrame(ranking).select(
    "rank", "rank_low", "rank_high", "grade", "handle", "score", pl.sum_horizontal(points).alias("sum of points")
).head(5)

# %% [markdown]
# Which measures there are, what each counts for here, and of how many people it is known. A measure that this data
# cannot feed is not in this table: the others share its points.

# %%
measures = [column.removesuffix(":points") for column in points]
pl.DataFrame(
    {
        "measure": name,
        "most points anybody has": ranking[f"{name}:points"].max(),
        "known of": ranking[name].count(),
        "middle value": ranking[name].median(),
        "largest value": ranking[name].max(),
    }
    for name in measures
)

# %% [markdown]
# ## The shortlist
#
# The same order in words: one person a row, with up to three reasons and two cautions in plain sentences. Read the
# cautions first. They say what speaks against writing to somebody today.

# %%
people = amb.shortlist(community, RANKING, k=25)
people

# %% [markdown]
# ## Why is this person there?
#
# Before you write to anybody, take their score apart. Look for a score that rests on a single bar: it may be right, but
# it stands on one leg.

# %%
explained = community.explain(people["account"][0])
explained

# %% [markdown]
# The same as a picture that can be pasted into a message. A pale rest of a bar is what the measure could still bring.

# %%
amb.charts.waterfall(explained, RANKING)

# %% [markdown]
# ## Three lists for three letters
#
# A ranking is not yet a plan. The three lists are: **proven advocates**, who recommend the brand already (thank them);
# **ready to move up**, who are likely to begin (ask them); and **influential, unproven**, who reach many and have only
# begun to like the brand (win them). Where a list is empty, it says why.

# %%
three = amb.lists(community, k=25)
three

# %% [markdown]
# Some people stand on no list, although their numbers are good: staff, who acts for a rival, who comes for prizes, who
# says that they are paid. It is evidence, not a verdict, and a person should look at it.

# %%
amb.People(three.apart.select("person", "why", "evidence").head(10))

# %% [markdown]
# ## Keep it
#
# The lists as CSV files, written the way a run writes them: they open cleanly in a spreadsheet, and no name in them can
# run as a formula there.

# %%
folder = Path("saved")
folder.mkdir(exist_ok=True)
for name, table in three.tables.items():
    delivery.write_csv(table, folder / f"{name}.csv")
amb.charts.save(amb.charts.waterfall(explained, RANKING), folder / "why.svg")
sorted(str(path) for path in folder.iterdir())

# %% [markdown]
# ## Next
#
# - The whole hand-over (a workbook with room for notes, a report, what changed since last time) is one call:
#   `amb.run(RECIPE, out="runs")`, or `ambassadors run` for a scheduled job.
# - Would this list have been right a month ago? See `who_moves_others`.
# - Who is about to move up, and can the chances be believed? See `from_like_to_defend`.
# - Are these real people? See `is_the_audience_real`.
# - Should something count for more? See `weights_and_trust`.
