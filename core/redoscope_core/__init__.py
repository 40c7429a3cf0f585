"""Redoscope's engine: VMDK disk chains, read, explained and changed with care.

    from redoscope_core import Chain

    with Chain.open(Path("vm-000002.vmdk")) as chain:
        chain.read(0, 8)         # bytes of the newest generation
        chain.up_to(0).read(0, 8)  # of the base disk
        chain.owner(5376)        # who supplies a sector, and how it was found

The whole public surface stands in the stub beside this file, `__init__.pyi`, each name once. A
name is imported when it is first used: a command that needs no arrays does not wait for them.
"""

from redoscope_core.publishing import published

__version__ = "0.2.0"

__getattr__, __dir__ = published(__name__, __file__)
