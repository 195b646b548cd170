"""What was found beside the recordings and left out, in words for the notes of a corpus."""

from collections import Counter
from collections.abc import Iterable
from pathlib import PurePath


def counted(files: Iterable[PurePath]) -> str:
    """Files counted by suffix, the most frequent first.

    >>> counted([PurePath("a.m4a"), PurePath("b.M4A"), PurePath("README")])
    '2 .m4a, 1 without suffix'
    """
    counts = Counter(file.suffix.lower() or "without suffix" for file in files)
    return ", ".join(f"{count} {suffix}" for suffix, count in counts.most_common())
