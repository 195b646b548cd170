"""The page of a benchmark: its tables in Markdown."""

from collections.abc import Mapping, Sequence
from typing import Any

HEADS = {  # of a row: the head and the format of its column
    "of": ("of", ""), "preset": ("preset", ""), "replicas": ("seeds", "d"), "dtype": ("dtype", ""),
    "precision": ("precision", ""), "size": ("size", "d"), "batch": ("batch", "d"), "frames": ("frames", ",d"),
    "ms": ("ms", ",.4g"), "us_per_frame": ("µs per frame", ",.0f"), "frames_per_second": ("frames/s", ",.0f"),
    "times_real_time": ("seconds of sound per second", ",.1f"), "gigabytes_per_second": ("GB/s", ",.0f"),
    "tflop": ("TFLOP", ".3g"), "tflops": ("TFLOP/s", ".3g"), "share_of_product": ("of the product", ".0%"),
    "share_of_peak": ("of the peak", ".0%"), "ratio": ("to one", ".2f"), "parameters": ("parameters", ",d"),
    "trace_s": ("trace s", ".1f"), "compile_s": ("compile s", ".1f"), "planned_mib": ("planned MiB", ",.0f"),
}  # fmt: skip
TABLES = {
    "device": "Products and a copy", "step": "Train steps", "warm_compile": "Compiled once more, from the cache",
    "sampling": "Sampling", "replicas": "Seeds in one program", "lengths": "Train steps over the length of sequences",
}  # fmt: skip
Rows = Sequence[Mapping[str, Any]]


def page(content: Mapping[str, Any]) -> str:
    """All tables of which there is a row, below where and when they were measured."""
    where = f"{content['device']}, {content['cpus']} CPU cores, {content['date'][:10]}, jax {content['jax']}"
    memory = f", at most {content['peak_memory_mib']:,.0f} MiB in use" if "peak_memory_mib" in content else ""
    parts = ["# Speed", f"{where}, Python {content['python']}, swn_jax {content['swn_jax']}{memory}."]
    for what, title in TABLES.items():
        rows = [row for row in content["rows"] if row["what"] == what]
        if rows:
            parts += [f"## {title}", *table(with_ratios(rows) if what == "replicas" else rows), *missing(rows)]
    return "\n\n".join(parts) + "\n"


def table(rows: Rows) -> list[str]:
    """A table of the rows that were measured, with the columns that one of them has; none where none was."""
    rows = [row for row in rows if "error" not in row and "skipped" not in row]
    if not rows:
        return []
    columns = [key for key in HEADS if any(key in row for row in rows)]
    lines = [[HEADS[key][0] for key in columns], ["---"] * len(columns)]
    lines += [[format(row[key], HEADS[key][1]) if key in row else "" for key in columns] for row in rows]
    return ["\n".join(f"| {' | '.join(line)} |" for line in lines)]


def missing(rows: Rows) -> list[str]:
    """A list of the rows that failed, and one of those for which there was no time."""
    failed = [f"- {label(row)}: {row['error']}" for row in rows if "error" in row]
    left = [f"- {label(row)}" for row in rows if "skipped" in row]
    return ["\n".join(["Failed:\n", *failed])] * bool(failed) + ["\n".join(["No time:\n", *left])] * bool(left)


def label(row: Mapping[str, Any]) -> str:
    """What a row is of, in words."""
    return ", ".join(f"{key} {value}" for key, value in row.items() if key not in ("what", "error", "skipped", "at_s"))


def with_ratios(rows: Rows) -> Rows:
    """The rows of seeds, each with its time as a multiple of that of one seed, fewest first."""
    one = next((row["ms"] for row in rows if row["replicas"] == 1 and "ms" in row), None)
    with_ratio = [{**row, "ratio": row["ms"] / one} if one and "ms" in row else row for row in rows]
    return sorted(with_ratio, key=lambda row: row["replicas"])
