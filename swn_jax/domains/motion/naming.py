"""Names of joints: made different within a file, compared between files."""

import re
from collections.abc import Container, Sequence
from itertools import count


def complete(names: Sequence[str | None], parents: Sequence[int]) -> tuple[str, ...]:
    """Names for all joints and end points of a file, no two the same.

    A joint with the name of an earlier one has a number added; an end point, None, is named after its joint.

    >>> complete(["Hips", "Arm", "Arm", "Arm_end", None, None], [-1, 0, 0, 1, 2, 1])
    ('Hips', 'Arm', 'Arm_2', 'Arm_end', 'Arm_2_end', 'Arm_end2')
    """
    given = {name for name in names if name is not None}
    joints = iter(different([name for name in names if name is not None], given))
    found = [None if name is None else next(joints) for name in names]
    taken = {name for name in found if name is not None}
    for j, parent in enumerate(parents):
        if found[j] is None:
            name = _free(f"{found[parent]}_end", "", taken)
            taken.add(name)
            found[j] = name
    return tuple(map(str, found))


def different(names: Sequence[str], given: Container[str] = ()) -> list[str]:
    """The names, with a number added to each that was there before; `given` names are kept for others."""
    found: dict[str, None] = {}
    for name in names:
        found[name if name not in found else _free(name, "_", found, given)] = None
    return list(found)


def _free(name: str, mark: str, *taken: Container[str]) -> str:
    """The name, or with the first number from 2 on that makes it differ from those taken."""
    names = (name if n == 1 else f"{name}{mark}{n}" for n in count(1))
    return next(each for each in names if not any(each in some for some in taken))


def keys(names: Sequence[str]) -> list[str]:
    """The names without name space, case and separators: equal for the same joint in files of other programs.

    >>> keys(["mixamorig:LeftArm", "left_arm", "Character|Hips"])
    ['leftarm', 'leftarm_2', 'hips']
    """
    return different([re.sub(r"[\s_.-]", "", re.split("[:|]", name)[-1]).casefold() for name in names])
