# SPDX-License-Identifier: GPL-2.0-only
# What a boot of two machines showed, from the server's marks: "scenario,metric,unit,better,run,value" lines, as
# bench/guest/measure writes them. The n-th pair of marks belongs to the n-th line of the client's list.
#
# usage: awk -v runs=CLIENT/runs -v vcpus=N -f samples.awk SERVER/marks
function fail(why) { print "measure: " FILENAME ": " why >"/dev/stderr"; failed = 1; exit 1 }
function row(metric, unit, better, value) { printf "%s,%s,%s,%s,%d,%.1f\n", scenario, metric, unit, better, run, value }
function gone(key) { return now[key] - before[key] }
function parse(    i, pair) {
	delete now
	for (i = 1; i <= NF; i++) {
		split($i, pair, "=")
		now[pair[1]] = pair[2]
		if (pair[1] ~ /^cpu[0-9]+_user$/) now["user"] += pair[2]
		if (pair[1] ~ /^cpu[0-9]+_kernel$/) now["kernel"] += pair[2]
	}
}
{ parse() }
now["mark"] == 3 { boot_insn = now["user"] + now["kernel"]; boot_ns = now["clock_ns"]; next }
now["mark"] == 1 { for (key in now) before[key] = now[key]; open = 1; next }
now["mark"] == 2 {
	if (!open || (getline line <runs) <= 0) fail("its marks are not those of " runs)
	open = 0
	split(line, word, " ")
	scenario = word[1]; run = word[2]; n = word[3]
	per = scenario == "idle" ? "second" : "request"
	user = gone("user"); kernel = gone("kernel")
	row("busy_insn_per_" per, "insn", "lower", (user + kernel) / n)
	row("machine_user_insn_per_" per, "insn", "none", user / n)
	row("machine_kernel_insn_per_" per, "insn", "lower", kernel / n)
	for (i = 0; i < vcpus && vcpus > 1; i++)
		row("cpu" i "_insn_per_" per, "insn", "none", (gone("cpu" i "_user") + gone("cpu" i "_kernel")) / n)
	if (per == "second") next
	row("wall_insn_per_request", "insn", "none", gone("clock_ns") / n)
	row("frames_in_per_request", "count", "none", gone("rx_frames") / n)
	row("frames_out_per_request", "count", "none", gone("tx_frames") / n)
	row("requests", "count", "same", n)
	row("errors", "count", "same", 0)
}
END {
	if (failed) exit 1
	if (open || (getline line <runs) > 0 || !boot_insn) fail("its marks are not those of " runs)
	scenario = "boot"; run = 1
	row("busy_insn", "insn", "lower", boot_insn)
	row("wall_insn", "insn", "none", boot_ns)
}
