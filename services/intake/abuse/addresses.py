"""Where a request comes from, and how little of that is kept. Pure."""

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network
_IPV4_PREFIX: Final = 24
# What one customer is given by most providers, so an address in it is as good as another.
_IPV6_HOST_PREFIX: Final = 64
_IPV6_PREFIX: Final = 48
_MOST_HOPS: Final = 20


def client_address(peer: str, forwarded: Sequence[str], trusted: Sequence[Network]) -> Address | None:
    """The nearest one that nobody we trust stands before. `forwarded`: values of X-Forwarded-For, which anybody can write, so
    it is read from its end and only as far as trusted proxies wrote it.
    """
    address = _read(peer)
    hops = [hop for value in forwarded for hop in value.split(",")][-_MOST_HOPS:]
    while hops and address is not None and is_within(address, trusted):
        before = _read(hops.pop())
        if before is None:
            break
        address = before
    return address


def hides_others(peer: str, trusted: Sequence[Network], never_limited: Sequence[Network]) -> bool:
    """Whether a proxy stands there that nobody named, and that no limit concerns: then none concerns those behind it."""
    address = _read(peer)
    return address is not None and is_within(address, never_limited) and not is_within(address, trusted)


def is_within(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks)


def host_of(address: Address) -> bytes:
    """What counts as one address."""
    return _packed(address, address.max_prefixlen if address.version == 4 else _IPV6_HOST_PREFIX)


def network_of(address: Address) -> bytes:
    return _packed(address, _IPV4_PREFIX if address.version == 4 else _IPV6_PREFIX)


def subject(salt: bytes, kind: str, *parts: bytes) -> bytes:
    """What a bucket is called. Without the salt of that day nobody can tell what it stood for, by trying all there is."""
    keyed = blake2b(key=salt, digest_size=16, person=kind.encode())
    for part in parts:
        keyed.update(len(part).to_bytes(2, "big") + part)
    return keyed.digest()


def _packed(address: Address, prefix: int) -> bytes:
    return ip_network((address, prefix), strict=False).network_address.packed


def _read(text: str) -> Address | None:
    """Also with a port, and IPv4 written as IPv6."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
