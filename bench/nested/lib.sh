# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Sourced by scripts/measure: what a measurement in a nested guest has beside that of any other. Needs scripts/lib.sh.

# nested_job DIR RUNS IDLE_SECONDS SCENARIO...: the job of the guest.
nested_job() {
	local dir=$1 runs=$2 idle=$3
	shift 3
	cp -- "$TAILOR_TOP"/bench/nested/guest/* "$dir/"
	gcc -static -O2 -Wall -Wextra -o "$dir/mark" "$TAILOR_TOP/bench/card/guest/mark.c"
	printf '#!/bin/sh\nexec /job/measure-job %s %s %s\n' "$runs" "$idle" "$(printf '%s\n' "$@" | tr ' ' ':' | tr '\n' ' ')" >"$dir/run"
	chmod +x "$dir/run"
}

# nested_samples DIR RUNS IDLE_SECONDS: what was counted, as rows of samples.csv (samples.awk), and after them those that the guest
# wrote. Times are those of an emulated host, so they speak for nobody.
nested_samples() {
	awk -F '[ ,=]' -v runs="$2" -v idle="$3" -v exits="$1/exits" -f "$TAILOR_TOP/bench/nested/samples.awk" "$1/samples.csv" "$1/exits" &&
		awk -F, -v OFS=, '$3 == "ns" || $3 == "cycles" { $4 = "none" } { print }' "$1/samples.csv"
}
