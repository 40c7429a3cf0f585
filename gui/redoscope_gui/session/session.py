"""The session as views and dialogs know it: what is shown, and what can be done to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from redoscope_gui.engine import Lane
from redoscope_gui.requests.changing import (
    AttachChild,
    Attached,
    ChildCreated,
    CreateChild,
    CreateDisk,
    DiskCreated,
    Verdict,
    WhyNotAttach,
)
from redoscope_gui.requests.hashing import GenerationHashed, HashGeneration
from redoscope_gui.session.asking import alive
from redoscope_gui.session.cursor import Cursor
from redoscope_gui.session.job import Job
from redoscope_gui.session.state import State

__all__ = ["Session"]


class Session(State):
    """What is open, selected and shown. Views ask it, listen to it, and know nobody else."""

    def create_disk(
        self,
        request: CreateDisk,
        *,
        done: Callable[[], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Make a new base disk; then open it."""

        def made(answer: DiskCreated) -> None:
            self.message.emit(self.tr("Created %s") % answer.path.name)
            self.open(answer.path)
            if done is not None and alive(done):
                done()

        self.submit(Lane.WRITE, "create", request, made, failed)

    def create_child(
        self,
        path: Path,
        kind: str = "monolithicSparse",
        comment: str = "",
        *,
        parent: Path | None = None,
        done: Callable[[], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Make a child of *parent*, else of the chosen link, at *path*; then show it."""
        below = parent or self.cursor.path
        if below is None:
            return

        request = CreateChild(below, path, kind, comment, policy=self.policy)

        def made(answer: ChildCreated) -> None:
            self.message.emit(self.tr("Created %s") % answer.path.name)
            self.reload(select=answer.path)
            if done is not None and alive(done):
                done()

        self.submit(Lane.WRITE, "create", request, made, failed)

    def attach(
        self,
        child: Path,
        parent: Path,
        *,
        done: Callable[[], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Attach *child* to *parent* for reading, and show the joined chain. No file changes."""

        def joined(answer: Attached) -> None:
            text = self.tr("Attached %s to %s; no file was changed")
            self.message.emit(text % (child.name, parent.name))
            self._take_chain(answer.chain, answer, Cursor(child, -1, self.cursor.offset))
            self._joined = (child, parent)
            self.chain_error = None
            self._chain_problems = ()
            self.problems_changed.emit()
            self.forest_changed.emit()
            if done is not None and alive(done):
                done()

        self.submit(Lane.WRITE, "attach", AttachChild(child, parent, self.policy), joined, failed)

    def why_not_attach(self, child: Path, parent: Path, reply: Callable[[Verdict], None]) -> None:
        """Ask whether *child* can be attached to *parent*; the Verdict carries the reason."""
        self.ask("why-not-attach", WhyNotAttach(child, parent, self.policy), reply)

    def hash_generation(self, algorithm: str = "sha256") -> Job | None:
        """Hash the disk as it reads at the cursor; the Job tells how far it is and the result."""
        path, generation = self.cursor.path, self.cursor.generation
        if self.generation_chain is None or path is None:
            return None
        joined = self.joined if self._shows_joined() else None
        request = HashGeneration(path, generation, self.policy, joined, algorithm)
        title = self.tr("Hash of %s, generation %d") % (path.name, generation)

        def told(answer: GenerationHashed) -> str:
            return f"{answer.algorithm} {answer.hexadecimal}"

        def done(answer: GenerationHashed) -> None:
            self.message.emit(self.tr("%s: %s") % (answer.path.name, told(answer)))

        return self.run_job(title, request, done, told=told)

    def _shows_joined(self) -> bool:
        """Whether the generation at the cursor holds the child that is attached for now only."""
        chain = self.generation_chain
        return (
            self.joined is not None
            and chain is not None
            and any(link.path == self.joined[0] for link in chain.links)
        )
