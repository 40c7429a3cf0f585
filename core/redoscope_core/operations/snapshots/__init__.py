"""Snapshots of powered-off machines: taking them, going back to them, deleting them."""
