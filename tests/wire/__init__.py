"""What leaves a real server as the answer to a handshake: seen, verified, replaced; and what is read at its door."""
