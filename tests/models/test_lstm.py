"""The recurrent baseline a second time in numpy, frame by frame, and its size at the published settings."""

import numpy as np
import plain
import pytest

from swn_jax.dists.likelihood import gaussian
from swn_jax.errors import SwnError
from swn_jax.models import build
from swn_jax.models.lstm import lstm

FRAME, CELLS = 3, 4


def in_numpy(layers, direct=0):
    def copy(p, x, before, noise, infer):
        states = [plain.zeros(CELLS) for _ in range(layers)]
        for u, x_t in zip([before, *x[:-1]], x, strict=True):
            h = plain.hidden(p["embed"], u)
            for l in range(layers):
                states[l] = plain.lstm(p[f"stack_{l}"], states[l], h)
                h = states[l][0]
            params = plain.head(p["head"], plain.hidden(p["emission"], h))
            if direct:
                params = params + np.pad(plain.head(p["straight"], u), (0, len(params) - direct))
            yield plain.log_px(params, x_t), *(np.zeros(0),) * 3

    return copy


@pytest.mark.parametrize("infer", [True, False])
@pytest.mark.parametrize("layers", [1, 3])
def test_the_model_is_its_equations(layers, infer):
    plain.agrees(lstm(FRAME, width=5, cells=CELLS, layers=layers), in_numpy(layers), infer)


@pytest.mark.parametrize("direct", [2, 6])
def test_what_is_read_reaches_the_first_parameters_past_the_cells(direct):
    plain.agrees(lstm(FRAME, width=5, cells=CELLS, direct=direct), in_numpy(1, direct), infer=False)


def test_nothing_is_read_past_the_cells_by_default():
    assert plain.count(lstm(3, width=5, cells=4)) + plain.affine(3, 5) + plain.affine(5, 2) == plain.count(
        lstm(3, width=5, cells=4, direct=2)
    )


@pytest.mark.parametrize(("width", "cells", "published"), [(1024, 512, 18_280_160), (512, 1024, 13_608_672)])
def test_the_number_of_parameters_is_the_published_one(width, cells, published):
    """Of the released code with a mixture of 20 for each of 200 numbers; its cells have a second bias a gate."""
    mixture = gaussian()._replace(size=lambda width: 3 * 20 * width)
    assert plain.count(lstm(200, width=width, cells=cells, likelihood=mixture)) == published - 4 * cells


def test_the_number_of_parameters():
    a = plain.affine
    expected = (
        a(3, 5) + a(5, 5) + plain.lstm_size(5, 4) + plain.lstm_size(4, 4) + a(4, 5) + a(5, 5) + a(5, 6)
    )  # fmt: skip
    assert plain.count(lstm(3, width=5, cells=4, layers=2)) == expected


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (dict(layers=0), "layers=0: wanted 1 or more"),
        (dict(cells=-2), "cells=-2: wanted 1 or more"),
        (dict(width=0), "width=0: wanted 1 or more"),
        (dict(direct=7), "found direct=7, wanted 0 to 6"),
        (dict(direct=-1), "found direct=-1, wanted 0 to 6"),
        (dict(dtype="float16"), "there is no dtype 'float16'"),
        (dict(cell=3), "there is no field of lstm 'cell': did you mean 'cells'"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_what_makes_no_model(fields, message):
    with pytest.raises(SwnError, match=message):
        build("lstm", 3, **fields)
