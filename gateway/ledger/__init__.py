"""What the gateway knows, durably: archive, journal, orders, numbers, deliveries, and what is due."""
