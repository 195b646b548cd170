"""Human motion: BVH files, frames of joint positions, stick figures, statistics and a synthesiser."""

from swn_jax.domains.motion.domain import MOTION

__all__ = ["MOTION"]
