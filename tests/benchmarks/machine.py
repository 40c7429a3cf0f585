"""The machine that was measured on, without names of hosts, people or folders."""

from __future__ import annotations

import os
import platform
import re
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks.programs.presence import versions

__all__ = ["machine"]


def machine() -> dict[str, str]:
    """Return cores, processor, memory, kernel, and the version of each program."""
    kernel = re.match(r"\d+\.\d+(\.\d+)?", platform.release())
    facts = {
        "day": datetime.now(tz=UTC).date().isoformat(),
        "processor": f"{os.cpu_count()} cores, {_said_in('/proc/cpuinfo', 'model name')}",
        "other work": f"{os.getloadavg()[0]:.0f} processes wanted a core in the minute before"
        f"{_precedence()}",
        "memory": f"{_memory():.0f} GiB",
        "system": f"{platform.system()} {kernel[0] if kernel else ''}".strip(),
    }
    return {**facts, **versions()}


def _precedence() -> str:
    """Say whether this session was given precedence over others, which Linux can do."""
    said = Path("/proc/self/autogroup")
    nice = said.read_text(encoding="utf-8").split()[-1] if said.exists() else "0"
    return f"; this run had precedence (nice {nice})" if nice.startswith("-") else ""


def _said_in(path: str, key: str) -> str:
    if not Path(path).exists():
        return platform.machine()
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == key:
            return value.strip()
    return platform.machine()


def _memory() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
