"""Metrics on disk: JSON lines and TensorBoard."""

import json
import math
import struct
import wave
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from swn_jax.atomic import write_text
from swn_jax.sealed import opened, sealed

METRICS = "metrics.jsonl"  # in the folder of a run
Record = dict[str, Any]  # step, and plain numbers or lists of numbers by name


class JsonLines:
    """`metrics.jsonl`, one JSON object per line; a resumed run first drops the lines after its checkpoint.

    `damaged` counts the lines that cannot be read and are left out, but for the last one, which a kill may cut.
    """

    def __init__(self, path: Path | str, step: int):
        self.path = Path(path)
        lines = _lines(self.path)
        steps = [step_of(line) for line in lines]
        self.damaged = sum(each is None for each in steps[:-1])
        kept = [line for line, each in zip(lines, steps, strict=True) if each is not None and each <= step]
        write_text(self.path, "".join(f"{line}\n" for line in kept))
        self.file = self.path.open("a")

    def write(self, record: Record) -> None:
        try:
            self.file.write(json.dumps(sealed(record)) + "\n")
            self.file.flush()
        except OSError as error:  # a full disk names no file
            raise OSError(error.errno, error.strerror, str(self.path)) from None

    def close(self) -> None:
        self.file.close()


def last_step(path: Path) -> int:
    """The last step in a file of JSON lines; 0 where there is none."""
    return max((step for step in map(step_of, _lines(path)) if step is not None), default=0)


def step_of(line: str) -> int | None:
    """The step of a record; None for a line that is damaged, or cut short by a crash."""
    try:
        step = opened(line)["step"]
    except (ValueError, KeyError, RecursionError):
        return None
    return step if isinstance(step, int) else None


def _lines(path: Path) -> list[str]:
    return path.read_text(errors="replace").removesuffix("\n").split("\n") if path.exists() else []


def curves(record: Record) -> dict[str, float]:
    """The finite numbers of a record by name, without its step; each entry of a list is a curve of its own.

    >>> curves({"step": 3, "elbo": 1.5, "kl": [0.5, float("nan")]})
    {'elbo': 1.5, 'kl/0': 0.5}
    """
    lists = {name: value for name, value in record.items() if isinstance(value, list)}
    found = {name: value for name, value in record.items() if name != "step" and name not in lists}
    found |= {f"{name}/{i}": value for name, values in lists.items() for i, value in enumerate(values)}
    return {name: value for name, value in found.items() if math.isfinite(value)}


class TensorBoard:
    """TensorBoard scalars, pictures and sounds in the folder `path`."""

    def __init__(self, path: Path | str, step: int):
        from tensorboardX import SummaryWriter  # heavy: loaded when used

        self.writer = SummaryWriter(str(path), purge_step=step + 1 if step else None)

    def write(self, record: Record) -> None:
        for name, value in curves(record).items():
            self.writer.add_scalar(name, value, record["step"])
        self.writer.flush()

    def show(self, step: int, files: Sequence[Path]) -> None:
        from tensorboardX.proto.summary_pb2 import Summary

        values = [Summary.Value(tag=f"examples/{path.name}", **self.content(path, Summary)) for path in files]
        self.writer.file_writer.add_summary(Summary(value=values), step)
        self.writer.flush()

    @staticmethod
    def content(path: Path, summary: Any) -> dict[str, Any]:
        """The bytes of a picture or a sound as they are, with the sizes that their heads state."""
        data = path.read_bytes()
        if path.suffix == ".wav":
            with wave.open(str(path)) as sound:
                rate, channels, length = sound.getframerate(), sound.getnchannels(), sound.getnframes()
            return {"audio": summary.Audio(sample_rate=rate, num_channels=channels, length_frames=length,
                                           encoded_audio_string=data, content_type="audio/wav")}  # fmt: skip
        width, height = struct.unpack(">II", data[16:24]) if path.suffix == ".png" else struct.unpack("<HH", data[6:10])
        return {"image": summary.Image(width=width, height=height, colorspace=3, encoded_image_string=data)}

    def close(self) -> None:
        self.writer.close()
