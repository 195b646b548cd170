"""Settings: a config as nested dictionaries, which benchmarks read as they are; `by_name.py` makes configs of them."""

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

Settings = dict[str, Any]


@runtime_checkable
class Config(Protocol):
    """What is read of a config: of a ConfigDict, or of settings as they are."""

    def __getitem__(self, key: str, /) -> Any: ...

    def get(self, key: str, default: Any = None, /) -> Any: ...


def put(settings: Settings, values: Mapping[str, Any]) -> None:
    """Set values by their dotted keys; raises KeyError for a key that the settings do not have.

    >>> settings = {"rate": 1.0, "anneal": {"start": 0.2}}
    >>> put(settings, {"anneal.start": 0.0})
    >>> settings
    {'rate': 1.0, 'anneal': {'start': 0.0}}
    """
    for key, value in values.items():
        *heads, last = key.split(".")
        place = settings
        for head in heads:
            place = place[head]
        if last not in place:
            raise KeyError(key)
        place[last] = value
