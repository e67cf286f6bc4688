# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Sourced by jobs of the machine outside: it gives the whole system its address, logs in to it, and asks it. What fails is told on the
# console: "outside: WHAT failed".
set -u
export PATH="/usr/lib/tailor:/job:$PATH" TAILOR_SERVER=192.0.2.2
mkdir -p /out/raw

fail() {
	echo "outside: $1 failed"
	exit 1
}

# outside_up: from here on the server can have its address. The lease is short, so that it is renewed while somebody looks.
outside_up() {
	card-up 192.0.2.1/24 || fail card
	sysctl -qw net.ipv4.tcp_tw_reuse=1
	# Its file may not be there: then nobody has a lease.
	: >/run/udhcpd.leases
	cat >/run/udhcpd.conf <<-CONF
		start 192.0.2.2
		end 192.0.2.2
		interface eth0
		max_leases 1
		lease_file /run/udhcpd.leases
		pidfile /run/udhcpd.pid
		option subnet 255.255.255.0
		option router 192.0.2.1
		option domain lan
		option lease 120
	CONF
	busybox udhcpd -f /run/udhcpd.conf >/out/udhcpd.log 2>&1 &
	mkdir -p /root/.ssh
	install -m 600 key /root/.ssh/id_ed25519
	echo "outside: up"
}

# there [OPTION...] COMMAND: on the server, as root; OPTIONs of ssh.
there() {
	ssh -F none -q -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o ConnectTimeout=10 \
		-i /root/.ssh/id_ed25519 -o "HostName $TAILOR_SERVER" server "$@"
}

# now: seconds since this machine was switched on.
now() {
	sed 's/[.].*//' /proc/uptime
}

# await SECONDS COMMAND...: until it succeeds.
await() {
	await_until=$(($(now) + $1))
	shift
	until "$@" >/out/awaited 2>&1 </dev/null; do
		[ "$(now)" -lt "$await_until" ] || { cat /out/awaited && return 1; }
		sleep 1
	done
}

# system_up: the whole system has booted, and nothing of it failed.
system_up() {
	# A directory of jobs; without one nobody watches.
	await 600 there 'mkdir -p /run/tailor && : >/run/tailor/logged-in' || fail login
	there systemctl is-system-running --wait >/out/state
	there systemctl list-units --failed --plain --no-legend >/out/failed
	echo "outside: the system is $(cat /out/state)"
	if [ "$(cat /out/state)" != running ] || [ -s /out/failed ]; then
		cat /out/failed
		fail boot
	fi
}

# answered REPORT: how many requests of a report; fails when one failed.
answered() {
	workload count "$1" >/tmp/count || return 1
	grep -qx 'errors 0' /tmp/count && sed -n 's/^requests \([1-9][0-9]*\)$/\1/p' /tmp/count | grep .
}

# ask SCENARIO COUNT [NAME]: of which no request may fail.
ask() {
	ask_report=/out/raw/${3-$1}.txt
	workload run "$1" "$2" >"$ask_report" 2>&1 || { cat "$ask_report" && fail "$1"; }
	ask_requests=$(answered "$ask_report") || { cat "$ask_report" && fail "$1"; }
	echo "outside: $1: $ask_requests requests"
}
