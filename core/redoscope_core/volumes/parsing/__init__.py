"""File systems parsed in a process of their own, which may crash, hang or lie."""
