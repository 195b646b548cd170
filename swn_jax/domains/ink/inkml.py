"""Reader of InkML (W3C Recommendation, 20 September 2011): the traces of a file are one drawing."""

from functools import partial
from pathlib import Path
from xml.etree.ElementTree import Element

import numpy as np
from jaxtyping import Float, Float32

from swn_jax.data.index import Recording, broken
from swn_jax.domains.ink import inkml_formats, inkml_values, safe_xml
from swn_jax.domains.ink.entry import Entry
from swn_jax.domains.ink.strokes import bad, rows
from swn_jax.errors import SwnError

WRITER = ("writer", "writerid")  # types of the annotation that names the writer, in any case


def entries(file: Path, name: str, down: bool) -> list[Entry]:
    """The one drawing of a file, by the writer the file names; without one, the drawing is its own writer."""
    id = name.rpartition(".")[0]
    try:
        writer = _writer(safe_xml.parse(file))
    except SwnError as error:
        return [Entry(name, broken(id, file, error)._replace(speaker=id))]
    return [Entry(name, Recording(id, writer or id, partial(read, file, down), file))]


def starts(head: str) -> bool:
    """Whether an .xml that begins with `head` has this format."""
    return "<ink" in head or ":ink " in head


def _writer(root: Element) -> str:
    named = (note.text for note in root.iter("annotation") if note.get("type", "").lower() in WRITER)
    return (next(named, None) or "").strip()


def read(file: Path, down: bool) -> list[Float32[np.ndarray, "n 3"]]:
    """The points of the pen-down traces, as one block; parts of a continued trace are one stroke.

    Raises SwnError for a file that is not InkML, for a part without the one before it, and for values of X or Y that
    are no numbers.
    """
    root = safe_xml.parse(file)
    if root.tag != "ink":
        raise bad(file, f"XML with the root {root.tag}", "InkML with the root ink")
    strokes: list[list[Float[np.ndarray, "_ 2"]]] = []
    where: dict[str, int] = {}  # id of a trace: its stroke
    for trace, format in inkml_formats.traces(root, file):
        if trace.get("type", "penDown") != "penDown":
            continue
        if trace.get("continuation") in ("middle", "end"):
            number = where.get(inkml_formats.target(trace.get("priorRef", "")), -1)
            if number < 0:
                raise bad(file, "a part of a trace without the one before it", "the id of that one as priorRef")
        else:
            number = len(strokes)
            strokes.append([])
        strokes[number].append(inkml_values.points(trace.text or "", format, file))
        where[inkml_formats.name(trace)] = number
    return [rows([np.concatenate(parts) for parts in strokes], file, down=down)]
