"""Starting is quick: what an import loads, public names in any order, and what is said while loops are compiled."""

from __future__ import annotations

import importlib
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import ambassadors as amb

HEAVY = {"numba", "networkx", "scipy", "sklearn", "polars", "numpy", "pydantic", "cyclopts", "rich"}
KERNELS = """
from ambassadors.graph.compiled.jit import jit

@jit
def twice(number):
    return 2 * number

@jit
def four_times(number):
    return 2 * twice(number)
"""
USE = """
import sys, ambassadors
ambassadors.__path__.append(sys.argv[1])
from ambassadors.kernels import four_times
print(four_times(10), len(four_times.nopython_signatures))
"""
COMPILES = "ambassadors: compiling fast loops for this machine; this takes some seconds"


def python(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A fresh interpreter, in which nothing is loaded."""
    call = [sys.executable, *map(str, words)]
    return subprocess.run(call, capture_output=True, text=True, check=False, env={**os.environ, **environment})


def loaded_by(code: str) -> set[str]:
    """Which of the heavy packages some code loads."""
    done = python("-c", f"import sys; {code}; print(*sys.modules, file=sys.stderr)")
    assert done.returncode == 0, done.stderr
    return HEAVY & set(done.stderr.split())


def test_importing_the_package_loads_nothing_heavy() -> None:
    """Neither polars nor numpy nor anything else that takes a tenth of a second: they come with the first name."""
    assert loaded_by("import ambassadors") == set()


def test_an_error_can_be_caught_without_loading_what_raises_it() -> None:
    """``except amb.AmbassadorsError`` costs nothing."""
    assert loaded_by("import ambassadors as amb; amb.AmbassadorsError") == set()


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["run", "--help"], ["backtest", "--help"]])
def test_help_and_version_load_only_what_prints_them(words: list[str]) -> None:
    """Whoever asks how a command is called does not wait for what the command needs."""
    code = f"from ambassadors import cli\ntry: cli.main({words})\nexcept SystemExit: pass\n"

    assert loaded_by(f"exec({code!r})") <= {"cyclopts", "rich"}


def test_recipes_are_read_without_numba_and_networkx() -> None:
    """Only what ranks or asks for a graph needs them."""
    assert not {"numba", "networkx", "scipy"} & loaded_by("import ambassadors; ambassadors.read")


def test_every_public_name_is_there() -> None:
    """By attribute, by ``dir``, and by ``import *``."""
    everything: dict[str, object] = {}
    exec("from ambassadors import *", everything)

    for name in amb.__all__:
        assert getattr(amb, name) is everything[name]
    assert set(amb.__all__) <= set(dir(amb))
    assert dir(amb) == sorted(dir(amb))


def test_names_are_what_their_modules_hold() -> None:
    """The same classes and functions, so that what is caught is what was raised."""
    homes = dict(amb._HOMES)  # type: ignore[attr-defined]
    modules = {name: importlib.import_module(f"ambassadors.{home or name}") for name, home in homes.items()}

    assert set(homes) == set(amb.__all__)
    for name, module in modules.items():
        assert getattr(amb, name) is (getattr(module, name) if homes[name] else module)


def test_an_unknown_name_is_an_attribute_error() -> None:
    """As with any module."""
    with pytest.raises(AttributeError, match="module 'ambassadors' has no attribute 'shortlst'"):
        amb.shortlst  # type: ignore[attr-defined]  # noqa: B018


def test_no_module_bears_a_public_name() -> None:
    """Importing it would put the module in the function's place; a room that is public is its own name."""
    rooms = {name for name, home in amb._HOMES.items() if home is None}  # type: ignore[attr-defined]

    assert set(amb.__all__) & {module.name for module in pkgutil.iter_modules(amb.__path__)} == rooms


@pytest.mark.parametrize("first", ["use()", "load()"])
def test_names_hold_whatever_is_imported_first(first: str) -> None:
    """All modules and then the names, or the names and then all modules."""
    code = f"""
import importlib, pkgutil, ambassadors as amb
def load():
    for module in pkgutil.iter_modules(amb.__path__):
        module.name == "__main__" or importlib.import_module("ambassadors." + module.name)
def use():
    assert all(callable(getattr(amb, name)) for name in amb.__all__ if amb._HOMES[name])
    assert amb.charts.save
{first}; load(); use()
"""
    done = python("-c", code)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("entry", ["ambassadors", "ambassadors.cli"])
def test_ctrl_c_while_loading_prints_no_traceback(entry: str, tmp_path: Path) -> None:
    """The program leaves with the exit code of Ctrl-C."""
    (tmp_path / "cyclopts.py").write_text("raise KeyboardInterrupt", encoding="utf-8")

    done = python("-m", entry, "--help", PYTHONPATH=str(tmp_path))

    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


class Machine:
    """A home, and a folder with kernels in it that counts as the package's; machine code can be kept nowhere else."""

    def __init__(self, folder: Path) -> None:
        self.home, self.package = folder / "home", folder / "package"
        self.home.mkdir()
        self.package.mkdir()
        (self.package / "kernels.py").write_text(KERNELS, encoding="utf-8")

    def run(self, quiet: str = "") -> str:
        """What a process that uses the kernels says on stderr; they are right, and compiled."""
        places = {"HOME": str(self.home), "XDG_CACHE_HOME": str(self.home / "cache"), "NUMBA_CACHE_DIR": ""}
        done = python("-c", USE, self.package, **places, AMBASSADORS_QUIET=quiet)
        assert (done.returncode, done.stdout) == (0, "40 1\n"), done.stderr
        return done.stderr

    def forbid_package_folder(self) -> None:
        """As in a read-only installation; a file in the folder's place stops even the superuser."""
        (self.package / "__pycache__").write_text("", encoding="utf-8")

    def forbid_home(self) -> None:
        """As for a service without a home."""
        self.home.rmdir()
        self.home.write_text("", encoding="utf-8")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Where nothing has ever been compiled."""
    return Machine(tmp_path)


def test_the_first_run_says_once_that_it_compiles_and_the_second_is_silent(machine: Machine) -> None:
    """Two kernels are one line; what is kept beside the package is found again."""
    assert machine.run() == f"{COMPILES}, and is kept for next time.\n"
    assert machine.run() == ""
    assert list((machine.package / "__pycache__").glob("*.nbc"))


def test_where_the_package_is_read_only_machine_code_is_kept_in_the_home(machine: Machine) -> None:
    """The second process still finds it."""
    machine.forbid_package_folder()

    assert machine.run() == f"{COMPILES}, and is kept for next time.\n"
    assert machine.run() == ""
    assert list(machine.home.rglob("*.nbc"))


def test_where_nothing_can_be_kept_each_process_compiles_and_says_so(machine: Machine) -> None:
    """It works all the same, and the line says what would help."""
    machine.forbid_package_folder()
    machine.forbid_home()
    told = f"{COMPILES} in every process: give NUMBA_CACHE_DIR a folder to keep it.\n"

    assert [machine.run(), machine.run()] == [told, told]


def test_compiling_can_be_silent(machine: Machine) -> None:
    """For whoever reads stderr."""
    assert machine.run(quiet="1") == ""
