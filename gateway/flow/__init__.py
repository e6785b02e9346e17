"""The steps, from a file that arrives to the one that leaves. Each reads one state and commits the next."""
