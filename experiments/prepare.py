"""Prepare a corpus once, for all models.

python -m experiments.prepare --dataset=synthetic_speech --data_dir=data
python -m experiments.prepare --dataset=timit --manual_dir=TIMIT --split_file=list.txt --preview=timit.png
"""

from absl import flags

from experiments import common
from experiments.progress import prepare_with_bar
from swn_jax.data import CORPORA, Prepared, corpus, open_corpus, pieces
from swn_jax.data.preview import preview
from swn_jax.errors import SwnError, unknown

DATASET = flags.DEFINE_string("dataset", "synthetic_speech", f"one of {', '.join(CORPORA)}")
DATA_DIR = flags.DEFINE_string("data_dir", "data", "where prepared corpora lie")
MANUAL_DIR = flags.DEFINE_string("manual_dir", None, "the folder with the recordings")
SPLIT_FILE = flags.DEFINE_string("split_file", None, "a list with lines of `part path`")
OPTION = flags.DEFINE_multi_string("option", [], "name=value, a setting of the corpus' own, as train=40")
SKIP_BAD = flags.DEFINE_bool("skip_bad", False, "leave out recordings that cannot be read, and list them")
PREVIEW = flags.DEFINE_string("preview", None, "a PNG to draw of what a model is fed")


def main(_: list[str]) -> None:
    record = corpus(DATASET.value)
    if record.downloads and MANUAL_DIR.value is None:
        print(f"fetching it into {DATA_DIR.value}/downloads, unless it is there: {record.source}", flush=True)
    manifest = prepare_with_bar(
        record.name,
        DATA_DIR.value,
        manual_dir=MANUAL_DIR.value,
        split_file=SPLIT_FILE.value,
        skip_bad=SKIP_BAD.value,
        **dict(option(record.name, text, record.options) for text in OPTION.value),
    )
    prepared = open_corpus(manifest.corpus, DATA_DIR.value)
    print(table(prepared))
    if PREVIEW.value:
        preview(prepared, PREVIEW.value)
        print(f"drawn to {PREVIEW.value}")


def table(prepared: Prepared) -> str:
    """What a preparation holds, for people."""
    manifest, domain = prepared.manifest, prepared.corpus.domain
    segment, unit = prepared.corpus.segment, prepared.corpus.unit
    names = [
        "recordings" if segment else f"{unit}s",
        *(["segments"] if segment else []),
        "frames",
        "seconds",
        "speakers",
    ]
    lines = [f"{'split':<8}" + "".join(f"{name:>12}" for name in names)]
    for name, count in manifest.counts.items():
        split = prepared.split(name)
        segments = [len(pieces.segments(split, segment))] if segment else []
        seconds = f"{manifest.seconds[name]:.1f}" if manifest.seconds else "-"
        row = [count, *segments, sum(split.counts), seconds, manifest.speakers[name]]
        lines.append(f"{name:<8}" + "".join(f"{value:>12}" for value in row))
    rate = f", {manifest.rate:g} rows a second" if manifest.rate else ""
    lines.append(f"{domain.name}: {manifest.frame} numbers a frame{rate}")
    expected = f" (published: {prepared.corpus.std:.3f})" if prepared.corpus.std else ""
    scaling = f"mean {numbers(prepared.shift)}, deviation {numbers(prepared.scale)}{expected}"
    lines.append(f"scaling {prepared.scaling}: {scaling}")
    lines += [f"note: {note}" for note in manifest.notes]
    lines += [f"skipped {name}: {why}" for name, why in manifest.skipped.items()]
    if manifest.skipped:
        lines.append(f"{len(manifest.skipped)} skipped")
    return "\n".join([*lines, f"written to {prepared.path}"])


def numbers(values) -> str:
    """A few of them, or one where all are equal."""
    some = sorted(set(values))[:1] if len(set(values)) == 1 else values[:4]
    return ", ".join(f"{value:.6f}" for value in some) + ", ..." * (len(values) > len(some) > 1)


def option(name: str, text: str, known) -> tuple[str, int | float | str]:
    key, _, value = text.partition("=")
    if key not in known:
        raise unknown(f"option of {name}", key, known)
    kind = type(known[key])
    try:
        return key, kind(value)
    except ValueError:
        raise SwnError(f"found --option={text}, wanted a value as in --option={key}={known[key]}") from None


if __name__ == "__main__":
    common.run(main)
