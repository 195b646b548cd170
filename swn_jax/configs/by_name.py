"""Look up a config by its name, CORPUS:SYSTEM."""

from collections.abc import Callable

from ml_collections import ConfigDict

from swn_jax.configs import blizzard, iamondb, timit, timit_sample
from swn_jax.configs.small import SMALL, small
from swn_jax.errors import unknown

_PUBLISHED: dict[str, Callable[[str], ConfigDict]] = {
    "timit": timit.get_config,
    "blizzard": blizzard.get_config,
    "iamondb": iamondb.get_config,
    "timit_sample": timit_sample.get_config,
}
CONFIGS = (*_PUBLISHED, *SMALL)


def get_config(name: str) -> ConfigDict:
    """The config of a system on a corpus, as `timit:swavenet` or, with another density, `timit:swavenet_gmm`.

    The system defaults to `swavenet`.

    Raises:
      SwnError: for an unknown corpus or system, with the nearest known name.
    """
    corpus, _, system = name.partition(":")
    if corpus not in CONFIGS:
        raise unknown("config", corpus, CONFIGS)
    return _PUBLISHED[corpus](system or "swavenet") if corpus in _PUBLISHED else small(corpus, system or "swavenet")
