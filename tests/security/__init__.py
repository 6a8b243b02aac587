"""Attack sets, one file a kind, each run on every output that we have."""
