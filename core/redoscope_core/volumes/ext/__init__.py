"""ext2, ext3 and ext4: groups, bitmaps, inodes, and what each block holds."""
