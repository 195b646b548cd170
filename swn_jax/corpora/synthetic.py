"""What the corpora that this program makes have in common."""

from swn_jax.errors import SwnError


def check(name: str, seed: int, **counts: int) -> None:
    """Raises SwnError for a seed below 0 or a count below 1, naming the corpus `name`."""
    for key, value in {"seed": seed, **counts}.items():
        least = int(key != "seed")
        if value != int(value) or not least <= value < 2**31:
            raise SwnError(f"{name}: found {key}={value}, wanted a whole number from {least}: mend {key}")
