"""What is compared with what, on which data, and the goals."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SIZES = {"S": (100_000, 1_000_000), "M": (1_000_000, 15_000_000), "L": (4_000_000, 60_000_000)}  # accounts, follows

OURS, DUCKDB, POLARS, PANDAS = "ours", "DuckDB+networkit", "polars+igraph", "pandas+networkx"
SCRIPTS = {OURS: "ours", DUCKDB: "duckdb_networkit", POLARS: "polars_igraph", PANDAS: "pandas_networkx"}


@dataclass(frozen=True)
class Data:
    """A follow graph and a table of acts."""

    size: str
    millions: int  # of interactions
    form: str = "parquet"

    @property
    def name(self) -> str:
        """As titles have it."""
        return f"{self.size} + {self.millions}M" + (" from CSV" if self.form == "csv" else "")

    @property
    def folder(self) -> str:
        """As folders have it."""
        return f"{self.size}_{self.millions}m_{self.form}"

    @property
    def rows(self) -> int:
        """Follows and acts."""
        return SIZES[self.size][1] + self.millions * 1_000_000

    def files(self, root: Path) -> tuple[Path, Path]:
        """Of the follows and the acts."""
        folder = root / self.size
        return folder / f"edges.{self.form}", folder / f"interactions_{self.millions}m.{self.form}"


@dataclass(frozen=True)
class Race:
    """Contestants that take turns on the same data."""

    data: Data
    contestants: tuple[str, ...]


S, S_CSV = Data("S", 5), Data("S", 5, "csv")
M, M_FEW_ACTS = Data("M", 50), Data("M", 5)
L = Data("L", 200)
ALL_DATA = {data.name: data for data in (S, S_CSV, M, M_FEW_ACTS, L)}


def races(size: str, pandas: bool) -> list[Race]:
    """Of a size; pandas+networkx at M takes 26 minutes, and 5 million acts are as many as it is asked to hold."""
    if size == "S":
        return [Race(S, (OURS, DUCKDB, POLARS, PANDAS)), Race(S_CSV, (OURS, DUCKDB, POLARS))]
    if size == "M":
        return [Race(M, (OURS, DUCKDB, POLARS)), *([Race(M_FEW_ACTS, (OURS, PANDAS))] if pandas else [])]
    return [Race(M, (OURS,)), Race(L, (OURS,))]


BEST = "the best baseline"  # the fastest of them for the wall clock, the leanest for memory
WALL, CPU, PEAK = "wall", "cpu", "peak_mb"


@dataclass(frozen=True)
class Goal:
    """On these data ours takes at most 1/times of what the other takes."""

    data: Data
    than: str
    quantity: str
    times: float


GOALS = [
    Goal(S, BEST, WALL, 1.6),
    Goal(S, BEST, PEAK, 1.1),
    Goal(S_CSV, BEST, WALL, 1.5),
    Goal(S_CSV, BEST, PEAK, 1),
    Goal(M, DUCKDB, WALL, 2.4),
    Goal(M, DUCKDB, PEAK, 3.5),
    Goal(M, POLARS, WALL, 4.8),
    Goal(M, POLARS, PEAK, 3),
    Goal(M_FEW_ACTS, PANDAS, WALL, 40),
    Goal(M_FEW_ACTS, PANDAS, PEAK, 10),
]
ROW_AT_L = 1.25  # times M's seconds a row, at most
PEAK_AT_L = 8 * 1024  # MB, at most
