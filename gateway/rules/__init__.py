"""Business checks: one a module, a record in, findings out. Answered by an 855 or a person, never by the 997."""
