"""Commands that move bytes: read, write."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from redoscope_core.cli.data_output import data_output
from redoscope_core.cli.driving import drive
from redoscope_core.cli.generation import at_link, generation, link_alone, named
from redoscope_core.cli.parameters import BYTE, DISK, as_json, opening, policy_of, salvaging
from redoscope_core.cli.places import COUNT, PLACE, from_start, sector_at, sectors_in, to_end
from redoscope_core.cli.printing import print_findings, print_json, say
from redoscope_core.cli.windows import WINDOW, refuse_asking, windows
from redoscope_core.errors import InvalidArgument
from redoscope_core.files.file import os_error
from redoscope_core.files.names import is_there
from redoscope_core.format.units import SECTOR
from redoscope_core.phrases import counted
from redoscope_core.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Generator

    from redoscope_core.chain.chain import Chain
    from redoscope_core.chain.disk import Disk

__all__ = ["read", "write"]

_SPOOL = 2**26


@click.command()
@click.argument("disk", type=DISK)
@from_start
@to_end
@click.option("--out", type=DISK, required=True, metavar="FILE|-", help="Where to; - is stdout.")
@click.option(
    "--force", is_flag=True, help="Replace FILE if it is no disk; write bytes even to a terminal."
)
@click.option(
    "--fill",
    type=BYTE,
    default=None,
    help="With --link: the byte to put where it asks the parent: 0 to 255, 0x00 to 0xff.",
)
@click.option(
    "--sidecar",
    is_flag=True,
    help="Write FILE.json too: disk, generation, offset, length and SHA-256 of these bytes.",
)
@link_alone
@at_link
@opening
@salvaging
@as_json
def read(
    disk: Path,
    start: str,
    count: str,
    out: Path,
    force: bool,
    fill: int | None,
    sidecar: bool,
    alone: bool,
    at: str | None,
    json_output: bool,
) -> None:
    """Copy the bytes of a generation to a file.

    With --link those that the one link stores: what it asks the parent for is refused, unless
    --fill says what to put there. Sectors that can't be read are refused: nothing is made up for
    them. With --salvage a disk with missing parts opens, and all other sectors are served.
    """
    if fill is not None and not alone:
        raise click.UsageError("--fill goes with --link")
    if sidecar and (fill is not None or str(out) == "-"):
        raise click.UsageError("--sidecar tells of a FILE that holds bytes of the disk alone")
    if json_output and str(out) == "-":
        raise click.UsageError("bytes and --json can't both go to standard output: name a file")
    policy = policy_of()
    with generation(disk, policy, at, older=True, alone=alone) as chain:
        first = sector_at(start, chain)
        sectors = sectors_in(count, chain, first)
        chain.refuse_outside(first, sectors)
        if fill is None:
            refuse_asking(chain, first, sectors)
        if sidecar:
            from redoscope_core.operations.making.save_selected import save_selected

            steps = save_selected(chain, first * SECTOR, sectors * SECTOR, out, force=force)
            drive("reading", steps)
        elif str(out) == "-":
            with data_output(force=force) as stream:
                drive("reading", _copy(chain, first, sectors, stream, fill))
        else:
            _read_to_file(chain, first, sectors, out, fill, force=force)
        document = named(disk, chain) | {"start": first, "count": sectors, "out": str(out)}
    if json_output:
        print_json(document)


def _copy(
    chain: Chain, start: int, count: int, stream: IO[bytes], fill: int | None
) -> Generator[Progress, None, None]:
    """Write sectors to *stream*."""
    total = count * SECTOR
    for sector, data in windows(chain, start, count, fill=fill):
        stream.write(data)
        yield Progress((sector - start) * SECTOR + len(data), total, "reading")


def _read_to_file(
    chain: Chain, start: int, count: int, out: Path, fill: int | None, *, force: bool
) -> None:
    from redoscope_core.chain.outputs import chosen_output

    target = chosen_output(out, force=force, chains=[chain], streams=True)
    if not is_there(target) or target.is_file():
        drive("reading", _fill_file(chain, start, count, target, fill, force=force))
        return
    try:
        with target.open("wb") as stream:  # a device or a FIFO that the user named
            drive("reading", _copy(chain, start, count, stream, fill))
    except OSError as error:
        raise os_error(error, out, "writing the output") from None


def _fill_file(
    chain: Chain, start: int, count: int, target: Path, fill: int | None, *, force: bool
) -> Generator[Progress, None, None]:
    """Write sectors to the file *target*, which appears whole; what nobody stores is a hole."""
    from redoscope_core.files.new_file import NewFiles

    total = count * SECTOR
    with NewFiles([target], like=chain.all_files, replace=force) as (file,):
        file.truncate(total)
        for sector, data in windows(chain, start, count, fill=fill):
            done = (sector - start) * SECTOR
            if fill or len(chain.stored.window(sector, len(data) // SECTOR)):
                file.write_at(done, data)
            yield Progress(done + len(data), total, "reading")


@click.command()
@click.argument("disk", type=DISK)
@click.option(
    "--start",
    type=PLACE,
    required=True,
    help="First sector: 5376, s5376, 0x2a0000, 64K, g42, 50%, end.",
)
@click.option(
    "--in", "source", type=DISK, default=None, metavar="FILE|-", help="Bytes from a file."
)
@click.option(
    "--fill", type=BYTE, default=None, help="Or one byte again and again: 0 to 255, 0x00 to 0xff."
)
@click.option(
    "--count", type=COUNT, default=None, help="Sectors to fill, or an amount as 64K, or end."
)
@opening
@as_json
def write(
    disk: Path,
    start: str,
    source: Path | None,
    fill: int | None,
    count: str | None,
    json_output: bool,
) -> None:
    """Write sectors into the tip of a chain.

    A link with children is refused, and the children are named.
    """
    from redoscope_core.chain.access import Access
    from redoscope_core.chain.disk import Disk

    if (source is None) == (fill is None) or (fill is not None) != (count is not None):
        raise click.UsageError("give either --in FILE, or --fill BYTE with --count N")
    policy = policy_of()
    with Disk.open(disk, access=Access.WRITE, policy=policy) as target:
        print_findings(target.chain.findings)
        first = sector_at(start, target.chain)
        if source is not None:
            written = drive("writing", _write_file(target, first, source))
        else:
            amount = sectors_in(count or "0", target.chain, first)
            written = drive("writing", _fill(target, first, fill or 0, amount))
        target.flush()
        cid = f"{target.chain.tip.descriptor.cid:08x}"
    if json_output:
        print_json(
            {"disk": str(disk), "path": str(disk), "start": first, "count": written, "cid": cid}
        )
    else:
        sectors = counted(written, "sector")
        say(f"wrote {sectors} from sector {first} on into {disk}, whose CID is now {cid}")


def _fill(target: Disk, start: int, fill: int, count: int) -> Generator[Progress, None, int]:
    target.chain.refuse_outside(start, count)
    if fill == 0:
        target.write_zeros(start, count)
        return count
    window = bytes([fill]) * (WINDOW * SECTOR)
    for sector in range(start, start + count, WINDOW):
        target.write(sector, window[: min(WINDOW, start + count - sector) * SECTOR])
        yield Progress((sector - start) * SECTOR, count * SECTOR, "writing")
    return count


def _write_file(target: Disk, start: int, source: Path) -> Generator[Progress, None, int]:
    with _input(source) as (stream, length):
        count, rest = divmod(length, SECTOR)
        if rest:
            raise InvalidArgument(
                "input that is no whole number of sectors",
                path=source,
                found=f"{length} bytes",
                expected=f"a multiple of {SECTOR}",
                cure="nothing was written; pad the input",
            )
        # All of it is known to fit before the first byte is written.
        target.chain.refuse_outside(start, count)
        sector, end = start, start + count
        while sector < end and (data := stream.read(min(WINDOW, end - sector) * SECTOR)):
            target.write(sector, data)
            sector += len(data) // SECTOR
            yield Progress((sector - start) * SECTOR, length, "writing")
    return count


@contextmanager
def _input(source: Path) -> Generator[tuple[IO[bytes], int]]:
    """Give the input and its length; what can't tell its length is collected first."""
    from shutil import copyfileobj
    from tempfile import SpooledTemporaryFile

    try:
        with ExitStack() as opened:
            if str(source) != "-" and source.is_file():
                stream: IO[bytes] = opened.enter_context(source.open("rb"))
                yield stream, os.fstat(stream.fileno()).st_size
                return
            pipe = (
                sys.stdin.buffer if str(source) == "-" else opened.enter_context(source.open("rb"))
            )
            spool = opened.enter_context(SpooledTemporaryFile(max_size=_SPOOL))
            copyfileobj(pipe, spool, WINDOW * SECTOR)
            length = spool.tell()
            spool.seek(0)
            yield spool, length
    except OSError as error:
        raise os_error(error, source, "reading the input") from None
