"""Whether products of bfloat16 pay on the processor of this machine."""

import re
from pathlib import Path

UNIT = "amx_bf16"  # of x86-64 processors, which multiplies them
CPUINFO = Path("/proc/cpuinfo")


def slow_on(platform: str, dtype: str, cpuinfo: Path = CPUINFO) -> str:
    """A sentence for products of bfloat16 on an x86-64 processor that has no unit for them; "" wherever they pay.

    Args:
      platform: of the devices, as jax names it.
      dtype: of the products.
      cpuinfo: what Linux says of the processor; where there is none, nothing is known.
    """
    if (platform, dtype) != ("cpu", "bfloat16") or not cpuinfo.exists():
        return ""
    flags = re.search(r"^flags\s*:(.*)", cpuinfo.read_text(), re.MULTILINE)
    if flags is None or UNIT in flags[1].split():
        return ""
    return ("found model.dtype=bfloat16 on a CPU without AMX, where a step runs at about 0.55 of the speed of float32: "
            "leave --config.model.dtype out there")  # fmt: skip
