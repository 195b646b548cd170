"""Weights & Biases; WANDB_MODE=offline writes into the run's folder alone, for `wandb sync`."""

from collections.abc import Mapping
from pathlib import Path

from swn_jax.runs.trackers.tracker import Facts


class WeightsAndBiases:
    """A run of Weights & Biases. Its own count of steps takes none twice, so ours is the axis of all curves."""

    def __init__(self, facts: Facts):
        import wandb

        self.media = {".png": wandb.Image, ".gif": wandb.Video, ".wav": wandb.Audio}
        self.run = wandb.init(
            project=facts.project, name=facts.name, id=facts.identity, resume="allow" if facts.identity else None,
            dir=str(facts.folder), config=dict(facts.parameters), allow_val_change=True,
            settings=wandb.Settings(console="off"),
        )  # fmt: skip
        self.identity: str = self.run.id
        self.run.define_metric("step")
        self.run.define_metric("*", step_metric="step")

    def log(self, step: int, numbers: Mapping[str, float]) -> None:
        self.run.log({"step": step, **numbers})

    def show(self, step: int, files: Mapping[str, Path]) -> None:
        self.run.log({"step": step, **{name: self.media[path.suffix](str(path)) for name, path in files.items()}})

    def summarise(self, step: int, numbers: Mapping[str, float]) -> None:
        self.run.summary.update(dict(numbers))

    def close(self) -> None:
        self.run.finish()
