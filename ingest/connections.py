"""Connections to addresses that were checked before, each of their steps within the time for all of it.

Imported where a document is fetched, for httpcore is of no use to anything else.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import httpcore
import httpx

from ingest.addresses import IpAddress

_TRIES = 4


class PinnedBackend(httpcore.NetworkBackend):
    """Connects to the given addresses, whatever host is asked for; nothing is looked up."""

    def __init__(self, addresses: Sequence[IpAddress], left: Callable[[], float]) -> None:
        self._addresses = addresses[:_TRIES]
        self._left = left
        """The seconds that are left; raises where there are none."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first of the addresses that answers."""
        failure: Exception | None = None
        for at, address in enumerate(self._addresses):
            wait = self._left() / (len(self._addresses) - at)
            try:
                return _Stream(httpcore.SyncBackend().connect_tcp(str(address), port, timeout=wait), self._left)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError("no address")

    def sleep(self, seconds: float) -> None:
        """Wait, but not longer than there is time."""
        time.sleep(min(seconds, self._left()))


class _Stream(httpcore.NetworkStream):
    """A connection of which each read and write may take no longer than all of it."""

    def __init__(self, inner: httpcore.NetworkStream, left: Callable[[], float]) -> None:
        self._inner = inner
        self._left = left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        # one call may send in many small pieces, each of which has this long
        self._inner.write(buffer, self._left())

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, self._left()), self._left)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def pool_to(addresses: Sequence[IpAddress], left: Callable[[], float]) -> httpcore.ConnectionPool:
    """Connections to these addresses, with certificates checked and nothing taken from the environment."""
    tls = httpx.create_ssl_context(verify=True, trust_env=False)
    return httpcore.ConnectionPool(ssl_context=tls, network_backend=PinnedBackend(addresses, left), http2=False)
