"""The page has a table for each kind of row, and lists what is missing."""

from swn_jax.studies.benchmark.page import page

CONTENT = {
    "device": "cpu", "cpus": 2, "at_once": 1, "date": "2026-11-26T00:00:00+00:00", "jax": "0", "python": "3",
    "swn_jax": "1",
}  # fmt: skip


def of(*rows):
    return page({**CONTENT, "rows": rows}).split("\n\n")


def test_rows_of_a_preset_stand_together_and_columns_that_none_has_are_left_out():
    rows = [{"what": "step", "preset": p, "dtype": d, "batch": 4, "ms": 1234.5678}
            for d in ("float32", "bfloat16") for p in "ba"]  # fmt: skip
    assert of(*rows)[2:] == [
        "## Train steps",
        "| preset | dtype | batch | ms |\n| --- | --- | --- | --- |\n"
        "| b | float32 | 4 | 1,235 |\n| b | bfloat16 | 4 | 1,235 |\n"
        "| a | float32 | 4 | 1,235 |\n| a | bfloat16 | 4 | 1,235 |\n",
    ]


def test_lengths_are_columns():
    rows = [{"what": "lengths", "preset": p, "batch": 4, "frames": n, "ms": float(n)} for n in (400, 40) for p in "ba"]
    assert (
        "| batch 4 | 40 | 400 |\n| --- | --- | --- |\n| b | 40 | 400 |\n| a | 40 |  |" in of(*rows[:-3], *rows[2:])[3]
    )


def test_seeds_are_compared_with_one():
    rows = [{"what": "replicas", "preset": "a", "replicas": n, "ms": ms} for n, ms in [(4, 6.0), (1, 3.0)]]
    assert of(*rows)[3] == (
        "| preset | seeds | ms | to one |\n| --- | --- | --- | --- |\n| a | 1 | 3 | 1.00 |\n| a | 4 | 6 | 2.00 |\n"
    )


def test_what_failed_and_what_was_left_out_is_listed():
    rows = [
        {"what": "step", "preset": "a", "error": "MemoryError: "},
        {"what": "step", "preset": "b", "skipped": "0 s"},
    ]
    assert of(*rows)[2:] == ["## Train steps", "Failed:", "- preset a: MemoryError: ", "No time:", "- preset b\n"]


def test_the_peak_of_memory_is_told_where_it_is_known():
    assert "at most 1,234 MiB in use" in page({**CONTENT, "peak_memory_mib": 1234.4, "rows": []})
    assert "in use" not in of()[1]
