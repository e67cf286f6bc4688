# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Sourced by the suites that boot the tailored kernel of lighttpd. Needs scripts/lib.sh, and $work, a folder that the
# caller removes.

: "${work:?a folder for temporary files}"

# lighttpd_plan PLAN: the plan of the lighttpd appliance, from its profile (which is made once).
lighttpd_plan() {
	local log=$work/lighttpd_plan.log
	if ! "$TAILOR_TOP/scripts/profile" lighttpd --out "$work/profile" >"$log" 2>&1 ||
		! "$TAILOR_TOP/build/tailor" plan --facts "$work/profile/facts" --trust single --appliance lighttpd --out "$1" \
			"$work"/profile/syscalls.*.log >>"$log" 2>&1; then
		tail -n 20 -- "$log" >&2
		die "no plan of lighttpd"
	fi
}

# lighttpd_kernel PLAN: the same, and prints the folder of its kernel.
lighttpd_kernel() {
	lighttpd_plan "$1"
	"$TAILOR_TOP/scripts/build-kernel" "$1"
}
