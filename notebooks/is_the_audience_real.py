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
# # Is the audience real?
#
# *Are these followers people, and do these likes mean anything?* Followers are sold by the thousand, and circles of
# accounts like each other by agreement. This notebook is for whoever is about to pay or praise somebody for their
# audience. It shows what counts as a real response here and why, who stands out, and how much could be bought.
#
# Nothing in it is an accusation. It is evidence with a number, for a person to look at before anybody decides.
#
# **For your own brand change one line**, `RECIPE`, and run everything again. Text that begins with "in the sample"
# speaks of the simulated town only.

# %%
import altair as alt
import polars as pl
from IPython.display import display

import ambassadors as amb
from ambassadors import pods, trust
from ambassadors.backtesting import attacks
from ambassadors.character import apart
from ambassadors.charts.theme import styled
from ambassadors.measures.response import responders_counted

pl.Config(tbl_rows=20, tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True, fmt_str_lengths=100)

RECIPE = "../graphs/town/brand.toml"

# %%
community = amb.read(RECIPE)
community

# %% [markdown]
# ## Who is vouched for
#
# Standing cannot be bought in bulk. The brand has it, and whom it follows or answers; and so has whoever receives a tie
# from two accounts that have it, and did not simply return the favour. New accounts can point at each other as much as
# they like: they have nobody to begin from. Being not vouched for is no fault. Most quiet people are not.

# %%
accounts = community.accounts.with_columns(vouched=pl.Series(trust.vouched(community)))
accounts.group_by("platform").agg(
    pl.len().alias("accounts"),
    pl.col("vouched").sum().alias("vouched for"),
    pl.col("vouched").mean().round(2).alias("share"),
).sort("platform")

# %% [markdown]
# ## The brand's own followers
#
# When they came, and how many of them are vouched for. Look for a week in which many came of whom hardly anybody is
# vouched for: a giveaway may explain it, or somebody bought followers. A tall week of mostly known people is often just
# the week in which somebody began to look. (Where follows carry no date, the day counts on which they were seen.)

# %%
own = community.follows.filter(pl.col("target").is_in(community.brand.accounts)).select(
    account="source", week=pl.coalesce("since", "observed_at").dt.truncate("1w").dt.date()
)
known = pl.when("vouched").then(pl.lit("vouched for")).otherwise(pl.lit("not vouched for")).alias("who")
arrivals = own.join(accounts, "account").group_by("week", known).len("followers").drop_nulls().sort("week", "who")
styled(
    alt.Chart(arrivals, width=700, height=220, title="New followers of the brand")
    .mark_bar()
    .encode(
        x=alt.X("week:T").title(None),
        y=alt.Y("followers:Q").title("followers a week"),
        color=alt.Color("who:N").scale(range=["#E69F00", "#0072B2"]).title(None),
    )
)

# %% [markdown]
# ## Whose responses count
#
# Of the people who responded to each of the first influencers, how many count. A small share has three usual reasons:
# the responders are strangers to everybody, they were repaid in kind, or they stand in a circle. In the sample most of
# the first have a large share, since the ranking counts it.

# %%
ranking = amb.rank(community, "influencers")
responded = responders_counted(community).rename({"count": "who count"}).with_columns(pl.col("who count").round(1))
following = trust.followers(community).rename({"people": "followers here", "counted": "followers who count"})
quality = (
    pl.DataFrame(ranking)
    .select("rank", "account", "handle")
    .join(responded, "account", how="left", maintain_order="left")
    .join(following, "account", how="left", maintain_order="left")
    .with_columns((pl.col("who count") / pl.col("responders")).round(2).alias("share of responders"))
)
quality.drop("account").head(15)

# %% [markdown]
# The other end: accounts with many responders of whom few count. By a plain count of engagement these would be stars.

# %%
quality.filter(pl.col("responders") >= 10).sort("share of responders", "responders", descending=[False, True]).drop(
    "account"
).head(15)

# %% [markdown]
# ## Circles
#
# Around most people the others hardly know each other. In a pod nearly everybody responds to everybody. Each dot is an
# account with ten responders or more; high up stand those whose responders respond to one another. Look for a cloud
# apart from the rest. A family business, a club or a parliament looks like this, too.

# %%
circles = (
    pods.circles(community)
    .drop_nulls("share")
    .with_columns(seen=pl.when("pod").then(pl.lit("perhaps a pod")).otherwise(pl.lit("others")))
)
styled(
    alt.Chart(circles, width=700, height=260, title="How many of the pairs around each account respond to each other")
    .mark_circle(size=36, opacity=0.6)
    .encode(
        x=alt.X("responders:Q").scale(type="log", nice=False).title("people who responded"),
        y=alt.Y("share:Q").axis(format="%").title("share of pairs that are tied"),
        color=alt.Color("seen:N").scale(domain=["others", "perhaps a pod"], range=["#56B4E9", "#D55E00"]).title(None),
    )
)

# %% [markdown]
# Who they are, and where they stand. In the sample, where the truth is known, they are members of the town's one pod.

# %%
members = community.accounts.filter(pl.col("account").is_in(pods.flagged(community))).select("account", "handle")
found = members.join(circles.select("account", "responders", pl.col("share").round(2)), "account", how="left")
ranked = pl.DataFrame(ranking).select("account", "rank")
found.join(ranked, "account", how="left").sort("rank", "account", nulls_last=True).drop("account").head(15)

# %% [markdown]
# ## On the list itself
#
# What a manager sees of all this: flags and cautions in the row of the person. Look at them before you write.

# %%
people = amb.shortlist(community, "influencers", k=100)
people.filter(pl.col("authenticity_flags").is_not_null()).select("rank", "person", "authenticity_flags", "caution_1")

# %% [markdown]
# Who is told apart from ambassadors altogether, and why: for prizes, for pay, for a rival. How many, and one example of
# each with the evidence.

# %%
told = apart(community)
told.group_by("why", maintain_order=True).agg(pl.len().alias("people"), pl.col("evidence").first().alias("for example"))

# %% [markdown]
# ## What would it bring to buy some?
#
# Try it. An ordinary account from the middle of the ranking buys followers, or joins a pod, and everything is ranked
# again. `gained` is by how many percentiles it rises: near 0 is what you want to see. `flagged` says how often a
# caution then points at it. Two buyers are few; `attacks(community, buyers=20)` takes longer and is surer.

# %%
try:
    display(attacks(community, buyers=2).with_columns(pl.col("before", "gained", "most").round(2)))
except amb.AmbassadorsError as why:
    print(why)

# %% [markdown]
# Where something rises and is not flagged, trust the order less there. In the sample bought followers bring nothing; a
# pod whose members take turns can lift one of the two, and a caution points at both of them. So read cautions, not only
# ranks.
#
# For comparison, what the same purchase does to an order by followers: an ordinary account with 1,000 more passes
# everybody who has fewer than that.

# %%
stated = community.candidates["followers"].drop_nulls().sort()
ordinary = stated.median()
pl.DataFrame(
    {
        "bought": number,
        "percentile by followers before": None if ordinary is None else round(100 * (stated < ordinary).mean(), 1),
        "percentile after": None if ordinary is None else round(100 * (stated < ordinary + number).mean(), 1),
    }
    for number in (100, 1000)
)

# %% [markdown]
# ## What this cannot tell
#
# - Who is outside the data. An account may have a fine audience that never met this brand.
# - A patient buyer. Accounts that were nursed for a year, are followed by real people and talk to them look real here,
#   because in every way that the data shows they are.
# - Why. A burst of unknown followers may be a newspaper article. Ask before you judge.
