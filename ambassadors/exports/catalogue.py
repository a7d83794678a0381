"""All exports that are known, in the order in which they are tried: the first that fits is it."""

from __future__ import annotations

from ambassadors.exports import facebook, instagram, mail, networks, research, shop, x_archive
from ambassadors.exports.content import Content
from ambassadors.exports.spec import Export, Sign

#: As many things that few files have make a file look like an export.
MARKS = 2
LACKING = 0.6  # of them, at most

EXPORTS: tuple[Export, ...] = (
    *x_archive.EXPORTS,
    *instagram.EXPORTS,
    *facebook.EXPORTS,
    *networks.EXPORTS,
    *shop.EXPORTS,
    *mail.EXPORTS,
    *research.EXPORTS,
)
#: The kinds of which a download holds dozens of files that give nothing.
FOLDED = {export.kind for export in EXPORTS if export.folded}


def recognised(content: Content) -> tuple[Export, str] | None:
    """The export that a file is, and its variant."""
    for export, variant, sign in _signs():
        if sign.lacks(content) == []:
            return export, variant
    return None


def nearest(content: Content) -> str:
    """A sentence that names the export which a file is most like, and what it lacks of it; empty where none is near."""
    near = []
    for export, _, sign in _signs():
        lacks = sign.lacks(content)
        missing = [mark for mark in sign.marks if mark in (lacks or ())]
        if lacks and len(sign.marks) - len(missing) >= MARKS and len(missing) <= LACKING * len(sign.marks):
            near.append((len(missing) / len(sign.marks), export.title, lacks))
    if not near:
        return ""
    _, title, lacks = min(near, key=lambda one: one[0])
    return f"Nearest: {title}; lacks: {', '.join(lacks)}."


def _signs() -> list[tuple[Export, str, Sign]]:
    return [(export, variant, sign) for export in EXPORTS for variant, sign in export.signs]
