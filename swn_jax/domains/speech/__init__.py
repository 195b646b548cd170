"""Speech: audio files, frames of samples, pictures, statistics and a synthesiser."""

from swn_jax.domains.speech.domain import SPEECH

__all__ = ["SPEECH"]
