"""Decisions of the order book: what is accepted, packed, shipped, billed. Pure; ``ledger`` keeps them."""
