"""Checks of the settings of classic prediction, and of the densities that build on it."""

from swn_jax.dists.classic.prediction import TAPS, Classic
from swn_jax.errors import SwnError
from swn_jax.ops.pitch import COARSE, NEAR, search_range

STEP = 25 * COARSE  # longest periods come in multiples of it, so that all spans are whole


def check(classic: Classic, window: int, units: int, components: int, taps: int = TAPS) -> None:
    """Raise SwnError for settings that do not fit together."""
    for name, value, least in (
        ("order", classic.order, 0), ("pitch", classic.pitch, 0), ("block", classic.block, 1), ("window", window, 1),
        ("units", units, 1), ("components", components, 2),
    ):  # fmt: skip
        if value < least:
            raise SwnError(f"{name}={value}: wanted {least} or more")
    if classic.history <= classic.order:
        raise SwnError(f"history={classic.history} for order={classic.order}: wanted more samples than coefficients")
    if classic.pitch and (classic.pitch % STEP or classic.block % COARSE):
        raise SwnError(
            f"pitch={classic.pitch} and block={classic.block}: wanted multiples of {STEP} and {COARSE}, or pitch=0"
        )
    if classic.pitch and classic.block > (nearest := nearest_tap(classic.pitch, taps)):
        raise SwnError(
            f"pitch={classic.pitch} reads samples down to {nearest} before a sample: wanted a block "
            f"no longer, found block={classic.block}: take a longer pitch or a shorter block"
        )


def nearest_tap(pitch: int, taps: int) -> int:
    """How far before a sample the newest one lies that is read as a period ago: the block has to be over by then."""
    return search_range(pitch)[0] - NEAR - taps // 2


def check_width(width: int, classic: Classic) -> None:
    """Raise SwnError for frames that are no whole number of blocks."""
    if width % classic.block == 0:
        return
    sizes = [size for size in range(classic.block, 0, -1) if width % size == 0]
    whole = [size for size in sizes if size % COARSE == 0]
    if classic.pitch and not whole:
        remedy = f"likelihood.pitch=0 and likelihood.block={sizes[0]}, or take another density"
    else:
        remedy = f"likelihood.block={(whole if classic.pitch else sizes)[0]}"
    raise SwnError(
        f"found frames of {width} numbers, wanted a multiple of the {classic.block} samples of a block: set {remedy}"
    )
