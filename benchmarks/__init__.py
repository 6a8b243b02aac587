"""What the guard costs, beside its peers and beside the least that it could: `scripts/bench`."""
