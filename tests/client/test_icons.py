"""The icons of the first screen: the shell from the server and the client draw the same ones."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2] / "webapp"
DRAWN = re.compile(r'"?(\w+)"?:\s+"(M[^"]+)"')
"""An icon's name and path, in the template's dictionary and in the client's object alike."""
MARK = re.compile(r'\bd="(M[^"]+)"')


def test_the_shell_draws_what_the_client_draws() -> None:
    """The client takes over the shell's elements: a path that differs would change on the screen
    once the script has come."""
    shell = (ROOT / "templates" / "app.html.j2").read_text("utf-8")
    server = dict(DRAWN.findall(shell.partition("{% set paths = {")[2].partition("%}")[0]))
    client = dict(DRAWN.findall((ROOT / "src" / "app" / "ui" / "icons.tsx").read_text("utf-8")))
    assert len(server) > 5
    assert server == {name: client.get(name) for name in server}


def test_the_shell_draws_the_clients_mark() -> None:
    """So with the mark above the greeting."""
    mark = MARK.findall((ROOT / "src" / "app" / "ui" / "mark.tsx").read_text("utf-8"))
    assert len(mark) == 2
    assert mark == MARK.findall((ROOT / "templates" / "app.html.j2").read_text("utf-8"))
