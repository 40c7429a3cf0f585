"""Signatures by `ssh-keygen -Y`: of a key that an examiner has anyway, checked offline.

    ssh-keygen -Y sign -f KEY -n redoscope < DATA > DATA.sig
    ssh-keygen -Y verify -f ALLOWED -I WHO -n redoscope -s DATA.sig < DATA

No passphrase passes here: ssh-keygen asks for it itself, on the terminal.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from redoscope_core.errors import FileMissing, FileRefused, FileUnreadable, printable
from redoscope_core.files.file import require_regular

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["NAMESPACE", "CheckedSignature", "SignatureState", "check_signature", "sign"]

NAMESPACE = "redoscope"
"""What a signature is for: one that was made for something else is none."""
_PROGRAM = "ssh-keygen"
_SECONDS = 20
_SECONDS_TO_ASK = 300
"""For a passphrase, or the touch of a key."""
_LONGEST = 300
_MOST_SIGNERS = 10


class SignatureState(StrEnum):
    """What a signature comes to."""

    BY_ALLOWED = "by-allowed"
    """It is good, and its key is that of an allowed signer."""
    BY_OTHER = "by-other"
    """It is good, and its key is of none of the allowed signers."""
    BY_UNKNOWN = "by-unknown"
    """It is good; nobody said whose key is allowed."""
    UNCHECKED = "unchecked"
    """Nobody said whose key is allowed, and ssh-keygen is not there."""
    BAD = "bad"
    """It is none, or of something else."""


class CheckedSignature(NamedTuple):
    """A signature, checked."""

    state: SignatureState
    signer: str | None
    """As the list of allowed signers calls them."""
    told: str
    """The line of ssh-keygen; it names the key."""


def sign(data: bytes, key: Path) -> bytes:
    """Return the signature of *data* by *key*, a private key, or a public one of an agent.

    Raises:
        FileMissing: ssh-keygen, or the key, is not there.
        FileRefused: ssh-keygen does not sign with it.
    """
    require_regular(key)
    done = _run(["sign", "-f", str(key.absolute()), "-n", NAMESPACE], data, _SECONDS_TO_ASK)
    if done.returncode or not done.stdout.startswith(b"-----BEGIN SSH SIGNATURE-----"):
        raise FileRefused(
            "ssh-keygen does not sign with this key",
            path=key,
            found=_line(done),
            cure="name the key that `ssh-keygen -t ed25519` makes; `ssh-add` if it is in an agent",
        )
    return done.stdout


def check_signature(data: bytes, signature: Path, allowed: Path | None) -> CheckedSignature:
    """Return what the file *signature* of *data* comes to.

    *allowed* is a list of signers as `man ssh-keygen` has it under ALLOWED SIGNERS.

    Raises:
        FileMissing: The signature is not there; or there is a list, and it or ssh-keygen is not.
    """
    require_regular(signature)
    if allowed is None and shutil.which(_PROGRAM) is None:
        return CheckedSignature(
            SignatureState.UNCHECKED, None, "ssh-keygen is not there, which checks signatures"
        )
    mark = ["-n", NAMESPACE, "-s", str(signature.absolute())]
    plain = _run(["check-novalidate", *mark], data)
    if plain.returncode:
        return CheckedSignature(SignatureState.BAD, None, _line(plain))
    if allowed is None:
        return CheckedSignature(SignatureState.BY_UNKNOWN, None, _line(plain))
    require_regular(allowed)
    names = ["-s", str(signature.absolute()), "-f", str(allowed.absolute())]
    found = _run(["find-principals", *names], b"").stdout.decode("utf-8", "replace")
    for who in re.split("[\n,]", found.strip())[:_MOST_SIGNERS]:
        # What begins with a stroke would be an option.
        one = ["verify", "-f", str(allowed.absolute()), f"-I{who}", *mark]
        done = _run(one, data)
        if not done.returncode:
            return CheckedSignature(SignatureState.BY_ALLOWED, who, _line(done))
    return CheckedSignature(SignatureState.BY_OTHER, None, _line(plain))


def _run(
    words: list[str], data: bytes, seconds: int = _SECONDS
) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603 - no shell; every path is absolute
            [_PROGRAM, "-Y", *words],
            input=data,
            capture_output=True,
            timeout=seconds,
            env={**os.environ, "LC_ALL": "C"},
            check=False,
        )
    except FileNotFoundError:
        raise FileMissing(
            "ssh-keygen is not there, which makes and checks signatures",
            cure="install OpenSSH, or sign the head that `redoscope trail` prints in another way",
        ) from None
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise FileUnreadable("ssh-keygen does not run", found=str(error)[:_LONGEST]) from None


def _line(done: subprocess.CompletedProcess[bytes]) -> str:
    told = (done.stdout or b"") if not done.returncode else done.stderr or done.stdout or b""
    lines = told.decode("utf-8", "replace").split("\n")
    return printable(next((each for each in lines if each.strip()), "nothing")[:_LONGEST])
