"""`python -m experiments.benchmark`: the command of `swn_jax.commands.benchmark`, from a clone."""

from swn_jax.commands.cli import launch

if __name__ == "__main__":
    launch("benchmark")
