"""The systems by name: model, fields and density. `swavenet_gmm` is the row `swavenet` with the density `gmm`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from swn_jax.configs.densities import DENSITIES, GAUSSIAN, Density
from swn_jax.errors import SwnError, unknown


class System(NamedTuple):
    """A model with its fields and its density; `row` names the row whose sizes and training it takes."""

    model: str
    fields: Mapping[str, Any] = MappingProxyType({})
    density: Density = GAUSSIAN
    row: str = ""


ROWS = {  # of the paper's tables
    "rnn": System("lstm"),
    "rnn_gmm": System("lstm", density=DENSITIES["gmm"]),
    "storn": System("storn"),
    "vrnn": System("vrnn"),
    "srnn": System("srnn"),
    "zforcing": System("zforcing", dict(aux=False)),
    "zforcing_aux": System("zforcing", dict(aux=True)),
    "wavenet": System("wavenet"),
    "wavenet_gmm": System("wavenet", density=DENSITIES["gmm"]),
    "swavenet": System("swavenet"),
    # the authors' code: no sigmoid, batch norm over batch and time, a lookahead one dilation larger than needed
    "released": System(
        "swavenet", dict(form="released", gate="linear", norm="batch", lookahead="released", residual_mean=False)
    ),
}


def _with_densities(rows: Mapping[str, System]) -> dict[str, System]:
    """The rows, and the systems that a word makes of them and that are no row of their own."""
    systems: dict[str, System] = {}
    for name, row in rows.items():
        row = systems[name] = row._replace(row=name)
        words = DENSITIES if row.density == GAUSSIAN else {}
        derived = {f"{name}_{word}": row._replace(density=density) for word, density in words.items()}
        systems |= {other: system for other, system in derived.items() if other not in rows}
    return systems


SYSTEMS = _with_densities(ROWS)


def _registered() -> dict[str, System]:
    """The systems of models that a user has registered, each a row by its own name and with its own defaults."""
    from swn_jax import models  # loads jax, which the systems of this package do not need

    return _with_densities({name: System(name) for name in models.MODELS if name not in models.OURS})


def system_of(name: str) -> System:
    """The system of this name, those of registered models too; raises SwnError, with the nearest name, for others."""
    systems = SYSTEMS if name in SYSTEMS else SYSTEMS | _registered()
    if name not in systems:
        words = ", ".join(f"swavenet_{word}" for word in DENSITIES)
        raise unknown("system", name, systems, f"{', '.join(sorted(ROWS))}; with another density as {words}")
    return systems[name]


def density_of(name: str, domain: str = "") -> tuple[str, Mapping[str, Any]]:
    """The likelihood of a system and the fields that differ from its defaults.

    Args:
      name: of the system.
      domain: "pen" for ink, whose density it always is; "" for sound and motion.
    Raises:
      SwnError: for an unknown system, and for ink with a word that has no counterpart there.
    """
    system = system_of(name)
    own = system.density
    if not domain:
        return own.likelihood, own.fields
    if own.pen is None:
        raise SwnError(f"found ink with the system {name}, whose density ({own}) is not for pens: wanted a system of "
                       f"the pen density, take {system.row}")  # fmt: skip
    return domain, own.pen


def systems_for(likelihood: str) -> list[str]:
    """The systems that go with a corpus, of which a config has this likelihood: on ink those of the pen."""
    return [name for name, system in SYSTEMS.items() if likelihood != "pen" or system.density.pen is not None]
