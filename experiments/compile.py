"""`python -m experiments.compile`: the command of `swn_jax.commands.compile`, from a clone."""

from swn_jax.commands.cli import launch

if __name__ == "__main__":
    launch("compile")
