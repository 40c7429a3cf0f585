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
    "euc_jp": "euc_jp",
    "euc_kr": "cp949",
    "euckr": "cp949",
    "eucjp": "euc_jp",
    "sjis": "cp932",
    "shift-jis": "cp932",
    "uhc": "cp949",
    "ks_c_5601-1987": "cp949",
    "gb_2312-80": "cp936",
    "big5-hkscs": "big5hkscs",
    "x-ms950-hkscs": "big5hkscs",
    "x-big5-hkscs-2001": "big5hkscs",
}
_NUMBERED = (
    # Also ICU's names, which end in the year of a table: windows-949-2000.
    (r"(?:x-)?windows-(\d{3,4})(?:-\d{4})?$", "cp"),
    (r"(?:x-)?(?:cp|ms)-?(\d{3,4})$", "cp"),
    (r"iso-?8859[-_](\d{1,2})(?:-\d{4})?$", "iso8859_"),
)
_IBM = r"(?:x-)?ibm-?0*(\d{2,5})(?:_[a-z0-9]+)?(?:-\d{4})?$"
"""Names of ICU and Java: ibm-943_P15A-2003, x-IBM949."""
_OF_IBM = {
    "943": "cp932", "942": "cp932", "932": "cp932", "5050": "euc_jp", "33722": "euc_jp",
    "954": "euc_jp", "949": "cp949", "1363": "cp949", "970": "euc_kr", "1386": "cp936",
    "1381": "cp936", "936": "cp936",
    "5488": "gb18030", "1392": "gb18030", "1373": "cp950", "1370": "cp950", "950": "cp950",
    "1375": "big5hkscs", "5471": "big5hkscs", "874": "cp874", "1162": "cp874", "9066": "cp874",
    "5346": "cp1250", "5347": "cp1251", "5348": "cp1252", "5349": "cp1253", "5350": "cp1254",
    "9447": "cp1255", "9448": "cp1256", "9449": "cp1257", "5354": "cp1258",
    "813": "iso8859_7", "912": "iso8859_2", "915": "iso8859_5", "920": "iso8859_9", "1208": "utf-8",
}  # fmt: skip
"""Python's codec by IBM's number, where that is not the code page of the same number.

Source: ICU's convrtrs.txt.
"""
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
        if codec is None and (match := re.match(pattern, name)):
            codec = f"{prefix}{match[1]}"
    if codec is None and (match := re.match(_IBM, name)):
        codec = _OF_IBM.get(match[1], f"cp{match[1]}")
    try:
        plain = _PLAIN.decode(codec or "none").encode("ascii", "replace")
    except (LookupError, UnicodeDecodeError):
        return None
    return codec if plain == _PLAIN else None
