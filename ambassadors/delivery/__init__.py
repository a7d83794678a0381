"""What people receive: files that open cleanly in a spreadsheet, in a folder that appears whole or not at all."""

from ambassadors.delivery.cells import harmless, original
from ambassadors.delivery.files import check_places, json_text, write_csv, write_json, write_text
from ambassadors.delivery.folder import LATEST, check_latest, flip, publish, sweep, sync
from ambassadors.delivery.rejects import write_rejects

__all__ = [
    "LATEST",
    "check_latest",
    "check_places",
    "flip",
    "harmless",
    "json_text",
    "original",
    "publish",
    "sweep",
    "sync",
    "write_csv",
    "write_json",
    "write_rejects",
    "write_text",
]
