"""The tables of a report: results beside published numbers, definitions of the metric, runs without a result."""

from collections.abc import Mapping, Sequence
from typing import Any

from swn_jax.studies.page import Table
from swn_jax.studies.report.published import TABLES, beside, definitions, number, protocol
from swn_jax.studies.report.rows import TRAINED, Row, Section
from swn_jax.studies.results import RunSummary
from swn_jax.studies.spread import spread

HEAD = ("system", "ELBO", "IWAE", "published", "unit", "runs", "failed", "no result yet", "parameters", "steps",
        "definition")  # fmt: skip
DENSITY = "likelihood."  # prefix of the keys of the density


def unit(row: Row) -> str:
    """The unit of the numbers of a row, without the scaling."""
    return str(row.identity["unit"]).partition(",")[0]


def title(section: Section) -> str:
    """The corpus and the split, after the table of the paper with numbers of that corpus."""
    published = TABLES.get(protocol(section.corpus))
    return (f"{published}: " if published else "") + f"{section.corpus}, {section.split} split"


def letters(sections: Sequence[Section]) -> dict[tuple, str]:
    """A letter per definition of the metric, in order of appearance."""
    found = dict.fromkeys(_definition(row) for section in sections for row in section.rows if row.scored)
    return {key: chr(ord("a") + n % 26) * (1 + n // 26) for n, key in enumerate(found)}


def results(section: Section, letter: Mapping[tuple, str]) -> Table:
    """Mean ± standard deviation over seeds, the published number, and what is needed to judge them."""
    return Table(title(section), HEAD, [_line(section, row, letter) for row in section.rows])


def measures(letter: Mapping[tuple, str]) -> Table:
    """The definitions behind the letters."""
    head = ("definition", "context", "divisor", "mean over", "floor", "density", "unit", "IWAE")
    return Table("Definitions of our numbers", head, [[name, *key] for key, name in letter.items()])


def printed(name: str) -> Table:
    """The published numbers of a corpus and their definitions."""
    head = ("published", "value", "source", "context", "divisor", "floor", "remark")
    rows = [[row, number(name, row), by.source, by.context, by.divisor, by.floor, by.remark]
            for row, by in definitions(name).items()]  # fmt: skip
    return Table(f"Definitions of the numbers published for {name}", head, rows)


def without(runs: Sequence[RunSummary]) -> Table:
    """Runs that failed or have no result yet."""
    rows = [[run.name, "failed" if run.error else "no result yet", run.error]
            for run in runs if run.error or not run.results]  # fmt: skip
    return Table("Runs without a result", ("run", "state", "why"), rows)


def markdown(table: Table) -> str:
    """A table as Markdown under its heading."""
    lines = [table.head, ["---"] * len(table.head), *table.rows]
    rows = ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]
    return "\n".join([f"## {table.title}", "", *rows])


def _line(section: Section, row: Row, letter: Mapping[tuple, str]) -> list[str]:
    counts = [str(len(runs)) for runs in (row.scored, row.failed, row.waiting)]
    if not row.scored:
        return [row.label, "-", "-", "-", "-", *counts, "-", "-", "-"]
    results = [result for _, result in row.scored]
    scaling, sequences = row.identity.get("scaling", ""), row.identity["sequences"]
    return [
        row.label,
        str(spread([result.elbo for result in results])),
        f"{spread([result.iwae for result in results])} (K = {row.identity['iwae_samples']})",
        beside(section.corpus, section.split, row.system, scaling, row.identity.get("frame_size", 0), sequences),
        unit(row),
        *counts,
        f"{results[0].parameters:,}",
        _steps(row.identity),
        letter[_definition(row)],
    ]


def _steps(identity: Mapping[str, Any]) -> str:
    """The steps trained, and for a length in steps whether training was finished; a classic baseline has none."""
    if identity.get("baseline"):
        return "classic: fitted, not trained"
    wanted, trained = str(identity.get("steps", "")), identity[TRAINED]
    if trained is None:
        return f"{wanted}, not logged"
    words = wanted.split()
    if not words or words[1:] not in ([], ["step"], ["steps"]):
        return f"{trained:,} ({wanted})"
    planned = round(float(words[0]))
    return f"{trained:,}" + (f" of {planned:,}: unfinished" if trained < planned else "")


def _definition(row: Row) -> tuple[str, ...]:
    """The columns of `measures` after the letter."""
    found = row.identity
    floor = f"log-scale {found[f'{DENSITY}floor']:g}" if f"{DENSITY}floor" in found else "none"
    density = ", ".join(
        str(value) if key == f"{DENSITY}name" else f"{key.removeprefix(DENSITY)} {value}"
        for key, value in sorted(found.items(), key=lambda item: (item[0] != f"{DENSITY}name", item[0]))
        if key.startswith(DENSITY) and key != f"{DENSITY}floor"
    )
    return (found["context"], found["divisor"], f"{found['sequences']:,} sequences", floor, density, found["unit"],
            f"K = {found['iwae_samples']}")  # fmt: skip
