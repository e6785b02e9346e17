"""A sample workspace and simulated partners that play the whole job."""

from __future__ import annotations

from gateway.demo.performance import play
from gateway.demo.serving import serve_demo

__all__ = ["play", "serve_demo"]
