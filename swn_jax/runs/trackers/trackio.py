"""trackio: the folder of TRACKIO_DIR, without it one in the cache of Hugging Face; `trackio show` draws it."""

import uuid
from collections.abc import Mapping
from pathlib import Path

from swn_jax.runs.trackers.tracker import Facts


class Trackio:
    """A run of trackio, which finds a run by its name: some letters make that unique in the project."""

    def __init__(self, facts: Facts):
        import trackio

        self.identity = facts.identity or f"{facts.name}-{uuid.uuid4().hex[:6]}"
        self.media = {".png": trackio.Image, ".gif": trackio.Video, ".wav": trackio.Audio}
        self.run = trackio.init(
            project=facts.project, name=self.identity, config=dict(facts.parameters), resume="allow", embed=False,
            auto_log_gpu=False, auto_log_cpu=False,
        )  # fmt: skip

    def log(self, step: int, numbers: Mapping[str, float]) -> None:
        self.run.log(dict(numbers), step=step)

    def show(self, step: int, files: Mapping[str, Path]) -> None:
        self.run.log({name: self.media[path.suffix](str(path)) for name, path in files.items()}, step=step)

    def summarise(self, step: int, numbers: Mapping[str, float]) -> None:
        self.log(step, numbers)

    def close(self) -> None:
        self.run.finish()
