"""A crawl of a platform: asked politely, kept page by page, stored once, and gone on with after any stop."""

from ambassadors.crawling.checkpoint import FAILED, LEFT, Checkpoint
from ambassadors.crawling.crawl import Crawl, Progress, Scope
from ambassadors.crawling.landing import Allowed, Landed, delete, drop_people, land
from ambassadors.crawling.outlook import Outlook, outlook

__all__ = [
    "FAILED",
    "LEFT",
    "Allowed",
    "Checkpoint",
    "Crawl",
    "Landed",
    "Outlook",
    "Progress",
    "Scope",
    "delete",
    "drop_people",
    "land",
    "outlook",
]
