# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Sourced by the tests of tailor cover: its answers and those of addr2line in one form, a line an address,
# "address file:line file:line ...", from the inside out; "?" where no line is known.

# from_addr2line VMLINUX SED <ADDRESSES: "address file:line file:line ...", from the inside out; SED makes paths of the tree.
from_addr2line() {
	addr2line -a -i -e "$1" | sed -E "s/ \(discriminator.*//; $2; :again s#/(\./|/)#/#; s#(^|[ /])[^/. ]+/\.\./#\1#; t again" | awk '
		/^0x[0-9a-f]+$/ { if (NR > 1) print line; line = substr($0, 3); next }
		{ line = line " " ($0 ~ /\?/ ? "?" : $0) }
		END { print line }' | sort
}

# from_cover <CSV of --by=address: the same.
from_cover() {
	awk -F, '/^#/ || $1 == "address" { next } {
		printf "%s %s", $1, $4 == "" ? "?" : $4 ":" $5
		n = split($7, chain, " < ")
		for (i = 1; i <= n; i++) { sub(/.* /, "", chain[i]); printf " %s", chain[i] }
		printf "\n"
	}' | sort
}
