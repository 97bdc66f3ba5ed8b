"""nginx, for comparison: unpacked from Debian's package without installing it; elsewhere from
PATH."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import psutil

from benchmarks.machine import OUT, Cores, pin

CONFIGURATION = """
daemon off;
worker_processes 1;
worker_rlimit_nofile 20000;
pid {folder}/nginx.pid;
error_log {folder}/error.log error;
events {{ worker_connections 19900; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  upstream provider {{ server 127.0.0.1:{provider}; keepalive 64; }}
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location / {{
      proxy_pass http://provider;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
      proxy_read_timeout 300s;
    }}
  }}
}}
"""


class Nginx:
    """A running nginx with one worker; `pid` is the worker's."""

    def __init__(self, port: int, pid: int) -> None:
        self.port = port
        self.pid = pid


def program() -> str:
    """The nginx to run, unpacking it first where that is possible and needed.

    Raises:
        click.ClickException: there is none.
    """
    unpacked = OUT / "nginx" / "usr" / "sbin" / "nginx"
    if not unpacked.exists() and shutil.which("apt-get") and shutil.which("dpkg-deb"):
        _unpack()
    found = str(unpacked) if unpacked.exists() else shutil.which("nginx")
    if found is None:
        raise click.ClickException("nginx is the yardstick: put it on PATH.")
    return found


def _unpack() -> None:
    folder = OUT / "nginx"
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["apt-get", "download", "-qq", "nginx"], cwd=folder, check=False, timeout=120)
    for package in folder.glob("nginx_*.deb"):
        subprocess.run(["dpkg-deb", "-x", package.name, "."], cwd=folder, check=True, timeout=60)


def version() -> str:
    """Such as `nginx/1.22.1`."""
    told = subprocess.run([program(), "-v"], capture_output=True, text=True, check=False).stderr
    return told.rpartition(" ")[2].strip()


@contextmanager
def running(provider: int, cores: Cores) -> Iterator[Nginx]:
    """Pass everything through to the provider's port, unbuffered."""
    folder = OUT / "nginx-run"
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    settings = CONFIGURATION.format(folder=folder, port=port, provider=provider)
    (folder / "nginx.conf").write_text(settings)
    command = [program(), "-p", str(folder), "-c", "nginx.conf", "-e", str(folder / "error.log")]
    master = subprocess.Popen(command)
    try:
        worker = _worker(master.pid)
        pin(worker, cores.server)
        yield Nginx(port, worker)
    finally:
        master.terminate()
        master.wait(10)


def _worker(master: int) -> int:
    for _ in range(200):
        if children := psutil.Process(master).children():
            return children[0].pid
        time.sleep(0.02)
    raise click.ClickException(f"nginx did not start: see {Path('benchmarks/out/nginx-run')}")


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
