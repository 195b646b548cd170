"""The skeleton that most takes have."""

from collections import defaultdict
from collections.abc import Sequence

from swn_jax.domains.motion import bvh, naming
from swn_jax.domains.motion.bvh_folder import Entry
from swn_jax.domains.motion.skeleton import Skeleton
from swn_jax.errors import SwnError

Joints = frozenset[tuple[str, str]]


def by_skeleton(entries: Sequence[Entry]) -> list[Entry]:
    """The takes with the most frequent skeleton first, those without a readable one last; else in their order."""
    groups: dict[Joints, list[Entry]] = defaultdict(list)
    unreadable = []
    for entry in entries:
        try:
            groups[joints(bvh.skeleton(entry.load(), entry.where))].append(entry)
        except SwnError:
            unreadable.append(entry)
    sorted_groups = sorted(groups.values(), key=lambda group: -len(group))
    return [entry for group in sorted_groups for entry in group] + unreadable


def joints(skeleton: Skeleton) -> Joints:
    """Each joint with the one above it, whatever their order, lengths and channels."""
    names = naming.keys(skeleton.names)
    above = ["" if parent < 0 else names[parent] for parent in skeleton.parents]
    return frozenset(zip(names, above, strict=True))
