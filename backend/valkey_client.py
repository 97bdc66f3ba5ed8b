"""Connections to Valkey: one server, or with `?cluster=true` in VALKEY_URL a cluster.

In a cluster every command concerns one key, whose server the client finds; the keys of one run have
a hash tag in common. What is published is heard at every server.
"""

from collections.abc import Iterable, Sequence
from itertools import chain, repeat
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from valkey.asyncio import Valkey, ValkeyCluster
from valkey.exceptions import ValkeyClusterException, ValkeyError

UNREACHABLE: Final = (ValkeyError, ValkeyClusterException, OSError)
"""What clients raise when Valkey does not answer; a timeout is an OSError."""
CLUSTER: Final = "cluster"


def open_valkey(url: str, **options: Any) -> Any:
    """A client for VALKEY_URL, which connects when it is first used. `options` are the library's
    for connections."""
    address, in_cluster = _parted(url)
    kind = ValkeyCluster if in_cluster else Valkey
    return kind.from_url(address, **options)


async def open_subscriber(url: str, client: Any, **options: Any) -> Any:
    """A client for pub/sub: `client` itself, or one for some server of the cluster.

    Raises:
        what is UNREACHABLE: the cluster does not answer.
    """
    address, in_cluster = _parted(url)
    if not in_cluster:
        return client
    await client.initialize()
    node = client.get_random_node()
    parts = urlsplit(address)
    who, at, _ = parts.netloc.rpartition("@")
    host = f"[{node.host}]" if ":" in node.host else node.host
    there = parts._replace(netloc=f"{who}{at}{host}:{node.port}")
    return Valkey.from_url(urlunsplit(there), **options)


async def count_servers(client: Any) -> int:
    """How many servers of a cluster share the slots; 0: it is none."""
    if not isinstance(client, ValkeyCluster):
        return 0
    await client.initialize()
    return len(client.get_primaries())


async def publish_all(client: Any, messages: Iterable[tuple[str, bytes]]) -> None:
    """Publish messages in order, each with its channel. Raises what is UNREACHABLE."""
    if isinstance(client, ValkeyCluster):
        # Its pipelines are for keys, and only messages to a single server stay in order.
        for one in messages:
            await client.execute_command("PUBLISH", *one, target_nodes=ValkeyCluster.DEFAULT_NODE)
        return
    pipe = client.pipeline(transaction=False)
    for channel, data in messages:
        pipe.publish(channel, data)
    await pipe.execute()


def _parted(url: str) -> tuple[str, bool]:
    """The library's address, and whether it is a cluster's."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query)
    rest = [(name, value) for name, value in query if name != CLUSTER]
    in_cluster = (CLUSTER, "true") in query
    return urlunsplit(parts._replace(query=urlencode(rest))), in_cluster


class ScriptOfKeys:
    """A Lua script that does the same to each of its keys, and answers a list with one value for
    each. One server runs it once for all; in a cluster each key's server runs it for that key."""

    def __init__(self, client: Any, text: str) -> None:
        self._client = client
        self._text = text
        self._whole = None if isinstance(client, ValkeyCluster) else client.register_script(text)

    async def __call__(
        self, keys: Sequence[str], args: Sequence[Any], own: Iterable[Sequence[Any]] = repeat(())
    ) -> list[Any]:
        """Run it: `args` are for all keys, `own` holds what follows them for each."""
        pairs = list(zip(keys, own, strict=False))
        if self._whole is not None:
            whole = [*args, *chain.from_iterable(mine for _, mine in pairs)]
            return list(await self._whole(keys=list(keys), args=whole))
        pipe = self._client.pipeline()
        for key, mine in pairs:
            pipe.eval(self._text, 1, key, *args, *mine)
        return [answer[0] for answer in await pipe.execute()]
