"""What --config may be given, and what ml_collections then reads."""

from pathlib import Path

import pytest

from swn_jax.commands import common, config_flag
from swn_jax.commands.config_flag import BY_NAME, expanded, file_of, systems_of
from swn_jax.errors import SwnError


@pytest.mark.parametrize("words", [["--config=timit:srnn"], ["--config", "timit:srnn"], ["-config=timit:srnn"]])
def test_a_name_becomes_a_file_and_all_else_stays(words):
    found = expanded(["prog", "--config.seed=1", *words, "--workdir=config"])
    assert found[:2] + found[-1:] == ["prog", "--config.seed=1", "--workdir=config"]
    assert found[2:-1][-1].endswith(f"{BY_NAME}:timit:srnn")


@pytest.mark.parametrize("flag", [["--config.likelihood.name=mixture"], ["--config.likelihood.name", "mixture"]])
def test_the_fields_of_a_density_chosen_by_flag_are_there(flag):
    for config in ("timit", "timit:srnn"):
        *_, found = expanded(["prog", *flag, f"--config={config}"])
        likelihood = config_flag.configs.get_config(found.removeprefix(f"--config={BY_NAME}:")).likelihood
        assert likelihood.to_dict() == {"name": "mixture", "components": 20, "shared": False, "floor": -12.0,
                                        "ceiling": 12.0}  # fmt: skip
    with pytest.raises(SwnError, match="no likelihood 'mixtur': did you mean 'mixture'"):
        config_flag.configs.get_config("timit:srnn:mixtur")


def test_the_path_that_a_name_was_still_names_it(tmp_path, monkeypatch):
    old = "experiments/configs/timit.py:srnn"
    assert file_of(old) == f"{BY_NAME}:timit:srnn"
    monkeypatch.chdir(tmp_path)
    (tmp_path / "experiments/configs").mkdir(parents=True)
    for own in ("experiments/configs/timit.py", "mine.py"):  # a file of the user's own is taken as it is
        Path(own).write_text("def get_config(system='a'):\n    return {'system': system}\n")
        assert file_of(f"{own}:srnn") == f"{own}:srnn"


@pytest.mark.parametrize(("text", "words"), [
    (None, "there is no file mine.py, wanted a Python file that defines get_config"),
    ("def get_config(:\n", r"mine.py cannot be imported .SyntaxError: .*line 1"),
    ("import nowhere\n", "mine.py cannot be imported .ModuleNotFoundError"),
    ("def get_confg():\n    pass\n", "mine.py: found no function get_config"),
    ("def get_config(system):\n    return {}[system]\n", "mine.py:srnn makes no config .KeyError: 'srnn'"),
])  # fmt: skip
def test_what_is_wrong_with_a_file_is_told_in_one_sentence(text, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if text is not None:
        Path("mine.py").write_text(text)
    with pytest.raises(SwnError, match=words) as found:
        expanded(["prog", "--config=mine.py:srnn", "--config.rate=1"])
    assert "\n" not in str(found.value)


def test_a_misspelt_name_is_told():
    with pytest.raises(SwnError, match="no config 'timt': did you mean 'timit'"):
        expanded(["prog", "--config=timt:srnn"])


def test_the_systems_of_a_name_and_of_a_file():
    head, system, config_of = systems_of("timit_sample:srnn", lambda file, name: pytest.fail("a file was read"))
    assert (head, system, config_of("vrnn").system) == ("timit_sample", "srnn", "vrnn")
    head, system, config_of = systems_of("mine.py", lambda file, name: lambda *args: (file, name, args))
    assert (head, system, config_of("")) == ("mine.py", "", ("mine.py", "get_config", ()))


def test_an_old_key_is_answered_with_its_new_name():
    for key, now in (("frames", "sequence_length"), ("stride", "sequence_stride"), ("frame", "frame_size")):
        config = config_flag.configs.get_config("timit")
        with pytest.raises((AttributeError, KeyError)) as error:
            setattr(config, key, 3)
        assert common.unknown_key(error.value) == f"the config has no key {key!r}: it is {now!r} now"


@pytest.mark.parametrize(("text", "words"), [
    ("'rat'\\nDid you mean \"rate\" instead of \"rat\"?", "no key 'rat': did you mean 'rate'?"),
    ('Key "rat" does not exist and cannot be added.\nDid you mean "rate" instead of "rat"?', "did you mean 'rate'?"),
    ("'zzz'", "no key 'zzz': print"),
    ("'bounds'", "no key 'bounds': it is 'log_scale_bounds' now"),
])  # fmt: skip
def test_an_unknown_key_is_told_in_one_sentence(text, words):
    found = common.unknown_key(AttributeError(text))
    assert words in found
    assert "\n" not in found
