"""What a tracker of experiments does with a run, and what it is told of one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, Protocol, runtime_checkable


class Facts(NamedTuple):
    """A run, as trackers name it."""

    project: str  # its runs stand beside each other
    name: str  # of the run, for people
    parameters: Mapping[str, Any]  # its config, by dotted key
    folder: Path  # its workdir
    identity: str | None = None  # of the run at this tracker; None for a new one


@runtime_checkable
class Tracker(Protocol):
    """A run at a tracker, open to be written to; made from its `Facts`."""

    identity: str  # with which it is opened again

    def log(self, step: int, numbers: Mapping[str, float]) -> None:
        """Add points to curves."""

    def show(self, step: int, files: Mapping[str, Path]) -> None:
        """Add pictures (PNG, GIF) and sounds (WAV), by the names of what they show."""

    def summarise(self, step: int, numbers: Mapping[str, float]) -> None:
        """State numbers of the whole run, those of a checkpoint of this step."""

    def close(self) -> None:
        """Send what is left, and say that nothing follows for now."""
