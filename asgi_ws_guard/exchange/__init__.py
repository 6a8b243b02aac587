"""One handshake, from the decision that lets it in to the one event that tells of it.

The middleware has decided. What it refuses is answered at once (`refuse`); what it lets in is the application's to
answer (`run`), and this room sees that it does: in time, once, with nothing that is not an application's to say, and
with a 101 that is right. `websocket.py` has a websocket scope in hand (`answering.py` is what we say in it, and
`application.py` what the application may), `raw_upgrade.py` a handshake in an http scope, and `plain_http.py` what asks
for no WebSocket at all: of the states, an http scope has `asked` and `taken`, and what is sent too late there goes
nowhere. `head.py` looks at the server's answer, `record.py` is what becomes the event, `deadline.py` has the time that
an application has, `joining.py` and `admission.py` are for a second guard and for what a door has decided.

The law of an exchange in a websocket scope, which `states.py` has as a table and a test holds to this one:

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
                 the server's own, after the first message
                 of its answer: nothing comes by here.
    gone         The client has left. The event says         guard answers                        taken
                 abandoned, whatever is answered to nobody.
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
is the tap of the server, or, where there is none, that `send` has returned; "guard" is the deadline, no answer, another
guard, or an answer of the application's that may not be. A wrong 101 of the server's is none of these: the tap puts a
500 in its place as it goes by, and then the head is through. What is not in the table changes nothing: whether the
server takes it is the server's to say; if it raises, the event says failed. Whatever happens, the event is told once,
by who decides first, and nothing of ours stays with an open connection.

Where the server tells us when the client is gone (uvicorn), the exchange begins as `asked`, and `receive` is the
server's own from the start. A policy that only reports takes nothing over: what it would have done is told, and the
application's word goes out.

An example: the deadline expires in `asked`. The guard sends 503 (`accept-timeout`), the event says failed, the state is
`taken`. A denial that the application sends then raises HandshakeClosedError in it and goes nowhere; if it does not end
within a second, it is cancelled.
"""
