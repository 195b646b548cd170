"""Configs of corpora without published sizes: models that train on two cores or one GPU."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from swn_jax.configs.base import base, resize
from swn_jax.configs.settings import Settings, put


class Small(NamedTuple):
    """Settings of a corpus on top of `base`: model sizes and training."""

    sizes: Mapping[str, Any]
    training: Mapping[str, Any] = {}
    density: str = ""  # "" for the system's own


QUARTER = dict(layers=4, width=256, cells=256, latent=100)  # half the width of the paper for TIMIT
TINY = dict(width=96, cells=96, latent=32)
MINUTES = {"steps": "1200 steps", "anneal.over": "600 steps", "eval_every": 300}  # on two cores
TWO_SECONDS = {"sequence_length": 64, "sequence_stride": 32}
LINES = {"sequence_length": 1000, "sequence_stride": 1000, "batch": 16}
INK = Small(dict(layers=6, stochastic=1) | TINY, LINES | MINUTES, density="pen")

SMALL = {
    "synthetic_speech": Small(dict(layers=4) | TINY, MINUTES),
    "synthetic_ink": INK,
    "synthetic_motion": Small(dict(layers=6, stochastic=4) | TINY, TWO_SECONDS | MINUTES),
    "speech_folder": Small(QUARTER),
    "spoken_digit": Small(QUARTER),
    "ljspeech": Small(QUARTER),
    "vctk": Small(QUARTER),
    "ink": INK,
    "motion": Small(dict(layers=6, stochastic=4, width=256, cells=256, latent=32), TWO_SECONDS),
}


def small(corpus: str, system: str) -> Settings:
    """The settings of a system on one of these corpora."""
    sizes, training, density = SMALL[corpus]
    settings = base(system, density) | {"dataset": corpus}
    resize(settings, **sizes)
    put(settings, training)
    return settings
