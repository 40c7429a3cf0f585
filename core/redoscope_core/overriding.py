"""`override`, the mark of a method that stands in for one of its class's parents.

`typing` has it from Python 3.12 on, and only type checkers ask for it. To import the package that
lends it to Python 3.11 takes 4 ms, which every command would wait for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["override"]

if TYPE_CHECKING:
    from typing_extensions import override
else:

    def override(method: object) -> object:
        """Return *method* as it is."""
        return method
