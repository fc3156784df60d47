# SPDX-License-Identifier: MIT
"""transfer.py ADDRESS PORT MEGABYTES [listen]: so much over one TCP connection, both ways at once.
Says "moved N" for each megabyte that came, and "whole" when every byte of both was right."""

import hashlib
import random
import socket
import sys
import threading

MARK = b"red only: this line must never be seen on black"
CHUNK, MEGABYTE = 1 << 16, 1 << 20


def chunks(side, megabytes):
    """What a side sends: noise with the mark in it, so that it can be looked for."""
    noise = random.Random(side)
    for _ in range(megabytes * MEGABYTE // CHUNK):
        yield noise.randbytes(CHUNK - len(MARK)) + MARK


def send(connection, side, megabytes):
    for chunk in chunks(side, megabytes):
        connection.sendall(chunk)
    connection.shutdown(socket.SHUT_WR)


def receive(connection, side, megabytes):
    got, wanted, size = hashlib.sha256(), hashlib.sha256(), 0
    while data := connection.recv(CHUNK):
        got.update(data)
        for n in range(size // MEGABYTE + 1, (size + len(data)) // MEGABYTE + 1):
            print("moved", n, flush=True)
        size += len(data)
    for chunk in chunks(side, megabytes):
        wanted.update(chunk)
    return got.digest() == wanted.digest()


def main(address, port, megabytes, listen):
    if listen:
        server = socket.create_server((address, port))
        print("ready", flush=True)
        connection = server.accept()[0]
    else:
        connection = socket.create_connection((address, port))
    sender = threading.Thread(target=send, args=(connection, listen, megabytes))
    sender.start()
    whole = receive(connection, not listen, megabytes)
    sender.join()
    print("whole" if whole else "damaged", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), "listen" in sys.argv[4:])
