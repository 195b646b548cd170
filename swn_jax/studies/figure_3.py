"""Figure 3 of the paper: lines of writing of the ground truth and each system, side by side."""

from collections.abc import Mapping
from pathlib import Path

from swn_jax.data.examples import examples, longest
from swn_jax.errors import SwnError
from swn_jax.runs import Run, SampleRequest, sample_run


def draw(out: Path, runs: Mapping[str, Run], request: SampleRequest) -> tuple[list[str], int]:
    """Draw the figure; returns the names of its columns and the frames per line.

    There are as many lines as asked for, or as recordings in the split where it has fewer.

    Raises:
      SwnError: for runs on a domain without such a figure.
    """
    first = next(iter(runs.values()))
    figure = first.corpus.domain.figure
    if figure is None:
        raise SwnError(f"{first.workdir} was trained on {first.corpus.name}, wanted writing: take runs on ink")
    split = first.corpus.splits[-1]
    request = request._replace(num=min(request.num, len(first.prepared.split(split))))
    frames = min(request.frames, longest(first.prepared, split, request.num))
    real = examples(first.prepared, split, request.num, frames)
    columns = {"ground truth": [*map(first.prepared.rows, real.batch.x, real.starts)]}
    for name, run in runs.items():
        columns[name] = sample_run(run, "generate", request._replace(frames=frames)).rows
    figure(out, columns, request.num)
    return list(columns), frames
