"""Privacy: a person's data erased with proof, or handed out in full; runs that are past their time removed."""

from ambassadors.privacy.export import export
from ambassadors.privacy.fetched import drop_forgotten
from ambassadors.privacy.forget import forget, pending, resume
from ambassadors.privacy.proof import Proof
from ambassadors.privacy.retention import Swept, sweep_runs

__all__ = ["Proof", "Swept", "drop_forgotten", "export", "forget", "pending", "resume", "sweep_runs"]
