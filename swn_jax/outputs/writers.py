"""What writes the sequences of each domain."""

from collections.abc import Callable

from swn_jax.outputs import ink, motion, speech
from swn_jax.outputs.written import Written

WRITERS: dict[str, Callable[..., Written]] = {"speech": speech.write, "ink": ink.write, "motion": motion.write}
