"""Reader of the transcripts of IAM-OnDB: the text files of the folder ascii, one for each form."""

from pathlib import Path

from swn_jax.data.reading import read_text

HEAD, OTHER = "CSR:", "OCR:"  # what was written line by line stands below the first, what was to be below the second


def read(file: Path) -> tuple[str, ...]:
    """The lines of a form as they were written; none if the file says of none.

    Raises SwnError for a file that cannot be read.
    """
    own, inside = [], False
    for line in map(str.strip, read_text(file).splitlines()):
        if line in (HEAD, OTHER):
            inside = line == HEAD
        elif inside and line:
            own.append(line)
    return tuple(own)


def of_line(root: Path, id: str) -> str:
    """The text of the line `a01/a01-000/a01-000u-01`; "" where no file has it."""
    form, _, number = id.rpartition("-")
    file = root / f"{form}.txt"
    lines = read(file) if file.is_file() else ()
    at = int(number) - 1 if number.isdecimal() else -1
    return lines[at] if 0 <= at < len(lines) else ""
