"""Between documents and canonical records: readers of what comes in, writers of what goes out. Pure."""
