"""The port to serve on: the one asked for, or the next free one, saying so."""

import socket
import sys

TRIES = 50


def choose_port(host: str, wanted: int) -> int:
    for port in range(wanted, min(wanted + TRIES, 65536)):
        if _is_free(host, port):
            if port != wanted:
                print(f"Port {wanted} is taken; using {port}.", flush=True)
            return port
    sys.exit(f"No free port from {wanted} on; choose another: PORT=9000 make demo")


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        # As the server does: a port in its short rest after a stop counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def port_from(text: str) -> int:
    if text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    sys.exit(f"PORT must be a number from 1 to 65535, not {text!r}.")
