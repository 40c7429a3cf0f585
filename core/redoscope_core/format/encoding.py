"""The character set of a descriptor: which codec reads the names in its text."""

from __future__ import annotations

import re

from redoscope_core.findings import Finding, Kind

__all__ = ["codec_of"]

_CODECS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "latin1": "latin-1",
    # What Windows calls by these names has more characters than the standards of the name.
    "gbk": "cp936",
    "gb2312": "cp936",
    "gb18030": "gb18030",
    "big5": "cp950",
    "shift_jis": "cp932",
    "windows-31j": "cp932",
    "euc-jp": "euc_jp",
    "euc-kr": "cp949",
    "koi8-r": "koi8_r",
    "koi8-u": "koi8_u",
}
_NUMBERED = (
    (re.compile(r"windows-(\d{3,4})$"), "cp"),
    (re.compile(r"iso-8859-(\d{1,2})$"), "iso8859_"),
)
_PLAIN = bytes(range(32, 127))


def codec_of(name: str, text: bytes) -> tuple[str, list[Finding]]:
    """Return Python's name of the encoding *name*, and what is odd about it or about *text*.

    Without a name it is UTF-8. Keys and quotes are looked for in the bytes, so an encoding
    in which those of ASCII mean something else counts as unknown.
    """
    codec = _known(name.strip().lower()) if name.strip() else "utf-8"
    if codec is None:
        return "utf-8", [Finding.of(Kind.UNKNOWN_ENCODING, name=name)]
    try:
        text.decode(codec)
    except UnicodeDecodeError:
        told = name.strip() or "UTF-8"
        return codec, [Finding.of(Kind.BYTES_OF_NO_CHARACTER, name=told)]
    return codec, []


def _known(name: str) -> str | None:
    codec = _CODECS.get(name)
    for pattern, prefix in _NUMBERED:
        if codec is None and (match := pattern.match(name)):
            codec = f"{prefix}{match[1]}"
    try:
        plain = _PLAIN.decode(codec or "none").encode("ascii", "replace")
    except (LookupError, UnicodeDecodeError):
        return None
    return codec if plain == _PLAIN else None
