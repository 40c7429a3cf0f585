"""Make the sample chain: the story of `story`, told with the engine's own verbs."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

from redoscope_core.chain.access import Access
from redoscope_core.chain.chain import Chain
from redoscope_core.chain.disk import Disk
from redoscope_core.chain.leftovers import leftovers, remove_leftovers
from redoscope_core.errors import AlreadyExists
from redoscope_core.files.file import folder_error
from redoscope_core.files.locks import held_folder
from redoscope_core.files.new_file import part_beside, target_of_part
from redoscope_core.operations.making.create import create_child, create_disk
from redoscope_core.progress import Progress, Unit
from redoscope_core.sample.contents import RECORD_BYTES, customer
from redoscope_core.sample.fat16 import Fat16
from redoscope_core.sample.machine import MACHINE_FILES, machine_files
from redoscope_core.sample.story import (
    CAPACITY,
    GRAIN_SIZE,
    LINKS,
    TIP,
    Delete,
    Move,
    SampleLink,
    Shred,
    Step,
    Write,
)

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

__all__ = ["make_sample"]


def make_sample(folder: Path) -> Generator[Progress, None, Path]:
    """Make the sample chain in *folder* and return the path of its tip.

    The content is the same every time; the content IDs are not. Progress counts the steps of the
    story. Closing the generator leaves nothing behind.

    Raises:
        AlreadyExists: The folder holds something, or is no folder.
    """
    folder = folder.absolute()
    if _is_taken_up(folder):
        return folder / TIP
    is_new = not os.path.lexists(folder)
    if not is_new and not (folder.is_dir() and next(folder.iterdir(), None) is None):
        raise _taken(folder)
    # A new folder appears whole; one that is there is filled from a folder inside it, so that
    # whoever stands in it stays in it.
    workplace = part_beside(folder if is_new else folder / folder.name)
    moved: list[Path] = []
    try:
        _make_folder(workplace, folder)
        with held_folder(workplace):
            yield from _tell(workplace)
            if is_new:
                _name(workplace, folder)
            else:
                for name in _names():
                    (workplace / name).rename(folder / name)
                    moved.append(folder / name)
                workplace.rmdir()
    except BaseException:
        for path in moved:
            path.unlink(missing_ok=True)
        with suppress(OSError):
            shutil.rmtree(workplace)
        raise
    return folder / TIP


def _taken(folder: Path) -> AlreadyExists:
    return AlreadyExists(
        "the sample needs a folder of its own",
        path=folder,
        cure="name a folder that is empty or does not exist",
    )


def _name(workplace: Path, folder: Path) -> None:
    """Give *workplace* the name *folder*, unless somebody was quicker."""
    try:
        workplace.rename(folder)
    except OSError:
        if os.path.lexists(folder):
            raise _taken(folder) from None
        raise


def _is_taken_up(folder: Path) -> bool:
    """Finish what a making that was killed began in *folder*, if it had all links made.

    If it had not, its unfinished folder is removed. Nothing happens if *folder* holds anything
    else, or if somebody is at work there.
    """
    found = set(folder.iterdir()) if folder.is_dir() else set()
    parts = {path for path in found if target_of_part(path) == folder / folder.name}
    names, moved = set(_names()), {path.name for path in found - parts}
    left = [each for each in leftovers(folder) if each.path in parts] if parts else []
    if len(left) != 1 or len(parts) != 1 or moved - names:
        return False
    if moved:
        part = left[0].path
        rest = {path.name for path in part.iterdir()}
        if rest & moved or rest | moved != names:
            return False
        for name in rest:
            (part / name).rename(folder / name)
    remove_leftovers(left)
    return bool(moved)


def _names() -> tuple[str, ...]:
    """Return the names of all files; the text of the machine comes last."""
    return (*(link.name for link in LINKS), *MACHINE_FILES)


def _make_folder(workplace: Path, folder: Path) -> None:
    """Make *workplace*; what stands in its way is told of *folder*, the name that was given."""
    try:
        workplace.mkdir(parents=True)
    except OSError as error:
        raise folder_error(error, folder) from None


def _tell(folder: Path) -> Generator[Progress, None, None]:
    """Make every link of the story in *folder*, each after its parent."""
    total = sum(1 + len(link.steps) for link in LINKS)
    done = 0
    volumes: dict[str, Fat16] = {}
    for link in LINKS:
        yield Progress(done, total, f"making {link.name}", Unit.STEPS)
        _create(folder, link)
        with Disk.open(folder / link.name, access=Access.WRITE) as disk:
            if link.parent is None:
                volume = Fat16(disk, CAPACITY, link.label, link.when)
            else:
                volume = volumes[link.parent].on(disk)
            done += 1
            for step in link.steps:
                yield Progress(done, total, f"writing {link.name}", Unit.STEPS)
                _take(step, volume, disk, link)
                done += 1
            disk.flush()
        volumes[link.name] = volume
    for name, data in machine_files().items():
        (folder / name).write_bytes(data)
    yield Progress(done, total, "the sample is made", Unit.STEPS)


def _create(folder: Path, link: SampleLink) -> None:
    """Make the empty disk of a link."""
    path = folder / link.name
    if link.parent is None:
        create_disk(path, CAPACITY, grain_size=GRAIN_SIZE, comment=link.comment)
        return
    with Chain.open(folder / link.parent) as parent:
        create_child(
            parent,
            path,
            zeroed_grains=link.zeroed_grains,
            grain_size=GRAIN_SIZE,
            comment=link.comment,
        )


def _take(step: Step, volume: Fat16, disk: Disk, link: SampleLink) -> None:
    """Do one step of the story."""
    match step:
        case Write():
            near = step.grain * GRAIN_SIZE
            volume.write_file(step.path, step.content.make(), link.when, near=near)
        case Move():
            for number in step.numbers:
                record = customer(number, street=step.street)
                volume.patch_file(step.path, number * RECORD_BYTES, record, link.when)
        case Delete():
            volume.delete_file(step.path)
        case Shred():
            for run in volume.runs(step.path):
                disk.write_zeros(run.sector, run.count)
            volume.delete_file(step.path)
