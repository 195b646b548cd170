"""Natural order of names: numbers sort by their value."""

import re

Words = list[str | tuple[int, str]]  # text and numbers by turns; a number as its count of digits and its digits


def natural(name: str) -> tuple[Words, str]:
    """The sort key of a name.

    >>> sorted(["line-10", "line-9"], key=natural)
    ['line-9', 'line-10']
    """
    return _words(name), name


def natural_path(path: str) -> tuple[list[Words], str]:
    """The sort key of a path, folder by folder.

    >>> sorted(["a1", "a10", "a2", "a/z"], key=natural_path)
    ['a/z', 'a1', 'a2', 'a10']
    """
    return [_words(part) for part in path.split("/")], path


def _words(text: str) -> Words:
    words: Words = list(re.split("([0-9]+)", text))
    for i in range(1, len(words), 2):
        digits = str(words[i]).lstrip("0")
        words[i] = (len(digits), digits)
    return words
