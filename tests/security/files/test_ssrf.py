"""Addresses that must never be requested: each of them reaches into the private network."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import PageForbidden, PageNotRead
from backend.files.addresses import Address, is_public
from backend.files.fetch import Fetcher
from backend.files.urls import check_url

# Hosts that are no plain public name or address, however they are written.
REFUSED = [
    "http://127.0.0.1/",
    "http://127.0.0.1:80/",
    "http://127.1/",
    "http://127.0.1/",
    "http://127.255.255.254/",
    "http://2130706433/",
    "http://017700000001/",
    "http://0x7f000001/",
    "http://0x7f.0x0.0x0.0x1/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "http://0177.0.0.01/",
    "http://00000177.0.0.1/",
    "http://127.0.0.1./",
    "http://127。0。0。1/",
    "http://１２７.０.０.１/",
    "http://①②⑦.⓪.⓪.①/",
    "http://0/",
    "http://0.0.0.0/",
    "http://0.0.0.0:443/",
    "http://localhost/",
    "http://LOCALHOST/",
    "http://localhost./",
    "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
    "http://foo.localhost/",
    "http://localhost.localdomain/",
    "http://printer.local/",
    "http://router.lan/",
    "http://nas.home.arpa/",
    "http://db.internal/",
    "http://wiki.corp/",
    "http://intranet/",
    "http://hidden.onion/",
    "http://metadata/",
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://kubernetes.default.svc/",
    "http://api.default.svc.cluster/",
    "http://consul.service.consul/",
    "http://169.254.169.254/latest/meta-data/",
    "http://169.254.170.2/v2/credentials/",
    "http://2852039166/",
    "http://0xa9fea9fe/",
    "http://0251.0376.0251.0376/",
    "http://169.254.43518/",
    "http://[fd00:ec2::254]/",
    "http://100.100.100.200/latest/meta-data/",
    "http://192.0.0.192/opc/v2/",
    "http://168.63.129.16/",
    "http://10.0.0.1/",
    "http://10.255.255.255/",
    "http://172.16.0.1/",
    "http://172.31.255.254/",
    "http://192.168.0.1/",
    "http://192.168.1.254/admin",
    "http://100.64.0.1/",
    "http://198.18.0.1/",
    "http://192.0.2.1/",
    "http://203.0.113.9/",
    "http://224.0.0.1/",
    "http://239.255.255.250:80/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://[::]/",
    "http://[::1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[0000:0000:0000:0000:0000:0000:0000:0001]/",
    "http://[::127.0.0.1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::ffff:169.254.169.254]/",
    "http://[::ffff:8.8.8.8]/",
    "http://[0:0:0:0:0:ffff:7f00:0001]/",
    "http://[2002:7f00:1::]/",
    "http://[2002:a9fe:a9fe::1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b::169.254.169.254]/",
    "http://[64:ff9b:1::1]/",
    "http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
    "http://[2001:db8::1]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25eth0]/",
    "http://[fe80::1%eth0]/",
    "http://[fec0::1]/",
    "http://[fc00::1]/",
    "http://[fd12:3456:789a::1]/",
    "http://[ff02::1]/",
    "http://[100::1]/",
    "http://[5f00::1]/",
    "http://[3fff::1]/",
    # Users, ports and schemes.
    "http://user@93.184.216.34/",
    "http://user:password@93.184.216.34/",
    "http://93.184.216.34@127.0.0.1/",
    "http://@93.184.216.34/",
    "http://news.site.com:80@127.0.0.1/",
    "http://news.site.com%40127.0.0.1/",
    "http://127.0.0.1#@news.site.com/",
    "http://127.0.0.1\\@news.site.com/",
    "http://news.site.com\\@127.0.0.1/",
    "http://127.0.0.1?@news.site.com/",
    "http://93.184.216.34:22/",
    "http://93.184.216.34:25/",
    "http://93.184.216.34:443/",
    "https://93.184.216.34:80/",
    "http://93.184.216.34:6379/",
    "http://93.184.216.34:8080/",
    "http://93.184.216.34:0/",
    "http://93.184.216.34:65536/",
    "http://93.184.216.34:-1/",
    "file:///etc/passwd",
    "ftp://93.184.216.34/",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "dict://127.0.0.1:11211/stats",
    "ldap://127.0.0.1/",
    "jar:http://127.0.0.1!/",
    "data:text/html,hello",
    "javascript:alert(1)",
    "unix:///var/run/docker.sock",
    "http+unix://%2Fvar%2Frun%2Fdocker.sock/info",
    "//127.0.0.1/",
    "/etc/passwd",
    "http:127.0.0.1/",
    "http:///127.0.0.1/",
    "http://",
    "",
    # Spaces and controls, which programs read differently.
    " http://127.0.0.1/",
    "http://127.0.0.1 .news.site.com/",
    "http://127.0.0.1\t/",
    "http://127.0.0.1%00.news.site.com/",
    "http://news.site.com\r\nHost: 127.0.0.1/",
    "http://news.site.com/\r\nX: y",
    "http://news.site.com\u2028/",
    "http://1.1.1.1 &@2.2.2.2# @3.3.3.3/",
    "http://news..site.com/",
    "http://.site.com/",
    "http://-news.site.com/",
    "http://news.site.123/",
    "http://news.site.0x7f/",
    "http://" + "a" * 64 + ".com/",
    "http://" + "a." * 130 + "com/",
    "http://news.site.com/" + "a" * 2_000,
]


class FakeNames:
    """Resolves each host to the addresses given for it, in turn; the last one is repeated."""

    def __init__(self, **answers: list[str]) -> None:
        self.answers = {host.replace("_", "."): said for host, said in answers.items()}
        self.asked: list[str] = []

    async def addresses(self, host: str) -> list[Address]:
        """See Names."""
        self.asked.append(host)
        if host not in self.answers:
            raise OSError("no such host")
        said = self.answers[host]
        now = said.pop(0) if len(said) > 1 else said[0]
        return [ip_address(text) for text in now.split()]


def test_the_corpus_is_large() -> None:
    """The list holds at least 120 known bypasses."""
    assert len(REFUSED) >= 120


@pytest.mark.parametrize("url", REFUSED)
async def test_nothing_behind_the_walls_is_asked(url: str) -> None:
    """Refused before a name is looked up or a connection made: the guard would have failed it."""
    names = FakeNames()
    with pytest.raises(PageForbidden):
        await Fetcher(names).fetch(url)
    assert names.asked == []


@pytest.mark.parametrize(
    "addresses",
    [
        "127.0.0.1",
        "10.1.2.3",
        "169.254.169.254",
        "::1",
        "::ffff:10.0.0.1",
        "fd00::1",
        "64:ff9b::a00:1",
        "93.184.216.34 127.0.0.1",
        "2606:2800:220:1:248:1893:25c8:1946 fe80::1",
        "100.64.9.9",
        "0.0.0.0",
        "192.168.1.1 192.168.1.2",
    ],
)
async def test_names_that_lead_inside_are_refused(addresses: str) -> None:
    """One private address among public ones is enough to refuse: any of them might be used."""
    names = FakeNames(rebind_evil_com=[addresses])
    with pytest.raises(PageForbidden):
        await Fetcher(names).fetch("https://rebind.evil.com/")
    assert names.asked == ["rebind.evil.com"]


@pytest.mark.parametrize(
    "url",
    [
        "http://news.site.com/",
        "https://news.site.com:443/a?b=c#d",
        "http://news.site.com:80/",
        "https://xn--e1afmkfd.xn--p1ai/",
        "https://пример.рф/страница",
        "https://bücher.de/",
        "https://a-b.c_d.site.co.uk./",
        "https://1.1.1.1/",
        "https://[2606:4700:4700::1111]/",
        "https://127.0.0.1.nip.com/",
        "HTTPS://NEWS.SITE.COM/",
    ],
)
def test_public_pages_pass(url: str) -> None:
    """Ordinary public addresses are accepted."""
    assert check_url(url).fragment == ""


@given(st.ip_addresses(v=4))
def test_what_python_calls_private_is_never_public(address: Address) -> None:
    """Our own list is at least as strict as the standard library's."""
    if not address.is_global or address.is_multicast or address.is_reserved:
        assert not is_public(address)


@given(st.ip_addresses(v=6))
def test_the_same_of_ipv6(address: Address) -> None:
    """The same for IPv6; addresses that embed an IPv4 address are refused as well."""
    if not address.is_global or address.is_multicast or address.is_reserved:
        assert not is_public(address)


@given(st.text(max_size=60))
def test_no_text_breaks_the_check(text: str) -> None:
    """Anything is either refused in our own words or a plain http address."""
    for url in (text, f"http://{text}/", f"http://{text}@news.site.com/"):
        try:
            checked = check_url(url)
        except PageNotRead:
            continue
        assert checked.scheme in ("http", "https")
        assert checked.user is None
        assert checked.explicit_port in (None, 80, 443)
