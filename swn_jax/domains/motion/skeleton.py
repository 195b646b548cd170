"""A tree of joints: what stays the same in all frames of a motion."""

from collections.abc import Mapping
from typing import Any, NamedTuple

Triple = tuple[float, float, float]


class Skeleton(NamedTuple):
    """Joints and end points in the order of the file, parents before children; J of them, C channels together."""

    names: tuple[str, ...]  # J; an end point is named after its joint: head_end
    parents: tuple[int, ...]  # J; -1 for the root, which comes first
    offsets: tuple[Triple, ...]  # J; from the parent, where nothing is turned
    channels: tuple[tuple[str, ...] | None, ...]  # J; Zrotation, Xposition, ... in order; None for an end point

    @property
    def width(self) -> int:
        """C, the numbers that one frame of motion has."""
        return sum(len(channels or ()) for channels in self.channels)

    def same_joints(self, other: "Skeleton") -> bool:
        """Whether names, parents and channels agree; lengths may differ, as they do from person to person."""
        return self[:2] == other[:2] and self.channels == other.channels

    def to_json(self) -> dict[str, Any]:
        """Lists and strings only, for a file beside the prepared corpus."""
        return {
            "names": list(self.names),
            "parents": list(self.parents),
            "offsets": [list(offset) for offset in self.offsets],
            "channels": [None if channels is None else list(channels) for channels in self.channels],
        }

    @classmethod
    def from_json(cls, tree: Mapping[str, Any]) -> "Skeleton":
        """The skeleton that `to_json` wrote."""
        return cls(
            names=tuple(tree["names"]),
            parents=tuple(tree["parents"]),
            offsets=tuple((x, y, z) for x, y, z in tree["offsets"]),
            channels=tuple(None if channels is None else tuple(channels) for channels in tree["channels"]),
        )
