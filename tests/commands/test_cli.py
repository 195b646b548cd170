"""The first word of `swn`: a command, or a sentence with the nearest one."""

import sys

import pytest

from swn_jax.commands import cli, common


def called(monkeypatch, capsys, *words):
    monkeypatch.setattr(sys, "argv", ["swn", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return ended.value.code, *capsys.readouterr()


@pytest.mark.parametrize(("words", "status"), [((), 2), (("help",), 0), (("--help",), 0)])
def test_commands_are_listed(words, status, monkeypatch, capsys):
    code, out, err = called(monkeypatch, capsys, *words)
    assert (code, err) == (status, "")
    assert all(f"  {name} " in out for name in cli.COMMANDS)


def test_a_misspelt_command_is_told_as_any_other_mistake(monkeypatch, capsys):
    code, out, err = called(monkeypatch, capsys, "trian", "--workdir=run")
    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert "did you mean 'train'" in err


@pytest.mark.parametrize(("started", "words"), [
    ("clone/experiments/sample.py", "python -m experiments.sample '--out=a b'"),
    ("bin/swn", "swn sample '--out=a b'"),
])  # fmt: skip
def test_a_result_tells_the_command_that_was_typed(started, words, monkeypatch):
    monkeypatch.setattr(sys, "argv", [started, "--out=a b"])
    assert common.command_line("sample") == words
