"""A sample workspace and simulated partners that play the whole job."""

from __future__ import annotations

from gateway.demo.performance import play

__all__ = ["play"]
