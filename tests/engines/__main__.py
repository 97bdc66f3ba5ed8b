"""Installs Firefox and WebKit from Debian's packages, where apt-get may be used: `python -m
tests.engines`. What cannot be had is said, and its tests are left out."""

import os
import shutil
import subprocess

from tests.engines import firefox, webkit

FIREFOX = ("firefox-esr",)
WEBKIT = ("webkit2gtk-driver", "xvfb", "xauth")


def _install(*packages: str) -> None:
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], check=False, env=environment)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    subprocess.run(command, check=False, env=environment)


if __name__ == "__main__":
    if firefox.find() is None:
        print("Setting up: Firefox")
        _install(*FIREFOX)
    if webkit.find() is None:
        print("Setting up: WebKit")
        _install(*WEBKIT)
    for name, found in (("Firefox", firefox.find()), ("WebKit", webkit.find())):
        print(f"{name}: {found or 'cannot be installed here, its tests are left out'}")
