"""An HTML page to play, view and compare sequences of several sources side by side."""

from collections.abc import Iterable, Sequence
from html import escape
from os.path import relpath
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from swn_jax.atomic import write_text
from swn_jax.data.written import WrittenFiles

STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2em; color: #222; background: #fff }
h1 { font-size: 1.4em } h2 { font-size: 1.1em; margin-top: 2em } p { max-width: 60em }
.grid { display: grid; gap: 1em 1.2em; align-items: start; overflow-x: auto }
.head { font-weight: 600; position: sticky; top: 0; background: #fff; padding: .3em 0 } .item { color: #666 }
img { max-width: 100%; box-sizing: border-box; border: 1px solid #ddd } audio { width: 100%; min-width: 14em }
small { color: #666 } table { border-collapse: collapse }
td, th { padding: .2em .7em; border-bottom: 1px solid #ddd; text-align: right }
td:first-child, th:first-child { text-align: left }
"""


class Table(NamedTuple):
    """A table of text under a heading."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


def page(
    path: Path,
    title: str,
    notes: Sequence[str],
    columns: Sequence[str],
    items: Sequence[tuple[str, Sequence[WrittenFiles | None]]],
    tables: Sequence[Table] = (),
) -> None:
    """Write a page without scripts or network access; sounds and pictures are linked as local files.

    Args:
      path: of the page; links are relative to its folder.
      title: its heading.
      notes: paragraphs under the heading.
      columns: names of the sources.
      items: name of each row, and its files per column, None for an empty cell.
      tables: tables below the grid.
    """
    cells = [head(""), *map(head, columns)]
    for name, parts in items:
        cells += [f'<div class="item">{escape(name)}</div>', *(cell(part, path.parent) for part in parts)]
    width = f"grid-template-columns: 6em repeat({len(columns)}, minmax(16em, 1fr))"
    body = [
        f"<h1>{escape(title)}</h1>", *(f"<p>{escape(note)}</p>" for note in notes),
        f'<div class="grid" style="{width}">', *cells, "</div>", *map(table, tables),
    ]  # fmt: skip
    start = f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
    write_text(path, "\n".join([start, f"<style>{STYLE}</style>", *body, "</html>", ""]))


def head(text: str) -> str:
    return f'<div class="head">{escape(text)}</div>'


def cell(part: WrittenFiles | None, folder: Path) -> str:
    """Sounds and pictures of one sequence, links to its other files, and its facts."""
    if part is None:
        return "<div></div>"
    links = [f'<a href="{address(file, folder)}">{escape(file.suffix[1:])}</a>' for file in part.kept]
    facts = [escape(f"{name} {number(value)}") for name, value in part.facts.items()]
    small = f"<small>{' · '.join([*facts, *links])}</small>"
    return "<div>" + "".join(shown(file, folder) for file in part.shown) + small + "</div>"


def shown(file: Path, folder: Path) -> str:
    where = address(file, folder)
    if file.suffix in (".wav", ".flac"):
        return f'<audio controls preload="metadata" src="{where}"></audio>'
    return f'<img loading="eager" alt="{escape(file.stem)}" src="{where}">'


def address(file: Path, folder: Path) -> str:
    return quote(relpath(file, folder))


def table(table: Table) -> str:
    head = "".join(f"<th>{escape(text)}</th>" for text in table.head)
    return f"<h2>{escape(table.title)}</h2><table><tr>{head}</tr>{''.join(map(line, table.rows))}</table>"


def as_text(table: Table) -> str:
    """A table for a terminal: its title, then its columns."""
    widths = [max(map(len, column)) for column in zip(table.head, *table.rows, strict=True)]
    lines = (zip(row, widths, strict=True) for row in (table.head, *table.rows))
    return "\n".join([table.title, *("  ".join(f"{text:<{width}}" for text, width in line) for line in lines)])


def line(values: Iterable[str]) -> str:
    return "<tr>" + "".join(f"<td>{escape(value)}</td>" for value in values) + "</tr>"


def number(value: float | int | str) -> str:
    """A fact as text; floats with three digits."""
    return f"{value:.3g}" if isinstance(value, float) else str(value)
