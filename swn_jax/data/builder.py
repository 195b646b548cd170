"""Recordings in and out of ArrayRecord files: the only file that knows of tensorflow-datasets."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import tensorflow_datasets as tfds
from absl import logging
from tensorflow_datasets.core.utils import tqdm_utils

from swn_jax.data.record import Corpus, Plan, Recording
from swn_jax.errors import SwnError

Progress = Callable[[int, int], None]  # recordings written, recordings in all


class Recordings(tfds.core.GeneratorBasedBuilder, skip_registration=True):  # type: ignore[call-arg]
    """Raw 16-bit samples with id and speaker; the Audio feature would need TensorFlow.

    Shuffling is off: the order of a split is part of the protocol, which joins its recordings to one signal.
    """

    VERSION = tfds.core.Version("0.0.0")  # the corpus states its own
    code_path = None  # nothing of the dataset's lies beside this file, and looking there takes an undeclared package

    def __init__(self, corpus: Corpus, plan: Plan, progress: Progress | None, data_dir: Path):
        self.name = corpus.folder
        self.VERSION = tfds.core.Version(corpus.version)
        self.corpus, self.plan, self.progress = corpus, plan, progress
        self.done, self.total = 0, sum(map(len, plan.splits.values()))
        super().__init__(data_dir=data_dir, file_format="array_record")

    def _info(self) -> tfds.core.DatasetInfo:
        audio = tfds.features.Tensor(shape=(None,), dtype=np.int16, encoding="bytes")
        text = tfds.features.Text()
        return tfds.core.DatasetInfo(
            builder=self,
            description=f"{self.corpus.name}: {self.corpus.rate} Hz, mono, 16 bits",
            features=tfds.features.FeaturesDict({"audio": audio, "id": text, "speaker": text}),
            disable_shuffling=True,
        )

    def _split_generators(self, _):
        return {split: self._generate_examples(recordings) for split, recordings in self.plan.splits.items()}

    def _generate_examples(self, recordings: tuple[Recording, ...]) -> Iterator[tuple[int, dict]]:
        least = 2 * self.corpus.frame  # the first frame is given, so a shorter recording has nothing to predict
        for number, recording in enumerate(recordings):
            samples = recording.read()
            if len(samples) < least:
                found = f"found {len(samples)} samples, wanted at least {least}"
                raise SwnError(f"{recording.id}: too short: {found}: take it out of the folder or the list")
            yield number, {"audio": samples, "id": recording.id, "speaker": recording.speaker}
            self.done += 1
            if self.progress:
                self.progress(self.done, self.total)

    def _log_download_bytes(self) -> None:
        """Say nothing: printing is for the experiments."""

    _log_download_done = _log_download_bytes


def write(corpus: Corpus, plan: Plan, data_dir: Path, progress: Progress | None) -> Path:
    """Write the recordings of `plan` under `data_dir` as ArrayRecord files, and return their folder."""
    builder = Recordings(corpus, plan, progress, data_dir)
    with _quiet():
        builder.download_and_prepare(download_config=tfds.download.DownloadConfig(try_download_gcs=False))
    return Path(builder.data_path)


def source(folder: Path, split: str) -> Sequence:
    """The rows of one split in the order written, each read when asked for: audio int16, id and speaker in bytes."""
    with _quiet():
        return tfds.builder_from_directory(folder).as_data_source(split)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Hide tensorflow-datasets' own progress bars and log lines, then leave both as they were."""
    shown, verbosity = getattr(tqdm_utils, "_active", True), logging.get_verbosity()
    tfds.disable_progress_bar()
    logging.set_verbosity(logging.WARNING)
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        tfds.display_progress_bar(shown)
