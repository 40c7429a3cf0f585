"""Switching: a machine made to run on new links, its texts changed last.

    inverse saved               from here on whatever is made can be taken back
    children, checkpoint file   new files that nobody names
    .vmx                        names the children: they read as the machine did, or is to
    .vmsd                       names the snapshot

Killed anywhere, the machine runs on what it ran on before, or on children that are whole. The
same call, or any other on its snapshots, first takes back what was begun; so does `undo`.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from redoscope_core.chain.access import Policy
from redoscope_core.chain.outputs import refuse_output
from redoscope_core.files.file import DiskFile
from redoscope_core.files.locks import hold_write_lock, refuse_if_locked
from redoscope_core.files.new_file import NewFiles
from redoscope_core.link.standing import Standing
from redoscope_core.operations.edits.interrupted import undo_name
from redoscope_core.operations.edits.plan import Plan, drop_saved
from redoscope_core.operations.edits.unused import remove_unused
from redoscope_core.progress import Progress, Unit

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from redoscope_core.link.edit import Edit
    from redoscope_core.operations.snapshots.new_links import NewLink
    from redoscope_core.operations.snapshots.state_file import StateFile

__all__ = ["Switch", "held_texts"]


@dataclass(frozen=True, slots=True)
class Switch:
    """What is made and edited so that a machine runs on other links."""

    machine: Path
    """Its .vmx."""
    snapshots: Path
    """Its .vmsd."""
    links: tuple[NewLink, ...]
    checkpoint: Path | None
    state: StateFile | None
    edits: tuple[Edit, ...]
    max_links: int
    is_first: bool
    """Whether there is no list of snapshots yet."""

    @property
    def made(self) -> tuple[Path, ...]:
        """The links and files that are made, each link as it is opened."""
        lists = (self.snapshots,) if self.is_first else ()
        states = () if self.checkpoint is None else (self.checkpoint,)
        return (*(link.path for link in self.links), *states, *lists)

    @property
    def new_files(self) -> tuple[Path, ...]:
        """Every file that is made."""
        own = {link.path for link in self.links}
        files = (file for link in self.links for file in link.files)
        return (*files, *(path for path in self.made if path not in own))

    @property
    def plan(self) -> Plan:
        """The edits of the texts."""
        return Plan.of(self.edits, made=self.made)

    def run(
        self, policy: Policy | None = None, undo: Path | None = None
    ) -> Generator[Progress, None, Path]:
        """Do it; return where the inverse is saved, that takes all of it back.

        Progress is in steps. Closing the generator takes back what was done so far. *undo* is a
        new file, by default beside the .vmx.

        Raises:
            AlreadyExists: *undo* is there, or a file that is to be made.
            InUse: Another program has the machine or one of its links.
            CorruptVmdk: A text was changed since the plan was made.
            DiskFull: No room; nothing stays.
        """
        undo = undo or undo_name(self.machine, [*self.made, *(e.path for e in self.edits)])
        refuse_output(undo)
        for path in self.new_files:
            refuse_output(path)
        plan = self.plan
        try:
            if self.is_first:
                with NewFiles([self.snapshots], like=[self.machine]):
                    pass  # an empty list is that of a machine without snapshots
            with held_texts(self.machine, self.snapshots):
                plan.check()
                plan.inverse.save(undo)
                yield from self._steps(policy or Policy())
                plan.apply(undo=undo, locked=True)
        except BaseException:
            if plan.standing() is not Standing.PART:
                self._clear(plan, undo)
            raise
        return undo

    def _steps(self, policy: Policy) -> Generator[Progress, None, None]:
        """Make what is new."""
        total, done = len(self.links) + 2, 0
        for link in self.links:
            yield Progress(done, total, f"making {link.path.name}", Unit.STEPS)
            link.make(policy, self.max_links)
            done += 1
        if self.checkpoint is not None and self.state is not None:
            yield Progress(done, total, f"writing {self.checkpoint.name}", Unit.STEPS)
            with NewFiles([self.checkpoint], like=self.state.like) as (file,):
                file.write_at(0, self.state.data)
        yield Progress(total - 1, total, "changing the machine's texts", Unit.STEPS)

    def _clear(self, plan: Plan, undo: Path) -> None:
        """Remove what was made, unless all is done already."""
        if plan.standing() is Standing.NEW:
            return
        remove_unused(self.made, self.edits)
        if plan.is_saved(undo):
            drop_saved(undo)


@contextmanager
def held_texts(*texts: Path) -> Generator[None]:
    """Lock the *texts* of a machine, so that no second call changes them meanwhile.

    Raises:
        InUse: Somebody has one.
    """
    files: list[DiskFile] = []
    try:
        for path in texts:
            files.append(DiskFile(path, writable=True))
            refuse_if_locked(path, [files[-1]])
            hold_write_lock(files[-1])
        yield
    finally:
        for file in files:
            file.close()
