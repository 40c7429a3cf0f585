"""What judges of structures share: images, and programs that make and tell them."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Chain, StructureKind, find_structures, list_structures
from tests.core.finished import finished
from tests.judges import handmade

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from redoscope_core import Structure
    from redoscope_core.operations.examining.structures import Recognised

__all__ = ["SECTOR", "first", "found_in", "image", "label", "partitions_of", "partx", "ran"]

SECTOR = 512


def ran(*words: object) -> str:
    """Return what a program prints; skip the test if it is not there."""
    name = str(words[0])
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    texts = [str(word) for word in words]
    done = subprocess.run(texts, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


def image(folder: Path, mebibytes: int) -> Path:
    """Return an empty file of so many MiB."""
    path = folder / "disk-flat.vmdk"
    with path.open("wb") as file:
        file.truncate(mebibytes << 20)
    return path


def found_in(raw: Path, *, everywhere: bool = False) -> tuple[Recognised, ...]:
    """Return what is recognised on the disk whose bytes are those of *raw*."""
    sectors = raw.stat().st_size // SECTOR
    text = handmade.descriptor_text([f'RW {sectors} FLAT "{raw.name}" 0'], kind="monolithicFlat")
    disk = raw.with_name("disk.vmdk")
    disk.write_text(text, encoding="utf-8")
    with Chain.open(disk) as chain:
        return finished(find_structures(chain, [])) if everywhere else list_structures(chain)


def first(found: tuple[Recognised, ...], kind: StructureKind) -> Structure:
    return next(each.structure for each in found if each.structure.kind is kind)


def label(chance: random.Random, length: int) -> str:
    return "".join(chance.choice("ABCDEFGHKLMNOPQRSTUVWXYZ23456789") for _ in range(length))


def partitions_of(found: tuple[Recognised, ...]) -> Iterator[tuple[int, int]]:
    """Yield (first sector, sectors) of what GPT entries say."""
    entries = first(found, StructureKind.GPT_ENTRIES)
    for field in entries.fields:
        if field.name.endswith("StartingLBA"):
            end = entries.number(field.name.replace("StartingLBA", "EndingLBA"))
            yield int(field.value), end - int(field.value) + 1


def partx(raw: Path, *columns: str) -> list[dict[str, str]]:
    """Return the partitions as util-linux reads them."""
    words = ("partx", "-o", ",".join(columns), "--pairs", raw)
    rows = ran(*words).splitlines()
    return [dict(re.findall(r'(\w+)="([^"]*)"', row)) for row in rows]
