"""Handles, display names and bios: none of a real person, all of them plausible, some of them awkward."""

from __future__ import annotations

import numpy as np
import polars as pl

from ambassadors.simulate.cast import Cast
from ambassadors.simulate.plan import BLUESKY, Part

# Given names by language, and family names put together from syllables that belong to nobody.
_GIVEN = {
    "en": "Ada Alfie Amy Ben Beth Callum Cora Dan Ella Finn Freya George Hattie Isla Jack Jo Kit Leah Max Mia Ned Nora "
    "Owen Poppy Rob Rosa Sam Tess Theo Una Will Zoe",
    "pl": "Agnieszka Bartek Celina Darek Ewa Gosia Hania Jacek Kasia Łukasz Magda Marek Ola Paweł Staś Tomek Wojtek "
    "Zosia Żaneta",
    "no": "Anders Astrid Bjørn Eirik Embla Frøydis Guro Håkon Ingrid Jørn Kari Lars Magnus Nils Ragnhild Sigrid "
    "Solveig Tor Øyvind Åse",
    "bg": "Ани Боян Валя Georgi Деси Елена Ivo Калин Lili Мира Николай Petya Румен Силвия Todor Цвети Yana",
}
_HEADS = (
    "Ash Bel Bram Cald Dun Elm Fern Gar Hal Hol Kes Lin Mar Nor Oak Pem Quin Rav Sel Thorn Ul Ver Wex Yar Zel Bor Kry "
    "Sto Vin Lo"
)
_TAILS = (
    "by combe den ford gate ham holt ick land ley lin mere more nik ova over sen ska ston thwaite vik wood wick ziak"
)
_SOUNDS = "a b v g d e z i y k l m n o p r s t u ts ya A B V D E K M N R S Ts"
_LATIN = str.maketrans("łŁśŚżŻąęóńćøØåÅæ", "lLsSzZaeoncoOaAa") | {
    ord(cyrillic): latin
    for cyrillic, latin in zip(
        "абвгдезийклмнопрстуцяАБВДЕКМНРСЦ",
        _SOUNDS.split(),
        strict=True,
    )
}
_EMOJI = ("🌿", "☕", "🚲", "🎸", "🌻", "📚", "🐈", "✨", "🏳️‍🌈", "🧶")
# Display names that a spreadsheet would take for a formula.
_AWKWARD = (
    "=SUM(A1:A9) Ola",
    '=HYPERLINK("https://town.example","click")',
    "@home with Tess",
    "+1 for cats",
    "-minus-",
    "=Max=",
    "@Nora@",
)
_BIOS = (
    "bikes, books, rain",
    "Dad of two. Views my own.",
    "mostly about plants",
    "she/her · teacher · tea, sorry, coffee",
    "I fix old radios",
    "📍 by the bridge",
    "runs slowly, reads fast",
    "photos of dogs that are not mine",
    "Kawa, rower, koty",
    "Kaffe, ski og kode",
    "Кафе и книги",
    "jazz on Thursdays",
    "opinions, loosely held",
    "Baker by night 🥐",
    "here for the memes, and for the news, in this order",
)
_TRADES = {
    Part.BRAND: "Small-batch coffee roaster by the bridge. Open Tue-Sun.",
    Part.RIVAL: "Tin Lantern Coffee. Dark roasts since last spring.",
    Part.STAFF: "I roast and pour at Bean & Leaf.",
    Part.HUNTER: "I love giveaways! 🎁 Win win win",
    Part.POD: "Creator ✨ collabs: DM me",
    Part.INFLUENCER: "Writes about the town and whatever is good in it.",
    Part.CELEBRITY: "Official. Enquiries through my agent.",
}
_SERVERS = ("town.example", "kaffe.example", "kawiarnia.example", "makers.example")


def profiles(rng: np.random.Generator, cast: Cast) -> pl.DataFrame:
    """Handle, display name and bio of every account; the two accounts of one person are named alike."""
    frame = _drawn(rng, cast)
    return frame.select(_handles(frame), name=_name(), bio=_bio())


def _drawn(rng: np.random.Generator, cast: Cast) -> pl.DataFrame:
    """Every choice that a profile is made of: first what a person keeps on both platforms, then what an account has."""
    size = cast.size
    person = pl.DataFrame(
        {"given": _given(rng, cast), "family": _family(rng, size), "number": rng.integers(1, 99, size)}
    )
    person = person.with_columns(style=rng.random(size), shape=rng.random(size))[cast.person]
    return person.with_columns(
        part=cast.part,
        platform=cast.platform,
        emoji=_some(rng, _EMOJI, size, 1 / 8),
        awkward=_some(rng, _AWKWARD, size, 1 / 330),
        server=_some(rng, _SERVERS, size, 0.6),
        bio=_some(rng, _BIOS, size, 0.4),
        trade=pl.Series([_TRADES.get(part) for part in Part]).gather(cast.part),
        candid=rng.random(size) < 0.35,
    )


def _some(rng: np.random.Generator, options: tuple[str, ...], size: int, share: float) -> pl.Series:
    """One of the options for a share of the accounts, and an empty text for the rest."""
    chosen = np.where(rng.random(size) < share, rng.integers(0, len(options), size), len(options))
    return pl.Series([*options, ""]).gather(chosen)


def _given(rng: np.random.Generator, cast: Cast) -> pl.Series:
    sizes = np.array([len(names.split()) for names in _GIVEN.values()])
    first = np.cumsum(sizes) - sizes
    within = (rng.random(cast.size) * sizes[cast.language]).astype(np.int64)
    return pl.Series(_all_given()).gather(first[cast.language] + within)


def _all_given() -> list[str]:
    return " ".join(_GIVEN.values()).split()


def _family(rng: np.random.Generator, size: int) -> pl.Series:
    names = pl.Series([head + tail for head in _HEADS.split() for tail in _TAILS.split()])
    return names.gather(rng.integers(0, len(names), size))


def _name() -> pl.Expr:
    """As people write themselves: in full, given name only, small letters, with an emoji, or not at all."""
    given, family, style, part = pl.col("given"), pl.col("family"), pl.col("style"), pl.col("part")
    return (
        pl.when(part == Part.BRAND).then(pl.lit("Bean & Leaf"))
        .when(part == Part.RIVAL).then(pl.lit("Tin Lantern Coffee"))
        .when((part == Part.PERSON) & (pl.col("awkward") != "")).then("awkward")
        .when(style < 0.45).then(given + " " + family + " " + pl.col("emoji"))
        .when(style < 0.65).then(given + " " + pl.col("emoji"))
        .when(style < 0.75).then(given.str.to_lowercase())
        .when(style < 0.85).then(given + " " + family.str.slice(0, 1) + ".")
        .when(style < 0.96).then(family.str.to_lowercase() + " & co")
        .otherwise(pl.lit(""))
        .str.strip_chars()
    )  # fmt: skip


def _handles(frame: pl.DataFrame) -> pl.Series:
    """A stem, a number where two would be alike, and the server."""
    house = pl.col("part") <= Part.RIVAL
    again = pl.int_range(pl.len()).over("platform", "stem")
    mastodon = pl.when(house | (pl.col("server") == "")).then(pl.lit("")).otherwise("@" + pl.col("server"))
    bluesky = pl.when(house).then(pl.lit(".example")).otherwise(pl.lit(".bsky.social"))
    return frame.with_columns(stem=_stem()).select(
        handle=pl.col("stem")
        + pl.when(again == 0).then(pl.lit("")).otherwise("-" + (again + 1).cast(pl.String))
        + pl.when(pl.col("platform") == BLUESKY).then(bluesky).otherwise(mastodon)
    )["handle"]


def _stem() -> pl.Expr:
    """Latin letters made from the name; bots have more digits, and some people have them, too."""
    plain = _all_given()
    given = pl.col("given").replace_strict(plain, [_latin(name) for name in plain])
    family, number, shape, part = pl.col("family"), pl.col("number"), pl.col("shape"), pl.col("part")
    return (
        pl.when(part == Part.BRAND).then(pl.lit("beanandleaf"))
        .when(part == Part.RIVAL).then(pl.lit("tinlantern"))
        .when((part == Part.BOT) & (shape < 0.8)).then(given + (number * 97 + 1013).cast(pl.String))
        .when(shape < 0.35).then(given + family)
        .when(shape < 0.60).then(given + "-" + family)
        .when(shape < 0.75).then(given + number.cast(pl.String))
        .when(shape < 0.80).then(given + (1910 + number).cast(pl.String))
        .otherwise(family + given.str.slice(0, 1))
        .str.to_lowercase()
    )  # fmt: skip


def _latin(name: str) -> str:
    """A name as it stands in a handle.

    >>> _latin("Łukasz"), _latin("Цвети")
    ('Lukasz', 'Tsveti')
    """
    return name.translate(_LATIN)


def _bio() -> pl.Expr:
    """What an account says of itself: nothing, more often than not, and only some say what they do."""
    part = pl.col("part")
    told = pl.col("trade").is_not_null() & (pl.col("candid") | (part <= Part.RIVAL))
    return pl.when(part == Part.BOT).then(pl.lit("")).when(told).then("trade").otherwise("bio")
