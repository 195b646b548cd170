"""The text of a program is read as it runs: loops as often as they do, branches by the shortest."""

from collections import Counter

import pytest
from hlo_texts import GPU, TPU

from swn_jax.studies.compiled.hlo import closing, executed, parse


def opcodes(text):
    found = Counter()
    for each, times in executed(parse(text)):
        found[each.opcode] += times
    return found


def test_loops_count_as_often_as_they_run_and_of_branches_the_shortest():
    assert opcodes(GPU) == {"fusion": 3 * 40, "custom-call": 1, "all-reduce-start": 1, "copy": 1}


def test_where_the_compiler_is_silent_the_condition_tells_how_often():
    silent = GPU.replace('{"known_trip_count":{"n":"40"},', "{")
    assert silent != GPU
    assert opcodes(silent) == opcodes(GPU)


def test_a_loop_without_a_bound_counts_once():
    unknown = GPU.replace('{"known_trip_count":{"n":"40"},', "{").replace("constant(40)", "parameter(1)")
    assert opcodes(unknown)["fusion"] == 3


def test_names_of_memory_and_ends_of_what_has_begun_are_no_work():
    assert opcodes(TPU) == {"copy-start": 1, "convert": 1, "copy": 1}


def test_an_instruction_is_read_whole():
    module = parse(GPU)
    (gemm,) = (each for each in module.entry if each.opcode == "custom-call")
    assert gemm.shape == "(f32[4,2]{1,0}, s8[4096]{0})"
    assert [each.opcode for each in gemm.operands] == ["bitcast", "bitcast"]
    assert [each.root for each in module.entry] == [False] * (len(module.entry) - 1) + [True]
    (copy,) = (each for each in parse(TPU).entry if each.opcode == "copy-start")
    assert copy.shape.endswith("u32[]{:S(2)})")


@pytest.mark.parametrize(("text", "place"), [("(a(b)c) d", 7), ("(a", 2)])
def test_the_end_of_a_parenthesis(text, place):
    assert closing(text) == place
