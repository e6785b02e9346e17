"""Who we trade with and on which terms: partner files, connections, the station, routing an envelope to a partner."""
