"""The skeleton in a BVH file: the tree of joints as text.

A statement is one line, or a part that ends with a brace: `ROOT hip`, `{`, `OFFSET 0 20.7 -0.7`, `CHANNELS 3 ...`,
`JOINT neck`, `End Site`, `}`. Keywords and channels are read in any case; names may hold spaces, and come twice.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from swn_jax.domains.motion import naming
from swn_jax.domains.motion.skeleton import Skeleton, Triple
from swn_jax.errors import SwnError

CHANNELS = {f"{axis}{kind}".upper(): f"{axis}{kind}" for kind in ("position", "rotation") for axis in "XYZ"}
LIMIT = 1e6  # the largest length or angle; larger numbers are damage
MOST = 1000  # joints and end points

Fault = Callable[[int, str, str], SwnError]  # line, found, wanted


def number(word: str) -> float:
    """A decimal number within +-1e6; raises ValueError for anything else."""
    value = float(word.replace("_", "?"))  # Python reads 1_0 as 10
    if not abs(value) <= LIMIT:
        raise ValueError(word)
    return value


def parse(lines: Iterable[tuple[int, str]], fault: Fault) -> Skeleton:
    """The skeleton in the numbered `lines`; raises the error that `fault` makes for a faulty line."""
    statements = _statements(lines)
    last, first = next(statements, (1, "nothing"))
    if first.upper() != "HIERARCHY":
        raise fault(last, first, "HIERARCHY")
    tree = _Tree(fault)
    for last, statement in statements:
        tree.take(last, statement)
    if not tree.names or tree.open:
        raise fault(last, "the end of the skeleton", "} for every {" if tree.names else "ROOT name")
    offsets = tuple(offset for offset in tree.offsets if offset)  # every closed joint has an offset
    return Skeleton(naming.complete(tree.names, tree.parents), tuple(tree.parents), offsets, tuple(tree.channels))


def _statements(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    for line, text in lines:
        yield from ((line, part.strip()) for part in re.split("([{}])", text) if part.strip())


class _Tree:
    """The joints read so far, and the stack of open ones: no recursion, so that any depth works."""

    def __init__(self, fault: Fault) -> None:
        self.names: list[str | None] = []  # None for an end point
        self.parents: list[int] = []
        self.offsets: list[Triple | None] = []
        self.channels: list[tuple[str, ...] | None] = []
        self.open: list[int] = []
        self._waits = False  # for the opening brace of the last joint
        self._fault = fault

    def take(self, line: int, statement: str) -> None:
        """Add one statement to the tree."""
        keyword, *words = statement.split()
        keyword = keyword.upper()
        if self._waits != (keyword == "{"):
            raise self._fault(line, statement, "{" if self._waits else "a keyword")
        if keyword == "{":
            self._waits = False
        elif keyword == "ROOT" and not self.names and words:
            self._add(line, " ".join(words))
        elif not self.open:
            raise self._fault(line, statement, "MOTION" if self.names else "ROOT name")
        elif keyword == "JOINT" and words:
            self._child(line, " ".join(words))
        elif keyword == "END" and words and words[0].upper() == "SITE":
            self._child(line, None)
        elif keyword == "OFFSET":
            self._offset(line, words)
        elif keyword == "CHANNELS":
            self._channels(line, words)
        elif keyword == "}":
            self._complete(line)
            self.open.pop()
        else:
            raise self._fault(line, statement, "OFFSET, CHANNELS, JOINT name, End Site or }")

    def _child(self, line: int, name: str | None) -> None:
        self._complete(line)  # channels are in the order of the joints, so the parent comes first
        if self.names[self.open[-1]] is None:
            raise self._fault(line, name or "End Site", "} after the OFFSET of an End Site")
        self._add(line, name)

    def _add(self, line: int, name: str | None) -> None:
        if len(self.names) == MOST:
            raise self._fault(line, f"more than {MOST} joints", "a skeleton")
        self.open.append(len(self.names))
        self.parents.append(self.open[-2] if len(self.open) > 1 else -1)
        self.names.append(name)
        self.offsets.append(None)
        self.channels.append(None)
        self._waits = True

    def _offset(self, line: int, words: list[str]) -> None:
        if self.offsets[self.open[-1]] is not None:
            raise self._fault(line, "a second OFFSET", "one")
        try:
            x, y, z = map(number, words)
        except ValueError:
            raise self._fault(line, " ".join(words) or "nothing", "three numbers after OFFSET") from None
        self.offsets[self.open[-1]] = (x, y, z)

    def _channels(self, line: int, words: list[str]) -> None:
        at = self.open[-1]
        found = tuple(CHANNELS.get(word.upper(), "") for word in words[1:])
        if self.channels[at] is not None or self.names[at] is None:
            raise self._fault(line, "CHANNELS", "them once per joint, never for an End Site")
        if words[:1] != [str(len(found))] or "" in found or len(set(found)) < len(found):
            wanted = "a count, and as many different ones of " + ", ".join(CHANNELS.values())
            raise self._fault(line, " ".join(words) or "nothing", wanted)
        self.channels[at] = found

    def _complete(self, line: int) -> None:
        at = self.open[-1]
        if self.offsets[at] is None or (self.channels[at] is None and self.names[at] is not None):
            missing = "OFFSET" if self.offsets[at] is None else "CHANNELS"
            name = self.names[at] or "End Site"
            raise self._fault(line, f"no {missing} for {name}", "one before its children and its }")


def text(skeleton: Skeleton) -> str:
    """The skeleton as text that `parse` reads back exactly."""
    lines, depth = ["HIERARCHY"], {-1: -1}
    opened: list[int] = []
    for j, (name, parent, offset, channels) in enumerate(zip(*skeleton, strict=True)):
        while opened and opened[-1] != parent:
            lines.append("\t" * depth[opened.pop()] + "}")
        opened.append(j)
        depth[j] = depth[parent] + 1
        tabs = "\t" * depth[j]
        kind = "End Site" if channels is None else f"{'ROOT' if parent < 0 else 'JOINT'} {name}"
        lines += [tabs + kind, tabs + "{", f"{tabs}\tOFFSET {' '.join(map(repr, offset))}"]
        if channels is not None:
            lines.append(" ".join([f"{tabs}\tCHANNELS {len(channels)}", *channels]))
    lines += ["\t" * depth[j] + "}" for j in reversed(opened)]
    return "\n".join(lines) + "\n"
