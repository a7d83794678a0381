"""Starts a Mastodon API server on loopback, in a process of its own, and stops it."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

#: So long it may take until it answers.
PATIENCE = 30.0


@dataclass(frozen=True)
class Server:
    """A running server: its address, the token of each of its people, and the file in which it keeps everything."""

    url: str
    tokens: dict[str, str]
    database: Path

    def ids(self) -> dict[str, str]:
        """The id of each account by its first name, as the API tells it: text."""
        with closing(sqlite3.connect(self.database, timeout=10)) as database:
            return {name: str(native) for name, native in database.execute("SELECT username, id FROM accounts")}

    def edit(self, statement: str, *values: object) -> None:
        """Changes what the server's API has no call for: flags, names, times."""
        with closing(sqlite3.connect(self.database, timeout=10)) as database, database:
            database.execute(statement, values)


@contextmanager
def running(folder: Path, people: Sequence[str], follows: Sequence[tuple[str, str]] = ()) -> Iterator[Server]:
    """A server with these people, who follow each other so; it is stopped at the end, whatever happened."""
    folder.mkdir(parents=True, exist_ok=True)
    port, database = _free_port(), folder / "server.sqlite"
    tokens = {name: f"token-of-{name}" for name in people}
    (folder / "server.toml").write_text(_settings(port, database, tokens, follows), encoding="utf-8")
    command = [sys.executable, "-P", "-m", "mastodon_mock", "serve", "--config", "server.toml", "--log-level", "error"]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        try:
            server = Server(f"http://127.0.0.1:{port}", tokens, database)
            _wait(server.url, process, folder / "server.log")
            yield server
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _settings(port: int, database: Path, tokens: dict[str, str], follows: Sequence[tuple[str, str]]) -> str:
    lines = [f'domain = "127.0.0.1:{port}"', "[server]", 'host = "127.0.0.1"', f"port = {port}"]
    lines += ["[database]", f'path = "{database}"', "[streaming]", "enabled = false"]
    for name, token in tokens.items():
        lines += ["[[seed.accounts]]", f'username = "{name}"', f'display_name = "{name.title()}"']
        lines += [f'access_token = "{token}"']
    for follower, followed in follows:
        lines += ["[[seed.follows]]", f'follower = "{follower}"', f'following = "{followed}"']
    return "\n".join(lines) + "\n"


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(f"{url}/health", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise RuntimeError(f"the server did not start: {log.read_text(errors='replace')[-2000:]}")
