"""Pictures of a study: the bound against a size with error bars, and learning curves; one panel per corpus."""

from collections.abc import Collection, Mapping, Sequence
from itertools import cycle
from pathlib import Path
from textwrap import fill
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from swn_jax.studies.report.lines import Line

Curves = Mapping[str, Sequence[Float[np.ndarray, "_ 2"]]]  # setting -> step and bound of each of its runs
MARKERS = "osD^v<>"


class Panel(NamedTuple):
    """Title and y label of a part of a picture."""

    title: str
    ylabel: str  # the metric and its unit


def draw_lines(path: Path, panels: Mapping[Panel, Sequence[Line]], xlabel: str, xscale: str) -> None:
    """Draw means over seeds with standard deviations; a setting with one run has a hollow marker and no bar.

    Args:
      path: of the picture.
      panels: the lines per corpus and split.
      xlabel: the size that varies.
      xscale: linear or log.
    """
    figure, axes = _axes(panels)
    for axis, lines in zip(axes, panels.values(), strict=True):
        for line, colour, marker in zip(lines, _colours(len(lines)), cycle(MARKERS), strict=False):
            x, elbo = [point.x for point in line.points], [point.elbo for point in line.points]
            axis.plot(x, [bound.mean for bound in elbo], color=colour, marker=marker, label=line.label)
            for at, (mean, deviation) in zip(x, elbo, strict=True):
                if deviation is None:
                    axis.plot(at, mean, color=colour, marker=marker, markerfacecolor="white")
                else:
                    axis.errorbar(at, mean, yerr=deviation, color=colour, capsize=4)
        ticks = sorted({point.x for line in lines for point in line.points})
        axis.set(xlabel=xlabel, xscale=xscale)
        axis.set_xticks(ticks, labels=map(str, ticks))
        axis.minorticks_off()
    _save(path, figure, axes)


def draw_curves(path: Path, panels: Mapping[Panel, Curves]) -> None:
    """Draw the bound on the validation split over steps, one line per run and one colour per setting.

    Args:
      path: of the picture.
      panels: the curves per corpus.
    """
    figure, axes = _axes(panels)
    for axis, curves in zip(axes, panels.values(), strict=True):
        for (setting, runs), colour in zip(curves.items(), _colours(len(curves)), strict=True):
            for number, curve in enumerate(runs):
                label = f"{setting} ({len(runs)} run{'s' * (len(runs) > 1)})" if number == 0 else None
                axis.plot(curve[:, 0], curve[:, 1], color=colour, linewidth=1, label=label)
        axis.set_xlabel("step")
        late = np.concatenate([curve[len(curve) // 2 :, 1] for runs in curves.values() for curve in runs])
        if (late := late[np.isfinite(late)]).size:
            margin = 0.1 * (late.max() - late.min()) or 1.0
            axis.set_ylim(late.min() - margin, late.max() + margin)  # the first bounds are too low to show
    _save(path, figure, axes)


def _axes(panels: Collection[Panel]) -> tuple[Any, Any]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.5 * len(panels), 4.5))
    FigureCanvasAgg(figure)
    axes = figure.subplots(1, len(panels), squeeze=False, gridspec_kw={"wspace": 0.3}).ravel()
    for axis, panel in zip(axes, panels, strict=True):
        axis.set_title(panel.title, fontsize=10, loc="left")
        axis.set_ylabel(panel.ylabel)
        axis.grid(alpha=0.3)
    return figure, axes


def _save(path: Path, figure: Any, axes: Any) -> None:
    """Save with legends below the panels, as high as they need."""
    for axis in axes:
        handles, names = axis.get_legend_handles_labels()
        axis.legend(handles, [fill(name, 70) for name in names], fontsize=8, frameon=False,
                    loc="upper left", bbox_to_anchor=(0, -0.14))  # fmt: skip
    figure.savefig(str(path), dpi=150, bbox_inches="tight")


def _colours(count: int) -> list[Any]:
    from matplotlib import colormaps

    if count <= 10:
        return [colormaps["tab10"](number) for number in range(count)]
    return [colormaps["turbo"](value) for value in np.linspace(0.05, 0.95, count)]
