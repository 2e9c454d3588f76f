"""What the database keeps; only services touch these.

The first line of a record's docstring becomes the comment of its table, so changing one takes a migration, and it may
hold no semicolon.
"""
