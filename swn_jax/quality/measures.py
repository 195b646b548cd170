"""What is measured of the sequences of each domain."""

from swn_jax.quality import ink, motion, speech
from swn_jax.quality.compare import Measure

MEASURES: dict[str, Measure] = {"speech": speech.measure, "ink": ink.measure, "motion": motion.measure}
