"""The lines of figures 4 and 5, from the sizes that vary among the rows of a table."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from swn_jax.studies.report.rows import Row, labels
from swn_jax.studies.spread import Spread, spread

LAYERS, LATENT = "model.stochastic", "model.latent"


class Size(NamedTuple):
    """The sizes that figures 4 and 5 vary."""

    layers: int  # S, the layers with latent variables
    per_layer: int  # latent dimensions per layer

    @property
    def total(self) -> int:
        return self.layers * self.per_layer


class Point(NamedTuple):
    """A setting on a line: its x and its runs."""

    x: int
    row: Row

    @property
    def elbo(self) -> Spread:
        return spread([result.elbo for _, result in self.row.scored])


class Line(NamedTuple):
    """Settings that a line joins, from left to right."""

    label: str
    points: tuple[Point, ...]


def by_layers(rows: Sequence[Row]) -> tuple[Line, ...]:
    """Figure 4: the bound against S, the number of stochastic layers.

    A line joins settings with the same D dimensions in all, floor(D / S) per layer (Lai et al. 2018, section 4.3), or
    with the same dimensions per layer; it needs two or more different S.
    """
    return _lines(rows, _by_dimensions, lambda size: size.layers)


def by_dimensions(rows: Sequence[Row]) -> tuple[Line, ...]:
    """Figure 5: the bound against the latent dimensions per frame, S times those per layer; one line per S."""
    return _lines(rows, _by_depth, lambda size: size.total)


def _lines(
    rows: Sequence[Row], kinds: Callable[[Collection[Size]], dict[str, set[Size]]], x: Callable[[Size], int]
) -> tuple[Line, ...]:
    """The lines of each family of rows; labels tell families apart if several have lines."""
    found = [(family, lines) for family in _families(rows) if (lines := _largest(kinds(family)))]
    names = labels(
        [{"system": row.system} | _rest(row) for row in (next(iter(family.values())) for family, _ in found)]
    )
    return tuple(
        Line(": ".join(filter(None, (text, kind))), tuple(Point(x(size), family[size]) for size in sorted(sizes)))
        for text, (family, lines) in zip(names, found, strict=True)
        for kind, sizes in lines
    )


def _by_dimensions(sizes: Collection[Size]) -> dict[str, set[Size]]:
    """The settings that a line of figure 4 may join, by what they share."""
    sets = {
        f"{total} dimensions in all": {size for size in sizes if total // size.layers == size.per_layer}
        for total in sorted({size.total for size in sizes}, reverse=True)
    }
    return sets | {
        f"{count} dimensions per layer": {size for size in sizes if size.per_layer == count}
        for count in sorted({size.per_layer for size in sizes})
    }


def _by_depth(sizes: Collection[Size]) -> dict[str, set[Size]]:
    """The settings that a line of figure 5 may join, by what they share."""
    return {
        f"{layers} stochastic layer{'s' * (layers > 1)}": {size for size in sizes if size.layers == layers}
        for layers in sorted({size.layers for size in sizes})
    }


def _largest(sets: Mapping[str, set[Size]]) -> list[tuple[str, set[Size]]]:
    """The sets of two or more settings that no other set contains."""
    kept: dict[str, set[Size]] = {}
    for name, sizes in sorted(sets.items(), key=lambda item: -len(item[1])):
        if len(sizes) > 1 and not any(sizes <= other for other in kept.values()):
            kept[name] = sizes
    return list(kept.items())


def _families(rows: Sequence[Row]) -> list[dict[Size, Row]]:
    """Groups of rows with results that differ only in the two sizes."""
    families: dict[tuple, dict[Size, Row]] = {}
    for row in rows:
        if row.scored and row.identity.get(LAYERS) and LATENT in row.identity:  # without a stochastic layer: no size
            key = (row.system, *sorted(_rest(row).items()))
            families.setdefault(key, {})[Size(row.identity[LAYERS], row.identity[LATENT])] = row
    return list(families.values())


def _rest(row: Row) -> dict[str, Any]:
    return {key: value for key, value in row.identity.items() if key not in (LAYERS, LATENT)}
