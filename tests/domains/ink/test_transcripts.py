"""Transcripts of IAM-OnDB."""

import pytest

from swn_jax.domains.ink import transcripts
from swn_jax.errors import SwnError

FORM = "OCR: \n\nWhat it was\nto be.\n\nCSR: \n\nWhat it  was\nto bee \n\n"


def test_lines_are_those_that_were_written(tmp_path):
    file = tmp_path / "a01/a01-000/a01-000u.txt"
    file.parent.mkdir(parents=True)
    file.write_text(FORM)
    assert transcripts.read(file) == ("What it  was", "to bee")
    ids = ("a01/a01-000/a01-000u-02", "a01/a01-000/a01-000u-03", "a01/a01-000/a01-000u-00", "a01/a01-000/a01-000x-01")
    assert [transcripts.of_line(tmp_path, id) for id in ids] == ["to bee", "", "", ""]
    file.write_bytes(b"CSR:\n\xff\xfe")
    with pytest.raises(SwnError, match="cannot be read as text"):
        transcripts.read(file)
