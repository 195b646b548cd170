"""Write the report on a study: tables, figures and learning curves, as Markdown, HTML and CSV."""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from swn_jax.atomic import write_text
from swn_jax.data.written import WrittenFiles
from swn_jax.studies.page import page
from swn_jax.studies.report import tables
from swn_jax.studies.report.lines import LATENT, LAYERS, Line, by_dimensions, by_layers
from swn_jax.studies.report.pictures import Curves, Panel, draw_curves, draw_lines
from swn_jax.studies.report.published import definitions
from swn_jax.studies.report.rows import SEED, Row, Section, ordered, sections, setting
from swn_jax.studies.results import RunSummary, read

NOTES = (
    "Mean ± standard deviation over the seeds, nats; higher is better. Only runs with equal config and definition of "
    "the metric are averaged; if a system has several rows, their names say how they differ.",
    "Published numbers follow their own definitions of the metric, listed below, not ours.",
)
FIGURES: dict[str, tuple[Callable[[Sequence[Row]], tuple[Line, ...]], str, str, str]] = {
    "figure_4": (by_layers, "stochastic layers S", "linear", "ELBO against the number of stochastic layers"),
    "figure_5": (by_dimensions, "latent dimensions per frame", "log", "ELBO against the latent dimensions per frame"),
}
SPREAD = "; bars: standard deviation over seeds; hollow: one run"
RAW = ("line", "run", "corpus", "split", "system", "S", "latent", "total", "seed", "elbo", "iwae", "step", "parameters")


class Drawn(NamedTuple):
    """A picture, NAME.png, and its numbers, NAME.csv."""

    name: str
    caption: str

    @property
    def heading(self) -> str:
        return self.name.replace("_", " ")


def write(study: Path, out: Path) -> tuple[Path, ...]:
    """Write `report.md`, `index.html`, and where sizes vary `figure_4`, `figure_5`, `curves` (png, csv) into `out`.

    Raises:
      SwnError: if `study` holds no result, a file of it cannot be read, or a run is duplicate.
    """
    runs = read(study)
    found = sections(runs)
    out.mkdir(parents=True, exist_ok=True)
    letter = tables.letters(found)
    shown = [tables.results(section, letter) for section in found] + [tables.measures(letter)]
    shown += [tables.printed(name) for name in dict.fromkeys(section.corpus for section in found) if definitions(name)]
    if (missing := tables.without(runs)).rows:
        shown.append(missing)
    drawn = [*_figures(found, out), *_curves(runs, found, out)]

    title = f"Results of {study.resolve().name}"
    text = "\n\n".join([f"# {title}", *NOTES, *map(tables.markdown, shown), *map(_markdown, drawn)])
    write_text(out / "report.md", text + "\n")
    notes = [*NOTES, *(f"{picture.heading}: {picture.caption}" for picture in drawn)]
    items = [(picture.heading, [_written(picture, out)]) for picture in drawn]
    page(out / "index.html", title, notes, ["pictures"] if drawn else [], items, shown)
    return (out / "report.md", out / "index.html", *(file for picture in drawn for file in _files(picture, out)))


def _files(drawn: Drawn, out: Path) -> tuple[Path, Path]:
    return out / f"{drawn.name}.png", out / f"{drawn.name}.csv"


def _written(drawn: Drawn, out: Path) -> WrittenFiles:
    picture, numbers = _files(drawn, out)
    return WrittenFiles((picture,), (numbers,), {})


def _markdown(drawn: Drawn) -> str:
    name = drawn.name
    return f"## {drawn.heading}\n\n{drawn.caption}\n\n![{name}]({name}.png)\n\nThe numbers: [{name}.csv]({name}.csv)"


def _figures(found: Sequence[Section], out: Path) -> list[Drawn]:
    """Draw those of figures 4 and 5 for which the runs vary the sizes."""
    drawn = []
    for name, (lines_of, xlabel, xscale, caption) in FIGURES.items():
        parts = [(section, lines) for section in found if (lines := lines_of(section.rows))]
        if parts:
            panels = {
                Panel(f"{section.corpus}, {section.split} split", f"ELBO, {tables.unit(lines[0].points[0].row)}"): lines
                for section, lines in parts
            }
            draw_lines(out / f"{name}.png", panels, xlabel, xscale)
            _save(out / f"{name}.csv", RAW, [row for section, lines in parts for row in _raw(section, lines)])
            drawn.append(Drawn(name, caption + SPREAD))
    return drawn


def _unit(section: Section) -> str:
    return next(tables.unit(row) for row in section.rows if row.scored)


def _raw(section: Section, lines: Sequence[Line]) -> list[list[Any]]:
    """One row per run and line."""
    return [
        [line.label, run.name, section.corpus, section.split, run.system, run.config[LAYERS], run.config[LATENT],
         run.config[LAYERS] * run.config[LATENT], run.config[SEED], result.elbo, result.iwae, result.step,
         result.parameters]
        for line in lines for point in line.points for run, result in point.row.scored
    ]  # fmt: skip


def _curves(runs: Sequence[RunSummary], found: Sequence[Section], out: Path) -> list[Drawn]:
    """Draw learning curves of all runs that have begun, including failed ones."""
    begun = [run for run in runs if run.config and len(run.curve)]
    if not begun:
        return []
    units = {section.corpus: _unit(section) for section in found}
    panels = {
        Panel(name, f"validation ELBO, {units.get(name, 'nats')}"): _by_setting(
            [run for run in begun if _corpus(run) == name]
        )
        for name in sorted(set(map(_corpus, begun)))
    }
    draw_curves(out / "curves.png", panels)
    rows = [(run.name, _corpus(run), run.system, run.config[SEED], int(step), elbo)
            for run in begun for step, elbo in run.curve]  # fmt: skip
    _save(out / "curves.csv", ("run", "corpus", "system", "seed", "step", "valid_elbo"), rows)
    return [Drawn("curves", "bound on the validation split over steps, one line per run, one colour per setting")]


def _corpus(run: RunSummary) -> str:
    return run.config["dataset"]


def _by_setting(runs: Sequence[RunSummary]) -> Curves:
    curves: dict[str, list] = {}
    for index, label in ordered([(run.system, setting(run)) for run in runs]):
        curves.setdefault(label, []).append(runs[index].curve)
    return curves


def _save(path: Path, head: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([head, *rows])
