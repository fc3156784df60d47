# SPDX-License-Identifier: MIT
# What the Linux does that `make bench` compares the VPN with (tests/tools/linux-guest):
# forwards from a virtual card to another, first in clear, then as ESP with AES-GCM.
ip link set lo up
ip link add red0 address 02:00:00:00:00:0a type veth peer name red1
ip link add black0 type veth peer name black1
for card in red0 red1 black0 black1; do ip link set $card up; done
ip addr add 10.1.0.1/24 dev red0
ip addr add 192.0.2.1/24 dev black0
# to nobody's address: thrown away where it arrives
ip neigh add 192.0.2.2 lladdr 02:00:00:00:00:77 dev black0
ip route add 10.2.0.0/24 via 192.0.2.2
echo 1 > /proc/sys/net/ipv4/ip_forward
# whatever else belongs to starting up is over
sleep 5
measure() {
	for size in 64 576 1400; do
		before=$(cat /sys/class/net/black1/statistics/rx_packets)
		result=$(forward-bench red1 $size "$1")
		after=$(cat /sys/class/net/black1/statistics/rx_packets)
		# all of them, or it measured something else
		[ $((after - before)) -ge 201 ] && echo "$result"
	done
}
measure linux-forward
ip xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x1001 reqid 1 mode tunnel \
	aead 'rfc4106(gcm(aes))' 0x000102030405060708090a0b0c0d0e0fcafebabe 128
ip xfrm policy add src 10.1.0.0/24 dst 10.2.0.0/24 dir out \
	tmpl src 192.0.2.1 dst 192.0.2.2 proto esp reqid 1 mode tunnel
measure linux-esp
grep -q rfc4106-gcm-aesni /proc/crypto && echo "with AES-NI"
cat /sys/class/net/black1/statistics/rx_bytes
grep -v '	0$' /proc/net/xfrm_stat
