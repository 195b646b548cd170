"""The rate of a step as a share of the rate of a large product, and of what the device is sold for."""

from collections.abc import Mapping
from typing import Any

from swn_jax.studies.benchmark.row import Measured

HOPPER = {"float32": (67.0, 495.0), "bfloat16": (989.0,)}  # TFLOP/s, dense; the second of float32 is of TF32
V5E = {"float32": (197.0,), "bfloat16": (197.0,)}  # a TPU takes products of float32 in bfloat16 by default
Rates = Mapping[str, tuple[float, ...]]
PEAKS: Mapping[str, Rates] = {  # of data sheets, of Hopper those of the SXM boards
    "H100": HOPPER,
    "H200": HOPPER,
    "TPU v5 lite": V5E,
}


def peaks_of(kind: str) -> Rates:
    """The published rates of a device by dtype; none of one that is not known."""
    return next((peaks for name, peaks in PEAKS.items() if name in kind), {})


def with_shares(found: Measured, labels: Mapping[str, Any], content: Mapping[str, Any]) -> Measured:
    """What was found, with the shares where there is a rate and something to compare with.

    The peak of a dtype is the lowest published one that the measured product does not exceed: of float32 that of TF32
    where products are taken in it.
    """
    dtype = labels.get("dtype", "float32")
    rows = [*content["rows"], {**labels, **found}]
    product = next((row["tflops"] for row in rows if is_product(row, dtype)), None)
    if "tflops" not in found or product is None:
        return found
    shares = {"share_of_product": found["tflops"] / product}
    above = [peak for peak in content["peaks_tflops"].get(dtype, ()) if peak >= product]
    return found | shares | ({"share_of_peak": found["tflops"] / above[0]} if above else {})


def is_product(row: Mapping[str, Any], dtype: str) -> bool:
    """Whether a row is the product of a dtype as jax takes it by default."""
    return row.get("of") == "product" and "tflops" in row and (row["dtype"], row["precision"]) == (dtype, "default")
