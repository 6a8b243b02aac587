"""Where the guard stands before a server's own code: uvicorn's doors, and the check of a server from outside."""
