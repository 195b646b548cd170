"""Sweep files as users write them, and arguments behind their names."""

import pytest

from swn_jax.errors import SwnError
from swn_jax.studies.launch.source import function_of, trials_of

TEXT = """
def trials(config, total=500, rate=1e-3, name="x", totals=(1, 2), names=()):
    yield {"config": config, "total": total, "rate": rate, "name": name, "totals": totals, "names": names}
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "sweep.py"

    def write(text):
        path.write_text(text)
        return str(path)

    return write


def test_defaults_and_arguments(file):
    path = file(TEXT)
    assert trials_of(path, "c") == [
        {"config": "c", "total": 500, "rate": 1e-3, "name": "x", "totals": (1, 2), "names": ()}
    ]
    assert trials_of(f"{path}:total=64,rate=2,name=y,totals=3+4,names=a", "c") == [
        {"config": "c", "total": 64, "rate": 2.0, "name": "y", "totals": (3, 4), "names": ("a",)}
    ]


@pytest.mark.parametrize(("text", "arguments", "words"), [
    (TEXT, ":totl=3", "no argument of .*sweep.py 'totl': did you mean 'total'"),
    (TEXT, ":total=many", "found total=many, wanted int, as in the default 500"),
    (TEXT, ":totals=1+x", "wanted int"),
    (TEXT, ":total", "wanted int"),
    ("def trials(config:", "", "cannot be imported \\(SyntaxError"),
    ("import nothing_of_this_name", "", "cannot be imported \\(ModuleNotFoundError"),
    ("trial = 3", "", "found no function trials"),
    ("trials = 3", "", "found no function trials"),
    ("def trials(config):\n    yield {'a': 1 // 0}", "", "makes no trials \\(ZeroDivisionError"),
    ("def trials(config):\n    return 3", "", "makes no trials \\(TypeError"),
])  # fmt: skip
def test_files_that_are_no_sweep(file, text, arguments, words):
    with pytest.raises(SwnError, match=words):
        trials_of(file(text) + arguments, None)


def test_files_that_are_none(tmp_path):
    with pytest.raises(SwnError, match="there is no file"):
        function_of(str(tmp_path / "nothing.py"), "trials")
    (tmp_path / "text.txt").write_text("x")
    with pytest.raises(SwnError, match="no Python file"):
        function_of(str(tmp_path / "text.txt"), "trials")
