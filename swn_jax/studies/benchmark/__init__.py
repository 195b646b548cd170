"""Benchmarks: what a device makes of the train steps and of sampling, within some minutes."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import jax

from swn_jax.errors import unknown
from swn_jax.studies.benchmark import products, sampling, training, warm
from swn_jax.studies.benchmark.page import label, rounded
from swn_jax.studies.benchmark.plan import PLANS, Plan, plan_of
from swn_jax.studies.benchmark.record import Record
from swn_jax.studies.benchmark.row import Measured
from swn_jax.studies.benchmark.waves import Clock, measured

__all__ = ["PLANS", "Plan", "measure", "plan_of"]

TABLES = ("step", "warm_compile", "sampling", "replicas", "lengths")


def measure(
    names: Sequence[str], plan: Plan, minutes: float, path: Path | None, tell: Callable[[str], None]
) -> dict[str, Any]:
    """Fill the named tables, rows of most value first, below one of the device itself.

    Args:
      names: of the tables: `step`, `warm_compile`, `sampling`, `replicas`, `lengths`; `all` for all.
      plan: what to measure.
      minutes: after which nothing more is begun.
      path: of a JSON file that is whole after every row, with a page of tables in Markdown beside it; None for none.
      tell: takes a line for each row.
    Returns:
      What is in the file.
    Raises:
      SwnError: for an unknown table or preset, with the nearest known name.
    """
    for name in names:
        if name not in ("all", *TABLES):
            raise unknown("table", name, ("all", *TABLES))
    wanted = TABLES if "all" in names else names
    rows = [row for room in (training, sampling, warm) for row in room.rows(plan) if row.what in wanted]
    clock, record = Clock(minutes), Record(path, jax.devices()[0], minutes)
    tell(f"jax {jax.__version__}, {record.device.platform} ({record.device.device_kind})")
    with warm.new_cache():
        for some in (list(products.rows(plan)), rows):
            for row, found in measured(some, clock):
                whole = record.add(row, found, 60 * minutes - clock.left())
                tell(f"{row.what}: {label(rounded(whole))}{reason(found)}")
    return record.content


def reason(found: Measured) -> str:
    """Why a row has no numbers."""
    return "".join(f"; {key}: {found[key]}" for key in ("error", "skipped") if key in found)
