"""Pieces of screen: they take data or a stream, emit callbacks and open no page."""
