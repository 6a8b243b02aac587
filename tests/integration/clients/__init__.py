"""Real clients, each of which holds the same short conversation with a server behind the guard."""
