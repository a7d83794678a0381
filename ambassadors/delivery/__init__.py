"""What people receive: files that open cleanly in a spreadsheet, in a folder that appears whole or not at all."""

from ambassadors.delivery.cells import harmless
from ambassadors.delivery.files import check_places, write_csv, write_json, write_text
from ambassadors.delivery.folder import publish

__all__ = ["check_places", "harmless", "publish", "write_csv", "write_json", "write_text"]
