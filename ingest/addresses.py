"""Web addresses that may be fetched: only those that lead to the open internet.

A host is checked by the addresses that its name leads to. Whoever connects must use an address that `resolve` gave
and look nothing up again, for a name can lead elsewhere the next time.
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

IpAddress = IPv4Address | IPv6Address

_LONGEST = 2000
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_RELAYS = ("192.88.99.",)
_LOCAL_NAMES = (
    "localhost",
    "local",
    "internal",
    "intranet",
    "lan",
    "home",
    "corp",
    "localdomain",
    "home.arpa",
    "onion",
)
_NUMERIC = re.compile(r"^(?:\d+|0x[0-9a-f]*)$", re.IGNORECASE)
_STRANGE = re.compile(r"[\x00-\x20\x7f\\]")


class AddressRefused(ValueError):
    """An address that must not be fetched; the text says why, in Dutch and English."""

    def __init__(self, nl: str, en: str) -> None:
        super().__init__(nl)
        self.nl = nl
        self.en = en


class HostUnknown(OSError):
    """The name of a host leads nowhere."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where an address leads, before any name is looked up."""

    scheme: str
    host: str
    """In small ASCII letters; names with other letters in their encoded form."""
    port: int
    path: str
    """With the query, as it is asked for."""

    @property
    def url(self) -> str:
        """The address written out, without a fragment."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        default = {"http": 80, "https": 443}[self.scheme]
        return f"{self.scheme}://{host}{'' if self.port == default else f':{self.port}'}{self.path}"


def parse_address(url: str, ports: tuple[int, ...]) -> Target:
    """Take a web address apart; `AddressRefused` where anything about it is not plain."""
    if len(url) > _LONGEST or _STRANGE.search(url):
        raise AddressRefused("het webadres is te lang of bevat vreemde tekens", "the web address is too long or odd")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise AddressRefused("dit is geen geldig webadres", "this is not a valid web address") from error
    scheme = parts.scheme.lower()
    if scheme not in {"http", "https"} or not parts.hostname:
        raise AddressRefused("alleen adressen met http of https worden opgehaald", "only http and https are fetched")
    if "@" in parts.netloc:
        raise AddressRefused(
            "een adres met een naam of wachtwoord erin wordt niet opgehaald", "it holds a name or password"
        )
    port = (443 if scheme == "https" else 80) if port is None else port
    if port not in ports:
        raise AddressRefused(f"poort {port} wordt niet gebruikt", f"port {port} is not used")
    return Target(scheme, _host(parts), port, _path(parts))


def resolve(host: str, port: int, allow: Callable[[IpAddress], bool], seconds: float) -> list[IpAddress]:
    """The addresses of a host; `AddressRefused` unless each of them is allowed, `HostUnknown` where there are none."""
    found: list[IpAddress] = []
    try:
        found.append(ip_address(host))
    except ValueError:
        found += _looked_up(host, port, seconds)
    if not found:
        raise HostUnknown(host)
    if not all(allow(address) for address in found):
        raise AddressRefused(
            "dit adres ligt niet op het open internet", "this address does not lead to the open internet"
        )
    return found


def is_public(address: IpAddress) -> bool:
    """Whether an address is one of the open internet, also by the IPv4 address that may be within it."""
    if isinstance(address, IPv4Address):
        return (
            address.is_global
            and not (address.is_multicast or address.is_reserved or address.is_private)
            and not str(address).startswith(_RELAYS)
        )
    within = _ipv4_within(address)
    if within is not None:
        return is_public(within)
    return (
        address in _GLOBAL_UNICAST
        and address.is_global
        and address.teredo is None
        and not address.scope_id
        and not address.is_reserved
    )


def _ipv4_within(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for: mapped, 6to4, or translated."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None


def _host(parts: SplitResult) -> str:
    """The host in its plain form, a number only as four numbers with points."""
    import idna

    host = (parts.hostname or "").lower()
    if ":" in host:
        return host
    try:
        host = host if host.isascii() else idna.encode(host, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError) as error:
        raise AddressRefused("dit is geen geldig webadres", "this is not a valid web address") from error
    host = host.rstrip(".")
    labels = host.split(".")
    if not re.fullmatch(r"[a-z0-9._-]{1,253}", host) or not all(0 < len(label) < 64 for label in labels):
        raise AddressRefused("dit is geen geldig webadres", "this is not a valid web address")
    if _NUMERIC.match(labels[-1]):
        if not re.fullmatch(r"(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}", host):
            raise AddressRefused("dit adres is op een ongewone manier geschreven", "this address is written oddly")
    elif len(labels) == 1 or host.endswith(tuple(f".{name}" for name in _LOCAL_NAMES)):
        raise AddressRefused(
            "dit adres ligt niet op het open internet", "this address does not lead to the open internet"
        )
    return host


def _path(parts: SplitResult) -> str:
    from urllib.parse import quote

    query = f"?{parts.query}" if parts.query else ""
    return quote((parts.path or "/") + query, safe="/?&=%:@!$'()*+,;~#[]-._")


def _looked_up(host: str, port: int, seconds: float) -> list[IpAddress]:
    """The addresses that a name leads to, as long as the answer comes in time."""
    answers: list[list[IpAddress]] = []

    def ask() -> None:
        try:
            infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
            answers.append([ip_address(str(info[4][0])) for info in infos])
        except (OSError, ValueError, UnicodeError):
            answers.append([])

    # the system's own look-up cannot be stopped, only left behind
    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(max(0.0, seconds))
    if not answers:
        raise TimeoutError(host)
    return list(dict.fromkeys(answers[0]))
