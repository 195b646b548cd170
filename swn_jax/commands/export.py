"""Release a run: weights with what rebuilds the model, compiled functions for jax alone, and a model card.

python -m experiments.export --workdir=run --data_dir=data --out=release --what=weights,functions
"""

from pathlib import Path

from absl import flags

from swn_jax.commands import common, run_flags

OUT = flags.DEFINE_string("out", "release", "the folder for what is made")
WHAT = flags.DEFINE_list("what", ["weights", "functions"], "what to make: weights, functions, or both")

LICENCE = flags.DEFINE_string("licence", "other", "of the weights, as the Hugging Face Hub names it: cc-by-4.0")


def main(_: list[str]) -> None:
    from swn_jax.release.run import release

    for path in release(run_flags.load, Path(OUT.value), WHAT.value, common.warn, LICENCE.value):
        print(f"{path.stat().st_size:>12,} {path}")
