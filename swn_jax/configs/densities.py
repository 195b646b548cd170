"""The densities by the word that ends a system's name, as in `swavenet_gmm`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

NONE: Mapping[str, Any] = MappingProxyType({})


class Density(NamedTuple):
    """A likelihood and the fields in which it differs from its defaults."""

    likelihood: str  # for sound and motion
    fields: Mapping[str, Any] = NONE
    pen: Mapping[str, Any] | None = None  # for ink: such fields of the pen density; None where it has no counterpart
    training: Mapping[str, Any] = NONE  # keys of the config that suit it, where no paper says otherwise

    def __str__(self) -> str:
        return ", ".join([self.likelihood, *(f"{key}={value}" for key, value in self.fields.items())])


GAUSSIAN = Density("gaussian", pen=NONE)  # the paper's: of a system without a word
DENSITIES = {
    "dct": Density("gaussian", dict(basis="dct")),
    "ar": Density("linear_prediction", dict(law="student")),
    "samplewise": Density("samplewise", training=dict(rate=3e-3)),
    "sourcefilter": Density("source_filter", training={"rate": 2e-3, "input_noise": 0.25, "model.inputs": "voice"}),
    "logistic": Density("logistic_mixture"),
    "lowrank": Density("low_rank"),
    "increments": Density("increments"),
    "gmm": Density("mixture", dict(components=20), pen=dict(components=20)),
}
