"""Prepare a corpus once, for all models.

python -m experiments.prepare --dataset=synthetic_speech --data_dir=data
python -m experiments.prepare --dataset=timit --manual_dir=TIMIT --split_file=list.txt --preview=timit.png
"""

from collections.abc import Mapping

from absl import flags

from swn_jax.commands.progress import prepare_bar
from swn_jax.errors import SwnError, unknown

DATASET = flags.DEFINE_string("dataset", "synthetic_speech", "the corpus; a wrong name is answered with all of them")
DATA_DIR = flags.DEFINE_string("data_dir", "data", "where prepared corpora lie")
MANUAL_DIR = flags.DEFINE_string("manual_dir", None, "the folder with the recordings")
SPLIT_FILE = flags.DEFINE_string("split_file", None, "a list with lines of `part path`")
COLUMNS = flags.DEFINE_string("columns", None, "a folder with ID.csv for each recording: numbers along it, that a "
    "model is given with --config.condition=columns")  # fmt: skip
OPTION = flags.DEFINE_multi_string("option", [], "name=value, a setting of the corpus' own, as train=40")
SKIP_BAD = flags.DEFINE_bool("skip_bad", False, "leave out recordings that cannot be read, and list them")
PREVIEW = flags.DEFINE_string("preview", None, "a PNG to draw of what a model is fed")


def main(_: list[str]) -> None:
    from swn_jax import corpora
    from swn_jax.data.describe import describe
    from swn_jax.data.preview import preview

    corpus = corpora.corpus(DATASET.value)
    if corpus.downloads and MANUAL_DIR.value is None:
        print(f"fetching it into {DATA_DIR.value}/downloads, unless it is there: {corpus.source}", flush=True)
    options = dict(option(corpus.name, text, corpus.options) for text in OPTION.value)
    with prepare_bar() as progress:
        manifest = corpora.prepare(
            corpus.name, DATA_DIR.value, manual_dir=MANUAL_DIR.value, split_file=SPLIT_FILE.value,
            columns=COLUMNS.value, skip_bad=SKIP_BAD.value, progress=progress, **options,
        )  # fmt: skip
    prepared = corpora.open_corpus(manifest.corpus, DATA_DIR.value)
    print(describe(prepared))
    if PREVIEW.value:
        preview(prepared, PREVIEW.value)
        print(f"drawn to {PREVIEW.value}")


def option(name: str, text: str, known: Mapping[str, int | float | str]) -> tuple[str, int | float | str]:
    key, _, value = text.partition("=")
    if key not in known:
        raise unknown(f"option of {name}", key, known)
    kind = type(known[key])
    try:
        return key, kind(value)
    except ValueError:
        raise SwnError(f"found --option={text}, wanted a value as in --option={key}={known[key]}") from None
