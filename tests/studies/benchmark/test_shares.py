"""Rates are compared with the product in the same dtype and with the data sheet."""

import pytest

from swn_jax.studies.benchmark.shares import peaks_of, with_shares

H100 = peaks_of("NVIDIA H100 80GB HBM3")


def content(float32):
    rows = [
        {"of": "product", "dtype": dtype, "precision": precision, "tflops": tflops}
        for dtype, precision, tflops in [
            ("float32", "highest", 1.0), ("float32", "default", float32), ("bfloat16", "default", 700.0)
        ]
    ]  # fmt: skip
    return {"rows": rows, "peaks_tflops": H100}


@pytest.mark.parametrize(("product", "peak"), [(350.0, 495.0), (50.0, 67.0)])
def test_the_peak_of_float32_is_that_of_what_products_are_taken_in(product, peak):
    found = with_shares({"tflops": 35.0}, {"dtype": "float32"}, content(product))
    assert found == {"tflops": 35.0, "share_of_product": 35 / product, "share_of_peak": 35 / peak}


def test_bfloat16_has_its_own():
    found = with_shares({"tflops": 350.0}, {"dtype": "bfloat16"}, content(300.0))
    assert (found["share_of_product"], found["share_of_peak"]) == (0.5, 350 / 989)


def test_a_device_that_nobody_knows_has_no_peak():
    rows = {**content(2.0), "peaks_tflops": peaks_of("cpu")}
    assert with_shares({"tflops": 1.0}, {}, rows) == {"tflops": 1.0, "share_of_product": 0.5}


def test_what_has_no_rate_has_no_share():
    assert with_shares({"error": "why"}, {}, content(2.0)) == {"error": "why"}
    assert with_shares({"tflops": 1.0}, {}, {"rows": [], "peaks_tflops": {}}) == {"tflops": 1.0}
