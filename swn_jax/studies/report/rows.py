"""Group runs into rows: runs with equal config and definition of the metric, except for the seed, are averaged."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from swn_jax.errors import SwnError
from swn_jax.studies.report.published import ORDER
from swn_jax.studies.results import DEFINITION, Result, RunSummary

SEED, TRAINED = "seed", "trained"
UNSET = "unset"  # value of a key that an older version did not have


class Row(NamedTuple):
    """Runs of one system that differ only in their seeds."""

    system: str
    label: str  # the system, and its differences from other rows of that system
    identity: Mapping[str, Any]  # what the runs share, by dotted key
    scored: tuple[tuple[RunSummary, Result], ...]
    failed: tuple[RunSummary, ...]
    waiting: tuple[RunSummary, ...]  # without a result yet


class Section(NamedTuple):
    """The rows of one corpus and split."""

    corpus: str
    split: str
    rows: tuple[Row, ...]


def sections(runs: Sequence[RunSummary]) -> tuple[Section, ...]:
    """The runs by corpus and split; raises SwnError for two runs with the same config and seed."""
    keys = sorted({(result.corpus, result.split) for run in runs for result in run.results})
    return tuple(Section(*key, _rows(runs, *key)) for key in keys)


def setting(run: RunSummary) -> dict[str, Any]:
    """The config without the seed."""
    return {key: value for key, value in run.config.items() if key != SEED}


def labels(identities: Sequence[Mapping[str, Any]]) -> list[str]:
    """A label for each mapping: the keys in which they differ, with its values.

    >>> labels([{"rate": 1, "model.latent": 4}, {"rate": 1, "model.latent": 8}])
    ['latent=4', 'latent=8']
    """
    keys = _differing(identities)
    last = Counter(key.rpartition(".")[2] for key in keys)
    short = {key: end if last[end := key.rpartition(".")[2]] == 1 else key for key in keys}
    return [
        ", ".join(f"{short[key]}={values.get(key, UNSET)}" for key in keys if key in values or not _measured(key))
        for values in identities
    ]


def ordered(settings: Sequence[tuple[str, Mapping[str, Any]]]) -> list[tuple[int, str]]:
    """Index and label of each setting, systems in the order of the paper, then by the values that differ."""
    done: list[tuple[int, str]] = []
    for system in sorted({system for system, _ in settings}, key=lambda name: (_position(name), name)):
        group = {index: values for index, (name, values) in enumerate(settings) if name == system}
        keys = _differing([*group.values()])
        text = dict(zip(group, labels([*group.values()]), strict=True))
        order = sorted(group, key=lambda index: [_rank(group[index].get(key)) for key in keys])
        done += [(index, ", ".join(filter(None, (system, text[index])))) for index in order]
    return done


def _measured(key: str) -> bool:
    """Whether a key is known only with a result."""
    return key in (*DEFINITION, TRAINED)


def _differing(identities: Sequence[Mapping[str, Any]]) -> list[str]:
    """Keys with several values, in alphabetic order; missing keys of the metric do not count as a value."""
    found = []
    for key in sorted(set().union(*identities)):
        relevant = [values for values in identities if key in values or not _measured(key)]
        if len({values.get(key, UNSET) for values in relevant}) > 1:
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


def _position(system: str) -> int:
    return ORDER.index(system) if system in ORDER else len(ORDER)


def _rank(value: Any) -> tuple[float, str]:
    """A sort key: numbers by size, then other values by their text."""
    return (float(value), "") if isinstance(value, int | float) else (float("inf"), str(value))


def _key(identity: Mapping[str, Any]) -> tuple:
    return tuple(sorted(identity.items()))


def _refuse_twice(run: RunSummary, others: Iterable[RunSummary]) -> None:
    for other in others:
        if other.config.get(SEED) == run.config.get(SEED):
            raise SwnError(f"{other.name} and {run.name} are runs of one config with seed {run.config.get(SEED)}, "
                           "wanted different seeds: move one of them away")  # fmt: skip
