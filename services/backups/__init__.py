"""Copies of all that a server keeps, and putting one in its place."""
