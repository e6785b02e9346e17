"""The plot, a scene a module: ``play(stage)`` each."""
