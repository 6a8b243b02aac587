"""What ASGI hides and a server's own objects tell: one file a server, each naming the attributes that it relies on."""
