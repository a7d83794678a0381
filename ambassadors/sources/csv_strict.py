"""RFC 4180 to the letter, one record at a time: what is regular passes, what is not is rejected with the reason.

A field is unquoted, and then holds no quote, or it is quoted as a whole, with ``""`` for a quote. Records have exactly
the width of the header. A record that is whole but wrong (too short, say) is rejected as a whole. One whose quotes are
broken has no certain end: the physical line on which it starts is rejected, and reading goes on at the next.

The time is linear even on hostile text: a search for a closing quote stops at the next line with an odd number of
quotes, so that no line is searched more than twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ambassadors.sources.bytestream import shown
from ambassadors.sources.layout import Limits, Reject, clipped

QUOTE, CR, LF = b'"', b"\r", b"\n"
# What quotes in a file whose recipe says quoting = false: a byte that UTF-8 never holds, so that nothing is quoted.
NO_QUOTE = b"\xff"


@dataclass(frozen=True)
class Rules:
    """What a regular record of one file is."""

    separator: bytes
    quote: bytes
    names: tuple[str, ...]
    limits: Limits
    regular: re.Pattern[bytes]
    quoted: re.Pattern[bytes]
    unquoted: re.Pattern[bytes]

    @property
    def width(self) -> int:
        """The number of fields of every record."""
        return len(self.names)


class Verdict(NamedTuple):
    """Where the reading of a record ended, and what was wrong with it, if anything."""

    end: int
    column: str | None = None
    reason: str | None = None
    value: str | None = None


@dataclass(frozen=True)
class Sifted:
    """The regular records of a text, where each started in it, the rejects, and how far the text was read."""

    text: bytes
    starts: list[int]
    rejects: list[Reject]
    used: int


class Broken(Exception):  # never leaves this module: it ends the walk over a record's fields
    """The quotes of a record are broken, so that it has no certain end."""

    def __init__(self, reason: str, *, open_to_end: bool = False) -> None:
        self.reason = reason
        self.open_to_end = open_to_end


def rules_for(names: tuple[str, ...], separator: str, limits: Limits, *, quoting: bool = True) -> Rules:
    r"""The rules of a file with these columns.

    >>> bool(rules_for(("a", "b"), ",", Limits()).regular.match(b'1,"x, y"\n'))
    True
    """
    sep, quote = separator.encode(), QUOTE if quoting else NO_QUOTE
    escaped = re.escape(sep)
    # Possessive: a quoted field has one reading only, so the engine need never step back.
    cell = rb'(?:"[^"\0]*+(?:""[^"\0]*+)*+"|[^"\r\n\0%b]*+)'.replace(QUOTE, quote) % escaped
    quoted = rb'"[^"]*+(?:""[^"]*+)*+"'.replace(QUOTE, quote)
    bare = rb'[^"\n%b]*+'.replace(QUOTE, quote) % escaped
    more = b"" if len(names) == 1 else rb"(?:%b%b){%d}+" % (escaped, cell, len(names) - 1)
    regular = re.compile(cell + more + rb"\r?\n")
    return Rules(sep, quote, names, limits, regular, re.compile(quoted), re.compile(bare))


def sift(text: bytes, rules: Rules, first_line: int, *, final: bool) -> Sifted:
    r"""All records of a text that ends with a line feed; what may go on in the next text is left unread.

    >>> sifted = sift(b'1,2\n3\n', rules_for(("a", "b"), ",", Limits()), 2, final=True)
    >>> sifted.text, sifted.rejects
    (b'1,2\n', [(3, None, 'ragged_row', '1 field, not 2: 3')])
    """
    runs: list[bytes] = []
    starts: list[int] = []
    rejects: list[Reject] = []
    valid = is_utf8(text)
    at, line, counted = 0, first_line, 0
    while True:
        end = _regular_run(text, at, rules, starts, valid=valid)
        runs.append(text[at:end])
        at = end
        verdict = judge(text, at, rules, final=final) if at < len(text) else None
        if verdict is None:
            break
        if verdict.reason is None:
            runs.append(text[at : verdict.end])
            starts.append(at)
        else:
            line += text.count(LF, counted, at)
            counted = at
            rejects.append((line, verdict.column, verdict.reason, verdict.value))
        at = verdict.end
    return Sifted(b"".join(runs), starts, rejects, at)


def _regular_run(text: bytes, at: int, rules: Rules, starts: list[int], *, valid: bool) -> int:
    """Go over regular records, noting the start of each, to the first that is not, or is too long to be sure of."""
    regular = rules.regular.match
    short = min(rules.limits.cell_chars, rules.limits.record_bytes)
    while match := regular(text, at):
        end = match.end()
        if end - at > short or not (valid or is_utf8(match[0])):
            break
        starts.append(at)
        at = end
    return at


def judge(text: bytes, start: int, rules: Rules, *, final: bool) -> Verdict | None:
    """The record that starts here: where it ends and what is wrong with it; None if more text is needed to tell."""
    line_end = text.index(LF, start)
    most = rules.limits.record_bytes
    if line_end - start > most:
        return _line_rejected(text, start, rules, "record_too_long", None)
    if text.find(rules.quote, start, line_end) < 0:
        return _whole(text[start : line_end + 1], text.count(rules.separator, start, line_end) + 1, start, rules)
    count, end = 0, start
    try:
        for _, end in cells(text, start, rules):  # noqa: B007 - the last end is used
            count += 1
    except Broken as broken:
        if broken.open_to_end and not final and len(text) - start <= most:
            return None
        reason = broken.reason if rules.quote == QUOTE else "bad_encoding"  # the byte that never quotes is no text
        return _line_rejected(text, start, rules, reason, _name(rules, count))
    end = text.index(LF, end)
    if end - start > most:
        return _line_rejected(text, start, rules, "record_too_long", None)
    return _whole(text[start : end + 1], count, start, rules)


def cells(text: bytes, start: int, rules: Rules) -> Iterator[tuple[int, int]]:
    """Where each field of a record starts and ends, its quotes included.

    Raises Broken at a quote that stands where none may, or that nothing closes, and past the length of a record.
    """
    window = start + rules.limits.record_bytes
    at = start
    while True:
        if at > window:
            raise Broken("record_too_long")
        quoted = text.startswith(rules.quote, at)
        end = _quoted_end(text, at, window, rules) if quoted else _unquoted_end(text, at, window, rules)
        yield at, end
        if not text.startswith(rules.separator, end):
            return
        at = end + 1


def unquoted(cell: bytes, quote: bytes = QUOTE) -> bytes:
    """What a field says, without the quotes around it and with the quotes in it undone.

    >>> unquoted(b'"a ""b"" c"'), unquoted(b"d")
    (b'a "b" c', b'd')
    """
    return cell[1:-1].replace(quote * 2, quote) if cell.startswith(quote) else cell


def is_utf8(text: bytes) -> bool:
    """Whether these bytes are valid UTF-8.

    >>> is_utf8("é".encode()), is_utf8("é".encode("latin-1"))
    (True, False)
    """
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _quoted_end(text: bytes, at: int, window: int, rules: Rules) -> int:
    match = rules.quoted.match(text, at, window)
    if match is None:
        # Open to the end of the text: what comes next may close it.
        raise Broken("unclosed_quote", open_to_end=True)
    end = match.end()
    follows = text[end : end + 2]
    if follows.startswith((rules.separator, LF)) or follows == CR + LF:
        return end
    if follows.startswith(rules.quote):  # the window has cut an escaped quote in two
        raise Broken("unclosed_quote")
    raise Broken("stray_cr" if follows.startswith(CR) else "stray_quote")


def _unquoted_end(text: bytes, at: int, window: int, rules: Rules) -> int:
    match = rules.unquoted.match(text, at)
    assert match is not None  # it matches the empty field too
    end = match.end()
    if end > window:
        raise Broken("record_too_long")
    if text.startswith(rules.quote, end):
        raise Broken("stray_quote")
    return end


def _whole(record: bytes, count: int, start: int, rules: Rules) -> Verdict:
    """The verdict on a record whose quotes are sound."""
    end = start + len(record)
    content = record.removesuffix(LF).removesuffix(CR)
    for reason, guilty in _suspicions(content, rules):
        for index, (left, right) in enumerate(cells(content + LF, 0, rules)):
            if guilty(content[left:right]):
                return Verdict(end, _name(rules, index), reason, shown(content[left:right]))
    if not content and rules.width > 1:
        return Verdict(end, None, "blank_line", "")
    if count != rules.width:
        fields = "1 field" if count == 1 else f"{count:,} fields"
        return Verdict(end, None, "ragged_row", clipped(f"{fields}, not {rules.width:,}: {shown(content)}"))
    return _too_long(content, end, rules)


def _suspicions(content: bytes, rules: Rules) -> Iterator[tuple[str, Callable[[bytes], bool]]]:
    """The faults that some cell of a record may have, each with how to tell the cell."""
    if CR in content:
        yield "stray_cr", lambda cell: CR in cell and not cell.startswith(rules.quote)
    if b"\0" in content:
        yield "nul_byte", lambda cell: b"\0" in cell
    if not is_utf8(content):
        yield "bad_encoding", lambda cell: not is_utf8(cell)


def _too_long(content: bytes, end: int, rules: Rules) -> Verdict:
    most = rules.limits.cell_chars
    if len(content) > most:
        for index, (left, right) in enumerate(cells(content + LF, 0, rules)):
            if right - left > most and len(unquoted(content[left:right], rules.quote).decode()) > most:
                return Verdict(end, _name(rules, index), "cell_too_long", shown(content[left:right]))
    return Verdict(end)


def _line_rejected(text: bytes, start: int, rules: Rules, reason: str, column: str | None) -> Verdict:
    end = text.index(LF, start)
    line = text[start : min(end, start + rules.limits.record_bytes, start + 1_000)].removesuffix(CR)
    return Verdict(end + 1, column, reason, shown(line))


def _name(rules: Rules, index: int) -> str | None:
    return rules.names[index] if index < rules.width else None
