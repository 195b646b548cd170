"""Benchmarks: what a device makes of the train steps and of sampling, within some minutes."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import jax

from swn_jax.errors import unknown
from swn_jax.studies.benchmark import products, sampling, steps, warm
from swn_jax.studies.benchmark.page import label
from swn_jax.studies.benchmark.plan import Plan, plan_for
from swn_jax.studies.benchmark.record import Record
from swn_jax.studies.benchmark.waves import Clock, measured

__all__ = ["Plan", "measure", "plan_for"]

TABLES = ("step", "warm_compile", "sampling", "replicas", "lengths")


def measure(
    names: Sequence[str], plan: Plan, minutes: float, path: Path | None, tell: Callable[[str], None]
) -> dict[str, Any]:
    """Fill the named tables, those of most value first, beside one of the device itself.

    Args:
      names: of the tables, of `step`, `warm_compile`, `sampling`, `replicas`, `lengths`; `all` for all.
      plan: what to measure.
      minutes: after which no more is begun.
      path: of a JSON file that is whole after every row, with a page of tables in Markdown beside it; None for none.
      tell: takes a line for each row.
    Returns:
      what is in the file.
    Raises:
      SwnError: for an unknown table, with the nearest known name.
    """
    for name in names:
        if name not in ("all", *TABLES):
            raise unknown("measure", name, ("all", *TABLES))
    wanted = ("device", *(TABLES if "all" in names else names))
    clock, device = Clock(minutes), jax.devices()[0]
    record = Record(path, device, minutes)
    tell(f"jax {jax.__version__}, {device.platform} ({device.device_kind})")
    with warm.new_cache():
        for rows in (products.rows(plan), [*steps.rows(plan), *sampling.rows(plan), *warm.rows(plan)]):
            for row, found in measured([row for row in rows if row.what in wanted], clock):
                whole = record.add(row, found, 60 * minutes - clock.left())
                tell(f"{row.what}: {label(rounded(whole))}{reason(found)}")
    return record.content


def rounded(row: dict[str, Any]) -> dict[str, Any]:
    """A row with four digits of each number."""
    return {key: float(f"{value:.4g}") if isinstance(value, float) else value for key, value in row.items()}


def reason(found: dict[str, Any]) -> str:
    """Why a row has no numbers."""
    return "".join(f"; {key}: {found[key]}" for key in ("error", "skipped") if key in found)
