"""What people receive: files that open cleanly in a spreadsheet, in a folder that appears whole or not at all."""

from ambassadors.delivery.cells import harmless, original
from ambassadors.delivery.files import check_places, write_csv, write_json, write_text
from ambassadors.delivery.folder import LATEST, check_latest, flip, publish, sweep
from ambassadors.delivery.rejects import write_rejects

__all__ = [
    "LATEST",
    "check_latest",
    "check_places",
    "flip",
    "harmless",
    "original",
    "publish",
    "sweep",
    "write_csv",
    "write_json",
    "write_rejects",
    "write_text",
]
