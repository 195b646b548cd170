"""Animated stick figures: the camera follows the root, and a grid shows the ground."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from swn_jax.domains.motion.features import GROUND
from swn_jax.domains.motion.plots import LEFT, MIDDLE, RIGHT, colour, direction
from swn_jax.domains.motion.skeleton import Skeleton

FASTEST = 30.0  # frames per second
PANEL = 280  # pixels, the side of each figure's square
FINE = 2  # lines are drawn this many times larger, then reduced, for antialiasing
SHARE = 0.72  # of the panel: the figure's height
GROUND_AT = (0.5 * FINE * PANEL, 0.86 * FINE * PANEL)  # the ground below the root, pixels
TURN, TILT = np.deg2rad(35), np.deg2rad(14)  # of the camera: from the side towards the front, and downwards
CELL, CELLS = 0.5, 2  # of the ground grid: cell side in heights of the figure, and cells on each side of the root
PALE, GREY = "#d8d8d8", "#606060"
SHADES = 8  # per colour, from white


class View(NamedTuple):
    """A figure as the camera sees it, in pixels of a panel drawn FINE times larger."""

    joints: Float[np.ndarray, "T J 2"]
    root: Float[np.ndarray, "T 2"]  # along and across the direction of travel, in cells of the ground
    cell: Float[np.ndarray, "2 2"]  # one cell along and one across, in pixels


def animate(path: Path, figures: Mapping[str, Float[np.ndarray, "_ J 3"]], skeleton: Skeleton, rate: float) -> None:
    """Write a GIF in real time of figures side by side, at the scale of the first and the length of the last.

    Args:
      path: of the picture.
      figures: joint positions by title, y upwards; a figure that ends early stands still.
      skeleton: of all figures.
      rate: of the positions, Hz; above 30 only every second, third, ... is shown.
    """
    from PIL import Image, ImageDraw

    every = max(1, int(np.ceil(rate / FASTEST - 0.01)))
    height = _height(next(iter(figures.values())))
    views = {title: view(joints, height) for title, joints in figures.items()}
    frames = []
    for t in range(0, len([*figures.values()][-1]), every):
        image = Image.new("RGB", (FINE * PANEL * len(views), FINE * PANEL), "white")
        for n, (title, seen) in enumerate(views.items()):
            panel = Image.new("RGB", (FINE * PANEL, FINE * PANEL), "white")
            _paint(ImageDraw.Draw(panel), title, seen, min(t, len(seen.joints) - 1), skeleton)
            image.paste(panel, (n * FINE * PANEL, 0))
        frames.append(image.reduce(FINE))
    common = Image.new("P", (1, 1))
    common.putpalette(_palette())
    first, *others = [frame.quantize(palette=common, dither=Image.Dither.NONE) for frame in frames]
    ends = np.round(100 * every / rate * np.arange(len(frames) + 1))  # GIF counts hundredths of a second
    first.save(path, save_all=True, append_images=others, duration=(10 * np.diff(ends)).astype(int).tolist(), loop=0)


def _palette() -> list[int]:
    """The colours of the pens blended with white: red, green, blue in turn."""
    from matplotlib.colors import to_rgb

    pens = np.array([to_rgb(pen) for pen in (LEFT, RIGHT, MIDDLE, PALE, GREY)])
    return np.rint(255 * (1 - np.linspace(0, 1, SHADES)[:, None, None] * (1 - pens))).astype(int).ravel().tolist()


def _height(joints: Float[np.ndarray, "T J 3"]) -> float:
    return max(float(np.quantile(np.ptp(joints[..., 1], axis=1), 0.95)), 1e-9)


def view(joints: Float[np.ndarray, "T J 3"], height: float) -> View:
    """Project the joints without perspective, moving right and towards the camera; `height` is that of a figure."""
    ahead = direction(joints[:, 0])
    basis = np.array([ahead, [ahead[1], -ahead[0]]]).T  # along the direction of travel, and to its left
    sine, cosine = np.sin(TURN), np.cos(TURN)
    ground = np.array([[cosine, sine * np.sin(TILT)], [sine, -cosine * np.sin(TILT)]])  # y of pictures grows downwards
    pixels = SHARE * FINE * PANEL / (height * np.cos(TILT))
    floor = np.quantile(joints[..., 1].min(1), 0.05)
    level = (joints - joints[:, :1])[..., GROUND] @ basis @ ground
    level[..., 1] -= (joints[..., 1] - floor) * np.cos(TILT)
    cell = CELL * height
    return View(pixels * level + GROUND_AT, joints[:, 0, GROUND] @ basis / cell, pixels * cell * ground)


def _paint(pen: Any, title: str, seen: View, t: int, skeleton: Skeleton) -> None:
    from matplotlib.colors import to_hex
    from PIL.ImageFont import load_default

    for axis in (0, 1):
        other = CELLS * seen.cell[1 - axis]
        for line in np.arange(np.ceil(seen.root[t, axis] - CELLS), seen.root[t, axis] + CELLS):
            at = GROUND_AT + (line - seen.root[t, axis]) * seen.cell[axis]
            pen.line([*(at - other), *(at + other)], PALE, FINE)
    for j, parent in enumerate(skeleton.parents[1:], start=1):
        bone = seen.joints[t, [parent, j]]
        pen.line(bone.ravel().tolist(), to_hex(colour(skeleton.names[j])), 2 * FINE + 1)
    pen.text((8 * FINE, 5 * FINE), title, GREY, load_default(11.0 * FINE))
