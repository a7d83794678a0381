"""A real JupyterLab and a real Chromium: a notebook is opened, run and looked at as a person would do it.

Nothing leaves the machine: Chromium resolves no name; what a page asks of others is told (:attr:`Notebook.elsewhere`).
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

TOKEN = "only-on-this-machine"
#: What would ask a network, or lie over the page; and cells out of sight are drawn, too.
SETTINGS: dict[str, dict[str, Any]] = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/docmanager-extension:plugin": {"autosave": False},
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
}
#: WebGL without a graphics card; no name but that of this machine is found.
CHROMIUM = [
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
NOWHERE = "http://127.0.0.1:9"  # the proxy of what a kernel asks for: nobody listens there
SCREEN = {"width": 1180, "height": 1200}  # whole charts fit
PICTURE = {"width": 1060, "height": 760}
CHARTS = ".jp-OutputArea-output :is(.jp-RenderedSVG img, .jp-RenderedImage img, .jp-RenderedHTMLCommon svg)"
NETWORKS = ".jp-OutputArea-output .ipysigma-container"
ONLY_CANVAS = ".ipysigma-widget > :not(.ipysigma-container) { visibility: hidden !important }"  # no legend, no buttons
CELLS = "window.jupyterapp?.shell.currentWidget?.content?.model?.cells"
READY = f"""() => {CELLS}?.length
    && window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'"""
OUTCOME = """() => {
    const panel = window.jupyterapp.shell.currentWidget
    const code = [...panel.content.model.cells].filter(c => c.type === 'code' && c.sharedModel.getSource().trim())
    const failed = code.flatMap(c => c.outputs.toJSON()).filter(o => o.output_type === 'error')
    const idle = panel.sessionContext.session?.kernel?.status === 'idle'
    const left = code.filter(c => c.executionCount === null).length
    const under_way = code.some(c => c.executionCount === null && c.outputs.length) || !idle
    if (under_way || (left && !failed.length)) return null
    return {cells: code.length, left, failed: failed.map(o => `${o.ename}: ${o.evalue}`)}
}"""
#: Colours in steps of 16, each where at least 12 pixels have it; ink is what has not the commonest of them; at the left
#: and right edge it is what was cut off.
PAINTED = """async png => {
    const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob())
    const {width, height} = picture
    const canvas = new OffscreenCanvas(width, height).getContext('2d')
    canvas.drawImage(picture, 0, 0)
    const {data} = canvas.getImageData(0, 0, width, height)
    const seen = new Map()
    let tinted = 0
    for (let at = 0; at < data.length; at += 4) {
        const [r, g, b] = [data[at], data[at + 1], data[at + 2]]
        tinted += Math.max(r, g, b) - Math.min(r, g, b) > 48
        const colour = (r >> 4) << 8 | (g >> 4) << 4 | b >> 4
        seen.set(colour, (seen.get(colour) ?? 0) + 1)
    }
    const counts = [...seen.values()], pixels = width * height, most = Math.max(...counts)
    const ground = [...seen].find(([, n]) => n === most)[0]
    const inked = (x, y) => {
        const at = 4 * (y * width + x)
        return ((data[at] >> 4) << 8 | (data[at + 1] >> 4) << 4 | data[at + 2] >> 4) !== ground
    }
    let edge = 0
    for (let y = 0; y < height; y++) edge += inked(0, y) + inked(width - 1, y)
    return {colours: counts.filter(n => n >= 12).length, ink: 1 - most / pixels, tinted: tinted / pixels, edge}
}"""


@dataclass(frozen=True)
class Painted:
    """What the pixels of a picture are: its colours, the shares of ink and of ink with a hue, and ink at its sides."""

    colours: int
    ink: float
    tinted: float
    edge: int

    @property
    def drawn(self) -> bool:
        """Whether there is more than a ground, axes and letters: coloured marks, or pale ones that fill the picture."""
        return self.colours >= 3 and (self.tinted > 0.001 or self.ink > 0.15)

    @property
    def cut(self) -> bool:
        """Whether something goes on beyond the sides; a line or two may be the neighbours' above and below."""
        return self.edge > 4


@dataclass(frozen=True)
class Desk:
    """A server of JupyterLab on a folder, and a browser before it."""

    address: str
    browser: Browser

    @contextmanager
    def opened(self, name: str) -> Iterator[Notebook]:
        """A notebook of the folder with a kernel of its own, which ends with it; the list of files is put away."""
        page, asked = self.browser.new_page(viewport=SCREEN), list[str]()
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{self.address}/lab/tree/{name}?reset&token={TOKEN}")
        try:
            page.wait_for_function(READY, timeout=60_000)
            page.evaluate("window.jupyterapp.commands.execute('application:toggle-left-area')")
            yield Notebook(page, self.address, asked)
        finally:
            page.close()
            self._end_kernels()

    def _end_kernels(self) -> None:
        headers = {"Authorization": f"token {TOKEN}"}
        for one in httpx.get(f"{self.address}/api/sessions", headers=headers, timeout=30).json():
            httpx.delete(f"{self.address}/api/sessions/{one['id']}", headers=headers, timeout=30)


@dataclass(frozen=True)
class Notebook:
    """An open notebook, and the addresses that its page has asked for."""

    page: Page
    address: str
    asked: list[str]

    @property
    def elsewhere(self) -> set[str]:
        """What was asked of others than this JupyterLab; ``data:`` and ``blob:`` ask nobody."""
        return {url for url in self.asked if not url.startswith((self.address, "data:", "blob:"))}

    def run_all(self, *, seconds: float = 120) -> dict[str, Any]:
        """All cells by the menu: how many code cells there are, how many were left out, what failed."""
        self.page.evaluate("window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_text("Run All Cells", exact=True).first.click()
        return self.page.wait_for_function(OUTCOME, timeout=seconds * 1000, polling=100).json_value()

    def charts(self) -> list[Locator]:
        """The pictures in the outputs, but for small ones within a line of text."""
        self.page.wait_for_timeout(300)
        found = self.page.locator(CHARTS).all()
        return [one for one in found if (box := one.bounding_box()) and min(box["width"], box["height"]) > 60]

    def networks(self) -> list[Locator]:
        """The living networks in the outputs."""
        return self.page.locator(NETWORKS).all()

    def painted(self, one: Locator, *, style: str = "", seconds: float = 15) -> Painted:
        """The pixels of an element, as soon as it is drawn, or as they are after so many seconds."""
        until = time.monotonic() + seconds
        while not (found := self._painted(one, style)).drawn and time.monotonic() < until:
            self.page.wait_for_timeout(200)
        return found

    def _painted(self, one: Locator, style: str) -> Painted:
        png = base64.b64encode(one.screenshot(style=style)).decode()
        return Painted(**self.page.evaluate(PAINTED, png))


@contextmanager
def desk(folder: Path, scratch: Path, settings: dict[str, dict[str, Any]] = SETTINGS) -> Iterator[Desk]:
    """JupyterLab on a folder, with settings of its own, and Debian's Chromium, which must be there."""
    where = shutil.which("chromium")
    assert where, "there is no chromium: apt-get install chromium"
    from playwright.sync_api import sync_playwright  # of the extra torture

    with _server(folder, scratch, settings) as address, sync_playwright() as drivers:
        browser = drivers.chromium.launch(executable_path=where, args=CHROMIUM)
        yield Desk(address, browser)
        browser.close()


@contextmanager
def _server(folder: Path, scratch: Path, settings: dict[str, dict[str, Any]]) -> Iterator[str]:
    (scratch / "config" / "labconfig").mkdir(parents=True)
    (scratch / "config" / "labconfig" / "default_setting_overrides.json").write_text(json.dumps(settings))
    told = scratch / "server.log"
    with told.open("wb") as log:
        server = subprocess.Popen(_words(folder), stdout=log, stderr=log, env=os.environ | _own(scratch))
        try:
            yield _address(server, scratch / "runtime", told)
        finally:
            server.terminate()
            server.wait(30)


def _words(folder: Path) -> list[str]:
    """How the server is started: no browser of its own, a free port, a token, and a page that tests may ask."""
    options = {
        "ServerApp.root_dir": str(folder),
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": "0",
        "ServerApp.allow_root": "True",
        "IdentityProvider.token": TOKEN,
        "LabApp.open_browser": "False",
        "LabApp.expose_app_in_browser": "True",
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
    }
    return [sys.executable, "-m", "jupyterlab", *(f"--{name}={value}" for name, value in options.items())]


def _own(scratch: Path) -> dict[str, str]:
    """Nobody's settings, histories and profiles; no way out for what a kernel asks for."""
    own = {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "runtime"}
    own |= {"IPYTHONDIR": "ipython", "JUPYTERLAB_WORKSPACES_DIR": "workspaces", "JUPYTERLAB_SETTINGS_DIR": "settings"}
    proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), NOWHERE) | {"NO_PROXY": "127.0.0.1"}
    return {name: str(scratch / place) for name, place in own.items()} | proxies


def _address(server: subprocess.Popen[bytes], runtime: Path, told: Path) -> str:
    """Where the server listens, once it answers."""
    file, until = runtime / f"jpserver-{server.pid}.json", time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        if file.exists() and (port := json.loads(file.read_text() or "{}").get("port")):
            return f"http://127.0.0.1:{port}"
        time.sleep(0.1)
    raise AssertionError(f"JupyterLab did not start:\n{told.read_text()}")
