"""Input syntaxes other than X12: one module each, bytes in, a Document and findings out."""
