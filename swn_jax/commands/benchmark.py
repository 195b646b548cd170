"""Measure speed: the train step against a large product, over sequence length, and sampling.

python -m experiments.benchmark --what=step --width=512 --layers=5
python -m experiments.benchmark --what=sampling --presets=timit:swavenet,blizzard:swavenet --rounds=3
python -m experiments.benchmark --what=lengths --batch=4 --rounds=3 --plot=lengths.png
"""

from absl import flags

from swn_jax.commands import common

WHAT = flags.DEFINE_list("what", ["step", "sampling"], "what to measure: step, lengths, replicas, sampling")
WIDTH = flags.DEFINE_integer("width", 512, "channels", lower_bound=1)
LAYERS = flags.DEFINE_integer("layers", 5, "layers", lower_bound=1)
LATENT = flags.DEFINE_integer("latent", 100, "latent dimensions per layer", lower_bound=1)
BATCH = flags.DEFINE_integer("batch", 64, "sequences of 40 frames in the train step", lower_bound=1)
ROUNDS = flags.DEFINE_integer("rounds", 7, "rounds; medians are reported", lower_bound=1)
LENGTHS = flags.DEFINE_list("lengths", ["40", "125", "400", "1000", "2000"], "frames of a sequence")
COMPARED = flags.DEFINE_list("systems", ["swavenet", "vrnn", "srnn", "zforcing"], "of timit_sample, for lengths")
REPLICAS = flags.DEFINE_integer("replicas", 8, "seeds in one program", lower_bound=1)
PRESETS = flags.DEFINE_list("presets", ["timit:swavenet"], "CORPUS:SYSTEM, for sampling")
BATCHES = flags.DEFINE_list("batches", ["1", "16", "64", "256"], "sequences at a time, for sampling")
SAMPLED = flags.DEFINE_list("sampled", ["100", "1000", "10000"], "frames; of larger batches the first two")
PLOT = flags.DEFINE_string("plot", None, "a PNG of what lengths finds")


def main(_: list[str]) -> None:
    from swn_jax.studies.benchmark import Sizes, measure

    lengths, batches, sampled = map(common.integers, (LENGTHS, BATCHES, SAMPLED))
    sizes = Sizes(
        WIDTH.value, LAYERS.value, LATENT.value, BATCH.value, ROUNDS.value, lengths, COMPARED.value, REPLICAS.value,
        PRESETS.value, batches, sampled, PLOT.value,
    )  # fmt: skip
    measure(WHAT.value, sizes, tell=print)
