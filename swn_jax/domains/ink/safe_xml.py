"""Safe XML parsing, for InkML and IAM-OnDB: no document types, hence no entity expansion."""

from pathlib import Path
from xml.etree import ElementTree

from swn_jax.data.reading import AGAIN
from swn_jax.errors import SwnError


class _Plain(ElementTree.TreeBuilder):
    """Refuses document types, and with them entities, which can expand one line to gigabytes."""

    def doctype(self, *_: object) -> None:
        raise ValueError("a DOCTYPE, which is not allowed")


def parse(file: Path) -> ElementTree.Element:
    """The root element, tags without namespaces; raises SwnError for a file that is not plain XML."""
    try:
        root = ElementTree.fromstring(file.read_bytes(), ElementTree.XMLParser(target=_Plain()))
    except (OSError, ElementTree.ParseError, ValueError, LookupError) as error:
        raise SwnError(f"{file}: cannot be read as XML ({error}): {AGAIN}") from error
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root
