"""What `tree` and `info` print of a change tracking file: never more than is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.cli.printing import human_size

if TYPE_CHECKING:
    from redoscope_core.link.change_track import ChangeTrack

__all__ = ["track_document", "track_line"]


def track_document(track: ChangeTrack) -> dict[str, object]:
    """Return the JSON of *track*: its fields by name, as they stand in the file."""
    header = track.header
    return {
        "path": str(track.path),
        "bytes": track.file_bytes,
        "fields": None
        if header is None
        else {row.name: {"offset": row.offset, "value": row.value} for row in header.rows},
        "trouble": None if track.error is None else str(track.error),
    }


def track_line(track: ChangeTrack) -> str:
    """Return *track* in one line."""
    if track.header is None:
        return f"change tracking file: {track.error}"
    header = track.header
    return (
        f"change tracking file {track.path.name}: version {header.version}, identity"
        f" {header.identity_text}, {human_size(track.file_bytes)}; never used to read data"
    )
