"""Runs as functions: train, load, evaluate and sample, without flags or printing; messages go to callbacks.

config = swn_jax.configs.get_config("synthetic_speech:swavenet")
train_run(config, "run", "data", tell=print)
run = load_run("run", "data")
print(evaluate_run(run)["elbo"])
sounds = sample_run(run, "generate", SampleRequest(frames=160, num=4)).rows
"""

from swn_jax.runs.baseline import baselines_of, evaluate_baseline
from swn_jax.runs.evaluate import evaluate_run
from swn_jax.runs.load import Run, load_run, load_runs
from swn_jax.runs.sample import SampleRequest, Samples, sample_run
from swn_jax.runs.train import Inputs, train_run

__all__ = [
    "Inputs", "Run", "SampleRequest", "Samples", "baselines_of", "evaluate_baseline", "evaluate_run", "load_run",
    "load_runs", "sample_run", "train_run",
]  # fmt: skip
