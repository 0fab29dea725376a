"""How good speech sounds after a bad network, and how late it is: offline and deterministic."""
