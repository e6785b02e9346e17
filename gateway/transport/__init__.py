"""Mailboxes: how files come from partners and go to them. One contract, one module for each way."""
