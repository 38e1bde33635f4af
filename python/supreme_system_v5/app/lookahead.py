"""The search for a look ahead: one run over the files, then runs over files with other futures."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from supreme_system_v5.app import parts
from supreme_system_v5.app.backtest import BacktestOptions, make_runner, strategy_label
from supreme_system_v5.app.opened_files import opened_by_strategy
from supreme_system_v5.app.parts import CostOptions
from supreme_system_v5.app.strategy_loading import forget_modules
from supreme_system_v5.app.world import World, portion
from supreme_system_v5.backtest.lookahead import (
    Cut,
    Seen,
    Step,
    agrees,
    first_difference,
    follow,
    survey,
)
from supreme_system_v5.backtest.lookahead_report import (
    CutReport,
    Difference,
    LookaheadReport,
    Verdict,
    described,
)
from supreme_system_v5.backtest.report import iso
from supreme_system_v5.domain import Instrument, VenueUnits
from supreme_system_v5.errors import InvalidInputError, StrategyError
from supreme_system_v5.market_data import (
    BarChunk,
    MarketFiles,
    TradeChunk,
    shaken,
    truncated,
    write_csv,
)
from supreme_system_v5.settings import Settings, load_settings

__all__ = ["DEFAULT_CUTS", "LookaheadOptions", "run_lookahead"]

DEFAULT_CUTS = 20

_Chunks = Iterable[TradeChunk | BarChunk]
_Future = Callable[[_Chunks], _Chunks]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookaheadOptions:
    """Who is suspected, and how hard to look.

    Attributes:
        files: Trades or 1-minute bars.
        strategy: Built-in name, ``module:Class`` or file; None takes the setting.
        parameters: Of the strategy. One that names one of the files is told a copy instead, which
            has the future of the run.
        costs: What is charged.
        risk: ``fixed`` bets on every signal, so that most is compared; ``dynamic`` is the risk
            manager with the timeframes that it listens to: cuts are where it approved.
        cuts: How many pasts to compare, 1 or more.
        seed: Of the shaken futures.
    """

    files: tuple[Path, ...]
    strategy: str | None = None
    parameters: Mapping[str, float | bool | str] = field(default_factory=dict)
    costs: CostOptions = CostOptions()  # noqa: RUF009 - a frozen value
    risk: str = "fixed"
    cuts: int = DEFAULT_CUTS
    seed: int = 42


def run_lookahead(options: LookaheadOptions, world: World) -> LookaheadReport:
    """Find out whether what a strategy decides depends on what is not known yet.

    Raises:
        SettingsError: If settings are refused.
        StrategyError: If the strategy cannot be loaded, or is told a file that is not CSV.
        InvalidInputError: If a parameter, a cost or the number of cuts is out of its range.
        DataError: If the files cannot be read.
    """
    if options.cuts < 1:
        bound = "1 or more"
        raise InvalidInputError(
            f"cuts is {options.cuts}, allowed is {bound}", "cuts", options.cuts, bound
        )
    suspect = _Suspect.find(options, world)
    progress = portion(world.progress, options.cuts + 1) or (lambda _: None)
    errors: list[str] = []
    cuts: list[CutReport] = []
    with opened_by_strategy(options.files) as opened:
        with closing(suspect.steps(_same, errors)) as steps:
            found = survey(steps, options.cuts)
        progress(1)
        for number, cut in enumerate(found.cuts):
            rng = Random(options.seed + number)  # noqa: S311 - no secret
            cuts.append(suspect.examined(cut, rng))
            progress(1)
        differing = [cut for cut, at in zip(found.cuts, cuts, strict=True) if at.differences]
        verdict = Verdict.CLEAN
        if differing:
            repeatable = suspect.agrees(differing[-1], _same)
            verdict = Verdict.LOOKS_AHEAD if repeatable else Verdict.NOT_REPEATABLE
        elif opened:
            verdict = Verdict.READS_FILES
        elif not cuts:
            verdict = Verdict.UNTESTED
    return LookaheadReport(
        verdict=verdict,
        strategy=strategy_label(suspect.options, suspect.settings),
        source=", ".join(str(path) for path in suspect.files.paths),
        seed=options.seed,
        decisions=found.decisions,
        cuts=tuple(cuts),
        strategy_errors=tuple(errors),
        opened=tuple(sorted(map(str, opened))),
    )


def _same(chunks: _Chunks) -> _Chunks:
    return chunks


@dataclass(frozen=True, slots=True, kw_only=True)
class _Suspect:
    """A strategy that can be run again and again, each time as if for the first time."""

    options: BacktestOptions
    settings: Settings
    world: World
    files: MarketFiles
    grid: Instrument | None
    units: VenueUnits
    modules: frozenset[str]

    @classmethod
    def find(cls, options: LookaheadOptions, world: World) -> _Suspect:
        settings = load_settings(world.environment, world.dotenv_path)
        grid = parts.instrument(settings)
        return cls(
            options=BacktestOptions(
                files=options.files,
                strategy=options.strategy,
                parameters=options.parameters,
                costs=options.costs,
                risk=options.risk,
            ),
            settings=settings,
            world=World(
                environment=world.environment, dotenv_path=world.dotenv_path, clock=world.clock
            ),
            files=MarketFiles.find(options.files),
            grid=grid,
            units=parts.venue(settings, options.costs).in_units(grid),
            modules=frozenset(sys.modules),
        )

    def steps(
        self, future: _Future, errors: list[str] | None = None
    ) -> Generator[Step, None, None]:
        """Run over the files with another future; at the end tell what the strategy raised."""
        seen = Seen()
        with TemporaryDirectory(prefix="supreme-") as folder:
            options = self._with_copies(Path(folder), future)
            forget_modules(self.modules)
            run = make_runner(
                options,
                self.settings,
                self.grid,
                self.units,
                seen,
                label=strategy_label(self.options, self.settings),
            )
            yield from follow(run, seen, future(self._read(self.files)))
            if errors is not None:
                errors += run.engine.strategy_errors

    def agrees(self, cut: Cut, future: _Future) -> bool:
        with closing(self.steps(future)) as steps:
            return agrees(steps, cut)

    def examined(self, cut: Cut, rng: Random) -> CutReport:
        """Compare one past under two other futures."""
        seed = rng.getrandbits(64)

        def short(chunks: _Chunks) -> _Chunks:
            return truncated(chunks, cut.known_ns)

        def other(chunks: _Chunks) -> _Chunks:
            return shaken(chunks, cut.known_ns, Random(seed))  # noqa: S311 - no secret

        futures: dict[str, _Future] = {"truncated": short, "shaken": other}
        differences = tuple(
            self._difference(cut, name, future)
            for name, future in futures.items()
            if not self.agrees(cut, future)
        )
        return CutReport(time=iso(cut.time_ns), entries=cut.entries, differences=differences)

    def _difference(self, cut: Cut, name: str, future: _Future) -> Difference:
        with closing(self.steps(_same)) as steps, closing(self.steps(future)) as others:
            pair = first_difference(steps, others, cut)
        entries = [entry for entry in pair or () if entry is not None]
        ours, theirs = (
            None if each is None else described(each, self.units) for each in pair or (None, None)
        )
        names = {**(ours or {}), **(theirs or {})}
        return Difference(
            future=name,
            time=iso(min((entry.event_ns for entry in entries), default=cut.time_ns)),
            original=ours,
            changed=theirs,
            fields=tuple(key for key in names if (ours or {}).get(key) != (theirs or {}).get(key)),
        )

    def _with_copies(self, folder: Path, future: _Future) -> BacktestOptions:
        """Return the options with a copy of each file that a parameter names, in the same future.

        The first run is told copies too, so that nothing but the future tells runs apart.
        """
        named = {path.resolve(): path for path in self.files.paths}
        parameters = dict(self.options.parameters or {})
        for name, value in parameters.items():
            path = named.get(Path(value).resolve()) if isinstance(value, str) else None
            if path is None:
                continue
            if not path.name.endswith((".csv", ".csv.gz")):
                raise StrategyError(
                    f"{name}={value}: a strategy can be told another future in .csv or .csv.gz "
                    "only; convert the file first"
                )
            copy = folder / path.name
            write_csv(future(self._read(MarketFiles.find([path]))), copy)
            parameters[name] = str(copy)
        return BacktestOptions(
            files=self.options.files,
            strategy=self.options.strategy,
            parameters=parameters,
            costs=self.options.costs,
            risk=self.options.risk,
        )

    def _read(self, files: MarketFiles) -> _Chunks:
        return parts.read_files(files, self.grid, self.world, skip_bad_rows=False)
