"""The systems of the paper's tables by name: model, fields and density."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple


class System(NamedTuple):
    """A row of a table: a model, its fields, and its density for sound and motion (ink always uses the pen density)."""

    model: str
    fields: Mapping[str, Any] = MappingProxyType({})
    density: str = "gaussian"
    components: int = 1  # of the pen density


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
    # the authors' code: no sigmoid, batch norm over batch and time, a lookahead one dilation larger than needed
    "released": System(
        "swavenet", dict(form="released", gate="linear", norm="batch", lookahead="released", residual_mean=False)
    ),
}
