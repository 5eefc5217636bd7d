"""Documents are fetched from the open internet only, within limits, and from real servers in these tests."""

from __future__ import annotations

import gzip
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.addresses import AddressRefused, IpAddress, is_public, parse_address
from ingest.fetch import Fetched, FetchLimits, fetch
from ingest.readers import SUFFIXES
from kb.errors import DocumentError, LimitExceeded, UnreadableDocument, UnsafeDocument, UnsupportedFormat

PAGE = b"<html><body><p>De wevers komen bijeen.</p></body></html>"
Answer = Callable[[BaseHTTPRequestHandler], None]


def loopback(address: IpAddress) -> bool:
    """What the tests allow: this machine, and nothing else."""
    return address.is_loopback


class Server:
    """A server on this machine that answers each path as the test says, and keeps what it was asked."""

    def __init__(self, answers: dict[str, Answer], tls: ssl.SSLContext | None = None) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
                with suppress(BrokenPipeError, ConnectionResetError):
                    answers[self.path.partition("?")[0]](self)

            def log_message(self, *args: Any) -> None:
                pass

        class Listener(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False

            def handle_error(self, *args: Any) -> None:
                pass

        self.http = Listener(("127.0.0.1", 0), Handler)
        if tls is not None:
            self.http.socket = tls.wrap_socket(self.http.socket, server_side=True)
        self.port = self.http.server_port
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def get(self, path: str, host: str = "127.0.0.1", scheme: str = "http", **limits: Any) -> Fetched:
        """Fetch a path of this server."""
        chosen = FetchLimits(**{"ports": (self.port,), "seconds": 10.0, **limits})
        return fetch(f"{scheme}://{host}:{self.port}{path}", chosen, allow=loopback)


@contextmanager
def serving(answers: dict[str, Answer], tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    server = Server(answers, tls)
    try:
        yield server
    finally:
        server.http.shutdown()
        server.http.server_close()


def give(body: bytes = PAGE, kind: str = "text/html; charset=utf-8", status: int = 200, **headers: str) -> Answer:
    """Answer with a body."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers:
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def move(to: str, status: int = 302) -> Answer:
    """Answer with a redirect."""
    return give(b"", status=status, Location=to)


# --- addresses ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.5.5", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "192.0.0.1", "192.0.2.1", "198.18.0.1", "203.0.113.9", "192.88.99.1", "224.0.0.1", "240.0.0.1",
        "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "::127.0.0.1", "2002:7f00:1::1", "2002:0a00:1::1", "64:ff9b::7f00:1", "64:ff9b::a00:1",
        "64:ff9b:1::1", "2001::1", "fec0::1", "100::1",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    """No address within a network, of this machine or for special use is public, in whatever form it comes."""
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "145.7.1.1", "2a02:898::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"]
)
def test_addresses_that_are_public(address: str) -> None:
    """Addresses of the open internet are public."""
    assert is_public(ip_address(address))


@given(st.integers(0, 2**32 - 1))
def test_an_address_within_another_is_judged_as_itself(number: int) -> None:
    """An IPv4 address is public in each of its IPv6 forms just when it is so itself."""
    plain = ip_address(number)
    forms = [f"::ffff:{plain}", f"64:ff9b::{plain}", f"2002:{number >> 16:x}:{number & 0xFFFF:x}::1"]
    assert {is_public(ip_address(form)) for form in forms} == {is_public(plain)}


@pytest.mark.parametrize(
    "url",
    [
        "", "gilde.example", "//gilde.example/", "ftp://gilde.example/a", "file:///etc/passwd", "javascript:alert(1)",
        "http://", "http:///a", "http://u:p@gilde.example/", "http://u@gilde.example/", "http://@gilde.example/",
        "http://gilde.example:8080/", "http://gilde.example:22/", "http://gilde.example:99999/",
        "http://gilde.example:x/",
        "http://localhost/", "http://LOCALHOST./", "http://intranet/", "http://printer.local/", "http://x.localhost/",
        "http://db.internal/", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/", "http://127.1/",
        "http://0x7f.0.0.1/", "http://127.0.0.1/", "http://127.0.0.1./", "http://[::1]/", "http://[::ffff:127.0.0.1]/",
        "http://[fe80::1%25eth0]/", "http://[::", "http://169.254.169.254/latest/meta-data/", "http://0/",
        "http://0.0.0.0/", "http://１２７.0.0.1/", "http://127。0。0。1/", "http://ⓛocalhost/", "http://gilde.example\\@127.0.0.1/",
        "http://gilde.example/\r\nX: y", "http://a b.example/", "http://gil..de.example/",
        "http://" + "a" * 3000 + ".example/",
        "http://" + "a" * 64 + ".example/", "http://xn--.example\u2028/",
    ],
)  # fmt: skip
def test_addresses_that_are_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Addresses that are not plain, or lead within the network, are refused before anything is asked of anyone."""
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("the name was looked up"))
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("a connection was made"))
    with pytest.raises(UnsafeDocument) as refused:
        fetch(url)
    assert refused.value.code == "unsafe_address"
    assert refused.value.nl and refused.value.en
    assert "u:p" not in refused.value.nl


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://Gilde.Example", "https://gilde.example/"),
        ("https://gilde.example:443/a%20b?x=1#deel", "https://gilde.example/a%20b?x=1"),
        ("http://gilde.example./é", "http://gilde.example/%C3%A9"),
        ("https://coöperatie.example/", "https://xn--coperatie-17a.example/"),
        ("https://[2a02:898::1]/a", "https://[2a02:898::1]/a"),
    ],
)
def test_addresses_in_their_plain_form(url: str, expected: str) -> None:
    """An address is written in one way: small letters, no standard port, no fragment, letters encoded."""
    assert parse_address(url, (80, 443)).url == expected


@given(st.text(max_size=60))
def test_any_address_is_taken_apart_or_refused(rest: str) -> None:
    """Whatever stands in an address, it is refused or gives a host in plain ASCII without a password."""
    try:
        target = parse_address(f"http://{rest}", (80, 443))
    except AddressRefused as refused:
        assert refused.nl and refused.en
        return
    assert target.host.isascii() and target.path.isascii() and "@" not in target.host


def _leads_to(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Let names lead to these addresses, one answer for each look-up; the list tells which names were looked up."""
    asked: list[str] = []

    def look_up(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        if host[0].isdigit():
            # an address is no name, and leads to itself
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port))]
        found = answers[min(len(asked), len(answers) - 1)]
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


@pytest.mark.parametrize("found", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["::ffff:192.168.0.1"], ["fe80::1"]])
def test_a_name_that_leads_within_the_network(found: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A name is refused when any of its addresses is not public, without a connection to the others."""
    _leads_to(monkeypatch, found)
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("a connection was made"))
    with pytest.raises(UnsafeDocument) as refused:
        fetch("https://gilde.example/")
    assert refused.value.code == "unsafe_address"


def test_a_name_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection goes to the address that was checked, though the name leads elsewhere the next moment."""
    with serving({"/a.html": give()}) as server:
        asked = _leads_to(monkeypatch, ["127.0.0.1"], ["10.9.9.9"])
        found = server.get("/a.html", host="gilde.example")
    assert asked == ["gilde.example"]
    assert found.data == PAGE
    assert server.asked[0][1]["host"] == f"gilde.example:{server.port}"


def test_a_name_that_leads_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name without addresses is no threat, but a failure."""
    _leads_to(monkeypatch, [])
    with pytest.raises(UnreadableDocument) as refused:
        fetch("https://gilde.example/")
    assert refused.value.code == "fetch_failed"


def test_a_slow_look_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking up a name counts for the time."""
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(3) or [])
    began = time.monotonic()
    with pytest.raises(LimitExceeded) as refused:
        fetch("https://gilde.example/", FetchLimits(seconds=0.3))
    assert refused.value.code == "too_slow"
    assert time.monotonic() - began < 2


# --- documents ----------------------------------------------------------------------------------------------------


def test_a_page_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bytes come as they are, asked for under our own name and without anything of this machine."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with serving({"/gids/toelating.php": give()}) as server:
        found = server.get("/gids/toelating.php?id=1#deel")
    url = f"http://127.0.0.1:{server.port}/gids/toelating.php?id=1"
    assert found == Fetched(PAGE, url, "text/html", "toelating.html")
    path, headers = server.asked[0]
    assert path == "/gids/toelating.php?id=1"
    assert headers["user-agent"] == "Routewijzer"
    assert headers["accept-encoding"] == "identity"
    assert not {"cookie", "authorization", "referer"} & headers.keys()


@pytest.mark.parametrize(
    ("path", "kind", "name"),
    [
        ("/", "text/html", "127.0.0.1.html"),
        ("/map/", "TEXT/HTML;charset=utf-8", "map.html"),
        ("/a.htm", "text/html", "a.htm"),
        ("/a.pdf", "text/html", "a.html"),
        ("/plan.PDF", "application/pdf", "plan.pdf"),
        ("/download", "application/pdf", "download.pdf"),
        ("/lees.md", "text/plain", "lees.md"),
        ("/lees.txt", "text/markdown", "lees.md"),
        ("/..%2f..%2fetc%2fpasswd", "text/plain", "passwd.txt"),
        ("/een%20plan%00.odt", "application/vnd.oasis.opendocument.text", "een-plan.odt"),
        ("/.htaccess", "text/plain", "htaccess.txt"),
    ],
)
def test_the_name_of_what_was_fetched(path: str, kind: str, name: str) -> None:
    """The kind that the server names decides the suffix, together with the path; the name is a plain one."""
    with serving({path: give(kind=kind)}) as server:
        found = server.get(path)
    assert found.file_name == name
    assert Path(found.file_name).suffix in SUFFIXES


@pytest.mark.parametrize(
    "kind", ["image/png", "application/octet-stream", "application/json", "text/css", "", "nonsense", "application/zip"]
)
def test_other_kinds_are_refused(kind: str) -> None:
    """What no reader can read is not fetched, and the message names it."""
    with serving({"/a.pdf": give(kind=kind)}) as server, pytest.raises(UnsupportedFormat) as refused:
        server.get("/a.pdf")
    assert "127.0.0.1" in refused.value.nl and "127.0.0.1" in refused.value.en


@pytest.mark.parametrize("status", [404, 403, 500, 204, 206, 304])
def test_answers_without_a_document(status: int) -> None:
    """An answer other than the document itself is a failure, and the message holds its number."""
    with serving({"/a": give(status=status)}) as server, pytest.raises(UnreadableDocument) as refused:
        server.get("/a")
    assert refused.value.code == "fetch_failed"
    assert str(status) in refused.value.nl


def test_a_server_that_is_not_there() -> None:
    """Where nobody listens, fetching fails with a message that says so."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(UnreadableDocument) as refused:
        fetch(f"http://127.0.0.1:{port}/", FetchLimits(ports=(port,)), allow=loopback)
    assert refused.value.code == "fetch_failed"


@pytest.mark.parametrize("length", ["1000", "-5", "veel"])
def test_an_answer_that_is_not_whole(length: str) -> None:
    """A document that breaks off, or an answer that is no HTTP, is not taken for a whole one."""
    answers = {"/a": give(Content_Length=length, Connection="close")}
    with serving(answers) as server, pytest.raises(UnreadableDocument) as refused:
        server.get("/a")
    assert refused.value.code == "fetch_failed"


# --- redirects ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(status: int) -> None:
    """A redirect is followed, also a relative one, and the last address is the one that is kept."""
    with serving({"/a": move("b/c?x=1", status), "/b/c": give()}) as server:
        found = server.get("/a")
    assert found.url == f"http://127.0.0.1:{server.port}/b/c?x=1"
    assert found.file_name == "c.html"


@pytest.mark.parametrize(
    "to",
    [
        "http://10.0.0.1:{port}/", "http://169.254.169.254:{port}/latest", "http://[::1]/", "http://0x7f000001:{port}/a",
        "http://localhost:{port}/a", "//192.168.1.1:{port}/", "file:///etc/passwd", "http://127.0.0.1:1/",
        "http://u:p@127.0.0.1:{port}/a", "gopher://127.0.0.1/", "http://2002:7f00:1::/",
    ],
)  # fmt: skip
def test_a_redirect_is_checked_as_the_first_address(to: str) -> None:
    """A redirect to what may not be fetched is refused, and what is there is never asked."""
    answers: dict[str, Answer] = {"/a": give()}
    with serving(answers) as server:
        answers["/start"] = move(to.format(port=server.port))
        with pytest.raises(UnsafeDocument) as refused:
            server.get("/start")
    assert refused.value.code == "unsafe_address"
    assert [path for path, _ in server.asked] == ["/start"]


def test_a_redirect_to_a_name_that_leads_within_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each name on the way is looked up and checked anew."""
    answers: dict[str, Answer] = {"/a": give()}
    with serving(answers) as server:
        answers["/start"] = move(f"http://ander.example:{server.port}/a")
        asked = _leads_to(monkeypatch, ["127.0.0.1"], ["10.0.0.1"])
        with pytest.raises(UnsafeDocument):
            server.get("/start", host="gilde.example")
    assert asked == ["gilde.example", "ander.example"]


def test_redirects_come_to_an_end() -> None:
    """Five redirects are followed; the sixth is not, nor is a ring."""
    answers = {f"/{i}": move(f"/{i + 1}") for i in range(6)} | {"/6": give(), "/ring": move("/ring")}
    with serving(answers) as server:
        assert server.get("/1").data == PAGE
        for start in ("/0", "/ring"):
            with pytest.raises(UnreadableDocument) as refused:
                server.get(start)
            assert refused.value.code == "fetch_failed"


# --- limits -------------------------------------------------------------------------------------------------------


def _endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/plain")
    handler.end_headers()
    while True:
        handler.wfile.write(b"x" * 65536)


def test_a_body_without_end_is_cut_off() -> None:
    """A document over the limit is refused as soon as that is passed."""
    with serving({"/a": _endless}) as server, pytest.raises(LimitExceeded) as refused:
        server.get("/a", file_mb=2)
    assert refused.value.code == "too_large"
    assert "2 MB" in refused.value.nl


def test_a_body_at_the_limit_is_taken() -> None:
    """A document of just the limit is fetched; one byte more is not."""
    whole = b"x" * (1 << 20)
    with serving({"/a": give(whole, "text/plain"), "/b": give(whole + b"x", "text/plain")}) as server:
        assert server.get("/a", file_mb=1).data == whole
        with pytest.raises(LimitExceeded):
            server.get("/b", file_mb=1)


@pytest.mark.parametrize("coding", ["gzip", "x-gzip"])
def test_a_compressed_body_is_unpacked(coding: str) -> None:
    """A server that compresses unasked is understood, and a document that breaks off is not taken for whole."""
    packed = gzip.compress(PAGE)
    answers = {"/a": give(packed, Content_Encoding=coding), "/b": give(packed[:-12], Content_Encoding=coding)}
    with serving(answers) as server:
        assert server.get("/a").data == PAGE
        with pytest.raises(UnreadableDocument):
            server.get("/b")


def test_a_compressed_bomb_is_refused() -> None:
    """What unpacks beyond the limit is refused on the way, not once it is all in memory."""
    bomb = gzip.compress(bytes(200 << 20), 9)
    answers = {"/a": give(bomb, "text/plain", Content_Encoding="gzip")}
    with serving(answers) as server, pytest.raises(LimitExceeded) as refused:
        server.get("/a", file_mb=1)
    assert refused.value.code == "too_large"


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "compress"])
def test_unknown_compression_is_refused(coding: str) -> None:
    """Compression that is not known is a failure, not text."""
    with serving({"/a": give(Content_Encoding=coding)}) as server, pytest.raises(UnreadableDocument) as refused:
        server.get("/a")
    assert refused.value.code == "fetch_failed"


def _drip(before: bytes, piece: bytes) -> Answer:
    """Answer a byte at a time, each well within any limit on one read."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(before)
        for _ in range(100):
            handler.wfile.write(piece)
            time.sleep(0.1)

    return answer


_OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


@pytest.mark.parametrize(
    "answer",
    [_drip(_OK + b"\r\n", b"x"), _drip(_OK, b"X-A: b\r\n"), _drip(b"", b"H"), lambda _: time.sleep(5)],
    ids=["body", "headers", "status", "silence"],
)
def test_the_time_is_for_all_of_it(answer: Answer) -> None:
    """A server that drips, in its head or its body, or says nothing, is left when the time is over."""
    began = time.monotonic()
    with serving({"/a": answer}) as server, pytest.raises(LimitExceeded) as refused:
        server.get("/a", seconds=1.0)
    assert time.monotonic() - began < 3
    assert refused.value.code == "too_slow"


def test_slow_redirects_share_the_time() -> None:
    """The time is for all redirects together, not for each."""

    def slow(to: str) -> Answer:
        def answer(handler: BaseHTTPRequestHandler) -> None:
            time.sleep(0.5)
            move(to)(handler)

        return answer

    with serving({f"/{i}": slow(f"/{i + 1}") for i in range(6)}) as server, pytest.raises(LimitExceeded) as refused:
        server.get("/0", seconds=1.2)
    assert refused.value.code == "too_slow"


@given(st.binary(max_size=200))
def test_any_answer_is_fetched_or_refused(raw: bytes) -> None:
    """Whatever a server sends, fetching it gives a document or a refusal."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]

    def answer() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(raw)

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        fetch(f"http://127.0.0.1:{port}/", FetchLimits(ports=(port,), seconds=5), allow=loopback)
    except DocumentError as refused:
        assert refused.nl and refused.en
    finally:
        thread.join()
        listener.close()


# --- certificates -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for gilde.example that nobody has signed but itself."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs openssl to make a certificate")
    folder = tmp_path_factory.mktemp("tls")
    made, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=gilde.example",
         "-addext", "subjectAltName=DNS:gilde.example", "-keyout", str(key), "-out", str(made)],
        check=True, capture_output=True,
    )  # fmt: skip
    return made, key


def _tls_server(certificate: tuple[Path, Path], names: list[str | None]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    context.sni_callback = lambda _, name, __: names.append(name)
    return context


def test_a_certificate_that_is_not_trusted(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that cannot prove who it is is not asked for anything, whatever the environment trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    _leads_to(monkeypatch, ["127.0.0.1"])
    with serving({"/a": give()}, _tls_server(certificate, [])) as server, pytest.raises(UnreadableDocument) as refused:
        server.get("/a", host="gilde.example", scheme="https")
    assert refused.value.code == "fetch_failed"
    assert server.asked == []


@pytest.mark.parametrize(("host", "fits"), [("gilde.example", True), ("ander.example", False)])
def test_the_certificate_is_for_the_name(
    host: str, fits: bool, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The certificate is checked against the name, though the connection goes to an address."""
    trusting = ssl.create_default_context(cafile=str(certificate[0]))
    monkeypatch.setattr("httpx.create_ssl_context", lambda **_: trusting)
    _leads_to(monkeypatch, ["127.0.0.1"])
    names: list[str | None] = []
    with serving({"/a": give()}, _tls_server(certificate, names)) as server:
        if fits:
            assert server.get("/a", host=host, scheme="https").data == PAGE
        else:
            with pytest.raises(UnreadableDocument):
                server.get("/a", host=host, scheme="https")
    assert names == [host]
