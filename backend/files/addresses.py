"""Public addresses, the only ones from which pages are fetched.

The lists are IANA's special-purpose registries, with what clouds put at public numbers added.
Addresses that carry another address inside (mapped, 6to4, NAT64, Teredo) are refused.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final, TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address

_CLOSED_4: Final = tuple(
    IPv4Network(text)
    for text in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24"),
        *("192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15"),
        *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        "168.63.129.16/32",  # Azure's own services, as seen from inside it
    )
)
_OPEN_6: Final = IPv6Network("2000::/3")
_CLOSED_6: Final = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # protocols of the IETF's: Teredo, benchmarks, ORCHID
        *("2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20", "3ffe::/16"),
    )
)


def is_public(address: Address) -> bool:
    """Whether the address is public."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _CLOSED_4)
    if address.scope_id is not None or address not in _OPEN_6:
        return False
    return not any(address in network for network in _CLOSED_6)
