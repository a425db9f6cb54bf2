"""Only machines of the public internet are push services."""

import socket

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from fstpwa.outbound.push.resolver import PublicResolver, is_public
from tests.outbound.own_loop import run

FCM = "fcm.googleapis.com"


class Names(AbstractResolver):
    """Answers every question with the same addresses."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses
        self.is_closed = False

    async def resolve(self, host, port=0, family=socket.AF_INET) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=0,
            )
            for address in self.addresses
        ]

    async def close(self) -> None:
        self.is_closed = True


def found(resolver: PublicResolver, host: str, port: int = 443) -> list[str]:
    return [each["host"] for each in run(resolver.resolve(host, port))]


@pytest.mark.parametrize(
    "address",
    ["142.250.74.106", "8.8.8.8", "2a00:1450:4001:82a::200a", "64:ff9b::808:808", "1.1.1.1"],
)
def test_public_addresses_are_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "::127.0.0.1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "fc00::1",
        "fd12:3456::1",
        "fd00:ec2::254",
        "ff02::1",
        "2001:db8::1",
        "100::1",
        "64:ff9b::a00:1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1",
        "2002:7f00:1::1",
        "2002:a00:1::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "not an address",
        "",
    ],
)
def test_every_other_address_is_not(address):
    assert not is_public(address)


def test_of_several_addresses_only_the_public_ones_are_left():
    names = Names("127.0.0.1", "142.250.74.106", "::1", "10.0.0.1")
    assert found(PublicResolver(lookup=names), FCM) == ["142.250.74.106"]


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "::ffff:10.0.0.1"])
def test_a_push_service_that_is_inside_our_network_is_nowhere(address):
    with pytest.raises(OSError, match="no public address"):
        found(PublicResolver({"localhost:8443"}, Names(address)), FCM)


def test_only_a_host_that_was_added_may_be_inside_and_only_at_its_port():
    resolver = PublicResolver({"localhost:8443", "push.example.org"}, Names("127.0.0.1"))
    assert found(resolver, "localhost", 8443) == ["127.0.0.1"]
    assert found(resolver, "push.example.org", 443) == ["127.0.0.1"]
    for host, port in (("localhost", 443), ("push.example.org", 8443), ("a.push.example.org", 443)):
        with pytest.raises(OSError, match="no public address"):
            found(resolver, host, port)


def test_closing_it_closes_what_it_asks():
    names = Names()
    run(PublicResolver(lookup=names).close())
    assert names.is_closed
