"""Draw new sound from a run: WAV files, and a picture of waveforms and spectrograms under one recording of the corpus.

python -m experiments.sample --workdir=run --data_dir=data --num=8 --seconds=2 --out=samples
"""

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from absl import flags

from experiments import common, saved
from swn_jax.data.listen import draw, to_pcm, write_wav
from swn_jax.sampling import generate

OUT = flags.DEFINE_string("out", "samples", "the folder for what is made")
NUM = flags.DEFINE_integer("num", 8, "how many samples", lower_bound=1)
SECONDS = flags.DEFINE_float("seconds", 2.0, "length of each", lower_bound=0.0125)
TEMPERATURE = flags.DEFINE_float("temperature", 1.0, "factor on the deviations of x", lower_bound=0.0)


def main(_: list[str]) -> None:
    run, out = saved.load(), Path(OUT.value)
    rate, frame, prepared = run.corpus.rate, run.corpus.frame, run.prepared
    frames = round(SECONDS.value * rate / frame)
    before = jnp.zeros((NUM.value, frame))
    sampler = jax.jit(lambda v, key: generate(run.model, v, key, frames, before=before, temperature=TEMPERATURE.value))
    x = np.asarray(sampler(run.variables, jax.random.key(saved.SEED.value)))
    out.mkdir(parents=True, exist_ok=True)
    sounds, clipped = {"corpus": np.asarray(prepared.split("test")[0][: frames * frame])}, 0
    for i, sequence in enumerate(x):
        sounds[f"sample {i}"], over = to_pcm(sequence, prepared.mean, prepared.std)
        clipped += over
        write_wav(out / f"sample_{i}.wav", sounds[f"sample {i}"], rate)
    draw(out / "samples.png", sounds, rate)
    level = np.mean([s.astype(float).std() for name, s in sounds.items() if name != "corpus"])
    print(f"{NUM.value} samples of {SECONDS.value} s and samples.png in {out}")
    print(f"level {level:.0f} (the corpus {prepared.std:.0f}), {clipped} of {x.size} numbers clipped")


if __name__ == "__main__":
    common.run(main)
