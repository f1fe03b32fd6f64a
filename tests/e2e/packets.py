"""What is sent within a network of one's own (alone.sh).

In: every packet of its one interface. Out: a line for each that begins something: the protocol, the
address and the port. Never here: a packet's content, or one that answers.
"""

import ipaddress
import socket
import struct

OUTGOING, TCP, UDP = 4, 6, 17
SYN, SYN_AND_ACK = 2, 18
IPV4, IPV6 = 0x0800, 0x86DD
EVERY_PROTOCOL = 3


def begun(kind, packet):
    """The protocol, the address and the port, or nothing if it does not begin anything."""
    if kind == IPV4:
        protocol, address, rest = packet[9], packet[16:20], packet[(packet[0] & 15) * 4 :]
    elif kind == IPV6:
        protocol, address, rest = packet[6], packet[24:40], packet[40:]
    else:
        return None
    if protocol == TCP and rest[13] & SYN_AND_ACK != SYN:
        return None
    port = struct.unpack("!H", rest[2:4])[0] if protocol in (TCP, UDP) else 0
    name = {TCP: "tcp", UDP: "udp"}.get(protocol, f"protocol {protocol}")
    return f"{name} {ipaddress.ip_address(address)} {port}"


with socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(EVERY_PROTOCOL)) as every:
    print("listening", flush=True)
    while True:
        packet, (_, kind, direction, *_) = every.recvfrom(128)
        line = begun(kind, packet) if direction == OUTGOING else None
        if line:
            print(line, flush=True)
