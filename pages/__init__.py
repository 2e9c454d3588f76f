"""Everything that answers an address: the pages and the health checks."""
