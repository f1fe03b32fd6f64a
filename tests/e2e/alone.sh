#!/bin/sh
# Runs a command in a network of its own. In: a command. Out: the same, where every address is this
# machine and the only name server is the test's (names.mjs). Never here: a way to the real network.
set -eu
if [ "${1-}" != --inside ]; then
    if [ "$(id -u)" = 0 ]; then rights=; else rights=--map-root-user; fi
    exec unshare $rights --net --mount sh "$0" --inside "$@"
fi
shift
ip link set lo up
# A browser that finds no interface but the loopback does not try calls (STUN, mDNS).
ip link add lan type veth peer name end
for interface in lan end; do ip link set $interface addrgenmode none up; done
ip address add 192.0.2.1/24 dev lan
ip route add 224.0.0.0/4 dev lan
ip route add local 0.0.0.0/0 dev lo src 192.0.2.1
ip -6 route add local ::/0 dev lo
servers=$(mktemp)
echo "nameserver 127.0.0.1" > "$servers"
mount --bind "$servers" /etc/resolv.conf
rm "$servers"
ALONE=1 exec "$@"
