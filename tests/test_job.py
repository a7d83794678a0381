"""The job: a recipe to a run folder, all or nothing, the same bytes every time."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

import ambassadors as amb
from ambassadors import delivery
from ambassadors.errors import AmbassadorsError, OutputError
from ambassadors.shortlists import COLUMNS
from tests.conftest import FILES, RECIPE, Cafe
from tests.test_score import LINES, vendors

OUTPUTS = [
    "ambassadors.csv",
    "changes.csv",
    "influencers.csv",
    "influential_unproven.csv",
    "manifest.json",
    "people.csv",
    "proven_advocates.csv",
    "ready_to_move_up.csv",
    "rejects.csv",
    "report.html",
    "report.json",
    "score_parts.csv",
    "set_apart.csv",
    "shortlist.csv",
    "shortlist.xlsx",
]


def bytes_of(folder: Path) -> dict[str, str]:
    """What each file of a run holds; of the manifest all but the run's own id."""
    held = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    manifest = json.loads(held["manifest.json"])
    held["manifest.json"] = json.dumps({**manifest, "run_id": None}, sort_keys=True).encode()
    return {name: hashlib.sha256(content).hexdigest() for name, content in held.items()}


def test_a_run_writes_its_files(cafe: Cafe, tmp_path: Path) -> None:
    """Both rankings, the three lists, who is set apart, the rejects and the manifest, in a folder named by the date."""
    result = amb.run(cafe(), out=tmp_path / "runs", k=2)

    assert result.folder.name == "cafe-20260530T000000Z-001"
    assert sorted(os.listdir(result.folder)) == OUTPUTS
    assert pl.read_csv(result.folder / "ambassadors.csv")["person"][0] == "Ann"


def test_the_same_input_gives_the_same_bytes(cafe: Cafe, tmp_path: Path) -> None:
    """At 1, 2 and 4 threads and any hash seed, every file is the same."""
    recipe, made = cafe(), []
    for threads, seed in (("1", "0"), ("2", "1"), ("4", "2")):
        out = tmp_path / f"runs-{threads}"
        environment = {**os.environ, "POLARS_MAX_THREADS": threads, "PYTHONHASHSEED": seed, "NUMBA_NUM_THREADS": "1"}
        call = f"import ambassadors as amb; print(amb.run({str(recipe)!r}, out={str(out)!r}).folder)"
        said = subprocess.run([sys.executable, "-c", call], env=environment, capture_output=True, text=True, check=True)
        made.append(bytes_of(Path(said.stdout.strip())))

    assert made[0] == made[1] == made[2]


def test_latest_is_the_last_run(cafe: Cafe, tmp_path: Path) -> None:
    """The link moves with each run, and a run of the same inputs tells of no change in anybody."""
    first, second = (amb.run(cafe(), out=tmp_path / "runs") for _ in range(2))

    assert os.readlink(tmp_path / "runs" / "latest") == second.folder.name
    assert second.before == first.folder
    assert second.changes.filter(pl.col("account").is_not_null()).is_empty()


def test_notes_stay_from_run_to_run(cafe: Cafe, tmp_path: Path) -> None:
    """What a manager wrote into the delivered file, left in the folder of the recipe, stands in every later list."""
    out, recipe = tmp_path / "runs", cafe(RECIPE + '\n[handover]\nnotes = "from-managers"\n')
    (tmp_path / "from-managers").mkdir()
    first = amb.run(recipe, out=out)
    edited = pl.read_csv(first.folder / "shortlist.csv", infer_schema=False).with_columns(
        notes=pl.when(pl.col("account") == "x:ann").then(pl.lit("met her at the fair")),
        do_not_contact=pl.when(pl.col("account") == "x:cy").then(pl.lit("yes")),
    )
    edited.write_csv(tmp_path / "from-managers" / "eva.csv")

    runs = [amb.run(recipe, out=out) for _ in range(2)]

    for made in runs:
        assert made.lists["ambassadors"].filter(account="x:ann")["notes"].to_list() == ["met her at the fair"]
        assert made.lists["proven_advocates"].filter(account="x:ann")["notes"].to_list() == ["met her at the fair"]
        assert "x:cy" not in made.lists["ready_to_move_up"]["account"]
        assert made.apart.filter(account="x:cy")["why"].to_list() == ["do not contact"]


def test_the_manifest_accounts_for_everything(cafe: Cafe, tmp_path: Path) -> None:
    """Inputs with their hashes and rows, outputs with theirs, settings with their origin, versions."""
    acts = FILES["interactions.csv"] + "ann,brand,shrug,2026-05-01,,\n"
    result = amb.run(
        cafe(RECIPE + "\n[graph]\nhalf_life = '30d'\n", interactions_csv=acts),
        out=tmp_path / "runs",
        as_of="2026-05-30",
    )

    manifest = json.loads((result.folder / "manifest.json").read_text())

    found = next(file for file in manifest["inputs"] if file["file"] == "interactions.csv")
    assert (found["rows"], found["accepted"], found["rejected"], found["reasons"]) == (13, 12, 1, {"unknown_kind": 1})
    assert found["sha256"] == hashlib.sha256(acts.encode()).hexdigest()
    assert manifest["outputs"]["ambassadors.csv"]["sha256"] == bytes_of(result.folder)["ambassadors.csv"]
    assert manifest["settings"]["graph.half_life"]["origin"] == "recipe"
    assert manifest["settings"]["rank.k"] == {"origin": "default", "value": 100}
    assert manifest["settings"]["as_of"]["origin"] == "command line"
    assert manifest["as_of"] == "2026-05-30T00:00:00+00:00"
    assert "polars" in manifest["versions"]
    assert str(tmp_path) not in json.dumps(manifest)


def test_as_of_makes_the_ranking_of_then(cafe: Cafe, tmp_path: Path) -> None:
    """A run as of April knows nothing of May."""
    result = amb.run(cafe(), out=tmp_path / "runs", as_of="2026-04-30")

    assert "x:dan" not in result.lists["influencers"]["account"]
    assert result.lists["ambassadors"]["as_of"][0] == "2026-04-30T00:00:00Z"


def test_a_ranking_without_data_is_an_empty_file_with_its_reason(cafe: Cafe, tmp_path: Path) -> None:
    """Customers and orders alone rank no influencers, and the manifest says why."""
    recipe = 'name = "shop"\nzone = "UTC"\n' + RECIPE[RECIPE.index('[[files]]\ntable = "customers"') :]
    result = amb.run(cafe(recipe), out=tmp_path / "runs")

    assert pl.read_csv(result.folder / "influencers.csv").columns == list(COLUMNS)
    assert (
        "there are no interactions"
        in json.loads((result.folder / "manifest.json").read_text())["not_ranked"]["influencers"]
    )
    assert result.lists["ambassadors"]["account"].to_list() == ["x:ann", "customer:C2"]


def test_a_vendors_list_is_delivered_as_stated_only(tmp_path: Path) -> None:
    """Statistics alone: empty cells where no bounds are known, the one grade that is earned, and no ambassadors."""
    vendors(tmp_path, x=LINES)

    result = amb.run(tmp_path, out=tmp_path / "runs")

    written = pl.read_csv(result.folder / "influencers.csv", infer_schema=False)
    assert written["rank"].to_list() == ["1", "2", "3", "4", "5"]
    assert written["rank_low"].null_count() == written["rank_high"].null_count() == 5
    assert set(written["data_confidence"]) == {"no responses"}
    assert result.lists["ambassadors"].is_empty()
    assert "the recipe names no brand account" in result.empty["ambassadors"]


def test_a_wrong_recipe_leaves_no_folder(cafe: Cafe, tmp_path: Path) -> None:
    """A run that fails leaves no folder, and no link."""
    recipe = cafe(follows_csv="nothing,of,this\n")

    with pytest.raises(AmbassadorsError):
        amb.run(recipe, out=tmp_path / "runs")

    assert sorted(os.listdir(tmp_path / "runs")) == [".lock", "state"]


def test_our_csv_read_by_our_reader_is_the_same(cafe: Cafe, tmp_path: Path) -> None:
    """Every cell of a shortlist comes back as it was written, the apostrophes before formulas taken away."""
    from ambassadors.sources import reader
    from ambassadors.sources.layout import Layout

    result = amb.run(cafe(), out=tmp_path / "runs")
    block = reader.read(result.folder / "influencers.csv", Layout(format="csv"))

    assert block.rejects.is_empty()
    assert block.rows["account"].to_list() == result.lists["influencers"]["account"].to_list()
    assert "'=Bob()" in block.rows["person"]
    texts = result.lists["influencers"].select(pl.col(pl.String).fill_null(""))
    assert delivery.original(block.rows).select(texts.columns).equals(texts)


def test_rejects_are_written_where_asked(cafe: Cafe, tmp_path: Path) -> None:
    """check --rejects DIR makes the folder; a file in the way is told."""
    community = amb.read(cafe(follows_csv="source,target,since\nann,ann,2026-01-01\n"))

    path = delivery.write_rejects(community.rejects, tmp_path / "deep" / "rejects")

    assert pl.read_csv(path).row(0) == ("follows.csv", 2, "target", "self_follow", "ann")
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="another folder"):
        delivery.write_rejects(community.rejects, tmp_path / "file")
