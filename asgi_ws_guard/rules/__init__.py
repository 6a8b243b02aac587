"""What a deployment wants of one handshake: pure, synchronous, one file each. A quota would remember many."""
