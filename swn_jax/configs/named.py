"""Look up settings by their name, CORPUS:SYSTEM."""

from collections.abc import Callable

from swn_jax.configs import blizzard, iamondb, timit, timit_sample
from swn_jax.configs.settings import Settings
from swn_jax.configs.small import SMALL, small
from swn_jax.errors import unknown

_PUBLISHED: dict[str, Callable[[str], Settings]] = {
    "timit": timit.settings,
    "blizzard": blizzard.settings,
    "iamondb": iamondb.settings,
    "timit_sample": timit_sample.settings,
}
CONFIGS = (*_PUBLISHED, *SMALL)


def settings_by_name(name: str) -> Settings:
    """The settings of a system on a corpus; name and errors as of `get_config`, which makes a config of them."""
    corpus, _, system = name.partition(":")
    if corpus not in CONFIGS:
        raise unknown("config", corpus, CONFIGS)
    return _PUBLISHED[corpus](system or "swavenet") if corpus in _PUBLISHED else small(corpus, system or "swavenet")
