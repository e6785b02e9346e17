"""Settings of this room's property tests."""

from __future__ import annotations

from hypothesis import settings

# The engine compiles an expression when enough was interpreted: a pause that may fall into any example.
settings.register_profile("x12", deadline=None)
settings.load_profile("x12")
