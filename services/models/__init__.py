"""Which models can be asked, where, with which key and how."""
