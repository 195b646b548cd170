"""Metrics on disk: JSON lines and TensorBoard."""

import json
import math
from pathlib import Path
from typing import Any

METRICS = "metrics.jsonl"  # in the folder of a run
Record = dict[str, Any]  # step, and plain numbers or lists of numbers by name


class JsonLines:
    """`metrics.jsonl`, one JSON object per line; a resumed run first drops the lines after its checkpoint."""

    def __init__(self, path: Path | str, step: int):
        self.path = Path(path)
        lines = self.path.read_text().splitlines() if self.path.exists() else []
        kept = [line for line in lines if _step(line) <= step]
        temporary = self.path.with_suffix(".tmp")
        temporary.write_text("".join(f"{line}\n" for line in kept))
        temporary.replace(self.path)
        self.file = self.path.open("a")

    def write(self, record: Record) -> None:
        try:
            self.file.write(json.dumps(record) + "\n")
            self.file.flush()
        except OSError as error:  # a full disk names no file
            raise OSError(error.errno, error.strerror, str(self.path)) from None

    def close(self) -> None:
        self.file.close()


def last_step(path: Path) -> int:
    """The last step in a file of JSON lines; 0 where there is none."""
    lines = path.read_text(errors="replace").splitlines() if path.exists() else []
    return max((step for step in map(_step, lines) if isinstance(step, int)), default=0)


def _step(line: str) -> int | float:
    try:
        return json.loads(line)["step"]
    except (ValueError, LookupError, TypeError):
        return float("inf")  # a line cut short by a crash


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
