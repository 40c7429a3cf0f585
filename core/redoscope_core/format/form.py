"""In which form a link keeps its data, as its descriptor tells: one word for people and pictures.

createType alone does not say it: it is free text in `custom` disks, and extents decide.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redoscope_core.format.descriptor import Descriptor
    from redoscope_core.format.extent_line import ExtentLine

__all__ = ["Form", "form_of"]


class Form(Enum):
    """How a link keeps its data."""

    SPARSE = "sparse"
    SPLIT_SPARSE = "split sparse"
    FLAT = "flat"
    SPLIT_FLAT = "split flat"
    STREAM = "compressed stream"
    COWD = "ESX copy-on-write"
    SESPARSE = "space-efficient sparse"
    FOREIGN_CHILD = "VirtualBox child"
    ELSEWHERE = "data elsewhere"
    ENCRYPTED = "encrypted"
    BARE = "extent without descriptor"
    MIXED = "mixed"


_ONE = {
    "FLAT": Form.FLAT,
    "VMFS": Form.FLAT,
    "SPARSE": Form.SPARSE,
    "VMFSSPARSE": Form.COWD,
    "SESPARSE": Form.SESPARSE,
}
_PIECES = {Form.FLAT: Form.SPLIT_FLAT, Form.SPARSE: Form.SPLIT_SPARSE}


def form_of(descriptor: Descriptor) -> Form:
    """Return the form of the link that *descriptor* describes; BARE is not its to say."""
    if descriptor.is_encrypted:
        return Form.ENCRYPTED
    if descriptor.foreign_parent is not None:
        return Form.FOREIGN_CHILD
    if descriptor.create_type == "streamOptimized":
        return Form.STREAM
    forms = {_form_of_extent(line) for line in descriptor.extents}
    if len(forms) > 1:
        return Form.MIXED
    form = forms.pop()
    return form if len(descriptor.extents) == 1 else _PIECES.get(form, form)


def _form_of_extent(line: ExtentLine) -> Form:
    return Form.ELSEWHERE if line.elsewhere is not None else _ONE.get(line.type, Form.MIXED)
