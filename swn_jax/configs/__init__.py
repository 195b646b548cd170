"""The configs: a corpus and a system by name, `timit:swavenet`."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from swn_jax.configs.by_name import CONFIGS, get_config

__all__ = ["CONFIGS", "get_config"]


def __getattr__(name: str) -> Any:
    """Loads the configs, and with them jax, when they are asked for."""
    if name in __all__:
        from swn_jax.configs import by_name

        return getattr(by_name, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
