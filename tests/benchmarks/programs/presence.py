"""Presence: which programs are here, and in which versions."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

__all__ = ["REDOSCOPE", "has_program", "versions"]

REDOSCOPE = (
    [str(Path(sys.executable).with_name("redoscope"))]
    if Path(sys.executable).with_name("redoscope").exists()
    else [sys.executable, "-m", "redoscope_gui"]
)
"""The words that start the command."""
_PACKAGES = {
    "redoscope": "Redoscope",
    "numpy": "numpy",
    "libvmdk-python": "pyvmdk (libvmdk-python)",
    "dissect.hypervisor": "dissect.hypervisor",
    "blake3": "blake3 (Python package)",
    "deflate": "libdeflate (package deflate)",
    "isal": "isal",
    "zlib-ng": "zlib-ng",
    "PySide6-Essentials": "PySide6",
}
_PROGRAMS = {
    "qemu-img": "qemu-img",
    "cp": "GNU coreutils (cp, sha256sum)",
    "cmp": "GNU diffutils (cmp)",
    "grep": "GNU grep",
    "vmdk-convert": "open-vmdk (vmdk-convert)",
    "borg": "borg",
    "target-diff": "dissect.target (target-diff)",
}


def has_program(name: str) -> bool:
    """Say whether the program is on the PATH."""
    return shutil.which(name) is not None


def versions() -> dict[str, str]:
    """Return the version of each program, or "absent"."""
    found = {"Python": sys.version.split()[0]}
    for package, name in _PACKAGES.items():
        try:
            found[name] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[name] = "absent"
    for program, name in _PROGRAMS.items():
        found[name] = _said(program) if has_program(program) else "absent"
    return found


def _said(program: str) -> str:
    done = subprocess.run([program, "--version"], check=False, capture_output=True, text=True)
    first = (done.stdout or done.stderr).partition("\n")[0]
    words = [word for word in first.split() if word[:1].isdigit()]
    return words[0] if words else "of no told version"
