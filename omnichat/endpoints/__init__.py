"""What providers have beside chat: one file per wire format."""
