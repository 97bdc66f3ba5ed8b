"""No core dumps: a crash must not write secrets from memory to the disk."""

from pathlib import Path

from tests.fixtures.process import server_process


def test_a_running_server_and_its_children_write_none(tmp_path: Path) -> None:
    """The limit is zero for the process and for those it starts (Linux)."""
    with server_process(tmp_path) as server:
        pid = server.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for one in (str(pid), *children):
            limits = Path(f"/proc/{one}/limits").read_text().splitlines()
            (cores,) = [line for line in limits if line.startswith("Max core file size")]
            assert cores.split()[4:6] == ["0", "0"]
