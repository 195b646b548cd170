"""Reader of IAM-OnDB lines: WhiteboardCaptureSession/StrokeSet/Stroke/Point, y downwards (Liwicki & Bunke 2005)."""

from functools import partial
from pathlib import Path

import numpy as np
from jaxtyping import Float, Float32

from swn_jax.data.index import Recording, broken
from swn_jax.domains.ink import safe_xml
from swn_jax.domains.ink.entry import Entry
from swn_jax.domains.ink.strokes import bad, rows
from swn_jax.errors import SwnError

ROOT, STROKES = "WhiteboardCaptureSession", "StrokeSet"


def entries(file: Path, name: str, down: bool) -> list[Entry]:
    """The one drawing of a file, by the writer it names, as those of whole sessions do.

    In files of single lines, which name none, the form stands for the writer. y is always downwards.
    """
    id = name.rpartition(".")[0]
    try:
        forms = safe_xml.parse(file).iter("Form")
    except SwnError as error:
        return [Entry(name, broken(id, file, error)._replace(speaker=form(id)))]
    writer = next((named for each in forms if (named := each.get("writerID", "").strip())), "")
    return [Entry(name, Recording(id, writer or form(id), partial(read, file), file))]


def form(id: str) -> str:
    """The form of a line: a01-000u of a01/a01-000/a01-000u-01."""
    return id.rpartition("/")[2].rpartition("-")[0] or id


def read(file: Path) -> list[Float32[np.ndarray, "n 3"]]:
    """The points of a line, as one block; raises SwnError for other XML and for bad points."""
    root = safe_xml.parse(file)
    found = root.find(STROKES)
    if root.tag != ROOT or found is None:
        raise bad(file, f"XML with the root {root.tag}", f"{ROOT} with a {STROKES}")
    return [rows([_points(stroke.findall("Point"), file) for stroke in found.findall("Stroke")], file, down=True)]


def _points(points: list, file: Path) -> Float[np.ndarray, "n 2"]:
    try:
        return np.array([(float(point.attrib["x"]), float(point.attrib["y"])) for point in points]).reshape(-1, 2)
    except (KeyError, ValueError) as error:
        raise bad(file, f"a Point without a number ({error})", "x and y") from error
