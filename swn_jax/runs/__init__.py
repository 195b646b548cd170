"""Runs as functions: train, load, evaluate and sample, without flags or printing; messages go to callbacks.

config = swn_jax.configs.get_config("synthetic_speech:swavenet")
train_run(config, "run", "data", tell=print)
run = load_run("run", "data")
print(evaluate_run(run)["elbo"])
sounds = sample_run(run, "generate", SampleRequest(frames=160, num=4)).rows
"""

import importlib
from typing import TYPE_CHECKING, Any

__all__ = [
    "Init", "Inputs", "Run", "SampleRequest", "Samples", "Weights", "baselines_of", "evaluate_baseline",
    "evaluate_run", "load_run", "load_runs", "sample_run", "train_run",
]  # fmt: skip

_NAMES = {
    "baseline": ("baselines_of", "evaluate_baseline"),
    "evaluate": ("evaluate_run",),
    "load": ("Run", "load_run", "load_runs"),
    "request": ("SampleRequest",),
    "sample": ("Samples", "sample_run"),
    "opening": ("Inputs",),
    "train": ("train_run",),
    "warm": ("Init", "Weights"),
}
_MODULE_OF = {name: module for module, names in _NAMES.items() for name in names}

if TYPE_CHECKING:
    from swn_jax.runs.baseline import baselines_of, evaluate_baseline
    from swn_jax.runs.evaluate import evaluate_run
    from swn_jax.runs.load import Run, load_run, load_runs
    from swn_jax.runs.opening import Inputs
    from swn_jax.runs.request import SampleRequest
    from swn_jax.runs.sample import Samples, sample_run
    from swn_jax.runs.train import train_run
    from swn_jax.runs.warm import Init, Weights
else:  # hidden from type checkers, which would take any misspelt name for one of unknown type

    def __getattr__(name: str) -> Any:
        """Load a name when it is first used: a benchmark needs the parts of a run, and nothing that reads data."""
        if name not in _MODULE_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
        globals()[name] = value
        return value
