"""Where something stands, what is wrong with it, and how every syntax is read. Imports nothing of ours."""
