"""The free sample of TIMIT: every system with about 4.9 million parameters and the same training."""

from swn_jax.configs.base import base, resize
from swn_jax.configs.settings import Settings
from swn_jax.configs.systems import system_of

SIZES = {
    "rnn": dict(width=512, cells=736),
    "rnn_gmm": dict(width=320, cells=280),
    "storn": dict(width=512, cells=592),
    "vrnn": dict(depth=2, width=256, cells=724),
    "srnn": dict(width=384, cells=512),
    "zforcing": dict(width=256, cells=544),
    "zforcing_aux": dict(width=256, cells=512),
    "wavenet": dict(width=376),
    "wavenet_gmm": dict(width=242),
    "swavenet": dict(layers=4, width=256),
    "released": dict(layers=4, width=224),
}


def settings(system: str) -> Settings:
    own = base(system) | {"dataset": "timit_sample"}
    resize(own, latent=100, **SIZES.get(system_of(system).row, {}))
    return own
