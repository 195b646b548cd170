"""All tables of a tiny plan on a CPU: the JSON, the page, and the lines that are told."""

import json

import pytest

from swn_jax.configs import get_config
from swn_jax.errors import SwnError
from swn_jax.studies.benchmark import Plan, measure, plan_of
from swn_jax.studies.benchmark.plan import FULL, SMALL

LSTM = ["synthetic_speech:rnn"]
TINY = Plan(
    side=64, mebibytes=1, seconds=0.01, presets=LSTM, others=["synthetic_speech:nothing"], batch=2,
    compared="synthetic_speech", systems=["rnn"], lengths=(3,), rows=2, sampled=LSTM, slowly=[], batches=(1, 2),
    frames=2, replicas=(1, 2),
)  # fmt: skip


@pytest.mark.slow
def test_every_table_has_its_rows_and_its_place_on_the_page(tmp_path):
    told, path = [], tmp_path / "speed.json"
    plan = TINY._replace(others=[])
    content = measure(["all"], plan, 5.0, path, told.append)
    assert json.loads(path.read_text()) == json.loads(json.dumps(content))
    rows = content["rows"]
    assert [row for row in rows if "error" in row or "skipped" in row] == []
    kinds = [row["what"] for row in rows]
    counts = {kind: kinds.count(kind) for kind in kinds}
    assert counts == {"device": 4, "step": 2, "sampling": 2, "replicas": 2, "lengths": 1, "warm_compile": 1}
    assert len(told) == 1 + len(rows)
    page = path.with_suffix(".md").read_text()
    assert page.count("\n## ") == 6
    steps = [row for row in rows if row["what"] == "step"]
    assert [row["dtype"] for row in steps] == ["float32", "bfloat16"]
    for row in steps:
        assert row["frames_per_second"] == pytest.approx(2 * 40 / (row["ms"] / 1e3))
        assert row["tflops"] == pytest.approx(row["tflop"] / (row["ms"] / 1e3))
        assert row["tflop"] == pytest.approx(6e-12 * row["parameters"] * 2 * 40, rel=0.1)
        assert (row["skipped_updates"], row["share_of_product"] > 0) == (0, True)
        assert row["planned_mib"] * 2**20 > 3 * 4 * row["parameters"]  # weights and the two means of Adam
    sound = next(row for row in rows if row["what"] == "sampling")
    assert sound["times_real_time"] == pytest.approx(sound["frames_per_second"] / 80)


def test_only_what_is_asked_for_and_nothing_without_time():
    content = measure(["sampling"], TINY._replace(others=[]), 0.0, None, lambda line: None)
    assert [row["what"] for row in content["rows"]] == ["device"] * 4 + ["sampling"] * 2
    assert all("skipped" in row for row in content["rows"])


def test_mistakes_are_told_before_anything_is_measured():
    def told(line):
        raise AssertionError(line)

    with pytest.raises(SwnError, match="no table 'steps': did you mean 'step'"):
        measure(["steps"], TINY, 1.0, None, told)
    with pytest.raises(SwnError, match="no system 'nothing'"):
        measure(["step"], TINY, 1.0, None, told)


def test_plans_by_name_by_device_and_of_presets():
    assert plan_of() == plan_of("small") == SMALL
    assert plan_of("full") == FULL
    mine = plan_of("full", ["vctk:swavenet"])
    assert (mine.presets, mine.sampled, mine.others, mine.slowly) == (["vctk:swavenet"], ["vctk:swavenet"], (), ())


@pytest.mark.parametrize("plan", [FULL, SMALL])
def test_all_presets_of_the_plans_are_there(plan):
    compared = [f"{plan.compared}:{system}" for system in plan.systems]
    for preset in [*plan.presets, *plan.others, *plan.sampled, *plan.slowly, *compared]:
        get_config(preset)
    assert plan.replicas[0] == 1
