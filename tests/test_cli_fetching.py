"""The commands that bring rows in, as a person calls them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ambassadors.cli import main
from tests import small_mastodon

EXAMPLES = Path(__file__).parent / "exports"


def called(*words: object) -> int:
    """The exit code of a command."""
    with pytest.raises(SystemExit) as left:
        main([str(word) for word in words])
    return int(left.value.code or 0)


@pytest.fixture
def dropped(tmp_path: Path) -> Path:
    """A folder with an Instagram download, an X archive and something else."""
    folder = tmp_path / "My exports"
    for name in ("instagram_value", "x_2024"):
        shutil.copytree(EXAMPLES / name, folder / name)
    (folder / "notes.csv").write_text("day,what\n2026-01-01,rain\n")
    return folder


def test_a_folder_is_told_and_begun(dropped: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Check says what each file is and proposes a recipe, init writes it, and check reads what it names."""
    assert called("check", dropped) == 0
    looked = capsys.readouterr().out
    assert called("init", dropped) == 0
    begun = capsys.readouterr().out
    assert called("check", dropped) == 0
    read = capsys.readouterr().out

    assert "Instagram: followers" in looked
    assert "notes.csv: Not an export that is known" in looked
    assert 'name = "my-exports"\n' in looked
    assert "FILL IN" in begun
    assert all(line in looked for line in (dropped / "brand.toml").read_text().splitlines())
    assert "followers_1.json" in read


def test_a_recipe_is_never_overwritten(dropped: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where a recipe lies already, init leaves it as it is and says so."""
    (dropped / "brand.toml").write_text("mine")

    assert called("init", dropped) == 2
    assert (dropped / "brand.toml").read_text() == "mine"
    assert "stays as it is" in capsys.readouterr().err


def test_a_folder_of_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder without any known export says what to do next."""
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff")

    assert called("check", tmp_path) == 2
    assert called("init", tmp_path) == 2
    assert "Drop in the exports" in capsys.readouterr().err


def test_a_run_before_any_fetch_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A recipe whose rows were never fetched is told to be fetched first."""
    recipe = tmp_path / "brand.toml"
    recipe.write_text(small_mastodon.recipe("http://127.0.0.1:9"))

    assert called("check", recipe) == 2
    assert "Run ambassadors fetch" in capsys.readouterr().err


def test_fetch_says_what_it_brought(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The outlook comes first, then calls, new rows and where they lie; a plan fetches nothing; a run reads it all."""
    recipe = tmp_path / "brand.toml"
    with small_mastodon.running() as server:
        recipe.write_text(small_mastodon.recipe(server.address, more="posts = 3"))
        state = tmp_path / "state"
        assert called("fetch", recipe, "--plan", "--state", state) == 0
        planned = capsys.readouterr().out
        assert not (tmp_path / "fetched" / "follows").exists()
        assert called("fetch", recipe, "--state", state) == 0
        fetched = capsys.readouterr().out
        assert called("check", recipe) == 0

    assert "calls, up to" in planned
    assert "New rows: 2" in fetched
    assert "fetched/interactions" in capsys.readouterr().out


def test_a_platform_that_asks_to_come_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Asked to wait two hours, fetch leaves with 75 at once and says when; later it goes on from there."""
    recipe, state = tmp_path / "brand.toml", tmp_path / "state"
    with small_mastodon.running() as server:
        recipe.write_text(small_mastodon.recipe(server.address, more="posts = 1"))
        server.busy = True
        assert called("fetch", recipe, "--quiet", "--state", state) == 75
        told = capsys.readouterr()
        server.busy = False
        assert called("fetch", recipe, "--quiet", "--state", state) == 0

    assert told.out == ""
    assert "nothing may be asked before" in told.err
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("section", "said", "code"),
    [
        ('platform = "x"\naccount = "b"', "AMBASSADORS_X_TOKEN is empty", 2),
        ('platform = "mastodn"\naccount = "b"', "Did you mean 'mastodon'?", 2),
        ('platform = "mastodon"\naccount = "b"', "server: is required", 2),
        ('platform = "mastodon"\naccount = "b"\nserver = "http://127.0.0.1:9"', "127.0.0.1", 2),
    ],
)
def test_faults_are_told_in_a_line(
    section: str,
    said: str,
    code: int,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever a person got wrong is told with what to do, and no traceback is printed."""
    monkeypatch.delenv("AMBASSADORS_X_TOKEN", raising=False)
    recipe = tmp_path / "brand.toml"
    recipe.write_text(f'name = "a"\n[[fetch]]\n{section}\n')

    assert called("fetch", recipe, "--state", tmp_path / "state") == code

    told = capsys.readouterr()
    assert said in told.out + told.err
    assert "Traceback" not in told.out + told.err
