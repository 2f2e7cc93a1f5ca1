"""Files of products as sellers have them: recognised, read row by row, made into listings.

No database and no Flask here. A file is read in constant memory, and may be read on from where an
earlier reading stopped.
"""
