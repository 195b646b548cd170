import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from swn_jax.domains.motion import bvh
from swn_jax.domains.motion.kinematics import lengths, positions, rotation, variation
from swn_jax.domains.motion.skeleton import Skeleton

PLAIN = ("Zrotation", "Xrotation", "Yrotation")


def chain(*channels):
    """Bones of length 1, each up from the one before, from a root that is placed by three positions."""
    n = len(channels) + 1
    root = ("Xposition", "Yposition", "Zposition")
    return Skeleton(
        tuple(f"j{i}" for i in range(n + 1)),
        tuple(range(-1, n)),
        ((0, 0, 0), *[(0, 1, 0)] * n),
        (root, *channels, None),
    )


@pytest.mark.parametrize(
    ("axis", "moved", "to"), [(0, [0, 1, 0], [0, 0, 1]), (1, [0, 0, 1], [1, 0, 0]), (2, [1, 0, 0], [0, 1, 0])]
)
def test_quarter_turns_are_right_handed(axis, moved, to):
    np.testing.assert_allclose(rotation(axis, np.array([90.0]))[0] @ moved, to, atol=1e-15)


def test_hand_worked_elbow():
    """An arm lifted to the side by 90 degrees, its elbow bent by 90 degrees about z, at (10, 20, 30)."""
    skeleton = chain(PLAIN, PLAIN)
    motion = np.array([[10, 20, 30, 90, 0, 0, 90, 0, 0], [10, 20, 30, 0, 90, 0, 0, 0, 90]], float)
    found = positions(skeleton, motion)
    np.testing.assert_allclose(found[0], [[10, 20, 30], [10, 21, 30], [9, 21, 30], [9, 20, 30]], atol=1e-12)
    np.testing.assert_allclose(found[1], [[10, 20, 30], [10, 21, 30], [10, 21, 31], [10, 21, 32]], atol=1e-12)


def test_positions_take_the_place_of_offsets():
    skeleton = Skeleton(("a", "b"), (-1, 0), ((1, 2, 3), (4, 5, 6)), (("Zposition",), ("Yposition",)))
    np.testing.assert_array_equal(positions(skeleton, np.array([[30.0, 50.0]]))[0], [[1, 2, 30], [5, 52, 36]])


def test_each_joint_has_its_own_order(make):
    """Against scipy, joint by joint, with homogeneous coordinates."""
    clip = bvh.parse(make.bvh(40 * make.angles(9)), "a")
    skeleton = clip.skeleton
    found = positions(skeleton, clip.motion)
    for t, row in enumerate(clip.motion):
        values = iter(row)
        frames = []
        for parent, offset, channels in zip(skeleton.parents, skeleton.offsets, skeleton.channels, strict=True):
            given = [(channel, next(values)) for channel in channels or ()]
            order = "".join(channel[0] for channel, _ in given if "rot" in channel)
            local = np.eye(4)
            local[:3, 3] = [dict(given).get(f"{axis}position", o) for axis, o in zip("XYZ", offset, strict=True)]
            if order:
                turns = [value for channel, value in given if "rot" in channel]
                local[:3, :3] = Rotation.from_euler(order, turns, degrees=True).as_matrix().reshape(3, 3)
            frames.append((frames[parent] if parent >= 0 else np.eye(4)) @ local)
        np.testing.assert_allclose(found[t], [frame[:3, 3] for frame in frames], atol=1e-9)


def test_bones_keep_their_length(sample):
    clip = bvh.read(sample / "bvh" / "other_skeleton" / "131_01.bvh")
    places = positions(clip.skeleton, clip.motion)
    bones = np.linalg.norm(places[:, 1:] - places[:, list(clip.skeleton.parents[1:])], axis=-1)
    wanted = np.linalg.norm(clip.skeleton.offsets[1:], axis=-1)
    np.testing.assert_allclose(bones, np.broadcast_to(wanted, bones.shape), atol=1e-9)


def test_a_real_dancer_stands_upright_on_the_ground(sample):
    clip = bvh.read(sample / "bvh" / "salsa" / "10.bvh")
    places = positions(clip.skeleton, clip.motion)
    feet = [i for i, name in enumerate(clip.skeleton.names) if "Foot" in name]
    head = clip.skeleton.names.index("head")
    assert np.median(np.abs(places[:, feet, 1].min(1))) < 5
    assert (places[:, head, 1] > 100).all()


def test_lengths_and_their_variation_by_hand():
    places = np.array([[[0.0, 0, 0], [3, 4, 0], [3, 4, 0], [3, 4, 2]], [[1, 1, 1], [1, 1, 16], [1, 1, 16], [1, 1, 18]]])
    parents = (-1, 0, 1, 2)
    np.testing.assert_allclose(lengths(parents, places), [[5, 0, 2], [15, 0, 2]])
    stick = Skeleton(tuple("abcd"), parents, ((0.0, 0.0, 0.0),) * 4, ((), (), (), None))
    np.testing.assert_allclose(variation(stick, places), [0.5, 0])
    loose = stick._replace(channels=((), ("Xposition",), (), None))
    np.testing.assert_allclose(variation(loose, places), [0])
