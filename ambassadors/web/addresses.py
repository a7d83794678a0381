"""Which addresses we may be sent to: what stands in a recipe, an answer or the name system is not trusted."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from ambassadors.errors import AddressRefused

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address
_Net = ipaddress.IPv4Network | ipaddress.IPv6Network

_PORTS = {"http": 80, "https": 443}
_LABEL = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\Z")
#: A last label of which browsers and the C library would make a number, and so perhaps a private address.
_NUMERIC = re.compile(r"(\d+|0[xX][0-9a-fA-F]*)\Z")
#: Second labels under which, with a country's two letters, unrelated people register names.
_SHARED = frozenset({"ac", "co", "com", "edu", "gov", "net", "org"})


def _nets(*texts: str) -> tuple[_Net, ...]:
    return tuple(ipaddress.ip_network(text) for text in texts)


#: Never, whatever the recipe says: where clouds hand out their keys, and what is nobody's server.
_NEVER = {
    "a cloud's own address": _nets(
        "169.254.169.254/32", "100.100.100.200/32", "192.0.0.192/32", "168.63.129.16/32", "fd00:ec2::/32",
        "fd20:ce::254/128",
    ),
    "link-local": _nets("169.254.0.0/16", "fe80::/10", "fec0::/10"),
    "unspecified": _nets("0.0.0.0/8", "::/128"),
    "multicast": _nets("224.0.0.0/4", "ff00::/8"),
    "an IPv4 address inside of an IPv6 one": _nets(
        "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16"
    ),
    "for documents and measurements": _nets(
        "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15", "2001:db8::/32", "3fff::/20"
    ),
}  # fmt: skip
#: Only where the recipe says that a server of one's own network is meant.
_OWN = {
    "loopback": _nets("127.0.0.0/8", "::1/128"),
    "private": _nets("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"),
    "of a provider's inner network": _nets("100.64.0.0/10"),
}
_ROUTED = ipaddress.ip_network("2000::/3")  # all of IPv6 that is given out to the public so far


@dataclass(frozen=True)
class Server:
    """A server: how it is spoken to, its name in lower case, its port."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.port == _PORTS[self.scheme] else f":{self.port}")


def server_of(address: str) -> Server:
    """The server of an address, or :class:`AddressRefused` when it is not plainly one.

    Only http and https, no user names, no spellings of numbers that some programs read in another way. Whether a
    number may be asked is not judged here but by :func:`refusal`, once it is known what the name leads to.

    >>> str(server_of("HTTPS://Mastodon.Example:443/api"))
    'https://mastodon.example'
    """
    parts, host, port = _parts(address)
    if parts is None:
        raise _refused("This", "is no address of a server")
    if re.search(r"[\x00-\x20\x7f\\]", address):
        raise _refused(host or "address", "has blanks, controls or backslashes in it")
    if parts.scheme not in _PORTS:
        raise _refused(f"{parts.scheme}://{host}", "is not spoken here")
    if "@" in parts.netloc:
        raise AddressRefused(f"{host}: a name or password stands in the address. Give the token by the environment.")
    if port == 0:
        raise _refused(host, "has no port that exists")
    return Server(parts.scheme, _host(host), port or _PORTS[parts.scheme])


def _parts(address: str) -> tuple[SplitResult | None, str, int | None]:
    """The address with its host and port; no parts where there are none. What was wrong is kept in no error."""
    try:
        parts = urlsplit(address)
        return parts, parts.hostname or "", parts.port
    except ValueError:
        return None, "", None


def _refused(what: str, problem: str) -> AddressRefused:
    return AddressRefused(f"{what[:100]!r} {problem}. Give it as https://server.example.")


def _host(host: str) -> str:
    """The host, when it is a plain name or a number in its one usual spelling."""
    if ":" in host or _NUMERIC.match(host.rsplit(".", 1)[-1]):
        if numeric(host) is None:
            raise _refused(host, "is a number spelled in an unusual way")
        return host
    if not host.isascii():
        raise AddressRefused(f"{host[:100]!r} has letters beyond a-z. Give the name in its form with xn--.")
    if host.endswith("."):
        raise _refused(host, "ends in a dot")
    if len(host) > 253 or not all(_LABEL.match(label) for label in host.split(".")):
        raise _refused(host, "is no name of a server")
    return host


def numeric(host: str) -> Ip | None:
    """The address that a host spells out in numbers, if it does so in the one usual way.

    >>> numeric("127.0.0.1"), numeric("0177.0.0.1"), numeric("cafe.example")
    (IPv4Address('127.0.0.1'), None, None)
    """
    try:
        ip = ipaddress.ip_address(host)
    except ValueError:
        return None
    return None if "%" in host else ip


def refusal(ip: Ip, *, private: bool = False, own_only: bool = False) -> str | None:
    """Why nobody may be sent to that address, or None. ``own_only``: nowhere but into one's own network.

    >>> refusal(ipaddress.ip_address("10.0.0.8"))
    'private'
    >>> refusal(ipaddress.ip_address("10.0.0.8"), private=True) is None
    True
    """
    never = _named(ip, _NEVER)
    own = _named(ip, _OWN)
    if never or (own and private):
        return never
    if own or own_only:
        return own or "public"
    public = ip.is_global and not ip.is_reserved and (ip.version == 4 or ip in _ROUTED)
    return None if public else "reserved"


def check(host: str, number: str, *, private: bool = False, own_only: bool = False) -> None:
    """Raise :class:`AddressRefused` when the number to which a host leads is none that we may be sent to."""
    ip = numeric(number)
    why = "it cannot be read" if ip is None else refusal(ip, private=private, own_only=own_only)
    if why is None:
        return
    leads = f"{host}: this address" if host == number else f"{host}: its address {number}"
    if why == "public":
        raise AddressRefused(f"{leads} is public, where http:// is readable for everybody. Write https:// instead.")
    own = ip is not None and refusal(ip, private=True) is None
    remedy = " If a server of your own network is meant, set `private = true`." if own else ""
    raise AddressRefused(f"{leads} is refused ({why}). Is `server` right?{remedy}")


def _named(ip: Ip, kinds: dict[str, tuple[_Net, ...]]) -> str | None:
    return next((kind for kind, nets in kinds.items() if any(ip in net for net in nets)), None)


def same_house(one: str, other: str) -> bool:
    """Whether two hosts belong to one house, so that one may see the credentials meant for the other.

    >>> same_house("oauth.reddit.com", "www.reddit.com"), same_house("a.co.uk", "b.co.uk")
    (True, False)
    """
    return one == other or (numeric(one) is None and numeric(other) is None and _house(one) == _house(other))


def _house(host: str) -> list[str]:
    labels = host.split(".")
    shared = len(labels) > 1 and len(labels[-1]) == 2 and labels[-2] in _SHARED
    count = 3 if shared else 2
    return labels[-count:] if len(labels) >= count else [host, ""]
