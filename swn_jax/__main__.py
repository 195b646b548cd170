"""`python -m swn_jax train …`: the console script `swn`, wherever the package can be imported."""

from swn_jax.commands.cli import main

if __name__ == "__main__":
    main()
