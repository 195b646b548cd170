"""When a checkpoint is due that no evaluation brings."""

import time
from collections.abc import Callable

from swn_jax.train.logging import Saving, due


class SaveClock:
    """Tells by steps and by the clock when to save; the numbers of a training do not depend on it."""

    def __init__(self, saving: Saving, now: Callable[[], float] = time.monotonic):
        self.saving, self.now = saving, now
        self.restart()

    def restart(self) -> None:
        """Start the minutes anew: something was saved."""
        self.saved = self.now()

    def due(self, number: int) -> bool:
        """Whether to save after this step."""
        late = 0 < 60 * self.saving.minutes <= self.now() - self.saved
        return late or due(number, self.saving.every) or due(number, self.saving.keep_every)
