"""The bounds of log-scales, which every likelihood checks alike."""

from swn_jax.errors import SwnError


def check_bounds(floor: float, ceiling: float) -> None:
    """Raise SwnError unless a log-scale of 0, at which training starts, lies between the bounds."""
    if not floor < 0 < ceiling:
        raise SwnError(f"log-scales start at 0: found bounds {floor} and {ceiling}, wanted floor < 0 < ceiling")
