"""Draw new sequences from a run: a picture under one recording of the corpus, and WAV files of sound, npz of others.

python -m experiments.sample --workdir=run --data_dir=data --num=8 --seconds=2 --out=samples
"""

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from absl import flags

from experiments import common, saved
from swn_jax.data.listen import write_wav
from swn_jax.data.speech import clipped
from swn_jax.errors import SwnError
from swn_jax.sampling import generate

OUT = flags.DEFINE_string("out", "samples", "the folder for what is made")
NUM = flags.DEFINE_integer("num", 8, "how many samples", lower_bound=1)
SECONDS = flags.DEFINE_float("seconds", 2.0, "length of each", lower_bound=0.0125)
FRAMES = flags.DEFINE_integer("frames", None, "length of each in frames: for ink, which has no clock", lower_bound=1)
TEMPERATURE = flags.DEFINE_float("temperature", 1.0, "factor on the deviations of x", lower_bound=0.0)


def main(_: list[str]) -> None:
    run, out = saved.load(), Path(OUT.value)
    prepared, domain = run.prepared, run.corpus.domain
    test = prepared.split(run.corpus.splits[-1])
    frames = length(prepared.manifest.rate, test.step)
    before = jnp.zeros((NUM.value, prepared.frame))
    sampler = jax.jit(lambda v, key: generate(run.model, v, key, frames, before=before, temperature=TEMPERATURE.value))
    x = np.asarray(sampler(run.variables, jax.random.key(saved.SEED.value)))
    out.mkdir(parents=True, exist_ok=True)
    made = {f"sample {i}": prepared.rows(sequence) for i, sequence in enumerate(x)}
    real = domain.rows(test.frames(0, 0, min(frames, test.counts[0])))
    rate = prepared.manifest.rate
    domain.draw(out / "samples.png", {"corpus": real} | made, rate, prepared.manifest.extra)
    print(f"{NUM.value} samples of {frames} frames and samples.png in {out}")
    if domain.name != "speech" or rate is None:
        np.savez(out / "samples.npz", allow_pickle=False, **{name: rows for name, rows in made.items()})
        return
    for i, rows in enumerate(made.values()):
        write_wav(out / f"sample_{i}.wav", rows, rate)
    level = np.mean([rows.astype(float).std() for rows in made.values()])
    over = clipped(x * prepared.scale + prepared.shift)
    print(f"level {level:.0f} (the corpus {prepared.scale.item():.0f}), {over} of {x.size} numbers clipped")


def length(rate: float | None, step: int) -> int:
    """Frames of a sample, from the flags."""
    if FRAMES.value is not None:
        return FRAMES.value
    if rate is None:
        raise SwnError("this corpus has no clock: give the length as --frames=500")
    return max(1, round(SECONDS.value * rate / step))


if __name__ == "__main__":
    common.run(main)
