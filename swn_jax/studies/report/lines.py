"""The lines of figures 4 and 5, found from what varies among the rows of a table."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from swn_jax.studies.report.rows import Row, Spread, labels, spread

LAYERS, LATENT = "model.stochastic", "model.latent"


class Size(NamedTuple):
    """What figures 4 and 5 vary."""

    layers: int  # S, those with latent variables
    each: int  # latent dimensions of each of them

    @property
    def total(self) -> int:
        return self.layers * self.each


class Point(NamedTuple):
    """A setting on a line: where it stands, and its runs."""

    x: int
    row: Row

    @property
    def elbo(self) -> Spread:
        return spread([result.elbo for _, result in self.row.scored])


class Line(NamedTuple):
    """Settings of one kind, from left to right."""

    label: str
    points: tuple[Point, ...]


def by_layers(rows: Sequence[Row]) -> tuple[Line, ...]:
    """Figure 4: the bound against S, the number of stochastic layers.

    A line joins the settings that share D dimensions, floor(D / S) to a layer (Lai et al. 2018, section 4.3), or that
    have as many in every layer; two different S or more make one.
    """
    return _lines(rows, _alike, lambda size: size.layers)


def by_dimensions(rows: Sequence[Row]) -> tuple[Line, ...]:
    """Figure 5: the bound against all latent dimensions of a frame, S times those of a layer; a line for each S."""
    return _lines(rows, _as_deep, lambda size: size.total)


def _lines(
    rows: Sequence[Row], kinds: Callable[[Collection[Size]], dict[str, set[Size]]], x: Callable[[Size], int]
) -> tuple[Line, ...]:
    """The lines of each family of rows; where several families have some, what tells them apart."""
    found = [(family, lines) for family in _families(rows) if (lines := _largest(kinds(family)))]
    told = labels([{"system": row.system} | _rest(row) for row in (next(iter(family.values())) for family, _ in found)])
    return tuple(
        Line(": ".join(filter(None, (text, kind))), tuple(Point(x(size), family[size]) for size in sorted(sizes)))
        for text, (family, lines) in zip(told, found, strict=True)
        for kind, sizes in lines
    )


def _alike(sizes: Collection[Size]) -> dict[str, set[Size]]:
    """The settings that one line of figure 4 may join, by what they share."""
    sets = {
        f"{total} dimensions in all": {size for size in sizes if total // size.layers == size.each}
        for total in sorted({size.total for size in sizes}, reverse=True)
    }
    return sets | {
        f"{each} dimensions a layer": {size for size in sizes if size.each == each}
        for each in sorted({size.each for size in sizes})
    }


def _as_deep(sizes: Collection[Size]) -> dict[str, set[Size]]:
    """The settings that one line of figure 5 may join, by what they share."""
    return {
        f"{layers} stochastic layer{'s' * (layers > 1)}": {size for size in sizes if size.layers == layers}
        for layers in sorted({size.layers for size in sizes})
    }


def _largest(sets: Mapping[str, set[Size]]) -> list[tuple[str, set[Size]]]:
    """Those of two or more that no other one contains."""
    kept: dict[str, set[Size]] = {}
    for name, each in sorted(sets.items(), key=lambda item: -len(item[1])):
        if len(each) > 1 and not any(each <= other for other in kept.values()):
            kept[name] = each
    return list(kept.items())


def _families(rows: Sequence[Row]) -> list[dict[Size, Row]]:
    """Rows with a result that are alike in all but the two sizes."""
    families: dict[tuple, dict[Size, Row]] = {}
    for row in rows:
        if row.scored and row.identity.get(LAYERS) and LATENT in row.identity:  # without a stochastic layer: no size
            key = (row.system, *sorted(_rest(row).items()))
            families.setdefault(key, {})[Size(row.identity[LAYERS], row.identity[LATENT])] = row
    return list(families.values())


def _rest(row: Row) -> dict[str, Any]:
    return {key: value for key, value in row.identity.items() if key not in (LAYERS, LATENT)}
