"""Look up a config by its name, CORPUS:SYSTEM."""

from ml_collections import ConfigDict, FieldReference

from swn_jax.configs.named import CONFIGS as CONFIGS
from swn_jax.configs.named import settings_by_name

OPTIONAL = ("stochastic", "hidden")  # sizes that may be None, and an integer from the command line


def get_config(name: str) -> ConfigDict:
    """The config of a system on a corpus, as `timit:swavenet` or, with another density, `timit:swavenet_gmm`.

    The system defaults to `swavenet`.

    Raises:
      SwnError: for an unknown corpus or system, with the nearest known name.
    """
    settings = settings_by_name(name)
    model = settings["model"]
    model |= {size: FieldReference(model[size], field_type=int) for size in OPTIONAL if size in model}
    return ConfigDict(settings).lock()
