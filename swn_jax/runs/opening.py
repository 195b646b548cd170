"""The corpus of a run: opened, prepared first where that is still to be done, with what a model is given of it."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from swn_jax import corpora
from swn_jax.data import Prepared
from swn_jax.data.columns import Columns
from swn_jax.data.text import Text
from swn_jax.dists.likelihood.source_filter.density import PERIODS
from swn_jax.errors import SwnError


class Inputs(NamedTuple):
    """What preparing the corpus takes, where that is still to be done."""

    manual_dir: Path | str | None = None
    split_file: Path | str | None = None
    progress: Callable[[int, int], None] | None = None  # called with the recordings done, and in all


def given(prepared: Prepared, kind: str, tell: Callable[[str], None], period: str = "") -> Prepared:
    """The corpus with the condition of a config; unknown names in validation are told before anything is written.

    Args:
      prepared: the corpus.
      kind: of the condition.
      tell: takes a sentence.
      period: how the density knows the period of the sound; what it is told of it the condition then has too.
    Raises:
      SwnError: as `Prepared.given`, and for a period where the condition says nothing of it.
    """
    tracks, told = prepared.corpus.domain.tracks, PERIODS.index(period) if period in PERIODS else 0
    if told and (kind not in tracks or not tracks[kind].told):
        found = f"found likelihood.period={period} and condition={kind or 'none'}, which has no period"
        raise SwnError(f"{found}: pass --config.condition=prosody, or --config.likelihood.period=found")
    prepared = prepared.given(kind)
    if told and isinstance(prepared.condition, Columns):
        prepared = dataclasses.replace(prepared, condition=prepared.condition.telling(told))
    if prepared.condition:
        prepared.split("valid").given(np.zeros(0, np.int64), np.zeros((0, 0), np.int64))
        names = prepared.condition.names
        columns = isinstance(prepared.condition, Columns)
        known = f"each frame: {', '.join(names)}" if columns else f"each recording: {len(names)} are known"
        tell(f"given the {kind} of {known}")
    if isinstance(prepared.condition, Text):
        odd = prepared.condition.unknown(prepared.manifest.names[kind]["valid"])
        if odd:
            tell(f"letters of valid that training does not have are given as no letter: {odd!r}")
    return prepared


def open_or_prepare(
    name: str, data_dir: Path | str, scaling: str, frame_size: int, inputs: Inputs, tell: Callable[[str], None]
) -> Prepared:
    """Open a corpus; prepare it first where that is possible and not done yet."""
    try:
        return corpora.open_corpus(name, data_dir, scaling, frame_size)
    except SwnError:
        if not (corpora.corpus(name).embedded or inputs.manual_dir):
            raise
    tell(f"preparing {name} into {data_dir}")
    corpora.prepare(name, data_dir, **inputs._asdict())
    return corpora.open_corpus(name, data_dir, scaling, frame_size)
