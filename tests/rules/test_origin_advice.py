"""What is wrong with a configured origin, and the right form that the error shows."""

from __future__ import annotations

import re

import pytest

from asgi_ws_guard import ConfigurationError, Policy


@pytest.mark.parametrize(
    ("entry", "wanted"),
    [
        ("https://example.com/", "'https://example.com'"),
        ("https://example.com/chat", "'https://example.com'"),
        ("https://example.com:8443/chat?x=1#y", "'https://example.com:8443'"),
        ("https://user:secret@example.com", "'https://example.com'"),
        ("https://example.com#", "'https://example.com'"),
        (" https://example.com", "'https://example.com'"),
        ("example.com", "'https://example.com'"),
        ("//example.com", "'https://example.com'"),
        ("example.com:8000", "'https://example.com:8000'"),
        ("localhost:3000", "'http://localhost:3000'"),
        ("127.0.0.1", "'http://127.0.0.1'"),
        ("*.example.com", "'https://*.example.com'"),
        (".example.com", "scheme"),
        ("wss://example.com", "'https://example.com'"),
        ("ws://localhost:3000", "'http://localhost:3000'"),
        ("file:///", "'file://'"),
        ("https://", "scheme://host[:port]"),
        ("https://exa mple.com", "scheme://host[:port]"),
        ("https://example.com:port", "scheme://host[:port]"),
        ("https://example.com:99999", "scheme://host[:port]"),
        ("https://example.com:123456789", "scheme://host[:port]"),
        ("https://[::g]", "scheme://host[:port]"),
        ("https://*", "https://*.example.com"),
        ("https://*.", "https://*.example.com"),
        ("https://*.*.example.com", "https://*.example.com"),
        ("https://*example.com", "https://*.example.com"),
        ("https://foo.*.example.com", "re.compile"),
        ("https://foo-*.example.com", "re.compile"),
        ("https://example.*", "re.compile"),
        ("http://localhost:*", "re.compile"),
        ("https://*.0.0.1", "https://*.example.com"),
        ("chrome-extension://*", "re.compile"),
        ("*://example.com", "scheme://host[:port]"),
        ("https://b\u00fccher.example", "'https://xn--bcher-kva.example'"),
        ("https://stra\u00dfe.example", "'https://xn--strae-oqa.example'"),
        ("*", 'allowed_origins="*"'),
        ("null", "allow_null_origin=True"),
        ("NULL", "allow_null_origin=True"),
        ("self", '"same-origin"'),
        ("'self'", '"same-origin"'),
        ("same_origin", '"same-origin"'),
        ("Same-Origin", '"same-origin"'),
        ("", "https://example.com"),
    ],
)
def test_an_entry_that_is_no_origin_is_shown_its_right_form(entry: str, wanted: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Policy(allowed_origins=["https://fine.example", entry])
    assert repr(entry) in str(caught.value)
    assert wanted in str(caught.value)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("https://example.com", "a list"),
        ("none", "a list"),
        ("", "a list"),
        (None, "a list"),
        (True, "a list"),
        (re.compile("x"), "a list"),
        ([b"https://example.com"], "a string"),
        ([re.compile(b"x")], "a compiled pattern of one"),
        ([None], "a string"),
    ],
)
def test_what_is_no_list_of_origins_is_refused(value: object, wanted: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(wanted)) as caught:
        Policy(allowed_origins=value)  # type: ignore[arg-type]
    assert "allowed_origins" in str(caught.value)


@pytest.mark.parametrize(
    "entry",
    [
        *(
            "https://example.com",
            "HTTPS://Example.com",
            "https://example.com.",
            "https://example.com:443",
            "http://[::1]",
        ),
        *("https://*.example.com", "https://*.example.com:8443", "http://*.localhost:3000", "http://10.0.0.1:80"),
        *("file://", "app://.", "app://", "capacitor://localhost", "tauri://localhost", "vscode-webview://1a2b"),
        *("same-origin", "https://xn--bcher-kva.example", "http://my_service:8000", "https://1.2.3.4.example.com"),
    ],
)
def test_right_entries_are_taken(entry: str) -> None:
    assert Policy(allowed_origins=iter([entry])).allowed_origins == (entry,)
