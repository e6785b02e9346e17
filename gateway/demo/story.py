def write_story(*a): pass
