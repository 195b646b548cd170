"""Metrics on disk: JSON lines and TensorBoard."""

import json
import math
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


class TensorBoard:
    """TensorBoard scalars in the folder `path`; each entry of a list is a curve of its own."""

    def __init__(self, path: Path | str, step: int):
        from tensorboardX import SummaryWriter  # heavy: loaded when used

        self.writer = SummaryWriter(str(path), purge_step=step + 1 if step else None)

    def write(self, record: Record) -> None:
        for name, value in record.items():
            values = {f"{name}/{i}": v for i, v in enumerate(value)} if isinstance(value, list) else {name: value}
            for label, number in values.items():
                if name != "step" and math.isfinite(number):  # others make no curve, and tensorboardX warns of each
                    self.writer.add_scalar(label, number, record["step"])
        self.writer.flush()

    def close(self) -> None:
        self.writer.close()
