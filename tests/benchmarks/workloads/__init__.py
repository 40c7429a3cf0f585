"""What is measured on: disks made by chance with a fixed seed, and the bytes they must read as.

None of the data comes through the engine: it lays out empty links, and grains, tables and the
flat file that tells the truth are written here.
"""
