"""Bytes are those that kernels read and write, counted here by hand."""

import pytest
from hlo_texts import GPU, TPU

from swn_jax.studies.compiled.hlo import executed, parse
from swn_jax.studies.compiled.traffic import size_of, traffic


def bytes_of(text):
    module = parse(text)
    return [traffic(module, each) for each, _ in executed(module)]


def test_of_what_is_cut_or_put_in_place_only_the_piece_moves():
    index = 4
    cut, product = 2 * 8 * 4 * 4 + index, 4 * (8 * 4 + 4 * 2 + 8 * 2)
    put = 2 * 8 * 2 * 4 + index
    gemm, reduced, copied = 4 * (320 * 4 + 320 * 2 + 4 * 2), 2 * 4 * 2 * 4, 2 * 4 * 2 * 4
    assert bytes_of(GPU) == [cut, product, put, gemm, reduced, copied]


def test_of_what_is_cut_after_a_change_of_dtype_only_the_piece_moves():
    """Of two cuts of 8 numbers as bfloat16, from 400 in float32."""
    text = """HloModule cut

%fused_slice (p: f32[40,10]) -> (bf16[8], bf16[8]) {
  %p = f32[40,10]{1,0} parameter(0)
  %flat = f32[400]{0} bitcast(%p)
  %narrow = bf16[400]{0} convert(%flat)
  %a = bf16[8]{0} slice(%narrow), slice={[0:8]}
  %b = bf16[8]{0} slice(%narrow), slice={[8:16]}
  ROOT %both = (bf16[8]{0}, bf16[8]{0}) tuple(%a, %b)
}

ENTRY %main (x: f32[40,10]) -> (bf16[8], bf16[8]) {
  %x = f32[40,10]{1,0} parameter(0)
  ROOT %cut = (bf16[8]{0}, bf16[8]{0}) fusion(%x), kind=kLoop, calls=%fused_slice
}
"""
    assert bytes_of(text) == [2 * 8 * 4 + 2 * 8 * 2]


def test_what_lies_in_a_memory_of_its_own_does_not_move():
    assert bytes_of(TPU) == [2 * 128 * 512, 0, 4 * 128 * 512]


@pytest.mark.parametrize(
    ("shape", "size"),
    [
        ("f32[3,4]{1,0}", 48), ("(bf16[10], pred[7]{0}, s32[])", 31), ("token[]", 0), ("f8e4m3fn[16]{0}", 16),
        ("s4[6]", 3), ("u32[2]{0:T(256)S(2)}", 0),
    ],
)  # fmt: skip
def test_sizes_of_types(shape, size):
    assert size_of(shape) == size
