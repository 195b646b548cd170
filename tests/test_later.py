"""What is left for later is there, and what stays of it stays."""

import pytest
from later import LATER, is_later
from shipped import ROOT


@pytest.mark.parametrize("key", LATER)
def test_the_table_names_tests_that_are_there(key):
    path, _, name = key.partition("::")
    assert f"def {name}(" in (ROOT / "tests" / path).read_text() if name else (ROOT / "tests" / path).exists()


def test_what_stays_is_found_by_its_parameters(request):
    """Of those tests of which this process has read all."""
    daily = {item.nodeid.removeprefix("tests/").partition("[")[0] for item in request.session.items}
    files = {item.nodeid.removeprefix("tests/").partition("::")[0] for item in request.session.items}
    if len(files) < len({key.partition("::")[0] for key in LATER}):
        pytest.skip("only some files are read")
    assert not [key for key, stays in LATER.items() if stays and key not in daily]


@pytest.mark.parametrize(("nodeid", "later"), [
    ("tests/models/test_contract.py::test_contract[lstm-padding_is_invisible]", False),
    ("tests/models/test_contract.py::test_contract[lstm:deep-padding_is_invisible]", True),
    ("tests/models/test_line.py::test_steps_are_the_parallel_run", True),
    ("tests/models/test_lstm.py::test_the_model_is_its_equations[1-True]", False),
    ("swn_jax/anneal.py::swn_jax.anneal", False),
])  # fmt: skip
def test_a_test_is_later_by_its_name_and_parameters(nodeid, later):
    assert is_later(nodeid) == later
