"""Making: new disks, children, copies."""
