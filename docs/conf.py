"""How Sphinx makes the pages: offline, from these texts, from docstrings, and from notebooks executed before."""

from __future__ import annotations

import sys
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
import building  # noqa: E402  # it stands beside this file, where Python does not look by itself

project = author = "ambassadors"
release = version_of("ambassadors")
html_title = "ambassadors"
extensions = ["myst_nb", "sphinx.ext.autodoc"]
exclude_patterns = ["**/.ipynb_checkpoints"]

# Markdown
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence", "deflist"]

# notebooks: executed by `make notebooks`, here only shown; a widget needs a program, its picture does not
nb_execution_mode = "off"
nb_ipywidgets_js: dict[str, dict[str, str]] = {}
nb_mime_priority_overrides = [
    ("*", "application/vnd.jupyter.widget-view+json", None),
    ("html", "image/png", 35),  # before SVG, whose letters depend on what the reader's machine has
]

# docstrings
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
maximum_signature_line_length = 88
python_use_unqualified_type_names = True
add_module_names = False

html_theme = "furo"
html_theme_options = {"navigation_with_keys": True}
html_static_path = ["_static"]
html_css_files = ["pages.css"]
html_copy_source = False
html_show_copyright = False
templates_path: list[str] = []


def setup(app: Any) -> None:
    """Sphinx calls this once it has read the settings."""
    building.copy_notebooks(HERE.parent, HERE / "notebooks")
    app.connect("env-get-outdated", building.everything)
    app.connect("source-read", building.fill)
    app.connect("autodoc-process-signature", building.shorter)
    app.connect("missing-reference", building.nearest)
    app.connect("build-finished", building.check_offline)
