"""Prepare a corpus once, for all models.

python -m experiments.prepare --dataset=synthetic_speech --data_dir=data
python -m experiments.prepare --dataset=timit --manual_dir=TIMIT --split_file=list.txt --data_dir=data
"""

from absl import flags

from experiments import common
from experiments.progress import prepare_with_bar
from swn_jax.data import CORPORA, corpus, open_corpus
from swn_jax.data.prepared import Prepared
from swn_jax.errors import SwnError

DATASET = flags.DEFINE_string("dataset", "synthetic_speech", f"one of {', '.join(CORPORA)}")
DATA_DIR = flags.DEFINE_string("data_dir", "data", "where prepared corpora lie")
MANUAL_DIR = flags.DEFINE_string("manual_dir", None, "the folder with the recordings, for a licensed corpus")
SPLIT_FILE = flags.DEFINE_string("split_file", None, "a list with lines of `part path`")
OPTION = flags.DEFINE_multi_string("option", [], "name=number, a setting of the corpus' own, as train=40")


def main(_: list[str]) -> None:
    options = dict(map(_option, OPTION.value))
    manifest = prepare_with_bar(
        DATASET.value, DATA_DIR.value, manual_dir=MANUAL_DIR.value, split_file=SPLIT_FILE.value, **options
    )
    print(table(open_corpus(manifest.corpus, DATA_DIR.value)))


def table(prepared: Prepared) -> str:
    """What a preparation holds, for people."""
    manifest = prepared.manifest
    lines = [f"{'split':<8}{'utterances':>11}{'seconds':>11}{'speakers':>10}"]
    for split, count in manifest.counts.items():
        lines.append(f"{split:<8}{count:>11}{manifest.seconds[split]:>11.1f}{manifest.speakers[split]:>10}")
    expected = corpus(manifest.corpus).std
    published = f" (published: {expected:.3f})" if expected else ""
    lines.append(f"rate {manifest.rate} Hz, mean {manifest.mean:.6f}, std {manifest.std:.3f}{published}")
    lines += [f"note: {note}" for note in manifest.notes]
    return "\n".join([*lines, f"written to {prepared.path}"])


def _option(text: str) -> tuple[str, int]:
    name, _, value = text.partition("=")
    if not value.isdigit():
        raise SwnError(f"found --option={text}, wanted name=number, as --option=train=40")
    return name, int(value)


if __name__ == "__main__":
    common.run(main)
