"""An open disk: a handle on a chain, for reading and, on a tip, for writing.

A handle can be spent: `attach` takes the parent's away, for good, and turns the
child's into the combined chain.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from redoscope_core.chain.access import Access, Policy
from redoscope_core.chain.chain import Chain
from redoscope_core.chain.family.children import refuse_if_parent
from redoscope_core.chain.family.kinship import refuse_unfit
from redoscope_core.chain.family.neighbours import Neighbours
from redoscope_core.chain.family.pieces import open_link
from redoscope_core.chain.tip_writer import TipWriter
from redoscope_core.errors import (
    InvalidArgument,
    InvalidHandle,
    PartialChain,
    ReadOnly,
)
from redoscope_core.files.locks import hold_write_lock, refuse_if_locked, release_write_lock
from redoscope_core.format.units import SECTOR
from redoscope_core.link.link import Link

if TYPE_CHECKING:
    from typing import Self

    from redoscope_core.files.file import DiskFile

__all__ = ["Disk"]


class Disk:
    """A handle on an open chain. One thread at a time; close it to make writes final."""

    def __init__(self, chain: Chain, *, access: Access, single_link: bool) -> None:
        """Hold *chain*; use `open`."""
        self.path = chain.path
        self.access = access
        self._chain: Chain | None = chain
        self._single = single_link
        self._writer: TipWriter | None = None
        self._limit = 0
        """Sectors, while there is a writer: who has one may write anywhere below."""
        self._unflushed = False
        self._spent: str | None = None

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        access: Access = Access.STRICT,
        single_link: bool = False,
        policy: Policy | None = None,
    ) -> Self:
        """Open the disk at *path* with its parents, or the single link alone.

        Raises:
            HasChildren: Other links are made from it and *access* is not INSPECT.
            InUse: It is to be written and another program holds a lock.
            VmdkError: It does not open.
        """
        path = Path(path)
        writable = access is Access.WRITE
        neighbours = Neighbours()
        if writable:
            _refuse_frozen(path, policy or Policy(), neighbours)
        chain: Chain
        if single_link:
            link = open_link(path, policy or Policy(), neighbours, writable=writable)
            chain = Chain([link])
        else:
            chain = Chain.open(path, access=access, policy=policy, neighbours=neighbours)
        try:
            if single_link and access is Access.STRICT:
                refuse_if_parent(chain.tip, policy or Policy(), neighbours)
            if writable:
                _refuse_doubtful(chain)
                for file in {file.identity: file for file in _written_files(chain.tip)}.values():
                    hold_write_lock(file)
        except BaseException:
            chain.close()
            raise
        return cls(chain, access=access, single_link=single_link)

    @property
    def chain(self) -> Chain:
        """The chain with all writes so far; raises `InvalidHandle` if the handle is spent."""
        if self._unflushed and self._chain is not None:
            self.flush()
        return self._open_chain()

    def _open_chain(self) -> Chain:
        if self._chain is None:
            raise InvalidHandle(
                f"the handle is {self._spent or 'closed'}",
                path=self.path,
                cure="use the handle of the child" if self._spent else "open the disk again",
            )
        return self._chain

    @property
    def is_single_link(self) -> bool:
        """Whether the handle holds a child without its parents."""
        return self._single and self.chain.tip.is_child

    @property
    def writable(self) -> bool:
        """Whether the tip may be written."""
        return self.access is Access.WRITE

    @property
    def capacity(self) -> int:
        """Sectors of the disk."""
        return self.chain.capacity

    def read(self, sector: int, count: int) -> bytes:
        """Return *count* sectors from *sector* on, writes of this handle included.

        Raises:
            PartialChain: The handle holds a child without its parents.
            VmdkError: As `Chain.read`.
        """
        self._refuse_partial()
        return self.chain.read(sector, count)

    def read_into(self, buffer: bytearray | memoryview, sector: int) -> None:
        """Fill *buffer* from *sector* on; raises as `read` does."""
        self._refuse_partial()
        self.chain.read_into(buffer, sector)

    def write(self, sector: int, data: bytes | bytearray | memoryview) -> None:
        """Write *data*, whole sectors, from *sector* on, into the tip only.

        Raises:
            ReadOnly: The handle is not open for writing.
            OutOfRange: The sectors leave the disk.
            PartialChain: The handle holds a child without its parents.
            DiskFull: There is no room.
        """
        view = memoryview(data).cast("B")
        count, rest = divmod(len(view), SECTOR)
        if rest:
            raise InvalidArgument(
                "data that is no whole number of sectors",
                path=self.path,
                found=f"{len(view)} bytes",
                expected=f"a multiple of {SECTOR}",
            )
        writer = self._writer
        if writer is None or not 0 <= sector <= self._limit - count:
            writer = self._open_writer(sector, count)
        if count:
            self._unflushed = True
            writer.write(sector, view)

    def write_zeros(self, sector: int, count: int) -> None:
        """Make *count* sectors from *sector* on read as zeros; raises as `write` does."""
        writer = self._open_writer(sector, count)
        if count:
            self._unflushed = True
            writer.write_zeros(sector, count)

    def _open_writer(self, sector: int, count: int) -> TipWriter:
        chain = self._open_chain()
        if not self.writable:
            raise ReadOnly("the disk is open for reading only", path=self.path)
        self._refuse_partial()
        chain.refuse_outside(sector, count)
        if self._writer is None:
            self._writer = TipWriter(chain)
            self._limit = chain.capacity
        return self._writer

    def _refuse_partial(self) -> None:
        chain = self._open_chain()
        if self._single and chain.tip.is_child:
            raise PartialChain(
                "a child opened without its parents",
                path=self.path,
                found="a single link",
                expected="the whole chain",
                cure="attach it to its parent first",
            )

    def flush(self) -> None:
        """Make all writes durable.

        Raises:
            InvalidHandle: The handle is closed or spent.
        """
        chain = self._open_chain()
        if self._writer is not None:
            self._unflushed = False
            changed = self._writer.flush()
            # A chain is a value: what was written is in a new one over the same links.
            self._chain = chain.renewed(changed)

    def adopt(self, parent: Chain) -> None:
        """Become the chain of *parent*'s links with this handle's link on top."""
        child = self.chain
        self._chain = Chain(
            [*parent.links, child.tip], findings=(*parent.findings, *child.findings)
        )
        self._single = False
        self._writer = None

    def surrender(self) -> Chain:
        """Give the chain away, finished and read-only; later uses raise `InvalidHandle`."""
        chain = self.chain
        if self._writer is not None:
            self._writer.finish()
            self._writer = None
        for file in _written_files(chain.tip):
            release_write_lock(file)
            file.writable = False
        self._chain = None
        self._spent = "spent by an attach"
        return chain

    def close(self) -> None:
        """Flush and close; harmless on a handle that is closed or spent."""
        if self._chain is None:
            return
        chain, writer = self._chain, self._writer
        try:
            if writer is not None:
                writer.finish()
        finally:
            self._chain = None
            self._writer = None
            chain.close()

    def __enter__(self) -> Self:
        """Return the disk."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the disk."""
        self.close()


def _refuse_frozen(path: Path, policy: Policy, neighbours: Neighbours) -> None:
    with open_link(path, policy, neighbours) as link:
        refuse_if_parent(link, policy, neighbours)
        refuse_if_locked(path, [link.descriptor_file, *link.disk_files])


def _written_files(link: Link) -> list[DiskFile]:
    return [file for file in (link.descriptor_file, *link.disk_files) if file.writable]


def _refuse_doubtful(chain: Chain) -> None:
    for parent, child in pairwise(chain.links):
        refuse_unfit(child.path, child.descriptor, parent.descriptor)
