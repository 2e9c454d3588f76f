"""The database: opening it, bringing it up to date, and what every row has in common."""
