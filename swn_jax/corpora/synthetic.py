"""Checks common to the synthetic corpora."""

from swn_jax.errors import SwnError


def check(name: str, seed: int, **counts: int) -> None:
    """Raise SwnError, naming the corpus, for a seed below 0 or a count below 1."""
    for key, value in {"seed": seed, **counts}.items():
        least = int(key != "seed")
        if value != int(value) or not least <= value < 2**31:
            raise SwnError(f"{name}: found {key}={value}, wanted a whole number, {least} or more: change {key}")
