"""A sample workspace and simulated partners that play the whole job."""
