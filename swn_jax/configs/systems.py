"""The systems of the paper's tables by name: the model, the fields that make it that system, and its density."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple


class System(NamedTuple):
    """A row of a table: a model of the library, its fields, and the density of sound and motion (of ink: the pen)."""

    model: str
    fields: Mapping[str, Any] = MappingProxyType({})
    density: str = "gaussian"
    components: int = 1  # of the pen


SYSTEMS = {
    "rnn": System("lstm"),
    "rnn_gmm": System("lstm", density="mixture", components=20),
    "storn": System("storn"),
    "vrnn": System("vrnn"),
    "srnn": System("srnn"),
    "zforcing": System("zforcing", dict(aux=False)),
    "zforcing_aux": System("zforcing", dict(aux=True)),
    "wavenet": System("wavenet"),
    "wavenet_gmm": System("wavenet", density="mixture", components=20),
    "swavenet": System("swavenet"),
    # the authors' code: no sigmoid, batch norm over batch and time, b that sees a dilation more than it needs
    "released": System(
        "swavenet", dict(form="released", gate="linear", norm="batch", lookahead="released", residual_mean=False)
    ),
}
