"""Write and read recordings as ArrayRecord files, with tensorflow-datasets."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import tensorflow_datasets as tfds
from tensorflow_datasets.core.example_serializer import ExampleSerializer

from swn_jax.data.chunks import chunks
from swn_jax.data.corpus import Corpus
from swn_jax.data.domain import Rows
from swn_jax.data.index import Recording, SplitIndex
from swn_jax.data.shards import write_shards
from swn_jax.data.silence_tfds import silence_tfds
from swn_jax.errors import SwnError

Progress = Callable[[int, int], None]  # recordings done, total


class Recordings(tfds.core.GeneratorBasedBuilder, skip_registration=True):  # type: ignore[call-arg]
    """A tensorflow-datasets builder of raw rows with id and speaker; the Audio feature would need TensorFlow.

    Shuffling is off: the order of a split is part of the protocol, which joins its recordings into one signal.
    """

    VERSION = tfds.core.Version("0.0.0")  # the corpus states its own
    code_path = None  # no dataset files lie beside this one, and looking for them needs an undeclared package

    def __init__(self, corpus: Corpus, index: SplitIndex, progress: Progress | None, data_dir: Path):
        self.name = corpus.folder
        self.VERSION = tfds.core.Version(corpus.version)
        self.corpus, self.index, self.progress = corpus, index, progress
        self.frame = corpus.width(index)
        self.total = sum(map(len, index.splits.values()))
        self.done = 0
        self.seen: dict[bytes, tuple[str, str]] = {}  # content -> split and id that had it first
        super().__init__(data_dir=data_dir, file_format="array_record")

    def _info(self) -> tfds.core.DatasetInfo:
        domain = self.corpus.domain
        shape = (None, *(self.frame if size is None else size for size in domain.shape))
        rows = tfds.features.Tensor(shape=shape, dtype=domain.dtype, encoding="bytes")
        text = tfds.features.Text()
        return tfds.core.DatasetInfo(
            builder=self,
            description=f"{self.corpus.name}: {domain.name}",
            features=tfds.features.FeaturesDict({"rows": rows, "id": text, "speaker": text}),
            disable_shuffling=True,
        )

    def _split_generators(self, _: object) -> dict[str, Iterator[tuple[int, dict]]]:
        return {split: self._generate_examples(split, chosen) for split, chosen in self.index.splits.items()}

    def _generate_splits(self, dl_manager: Any, download_config: Any) -> list[tfds.core.SplitInfo]:
        """Write shards as a stream; the inherited method holds a split in memory, at most 1 GB."""
        serialize = ExampleSerializer(self.info.features.get_serialized_info()).serialize_example
        infos = []
        for split, examples in self._split_generators(dl_manager).items():
            records = (serialize(self.info.features.encode_example(example)) for _, example in examples)
            template = self._get_filename_template(split_name=split)
            lengths, size = write_shards(records, template)
            infos.append(tfds.core.SplitInfo(split, lengths, size, template))
        return infos

    def _generate_examples(self, split: str, recordings: tuple[Recording, ...]) -> Iterator[tuple[int, dict]]:
        number = 0
        for recording in recordings:
            for chunk in self._chunks(split, recording):
                yield number, {"rows": chunk, "id": recording.id, "speaker": recording.speaker}
                number += 1
            self.done += 1
            if self.progress:
                self.progress(self.done, self.total)

    def _chunks(self, split: str, recording: Recording) -> Iterator[Rows]:
        """The rows in chunks; raises SwnError as `chunks` does, and for content that is in another split too."""
        content = hashlib.sha256()
        for chunk in chunks(recording, self.corpus.domain, self.frame):
            content.update(chunk.tobytes())
            yield chunk
        other, first = self.seen.setdefault(content.digest(), (split, recording.id))
        if other != split:
            raise SwnError(f"{recording.id} ({split}) has the content of {first} ({other}): remove one of the two")

    def _log_download_bytes(self) -> None:
        """Print nothing: the commands do."""

    _log_download_done = _log_download_bytes


def write(corpus: Corpus, index: SplitIndex, data_dir: Path, progress: Progress | None = None) -> Path:
    """Write the recordings of `index` under `data_dir` as ArrayRecord files; returns their folder.

    Raises SwnError for a bad recording, and if the disk cannot be written.
    """
    builder = Recordings(corpus, index, progress, data_dir)
    try:
        with silence_tfds():
            builder.download_and_prepare(download_config=tfds.download.DownloadConfig(try_download_gcs=False))
    except (OSError, RuntimeError) as error:
        raise SwnError(
            f"{corpus.name}: writing failed ({error}): free disk space, or choose another --data_dir; nothing was kept"
        ) from error
    return Path(builder.data_path)


def source(folder: Path, split: str) -> Sequence:
    """The records of one split in stored order, read lazily: rows, and id and speaker as bytes."""
    with silence_tfds():
        return tfds.builder_from_directory(folder).as_data_source(split)
