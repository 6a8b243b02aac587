"""Who listens to events. Each knows the events, and the words of the handshake that they are told in."""
