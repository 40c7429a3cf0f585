"""The values of a manifest of a backup, each of its kind and within its bounds."""

from __future__ import annotations

import json
import re
from typing import Any

from redoscope_core.errors import CorruptVmdk

__all__ = ["ManifestFacts", "loaded"]

_HEX = re.compile(r"[0-9a-f]{64}")
_MOST_VALUES = 10**9


def loaded(data: bytes) -> Any:
    """Return the JSON document *data*, whatever it is.

    Raises:
        CorruptVmdk: It is none, or nested too deeply.
    """
    try:
        return json.loads(data)
    except RecursionError:
        reason = "nested too deeply"
    except ValueError as error:
        reason = str(error)
    raise CorruptVmdk("not a manifest of a backup", found=reason, expected="JSON")


class ManifestFacts:
    """A JSON object, asked for values of which each has to be of its kind.

    Raises:
        CorruptVmdk: In all that it is asked: the value is missing, or of another kind.
    """

    def __init__(self, document: object) -> None:
        """Take *document*, which has to be an object."""
        if not isinstance(document, dict):
            raise CorruptVmdk("not a manifest of a backup", expected="JSON objects")
        self._document = document

    def given(self, key: str) -> object:
        """Return what stands at *key*, of any kind; None if nothing does."""
        return self._document.get(key)

    def text(self, key: str, longest: int = 4096) -> str:
        """Return the text at *key*, of at most *longest* characters."""
        value = self.given(key)
        if not isinstance(value, str) or len(value) > longest:
            raise self.wrong(key)
        return value

    def whole(self, key: str, most: int, *, least: int = 0) -> int:
        """Return the whole number at *key*, from *least* to *most*."""
        value = self.given(key)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise self.wrong(key)
        return value

    def digest(self, key: str) -> str:
        """Return the SHA-256 at *key*, in lower case digits."""
        value = self.text(key)
        if _HEX.fullmatch(value) is None:
            raise self.wrong(key)
        return value

    def array(self, key: str) -> list[object]:
        """Return the array at *key*."""
        value = self.given(key)
        if not isinstance(value, list) or len(value) > _MOST_VALUES:
            raise self.wrong(key)
        return value

    def wrong(self, key: str) -> CorruptVmdk:
        """Return the error that the value at *key* can't be."""
        return CorruptVmdk(
            "a manifest with a value that can't be", where=key, found=repr(self.given(key))[:100]
        )
