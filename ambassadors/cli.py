"""The command line: parse, call, print. Nothing here computes."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

try:
    from cyclopts import App, CycloptsError, Parameter, validators
except KeyboardInterrupt:  # a Ctrl-C so early that main is not there to catch it
    sys.exit(130)

from ambassadors.errors import AmbassadorsError

#: Exit codes: all fine; done, but rows were turned away; the recipe, a file or the call is wrong.
DONE, ROWS_REJECTED, WRONG = 0, 1, 2

app = App(
    name="ambassadors",
    help="""Find a brand's influencers and ambassadors in the data that it already has, with reasons.

Begin with `ambassadors demo`. Then write a recipe for your own files (the demo's is a good beginning),
look with `ambassadors check RECIPE` whether it reads them rightly, and make the lists with `ambassadors run RECIPE`.

Exit codes: 0 done, 1 done but rows were rejected (check only), 2 the recipe, a file or the call is wrong.""",
    help_format="markdown",
    version_flags=["--version"],
    result_action="return_value",
    suppress_keyboard_interrupt=False,
)

Data = Annotated[
    Path | None, Parameter(help="Folder that {data} in the recipe stands for.", env_var="AMBASSADORS_DATA")
]
Prior = Annotated[Path | None, Parameter(help="A propensity.json learned elsewhere, from which learning begins.")]
AsOf = Annotated[str | None, Parameter(help="Rank as was known then: 2026-06-01 or 2026-06-01T18:00:00+02:00.")]


@app.command
def demo(*, out: Annotated[Path, Parameter(help="Where the run folder is made.")] = Path("runs")) -> int:
    """Rank a simulated town around a small brand, and compare the list with two naive sorts.

    Example: `ambassadors demo --out /tmp/first-look`
    """
    from ambassadors import demo as sample
    from ambassadors import show

    with _progress() as on_file, _steps("looking back from date") as on_origin:
        result = sample.demo(out, on_file=on_file, on_origin=on_origin)
    show.demo(result)
    return DONE


@app.command
def check(
    recipe: Annotated[Path, Parameter(help="The recipe: a TOML file, or a folder with a brand.toml.")],
    /,
    *,
    rejects: Annotated[Path | None, Parameter(help="Write rejects.csv into this folder.")] = None,
    data: Data = None,
) -> int:
    """Read everything, and say what became of every row.

    Example: `ambassadors check graphs/town/brand.toml --rejects /tmp/rejects`
    """
    from ambassadors import job, show

    with _progress() as on_file:
        settings, reading = job.read_files(recipe, data=data, on_file=on_file)
    show.files(reading)
    if rejects is not None:
        print(f"Rejected rows: {job.write_rejects(reading.rejects, rejects)}\n")
    show.holdings(job.assemble(settings, reading))
    return ROWS_REJECTED if reading.rejects.height else DONE


@app.command
def run(
    recipe: Annotated[Path, Parameter(help="The recipe: a TOML file, or a folder with a brand.toml.")],
    /,
    *,
    as_of: AsOf = None,
    out: Annotated[Path, Parameter(help="Where the run folder is made.")] = Path("runs"),
    k: Annotated[
        int | None,
        Parameter(
            name=["-k", "--k"],
            help="People a list; the recipe's number when not given.",
            validator=validators.Number(gte=1, lte=10_000_000),
        ),
    ] = None,
    prior: Prior = None,
    data: Data = None,
) -> int:
    """Rank, foretell, and write a new folder: two rankings, three lists, who is told apart, and a manifest.

    influencers.csv and ambassadors.csv rank. proven_advocates.csv is whom to thank, ready_to_move_up.csv whom to ask
    next, with probabilities where the past supports them, influential_unproven.csv whom to win.

    Example: `ambassadors run graphs/town/brand.toml --as-of 2026-05-01 --out /tmp/runs -k 50`
    """
    from ambassadors import job, show

    with _progress() as on_file, _steps("looking back from date") as on_origin:
        result = job.run(
            recipe, as_of=as_of, out=out, k=k, data=data, prior=prior, on_file=on_file, on_origin=on_origin
        )
    show.run(result)
    return DONE


@app.command
def forecast(
    recipe: Annotated[Path, Parameter(help="The recipe: a TOML file, or a folder with a brand.toml.")],
    /,
    *,
    as_of: AsOf = None,
    k: Annotated[
        int,
        Parameter(name=["-k", "--k"], help="People to show.", validator=validators.Number(gte=1, lte=10_000_000)),
    ] = 20,
    prior: Prior = None,
    save: Annotated[
        Path | None, Parameter(help="Write what was learned into this JSON file, to carry elsewhere.")
    ] = None,
    data: Data = None,
) -> int:
    """Who is about to move up, how likely, from what; or why no probability is given out.

    What counts as moving up, how far ahead and from what it is foretold stand in the recipe under [propensity].

    Example: `ambassadors forecast graphs/town/brand.toml -k 10 --save /tmp/town.json`
    """
    from ambassadors import delivery, job, propensity, show, three_lists

    delivery.check_places(save)
    learned = propensity.load(prior) if prior is not None else None
    with _progress() as on_file:
        community = job.known_at(job.read(recipe, data=data, on_file=on_file), as_of)
    with _steps("looking back from date") as on_origin:
        made = propensity.forecast(community, prior=learned, on_origin=on_origin)
    show.forecast(made, three_lists.ready(community, k, prior=learned), k)
    if save is not None:
        delivery.write_json(made.model.as_json(), save)
        print(f"What was learned: {save}")
    return DONE


@app.command
def ladder(
    recipe: Annotated[Path, Parameter(help="The recipe: a TOML file, or a folder with a brand.toml.")],
    /,
    *,
    as_of: AsOf = None,
    every: Annotated[str, Parameter(help="The periods: month, or a span such as 30d or 24h.")] = "month",
    csv: Annotated[Path | None, Parameter(help="Write the flows into this file, a row a kind of move.")] = None,
    moves: Annotated[Path | None, Parameter(help="Write every person's moves into this CSV file.")] = None,
    picture: Annotated[Path | None, Parameter(help="Draw them: a name that ends with .svg, .png or .pdf.")] = None,
    data: Data = None,
) -> int:
    """Where people stand on the ladder from period to period, and how many moved from which rung to which.

    Example: `ambassadors ladder graphs/town/brand.toml --picture /tmp/flows.svg`
    """
    from ambassadors import delivery, job, pictures, show
    from ambassadors import ladder as rungs

    pictures.check_picture(picture)
    delivery.check_places(csv, moves, picture)
    with _progress() as on_file:
        community = job.known_at(job.read(recipe, data=data, on_file=on_file), as_of)
    flows = rungs.flows(community, every)
    show.flows(flows)
    if csv is not None:
        delivery.write_csv(flows, csv)
    if moves is not None:
        delivery.write_csv(rungs.history(community), moves)
    if picture is not None:
        rungs.write_flow_picture(flows, picture, f"{community.brand.name}: the ladder")
    return DONE


@app.command
def explain(
    recipe: Annotated[Path, Parameter(help="The recipe: a TOML file, or a folder with a brand.toml.")],
    account: Annotated[str, Parameter(help="platform:native_id, @handle or platform:@handle.")],
    /,
    *,
    as_of: AsOf = None,
    data: Data = None,
) -> int:
    """Take one account's score apart: every measure, its weight, the rows behind it, and what would move it up.

    Example: `ambassadors explain graphs/town/brand.toml @someone`
    """
    from ambassadors import job, show
    from ambassadors.explanation import explain as taken_apart

    with _progress() as on_file:
        community = job.known_at(job.read(recipe, data=data, on_file=on_file), as_of)
    show.explanation(taken_apart(community, account))
    return DONE


Horizon = Annotated[
    str | None,
    Parameter(help="Time after each origin: 24h, 30d. The longest usual one that fits seven times when not given."),
]
Ranking = Annotated[str, Parameter(help="influencers or ambassadors.")]
At = Annotated[tuple[str, ...], Parameter(help="An origin itself, instead of --origins; may be repeated.")]
Kind = Annotated[tuple[str, ...], Parameter(help="Count only this kind of response; may be repeated.")]
Json = Annotated[Path | None, Parameter(help="Write all figures into this file.")]
Judged = Annotated[
    int,
    Parameter(
        name=["-k", "--k"], help="How many of the list are judged.", validator=validators.Number(gte=1, lte=1_000_000)
    ),
]
Origins = Annotated[
    int, Parameter(help="How many earlier dates, a horizon apart.", validator=validators.Number(gte=1, lte=1000))
]


@app.command
def backtest(
    recipe: Annotated[Path, Parameter(help="The recipe: a TOML file, or a folder with a brand.toml.")],
    /,
    *,
    ranking: Ranking = "influencers",
    origins: Origins = 3,
    at: At = (),
    horizon: Horizon = None,
    k: Judged = 100,
    kind: Kind = (),
    vouched: Annotated[bool, Parameter(help="Count only responders with standing of their own, not repaid.")] = False,
    attack: Annotated[bool, Parameter(help="Also buy followers and form a pod: how far do they lift someone?")] = False,
    json: Json = None,
    picture: Annotated[Path | None, Parameter(help="Draw them: a name that ends with .svg, .png or .pdf.")] = None,
    seed: Annotated[int, Parameter(help="Of the resamples and attacks.", validator=validators.Number(gte=0))] = 0,
    data: Data = None,
) -> int:
    """Would the list have been right? Rank as of earlier dates, and compare with what followed each.

    Beside the ranking stand the naive sorts (by followers, by engagement), PageRank and k-core, with 90 % intervals;
    and what the ranking loses without each of its measures. Of ambassadors also whether it was foretold who would move
    up: the area under the curve, lift and calibration of past forecasts.

    Example: `ambassadors backtest graphs/town/brand.toml --horizon 30d --picture /tmp/backtest.svg`
    """
    from ambassadors import backtesting, delivery, job, show

    backtesting.check_picture(picture)
    delivery.check_places(json, picture)
    with _progress() as on_file:
        community = job.read(recipe, data=data, on_file=on_file)
    with _steps("ranking as of origin") as on_origin:
        result = backtesting.backtest(
            community,
            ranking,
            origins=at or origins,
            horizon=horizon,
            k=k,
            kinds=kind or None,
            vouched=vouched,
            seed=seed,
            on_origin=on_origin,
        )
    show.backtest(result)
    told = result.as_json()
    if ranking == "ambassadors":
        with _steps("looking back from date") as on_origin:
            told["moves"] = _moves(community, seed, picture, on_origin)
    if attack:
        with _steps("attack") as on_attack:
            found = backtesting.attacks(community, ranking, seed=seed, on_attack=on_attack)
        show.attacks(found)
        told["attacks"] = found.to_dicts()
    if json is not None:
        delivery.write_json(told, json)
    if picture is not None:
        backtesting.write_picture(result, picture)
    return DONE


def _moves(community: Any, seed: int, picture: Path | None, on_origin: Callable[[int, int], None]) -> dict[str, Any]:
    """Past forecasts of who would move up, shown and as JSON; where there are none, why.

    Their picture stands beside the other one, its name with ``-moves`` at the end.
    """
    from ambassadors import backtesting, show
    from ambassadors.errors import NotEnoughData

    try:
        found = backtesting.moves(community, seed=seed, on_origin=on_origin)
    except NotEnoughData as error:
        print(error)
        return {"why_not": str(error)}
    show.moves(found)
    if picture is not None:
        backtesting.write_moves_picture(found, picture.with_stem(f"{picture.stem}-moves"))
    return found.as_json()


@app.command
def tune(
    recipe: Annotated[Path, Parameter(help="The recipe: a TOML file, or a folder with a brand.toml.")],
    /,
    *,
    ranking: Ranking = "influencers",
    origins: Origins = 6,
    at: At = (),
    later: Annotated[
        int | None,
        Parameter(
            help="How many of the latest origins are kept for the verdict; a third when not given.",
            validator=validators.Number(gte=1, lte=1000),
        ),
    ] = None,
    horizon: Horizon = None,
    k: Judged = 100,
    kind: Kind = (),
    out: Annotated[Path | None, Parameter(help="Write a copy of the recipe with what was learned.")] = None,
    json: Json = None,
    seed: Annotated[int, Parameter(help="Of the resamples.", validator=validators.Number(gte=0))] = 0,
    data: Data = None,
) -> int:
    """Learn half-life and weights on earlier dates, and show what they gain on later ones.

    The score stays a sum of its parts. The copy that --out writes is the recipe with new weights, its comments and
    everything else as they were; the recipe itself is never changed.

    Example: `ambassadors tune graphs/town/brand.toml --horizon 30d --out /tmp/tuned.toml`
    """
    from ambassadors import backtesting, delivery, job, show

    delivery.check_places(json, out)
    path = recipe / "brand.toml" if recipe.is_dir() else recipe
    with _progress() as on_file:
        community = job.read(recipe, data=data, on_file=on_file)
    with _steps("ranking as of origin") as on_step:
        result = backtesting.tune(
            community,
            ranking,
            origins=at or origins,
            later=later,
            horizon=horizon,
            k=k,
            kinds=kind or None,
            seed=seed,
            on_step=on_step,
        )
    show.tuning(result)
    if json is not None:
        delivery.write_json(result.as_json(), json)
    if out is not None:
        delivery.write_text(backtesting.tuned(path.read_text(encoding="utf-8-sig"), result), out)
        print(f"The recipe with what was learned: {out}")
    return DONE


@app.command
def simulate(
    folder: Annotated[Path, Parameter(help="Where the files are written; made when it is not there.")],
    /,
    *,
    n: Annotated[int, Parameter(help="How many accounts.", validator=validators.Number(gte=500))] = 5000,
    seed: Annotated[int, Parameter(help="The same seed gives the same bytes.", validator=validators.Number(gte=0))] = 7,
    scenario: Annotated[str, Parameter(help="What befalls it: steady, drift, spike or boycott.")] = "steady",
    truth: Annotated[bool, Parameter(help="Also write hazards.csv.gz, the true chances.")] = False,
) -> int:
    """Write the demo's town: its recipe, its files, and the truth about its people.

    In a drift fewer and fewer begin to speak up, in a spike a crowd comes and goes, in a boycott most turn away: what a
    forecast has to notice.

    Example: `ambassadors simulate /tmp/town --n 100000`
    """
    from ambassadors import demo as sample

    sample.write_town(folder, n=n, seed=seed, scenario=scenario, truth=truth)
    print(f"Recipe: {folder / 'brand.toml'}")
    return DONE


@contextmanager
def _steps(doing: str) -> Iterator[Callable[[int, int], None]]:
    """A line on the terminal that says how far a long work has come; nothing when nobody watches."""
    watched = sys.stderr.isatty()

    def on_step(place: int, of: int) -> None:
        if watched:
            print(f"\r\033[K{doing} {place} of {of}", end="", file=sys.stderr, flush=True)

    try:
        yield on_step
    finally:
        if watched:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """A line on the terminal that says which file is being read; nothing when nobody watches."""
    if not sys.stderr.isatty():
        yield lambda file, place, of: None
        return

    def on_file(file: str, place: int, of: int) -> None:
        text = f"ranking {of} files" if place > of else f"reading {place} of {of}: {file}"
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)

    try:
        yield on_file
    finally:
        print("\r\033[K", end="", file=sys.stderr, flush=True)


def _stop(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def main(arguments: list[str] | None = None) -> Any:
    """Run a command and leave with its exit code; a user's mistake is told in words, never as a traceback."""
    signal.signal(signal.SIGTERM, _stop)  # a scheduler's stop sweeps up behind itself, as Ctrl-C does
    try:
        code = app(arguments, exit_on_error=False, print_error=True)
    except CycloptsError:
        code = WRONG
    except AmbassadorsError as error:
        print(f"ambassadors: {error}", file=sys.stderr)
        code = WRONG
    except OSError as error:
        print(f"ambassadors: {error.filename or 'output'}: {error.strerror or error}.", file=sys.stderr)
        code = WRONG
    except KeyboardInterrupt:
        print("ambassadors: stopped; nothing was written.", file=sys.stderr)
        code = 130
    sys.exit(code if isinstance(code, int) else DONE)
