"""Taps: what the core may ask of a server's own connection, and what it may do to it. `port.py` has the questions.

ASGI does not show the head of an answer: each server computes Sec-WebSocket-Accept by itself, and some cannot be asked
to write an answer of ours. So for one handshake a tap stands where a server's connection keeps its way to the socket.

The law of this room:

* A tap reads what the server writes, until the head of one answer is whole, and holds that back until a judge has said
  what becomes of it. It never reads what the client sends, and changes nothing: a head goes as it came, byte for byte,
  or another answer goes instead of it.
* It takes itself out as soon as it knows: before the head is written, or when it is released. The connection then has
  its own way to the socket back, and nothing of ours is in the path of messages, nor alive.
* Where the answer was replaced it ends the connection, and stays to swallow what the server goes on to write, which
  thinks that it has accepted. It holds on to nothing then, since a cycle would keep the connection open.
* It never raises into a server. What we rely on is no promise of the servers': each file names the attributes, and
  where one of them is gone the server counts as one that cannot be seen. tests/taps/test_server_attributes.py says
  which it was, tests/taps/test_port.py asks each server on the wire.
* The core asks the port, and never which server it is. A server that cannot tell gives the port's own answer.

    server      tested   the tap stands in          knows that the client   keeps offers    after a refusal in an http
                                                    is gone, and tells it   from the scope  scope it ends by itself
    uvicorn     0.54.0   protocol.transport         yes                     wsproto does    yes
    hypercorn   0.18.0   H11Protocol.send           no                      no              yes
    daphne      4.2.3    protocol.transport         no                      no              no: daphne.py
    gunicorn    27.0.1   WebSocketProtocol          no                      no              no: gunicorn.py
                         .transport
    granian     2.8.7    nowhere: it writes its answers in Rust, and nothing of that can be reached from inside. It has
                         no file here; verify_server=True dials it once, as a client would.
"""
