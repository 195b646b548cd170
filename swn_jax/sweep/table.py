"""A study for people: its cells, how far they are, and their results."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from swn_jax.sweep.cells import name_of
from swn_jax.sweep.state import result, state_of
from swn_jax.sweep.study import Study

COLUMNS = {"ELBO": "elbo", "IWAE": "iwae", "log p": "log_px", "KL": "kl"}
SEED = "seed"


def listing(study: Study) -> Iterator[str]:
    """Index, name and overrides of each cell."""
    width = max(len(cell.name) for cell in study.cells)
    for index, cell in enumerate(study.cells):
        words = " ".join(f"{key}={value}" for key, value in cell.overrides.items())
        yield f"{index:>4}  {cell.name:<{width}}  {words}"


def overview(study: Study, folder: Path) -> Iterator[str]:
    """Index, state and name of each cell, and the last line of its error; then how many are in each state."""
    kinds: dict[str, int] = {}
    for index, cell in enumerate(study.cells):
        state = state_of(folder / cell.name)
        kinds[state.kind] = kinds.get(state.kind, 0) + 1
        yield f"{index:>4}  {state.kind:<7}  {cell.name}  {state.text}".rstrip()
    yield ", ".join(f"{count} {kind}" for kind, count in kinds.items())


def results(study: Study, folder: Path) -> Iterator[str]:
    """Markdown: means and deviations over the seeds that are done, nats a unit of the split that the corpus reports."""
    yield f"| cell | parameters | seeds | {' | '.join(COLUMNS)} |"
    yield "| --- " * (3 + len(COLUMNS)) + "|"
    rows: dict[str, list[dict]] = {}
    for cell in study.cells:
        found = result(folder / cell.name)
        if found:
            label = name_of({key: value for key, value in cell.overrides.items() if key != SEED})
            rows.setdefault(label, []).append(found)
    for label, alike in rows.items():
        values = " | ".join(spread([each[key] for each in alike]) for key in COLUMNS.values())
        yield f"| {label} | {alike[0]['parameters']:,} | {len(alike)} | {values} |"


def spread(values: list[float]) -> str:
    """Mean ± standard deviation.

    >>> spread([1000.0, 1002.0]), spread([-7.2])
    ('+1,001 ± 1', '-7')
    """
    deviation = f" ± {np.std(values, ddof=1):,.0f}" if len(values) > 1 else ""
    return f"{np.mean(values):+,.0f}{deviation}"
