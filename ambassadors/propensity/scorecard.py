"""The scorecard: what ranks before anything can be learned."""

from __future__ import annotations

from ambassadors.propensity.model import Feature, Model

#: What speaks for moving up, each with the same weight: where little can be learned, equal weights of the right signs
#: foretell about as well as fitted ones (Dawes 1979).
FOR = (
    "recommendations",
    "comments",
    "active_days",
    "brand_affinity",
    "brand_voice",
    "advocates_around",
    "talked_to",
    "order_frequency",
)
AGAINST = ("quiet_days", "order_recency")
WEIGHT = 0.2

SCORECARD = Model(
    event="",
    horizon_hours=0.0,
    features=tuple(Feature(name, sign * WEIGHT) for sign, names in ((1, FOR), (-1, AGAINST)) for name in names),
    intercept=0.0,
    people=0,
    events=0,
)
