"""What all charts share: colours that colour-blind readers tell apart, one look, and a way to be seen offline."""

from __future__ import annotations

import hashlib
import re
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ambassadors.delivery import check_places
from ambassadors.delivery.files import whole
from ambassadors.errors import AmbassadorsError

if TYPE_CHECKING:
    import altair as alt

#: The colours of Okabe and Ito (2008), which people with any kind of colour vision tell apart.
ORANGE, SKY, GREEN, YELLOW = "#E69F00", "#56B4E9", "#009E73", "#F0E442"
BLUE, VERMILION, PURPLE, BLACK, GREY = "#0072B2", "#D55E00", "#CC79A7", "#000000", "#8A8F98"
#: What is ours in a comparison, and what the others are.
OURS, OTHERS = VERMILION, GREY
#: Words that are read second.
QUIET = "#4B5563"
#: Each rung of the ladder from the bottom, light to dark; what speaks against the brand stands apart.
RUNGS = {
    "none": "#D9DCE1",
    "negative": BLACK,
    "aware": "#BFD9EC",
    "like": SKY,
    "love": BLUE,
    "advocate": ORANGE,
    "defend": VERMILION,
}
#: The forms that a picture can have.
FORMS = (".svg", ".png", ".pdf")
#: The first letters come with the drawing program, so that a picture is the same on every machine; the others are
#: for whoever opens an SVG without them.
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
#: How finely a picture is drawn, and how many of its dots a page takes for an inch.
DOTS_PER_INCH, DOTS_AS_MEANT = 144, 72
#: Around a chart, in pixels; at the sides there is room for letters that are wider than those it was measured with.
ROOM = {"left": 20, "top": 6, "right": 20, "bottom": 6}
#: The widest that a chart is, in pixels: it fits a notebook and a printed page.
WIDEST = 900
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LISTED = re.compile(rb"(?: +/\w+ \d+ 0 R\n){2,}")
_ID = re.compile(r'(\bid="|url\(#)(clip|gradient)_?(\d+)')


def styled(chart: Any) -> Any:
    """The chart with the look that all have; seen offline in a notebook from now on."""
    _seen_offline()
    lines: dict[str, Any] = {"gridColor": "#E5E7EB", "domainColor": "#9CA3AF", "tickColor": "#9CA3AF"}
    titles: dict[str, Any] = {"anchor": "start", "fontSize": 14, "fontWeight": "normal", "offset": 12, "limit": WIDEST}
    return (
        chart.configure(font=FONT, background="white", padding=ROOM)
        .configure_view(strokeWidth=0)
        .configure_axis(**lines, labelLimit=320, titleFontWeight="normal", titleColor=QUIET)
        .configure_title(**titles, subtitleColor=QUIET)
    )


def heading(text: str) -> alt.TitleParams:
    """The title of a panel, above its left edge; smaller than the one of the whole."""
    import altair as alt

    return alt.TitleParams(text, fontSize=12, offset=6, frame="group")


def _seen_offline() -> None:
    """A notebook shows charts as pictures that are drawn here, unless another renderer was chosen.

    altair's own default fetches programs from a network, and shows nothing without one.
    """
    import altair as alt

    alt.renderers.register("ambassadors", _drawn)
    if alt.renderers.active == "default":
        alt.renderers.enable("ambassadors")


def _drawn(spec: dict[str, Any], **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A chart as PNG for a notebook, as large as it would be in print; its letters need not be on the machine.

    SVG would be laid out for letters that a browser may not have, and cut where others are wider.
    """
    import base64

    import vl_convert

    drawn: bytes = vl_convert.vegalite_to_png(_sayable(spec), ppi=DOTS_PER_INCH)
    width, height = (round(side * DOTS_AS_MEANT / DOTS_PER_INCH) for side in struct.unpack(">II", drawn[16:24]))
    shown = {"image/png": base64.b64encode(drawn).decode(), "text/plain": "<a chart>"}
    return shown, {"image/png": {"width": width, "height": height}}


def _svg(spec: dict[str, Any]) -> str:
    """A chart as SVG whose letters are letters.

    The drawing program numbers what it cuts out and shades anew with each chart that a process draws; here these names
    come from the chart itself, so that the same chart is the same text, and two charts do not meet on one page.
    """
    import vl_convert

    drawn = vl_convert.vegalite_to_svg(spec)
    places: dict[str, int] = {}
    plain = _ID.sub(lambda found: f"{found[1]}{places.setdefault(found[2] + found[3], len(places))}", drawn)
    own = hashlib.sha256(plain.encode()).hexdigest()[:8]
    return _ID.sub(lambda found: f"{found[1]}c{own}-{places[found[2] + found[3]]}", drawn)


def _pdf(spec: dict[str, Any]) -> bytes:
    """A chart as PDF; what a page refers to is sorted, which the drawing program lists in any order."""
    import vl_convert

    drawn = vl_convert.vegalite_to_pdf(spec)
    return _LISTED.sub(lambda found: b"".join(sorted(found[0].splitlines(keepends=True))), drawn)


def _sayable(part: Any) -> Any:
    """The chart without the letters that no SVG can hold: on one of them the drawing program ends the whole process."""
    if isinstance(part, str):
        return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", part)
    if isinstance(part, dict):
        return {_sayable(name): _sayable(one) for name, one in part.items()}
    return [_sayable(one) for one in part] if isinstance(part, list) else part


def check_picture(path: Path | None) -> None:
    """Raises :class:`AmbassadorsError` for a name with an ending that no picture has.

    >>> check_picture(Path("ladder.svg"))
    """
    if path is not None and path.suffix.lower() not in FORMS:
        raise AmbassadorsError(f"{path}: a picture is written as .svg, .png or .pdf.")


def save(chart: alt.TopLevelMixin, path: Path | str) -> None:
    """The chart as SVG, PNG or PDF, by the name's ending, drawn without a network; the same chart as the same bytes.

    The file appears whole or not at all. Raises :class:`AmbassadorsError` for any other ending, and
    :class:`OutputError` for a place where nothing can be written.

    >>> import altair as alt, polars as pl, tempfile
    >>> chart = alt.Chart(pl.DataFrame({"person": ["Anna"], "score": [71.5]})).mark_bar().encode(x="score", y="person")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(chart, Path(folder, "score.svg"))
    ...     Path(folder, "score.svg").read_text()[:4]
    '<svg'
    """
    path = Path(path)
    check_picture(path)
    check_places(path)
    import vl_convert

    spec = _sayable(chart.to_dict())
    with whole(path) as place:
        match path.suffix.lower():
            case ".svg":
                place.write_text(_svg(spec), encoding="utf-8")
            case ".png":
                place.write_bytes(vl_convert.vegalite_to_png(spec, ppi=DOTS_PER_INCH))
            case _:
                place.write_bytes(_pdf(spec))
