"""Independent judges of our disks, and a hand that makes disks without the engine.

Each module drives one program that knows VMDK and shares no line with the engine: `qemu` (qemu-img
and qemu-io), `libvmdk` (pyvmdk), `dissect` (dissect.hypervisor). `handmade` writes links
byte by byte, sound or broken; `trees` fingerprints folders. They have tests of their own.
"""
