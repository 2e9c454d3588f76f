"""What is sealed, and with what."""
