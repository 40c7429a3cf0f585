"""What was counted as data for other programs: a document, or a line for each block."""

from __future__ import annotations

import csv
import io
import json
import math

from redoscope_core import ByteCounts

__all__ = ["as_csv", "as_json"]

_HEADS = ("offset", "bytes", "entropy", "zeros", "most_frequent", "its_count")


def as_csv(counts: ByteCounts) -> bytes:
    """Return a line for each block: its byte of the disk, what was counted, bits a byte.

    Of a block in which nothing is stored only the first two are told.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_HEADS)
    total = counts.counts.sum(axis=1).tolist()
    zeros, common = counts.counts[:, 0].tolist(), counts.counts.argmax(axis=1).tolist()
    most = counts.counts.max(axis=1).tolist()
    for row, bits in enumerate(counts.entropy.tolist()):
        told = [] if math.isnan(bits) else [round(bits, 6), zeros[row], common[row], most[row]]
        writer.writerow([counts.offset + row * counts.block_bytes, total[row], *told])
    return text.getvalue().encode()


def as_json(counts: ByteCounts, disk: str, generation: int) -> bytes:
    """Return the document of `redoscope entropy`, which tells of what *disk* it is."""
    document = {"disk": disk, "generation": generation} | counts.document()
    return (json.dumps(document, indent=1) + "\n").encode()
