"""Commands that move bytes: dump, read, write."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from redoscope_core.cli.data_output import data_output
from redoscope_core.cli.driving import drive
from redoscope_core.cli.parameters import BYTE, DISK, SECTORS, as_json, opening, policy_of
from redoscope_core.cli.plural import counted
from redoscope_core.cli.printing import noted, print_json, print_notes, say
from redoscope_core.errors import InvalidArgument, OutOfRange
from redoscope_core.format.units import SECTOR
from redoscope_core.link.file import os_error
from redoscope_core.link.names import is_there
from redoscope_core.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from redoscope_core.chain.chain import Chain
    from redoscope_core.chain.disk import Disk

__all__ = ["dump", "read", "write"]

_WINDOW = 2048
"""Sectors (1 MiB) moved at a time."""
_ROW = 16
_SPOOL = 2**26


@click.command()
@click.argument("disk", type=DISK)
@click.option("--start", type=SECTORS, default=0, show_default=True, help="First sector.")
@click.option("--count", type=SECTORS, default=1, show_default=True, help="Sectors.")
@opening
@as_json
def dump(
    disk: Path,
    start: int,
    count: int,
    search: tuple[Path, ...],
    allow_cid_mismatch: bool,
    json_output: bool,
) -> None:
    """Show sectors as hex and text."""
    from redoscope_core.chain.chain import Chain

    policy = policy_of(search, allow_cid_mismatch=allow_cid_mismatch)
    with Chain.open(disk, policy=policy) as chain, noted(chain):
        if json_output:
            print_json({"start": start, "count": count, "hex": chain.read(start, count).hex()})
            return
        _check_range(chain, start, count)
        for sector, data in _windows(chain, start, count):
            click.echo(_hex_rows(sector * SECTOR, data), nl=False)


def _hex_rows(offset: int, data: memoryview) -> str:
    rows = []
    for first in range(0, len(data), _ROW):
        row = bytes(data[first : first + _ROW])
        text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)  # noqa: PLR2004 - ASCII
        rows.append(f"{offset + first:012x}  {row[:8].hex(' ')}  {row[8:].hex(' ')}  |{text}|\n")
    return "".join(rows)


@click.command()
@click.argument("disk", type=DISK)
@click.option("--start", type=SECTORS, default=0, show_default=True, help="First sector.")
@click.option("--count", type=SECTORS, default=None, help="Sectors.  [default: to the end]")
@click.option("--out", type=DISK, required=True, metavar="FILE|-", help="Where to; - is stdout.")
@click.option(
    "--force", is_flag=True, help="Replace FILE if it is no disk; write bytes even to a terminal."
)
@opening
def read(
    disk: Path,
    start: int,
    count: int | None,
    out: Path,
    force: bool,
    search: tuple[Path, ...],
    allow_cid_mismatch: bool,
) -> None:
    """Copy the bytes of a generation to a file."""
    from redoscope_core.chain.chain import Chain

    policy = policy_of(search, allow_cid_mismatch=allow_cid_mismatch)
    with Chain.open(disk, policy=policy) as chain, noted(chain):
        count = max(0, chain.capacity - start) if count is None else count
        _check_range(chain, start, count)
        if str(out) == "-":
            with data_output(force=force) as stream:
                drive("reading", _copy(chain, start, count, stream))
        else:
            _read_to_file(chain, start, count, out, force=force)


def _check_range(chain: Chain, start: int, count: int) -> None:
    if start + count > chain.capacity:
        raise OutOfRange(
            "sectors outside the disk",
            path=chain.path,
            found=f"{count} sectors from {start}",
            expected=f"a range inside its {chain.capacity} sectors",
        )


def _windows(chain: Chain, start: int, count: int) -> Iterator[tuple[int, memoryview]]:
    buffer = memoryview(bytearray(_WINDOW * SECTOR))
    for sector in range(start, start + count, _WINDOW):
        data = buffer[: min(_WINDOW, start + count - sector) * SECTOR]
        chain.read_into(data, sector)
        yield sector, data


def _copy(
    chain: Chain, start: int, count: int, stream: IO[bytes]
) -> Generator[Progress, None, None]:
    """Write sectors to *stream*."""
    total = count * SECTOR
    for sector, data in _windows(chain, start, count):
        stream.write(data)
        yield Progress((sector - start) * SECTOR + len(data), total, "reading")


def _read_to_file(chain: Chain, start: int, count: int, out: Path, *, force: bool) -> None:
    from redoscope_core.chain.outputs import chosen_output

    target = chosen_output(out, force=force, chains=[chain], streams=True)
    if not is_there(target) or target.is_file():
        drive("reading", _fill_file(chain, start, count, target, force=force))
        return
    try:
        with target.open("wb") as stream:  # a device or a FIFO that the user named
            drive("reading", _copy(chain, start, count, stream))
    except OSError as error:
        raise os_error(error, out, "writing the output") from None


def _fill_file(
    chain: Chain, start: int, count: int, target: Path, *, force: bool
) -> Generator[Progress, None, None]:
    """Write sectors to the file *target*, which appears whole; what nobody stores is a hole."""
    from redoscope_core.link.new_file import NewFiles

    total = count * SECTOR
    with NewFiles([target], like=chain.all_files, replace=force) as (file,):
        file.truncate(total)
        for sector, data in _windows(chain, start, count):
            done = (sector - start) * SECTOR
            if len(chain.stored.window(sector, len(data) // SECTOR)):
                file.write_at(done, data)
            yield Progress(done + len(data), total, "reading")


@click.command()
@click.argument("disk", type=DISK)
@click.option("--start", type=SECTORS, required=True, help="First sector.")
@click.option(
    "--in", "source", type=DISK, default=None, metavar="FILE|-", help="Bytes from a file."
)
@click.option(
    "--fill", type=BYTE, default=None, help="Or one byte again and again: 0 to 255, 0x00 to 0xff."
)
@click.option("--count", type=SECTORS, default=None, help="Sectors to fill.")
@opening
@as_json
def write(
    disk: Path,
    start: int,
    source: Path | None,
    fill: int | None,
    count: int | None,
    search: tuple[Path, ...],
    allow_cid_mismatch: bool,
    json_output: bool,
) -> None:
    """Write sectors into the tip of a chain.

    A link with children is refused, and the children are named.
    """
    from redoscope_core.chain.access import Access
    from redoscope_core.chain.disk import Disk

    if (source is None) == (fill is None) or (fill is not None) != (count is not None):
        raise click.UsageError("give either --in FILE, or --fill BYTE with --count N")
    policy = policy_of(search, allow_cid_mismatch=allow_cid_mismatch)
    with Disk.open(disk, access=Access.WRITE, policy=policy) as target:
        print_notes(target.chain.notes)
        if source is not None:
            written = drive("writing", _write_file(target, start, source))
        else:
            written = drive("writing", _fill(target, start, fill or 0, count or 0))
        target.flush()
        cid = f"{target.chain.tip.descriptor.cid:08x}"
    if json_output:
        print_json({"path": str(disk), "start": start, "count": written, "cid": cid})
    else:
        sectors = counted(written, "sector")
        say(f"wrote {sectors} from sector {start} on into {disk}, whose CID is now {cid}")


def _fill(target: Disk, start: int, fill: int, count: int) -> Generator[Progress, None, int]:
    _check_range(target.chain, start, count)
    if fill == 0:
        target.write_zeros(start, count)
        return count
    window = bytes([fill]) * (_WINDOW * SECTOR)
    for sector in range(start, start + count, _WINDOW):
        target.write(sector, window[: min(_WINDOW, start + count - sector) * SECTOR])
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
        _check_range(target.chain, start, count)
        sector, end = start, start + count
        while sector < end and (data := stream.read(min(_WINDOW, end - sector) * SECTOR)):
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
            copyfileobj(pipe, spool, _WINDOW * SECTOR)
            length = spool.tell()
            spool.seek(0)
            yield spool, length
    except OSError as error:
        raise os_error(error, source, "reading the input") from None
