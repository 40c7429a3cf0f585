"""What a command prints, heard on its way, for a record of it: digest, and a short text whole."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, cast

from redoscope_core.format.trail import LONG, told_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO

__all__ = ["Heard", "told_call"]

_MOST = 100
"""Words of a call that are told one by one."""


class Heard:
    """Hears what is printed, as UTF-8, and hands it on."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()
        self._begins = bytearray()
        self._bytes = 0
        self._is_text = True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    @property
    def stream(self) -> TextIO:
        """Where it goes."""
        return self._stream

    @property
    def buffer(self) -> BinaryIO:
        """What takes bytes that are an answer by themselves."""
        self._is_text = False
        return cast("BinaryIO", _HeardBytes(self, self._stream.buffer))

    def write(self, text: str) -> int:
        """Print *text*."""
        self.hear(text.encode("utf-8", "backslashreplace"))
        return self._stream.write(text)

    def hear(self, data: bytes | memoryview) -> None:
        """Take down what is printed."""
        self._digest.update(data)
        self._bytes += len(data)
        self._begins += data[: max(LONG + 1 - len(self._begins), 0)]

    def told(self) -> dict[str, object]:
        """Return what a record tells of it."""
        told: dict[str, object] = {"bytes": self._bytes, "sha256": self._digest.hexdigest()}
        if self._is_text and self._bytes <= LONG:
            told["text"] = self._begins.decode()
        return told


class _HeardBytes:
    """The same for bytes."""

    def __init__(self, heard: Heard, stream: BinaryIO) -> None:
        self._heard = heard
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, data: bytes | memoryview) -> int:
        """Print *data*."""
        self._heard.hear(memoryview(data).cast("B"))
        return self._stream.write(data)


def told_call(words: Sequence[str]) -> dict[str, object]:
    """Return what a record tells of the call."""
    told: list[object] = [told_text(word) for word in words[:_MOST]]
    if len(words) > _MOST:
        told.append(told_text("\0".join(words[_MOST:])))
    with suppress(OSError):  # the folder may be gone
        return {"words": told, "in": told_text(str(Path.cwd()))}
    return {"words": told}
