# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Sourced by the benchmarks that leave statistics to 'tailor compare': folders of runs, and a short table of
# what it says of two of them. Needs scripts/lib.sh.

# compare_json BASELINE ARM: exit 1 of compare says that something got worse, which is a finding.
compare_json() {
	local rc=0
	"$TAILOR_TOP/build/tailor" compare --format=json "$1" "$2" || rc=$?
	((rc <= 1))
}

# print_table TITLE COLUMN METRICS: reads the comparison of two arms; a line a scenario and metric (those that
# the expression METRICS matches). What stands behind a blank in the name of a scenario has its own COLUMN.
print_table() {
	printf '%s\n' "$1"
	jq -r --arg column "$2" --arg metrics "$3" '["scenario", $column, "of", "n", .arms[0].name, "", .arms[1].name, "", "", ""],
		(.rows[] | select(.metric | test($metrics)) | (.scenario | split(" ")) as $name | .arms as [$a, $b]
		| [$name[0], $name[1] // "", (.metric | split("_")[0] | if . == "busy" then "guest" else . end), $b.n,
			$a.median, $a.spread_percent, $b.median, $b.spread_percent, $b.verdict, $b.p_text]) | @tsv' |
		awk -F'\t' '
			NR == 1 { printf "%-22s %-22s %-7s %3s %20s %20s %9s %8s %8s\n", $1, $2, $3, $4, $5, $7, "gain", "%", "p"; next }
			{
				gain = $5 - $7
				printf "%-22s %-22s %-7s %3d %12.1f ±%5.2f%% %12.1f ±%5.2f%% %9.1f %8s %8s\n", $1, $2, $3, $4, $5, $6, $7, $8, gain,
					$9 == "~" ? $9 : sprintf("%.2f%%", 100 * gain / $5), $10
			}'
}
