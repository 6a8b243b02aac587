"""Names the mistake behind a wrong accept value, a failed handshake, an error text, a pasted head or command."""
