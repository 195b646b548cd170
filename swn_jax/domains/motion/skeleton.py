"""The skeleton: a tree of joints, constant over a motion."""

from collections.abc import Mapping
from typing import Any, NamedTuple

Triple = tuple[float, float, float]
PLACE, TURN = ("Xposition", "Yposition", "Zposition"), ("Zrotation", "Xrotation", "Yrotation")


class Skeleton(NamedTuple):
    """J joints and end points in file order, parents before children, with C channels in all."""

    names: tuple[str, ...]  # J; an end point is named after its joint: head_end
    parents: tuple[int, ...]  # J; -1 for the root, which comes first
    offsets: tuple[Triple, ...]  # J; from the parent, without rotation
    channels: tuple[tuple[str, ...] | None, ...]  # J; Zrotation, Xposition, ... in order; None for an end point

    @property
    def width(self) -> int:
        """C, the numbers per frame of motion."""
        return sum(len(channels or ()) for channels in self.channels)

    def same_joints(self, other: "Skeleton") -> bool:
        """Whether names, parents and channels agree; lengths may differ between people."""
        return self[:2] == other[:2] and self.channels == other.channels

    def to_json(self) -> dict[str, Any]:
        """The skeleton as JSON types."""
        return {
            "names": list(self.names),
            "parents": list(self.parents),
            "offsets": [list(offset) for offset in self.offsets],
            "channels": [None if channels is None else list(channels) for channels in self.channels],
        }

    @property
    def loose(self) -> list[bool]:
        """Per joint, whether position channels move it against its parent: its bone has no fixed length."""
        return [p >= 0 and any(map(is_position, c or ())) for p, c in zip(self.parents, self.channels, strict=True)]

    @classmethod
    def from_json(cls, tree: Mapping[str, Any]) -> "Skeleton":
        """The inverse of `to_json`."""
        return cls(
            names=tuple(tree["names"]),
            parents=tuple(tree["parents"]),
            offsets=tuple((x, y, z) for x, y, z in tree["offsets"]),
            channels=tuple(None if channels is None else tuple(channels) for channels in tree["channels"]),
        )


def is_position(channel: str) -> bool:
    """Whether a channel is a coordinate of a joint, not an angle."""
    return channel.endswith("position")
