# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Sourced by every script here: where things are, how a step reports, what this machine can do.

set -euo pipefail

TAILOR_TOP=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
TAILOR_CACHE=${TAILOR_CACHE:-$HOME/.cache/tailor}
export TAILOR_TOP TAILOR_CACHE

die() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# A usage error is 2, as everywhere in the project.
die_usage() {
	printf '%s: %s (see --help)\n' "${0##*/}" "$*" >&2
	exit 2
}

# The comment block under a script's SPDX line is its --help text.
print_help() {
	awk 'NR > 2 && /^#/ { sub(/^# ?/, ""); print; next } NR > 2 { exit }' "$0"
}

# One line for a sub-step; progress belongs on standard error, results on standard output.
note() {
	printf '%s\n' "$*" >&2
}

# content_key PATH...: a short digest of names, modes and contents below PATHs, for cache names.
content_key() {
	local path
	for path in "$@"; do
		if [[ -d $path ]]; then
			(cd -- "$path" && find . \( -type f -o -type l \) -printf '%m %l %P\n' | LC_ALL=C sort &&
				find . -type f -print0 | LC_ALL=C sort -z | xargs -0r sha256sum)
		elif [[ -f $path ]]; then
			sha256sum <"$path"
		else
			printf 'text %s\n' "$path"
		fi
	done | sha256sum | cut -c1-16
}

# Writes standard input to FILE so that FILE is either old or complete.
write_atomically() {
	local tmp="$1.tmp.$$"
	cat >"$tmp" && mv -f -- "$tmp" "$1"
}

# ended_facts: "key: value" lines from standard input, between two by which tailor tells a file that
# was cut off.
ended_facts() {
	awk 'BEGIN { print "format: 2" } { print } END { print "facts_end: " NR + 1 }'
}

# ended_list: the same for "SYMBOL: text" lines with comments, which may have both already.
ended_list() {
	awk 'BEGIN { print "# format: 2" } /^# (format|end): / { next } { print } !/^[ \t]*(#|$)/ { n++ }
		END { print "# end: " n + 0 }'
}

# KVM needs the device and a CPU that has the extension: the node alone may be a leftover.
have_kvm() {
	[[ -r /dev/kvm && -w /dev/kvm ]] && grep -qwE 'vmx|svm' /proc/cpuinfo
}

# Hardware where there is some, else emulation that counts instructions.
default_accel() {
	if have_kvm; then
		echo kvm
	else
		echo icount
	fi
}

# tailor_tool: the path of the tool; it is built first where it is missing.
tailor_tool() {
	[[ -x $TAILOR_TOP/build/tailor ]] || make -C "$TAILOR_TOP" --no-print-directory tool >&2 ||
		die "build/tailor is missing and does not build: run 'make tool' in $TAILOR_TOP"
	printf '%s\n' "$TAILOR_TOP/build/tailor"
}

# run_step NAME LOG COMMAND...: says what runs and how it ended; the command's output goes to LOG.
# On a terminal the elapsed time and the last line of the log are shown while it runs.
run_step() {
	local name=$1 log=$2 start=$SECONDS pid rc=0 width
	shift 2
	mkdir -p -- "$(dirname -- "$log")"
	if [[ -t 2 ]]; then
		"$@" >"$log" 2>&1 &
		pid=$!
		while kill -0 "$pid" 2>/dev/null; do
			width=$(($(tput cols 2>/dev/null || echo 80) - 1))
			printf '\r\033[K%.*s' "$width" "  ... $name $((SECONDS - start))s  $(tail -n1 -- "$log" | tr -cd '[:print:]')" >&2
			sleep 1
		done
		wait "$pid" || rc=$?
		printf '\r\033[K' >&2
	else
		"$@" >"$log" 2>&1 || rc=$?
	fi
	if ((rc != 0)); then
		printf '  FAIL %s after %ds (exit %d)\n' "$name" $((SECONDS - start)) "$rc" >&2
		printf '  the last lines of %s:\n' "$log" >&2
		tail -n 15 -- "$log" | sed 's/^/    | /' >&2
		return "$rc"
	fi
	printf '  ok   %s (%ds)\n' "$name" $((SECONDS - start)) >&2
}

# find_appliance NAME|DIR: the absolute folder of an appliance.
find_appliance() {
	local dir=$1
	[[ $dir == */* ]] || dir=$TAILOR_TOP/bench/appliances/$dir
	[[ -x $dir/workload && -f $dir/packages ]] ||
		die "$dir is no appliance: it needs 'packages' and an executable 'workload' (see README, 'Your own appliance')"
	(cd -- "$dir" && pwd)
}

# mark_of NAME: scenario, function, requests and those to skip of an appliance's line in bench/marks; exit 1 without one.
mark_of() {
	awk -v name="$1" '$1 == name { print $2, $3, $4, $5; found = 1 } END { exit !found }' "$TAILOR_TOP/bench/marks"
}

# conf_values DIR KEY: the values of KEY in the appliance's appliance.conf, one a line.
conf_values() {
	sed -n "s/^$2:[[:space:]]*//p" "$1/appliance.conf"
}
