"""The numbers of a run for the person who waits: a bar on a terminal, plain lines elsewhere."""

import sys

from tqdm import tqdm

from swn_jax.data import prepare
from swn_jax.data.manifest import Manifest

SHOWN = {"elbo": "8.1f", "kl": "6.2f", "beta": "4.2f", "grad_norm": "8.1f", "frames_per_second": "7.0f"}


class Progress:
    """A writer of records."""

    def __init__(self, steps: int):
        self.steps = steps
        self.bar = tqdm(total=steps, unit=" steps", disable=not sys.stderr.isatty())

    def write(self, record: dict) -> None:
        if "valid_elbo" in record:
            text = f"step {record['step']}  validation bound {record['valid_elbo']:.1f} nats a sequence"
        else:
            text = f"step {record['step']:>6}/{self.steps}  " + "  ".join(
                f"{name} {record[name]:{form}}" for name, form in SHOWN.items()
            )
        if self.bar.disable:
            print(text, flush=True)
        else:
            self.bar.write(text)
            self.bar.update(record["step"] - self.bar.n)

    def close(self) -> None:
        self.bar.close()


def prepare_with_bar(name: str, data_dir: str, **inputs) -> Manifest:
    """Prepares a corpus and shows how far it is, on a terminal."""
    with tqdm(unit=" recordings", disable=None) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        return prepare(name, data_dir, progress=progress, **inputs)
