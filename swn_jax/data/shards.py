"""ArrayRecord files of a split, written as a stream."""

import itertools
from collections.abc import Iterator
from pathlib import Path

from array_record.python.array_record_module import ArrayRecordWriter
from tensorflow_datasets.core.naming import ShardedFileTemplate

SHARD = 2**28  # bytes


def write_shards(records: Iterator[bytes], template: ShardedFileTemplate) -> tuple[list[int], int]:
    """Write the records to files of about SHARD bytes; returns the records per file and the total bytes."""
    parts: list[Path] = []
    written: list[tuple[int, int]] = []
    for first in records:  # each round writes one file
        parts.append(Path(template.data_dir) / f"{template.split}.part{len(parts)}")
        written.append(_write_shard(parts[-1], itertools.chain([first], records)))
    for number, part in enumerate(parts):
        part.rename(template.sharded_filepath(shard_index=number, num_shards=len(parts)))
    return [count for count, _ in written], sum(size for _, size in written)


def _write_shard(path: Path, records: Iterator[bytes]) -> tuple[int, int]:
    writer = ArrayRecordWriter(str(path), "group_size:1")  # every record can be read on its own
    count = size = 0
    for record in records:
        writer.write(record)
        count, size = count + 1, size + len(record)
        if size >= SHARD:
            break
    writer.close()
    return count, size
