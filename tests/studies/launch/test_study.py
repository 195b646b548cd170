"""A folder remembers its study and takes no other."""

import json

import pytest

from swn_jax.errors import SwnError
from swn_jax.sealed import opened
from swn_jax.studies.launch.study import FILE, Study, begin, recall
from swn_jax.studies.launch.trials import Trial


def study(seeds, config="a.py:x", key="seed", **settings):
    trials = tuple(Trial(f"{key}={n}", {key: n, "model.gate": None, "rate": 1e-4}) for n in range(seeds))
    return Study("seeds.py", config, settings, trials)


def test_a_study_comes_back_and_grows(tmp_path):
    begin(study(2, log_scale_bounds=(1.0, 2.0)), tmp_path / "new")
    assert recall(tmp_path / "new") == study(2, log_scale_bounds=[1.0, 2.0])
    begin(study(2, log_scale_bounds=(1.0, 2.0)), tmp_path / "new")
    begin(study(3, log_scale_bounds=(1.0, 2.0)), tmp_path / "new")
    assert len(recall(tmp_path / "new").trials) == 3
    assert [path.name for path in (tmp_path / "new").iterdir()] == [FILE]


@pytest.mark.parametrize(("other", "words"), [
    (study(2, config="b.py:x"), "config: a.py:x there, b.py:x now"),
    (study(2, steps=3), r"settings: {} there, {'steps': 3} now"),
    (study(1), "does not have seed=1"),
    (study(2, key="rate"), "does not have seed=0"),
])  # fmt: skip
def test_another_study_changes_nothing(other, words, tmp_path):
    begin(study(2), tmp_path)
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(SwnError, match=words):
        begin(other, tmp_path)
    assert (tmp_path / FILE).read_bytes() == before


@pytest.mark.parametrize("text", ["", "{", "3", "{}", '{"trials": [{"a": 1}]}', '{"trials": []}'])
def test_a_damaged_file_is_told(text, tmp_path):
    (tmp_path / FILE).write_text(text)
    for call in (lambda: recall(tmp_path), lambda: begin(study(1), tmp_path)):
        with pytest.raises(SwnError, match="cannot be read"):
            call()
    assert (tmp_path / FILE).read_text() == text


def test_no_study(tmp_path):
    with pytest.raises(SwnError, match="holds no study"):
        recall(tmp_path)


def test_a_study_of_before_comes_back_under_the_names_of_today(tmp_path):
    begin(study(1, config="timit:srnn", sequence_length=4), tmp_path)
    text = json.dumps(opened((tmp_path / FILE).read_text()))
    text = text.replace('"timit:srnn"', '"experiments/configs/timit.py:srnn"')
    (tmp_path / FILE).write_text(text.replace("sequence_length", "frames").replace('"trials"', '"cells"'))
    assert recall(tmp_path) == study(1, config="timit:srnn", sequence_length=4)
    begin(study(2, config="timit:srnn", sequence_length=4), tmp_path)
