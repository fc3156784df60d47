# SPDX-License-Identifier: MIT
# What the Linux at the other end of the tunnel does (tests/tools/linux-guest):
# raw ESP with keys by hand, then pings and TCP to the red stack.
ip link set lo up
ip link set eth0 up
ip addr add 192.0.2.2/24 dev eth0
ip addr add 10.2.0.1/24 dev lo
ip xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x1001 reqid 1 mode tunnel \
	replay-window 32 \
	aead 'rfc4106(gcm(aes))' 0x000102030405060708090a0b0c0d0e0fcafebabe 128
ip xfrm state add src 192.0.2.2 dst 192.0.2.1 proto esp spi 0x1002 reqid 2 mode tunnel \
	aead 'rfc4106(gcm(aes))' 0x101112131415161718191a1b1c1d1e1fdeadbeef 128
ip xfrm policy add src 10.2.0.0/24 dst 10.1.0.0/24 dir out \
	tmpl src 192.0.2.2 dst 192.0.2.1 proto esp reqid 2 mode tunnel
ip xfrm policy add src 10.1.0.0/24 dst 10.2.0.0/24 dir in \
	tmpl src 192.0.2.1 dst 192.0.2.2 proto esp reqid 1 mode tunnel
ip route add 10.1.0.0/24 dev eth0 via 192.0.2.1 src 10.2.0.1
i=0
until ping -c 1 -W 1 -I 10.2.0.1 10.1.0.1 > /dev/null; do
	i=$((i + 1))
	[ $i -gt 60 ] && break
done
# Linux seals a ping as a whole and fragments the outside: longer ones have no room in one packet
for size in 1 2 3 100 1000 1371 1372 1373 1472 1473 3000 10000 30000 65400 65450; do
	if ping -c 1 -W 20 -s $size -I 10.2.0.1 10.1.0.1 > /dev/null; then
		echo "PING $size"
	fi
done
dd if=/dev/urandom of=/tmp/data bs=1k count=300 2> /dev/null
md5sum < /tmp/data | sed 's/^/SENT /'
nc -w 60 10.1.0.1 7 < /tmp/data | head -c 307200 | md5sum | sed 's/^/BACK /'
grep -v '	0$' /proc/net/xfrm_stat | sed 's/^/BAD /'
