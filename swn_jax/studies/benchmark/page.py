"""The page of a benchmark: its tables in Markdown."""

from collections.abc import Mapping, Sequence
from typing import Any

HEADS = {  # of a row: the head and the format of its column
    "of": ("of", ""), "preset": ("preset", ""), "replicas": ("seeds", "d"), "dtype": ("dtype", ""),
    "precision": ("precision", ""), "size": ("size", "d"), "batch": ("batch", "d"), "frames": ("frames", ",d"),
    "ms": ("ms", ",.4g"), "us_per_frame": ("µs per frame", ",.0f"), "frames_per_second": ("frames per second", ",.0f"),
    "times_real_time": ("seconds of sound per second", ",.1f"), "gigabytes_per_second": ("GB/s", ",.0f"),
    "tflop": ("TFLOP", ".3g"), "tflops": ("TFLOP/s", ".3g"), "share_of_product": ("of the product", ".0%"),
    "share_of_peak": ("of the peak", ".0%"), "ratio": ("to one", ".2f"), "parameters": ("parameters", ",d"),
    "trace_s": ("trace, s", ".1f"), "compile_s": ("compile, s", ".1f"), "planned_mib": ("planned MiB", ",.0f"),
}  # fmt: skip
TABLES = {
    "device": "Products and a copy", "step": "Train steps", "warm_compile": "Compiled once more, from the cache",
    "sampling": "Sampling", "replicas": "Seeds in one program",
    "lengths": "Milliseconds per train step over the frames of a sequence",
}  # fmt: skip
Rows = Sequence[Mapping[str, Any]]


def page(content: Mapping[str, Any]) -> str:
    """All tables of which there is a row, below where and when they were measured."""
    where = f"{content['device']}, {content['cpus']} CPU cores, {content['date'][:10]}, jax {content['jax']}"
    memory = f", at most {content['peak_memory_mib']:,.0f} MiB in use" if "peak_memory_mib" in content else ""
    wave = f"Programs compile {content['at_once']} at a time and are timed alone."
    parts = ["# Speed", f"{where}, Python {content['python']}, swn_jax {content['swn_jax']}{memory}. {wave}"]
    for what, title in TABLES.items():
        rows = [row for row in content["rows"] if row["what"] == what]
        there = [row for row in rows if "error" not in row and "skipped" not in row]
        tables = [over_lengths(there) if what == "lengths" else table(with_ratios(there))] if there else []
        parts += [f"## {title}", *tables, *missing(rows)] if rows else []
    return "\n\n".join(parts) + "\n"


def table(rows: Rows, heads: Mapping[str, tuple[str, str]] = HEADS) -> str:
    """A table of rows with the columns that one of them has; rows of a preset stand together."""
    presets = list(dict.fromkeys(row.get("preset") for row in rows))
    columns = [key for key in heads if any(key in row for row in rows)]
    rows = sorted(rows, key=lambda row: (presets.index(row.get("preset")), row.get("replicas", 0), row.get("batch", 0)))
    lines = [[format(row[key], heads[key][1]) if key in row else "" for key in columns] for row in rows]
    return lined([heads[key][0] for key in columns], lines)


def over_lengths(rows: Rows) -> str:
    """A table with a line for each preset and a column for each length."""
    presets, lengths = dict.fromkeys(row["preset"] for row in rows), sorted({row["frames"] for row in rows})
    ms = {(row["preset"], row["frames"]): format(row["ms"], HEADS["ms"][1]) for row in rows}
    lines = [[preset, *(ms.get((preset, frames), "") for frames in lengths)] for preset in presets]
    return lined([f"batch {rows[0]['batch']}", *map(str, lengths)], lines)


def lined(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    return "\n".join(f"| {' | '.join(line)} |" for line in [head, ["---"] * len(head), *lines])


def missing(rows: Rows) -> list[str]:
    """A list of the rows that failed, and one of those for which there was no time."""
    failed = [f"- {label(row)}: {row['error']}" for row in rows if "error" in row]
    left = [f"- {label(row)}" for row in rows if "skipped" in row]
    return ["\n".join(["Failed:\n", *failed])] * bool(failed) + ["\n".join(["No time:\n", *left])] * bool(left)


def label(row: Mapping[str, Any]) -> str:
    """What a row is of and what was found, in words."""
    return ", ".join(f"{key} {value}" for key, value in row.items() if key not in ("what", "error", "skipped", "at_s"))


def rounded(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A row with four digits of each number."""
    return {key: float(f"{value:.4g}") if isinstance(value, float) else value for key, value in row.items()}


def with_ratios(rows: Rows) -> Rows:
    """The rows, those of several seeds with their time as a multiple of that of one seed."""
    one = next((row["ms"] for row in rows if row.get("replicas") == 1), None)
    return [{**row, "ratio": row["ms"] / one} if one and "replicas" in row else row for row in rows]
