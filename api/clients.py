"""Who calls, without knowing who it is: addresses become numbers that mean nothing outside this process.

An address is hashed with a key that is drawn at random when the process starts and kept nowhere; it is neither
written to disk nor to a log. What is remembered of a client is how much it may still ask in this minute. Processes
that count together have a key of the day in common (`api/shared_limits.py`).
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, IPv6Network, ip_address

from starlette.types import Scope

_REMEMBERED = 10_000
"""Clients of which is remembered what they may still ask; who was not seen longest is forgotten first."""
_HOME = 64
"""Bits of an IPv6 address that one household or institution shares (RFC 6177)."""


class Buckets:
    """How much each client may still do: `per_minute` at once, and as much again in each minute (a token bucket).

    Time is the steady clock of the machine, so that a jump of the wall clock changes nothing. Safe to use from
    several threads.
    """

    def __init__(self, per_minute: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_minute = per_minute
        self._clock = clock
        self._held: OrderedDict[bytes, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()
        self._spent: OrderedDict[bytes, float] = OrderedDict()
        """What each client took here in all; only counted where it is told to other processes."""
        self._fresh: set[bytes] = set()
        self.told = False
        """Whether other processes are told of what is taken here."""

    def take(self, client: bytes, cost: float = 1.0) -> float:
        """Take from a client's bucket: 0 when there was enough, else the seconds until there will be."""
        with self._lock:
            now = self._clock()
            level = self._level(client, now)
            enough = level >= cost
            self._note(client, level - cost if enough else level, now)
            if enough and self.told:
                self._spent[client] = self._spent.get(client, 0.0) + cost
                self._spent.move_to_end(client)
                self._fresh.add(client)
                if len(self._spent) > _REMEMBERED:
                    self._fresh.discard(self._spent.popitem(last=False)[0])
        return 0.0 if enough else (cost - level) * 60 / self.per_minute

    def left(self, client: bytes) -> float:
        """0 when a client may do one thing more, else the seconds until it may; takes nothing."""
        with self._lock:
            level = self._level(client, self._clock())
        return 0.0 if level >= 1 else (1 - level) * 60 / self.per_minute

    def news(self) -> dict[bytes, float]:
        """Of each client that took something here since this was last asked: what it took here in all."""
        with self._lock:
            found = {client: self._spent[client] for client in self._fresh}
            self._fresh.clear()
        return found

    def taken_elsewhere(self, client: bytes, amount: float) -> None:
        """A client took so much at another process: there is that much less for it here, and less than none at most."""
        with self._lock:
            now = self._clock()
            self._note(client, max(-self.per_minute, self._level(client, now) - amount), now)

    def _note(self, client: bytes, level: float, now: float) -> None:
        self._held[client] = (level, now)
        self._held.move_to_end(client)
        if len(self._held) > _REMEMBERED:
            self._held.popitem(last=False)

    def _level(self, client: bytes, now: float) -> float:
        level, then = self._held.get(client, (self.per_minute, now))
        return min(self.per_minute, level + (now - then) * self.per_minute / 60)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes this request."""

    client: bytes
    local: bool
    """Whether it comes from this machine itself, and not by way of a proxy."""
    wrong_keys: Buckets


class Clients:
    """Tells clients apart."""

    def __init__(self) -> None:
        self.salt = secrets.token_bytes(32)

    def of(self, scope: Scope) -> tuple[bytes, bool]:
        """The number of a client, and whether it is this machine itself."""
        host = scope["client"][0] if scope.get("client") else ""
        try:
            address = ip_address(host)
        except ValueError:
            return self._number(host.encode("utf-8", "replace")), not host
        if isinstance(address, IPv6Address):
            if address.ipv4_mapped is not None:
                address = address.ipv4_mapped
            else:
                home = IPv6Network((int(address), _HOME), strict=False)
                return self._number(home.network_address.packed), address.is_loopback
        return self._number(address.packed), address.is_loopback

    def _number(self, address: bytes) -> bytes:
        return hashlib.blake2b(address, key=self.salt, digest_size=16).digest()
