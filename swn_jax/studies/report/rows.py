"""Which runs may be averaged: those alike in config and definition of the metric, but for the seed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from swn_jax.errors import SwnError
from swn_jax.studies.report.published import ORDER
from swn_jax.studies.results import DEFINITION, Result, RunSummary

SEED, TRAINED = "seed", "trained"
UNSET = "unset"  # of a key that another version of the program did not have


class Row(NamedTuple):
    """Runs of one system that differ in their seeds alone."""

    system: str
    label: str  # the system, and in what it differs from the other rows of it
    identity: Mapping[str, Any]  # what the runs share, by dotted keys
    scored: tuple[tuple[RunSummary, Result], ...]
    failed: tuple[RunSummary, ...]
    waiting: tuple[RunSummary, ...]  # without a result so far


class Spread(NamedTuple):
    """Mean and standard deviation (ddof 1) of some values; no deviation of a single one."""

    mean: float
    deviation: float | None

    def __str__(self) -> str:
        return f"{self.mean:,.1f}" + ("" if self.deviation is None else f" ± {self.deviation:,.1f}")


class Section(NamedTuple):
    """The rows of one corpus and split."""

    corpus: str
    split: str
    rows: tuple[Row, ...]


def sections(runs: Sequence[RunSummary]) -> tuple[Section, ...]:
    """The runs by corpus and split; raises SwnError where one config and seed is there twice."""
    places = sorted({(result.corpus, result.split) for run in runs for result in run.results})
    return tuple(Section(*place, _rows(runs, *place)) for place in places)


def spread(values: Sequence[float]) -> Spread:
    """Mean and deviation.

    >>> print(spread([1000.0, 1003.0, 1002.0]), spread([-7.25]), sep="; ")
    1,001.7 ± 1.5; -7.2
    """
    return Spread(float(np.mean(values)), float(np.std(values, ddof=1)) if len(values) > 1 else None)


def setting(run: RunSummary) -> dict[str, Any]:
    """The config without what the runs of a row differ in."""
    return {key: value for key, value in run.config.items() if key != SEED}


def labels(identities: Sequence[Mapping[str, Any]]) -> list[str]:
    """The keys in which some mappings differ, and their values, as a label of each.

    >>> labels([{"rate": 1, "model.latent": 4}, {"rate": 1, "model.latent": 8}])
    ['latent=4', 'latent=8']
    """
    keys = _differing(identities)
    last = Counter(key.rpartition(".")[2] for key in keys)
    short = {key: end if last[end := key.rpartition(".")[2]] == 1 else key for key in keys}
    return [
        ", ".join(f"{short[key]}={each.get(key, UNSET)}" for key in keys if key in each or not _measured(key))
        for each in identities
    ]


def ordered(settings: Sequence[tuple[str, Mapping[str, Any]]]) -> list[tuple[int, str]]:
    """Index and label of settings of systems: the systems as in the paper, those of one by what they differ in."""
    done: list[tuple[int, str]] = []
    for system in sorted({system for system, _ in settings}, key=lambda name: (_place(name), name)):
        own = {index: values for index, (name, values) in enumerate(settings) if name == system}
        keys = _differing([*own.values()])
        text = dict(zip(own, labels([*own.values()]), strict=True))
        order = sorted(own, key=lambda index: [_rank(own[index].get(key)) for key in keys])
        done += [(index, ", ".join(filter(None, (system, text[index])))) for index in order]
    return done


def _measured(key: str) -> bool:
    """Whether a run that has no result lacks this key."""
    return key in (*DEFINITION, TRAINED)


def _differing(identities: Sequence[Mapping[str, Any]]) -> list[str]:
    """Keys with several values, in alphabetic order; those of the metric count only where there is one."""
    found = []
    for key in sorted(set().union(*identities)):
        among = [each for each in identities if key in each or not _measured(key)]
        if len({each.get(key, UNSET) for each in among}) > 1:
            found.append(key)
    return found


def _rows(runs: Sequence[RunSummary], corpus: str, split: str) -> tuple[Row, ...]:
    rows: dict[tuple, Row] = {}
    for run in runs:
        for result in run.results:
            if (result.corpus, result.split) == (corpus, split):
                identity = setting(run) | dict(result.definition) | {TRAINED: run.trained}
                row = rows.setdefault(_key(identity), Row(run.system, run.system, identity, (), (), ()))
                _refuse_twice(run, (other for other, _ in row.scored))
                rows[_key(identity)] = row._replace(scored=(*row.scored, (run, result)))
    for run in runs:
        here = any((result.corpus, result.split) == (corpus, split) for result in run.results)
        if here or run.config.get("dataset") != corpus or (run.results and not run.error):
            continue
        identity = setting(run)
        alike = (key for key, row in rows.items() if identity.items() <= row.identity.items())
        key = next(alike, _key(identity))
        row = rows.get(key, Row(run.system, run.system, identity, (), (), ()))
        failed = row._replace(failed=(*row.failed, run))
        rows[key] = failed if run.error else row._replace(waiting=(*row.waiting, run))
    return _labelled(list(rows.values()))


def _labelled(rows: Sequence[Row]) -> tuple[Row, ...]:
    named = ordered([(row.system, row.identity) for row in rows])
    return tuple(rows[index]._replace(label=label) for index, label in named)


def _place(system: str) -> int:
    return ORDER.index(system) if system in ORDER else len(ORDER)


def _rank(value: Any) -> tuple[float, str]:
    """Numbers by size, then all else by its text."""
    return (float(value), "") if isinstance(value, int | float) else (float("inf"), str(value))


def _key(identity: Mapping[str, Any]) -> tuple:
    return tuple(sorted(identity.items()))


def _refuse_twice(run: RunSummary, others: Iterable[RunSummary]) -> None:
    for other in others:
        if other.config.get(SEED) == run.config.get(SEED):
            raise SwnError(f"{other.name} and {run.name} are runs of one config with seed {run.config.get(SEED)}: "
                           "a deviation is over seeds, move one of them away")  # fmt: skip
