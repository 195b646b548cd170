"""Summary of a prepared corpus for the terminal."""

import numpy as np

from swn_jax.data import crops
from swn_jax.data.prepared import Prepared


def describe(prepared: Prepared) -> str:
    """Counts per split, frame size, rate, scaling, notes and skipped recordings, as lines of text."""
    manifest, domain = prepared.manifest, prepared.corpus.domain
    segment, unit = prepared.corpus.segment, prepared.corpus.unit
    names = [
        "recordings" if segment else f"{unit}s",
        *(["segments"] if segment else []),
        "frames",
        "seconds",
        "speakers",
    ]
    lines = [f"{'split':<8}" + "".join(f"{name:>12}" for name in names)]
    for name, count in manifest.counts.items():
        split = prepared.split(name)
        segments = [len(crops.segments(split, segment))] if segment else []
        seconds = f"{manifest.seconds[name]:.1f}" if manifest.seconds else "-"
        row = [count, *segments, sum(split.counts), seconds, manifest.speakers[name]]
        lines.append(f"{name:<8}" + "".join(f"{value:>12}" for value in row))
    rate = f", {manifest.rate:g} rows per second" if manifest.rate else ""
    lines.append(f"{domain.name}: {prepared.frame_size} numbers per frame{rate}")
    expected = f" (published: {prepared.corpus.std:.3f})" if prepared.corpus.std else ""
    scaling = f"mean {numbers(prepared.shift)}, deviation {numbers(prepared.scale)}{expected}"
    lines.append(f"scaling {prepared.scaling}: {scaling}")
    lines += [f"columns: {', '.join(manifest.columns['names'])}"] if manifest.columns else []
    lines += [f"note: {note}" for note in manifest.notes]
    lines += [f"skipped {name}: {why}" for name, why in manifest.skipped.items()]
    if manifest.skipped:
        lines.append(f"{len(manifest.skipped)} skipped")
    return "\n".join([*lines, f"written to {prepared.path}"])


def numbers(values: np.ndarray) -> str:
    """The first four values, or one if all are equal."""
    some = sorted(set(values))[:1] if len(set(values)) == 1 else values[:4]
    return ", ".join(f"{value:.6f}" for value in some) + ", ..." * (len(values) > len(some) > 1)
