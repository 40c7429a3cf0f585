"""A map as data for other programs: of each cell where it is, and how much each class has."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable

from redoscope_core import SECTOR
from redoscope_gui.maps.cells import Grid, held, runs_inside
from redoscope_gui.maps.classes import MapClass, MapMode
from redoscope_gui.maps.drawn import MapDrawn

__all__ = ["as_csv", "as_json"]

NameOf = Callable[[int], str]
"""Tells what a class is called."""


def _rows(drawn: MapDrawn, name_of: NameOf) -> list[dict[str, int | str]]:
    """Return a row for each cell with room on the disk: start, length, and sectors by class."""
    scope = drawn.scope
    grid = Grid(scope.first_sector, scope.sectors_per_cell, scope.cells)
    found = []
    for line, source in enumerate(drawn.sources):
        kinds, sectors = held(runs_inside(*source, grid), grid)
        names = [name_of(int(kind)) for kind in kinds]
        for cell, counts in enumerate(sectors.T.tolist()):
            start = grid.first + cell * grid.per_cell
            room = min(grid.per_cell, scope.capacity - start)
            if room <= 0:
                break
            row: dict[str, int | str] = {"start_sector": start, "sectors": room}
            if scope.mode is MapMode.MATRIX:
                row["generation"] = line
            row |= {name: n for name, n in zip(names, counts, strict=True) if n}
            rest = room - sum(counts)
            found.append(row | ({name_of(MapClass.ABSENT): rest} if rest else {}))
    return found


def as_csv(drawn: MapDrawn, name_of: NameOf) -> bytes:
    """Return one line for each cell, with a column for each class; sectors."""
    rows = _rows(drawn, name_of)
    heads = list(dict.fromkeys(key for row in rows for key in row))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, heads, restval=0)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def as_json(drawn: MapDrawn, name_of: NameOf) -> bytes:
    """Return the same as a document, which tells of what disk and how it was read."""
    scope = drawn.scope
    since = scope.since
    document = {
        "disk": scope.chain.links[scope.generation].path.name,
        "generation": scope.generation,
        "since": since if since is None or isinstance(since, int) else str(since),
        "mode": scope.mode.value,
        "sector_bytes": SECTOR,
        "cells": _rows(drawn, name_of),
    }
    return json.dumps(document, indent=1).encode() + b"\n"
