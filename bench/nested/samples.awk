# SPDX-License-Identifier: GPL-2.0-only
# What bench/nested/exits.c counted, as rows of samples.csv. Reads what the guest wrote (its samples.csv, for the runs there were),
# then the marks and exits; wants -F '[ ,=]', runs, idle (seconds) and exits (the name of that file, for messages).
#
# The marks do not say whose they are. The first request comes first, then one more than "runs" of each scenario, of which the first
# is unrecorded, then the idle server. Its host does things of its own meanwhile, so the idle machine is busy with what the guest
# executes itself.
function fail(why) { print "nested: " exits ": " why >"/dev/stderr"; failed = 1; exit 1 }
function row(metric, unit, better, value) { printf "%s,%s,%s,%s,%d,%.3f\n", scenario, metric, unit, better, run, value }
# kind CODE DETAIL: the reasons of SVM that are told apart.
function kind(code, detail) {
	if (code == "60") return "interrupt"
	if (code == "64") return "window"
	if (code == "72") return "cpuid"
	if (code == "77") return "pause"
	if (code == "78") return "halt"
	if (code == "7b") return "port"
	if (code == "7c") return "msr"
	if (code == "400") return detail == "0" ? "memory" : "device"
	return "other"
}
BEGIN {
	nr_kinds = split("interrupt window halt msr port device memory cpuid pause other", kinds, " ")
}
# What the guest wrote: which runs there were.
FNR == NR {
	if ($2 == "requests" && $3 == "count") {
		if ($1 != last) { order[++nr] = $1; last = $1 }
		requests[$1, $5] = $6
	}
	next
}
$1 == "mark" { at = ++nr_marks; number[at] = $2; host[at] = $4 + $6; guest[at] = $8 + $10; next }
$1 == "exit" { times[at, kind($2, $3)] += $4; all[at] += $4; next }
# A scenario from one mark to another, per N of what.
function span(from, to, n, per,    i) {
	row("busy_insn" per, "insn", "lower", (scenario == "idle" ? 0 : host[to] - host[from]) / n + (guest[to] - guest[from]) / n)
	row("exits" per, "count", "lower", (all[to] - all[from]) / n)
	row("guest_insn" per, "insn", "none", (guest[to] - guest[from]) / n)
	row("host_insn" per, "insn", "none", (host[to] - host[from]) / n)
	for (i = 1; i <= nr_kinds; i++)
		row("exits_" kinds[i] per, "count", "none", (times[to, kinds[i]] - times[from, kinds[i]]) / n)
}
END {
	if (failed) exit 1
	for (i = 1; i <= nr_marks; i++) {
		if (number[i] == 4) start = i
		if (number[i] == 3) answered = i
		if (number[i] == 1) open = i
		if (number[i] == 2) { from[++nr_spans] = open; to[nr_spans] = i }
	}
	if (!start || !answered || nr_spans != 2 + nr * (runs + 1))
		fail("its marks are not those of " nr " scenarios with " runs " runs")
	for (i = 1; i <= nr; i++)
		for (run = 1; run <= runs; run++) {
			scenario = order[i]
			at = 1 + (i - 1) * (runs + 1) + run + 1
			span(from[at], to[at], requests[scenario, run], "_per_request")
		}
	run = 1
	scenario = "idle"; span(from[nr_spans], to[nr_spans], idle, "_per_second")
	scenario = "boot"; span(start, answered, 1, "")
}
