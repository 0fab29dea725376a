"""The quality and delay of speech after a bad network: offline and deterministic."""
