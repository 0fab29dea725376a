"""Report to systemd that this process accepts connections (`Type=notify`; sd_notify(3)).

So `systemctl restart` returns when the new process answers requests, and web processes can be
restarted one after the other.
"""

import os
import socket

from daphne import server  # noqa: F401 - installs the reactor, so it must come first
from twisted.internet import reactor


def report_when_ready() -> None:
    """daphne opens its ports before it runs the reactor."""
    reactor.callWhenRunning(report, "READY=1")


def report(state: str) -> None:
    """Send a state to the service manager, if one has started this process."""
    if not (address := os.environ.get("NOTIFY_SOCKET")):
        return
    if address.startswith("@"):  # an abstract socket (unix(7))
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notifications:
        notifications.sendto(state.encode(), address)
