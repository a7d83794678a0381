"""What outlives the runs: managers' notes, whom they wrote to, refusals, and who asked what when."""

from ambassadors.state.audit import audit, requests
from ambassadors.state.contacts import held
from ambassadors.state.fetched import STATE_NOTE, note_place, note_state, places, state_of
from ambassadors.state.forgetting import forgotten_among, unnamed, without_forgotten
from ambassadors.state.imported import Imported, conflicts
from ambassadors.state.inbox import Untold, collect, told, untold
from ambassadors.state.noted import noted
from ambassadors.state.notes import import_notes
from ambassadors.state.places import is_there
from ambassadors.state.refusals import Suppressed, account_sign, suppress, suppressed, unsuppress
from ambassadors.state.store import Store, open_store
from ambassadors.state.words import unnamed_words

__all__ = [
    "STATE_NOTE",
    "Imported",
    "Store",
    "Suppressed",
    "Untold",
    "account_sign",
    "audit",
    "collect",
    "conflicts",
    "forgotten_among",
    "held",
    "import_notes",
    "is_there",
    "note_place",
    "note_state",
    "noted",
    "open_store",
    "places",
    "requests",
    "state_of",
    "suppress",
    "suppressed",
    "told",
    "unnamed",
    "unnamed_words",
    "unsuppress",
    "untold",
    "without_forgotten",
]
