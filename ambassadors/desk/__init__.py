"""The desk: what an analyst types. The same calls as everywhere, and results that show themselves in a notebook."""

from ambassadors.desk.asking import lists, rank, read, shortlist
from ambassadors.desk.community import Community
from ambassadors.desk.people import People

__all__ = ["Community", "People", "lists", "rank", "read", "shortlist"]
