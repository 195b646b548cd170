"""XML without the parts that are dangerous: what InkML and the files of IAM-OnDB have in common."""

from pathlib import Path
from xml.etree import ElementTree

from swn_jax.domains.ink.strokes import AGAIN
from swn_jax.errors import SwnError


class _Plain(ElementTree.TreeBuilder):
    """Takes no document type, and so no entities, which can make gigabytes out of a line."""

    def doctype(self, *_: object) -> None:
        raise ValueError("a DOCTYPE, which is not taken")


def parse(file: Path) -> ElementTree.Element:
    """The root element, tags without their namespace; raises SwnError for what is no plain XML."""
    try:
        root = ElementTree.fromstring(file.read_bytes(), ElementTree.XMLParser(target=_Plain()))
    except (OSError, ElementTree.ParseError, ValueError, LookupError) as error:
        raise SwnError(f"{file}: cannot be read as XML ({error}): {AGAIN}") from error
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root
