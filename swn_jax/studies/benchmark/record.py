"""The record of a benchmark: a JSON file that is whole after every row, and a page beside it."""

import datetime
import json
import os
import platform
from pathlib import Path
from typing import Any

import jax

from swn_jax.atomic import write_text
from swn_jax.studies.benchmark.page import page
from swn_jax.studies.benchmark.row import Measured, Row
from swn_jax.studies.benchmark.shares import peaks_of, with_shares
from swn_jax.studies.benchmark.waves import at_once, cores
from swn_jax.version import __version__

MIB = 2**20


class Record:
    """What was found so far."""

    def __init__(self, path: Path | None, device: jax.Device, minutes: float):
        self.path, self.device = path, device
        self.content: dict[str, Any] = {
            "device": device.device_kind, "platform": device.platform, "jax": jax.__version__,
            "python": platform.python_version(), "swn_jax": __version__, "cpus": cores(), "at_once": at_once(),
            "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            "minutes": minutes, "xla_flags": os.environ.get("XLA_FLAGS", ""),
            "peaks_tflops": peaks_of(device.device_kind), "rows": [],
        }  # fmt: skip

    def add(self, row: Row, found: Measured, seconds: float) -> Measured:
        """Add a row, and write all that there is."""
        whole = {"what": row.what, **row.labels, **with_shares(found, row.labels, self.content), "at_s": seconds}
        self.content["rows"].append(whole)
        self.content |= memory_of(self.device)
        if self.path:
            write_text(self.path, json.dumps(self.content, indent=1) + "\n")
            write_text(self.path.with_suffix(".md"), page(self.content))
        return whole


def memory_of(device: jax.Device) -> dict[str, float]:
    """The memory in use at its peak and what there is, in mebibytes, where the device tells."""
    stats = device.memory_stats() or {}
    names = {"peak_bytes_in_use": "peak_memory_mib", "bytes_limit": "memory_limit_mib"}
    return {names[key]: stats[key] / MIB for key in names if key in stats}
