"""One finding as programs read it: the same in every document that lists some."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

import click

from redoscope_core import sentences
from redoscope_core.cli.ways_out import advised_cure
from redoscope_core.spots import RunSpot

if TYPE_CHECKING:
    from redoscope_core.findings import Finding
    from redoscope_core.spots import Spot

__all__ = ["finding_document"]


def finding_document(finding: Finding) -> dict[str, object]:
    """Return the kind of *finding*, what it means, its place, and the words for people."""
    spots = finding.spots
    counted = next((fact for name in _COUNTS if isinstance(fact := finding.fact(name), int)), 0)
    return {
        "code": finding.kind.value,
        "fault": finding.is_fault,
        "severity": finding.severity.name.lower().replace("_", "-"),
        "path": None if finding.path is None else str(finding.path),
        "where": finding.place.where,
        "offset": finding.place.offset,
        "text": sentences.text(finding),
        "cure": advised_cure(finding, click.get_current_context().command),
        "places": [_spot_document(spot) for spot in spots],
        "places_left_out": max(0, counted - sum(map(_weight, spots))) if spots else 0,
    }


_COUNTS = ("grains", "entries", "sectors")
"""Facts that count what the places are of."""


def _spot_document(spot: Spot) -> dict[str, object]:
    values = spot._asdict().items()
    return {name: value.value if isinstance(value, Enum) else value for name, value in values}


def _weight(spot: Spot) -> int:
    return spot.sectors if isinstance(spot, RunSpot) else 1
