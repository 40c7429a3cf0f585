"""Bytes that are read: sectors, whole generations, what is sought in them, their digest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from redoscope_core.code.c_text import CFunction, block, on_disk
from redoscope_core.code.deed import Deed
from redoscope_core.code.opening import STRICTLY, Opening
from redoscope_core.code.quoting import c_string, python_path, python_text, unmistakable
from redoscope_core.overriding import override

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = [
    "DumpSectors",
    "HashDisk",
    "ReadSectors",
    "SearchDisk",
    "left_of_disk",
    "written_to_file",
]

_STEP = 2048
"""Sectors that the functions of C read at once."""
_BUFFER = f"static uint8 buffer[{_STEP} * VIXDISKLIB_SECTOR_SIZE];"
_TAKER = (
    "VixDiskLibConnection connection, void (*take)(const uint8 *bytes, VixDiskLibSectorType count)"
)


def left_of_disk() -> list[str]:
    """Return the lines that put the capacity of `disk` into `left`."""
    told = ["left = info->capacity;", "VixDiskLib_FreeInfo(info);"]
    asked = block("if (VIX_SUCCEEDED(error))", ["error = VixDiskLib_GetInfo(disk, &info);"])
    return [*asked, *block("if (info != NULL)", told)]


def _loop(taken: Sequence[str]) -> list[str]:
    """Return the lines that read `left` sectors from `sector` on, and do *taken* with each read."""
    return block(
        "while (VIX_SUCCEEDED(error) && left > 0)",
        [
            f"VixDiskLibSectorType count = left < {_STEP} ? left : {_STEP};",
            "",
            "error = VixDiskLib_Read(disk, sector, count, buffer);",
            *taken,
            "sector += count;",
            "left -= count;",
        ],
    )


def _read(
    path: Path,
    window: tuple[int, int] | None,
    taken: Sequence[str],
    *,
    before: Sequence[str] = (),
    behind: Sequence[str] = (),
) -> list[str]:
    """Return what reads *window*, first sector and count, or all of the disk *path*."""
    start, count = window or (0, 0)
    declared = [_BUFFER, f"VixDiskLibSectorType sector = {start}, left = {count};"]
    if window is None:
        declared.append("VixDiskLibInfo *info = NULL;")
    whole = left_of_disk() if window is None else []
    return on_disk(path, [*before, *whole, *_loop(taken), *behind], declared=declared)


def _handed_on(name: str, path: Path, remark: str) -> CFunction:
    taken = block("if (VIX_SUCCEEDED(error))", ["take(buffer, count);"])
    return CFunction(name, _read(path, None, taken), remark, _TAKER)


def written_to_file(
    name: str, path: Path, window: tuple[int, int] | None, target: Path, remark: str = ""
) -> CFunction:
    """Return a function that writes *window*, or all of the disk *path*, to the file *target*."""
    failed = ["error = VIX_E_FILE_ERROR;"]
    lost = "fwrite(buffer, VIXDISKLIB_SECTOR_SIZE, count, out) != count"
    opened = f'FILE *out = fopen({c_string(target)}, "wb");'
    lines = _read(
        path,
        window,
        block(f"if (VIX_SUCCEEDED(error) && {lost})", failed),
        before=[opened, "", *block("if (out == NULL)", failed)],
        behind=block("if (out != NULL && fclose(out) != 0)", failed),
    )
    return CFunction(name, lines, remark, headers=("stdio.h", "vixDiskLib.h"))


def _window(start: int, count: int) -> tuple[str, ...]:
    return ("--start", str(start), "--count", str(count))


@dataclass(frozen=True, slots=True)
class ReadSectors(Deed):
    """Copy sectors to a new file."""

    disk: Path
    start: int
    """Sector."""
    count: int
    """Sectors."""
    out: Path
    opening: Opening = STRICTLY

    @override
    def c(self) -> CFunction:
        return written_to_file("read_sectors", self.disk, (self.start, self.count), self.out)

    @override
    def words(self) -> Sequence[str]:
        out = ("--out", unmistakable(self.out))
        window = _window(self.start, self.count)
        return ("read", unmistakable(self.disk), *window, *out, *self.opening.options)

    @override
    def python(self) -> Sequence[str]:
        read = f"chain.read({self.start}, {self.count})"
        saved = f"    core.save_document({python_path(self.out)}, {read}, chains=[chain])"
        return (*self.opening.lines, self.opening.chain(self.disk), saved)


@dataclass(frozen=True, slots=True)
class DumpSectors(Deed):
    """Show sectors as hex."""

    disk: Path
    start: int
    """Sector."""
    count: int
    """Sectors."""
    opening: Opening = STRICTLY

    @override
    def c(self) -> CFunction:
        printed = [
            *block(
                "for (uint32 at = 0; VIX_SUCCEEDED(error) && "
                "at < count * VIXDISKLIB_SECTOR_SIZE; at++)",
                ["printf(\"%02x%c\", buffer[at], at % 16 == 15 ? '\\n' : ' ');"],
            )
        ]
        lines = _read(self.disk, (self.start, self.count), printed)
        return CFunction("dump_sectors", lines, headers=("stdio.h", "vixDiskLib.h"))

    @override
    def words(self) -> Sequence[str]:
        window = _window(self.start, self.count)
        return ("dump", unmistakable(self.disk), *window, *self.opening.options)

    @override
    def python(self) -> Sequence[str]:
        shown = f'    print(chain.read({self.start}, {self.count}).hex(" ", 4))'
        return (*self.opening.lines, self.opening.chain(self.disk), shown)


@dataclass(frozen=True, slots=True)
class HashDisk(Deed):
    """Hash all bytes of a generation."""

    disk: Path
    algorithm: str = "sha256"
    opening: Opening = STRICTLY

    @override
    def c(self) -> CFunction:
        remark = "The library has no digests: take() hands the bytes on to one that has."
        return _handed_on("hash_disk", self.disk, remark)

    @override
    def words(self) -> Sequence[str]:
        algorithm = ("--algorithm", self.algorithm) if self.algorithm != "sha256" else ()
        return ("hash", unmistakable(self.disk), *algorithm, *self.opening.options)

    @override
    def python(self) -> Sequence[str]:
        steps = f"core.digest(chain, {python_text(self.algorithm)})"
        shown = f"    print(core.finished({steps}).hexadecimal)"
        return (*self.opening.lines, self.opening.chain(self.disk), shown)


@dataclass(frozen=True, slots=True)
class SearchDisk(Deed):
    """Find a text in a generation."""

    disk: Path
    text: str
    encoding: str = "utf-8"
    ignore_case: bool = False
    opening: Opening = STRICTLY

    @override
    def c(self) -> CFunction:
        remark = (
            "The library does not search: take() looks, also where what is sought lies across two "
            "pieces."
        )
        return _handed_on("search_disk", self.disk, remark)

    @override
    def words(self) -> Sequence[str]:
        encoding = ("--encoding", self.encoding) if self.encoding != "utf-8" else ()
        case = ("--ignore-case",) if self.ignore_case else ()
        options = (*encoding, *case, *self.opening.options)
        # Behind the two dashes a text is no option, whatever it begins with.
        return ("search", *options, "--", unmistakable(self.disk), self.text)

    @override
    def python(self) -> Sequence[str]:
        given = f"{python_text(self.text)}, [{python_text(self.encoding)}]"
        fold = ", fold_case=True" if self.ignore_case else ""
        found = f"    found = core.finished(core.search(chain, core.Needle.of_text({given}{fold})))"
        head = self.opening.chain(self.disk)
        return (*self.opening.lines, head, found, "    print(found.offsets)")
