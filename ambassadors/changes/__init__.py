"""What changed since the last run, and why: the parts of each score, held against those of the run before."""

from ambassadors.changes.compare import CHANGES, changes
from ambassadors.changes.differences import causes
from ambassadors.changes.parts import PARTS, parts

__all__ = ["CHANGES", "PARTS", "causes", "changes", "parts"]
