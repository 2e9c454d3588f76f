"""Pages of whoever answers for this place."""
