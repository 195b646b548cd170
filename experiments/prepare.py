"""`python -m experiments.prepare`: the command of `swn_jax.commands.prepare`, from a clone."""

from swn_jax.commands.cli import launch

if __name__ == "__main__":
    launch("prepare")
