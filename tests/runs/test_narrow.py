"""bfloat16 is advised against only where its products are slow."""

import pytest

from swn_jax.runs.narrow import slow_on

WITH, WITHOUT = "processor\t: 0\nflags\t\t: fpu avx512_bf16 amx_bf16\n", "processor\t: 0\nflags\t\t: fpu avx512_bf16\n"
ARM = "processor\t: 0\nFeatures\t: fp asimd bf16\n"


@pytest.fixture
def cpuinfo(tmp_path):
    return tmp_path / "cpuinfo"


def test_a_processor_without_the_unit_is_told(cpuinfo):
    cpuinfo.write_text(WITHOUT)
    assert "without AMX, where a step runs at about 0.55" in slow_on("cpu", "bfloat16", cpuinfo)


@pytest.mark.parametrize(
    ("platform", "dtype", "text"),
    [("cpu", "bfloat16", WITH), ("cpu", "float32", WITHOUT), ("gpu", "bfloat16", WITHOUT), ("cpu", "bfloat16", ARM)],
)
def test_nothing_is_said_where_it_pays_or_nothing_is_known(platform, dtype, text, cpuinfo):
    cpuinfo.write_text(text)
    assert slow_on(platform, dtype, cpuinfo) == ""


def test_nothing_is_said_without_a_description(cpuinfo):
    assert slow_on("cpu", "bfloat16", cpuinfo) == ""
