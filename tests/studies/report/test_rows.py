"""Runs are averaged over seeds and over nothing else."""

import pytest

from swn_jax.errors import SwnError
from swn_jax.studies.report.rows import labels, sections
from swn_jax.studies.results import read
from swn_jax.studies.spread import spread


def table(study):
    """The rows of the one table by their labels."""
    (section,) = sections(read(study.folder))
    assert len({row.label for row in section.rows}) == len(section.rows)
    return {row.label: row for row in section.rows}


def numbers(row):
    return [result.elbo for _, result in row.scored]


def test_mean_and_deviation_over_seeds(study):
    for seed, elbo in enumerate([10.0, 13.0, 16.0]):
        study.add(f"a{seed}", elbo, seed=seed)
    ((label, row),) = table(study).items()
    assert (label, numbers(row)) == ("swavenet", [10.0, 13.0, 16.0])
    assert spread(numbers(row)) == (13.0, 3.0)  # (9 + 0 + 9) / (3 - 1) = 9
    assert spread([4.0]) == (4.0, None)
    assert [str(spread(values)) for values in ([1.0, 3.0], [-12345.6])] == ["2.0 ± 1.4", "-12,345.6"]
    assert [f"{spread(values):+,.0f}" for values in ([1.0, 3.0], [-12345.6])] == ["+2 ± 1", "-12,346"]


def test_systems_stand_in_the_order_of_the_paper(study):
    for name in ("zforcing", "swavenet", "wavenet_gmm", "vrnn", "of my own", "vrnn_gmm", "rnn_gmm"):
        study.add(name, 1.0, system=name)
    assert list(table(study)) == ["rnn_gmm", "vrnn", "vrnn_gmm", "zforcing", "wavenet_gmm", "swavenet", "of my own"]


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ({}, {"result": {"iwae_samples": 64}}, ["iwae_samples=16", "iwae_samples=64"]),
        ({}, {"result": {"sequences": 9}}, ["sequences=9", "sequences=12"]),
        ({}, {"result": {"divisor": "padded rows"}}, ["divisor=padded rows", "divisor=real sequences and frames only"]),
        ({}, {"trained": 60}, ["trained=60", "trained=100"]),
        ({}, {"steps": "50 steps"}, ["steps=100 steps", "steps=50 steps"]),
        ({}, {"likelihood": {"name": "gaussian", "floor": -12.0}}, ["floor=-12.0", "floor=-7.0"]),
        ({"model": {"latent": 20}}, {"model": {"latent": 100}}, ["latent=20", "latent=100"]),
        ({}, {"replicas": 1}, ["replicas=1", "replicas=unset"]),  # of another version
    ],
)
def test_what_differs_is_named_and_not_averaged(study, first, second, words):
    study.add("a", 1.0, seed=0, **first)
    study.add("b", 3.0, seed=1, **second)
    study.add("c", 9.0, seed=1, system="vrnn", rate=0.5)  # another system may differ in anything
    found = table(study)
    assert list(found) == ["vrnn", *(f"swavenet, {word}" for word in words)]
    assert sorted(numbers(row) for row in found.values()) == [[1.0], [3.0], [9.0]]


def test_splits_and_corpora_are_tables_of_their_own(study):
    study.add("a", 1.0)
    study.add("b", 2.0, result={"split": "valid"})
    study.add("c", 3.0, dataset="synthetic_speech")
    found = [(each.corpus, each.split, numbers(each.rows[0])) for each in sections(read(study.folder))]
    assert found == [("synthetic_speech", "test", [3.0]), ("timit_sample", "test", [1.0]),
                     ("timit_sample", "valid", [2.0])]  # fmt: skip


def test_failed_and_waiting_runs_count_in_the_row_of_their_config(study):
    study.add("a", 1.0, seed=0, model={"latent": 4})
    study.add("b", seed=1, model={"latent": 4}, error="out of memory")
    study.add("c", seed=2, model={"latent": 4})
    study.add("d", seed=0, model={"latent": 8}, error="out of memory")
    study.add("e", seed=0, dataset="synthetic_speech", error="of another table")
    study.add("f", float("nan"), seed=3, model={"latent": 4})
    found = table(study)
    counts = {label: [len(runs) for runs in row[-3:]] for label, row in found.items()}
    assert counts == {"swavenet, latent=4": [1, 2, 1], "swavenet, latent=8": [0, 1, 0]}


def test_one_run_twice(study):
    study.add("a", 1.0, seed=4)
    study.add("copy", 1.0, seed=4)
    with pytest.raises(SwnError, match="a and copy are runs of one config with seed 4"):
        sections(read(study.folder))


def test_labels_say_no_more_than_they_must():
    assert labels([{"model.width": 3, "rate": 1}]) == [""]
    two = [{"model.name": "a", "likelihood.name": "b"}, {"model.name": "c", "likelihood.name": "d"}]
    assert labels(two) == ["likelihood.name=b, model.name=a", "likelihood.name=d, model.name=c"]
