"""Progress on the terminal: a bar where there is one, plain lines elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm

SHOWN = {"elbo": "8.1f", "kl": "6.2f", "beta": "4.2f", "grad_norm": "8.1f", "frames_per_second": "7.0f"}


class Progress:
    """Prints the metrics of logged steps."""

    def __init__(self, steps: int):
        self.steps = steps
        self.bar = tqdm(total=steps, unit=" steps", disable=not sys.stderr.isatty())

    def write(self, record: dict) -> None:
        from swn_jax.train.phases import told  # loads jax, which preparing does not need

        if "valid_elbo" in record:
            text = f"step {record['step']}  validation bound {record['valid_elbo']:.1f} nats per sequence"
        else:
            text = (
                f"step {record['step']:>6}/{self.steps}  "
                + "  ".join(f"{name} {record[name]:{form}}" for name, form in SHOWN.items())
                + f"  time: {told(record)}" * ("time_steps" in record)
            )
        if self.bar.disable:
            print(text, flush=True)
        else:
            self.bar.write(text)
            self.bar.update(record["step"] - self.bar.n)

    def close(self) -> None:
        self.bar.close()


@contextmanager
def prepare_bar() -> Iterator[Callable[[int, int], None]]:
    """A callback for (recordings done, recordings in all) that shows a bar on a terminal."""
    bars: list[tqdm] = []

    def progress(done: int, total: int) -> None:
        if not bars:
            bars.append(tqdm(total=total, unit=" recordings", disable=None))
        bars[0].update(done - bars[0].n)
        if done == total:
            bars[0].close()

    try:
        yield progress
    finally:
        for bar in bars:
            bar.close()
