# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Sourced by the suites that boot the tailored kernel of lighttpd. Needs scripts/lib.sh, and $work, a folder that the
# caller removes.

: "${work:?a folder for temporary files}"

# record_lighttpd: its profile and which code of the stock kernel it runs, each made once, in $work.
record_lighttpd() {
	local tree
	"$TAILOR_TOP/scripts/profile" lighttpd-only --out "$work/profile" || return
	"$TAILOR_TOP/scripts/coverage" lighttpd-only --out "$work/coverage" || return
	tree=$("$TAILOR_TOP/scripts/kernel-tree") || return
	"$TAILOR_TOP/build/tailor" cover --tree "$tree" --kconfig "$("$TAILOR_TOP/scripts/kconfig-model" --tree "$tree")" \
		--config "$work/coverage/config" --format=csv --output "$work/coverage/symbols.csv" "$work/coverage/coverage.cov"
}

# lighttpd_plan PLAN: the plan of the appliance lighttpd-only, as "make appliance" makes it.
lighttpd_plan() {
	local log=$work/lighttpd_plan.log
	if ! record_lighttpd >"$log" 2>&1 ||
		! "$TAILOR_TOP/build/tailor" plan --kconfig "$("$TAILOR_TOP/scripts/kconfig-model")" --facts "$work/profile/facts" --coverage "$work/coverage/symbols.csv" --trust single \
			--appliance lighttpd-only --out "$1" "$work"/profile/syscalls.*.log >>"$log" 2>&1; then
		tail -n 20 -- "$log" >&2
		die "no plan of lighttpd"
	fi
}

# lighttpd_kernel PLAN: the same, and prints the folder of its kernel.
lighttpd_kernel() {
	lighttpd_plan "$1"
	"$TAILOR_TOP/scripts/build-kernel" "$1"
}
