"""Draw new sound from a run: WAV files, and a picture of waveforms and spectrograms under one real recording.

python -m experiments.sample --workdir=run --data_dir=data --num=8 --seconds=2 --out=samples
"""

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from absl import flags

from experiments import common
from swn_jax.data import corpus, open_corpus
from swn_jax.data.listen import draw, to_pcm, write_wav
from swn_jax.errors import SwnError
from swn_jax.sampling import generate
from swn_jax.train.state import variables_of

WORKDIR = flags.DEFINE_string("workdir", None, "the run; required")
DATA_DIR = flags.DEFINE_string("data_dir", "data", "where prepared corpora lie")
OUT = flags.DEFINE_string("out", "samples", "the folder for what is made")
NUM = flags.DEFINE_integer("num", 8, "how many samples", lower_bound=1)
SECONDS = flags.DEFINE_float("seconds", 2.0, "length of each", lower_bound=0.0125)
TEMPERATURE = flags.DEFINE_float("temperature", 1.0, "factor on the deviations of x", lower_bound=0.0)
SEED = flags.DEFINE_integer("seed", 0, "fixes the samples", lower_bound=0)
CHECKPOINT = flags.DEFINE_enum("checkpoint", "best", ["best", "newest"], "which checkpoint of the run")


def main(_: list[str]) -> None:
    if WORKDIR.value is None:
        raise SwnError("which run? pass --workdir=DIR")
    workdir, out = Path(WORKDIR.value), Path(OUT.value)
    config = common.recall(workdir)
    record = corpus(config.dataset)
    prepared = open_corpus(config.dataset, DATA_DIR.value)
    model, found = common.trained(config, workdir, CHECKPOINT.value, record.frame)
    frames = round(SECONDS.value * record.rate / record.frame)
    before = jnp.zeros((NUM.value, record.frame))
    sampler = jax.jit(lambda v, key: generate(model, v, key, frames, before=before, temperature=TEMPERATURE.value))
    x = np.asarray(sampler(variables_of(found.state), jax.random.key(SEED.value)))
    out.mkdir(parents=True, exist_ok=True)
    sounds, clipped = {"real": np.asarray(prepared.split("test")[0][: frames * record.frame])}, 0
    for i, sequence in enumerate(x):
        sounds[f"sample {i}"], over = to_pcm(sequence, prepared.mean, prepared.std)
        clipped += over
        write_wav(out / f"sample_{i}.wav", sounds[f"sample {i}"], record.rate)
    draw(out / "samples.png", sounds, record.rate)
    real = np.concatenate([s.astype(float) for s in prepared.split("test")]).std()
    made = np.concatenate([s.astype(float) for name, s in sounds.items() if name != "real"]).std()
    print(f"{NUM.value} samples of {SECONDS.value} s and samples.png in {out}")
    print(f"level {made:.0f} (real speech {real:.0f}), {clipped} of {x.size} samples clipped")


if __name__ == "__main__":
    common.run(main)
