"""Lists of changed areas, as other programs write them.

    {"startOffset": 0, "length": 1073741824, "changedArea": [{"start": 65536, "length": "65536"}]}
    start,length                                               or lines of CSV

Names in camelCase (the vendor's) or PascalCase (PowerCLI); numbers may be texts. A JSON document
may be one page or an array of pages.
"""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from redoscope_core.errors import MalformedDocument
from redoscope_core.format.area_columns import columns_of_lines, split_areas

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from numpy.typing import NDArray

__all__ = ["MAX_LIST", "ChangeList"]

MAX_LIST = 256 << 20
"""Bytes of the longest list that is read: some four million areas."""

_COLUMNS = 2
_MANY = 2**16
"""Bytes of a list from which on it is worth looking whether all areas are written alike."""


@dataclass(frozen=True, slots=True, eq=False)
class ChangeList:
    """Areas and pages in bytes, in the order of the list."""

    start: NDArray[np.int64]
    length: NDArray[np.int64]
    page_start: NDArray[np.int64]
    page_length: NDArray[np.int64]
    change_id: str | None = None
    """Since what it is, if it says so."""
    capacity: int | None = None
    """Bytes of the disk, if it says so."""

    @classmethod
    def parse(cls, data: bytes, end: int) -> Self:
        """Read *data*; lines of CSV cover the whole disk of *end* bytes.

        Raises:
            MalformedDocument: It is neither, or a number is none, or it is longer than `MAX_LIST`.
        """
        if len(data) > MAX_LIST:
            # Read in part, it would seem to miss what its rest lists.
            raise MalformedDocument(
                "a list of changed areas that is too long", expected=f"at most {MAX_LIST} bytes"
            )
        try:
            alike = None if len(data) < _MANY else cls._of_columns(data, end)
            if alike is not None:
                return alike
            text = data.decode("utf-8-sig", "replace").strip()
            return cls._of_pages(json.loads(text)) if text[:1] in "{[" else cls._of_lines(text, end)
        except RecursionError:
            reason = "nested too deeply"
        except KeyError as absent:
            reason = f"no {absent.args[0]}"
        except (TypeError, AttributeError):
            reason = "JSON of another shape"
        except OverflowError:
            reason = "a number that is too large"
        except ValueError as error:
            reason = str(error)
        raise MalformedDocument(
            "not a list of changed areas",
            found=reason,
            expected="JSON with changedArea, start and length; or lines of start,length",
        )

    @classmethod
    def _of_columns(cls, data: bytes, end: int) -> Self | None:
        """Read a list whose areas are all written alike; None if it is another."""
        data = data.removeprefix(BOM_UTF8).strip()
        if data[:1] not in {b"{", b"["}:
            lines = columns_of_lines(data)
            return None if lines is None else cls(*lines, _numbers([0]), _numbers([end]))
        parts = split_areas(data)
        if parts is None:
            return None
        rest, columns = parts
        try:
            pages = _pages(json.loads(rest.decode("utf-8", "replace")))
        except (ValueError, AttributeError, RecursionError):
            return None  # and is told by places in the whole text
        # As many as there are pages, one in each: no two in a page, none in something else.
        if not columns or [page.get("changedarea") for page in pages] != [[] for _ in columns]:
            return None
        start, length = (np.concatenate(column) for column in zip(*columns, strict=True))
        return cls._of(pages, start, length)

    @classmethod
    def _of_pages(cls, document: Any) -> Self:
        pages = _pages(document)
        areas = [area for page in pages for area in page["changedarea"]]
        return cls._of(pages, _column(areas, "start"), _column(areas, "length"))

    @classmethod
    def _of(
        cls, pages: list[dict[str, Any]], start: NDArray[np.int64], length: NDArray[np.int64]
    ) -> Self:
        first = pages[0] if pages else {}
        named, size = first.get("changeid"), first.get("capacity")
        return cls(
            start,
            length,
            _numbers([page.get("startoffset", 0) for page in pages]),
            _numbers([page["length"] for page in pages]),
            None if named is None else str(named),
            None if size is None else int(size),
        )

    @classmethod
    def _of_lines(cls, text: str, end: int) -> Self:
        rows = [line.split(",") for line in text.splitlines() if line.strip()]
        if rows and len(rows[0]) >= _COLUMNS and not rows[0][0].strip().lstrip("-").isdecimal():
            rows = rows[1:]
        if any(len(row) < _COLUMNS for row in rows):
            raise ValueError("a line without a comma")
        start, length = (_numbers([row[number] for row in rows]) for number in range(_COLUMNS))
        return cls(start, length, _numbers([0]), _numbers([end]))


def _pages(document: Any) -> list[dict[str, Any]]:
    return [_lowered(page) for page in (document if isinstance(document, list) else [document])]


def _lowered(page: Any) -> dict[str, Any]:
    """Return a page with its names in the letters of one case; ours have a line in them."""
    return {key.lower().replace("_", ""): value for key, value in page.items()}


def _column(areas: Sequence[Any], name: str) -> NDArray[np.int64]:
    spelled = name if not areas or name in areas[0] else name.capitalize()
    return _numbers([area[spelled] for area in areas])


def _numbers(values: Sequence[Any]) -> NDArray[np.int64]:
    """Return whole numbers, or texts of such, as an array."""
    found = np.array(values)
    if not len(found):
        return np.empty(0, np.int64)
    if found.ndim != 1 or found.dtype.kind not in "iU":
        raise ValueError("a number that is not whole, or too large")
    return found.astype(np.int64)
