"""Stick figures: poses of a clip over time, and the path of the root from above."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from swn_jax.data.domain import known_rate
from swn_jax.domains.motion.features import GROUND
from swn_jax.domains.motion.places import places
from swn_jax.domains.motion.sides import side
from swn_jax.domains.motion.skeleton import Skeleton

POSES = 8
LABEL = 120  # letters of a label, at most: the width of the poses
LEFT, RIGHT, MIDDLE = "tab:blue", "tab:red", "black"
COLOURS = {"left": LEFT, "right": RIGHT, "": MIDDLE}


def draw(path: Path | str, rows: Mapping[str, np.ndarray], rate: float | None, extra: Mapping[str, Any]) -> None:
    """Draw a PNG with one row per clip: poses from the side, and the path from above with x to the right and z down.

    `rows` are poses by name; `extra` has the skeleton and the kind of features.
    Left limbs are blue, right ones red; lengths within a clip share one scale, in the unit of the files.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    rate, skeleton = known_rate("motion", rate), Skeleton.from_json(extra["skeleton"])
    figure = Figure(figsize=(13, 2.1 * len(rows)), layout=ConstrainedLayoutEngine(h_pad=0.1))
    FigureCanvasAgg(figure)
    axes = figure.subplots(len(rows), 2, squeeze=False, width_ratios=(5, 1))
    for (beside, above), (name, clip) in zip(axes, rows.items(), strict=True):
        found = places(clip, extra)
        height = float(np.ptp(found[..., 1], axis=1).max()) or 1.0
        _poses(beside, found, height, skeleton, rate)
        beside.set_title(shortened(name), loc="left", fontsize="medium", parse_math=False)
        _way(above, found[:, 0], height)
    figure.savefig(str(path), dpi=100)


def _poses(axis: Any, places: Float[np.ndarray, "T J 3"], height: float, skeleton: Skeleton, rate: float) -> None:
    """Draw poses side by side, each around its root, one height apart."""
    from matplotlib.collections import LineCollection

    bones = [[parent, j] for j, parent in enumerate(skeleton.parents) if parent >= 0]
    colours = [colour(skeleton.names[j]) for _, j in bones]
    across = direction(places[:, 0])
    chosen = np.linspace(0, len(places) - 1, min(POSES, len(places))).round().astype(int)
    for n, t in enumerate(chosen):
        flat = np.stack([(places[t] - places[t, 0])[:, [0, 2]] @ across + n * height, places[t, :, 1]], -1)
        axis.add_collection(LineCollection([flat[bone] for bone in bones], colors=colours, linewidths=1.4))
    floor = places[..., 1].min()
    axis.axhline(floor, color="grey", linewidth=0.6)
    axis.set(aspect="equal", xticks=np.arange(len(chosen)) * height, xlim=(-0.7 * height, (len(chosen) - 0.3) * height))
    axis.set_xticklabels([f"{t / rate:.1f} s" for t in chosen])
    axis.set_ylim(floor - 0.1 * height, floor + 1.2 * height)


def direction(way: Float[np.ndarray, "T 3"]) -> Float[np.ndarray, " 2"]:
    """The horizontal direction of largest movement of the root, pointing from its first to its last position."""
    ground = way[:, GROUND]
    along = np.linalg.svd(ground - ground.mean(0), full_matrices=False)[2][0]
    return along if along @ (ground[-1] - ground[0]) >= 0 else -along


def _way(axis: Any, way: Float[np.ndarray, "T 3"], height: float) -> None:
    """Draw the path from above, in a square of at least a third of the figure's height."""
    axis.plot(way[:, 0], way[:, 2], color=MIDDLE, linewidth=0.8)
    axis.plot(way[0, 0], way[0, 2], "o", color=MIDDLE, markersize=4)
    reach = max(height / 3, *np.ptp(way[:, GROUND], axis=0)) * 0.6
    x, _, z = (way.min(0) + way.max(0)) / 2
    axis.set(aspect="equal", xlim=(x - reach, x + reach), ylim=(z + reach, z - reach))


def colour(name: str) -> str:
    """The colour of the side that a joint is on by its name."""
    return COLOURS[side(name)]


def shortened(label: str) -> str:
    """A label of at most LABEL letters, its middle left out."""
    half = (LABEL - 1) // 2
    return label if len(label) <= LABEL else f"{label[:half]}…{label[-half:]}"
