"""Names in natural order: numbers by their value, paths folder by folder."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from swn_jax.data.natural import natural, natural_path

NAMES = st.lists(st.text("ab019/. é", min_size=1), max_size=8)


def test_numbers_sort_by_value():
    names = ["a10", "a9", "b1", "a01", "a1", "a", "9" * 6000, "8" * 6000]
    want = ["8" * 6000, "9" * 6000, "a", "a01", "a1", "a9", "a10", "b1"]
    assert sorted(names, key=natural) == want


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(NAMES)
def test_paths_sort_as_lists_of_folders_with_integers(names):
    """Against the plain definition, with Python's integers."""

    def plain(path):
        parts = [re.split("([0-9]+)", part) for part in path.split("/")]
        return [[int(word) if i % 2 else word for i, word in enumerate(words)] for words in parts], path

    assert sorted(names, key=natural_path) == sorted(reversed(names), key=plain)
