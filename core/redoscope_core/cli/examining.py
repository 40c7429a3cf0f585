"""Commands that examine: check, hash, search, changes, compare."""

from __future__ import annotations

import re
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from redoscope_core.cli.driving import drive
from redoscope_core.cli.parameters import DISK, SECTORS, as_json, opening, policy_of
from redoscope_core.cli.printing import noted, print_json, print_notes, say
from redoscope_core.errors import FileMissing, InvalidArgument
from redoscope_core.format.units import SECTOR
from redoscope_core.link.names import is_there, same_file

if TYPE_CHECKING:
    from redoscope_core.chain.chain import Chain

__all__ = ["changes", "check", "compare", "hash_disk", "search"]

_PAGE = 2**53


@click.command(name="hash")
@click.argument("disk", type=DISK)
@click.option(
    "--algorithm",
    default="sha256",
    show_default=True,
    help="sha256, sha1, md5, sha512, blake2b or blake3.",
)
@opening
@as_json
def hash_disk(
    disk: Path,
    algorithm: str,
    search: tuple[Path, ...],
    allow_cid_mismatch: bool,
    json_output: bool,
) -> None:
    """Hash all bytes of a generation."""
    from redoscope_core.chain.chain import Chain
    from redoscope_core.operations.digest import digest

    policy = policy_of(search, allow_cid_mismatch=allow_cid_mismatch)
    with Chain.open(disk, policy=policy) as chain, noted(chain):
        result = drive("hashing", digest(chain, algorithm))
    if json_output:
        print_json(
            {
                "path": str(disk),
                "algorithm": result.algorithm,
                "digest": result.hexadecimal,
                "bytes": result.bytes_hashed,
            }
        )
    else:
        say(f"{result.hexadecimal}  {disk}")


@click.command(name="search")
@click.argument("disk", type=DISK)
@click.argument("pattern")
@click.option("--hex", "is_hex", is_flag=True, help="PATTERN is bytes in hex: 'de ad be ef'.")
@click.option("--regex", is_flag=True, help="PATTERN is a regular expression over bytes.")
@click.option("--encoding", default="utf-8", show_default=True, help="Of a text PATTERN.")
@click.option("--ignore-case", "-i", is_flag=True, help="A to Z count as a to z.")
@click.option("--limit", type=SECTORS, default=10_000, show_default=True, help="Matches at most.")
@opening
@as_json
def search(
    disk: Path,
    pattern: str,
    is_hex: bool,
    regex: bool,
    ignore_case: bool,
    encoding: str,
    limit: int,
    search: tuple[Path, ...],
    allow_cid_mismatch: bool,
    json_output: bool,
) -> int:
    """Find bytes, text or a pattern in a generation.

    Prints the byte offset and the sector of each match; exit status 1 if there is none.
    """
    from redoscope_core.chain.chain import Chain
    from redoscope_core.operations.search import search as find

    sought = _sought(pattern, encoding, is_hex=is_hex, regex=regex)
    if isinstance(sought, re.Pattern) and ignore_case:
        sought = re.compile(sought.pattern, re.IGNORECASE)
    policy = policy_of(search, allow_cid_mismatch=allow_cid_mismatch)
    with Chain.open(disk, policy=policy) as chain, noted(chain):
        found = drive("searching", find(chain, sought, limit=limit, fold_case=ignore_case))
    if json_output:
        matches = [{"offset": offset, "sector": offset // SECTOR} for offset in found]
        print_json({"matches": matches, "complete": len(found) < limit})
    else:
        for offset in found:
            say(f"{offset} sector {offset // SECTOR}")
    return 0 if found else 1


def _sought(pattern: str, encoding: str, *, is_hex: bool, regex: bool) -> bytes | re.Pattern[bytes]:
    try:
        if is_hex:
            return bytes.fromhex(pattern)
        raw = pattern.encode(encoding)
        return re.compile(raw) if regex else raw
    except (ValueError, LookupError, re.error) as error:
        raise InvalidArgument(
            "a pattern that can't be sought", found=repr(pattern), expected=str(error)
        ) from None


@click.command(name="changes")
@click.argument("disk", type=DISK)
@click.option(
    "--since",
    required=True,
    metavar="LINK|'*'",
    help="An older link of the chain, or '*' for every area in use.",
)
@click.option("--start-offset", type=SECTORS, default=0, help="Continue from this byte.")
@click.option("--limit", type=SECTORS, default=_PAGE, help="Areas on a page.")
@opening
@as_json
def changes(
    disk: Path,
    since: str,
    start_offset: int,
    limit: int,
    search: tuple[Path, ...],
    allow_cid_mismatch: bool,
    json_output: bool,
) -> None:
    """List the areas changed since an older link, in bytes.

    A page covers the bytes from start_offset on, for length bytes; the next page
    starts behind it.
    """
    from redoscope_core.chain.chain import Chain

    policy = policy_of(search, allow_cid_mismatch=allow_cid_mismatch)
    with Chain.open(disk, policy=policy) as chain, noted(chain):
        ranges = _changed_ranges(chain, since)
        capacity = chain.capacity * SECTOR
    page = [(max(a, start_offset), b) for a, b in ranges if b > start_offset][: limit + 1]
    end = page[limit][0] if len(page) > limit else capacity
    shown = page[:limit]
    if json_output:
        print_json(
            {
                "start_offset": start_offset,
                "length": max(0, end - start_offset),
                "changed_area": [{"start": a, "length": b - a} for a, b in shown],
                "change_id": None,
            }
        )
    else:
        for a, b in shown:
            say(f"{a} {b - a}")


def _changed_ranges(chain: Chain, since: str) -> list[tuple[int, int]]:
    from redoscope_core.operations.changes import changed_areas, covering_runs, used_areas

    if since == "*":
        areas = used_areas(chain)
    else:
        areas = changed_areas(chain, _index_of(chain, Path(since)))
    start, count = covering_runs(areas)
    return [
        (a * SECTOR, (a + n) * SECTOR) for a, n in zip(start.tolist(), count.tolist(), strict=True)
    ]


def _index_of(chain: Chain, path: Path) -> int:
    for index, link in enumerate(chain.links):
        if same_file(path, link.path):
            return index
    raise InvalidArgument(
        "not a link of this chain",
        path=chain.path,
        found=str(path),
        expected=", ".join(link.path.name for link in chain.links),
    )


@click.command(name="compare")
@click.argument("first", type=DISK, metavar="A")
@click.argument("second", type=DISK, metavar="B")
@click.option("--full", "--all", "all_bytes", is_flag=True, help="Read also what both share.")
@opening
@as_json
def compare(
    first: Path,
    second: Path,
    all_bytes: bool,
    search: tuple[Path, ...],
    allow_cid_mismatch: bool,
    json_output: bool,
) -> int:
    """List every run of sectors in which two disks differ.

    Exit status 1 if they differ. What both take from the same place of the same file
    is not read.
    """
    from redoscope_core.chain.chain import Chain
    from redoscope_core.operations.compare import compare as find_differences

    policy = policy_of(search, allow_cid_mismatch=allow_cid_mismatch)
    with ExitStack() as opened:
        old = opened.enter_context(Chain.open(first, policy=policy))
        new = opened.enter_context(Chain.open(second, policy=policy))
        print_notes(dict.fromkeys((*old.notes, *new.notes)))
        result = drive("comparing", find_differences(old, new, all_bytes=all_bytes))
    runs = list(zip(result.start.tolist(), result.count.tolist(), strict=True))
    if json_output:
        print_json(
            {
                "equal": result.equal,
                "runs": [{"start": start, "count": count} for start, count in runs],
                "sectors": result.sectors,
                "bytes": result.differing_bytes,
            }
        )
    else:
        for start, count in runs:
            say(f"{start} {count}")
        say(
            "equal"
            if result.equal
            else f"{len(runs)} runs, {result.sectors} sectors, {result.differing_bytes} bytes"
        )
    return 0 if result.equal else 1


@click.command(name="check")
@click.argument("disk", type=DISK)
@opening
@as_json
def check(
    disk: Path,
    search: tuple[Path, ...],
    allow_cid_mismatch: bool,
    json_output: bool,
) -> int:
    """Look for faults in a disk and its chain.

    Tables, bounds, grains that two entries share, redundant tables, content IDs and
    capacities. Exit status 1 if there is a fault; nothing is changed.
    """
    from redoscope_core.operations.check import check as look

    if not is_there(disk):
        raise FileMissing("the file is not there", path=disk)
    policy = policy_of(search, allow_cid_mismatch=allow_cid_mismatch)
    findings = drive("checking", look(disk, policy=policy))
    faults = [finding for finding in findings if finding.is_fault]
    if json_output:
        listed = [
            {
                "code": f.code,
                "fault": f.is_fault,
                "path": str(f.path),
                "text": f.text,
                "cure": f.cure,
            }
            for f in findings
        ]
        print_json({"sound": not faults, "findings": listed})
    else:
        for finding in findings:
            word = "fault" if finding.is_fault else "note"
            say(f"{word}: {finding.path}: {finding.text}; {finding.cure}")
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        say(count if faults else "no faults")
    return 1 if faults else 0
