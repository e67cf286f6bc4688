# SPDX-License-Identifier: GPL-2.0-only
# The table of scripts/sweep: the knee of each arm, and what each rate of the grid brought.
#
# usage: awk -F, -f median.awk -f table.awk RATES.CSV KNEES.CSV
FNR == 1 { next }
FILENAME == ARGV[1] {
	if ($3 != "grid") next
	key = $1 " " $4
	if (!(key in seen)) { seen[key] = 1; rates[$1] = rates[$1] " " $4 }
	add(key " replies", $9); add(key " errors", $7); add(key " median", $10 / 1000); add(key " p99", $11 / 1000)
	add(key " insn", $13); add(key " busy", $14)
	next
}
{
	if (!($1 in boots)) arms[++nr_arms] = $1
	boots[$1]++
	add($1, $3)
}
function print_rates(arm,    of, n, i, key) {
	printf "\n%s\n%8s %24s %17s %24s %26s %24s %7s\n", arm, "offered", "replies a second", "errors", "response median, ms", "response p99, ms",
		"instructions a reply", "busy %"
	n = split(rates[arm], of, " ")
	for (i = 1; i <= n; i++) {
		key = arm " " of[i] " "
		printf "%8d %24s %17s %24s %26s %24s %7.1f\n", of[i], cell(key "replies", "%.0f"), cell(key "errors", "%d"),
			cell(key "median", "%.2f"), cell(key "p99", "%.2f"), cell(key "insn", "%.0f"), median(key "busy")
	}
}
END {
	print "# knee: the highest rate below all that were not carried. Carried: no request failed, and replies at 99 in 100 of the rate at least."
	print "# n boots; median, of two in the middle the smaller, [smallest..largest]. A response goes from connect() to the last bytes of the reply, of those that were answered."
	printf "\n%-12s %3s %26s %10s\n", "arm", "n", "knee, connections a second", "of " arms[1]
	for (a = 1; a <= nr_arms; a++)
		printf "%-12s %3d %26s %10s\n", arms[a], boots[arms[a]], cell(arms[a], "%d"),
			a == 1 ? "" : sprintf("%.2fx", median(arms[a]) / median(arms[1]))
	for (a = 1; a <= nr_arms; a++)
		print_rates(arms[a])
}
