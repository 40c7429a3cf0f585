"""volatility3 as a judge of checkpoint files: the regions of memory that it reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["regions_of"]

_PAGE = 4096
_MODULES = (
    "volatility3.framework.contexts",
    "volatility3.framework.layers.physical",
    "volatility3.framework.layers.vmware",
)


def regions_of(checkpoint: Path, memory: Path) -> list[tuple[int, int, int]]:
    """Return (page, stored page, pages) of each region, as volatility3 reads them."""
    contexts, physical, vmware = map(pytest.importorskip, _MODULES)
    context = contexts.Context()
    for name, path in (("meta", checkpoint), ("base", memory)):
        context.config[f"{name}.location"] = path.absolute().as_uri()
        context.add_layer(physical.FileLayer(context, name, name))
    context.config["vm.base_layer"], context.config["vm.meta_layer"] = "base", "meta"
    layer = vmware.VmwareLayer(context, "vm", "vm")
    found = [(a // _PAGE, b // _PAGE, c // _PAGE) for a, b, c, _ in layer._segments]
    for name in ("meta", "base"):
        context.layers[name].destroy()
    return found
