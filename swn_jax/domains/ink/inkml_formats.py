"""The format of each trace of InkML: which numbers of a point are X and Y, and where they grow.

A trace names its context, or has that of its group, or the last one before it; a context gives its format itself, by a
reference, or through an ink source or another context.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree.ElementTree import Element

from swn_jax.domains.ink.strokes import bad

DEEPEST = 8  # references from one context to the next
ID = "{http://www.w3.org/XML/1998/namespace}id"


class Format(NamedTuple):
    """The places of X and Y among the numbers of a point, and -1 for a channel that the file turns round, else 1."""

    x: int = 0
    y: int = 1
    signs: tuple[int, int] = (1, 1)


def traces(root: Element, file: Path) -> Iterator[tuple[Element, Format]]:
    """The traces in the order of the file, each with its format; raises SwnError for a format without X and Y."""
    named = {name(element): element for element in root.iter() if name(element)}
    found = {_format(element, file) for element in root.iter("traceFormat")}
    current = found.pop() if len(found) == 1 else Format()
    levels = [(iter(root), current)]
    while levels:
        children, current = levels.pop()
        for element in children:
            if element.tag in ("context", "traceFormat"):
                current = _resolved(element, named, file) or current
            own = _resolved(named.get(target(element.get("contextRef", ""))), named, file) or current
            if element.tag == "trace":
                yield element, own
            elif element.tag in ("traceGroup", "definitions"):
                levels += [(children, current), (iter(element), own)]
                break


def name(element: Element) -> str:
    """The id of an element, "" where it has none."""
    return element.get(ID) or element.get("id") or ""


def target(reference: str) -> str:
    """The id that a reference as #id names."""
    return reference.rpartition("#")[2]


def _resolved(element: Element | None, named: dict[str, Element], file: Path, depth: int = 0) -> Format | None:
    """The format that a traceFormat, an ink source or a context gives, None where it gives none."""
    if element is None or depth > DEEPEST:
        return None
    if element.tag == "traceFormat":
        return _format(element, file)
    inner = [element.find("traceFormat"), element.find("inkSource")]
    outer = [named.get(target(element.get(key, ""))) for key in ("traceFormatRef", "inkSourceRef", "contextRef")]
    formats = (_resolved(each, named, file, depth + 1) for each in (*inner, *outer))
    return next((format for format in formats if format), None)


def _format(element: Element, file: Path) -> Format:
    channels = element.findall("channel")
    names = [channel.get("name") for channel in channels]
    if "X" not in names or "Y" not in names:
        raise bad(file, f"a traceFormat with the channels {names}", "X and Y")
    x, y = names.index("X"), names.index("Y")
    turned_x, turned_y = (-1 if channels[i].get("orientation") == "-ve" else 1 for i in (x, y))
    return Format(x, y, (turned_x, turned_y))
