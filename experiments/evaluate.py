"""`python -m experiments.evaluate`: the command of `swn_jax.commands.evaluate`, from a clone."""

from swn_jax.commands.cli import launch

if __name__ == "__main__":
    launch("evaluate")
