"""JSON objects with a checksum of their own, so that a damaged number is never read as one."""

import json
import zlib
from collections.abc import Mapping
from operator import ne
from typing import Any

SEAL = "crc32"  # the last entry: of the text of the others


def sealed(record: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON object with its checksum.

    >>> sealed({"step": 3})
    {'step': 3, 'crc32': 145879999}
    """
    return {**record, SEAL: _sum(record)}


def opened(text: str) -> dict[str, Any]:
    """The JSON object of a text without its checksum; those written before there was one are taken as they are.

    Raises:
      ValueError: for a text that is no JSON object, or that differs from its checksum.
    """
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError(f"found {type(found).__name__}")
    return intact(found)


def intact(found: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON object that was read, without its checksum; raises ValueError where it differs from it."""
    record = {name: value for name, value in found.items() if name != SEAL}
    if found.get(SEAL) not in (None, _sum(record)):
        raise ValueError("it differs from its checksum")
    if odd := [name for name in record if len(name) == len(SEAL) and sum(map(ne, name, SEAL)) == 1]:
        raise ValueError(f"its checksum is named {odd[0]!r}")  # a damage, or it would count as one of before
    return record


def _sum(record: Mapping[str, Any]) -> int:
    return zlib.crc32(json.dumps(record).encode())
