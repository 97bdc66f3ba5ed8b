"""Whose connection it is, and how many each address may have."""

from backend.web.client_connections import ClientConnections, TrustedProxies

FORWARDED = b"x-forwarded-for"


def test_a_proxys_own_address_is_exempt() -> None:
    """An address in TRUSTED_PROXIES, given alone or by its network, has no limit of its own."""
    clients = ClientConnections(
        TrustedProxies("127.0.0.1, 10.0.0.0/8, ::1"), believe_forwarded=True
    )
    assert clients.peer_key("127.0.0.1") is None
    assert clients.peer_key("10.9.8.7") is None
    assert clients.peer_key("::ffff:10.9.8.7") is None
    assert clients.peer_key("::1") is None
    assert clients.peer_key("127.0.0.2") == "127.0.0.2"
    assert clients.peer_key("2001:db8::1:2") == "2001:db8::"


def test_the_nearest_address_that_is_no_proxy_is_the_client() -> None:
    """Entries that the client wrote itself stand further left in the header, and are ignored."""
    clients = ClientConnections(TrustedProxies("127.0.0.1,10.0.0.0/8"), believe_forwarded=True)
    assert clients.forwarded_key([(FORWARDED, b"1.1.1.1, 9.9.9.9, 10.0.0.5")]) == "9.9.9.9"
    two = [(FORWARDED, b"1.1.1.1"), (FORWARDED, b"9.9.9.9")]
    assert clients.forwarded_key(two) == "9.9.9.9"
    assert clients.forwarded_key([]) is None
    assert clients.forwarded_key([(FORWARDED, b"10.0.0.5")]) is None


def test_without_a_proxy_nothing_forwarded_is_believed() -> None:
    """In local mode the header is ignored."""
    clients = ClientConnections(TrustedProxies("127.0.0.1"), believe_forwarded=False)
    assert clients.forwarded_key([(FORWARDED, b"9.9.9.9")]) is None


def test_counting_forgets_addresses_that_have_left() -> None:
    """Each address has its limit, and takes no memory once its connections are closed."""
    clients = ClientConnections(TrustedProxies(""), believe_forwarded=True, limit=2)
    assert [clients.enter("a") for _ in range(3)] == [True, True, False]
    assert clients.enter("b")
    clients.leave("a")
    assert clients.enter("a")
    for key in "aab":
        clients.leave(key)
    assert len(clients) == 0
