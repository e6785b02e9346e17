"""Who runs what is due, and when: the in-process runner, and the schedule. The ledger alone says what is due."""
