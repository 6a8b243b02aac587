"""One handshake, from the decision that lets it in to the one event that tells of it.

The middleware has decided. What it refuses is answered at once (`refuse`); what it lets in is the application's to
answer (`run`), and this room sees that it does: in time, once, with nothing that is not an application's to say, and
with a 101 that is right. `websocket.py` has a websocket scope in hand (`answering.py` is what we say in it, and
`application.py` what the application may), `raw_upgrade.py` a handshake in an http scope, and `plain_http.py` what asks
for no WebSocket at all. `head.py` looks at the server's answer, `record.py` is what becomes the event.

The law of an exchange, which `states.py` has as a table and a test holds to this one:

    state        what is known                               what comes next                      and leads to
    ----------   -----------------------------------------   ----------------------------------   ----------
    connecting   The application is called. ASGI lets        client connects                      asked
                 nobody deny before the client is said       client leaves                        gone
                 to connect.                                 application accepts                  accepting
                                                             application refuses                  answered
                                                             guard answers                        taken
                                                             guard replaces denial                replaced
    asked        The application has the handshake, and      client leaves                        gone
                 its answer is due before the deadline.      application accepts                  accepting
                                                             application refuses                  answered
                                                             guard answers                        taken
                                                             guard replaces denial                replaced
    accepting    It has accepted; the server's 101 is due,   head is through                      answered
                 and is verified as it goes by.              client leaves                        gone
                                                             guard answers                        taken
    answered     The answer is on its way, and the event
                 is told. The application's callables are
                 the server's own: nothing comes by here.
    gone         The client has left. Nothing is to be       application refuses                  answered
                 answered; the event says abandoned.         guard answers                        taken
    taken        The guard has answered in the place of the
                 application: its deadline expired, it left
                 without an answer, it chose what nobody
                 offered, or a guard further inside refuses.
                 What it sends raises HandshakeClosedError
                 (an OSError, as ASGI 2.4 has it), what it
                 reads is a disconnect.
    replaced     The same, for a denial of its own that was
                 no denial: the body of that is dropped.

Who says so: "client" is what `receive` delivers, or an OSError of the server's; "application" is what it sends; "head"
is what the tap of the server sees; "guard" is the deadline, a wrong answer, no answer, or another guard. What is not in
the table changes nothing: whether the server takes it is the server's to say. Whatever happens, the event is told once,
by who decides first, and nothing of ours stays with an open connection.

An example: the deadline expires in `asked`. The guard sends 503 (`accept-timeout`), the event says failed, the state is
`taken`. A denial that the application sends then raises HandshakeClosedError in it and goes nowhere; if it does not end
within a second, it is cancelled.
"""
