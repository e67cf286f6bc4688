# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Sourced by the test suites in shell: one TAP line a check.

tap_nr=0
tap_failed=0

# tap_result OK NAME [DIAGNOSTICS]: OK is 0 for success.
tap_result() {
	tap_nr=$((tap_nr + 1))
	if [[ $1 == 0 ]]; then
		printf 'ok %d - %s\n' "$tap_nr" "$2"
	else
		tap_failed=$((tap_failed + 1))
		printf 'not ok %d - %s\n' "$tap_nr" "$2"
		[[ -z ${3-} ]] || printf '%s\n' "$3" | sed 's/^/# /'
	fi
}

# tap_check NAME COMMAND...: the command must succeed; what it prints is the diagnosis.
tap_check() {
	local name=$1 output rc=0
	shift
	output=$("$@" 2>&1) || rc=$?
	tap_result "$rc" "$name" "$output"
}

tap_skip() {
	tap_nr=$((tap_nr + 1))
	printf 'ok %d - %s # SKIP %s\n' "$tap_nr" "$1" "$2"
}

# tap_end: the plan, and the suite's exit code.
tap_end() {
	printf '1..%d\n' "$tap_nr"
	((tap_failed == 0))
}
