"""The command line, as a person meets it: its words and exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ambassadors import cli
from ambassadors.recipe import load
from tests.conftest import FILES, RECIPE, Cafe

COMMANDS = [name for name in cli.app if not name.startswith("-")]
TOWN = Path(__file__).parent.parent / "graphs" / "town"


Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Say:
    """Calls the program with some words: exit code, output, errors. An escaping exception fails the test."""
    monkeypatch.delenv("AMBASSADORS_DATA", raising=False)

    def call(*words: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            cli.main([str(word) for word in words])
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return call


def test_the_program_runs_from_any_folder(tmp_path: Path) -> None:
    """A process of its own, in an empty folder: the demo is complete, and leaves its files where it says."""
    call = [sys.executable, "-m", "ambassadors", "demo", "--out", "here"]
    done = subprocess.run(call, capture_output=True, text=True, cwd=tmp_path, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert "Simulated data" in done.stdout
    folder = next(path for path in (tmp_path / "here").iterdir() if path.name.startswith("town-"))
    assert {"ambassadors.csv", "influencers.csv", "manifest.json", "propensity.json"} < set(os.listdir(folder))


def test_help_names_every_command_and_each_has_an_example(say: Say) -> None:
    """--help teaches: what each command is for, and how it is called."""
    code, text, _ = say("--help")

    assert code == 0
    expected = {"demo", "check", "run", "explain", "forecast", "ladder", "backtest", "tune", "simulate"}
    assert expected <= set(COMMANDS)
    assert all(command in text for command in COMMANDS)
    for command in COMMANDS:
        assert "Example: " in say(command, "--help")[1], command


def test_check_accounts_for_rows_and_exits_0_when_clean(say: Say, cafe: Cafe) -> None:
    """A clean recipe: what was read, what the tables hold, exit code 0."""
    code, text, _ = say("check", cafe())

    assert code == 0
    assert "interactions.csv" in text
    assert "Kinds: " in text


def test_check_exits_1_when_rows_are_rejected(say: Say, cafe: Cafe, tmp_path: Path) -> None:
    """Rejected rows: the reason with what to do, a file of them, exit code 1."""
    recipe = cafe(follows_csv=FILES["follows.csv"] + "ann,1.2E+18,2026-01-01\n")

    code, text, _ = say("check", recipe, "--rejects", tmp_path / "out")

    assert code == 1
    assert "scientific_id" in text
    assert "export the ids again as text" in text
    assert (tmp_path / "out" / "rejects.csv").read_text("utf-8-sig").splitlines() == [
        '"file","line","column","reason","value"',
        '"follows.csv",8,"target","scientific_id","\'1.2E+18"',
    ]


def test_run_says_where_the_files_are(say: Say, cafe: Cafe, tmp_path: Path) -> None:
    """The head of both rankings, and the folder."""
    code, text, _ = say("run", cafe(), "--out", tmp_path / "runs", "-k", 3, "--as-of", "2026-05-30")

    assert code == 0
    assert "influencers: the first 3 of 3" in text
    assert str(tmp_path / "runs" / "cafe-20260530T000000Z-001") in text


def test_explain_takes_a_score_apart(say: Say, cafe: Cafe) -> None:
    """Measures, places, weights and points that add up; the rung; the way up."""
    code, text, _ = say("explain", cafe(), "@bob")

    assert code == 0
    assert "the score: the sum of the points" in text
    assert "Rung: like since 2026-01-02." in text
    assert "Up: " in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run"], "RECIPE"),
        (["rum", "x"], "run"),
        (["run", "{recipe}", "--outt", "x"], "--out"),
        (["run", "{recipe}", "-k", "many"], "many"),
        (["run", "{recipe}", "-k", "0"], "-k"),
        (["run", "nowhere.toml"], "no such file"),
        (["run", "{recipe}", "--as-of", "yesterday"], "ISO 8601"),
        (["run", "{recipe}", "--as-of", "1999-01-01"], "nobody can be ranked"),
        (["explain", "{recipe}", "@bobb"], "Did you mean 'x:bob'"),
        (["run", "{recipe}", "--out", "{recipe}"], "--out"),
    ],
)
def test_a_mistake_is_told_in_words(
    say: Say, cafe: Cafe, words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong call, recipe, date or account: what, where and what to do; exit code 2, no traceback."""
    recipe = str(cafe())
    monkeypatch.chdir(tmp_path)

    code, out, errors = say(*(word.format(recipe=recipe) for word in words))

    assert said in out + errors
    assert code == (0 if said == "nobody can be ranked" else 2)


def test_a_stopped_run_leaves_nothing_and_says_so(cafe: Cafe, tmp_path: Path) -> None:
    """A scheduler's SIGTERM while the folder is being filled: a word, exit code 130, nothing left behind."""
    program = (
        "import os, signal, sys\nfrom ambassadors import cli, delivery\n"
        "delivery.write_json = lambda value, path: os.kill(os.getpid(), signal.SIGTERM)\n"
        "cli.main(['run', sys.argv[1], '--out', sys.argv[2]])\n"
    )
    call = [sys.executable, "-c", program, str(cafe()), str(tmp_path / "runs")]
    done = subprocess.run(call, capture_output=True, text=True, check=False)

    assert done.returncode == 130
    assert "no run was written" in done.stderr
    assert sorted(os.listdir(tmp_path / "runs")) == [".lock", "state"]


def test_all_faults_of_a_recipe_are_told(say: Say, cafe: Cafe) -> None:
    """Three faults, one message, exit code 2."""
    recipe = cafe(
        RECIPE.replace("complaint_words", "complain_words").replace("rivals", "rival").replace('"follows"', '"folows"')
    )

    code, _, errors = say("check", recipe)

    assert code == 2
    assert "3 faults in the recipe" in errors
    assert all(word in errors for word in ("'complaint_words'", "'rivals'", "'follows'"))


def test_an_empty_table_is_no_accident(say: Say, cafe: Cafe, tmp_path: Path) -> None:
    """Files with a header only: nothing to rank, said in words, and a brand account that is nowhere."""
    empty = {name.replace(".csv", "_csv"): text.splitlines()[0] + "\n" for name, text in FILES.items()}

    code, _, errors = say("run", cafe(**empty), "--out", tmp_path / "runs")

    assert code == 2
    assert "the data holds no account 'x:brand'" in errors
    assert sorted(os.listdir(tmp_path / "runs")) == [".lock", "state"]


ORDERS = ["the ranking", "sort by followers", "sort by engagement", "PageRank", "k-core"]


def strict_json(path: Path) -> Any:
    """What a JSON file holds; NaN and infinity, which no standard has, are refused."""
    return json.loads(path.read_text(encoding="utf-8"), parse_constant=lambda constant: pytest.fail(constant))


def test_a_backtest_prints_its_tables_and_writes_its_files(say: Say, tmp_path: Path) -> None:
    """On the town: every option is heard, and what is printed is what the files hold."""
    asked = ("--kind", "like", "--kind", "share", "--at", "2026-03-01", "--at", "2026-04-01T06:00", "--horizon", "14d")
    places = ("--json", tmp_path / "figures.json", "--picture", tmp_path / "figures.svg")

    code, text, errors = say("backtest", TOWN, *asked, "-k", 20, *places)

    found = strict_json(tmp_path / "figures.json")
    assert (code, errors) == (0, "")
    assert "influencers: the first 20, judged by what followed within 14 days; the mean of 2 origins" in text
    assert (found["ranking"], found["k"], found["horizon_hours"]) == ("influencers", 20, 336)
    assert found["kinds"] == ["like", "share"]
    assert [window["origin"][:16] for window in found["windows"]] == ["2026-03-01T00:00", "2026-04-01T06:00"]
    assert [row["order"] for row in found["orders"]] == ORDERS
    for row in found["orders"]:
        line = next(line for line in text.splitlines() if line.startswith(row["order"]))
        assert line.split(row["order"])[1].split()[0] == f"{row['ndcg']:.3f}"
    for row in found["measures"]:
        assert f"{row['measure']} " in text
    picture = (tmp_path / "figures.svg").read_text(encoding="utf-8")
    assert picture.startswith("<svg")
    assert all(order in picture for order in ORDERS)


def test_a_seed_moves_the_intervals_and_nothing_else(say: Say, tmp_path: Path) -> None:
    """The same seed gives the same bytes; another one draws other people, from the same figures."""
    say("simulate", tmp_path, "--n", 500)
    for name, seed in (("one", 3), ("again", 3), ("other", 4)):
        places = ("--json", tmp_path / f"{name}.json", "--picture", tmp_path / f"{name}.png")
        assert say("backtest", tmp_path, "-k", 20, "--origins", 1, "--seed", seed, *places)[0] == 0

    one, other = strict_json(tmp_path / "one.json"), strict_json(tmp_path / "other.json")

    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "again.json").read_bytes()
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "again.png").read_bytes()
    assert [row["ndcg"] for row in one["orders"]] == [row["ndcg"] for row in other["orders"]]
    assert [row["ndcg_low"] for row in one["orders"]] != [row["ndcg_low"] for row in other["orders"]]
    assert one["by_origin"] == other["by_origin"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--ranking", "influencer"], "there is no ranking 'influencer'. Did you mean 'influencers'?"),
        (["--horizon", "30x"], "'30x' is not a span of time. Write '36h', '90d'"),
        (["--horizon", "900d"], "With 3 of them, a horizon of 14 days fits."),
        (["--horizon", "50d", "--origins", "1", "--at", "2026-03-02"], "too short for the origins 2026-03-02 00:00"),
        (["--at", "2020-01-01"], "the acts run from 2026-02-01 00:00 to 2026-05-30 00:00 UTC"),
        (["--at", "2030-01-01"], "nothing follows the origin 2030-01-01 00:00"),
        (["--at", "soon"], "'soon' is not a time. Write ISO 8601"),
        (["--kind", "lik"], "there is no kind 'lik'. Did you mean 'like'?"),
        (["--kind", "review"], "nothing followed by"),
        (["--origins", "0"], "--origins"),
        (["-k", "0"], "-k"),
        (["--seed", "-1"], "--seed"),
    ],
)
def test_a_backtest_that_cannot_be_is_told_in_words(say: Say, cafe: Cafe, words: list[str], said: str) -> None:
    """What is wrong and what would be right; exit code 2, nothing printed but that, no traceback."""
    code, out, errors = say("backtest", cafe(), *words)

    assert code == 2
    assert said in " ".join((out + errors).split())
    assert "Which measures" not in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--picture", "a.bmp"], "a.bmp: a picture is written as .svg, .png or .pdf."),
        (["--picture", "nowhere/a.svg"], "there is no folder nowhere"),
        (["--json", "nowhere/a.json"], "there is no folder nowhere"),
        (["--json", "file/a.json"], "there is no folder file"),
        (["--json", "."], "is a folder"),
    ],
)
def test_where_a_backtest_cannot_write_is_told_before_anything_is_read(
    say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    """Nobody waits for a result that has nowhere to go: the fault is told even where there is no recipe."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("", encoding="utf-8")

    code, out, errors = say("backtest", "nowhere.toml", *words)

    assert (code, out) == (2, "")
    assert said in errors
    assert "Traceback" not in errors
    assert os.listdir(tmp_path) == ["file"]


def test_attacks_are_printed_and_written(say: Say, tmp_path: Path) -> None:
    """With --attack every attack has a line and stands in the file, and what is bought brings next to nothing."""
    path = tmp_path / "figures.json"

    code, text, _ = say("backtest", TOWN, "--horizon", "30d", "--origins", 1, "--attack", "--json", path)

    attacks = {row["attack"]: row for row in json.loads(path.read_text(encoding="utf-8"))["attacks"]}
    assert code == 0
    assert all(name in text for name in attacks)
    assert len(attacks) == 7
    assert all(row["gained"] <= 1 for name, row in attacks.items() if "bought" in name)


def test_tune_prints_its_verdict_and_writes_a_copy(say: Say, tmp_path: Path) -> None:
    """The recipe stays as it is; its copy has the weights that were printed, and ranks."""
    before = (TOWN / "brand.toml").read_bytes()
    copy, figures = tmp_path / "tuned.toml", tmp_path / "tuned.json"

    code, text, _ = say("tune", TOWN, "--horizon", "30d", "--origins", 3, "--out", copy, "--json", figures)

    told = json.loads(figures.read_text(encoding="utf-8"))
    assert code == 0
    assert f"NDCG {told['gain']['ndcg']:+.3f}" in text
    assert len(told["later"]) == 1
    assert (TOWN / "brand.toml").read_bytes() == before
    assert "[rank.influencers]" in copy.read_text(encoding="utf-8")
    assert load(copy).rank.influencers != load(TOWN).rank.influencers


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--origins", 2], "two are needed"),
        (["--horizon", "3x"], "not a span of time"),
        (["--ranking", "ambassador"], "Did you mean 'ambassadors'?"),
        (["--kind", "shares"], "Did you mean 'share'?"),
        (["--out", "/nowhere/tuned.toml"], "there is no folder"),
    ],
)
def test_a_tuning_that_cannot_be_is_told_in_words(say: Say, words: list[str | int], said: str) -> None:
    """What is wrong and what would be right; exit code 2, and no traceback."""
    code, out, errors = say("tune", TOWN, *words)

    assert code == 2
    assert said in " ".join((out + errors).split())


def test_a_forecast_says_by_what_it_ranks_and_why_it_gives_no_chances(say: Say, cafe: Cafe) -> None:
    """Of a brand with too little past: who could move, in order, and that nothing was promised."""
    code, text, errors = say("forecast", cafe(), "-k", 2)

    assert (code, errors) == (0, "")
    assert "Ranked by a scorecard of equal weights" in text
    assert "No probabilities are given out today: " in text


def test_what_one_town_taught_ranks_another(say: Say, cafe: Cafe, tmp_path: Path) -> None:
    """Learned, saved and carried: the run and the forecast begin from it; a file that is no model is told in a line."""
    learned = tmp_path / "town.json"

    code, text, _ = say("forecast", TOWN, "-k", 3, "--save", learned)
    carried = say("forecast", cafe(), "--prior", learned)
    ran = say("run", cafe(), "--prior", learned, "--out", tmp_path / "runs")
    broken = say("forecast", cafe(), "--prior", cafe())

    assert (code, strict_json(learned)["learned_on"]) == (0, ["town"])
    assert "Ranked by a hazard learned from this community's past" in text
    assert "Probabilities are given out today" in text
    assert "Ranked by a model learned elsewhere" in carried[1]
    assert ran[0] == 0
    assert broken[0] == 2
    assert "is no whole model" in broken[2]


def test_the_ladder_is_shown_written_and_drawn(say: Say, cafe: Cafe, tmp_path: Path) -> None:
    """Rungs at the end of each period on the terminal, every flow and every move in a file, and a picture."""
    places = [tmp_path / name for name in ("flows.csv", "moves.csv", "ladder.svg")]

    code, text, errors = say(
        "ladder", cafe(), "--every", "30d", "--csv", places[0], "--moves", places[1], "--picture", places[2]
    )

    assert (code, errors) == (0, "")
    assert "Where people stand at the end of each period" in text
    assert "2026-05-30" in text
    assert pl.read_csv(places[0]).columns == ["begin", "end", "from", "to", "people"]
    assert pl.read_csv(places[1]).columns == ["account", "at", "rung"]
    assert places[2].read_text(encoding="utf-8").startswith("<svg")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--every", "fortnight"], "'fortnight' is not a span of time"),
        (["--picture", "a.bmp"], "a.bmp: a picture is written as .svg, .png or .pdf."),
        (["--csv", "nowhere/a.csv"], "there is no folder nowhere"),
    ],
)
def test_a_ladder_that_cannot_be_is_told_in_words(say: Say, cafe: Cafe, words: list[str], said: str) -> None:
    """What is wrong and what would be right; exit code 2."""
    code, _, errors = say("ladder", cafe(), *words)

    assert code == 2
    assert said in errors


def test_a_backtest_of_ambassadors_tells_whether_moves_were_foretold(say: Say, tmp_path: Path) -> None:
    """On the town: areas, lifts and calibration on the terminal and in the file, and a second picture beside one."""
    places = ("--json", tmp_path / "a.json", "--picture", tmp_path / "a.svg")

    code, text, errors = say("backtest", TOWN, "--ranking", "ambassadors", "--origins", 1, *places)

    found = strict_json(tmp_path / "a.json")["moves"]
    assert (code, errors) == (0, "")
    assert "Who will reach advocate within 30 days? Past forecasts" in text
    assert found["orders"][0]["order"] == "the forecast"
    assert f"{found['orders'][0]['auc']:.3f}" in text
    assert sorted(path.name for path in tmp_path.glob("*.svg")) == ["a-moves.svg", "a.svg"]


def test_a_scenario_that_does_not_exist_is_told(say: Say, tmp_path: Path) -> None:
    """With the ones that do."""
    code, _, errors = say("simulate", tmp_path / "town", "--scenario", "boom")

    assert code == 2
    assert "Known: 'steady', 'drift', 'spike', 'boycott'." in errors
