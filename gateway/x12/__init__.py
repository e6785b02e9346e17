"""X12 without I/O: reading, checking, answering and writing interchanges. Guides are tables in ``schemas/x12``."""
