"""The first bytes of each kind of file, by which it is known before anything else is read."""

from __future__ import annotations

__all__ = ["COWD_MAGIC", "CTK_MAGIC", "SESPARSE_MAGIC", "SPARSE_MAGIC"]

SPARSE_MAGIC = b"KDMV"
COWD_MAGIC = b"COWD"
SESPARSE_MAGIC = b"\xbe\xba\xfe\xca\0\0\0\0"
CTK_MAGIC = b"\xa2\x72\x19\xf6"
