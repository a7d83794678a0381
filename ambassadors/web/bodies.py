"""The body of an answer: unpacked no further than is safe, and parsed only when it is tame."""

from __future__ import annotations

import codecs
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Any

_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_STEP = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
#: An escaped backslash, a pair of surrogates, or one alone, which is no character and could be written nowhere.
_SURROGATE = re.compile(rb"\\\\|\\u[dD][89abAB]..\\u[dD][c-fC-F]..|(\\u[dD][89a-fA-F]..)", re.DOTALL)
#: Python knows more of them, some of which are slow, or no character sets at all.
_CHARSETS = re.compile(r"(?i)(iso-8859|windows|latin|koi8|utf-16|shift|euc|gb|big5)[\w-]*")
_LONGEST_NUMBER = 100
_STEP_BYTES = 1 << 16


class Unfit(Exception):
    """A body that will not be better the next time: too large, too deep, packed in a way nobody asked for."""


class Broken(Exception):
    """A body that was cut off or garbled on its way."""


def unpacked(chunks: Iterable[bytes], packing: str, most_bytes: int) -> bytes:
    """The body of which these are the chunks as they came; at most so many bytes are ever held.

    Raises :class:`Unfit` and :class:`Broken`.
    """
    body = bytearray()
    for piece in _unpacking(chunks, packing.strip().lower()):
        body += piece
        if len(body) > most_bytes:
            raise Unfit(f"is larger than {most_bytes >> 20} MB")
    return bytes(body)


def _unpacking(chunks: Iterable[bytes], packing: str) -> Iterator[bytes]:
    if packing in ("", "identity"):
        yield from chunks
    elif packing in ("gzip", "x-gzip", "deflate"):
        yield from _inflated(chunks)
    else:
        raise Unfit(f"is packed as {packing[:20]!r}, which was not asked for")


def _inflated(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """What zlib makes of the chunks, in pieces of bounded size; gzip may come in several members."""
    packed = zlib.decompressobj(wbits=47)
    began = False
    try:
        for chunk in chunks:
            while chunk:
                if packed.eof:
                    packed = zlib.decompressobj(wbits=47)
                began = True
                yield packed.decompress(chunk, _STEP_BYTES)
                chunk = packed.unused_data if packed.eof else packed.unconsumed_tail
        while began and not packed.eof:
            piece = packed.decompress(b"", _STEP_BYTES)
            if not piece:
                raise Broken("was cut off")
            yield piece
    except zlib.error:
        raise Broken("cannot be unpacked") from None


def parsed(body: bytes, charset: str = "", *, most_depth: int, most_values: int) -> Any:
    """The JSON of a body, or :class:`Broken` when it is none, or :class:`Unfit` when it is built to harm.

    NaN and infinity, which are no JSON, become None; a number of more than a hundred digits stays the text it is;
    half a surrogate pair becomes the replacement character.
    """
    body = _utf8(body, charset)
    _tame(body, most_depth, most_values)
    if b"\\ud" in body or b"\\uD" in body:
        body = _SURROGATE.sub(lambda found: b"\\ufffd" if found[1] else found[0], body)
    try:
        return json.loads(body, parse_int=_whole, parse_float=_number, parse_constant=lambda name: None)
    except ValueError:
        raise Broken("is no JSON, or was cut off") from None


def _utf8(body: bytes, charset: str) -> bytes:
    """The body as UTF-8: it is so already, or it is what it says it is, or its bad bytes are marked as such."""
    body = body.removeprefix(codecs.BOM_UTF8)
    try:
        body.decode()
        return body
    except UnicodeDecodeError:
        pass
    if _CHARSETS.fullmatch(charset):
        try:
            return body.decode(charset).encode()
        except (LookupError, ValueError):
            pass
    return body.decode("utf-8", "replace").encode()


def _tame(body: bytes, most_depth: int, most_values: int) -> None:
    """Raises unless the JSON is of a depth and a count of values that fit into memory."""
    if body.count(b'"') > 4 * most_values:
        raise Unfit(f"holds more than {most_values:,} values")
    bare = _without_strings(body)
    brackets = bare.translate(None, _NOT_BRACKETS)
    if bare.count(b",") + len(brackets) > most_values:
        raise Unfit(f"holds more than {most_values:,} values")
    if max(accumulate(map(_STEP.__getitem__, brackets)), default=0) > most_depth:
        raise Unfit(f"is nested deeper than {most_depth} levels")


def _without_strings(body: bytes) -> bytes:
    """What stands outside of quotes. Where a backslash does, it is no JSON, and is not read beyond that place."""
    escapes_gone = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    return b"".join(escapes_gone.split(b'"')[::2])


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else digits


def _number(text: str) -> float | None:
    value = float(text)
    return value if abs(value) != float("inf") else None
