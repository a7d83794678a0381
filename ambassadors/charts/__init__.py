"""Charts: one call each, altair objects that can be changed further, saved as SVG, PNG or PDF without a network."""

from ambassadors.charts.theme import check_picture, save

__all__ = ["check_picture", "save"]
