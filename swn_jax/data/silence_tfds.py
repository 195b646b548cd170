"""tensorflow-datasets without its own words: what is shown is for the experiments to say."""

import contextlib
from collections.abc import Iterator

import tensorflow_datasets as tfds
from absl import logging
from tensorflow_datasets.core.utils import tqdm_utils


@contextlib.contextmanager
def silence_tfds() -> Iterator[None]:
    """Hide tensorflow-datasets' own progress bars and log lines, then leave both as they were."""
    shown, verbosity = getattr(tqdm_utils, "_active", True), logging.get_verbosity()
    tfds.disable_progress_bar()
    logging.set_verbosity(logging.WARNING)
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        tfds.display_progress_bar(shown)
