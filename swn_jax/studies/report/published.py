"""What the paper prints in tables 1 and 2, and by which definition of the metric each number came about.

Lai et al. 2018; definitions as the code behind each row has them, which was read, not run.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from swn_jax.corpora import corpus

# Systems of ours in the order of the tables. RNN and WaveNet of table 1 are mixtures of 20 Gaussians.
_STOCHASTIC = {
    "vrnn": "VRNN", "srnn": "SRNN", "zforcing": "Z-forcing", "zforcing_aux": "Z-forcing + aux",
    "swavenet": "SWaveNet", "released": "SWaveNet",
}  # fmt: skip
NAMES = MappingProxyType({
    "speech": _STOCHASTIC | {"rnn_gmm": "RNN", "wavenet_gmm": "WaveNet"},
    "ink": _STOCHASTIC | {"rnn": "RNN", "wavenet": "WaveNet"},
})  # fmt: skip
ORDER = ("rnn", "rnn_gmm", "storn", "vrnn", "srnn", "zforcing", "zforcing_aux", "wavenet", "wavenet_gmm", "swavenet",
         "released")  # fmt: skip
TABLES = MappingProxyType({"speech": "Table 1, speech", "ink": "Table 2, ink"})


class Definition(NamedTuple):
    """How a published number was measured."""

    source: str
    context: str
    divisor: str
    floor: str  # of the scales, in units of the scaled data
    remark: str = ""
    deviation: float | None = None  # over ten seeds, as printed
    bound: bool = True  # whether it is printed as a lower bound


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


def definitions(name: str) -> Mapping[str, Definition]:
    """Of the published numbers of a corpus, by the names of their rows; empty where there are none."""
    return DEFINITIONS[name.partition("/")[0]] if corpus(name).published else {}


def number(name: str, row: str) -> str:
    """A published number with its sign and deviation; raises KeyError for a row that is not there.

    >>> number("timit", "SWaveNet"), number("blizzard", "WaveNet")
    ('≥ 72,463 ± 639', '-5,777')
    """
    definition = definitions(name)[row]
    deviation = "" if definition.deviation is None else f" ± {definition.deviation:,.0f}"
    return "≥ " * definition.bound + f"{corpus(name).published[row]:,.0f}" + deviation


def beside(name: str, split: str, system: str, scaling: str, frame: int, sequences: int) -> str:
    """What to print beside a number of ours: the published one of that row, or why there is none.

    Args:
      name: of the corpus.
      split: that ours is of.
      system: that ours is of.
      scaling: of the data, "" for the published one.
      frame: numbers in a frame where other than the corpus has it, else 0.
      sequences: that ours is a mean over.
    """
    record = corpus(name)
    last, first = record.splits[-1], next(iter(record.domain.scalings))
    row = NAMES.get(record.domain.name, {}).get(system)
    if not record.published:
        return "none: not this corpus"
    if split != last:
        return f"none: of the {last} split"
    if scaling not in ("", first):
        return f"none: of the {first} scaling"
    if frame:
        return f"none: of frames of {record.frame_size}"
    if sequences != record.counts.get(split, sequences):
        return f"none: of all {record.counts[split]:,} {record.unit}s"
    if row is None or row not in record.published:
        return "none: no such row"
    return f"{number(name, row)} ({row})"
