"""Any one bit that is flipped in a sealed object is seen, or changes nothing of what is read."""

import json
import math

import pytest

from swn_jax.sealed import opened, sealed

RECORD = {"step": 12, "loss": -1.25e-3, "kl": [0.1, math.inf], "name": "é", "none": None}


def test_what_was_sealed_comes_back():
    assert opened(json.dumps(sealed(RECORD))) == RECORD
    assert opened(json.dumps(sealed(RECORD), indent=1)) == RECORD
    assert opened('{"step": 3}') == {"step": 3}  # of before


def test_no_flipped_bit_changes_what_is_read():
    text = json.dumps(sealed(RECORD)).encode()
    seen = 0
    for place in range(8 * len(text)):
        harmed = bytearray(text)
        harmed[place // 8] ^= 1 << place % 8
        try:
            found = opened(harmed.decode())
        except ValueError:
            seen += 1
        else:
            assert found == RECORD
    assert seen > 0.9 * 8 * len(text)


@pytest.mark.parametrize("text", ["", "[]", "3", '{"step": 3', '{"step": 3, "crc32": 4}', '{"crc32": "x"}'])
def test_what_is_no_such_object_is_refused(text):
    with pytest.raises(ValueError, match="."):
        opened(text)
