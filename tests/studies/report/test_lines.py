"""Figures 4 and 5 are found from what varies."""

from swn_jax.studies.report.lines import by_dimensions, by_layers
from swn_jax.studies.report.rows import sections
from swn_jax.studies.results import read


def grid(study, sizes, seeds=1, **config):
    """Runs with S layers of n dimensions; the bound is 100 S + n + 2 seed."""
    for layers, each in sizes:
        for seed in range(seeds):
            name = f"{layers},{each},{seed},{config}"
            study.add(name, 100.0 * layers + each + 2 * seed, seed=seed, model={"stochastic": layers, "latent": each},
                      **config)  # fmt: skip


def drawn(lines):
    """What is on the paper: label, and x, mean and deviation of each point."""
    return {line.label: [(point.x, *point.elbo) for point in line.points] for line in lines}


def rows(study):
    return sections(read(study.folder))[0].rows


def test_layers_that_share_a_number_of_dimensions(study):
    grid(study, [(S, 10 // S) for S in (1, 2, 3, 4)], seeds=2)  # 10, 5, 3, 2
    half = 2**0.5  # deviation of two values that lie 2 apart
    assert drawn(by_layers(rows(study))) == {
        "10 dimensions in all": [(1, 111.0, half), (2, 206.0, half), (3, 304.0, half), (4, 403.0, half)]
    }
    assert drawn(by_dimensions(rows(study))) == {}


def test_dimensions_of_as_many_layers(study):
    grid(study, [(4, 25), (4, 5), (4, 125)])
    assert drawn(by_layers(rows(study))) == {}
    assert drawn(by_dimensions(rows(study))) == {
        "4 stochastic layers": [(20, 405.0, None), (100, 425.0, None), (500, 525.0, None)]
    }


def test_both_studies_in_one_folder(study):
    grid(study, [(1, 8), (2, 4), (4, 2), (4, 5)])
    found = rows(study)
    assert drawn(by_layers(found)) == {"8 dimensions in all": [(1, 108.0, None), (2, 204.0, None), (4, 402.0, None)]}
    assert drawn(by_dimensions(found)) == {"4 stochastic layers": [(8, 402.0, None), (20, 405.0, None)]}


def test_layers_of_one_size(study):
    grid(study, [(1, 3), (2, 3)])
    assert list(drawn(by_layers(rows(study)))) == ["3 dimensions per layer"]


def test_all_layers_are_as_many_as_there_are(study):
    grid(study, [(1, 8)])
    study.add("all", 7.0, model={"stochastic": None, "layers": 4, "latent": 2})
    study.add("one more", 9.0, model={"stochastic": 1, "layers": 4, "latent": 8}, seed=5)
    assert drawn(by_layers(rows(study))) == {"8 dimensions in all": [(1, 58.5, (2 * 49.5**2) ** 0.5), (4, 7.0, None)]}


def test_what_else_differs_makes_another_line(study):
    grid(study, [(1, 8), (2, 4)])
    grid(study, [(1, 8), (2, 4)], likelihood={"name": "gaussian", "floor": -12.0})
    study.add("alone", 1.0, rate=0.5, model={"stochastic": 3, "latent": 2})
    labels = sorted(drawn(by_layers(rows(study))))
    assert labels == [f"floor={floor}: 8 dimensions in all" for floor in ("-12.0", "-7.0")]


def test_failed_runs_and_models_without_stochastic_layers_are_on_no_line(study):
    grid(study, [(1, 8)])
    study.add("failed", error="out of memory", model={"stochastic": 2, "latent": 4})
    study.add("none", 3.0, model={"stochastic": 0, "latent": 8})
    assert by_layers(rows(study)) == by_dimensions(rows(study)) == ()
