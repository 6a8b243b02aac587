"""One handshake from the decision to its event."""
