"""Look up, prepare and open corpora by name."""

from pathlib import Path
from typing import Any

from swn_jax.corpora import (
    blizzard,
    iamondb,
    ink_folder,
    ljspeech,
    motion_folder,
    speech_folder,
    spoken_digit,
    synthetic_ink,
    synthetic_motion,
    synthetic_speech,
    timit,
    vctk,
)
from swn_jax.corpora.timit import sample
from swn_jax.data.corpus import Corpus
from swn_jax.data.manifest import Manifest
from swn_jax.data.prepared import Prepared, open_prepared
from swn_jax.data.preparing import prepare_corpus
from swn_jax.errors import unknown

_CORPORA = {
    corpus.name: corpus
    for corpus in (
        *timit.CORPORA, sample.CORPUS, blizzard.CORPUS, iamondb.CORPUS, ink_folder.CORPUS, motion_folder.CORPUS,
        speech_folder.CORPUS, spoken_digit.CORPUS, ljspeech.CORPUS, vctk.CORPUS,
        synthetic_speech.CORPUS, synthetic_ink.CORPUS, synthetic_motion.CORPUS,
    )
}  # fmt: skip
CORPORA = tuple(_CORPORA)


def corpus(name: str) -> Corpus:
    """The corpus `name`; raises SwnError, with the nearest known name, if there is none."""
    if name not in _CORPORA:
        raise unknown("corpus", name, CORPORA)
    return _CORPORA[name]


def prepare(name: str, data_dir: Path | str, *, split_file: Path | str | None = None, **inputs: Any) -> Manifest:
    """Prepare the corpus `name` into `data_dir`; see `swn_jax.data.prepare_corpus`.

    With a `split_file`, "timit" means "timit/listed".
    Raises SwnError for an unknown name, and as `prepare_corpus` does.
    """
    if split_file is not None and f"{name}/listed" in _CORPORA:
        name = f"{name}/listed"
    return prepare_corpus(corpus(name), data_dir, split_file=split_file, **inputs)


def open_corpus(name: str, data_dir: Path | str, scaling: str = "", frame_size: int = 0) -> Prepared:
    """Open the corpus `name` that was prepared into `data_dir`; see `swn_jax.data.open_prepared`.

    Raises SwnError for an unknown name, and as `open_prepared` does.
    """
    return open_prepared(corpus(name), data_dir, scaling, frame_size)
