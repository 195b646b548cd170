"""Safe XML parsing, for InkML and IAM-OnDB: no document types, hence no entity expansion."""

from pathlib import Path
from xml.etree import ElementTree

from swn_jax.data.reading import AGAIN, SAVE
from swn_jax.errors import SwnError


class _DocumentTypeError(ValueError):
    """A document type, and with it entities, which can expand one line to gigabytes."""


class _Plain(ElementTree.TreeBuilder):
    """Refuses document types."""

    def doctype(self, *_: object) -> None:
        raise _DocumentTypeError("a DOCTYPE, which is not allowed")


def parse(file: Path) -> ElementTree.Element:
    """The root element, tags without namespaces; raises SwnError for a file that is not plain XML."""
    content = b""
    try:
        content = file.read_bytes()
        root = ElementTree.fromstring(content, ElementTree.XMLParser(target=_Plain()))
    except (OSError, _DocumentTypeError) as error:
        raise SwnError(f"{file}: cannot be read as XML ({error}): {AGAIN}") from error
    except (ElementTree.ParseError, ValueError, LookupError) as error:  # the last two are of its encoding
        damaged = isinstance(error, ElementTree.ParseError) and _is_utf_8(content)
        raise SwnError(f"{file}: cannot be read as XML ({error}): {AGAIN if damaged else SAVE}") from error
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


def _is_utf_8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True
