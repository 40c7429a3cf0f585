"""Points of a backup, as people and programs read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.cli.printing import human_size
from redoscope_core.format.units import SECTOR

if TYPE_CHECKING:
    from redoscope_core.format.backup_manifest import ManifestEnd, ManifestHead

__all__ = ["point_facts", "point_line"]


def point_line(head: ManifestHead, end: ManifestEnd) -> str:
    """Return what a line says of a point: number, kind, when, of what, how large."""
    held = f"{human_size(end.area_bytes)} in {human_size(end.stream_bytes)}"
    since = head.since
    builds = "" if since is None else f", since {since.name or since.change_id}"
    return f"{head.number} {head.kind.value} {head.made} {head.disk} at {head.link}, {held}{builds}"


def point_facts(head: ManifestHead, end: ManifestEnd) -> dict[str, object]:
    """Return what a document says of a point."""
    since = head.since
    return {
        "number": head.number,
        "kind": head.kind.value,
        "base_disk": head.disk,
        "link": head.link,
        "generation": head.generation,
        "change_id": head.change_id,
        "since": None if since is None else {"change_id": since.change_id, "name": since.name},
        "made": head.made,
        "capacity": head.capacity,
        "capacity_bytes": head.capacity * SECTOR,
        "areas": end.areas,
        "area_bytes": end.area_bytes,
        "stream_bytes": end.stream_bytes,
        "stream_sha256": end.stream_sha256,
        "disk_tree_sha256": end.disk_tree_sha256,
    }
