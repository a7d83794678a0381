"""The growing dataset: what was fetched, each row once, in Delta Lake tables that polars, DuckDB and Spark read."""

from ambassadors.lake.dataset import Lake, Landed
from ambassadors.lake.keys import key

__all__ = ["Lake", "Landed", "key"]
