"""Silence tensorflow-datasets: the commands decide what is printed."""

import contextlib
from collections.abc import Iterator

import tensorflow_datasets as tfds
from absl import logging
from tensorflow_datasets.core.utils import tqdm_utils


@contextlib.contextmanager
def silence_tfds() -> Iterator[None]:
    """Hide the progress bars and log lines of tensorflow-datasets, and restore both at the end."""
    shown, verbosity = getattr(tqdm_utils, "_active", True), logging.get_verbosity()
    tfds.disable_progress_bar()
    logging.set_verbosity(logging.WARNING)
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        tfds.display_progress_bar(shown)
