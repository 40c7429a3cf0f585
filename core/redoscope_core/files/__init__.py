"""Files of this system: read by position, made whole, locked, named, copied in the kernel."""
