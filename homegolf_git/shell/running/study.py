"""Ideas of an Optuna study that is told what the ledger says; the only module that imports optuna."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from homegolf_git.core.judge.ledger import LaneLedger
from homegolf_git.core.model.findings import finding, has_errors
from homegolf_git.core.model.lane import Metric
from homegolf_git.core.model.row import Row
from homegolf_git.core.model.values import Json, Number, Value
from homegolf_git.core.search.looping import Attempt
from homegolf_git.errors import HomegolfError, environment_error, refused
from homegolf_git.shell.files import rowyaml
from homegolf_git.shell.files.worktree import read_file

_FIELDS = ("schema", "trials", "seed", "space")
_TRIES = 50  # asks for a config that has not been tried


class Space(Value, frozen=True):
    """What a study searches: ranges and choices by config key."""

    knobs: Mapping[str, Mapping[str, Json]]
    trials: int  # that it asks for at most
    seed: int


def read_space(path: Path) -> Space:
    """A search space from YAML: `space: {lr: {low: 0.0001, high: 0.1, log: true}, act: {choices: [a, b]}}`.

    Raises:
        HomegolfError: with what is wrong.
    """
    loaded = rowyaml.load(read_file(path), str(path))
    document: Any = loaded.value
    if document is None or has_errors(loaded.findings):
        raise refused(*loaded.findings)
    fault = next(_faults(document), "")
    if fault:
        raise refused(finding("bad_space", fault, str(path)))
    return Space(document["space"], int(document.get("trials", 100)), int(document.get("seed", 0)))


def _faults(document: Mapping[str, Any]) -> Any:  # noqa: ANN401 - an iterator of texts
    for name in document:
        if name not in _FIELDS:
            yield f"{name!r} is no field of a search space: {', '.join(_FIELDS)}"
    space = document.get("space")
    if not isinstance(space, Mapping) or not space:
        yield "space has no knob"
        return
    for name, knob in space.items():
        if not isinstance(knob, Mapping):
            yield f"{name} is no mapping"
        elif "choices" in knob:
            if not isinstance(knob["choices"], list) or not knob["choices"]:
                yield f"{name} has no choices"
        elif not all(isinstance(knob.get(end), int | float) for end in ("low", "high")):
            yield f"{name} needs low and high, or choices"
        elif knob["low"] >= knob["high"] or (knob.get("log") and knob["low"] <= 0):
            yield f"{name}: low is not below high, or not above 0 for a logarithmic range"


class Study:
    """Ideas of a study."""

    def __init__(self, space: Space, metric: Metric) -> None:
        """Raises: HomegolfError where optuna is not installed."""
        try:
            import optuna  # noqa: PLC0415 - an extra
        except ImportError as error:
            message = "the study needs optuna"
            raise environment_error("no_optuna", message) from error
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self._optuna, self._space, self._metric = optuna, space, metric
        self.name = "optuna"
        self._distributions = {name: self._distribution(knob) for name, knob in space.knobs.items()}

    def _distribution(self, knob: Mapping[str, Any]) -> Any:  # noqa: ANN401 - optuna's own
        of = self._optuna.distributions
        if "choices" in knob:
            return of.CategoricalDistribution(knob["choices"])
        low, high, is_log = knob["low"], knob["high"], bool(knob.get("log", False))
        if isinstance(low, int) and isinstance(high, int):
            return of.IntDistribution(low, high, log=is_log)
        return of.FloatDistribution(float(low), float(high), log=is_log)

    def suggest(self, lane: LaneLedger, is_free: Callable[[Attempt], bool]) -> Attempt | None:
        """The next config that has not been tried; None where the study is over."""
        told = self._told([landed.row for landed in lane.rows])
        if len(told) >= self._space.trials:
            return None
        sampler = self._optuna.samplers.TPESampler(seed=self._space.seed + len(told))
        study = self._optuna.create_study(direction=self._metric.direction, sampler=sampler)
        for params, value in told.values():
            state = self._optuna.trial.TrialState
            study.add_trial(
                self._optuna.trial.create_trial(
                    params=params, distributions=self._distributions, value=value,
                    state=state.COMPLETE if value is not None else state.FAIL,
                )
            )  # fmt: skip
        for _ in range(_TRIES):
            params = study.ask(self._distributions).params
            words = ", ".join(f"{name}={value!r}" for name, value in params.items())
            attempt = Attempt(words[:300], dict(params))
            if _key(params) not in told and is_free(attempt):
                return attempt
        return None

    def _told(self, rows: Sequence[Row]) -> dict[str, tuple[dict[str, Json], Number | None]]:
        """What each config of the space scored, by its key; None where it only failed."""
        scores: dict[str, list[Number]] = {}
        params: dict[str, dict[str, Json]] = {}
        for row in rows:
            if row.config.keys() != self._distributions.keys():
                continue
            config = dict(row.config)
            if not self._holds(config):
                continue
            params[_key(config)] = config
            values = scores.setdefault(_key(config), [])
            values += [
                r.numbers[self._metric.name] for r in row.results if self._metric.name in r.numbers
            ]
        return {
            key: (config, fmean(scores[key]) if scores[key] else None)
            for key, config in params.items()
        }

    def _holds(self, config: Mapping[str, Json]) -> bool:
        for name, distribution in self._distributions.items():
            try:
                if not distribution._contains(distribution.to_internal_repr(config[name])):  # noqa: SLF001 - no other way to ask
                    return False
            except (ValueError, TypeError, HomegolfError):
                return False
        return True


def _key(params: Mapping[str, Any]) -> str:
    return repr(sorted((name, value) for name, value in params.items()))
