import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from swn_jax.domains.motion.resample import resampled
from swn_jax.domains.motion.skeleton import PLACE, Skeleton


def turning(order: str, times) -> np.ndarray:
    """Euler angles of a body that turns about a fixed slanted axis at constant speed, through all quadrants."""
    spin = Rotation.from_rotvec(np.outer(times, [0.4, -0.7, 0.5]))
    return (spin * Rotation.from_euler("XYZ", [20, 80, -50], degrees=True)).as_euler(order, degrees=True)


@pytest.mark.parametrize("order", ["ZXY", "XYZ", "YZX"])
@pytest.mark.parametrize("step", [0.8, 5 / 3, 3.3])
def test_constant_turning_stays_constant(order, step):
    """Slerp is exact for it; linear angles are off by degrees."""
    channels = (*PLACE, *(f"{axis}rotation" for axis in order))
    skeleton = Skeleton(("hip",), (-1,), ((0.0, 0.0, 0.0),), (channels,))
    old, new = np.arange(30), np.arange(0, 29 + 1e-9, step)
    motion = np.hstack([np.outer(old, [1.0, -2, 3]), turning(order, old)])
    found = resampled(skeleton, motion, step)
    np.testing.assert_allclose(found[:, :3], np.outer(new, [1.0, -2, 3]), atol=1e-9)
    off = (
        Rotation.from_euler(order, found[:, 3:], degrees=True)
        * Rotation.from_euler(order, turning(order, new), degrees=True).inv()
    )
    assert off.magnitude().max() < 1e-7


def test_one_and_two_axes_go_the_short_way():
    channels = (("Zrotation",), ("Xrotation", "Yrotation"), None)
    skeleton = Skeleton(("a", "b", "c"), (-1, 0, 1), ((0.0, 0.0, 0.0),) * 3, channels)
    found = resampled(skeleton, np.array([[170.0, 0, -170], [-170, 10, 170], [-150, 20, 150]]), 0.5)
    np.testing.assert_allclose(found[:, 0] % 360, [170, 180, 190, 200, 210])
    np.testing.assert_allclose(found[:, 1], [0, 5, 10, 15, 20])
    np.testing.assert_allclose(found[:, 2] % 360, [190, 180, 170, 160, 150])


@pytest.mark.parametrize("frames", [0, 1])
def test_too_little_to_go_between(frames):
    skeleton = Skeleton(("a",), (-1,), ((0.0, 0.0, 0.0),), (("Zrotation",),))
    assert resampled(skeleton, np.ones((frames, 1)), 0.8).shape == (frames, 1)
