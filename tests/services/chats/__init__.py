"""Sentences about behaviour, in the rooms of the house."""
