"""The page of compiled programs: tables in Markdown."""

from collections.abc import Mapping, Sequence
from typing import Any

from swn_jax.studies.benchmark.page import HEADS, missing, table

TITLES = {
    "step": "Train step", "shared_out": "Train step, parameters shared out over the devices",
    "replicas": "Seeds in one program", "evaluation": "Evaluation", "sampling": "Sampling, per frame",
}  # fmt: skip
OWN = {  # of a row: the head and the format of its column
    "preset": ("preset", ""), "changed": ("with", ""), "target": ("target", ""), "replicas": ("seeds", "d"),
    "batch": ("batch", ",d"), "frames": ("frames", ",d"), "mib": ("MiB per device", ",.0f"), "fits": ("fits", ""),
    "largest_batch": ("largest batch", ",d"), "launches": ("launches", ",.0f"), "forward": ("forward", ",d"),
    "backward": ("backward", ",d"), "rest": ("rest", ",d"), "products": ("products", ",.0f"),
    "collectives": ("collectives", ""), "collective_mib": ("their MiB", ",.0f"), "tflop": HEADS["tflop"],
    "gigabytes": ("GB moved", ",.3g"), "arithmetic_ms": ("arithmetic, ms", ".2g"), "memory_ms": ("memory, ms", ".2g"),
}  # fmt: skip


def page(rows: Sequence[Mapping[str, Any]]) -> str:
    """A table for each kind of program of which there is a row."""
    parts = []
    for what, title in TITLES.items():
        some = [shown(row) for row in rows if row["what"] == what]
        there = [row for row in some if "error" not in row]
        parts += [f"## {title}", *([table(there, OWN)] if there else []), *missing(some)] if some else []
    return "\n\n".join(parts) + "\n"


def shown(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A row as it is read: only a train step has a forward and a backward part."""
    parts = () if row.get("backward") else ("forward", "backward", "rest")
    return {key: value for key, value in row.items() if key not in parts} | (
        {"fits": "yes" if row["fits"] else "no"} if "fits" in row else {}
    )
