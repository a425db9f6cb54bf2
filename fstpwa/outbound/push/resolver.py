"""Looks up push services, and yields public addresses only: the connection goes to exactly those.

A name on the list of push services could still be made to point inside our own network, by whoever
answers our questions about names.
"""

import socket
from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from aiohttp import ThreadedResolver
from aiohttp.abc import AbstractResolver, ResolveResult

from fstpwa import log

NAT64 = IPv6Network("64:ff9b::/96")
"""An IPv4 address inside an IPv6 one, where a network has no IPv4 of its own (RFC 6052)."""


class PublicResolver(AbstractResolver):
    """Answers with public addresses, and any for the hosts that the operator added."""

    def __init__(
        self, extra_hosts: Collection[str] = (), lookup: AbstractResolver | None = None
    ) -> None:
        """Take hosts as `host` or `host:port`, and what looks names up (the system's way)."""
        self._extra_hosts = extra_hosts
        self._lookup = lookup or ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return where `host` is. Raises OSError if it is nowhere, or nowhere public."""
        found = await self._lookup.resolve(host, port, family)
        if f"{host}:{port}" in self._extra_hosts or (port == 443 and host in self._extra_hosts):
            return found
        public = [each for each in found if is_public(each["host"])]
        if not public:
            log.warning("push_address_not_public", count=len(found))
            raise OSError("no public address")
        return public

    async def close(self) -> None:
        """Let go of what looks names up."""
        await self._lookup.close()


def is_public(address: str) -> bool:
    """Return whether an IP address belongs to one machine of the public internet."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        inner = _ipv4_inside(found)
        if inner is not None:
            return _is_public(inner)
        # Tunnels lead to IPv4 addresses that other people choose.
        if found.sixtofour is not None or found.teredo is not None:
            return False
    return _is_public(found)


def _ipv4_inside(found: IPv6Address) -> IPv4Address | None:
    if found.ipv4_mapped is not None:
        return found.ipv4_mapped
    return IPv4Address(int(found) & 0xFFFFFFFF) if found in NAT64 else None


def _is_public(found: IPv4Address | IPv6Address) -> bool:
    # Some versions of Python call a few of these global.
    odd = found.is_multicast or found.is_reserved or found.is_unspecified or found.is_private
    local = found.is_link_local or found.is_loopback
    site_local = isinstance(found, IPv6Address) and found.is_site_local
    return found.is_global and not (odd or local or site_local)
