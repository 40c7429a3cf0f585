"""A case: what an examiner keeps of disks, with the trail of what was done."""
