"""Rows of the database; only services read and write them."""
