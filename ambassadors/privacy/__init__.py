"""Privacy: a person's data erased with proof, or handed out in full; runs that are past their time removed."""

from ambassadors.privacy.export import export
from ambassadors.privacy.forget import forget, pending, resume
from ambassadors.privacy.proof import Proof
from ambassadors.privacy.retention import Swept, sweep_runs

__all__ = ["Proof", "Swept", "export", "forget", "pending", "resume", "sweep_runs"]
