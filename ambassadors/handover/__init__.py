"""What managers open: one list of people, a workbook that explains itself, and files for the tools of their team."""

from ambassadors.handover.meanings import MEANINGS
from ambassadors.handover.presets import PRESETS, Preset, write_presets
from ambassadors.handover.shortlist import shortlist_of
from ambassadors.handover.workbook import write_workbook

__all__ = ["MEANINGS", "PRESETS", "Preset", "shortlist_of", "write_presets", "write_workbook"]
