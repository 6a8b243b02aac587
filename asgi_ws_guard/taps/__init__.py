"""What the core may ask of a server's connection: one file a server, each naming the attributes that it relies on."""
