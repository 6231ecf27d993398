"""Runs in the canary container (standard library only): answers TCP, UDP and DNS until it is removed."""

import selectors
import socket

TCP_PORT, UDP_PORT, DNS_PORT = 7000, 7001, 53


def main() -> None:
    """Answer whoever gets through: a closed connection, an echo, an empty DNS reply."""
    selector = selectors.DefaultSelector()
    listener = socket.create_server(("0.0.0.0", TCP_PORT))
    selector.register(listener, selectors.EVENT_READ)
    for port in (UDP_PORT, DNS_PORT):
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind(("0.0.0.0", port))
        selector.register(sock, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            if key.fileobj is listener:
                listener.accept()[0].close()
                continue
            sock = key.fileobj  # type: ignore[assignment]  # only sockets are registered
            message, sender = sock.recvfrom(512)
            # In a DNS reply the third byte's top bit says that it is one.
            reply = message[:2] + b"\x81\x83" + message[4:] if sock.getsockname()[1] == DNS_PORT else message
            sock.sendto(reply, sender)


if __name__ == "__main__":
    main()
