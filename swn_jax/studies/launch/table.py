"""A study as text: its trials, their states and their results."""

from collections.abc import Iterator
from pathlib import Path

from swn_jax.studies.launch.state import result, state_of
from swn_jax.studies.launch.study import Study
from swn_jax.studies.launch.trials import name_of
from swn_jax.studies.spread import spread

COLUMNS = {"ELBO": "elbo", "IWAE": "iwae", "log p": "log_px", "KL": "kl"}
SEED = "seed"


def listing(study: Study) -> Iterator[str]:
    """Index, name and overrides of each trial."""
    width = max(len(trial.name) for trial in study.trials)
    for index, trial in enumerate(study.trials):
        words = " ".join(f"{key}={value}" for key, value in trial.overrides.items())
        yield f"{index:>4}  {trial.name:<{width}}  {words}"


def overview(study: Study, folder: Path) -> Iterator[str]:
    """Index, state, name and last error line of each trial; then the count per state."""
    kinds: dict[str, int] = {}
    for index, trial in enumerate(study.trials):
        state = state_of(folder / trial.name)
        kinds[state.kind] = kinds.get(state.kind, 0) + 1
        yield f"{index:>4}  {state.kind:<7}  {trial.name}  {state.text}".rstrip()
    yield ", ".join(f"{count} {kind}" for kind, count in kinds.items())


def results(study: Study, folder: Path) -> Iterator[str]:
    """Markdown: means and deviations over finished seeds, nats per unit of the split that the corpus reports."""
    yield f"| trial | parameters | seeds | {' | '.join(COLUMNS)} |"
    yield "| --- " * (3 + len(COLUMNS)) + "|"
    rows: dict[str, list[dict]] = {}
    for trial in study.trials:
        found = result(folder / trial.name)
        if found:
            label = name_of({key: value for key, value in trial.overrides.items() if key != SEED})
            rows.setdefault(label, []).append(found)
    for label, seeds in rows.items():
        values = " | ".join(f"{spread([seed[key] for seed in seeds]):+,.0f}" for key in COLUMNS.values())
        yield f"| {label} | {seeds[0]['parameters']:,} | {len(seeds)} | {values} |"
