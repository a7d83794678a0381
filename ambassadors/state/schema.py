"""The store's tables, and the way from every older version of them to the newest."""

from __future__ import annotations

import sqlite3

#: One script a version, each applied in one transaction. What was released is never edited: a change is a new script.
MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
    INSERT INTO meta VALUES ('version', '0');
    CREATE TABLE notes (
        account TEXT NOT NULL,
        field TEXT NOT NULL,
        value TEXT NOT NULL,
        changed_at_version INTEGER NOT NULL,
        PRIMARY KEY (account, field)
    );
    CREATE TABLE note_history (
        version INTEGER NOT NULL,
        account TEXT NOT NULL,
        field TEXT NOT NULL,
        before TEXT,
        after TEXT,
        source TEXT NOT NULL,
        who TEXT NOT NULL,
        at TEXT NOT NULL
    );
    CREATE INDEX note_history_of ON note_history (account, field, version);
    CREATE TABLE contacts (account TEXT NOT NULL, day TEXT NOT NULL, source TEXT NOT NULL);
    CREATE INDEX contacts_of ON contacts (account, day);
    CREATE TABLE refusals (
        fingerprint TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        what TEXT NOT NULL,
        reason TEXT,
        at TEXT NOT NULL
    );
    CREATE TABLE audit (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        who TEXT NOT NULL,
        command TEXT NOT NULL,
        subject TEXT,
        detail TEXT NOT NULL
    );
    CREATE TABLE imports (sha256 TEXT PRIMARY KEY, name TEXT NOT NULL, at TEXT NOT NULL, counts TEXT NOT NULL)
    """,
    """
    CREATE TABLE untold (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        file TEXT NOT NULL,
        row INTEGER NOT NULL,
        account TEXT,
        person TEXT,
        field TEXT,
        handed_out TEXT,
        kept TEXT,
        in_file TEXT,
        done TEXT NOT NULL
    )
    """,
)


def version_of(connection: sqlite3.Connection) -> int:
    """The version of the tables; 0 when there are none yet."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def migrate(connection: sqlite3.Connection) -> None:
    """Every script that the store has not seen, each in a transaction of its own; others may be at it, too."""
    while version_of(connection) < len(MIGRATIONS):
        connection.execute("BEGIN IMMEDIATE")
        version = version_of(connection)  # another process may have been faster
        if version < len(MIGRATIONS):
            for statement in MIGRATIONS[version].split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {version + 1}")
        connection.execute("COMMIT")
