"""The compilers of accelerators, as packages that compile on a machine without one."""

import importlib.util
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import jax
from jax.experimental import topologies

from swn_jax.errors import SwnError
from swn_jax.studies.compiled.targets import CHIPS, Card, Target

PACKAGES = {"cuda": ("aot-cuda", ("jax_plugins.xla_cuda12", "nvidia.cuda_nvcc")), "tpu": ("aot-tpu", ("libtpu",))}
ALONE = {"TPU_SKIP_MDS_QUERY": "1", "TPU_WORKER_HOSTNAMES": "localhost"}  # libtpu looks for no machine around it
HOPPER = """
gpu_device_info {{
  threads_per_block_limit: 1024 threads_per_warp: 32 shared_memory_per_block: 49152 shared_memory_per_core: 233472
  threads_per_core_limit: 2048 core_count: 132 fpus_per_core: 128
  block_dim_limit_x: 2147483647 block_dim_limit_y: 65535 block_dim_limit_z: 65535
  memory_bandwidth: {bandwidth:.0f} l2_cache_size: 52428800 clock_rate_ghz: 1.98 device_memory_size: {memory:.0f}
  shared_memory_per_block_optin: 232448 cuda_compute_capability {{ major: 9 }}
  registers_per_core_limit: 65536 registers_per_block_limit: 65536
}}
platform_name: "CUDA"
dnn_version_info {{ major: 9 minor: 10 patch: 0 }}
device_description_str: "{kind}"
"""


def check(target: Target) -> None:
    """Check that the packages that compile for a target are there; raises SwnError, with their extra, if not."""
    extra, modules = PACKAGES[target.card.platform]
    missing = [name for name in modules if not is_there(name)]
    if missing:
        raise SwnError(f"found no {' and no '.join(missing)}, wanted the compiler for the target {target.name}: "
                       f"pip install -c requirements.txt -e .[{extra}]")  # fmt: skip


def is_there(module: str) -> bool:
    """Whether a module can be imported."""
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # of the package that it lies in
        return False


@contextmanager
def on_a_cpu() -> Iterator[None]:
    """Let jax use no device but the CPU, so that it neither looks for the accelerators nor takes their memory."""
    before = jax.config.jax_platforms  # type: ignore[attr-defined]
    environment = {name: os.environ.get(name) for name in ALONE}
    jax.config.update("jax_platforms", "cpu")
    os.environ.update(ALONE)
    try:
        yield
    finally:
        jax.config.update("jax_platforms", before)
        for name, value in environment.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def devices_of(target: Target) -> Sequence[jax.Device]:
    """The devices of a target, for which programs compile and on which none runs."""
    card = target.card
    if card.platform == "tpu":
        topology = topologies.get_topology_desc(platform="tpu", topology_name=f"v5e:{CHIPS[target.devices]}")
    else:
        topology = topologies.get_topology_desc(
            platform="cuda", topology_name="", target_config=text_of(card), topology=f"1x1x{target.devices}"
        )
    return topology.devices[: target.devices]


def text_of(card: Card) -> str:
    """What the compiler is told of a GPU."""
    sizes = {"bandwidth": 1e12 * card.terabytes_per_second, "memory": 1e9 * card.gigabytes}
    return HOPPER.format(kind=card.kind, **sizes)


def options(target: Target) -> dict[str, Any]:
    """The options of the compiler: without a GPU it can try out no tilings, and leaves products to the library."""
    if target.card.platform == "tpu":
        return {}
    (folder,) = importlib.util.find_spec("nvidia.cuda_nvcc").submodule_search_locations  # type: ignore[union-attr,misc]
    return {
        "xla_gpu_autotune_level": 0, "xla_gpu_enable_triton_gemm": False, "xla_gpu_cuda_data_dir": folder,
    }  # fmt: skip
