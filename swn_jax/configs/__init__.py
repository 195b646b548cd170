"""Configs by name, CORPUS:SYSTEM, as `timit:swavenet`."""

from typing import TYPE_CHECKING, Any

__all__ = ["CONFIGS", "get_config"]

if TYPE_CHECKING:
    from swn_jax.configs.by_name import CONFIGS, get_config
else:  # hidden from type checkers, which would take any misspelt name for one of unknown type

    def __getattr__(name: str) -> Any:
        """Import the configs, and with them jax, on first use."""
        if name in __all__:
            from swn_jax.configs import by_name

            return getattr(by_name, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
