"""The golden releases: tiny models of the embedded corpora, kept for ever, with what they gave when they were made.

`python tests/golden_release.py` trains those of this version into `tests/golden/VERSION`.
"""

import json
import tempfile
from pathlib import Path

import jax
import numpy as np
from small_run import config_of

import swn_jax
from swn_jax import configs, corpora
from swn_jax.release.run import release
from swn_jax.runs import load_run, train_run
from swn_jax.types import Batch

GOLDEN = Path(__file__).parent / "golden"
OUTPUTS = "outputs.json"
ROWS, FRAMES = 2, 5
SIZES = {"synthetic_speech": dict(train=6, valid=2, test=2), "synthetic_ink": dict(train=12, valid=4, test=4)}


def outputs_of(loaded: swn_jax.release.weights.Loaded) -> dict[str, list]:
    """What a model gives for inputs that no version of a random generator can change: parts of the bound, and steps."""
    model, variables, recipe = loaded
    frame, latents = model.frame, sum(model.latents)
    x = np.sin(0.7 * np.arange(ROWS * FRAMES * frame)).reshape(ROWS, FRAMES, frame).astype(np.float32)
    if recipe.likelihood["name"] == "pen":
        x[..., 0] = x[..., 0] > 0  # whether the pen is lifted
    noise = np.cos(1.3 * np.arange(ROWS * FRAMES * latents)).reshape(ROWS, FRAMES, latents).astype(np.float32)
    mask = np.ones((ROWS, FRAMES), np.float32)
    mask[1, 3:] = 0  # the second sequence is shorter
    batch = Batch(*map(jax.numpy.asarray, (x, mask, np.zeros((ROWS, frame), np.float32))))
    terms, _ = jax.jit(model.terms)(variables, batch, noise)
    carry, step = model.carry(batch.before), jax.jit(model.step)
    for t in range(FRAMES):
        carry, params = step(variables, carry, batch.x[:, t], noise[:, t])
    found = {"log_px": terms.log_px, "kl": terms.kl, "log_ratio": terms.log_ratio, "params": params}
    return {name: np.asarray(value, np.float64).round(7).tolist() for name, value in found.items()}


def config_for(corpus: str, system: str):
    if corpus == "synthetic_speech":
        return config_of(system, **{"model.width": 4, "model.latent": 2})
    config = configs.get_config(f"{corpus}:{system}")
    small = {key: 4 for key in ("model.width", "model.cells", "model.latent")}
    config.update_from_flattened_dict({
        **small, "steps": "4 steps", "warmup": "1 steps", "anneal.over": "2 steps", "eval_every": 4, "batch": 4,
    })  # fmt: skip
    return config


def make(corpus: str, system: str, folder: Path) -> None:
    """Train a model, release it, and keep what it gives."""
    with tempfile.TemporaryDirectory() as place:
        data, workdir = Path(place) / "data", Path(place) / "run"
        corpora.prepare(corpus, data, **SIZES[corpus])
        train_run(config_for(corpus, system), workdir, data, devices=1)
        release(lambda: load_run(workdir, data), folder, ["weights"], print)
    (folder / OUTPUTS).write_text(json.dumps(outputs_of(swn_jax.load(folder))) + "\n")


if __name__ == "__main__":
    for corpus, system in (("synthetic_speech", "swavenet"), ("synthetic_ink", "vrnn")):
        make(corpus, system, GOLDEN / swn_jax.__version__ / f"{system}_of_{corpus}")
