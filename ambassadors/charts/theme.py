"""What all charts share: colours that colour-blind readers tell apart, one look, and a way to be seen offline."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ambassadors.errors import AmbassadorsError

if TYPE_CHECKING:
    import altair as alt

#: The colours of Okabe and Ito (2008), which people with any kind of colour vision tell apart.
ORANGE, SKY, GREEN, YELLOW = "#E69F00", "#56B4E9", "#009E73", "#F0E442"
BLUE, VERMILION, PURPLE, BLACK, GREY = "#0072B2", "#D55E00", "#CC79A7", "#000000", "#8A8F98"
#: What is ours in a comparison, and what the others are.
OURS, OTHERS = VERMILION, GREY
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
#: The letters that the drawing program brings with it, so that a picture is the same on every machine.
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
DOTS_PER_INCH = 144


def styled(chart: Any) -> Any:
    """The chart with the look that all have; seen offline in a notebook from now on."""
    _seen_offline()
    return (
        chart.configure(font="Liberation Sans", background="white")
        .configure_view(strokeWidth=0)
        .configure_axis(gridColor="#E5E7EB", domainColor="#9CA3AF", tickColor="#9CA3AF", labelLimit=320)
        .configure_title(anchor="start", fontSize=14, fontWeight="normal", subtitleColor="#4B5563", offset=12)
    )


def _seen_offline() -> None:
    """A notebook shows charts as pictures that are drawn here, unless another renderer was chosen.

    altair's own default fetches programs from a network, and shows nothing without one.
    """
    import altair as alt

    alt.renderers.register("ambassadors", _drawn)
    if alt.renderers.active == "default":
        alt.renderers.enable("ambassadors")


def _drawn(spec: dict[str, Any], **options: Any) -> dict[str, Any]:
    """A chart as SVG, and as PNG for where SVG is not shown."""
    import base64

    import vl_convert

    return {
        "image/svg+xml": vl_convert.vegalite_to_svg(spec),
        "image/png": base64.b64encode(vl_convert.vegalite_to_png(spec, ppi=DOTS_PER_INCH)).decode(),
        "text/plain": "<a chart>",
    }


def check_picture(path: Path | None) -> None:
    """Raises :class:`AmbassadorsError` for a name with an ending that no picture has."""
    if path is not None and path.suffix.lower() not in FORMS:
        raise AmbassadorsError(f"{path}: a picture is written as .svg, .png or .pdf.")


def save(chart: alt.TopLevelMixin, path: Path | str) -> None:
    """The chart as SVG, PNG or PDF, by the name's ending, drawn without a network; the same chart as the same bytes.

    Raises :class:`AmbassadorsError` for any other ending.

    >>> import altair as alt, polars as pl, tempfile
    >>> chart = alt.Chart(pl.DataFrame({"person": ["Anna"], "score": [71.5]})).mark_bar().encode(x="score", y="person")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(chart, Path(folder, "score.svg"))
    ...     Path(folder, "score.svg").read_text()[:4]
    '<svg'
    """
    check_picture(Path(path))
    import vl_convert

    spec = chart.to_dict()
    match Path(path).suffix.lower():
        case ".svg":
            Path(path).write_text(vl_convert.vegalite_to_svg(spec), encoding="utf-8")
        case ".png":
            Path(path).write_bytes(vl_convert.vegalite_to_png(spec, ppi=DOTS_PER_INCH))
        case _:
            Path(path).write_bytes(vl_convert.vegalite_to_pdf(spec))
