"""What programs ask, in JSON: it is told at ``/api/openapi.json``."""
