"""Canonical records: what a document means, whatever its syntax. Field names are the paths of the mapping language."""
