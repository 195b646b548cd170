"""The numbers of tables 1 and 2 of Lai et al. 2018, with the definition of the metric behind each.

Definitions are from reading the code behind each row; it was not run.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from swn_jax.configs.systems import SYSTEMS
from swn_jax.corpora import corpus
from swn_jax.domains.speech.domain import SPEECH

# Our systems -> rows of the paper. RNN and WaveNet of table 1 are mixtures of 20 Gaussians.
_STOCHASTIC = {
    "vrnn": "VRNN", "srnn": "SRNN", "zforcing": "Z-forcing", "zforcing_aux": "Z-forcing + aux",
    "swavenet": "SWaveNet", "released": "SWaveNet",
}  # fmt: skip
_MIXTURES = _STOCHASTIC | {"rnn_gmm": "RNN", "wavenet_gmm": "WaveNet"}
NAMES: Mapping[str, Mapping[str, str]] = MappingProxyType({  # by corpus
    "timit": _MIXTURES,
    "blizzard": _MIXTURES,
    "iamondb": _STOCHASTIC | {"rnn": "RNN", "wavenet": "WaveNet"},
})  # fmt: skip
ORDER = (*SPEECH.baselines, *SYSTEMS)  # of rows: that of the paper, other densities of a system after its own
TABLES = MappingProxyType({"timit": "Table 1, speech", "blizzard": "Table 1, speech", "iamondb": "Table 2, ink"})


class Definition(NamedTuple):
    """The definition of the metric behind a published number."""

    source: str
    context: str
    divisor: str
    floor: str  # of the scales, units of the scaled data
    remark: str = ""
    deviation: float | None = None  # over ten seeds, as printed
    bound: bool = True  # printed as a lower bound


_CHUNG = Definition("Chung et al. 2015", "not known", "not known", "deviation 1e-4")
_SRNN = Definition("Fraccaro et al. 2016", "whole utterance", "real utterances", "none")
_GOYAL = Definition("Goyal et al. 2017", "whole utterance, or pieces of 40 frames, each from nothing: two scripts",
                    "padded rows too: 0.9906 of the mean at batch 32", "none", "KL weight annealed")  # fmt: skip
_LAI = Definition("Lai et al. 2018", "pieces of 40 frames, each from nothing",
                  "padded rows too: 0.9375 of the mean at batch 128", "log-scale -12")  # fmt: skip
_ROW = "half-second segment from nothing"
_ASIDE = "the target is a segment of another place, not the next frames"
_GMM = "mixture of 20 Gaussians"
_ALL = "real segments"
_GATE = "no sigmoid in the gate, batch norm"
_LINE = "line from its own start"
_WHOLE = "lines of the validation list, the last batch dropped if it is not full"

DEFINITIONS: Mapping[str, Mapping[str, Definition]] = MappingProxyType({
    "timit": {
        "RNN": _CHUNG._replace(remark=_GMM, bound=False),
        "VRNN": _CHUNG._replace(remark=_GMM),
        "SRNN": _SRNN._replace(remark="smoothing, residual posterior"),
        "Z-forcing": _GOYAL,
        "Z-forcing + aux": _GOYAL._replace(remark="KL weight annealed, auxiliary cost"),
        "WaveNet": _LAI._replace(floor="log-scale -8", remark=f"{_GMM}; no sigmoid in the gate", bound=False),
        "SWaveNet": _LAI._replace(remark=_GATE, deviation=639.0),
    },
    "blizzard": {
        "RNN": _CHUNG._replace(context=_ROW, remark=_GMM, bound=False),
        "VRNN": _CHUNG._replace(context=_ROW, remark=f"{_GMM}; the importance-sampled estimate, the bound is 9107"),
        "SRNN": _SRNN._replace(context="not known", divisor="not known", remark="smoothing, residual posterior"),
        "Z-forcing": _GOYAL._replace(context=_ROW, divisor=_ALL, remark=f"KL weight annealed; {_ASIDE}"),
        "Z-forcing + aux": _GOYAL._replace(context=_ROW, divisor=_ALL,
                                           remark=f"KL weight annealed, auxiliary cost; {_ASIDE}"),
        "WaveNet": _LAI._replace(context=_ROW, divisor=_ALL, floor="log-scale -8",
                                 remark=f"{_GMM}; no sigmoid in the gate; {_ASIDE}", bound=False),
        "SWaveNet": _LAI._replace(context=_ROW, divisor=_ALL, remark=f"{_GATE}; {_ASIDE}", deviation=274.0),
    },
    "iamondb": {
        "RNN": _CHUNG._replace(context=_LINE, divisor=_WHOLE, remark="one Gaussian", bound=False),
        "VRNN": _CHUNG._replace(context=_LINE, divisor=_WHOLE, remark="equals no number of its source"),
        "WaveNet": _LAI._replace(context=_LINE, divisor=_WHOLE, floor="none", remark="offsets not correlated",
                                 bound=False),
        "SWaveNet": _LAI._replace(context=_LINE, divisor=_WHOLE, floor="none", remark="one stochastic layer of six"),
    },
})  # fmt: skip


def protocol(name: str) -> str:
    """The corpus under which the paper publishes numbers for a corpus, "timit" for "timit/listed"; "" for none."""
    return name.partition("/")[0] if corpus(name).published else ""


def definitions(name: str) -> Mapping[str, Definition]:
    """The definitions of the published numbers of a corpus, by row; empty if there are none."""
    return DEFINITIONS.get(protocol(name), {})


def number(name: str, row: str) -> str:
    """A published number with its sign and deviation; raises KeyError for an unknown row.

    >>> number("timit", "SWaveNet"), number("blizzard", "WaveNet")
    ('≥ 72,463 ± 639', '-5,777')
    """
    definition = definitions(name)[row]
    deviation = "" if definition.deviation is None else f" ± {definition.deviation:,.0f}"
    return "≥ " * definition.bound + f"{corpus(name).published[row]:,.0f}" + deviation


def beside(name: str, split: str, system: str, scaling: str, frame_size: int, sequences: int) -> str:
    """The published number to print beside one of ours, or why there is none.

    Args:
      name: of the corpus.
      split: of our number.
      system: of our number.
      scaling: of the data, "" for the published one.
      frame_size: of our run, 0 for the corpus' own.
      sequences: the count that ours is a mean over.
    """
    declared = corpus(name)
    last, first = declared.splits[-1], next(iter(declared.domain.scalings))
    row = NAMES.get(protocol(name), {}).get(system)
    if not declared.published:
        return "none: not this corpus"
    if split != last:
        return f"none: of the {last} split"
    if scaling not in ("", first):
        return f"none: of the {first} scaling"
    if frame_size:
        return f"none: of frames of {declared.frame_size}"
    if sequences != declared.counts.get(split, sequences):
        return f"none: of all {declared.counts[split]:,} {declared.unit}s"
    if row is None or row not in declared.published:
        return "none: no such row"
    return f"{number(name, row)} ({row})"
