"""docs/quickstart.ipynb runs from top to bottom, shortened, and is stored without outputs."""

import pytest
from command_line import ENV, ROOT

nbformat = pytest.importorskip("nbformat", reason="the notebook needs nbclient, nbformat and ipykernel")
nbclient = pytest.importorskip("nbclient", reason="the notebook needs nbclient, nbformat and ipykernel")

SHORT = 'STEPS, UTTERANCES, SECONDS, FOLDER = 3, 8, 0.2, "quickstart-run"'
KEPT = {name: value for name, value in ENV.items() if name != "MPLBACKEND"}  # the notebook's own shows its figures


@pytest.fixture(scope="module")
def notebook():
    return nbformat.read(ROOT / "docs" / "quickstart.ipynb", as_version=4)


def test_it_is_stored_without_outputs(notebook):
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [(cell.outputs, cell.execution_count) for cell in code] == [([], None)] * len(code)


@pytest.mark.slow
def test_it_runs(notebook, tmp_path):
    (parameters,) = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    names = {line.partition(" =")[0] for line in parameters.source.splitlines()}
    assert names == set(SHORT.partition(" =")[0].split(", "))  # all that the test sets, and nothing else
    parameters.source = SHORT
    client = nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}})
    client.execute(env=KEPT)
    shown = [kind for cell in notebook.cells for output in cell.get("outputs", []) for kind in output.get("data", {})]
    assert shown.count("image/png") == 2
    assert sum(kind == "text/html" for kind in shown) == 3  # players
    assert (tmp_path / "quickstart-run" / "run" / "eval_test.json").exists()
