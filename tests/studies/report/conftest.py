"""Studies made by hand: folders with the files that training and evaluation leave."""

import json

import pytest

CONFIG = {
    "dataset": "timit_sample", "system": "swavenet", "seed": 0, "steps": "100 steps", "scaling": "", "rate": 1e-3,
    "likelihood": {"name": "gaussian", "floor": -7.0},
    "model": {"name": "swavenet", "layers": 4, "latent": 5, "stochastic": None, "log_scale_bounds": [-8.0, 8.0]},
}  # fmt: skip
RESULT = {
    "split": "test", "unit": "nats each utterance, in units of the signal scaling",
    "context": "utterance from its own start",
    "divisor": "real sequences and frames only", "sequences": 12, "frames": 600, "iwae_samples": 16, "step": 75,
    "parameters": 1234,
}  # fmt: skip


class Study:
    """A folder to which runs are added."""

    def __init__(self, folder):
        self.folder = folder

    def add(self, name, elbo=None, *, result=(), error=None, trained=100, curve=(), model=(), **config):
        """A run: with a result where there is an `elbo`, with `error` as its last words."""
        place = self.folder / name
        place.mkdir(parents=True)
        config = CONFIG | config | {"model": CONFIG["model"] | dict(model)}
        (place / "config.json").write_text(json.dumps(config))
        records = [{"step": step, "valid_elbo": value} for step, value in curve] + [{"step": trained, "loss": 1.0}]
        (place / "metrics.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
        if elbo is not None:
            told = RESULT | {"corpus": config["dataset"], "likelihood": config["likelihood"]} | dict(result)
            told |= {"elbo": elbo, "iwae": elbo + 10}
            (place / f"eval_{told['split']}.json").write_text(json.dumps(told))
        if error is not None:
            (place / "error.txt").write_text(error)
        return place


@pytest.fixture
def study(tmp_path):
    return Study(tmp_path / "study")
