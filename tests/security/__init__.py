"""What an attacker may try, as data, and each output of the project under it: one file a kind."""
