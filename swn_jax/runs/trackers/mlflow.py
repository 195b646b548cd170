"""MLflow: the server or database of MLFLOW_TRACKING_URI, without it `mlflow.db` in the folder of the command."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from swn_jax.runs.trackers.tracker import Facts

BATCH = 100  # parameters that a server takes at once


class MLflow:
    """A run of MLflow, whose parameters cannot change: what a later start has changed becomes a tag."""

    def __init__(self, facts: Facts):
        from mlflow import MlflowClient
        from mlflow.entities import Metric, Param

        self.client, self.metric = MlflowClient(), Metric
        if facts.identity is None:
            found = self.client.get_experiment_by_name(facts.project)
            experiment = found.experiment_id if found else self.client.create_experiment(facts.project)
            self.identity = self.client.create_run(experiment, run_name=facts.name).info.run_id
            told = [Param(key, str(value)) for key, value in facts.parameters.items()]
            for first in range(0, len(told), BATCH):
                self.client.log_batch(self.identity, params=told[first : first + BATCH])
        else:
            self.identity = facts.identity
            self.client.update_run(self.identity, status="RUNNING")
            self.retell(facts.parameters)

    def retell(self, parameters: Mapping[str, Any]) -> None:
        """Tag the run with the parameters that are others than at its beginning."""
        first = self.client.get_run(self.identity).data.params
        for key, value in parameters.items():
            if first.get(key) != str(value):
                self.client.set_tag(self.identity, key, str(value))

    def log(self, step: int, numbers: Mapping[str, float]) -> None:
        now = int(time.time() * 1000)
        self.client.log_batch(self.identity, [self.metric(name, value, now, step) for name, value in numbers.items()])

    def show(self, step: int, files: Mapping[str, Path]) -> None:
        for name, path in files.items():
            self.client.log_artifact(self.identity, str(path), f"{Path(name).parent}/step_{step}")

    def summarise(self, step: int, numbers: Mapping[str, float]) -> None:
        self.log(step, numbers)

    def close(self) -> None:
        self.client.set_terminated(self.identity)
