# SPDX-License-Identifier: GPL-2.0-only
# The plot of scripts/sweep, an SVG: on the left replies and errors, on the right the response times, over the rate that was offered.
# Medians of the boots; the bars go from the smallest to the largest; a vertical line is the knee of an arm.
#
# usage: awk -F, -v title=TEXT -f median.awk -f plot.awk RATES.CSV KNEES.CSV
BEGIN {
	split("#6b7280 #d97706 #2563eb #059669 #be185d", colour, " ")
	width = 380; height = 300; top = 56; left[1] = 64; left[2] = 64 + width + 84
}
FNR == 1 { next }
FILENAME == ARGV[1] {
	if ($3 != "grid") next
	key = $1 " " $4
	if (!(key in seen)) { seen[key] = 1; rates[$1] = rates[$1] " " $4 }
	add(key " replies", $9); add(key " errors", $4 * $7 / $5); add(key " median", $10 / 1000); add(key " p99", $11 / 1000)
	if ($4 + 0 > most_rate) most_rate = $4 + 0
	if ($4 * $7 / $5 > most_replies) most_replies = $4 * $7 / $5
	if ($9 + 0 > most_replies) most_replies = $9 + 0
	for (c = 10; c <= 11; c++) {
		ms = $c / 1000
		if (ms > 0 && (!least_ms || ms < least_ms)) least_ms = ms
		if (ms > most_ms) most_ms = ms
	}
	next
}
{
	if (!($1 in is_arm)) { is_arm[$1] = 1; arms[++nr_arms] = $1 }
	add($1, $3)
}
function escaped(text) { gsub(/&/, "\\&amp;", text); gsub(/</, "\\&lt;", text); return text }
function text(x, y, anchor, what) { printf "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n", x, y, anchor, escaped(what) }
function line(x1, y1, x2, y2, style) { printf "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" %s/>\n", x1, y1, x2, y2, style }
function x_of(panel, rate) { return left[panel] + width * rate / most_rate }
function y_of(panel, value) {
	if (panel == 1) return top + height * (1 - value / (most_replies * 1.08))
	return top + height * (1 - (log(value) - log(low_ms)) / (log(high_ms) - log(low_ms)))
}
# A round step that gives about so many marks.
function step_of(most, marks,    s) {
	s = 10 ^ int(log(most / marks) / log(10))
	return most / s > 5 * marks ? 5 * s : most / s > 2 * marks ? 2 * s : s
}
function axes(panel, name,    v, s, low) {
	low = top + height
	printf "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"#9ca3af\"/>\n", left[panel], top, width, height
	s = step_of(most_rate, 6)
	for (v = 0; v <= most_rate; v += s) text(x_of(panel, v), low + 18, "middle", v)
	text(left[panel] + width / 2, low + 38, "middle", "connections offered a second")
	text(left[panel], top - 10, "start", name)
	if (panel == 1) {
		s = step_of(most_replies * 1.08, 6)
		for (v = 0; v <= most_replies * 1.08; v += s) mark_y(1, v, v)
	} else {
		for (v = low_ms; v <= high_ms * 1.001; v *= 10) mark_y(2, v, v)
	}
}
function mark_y(panel, value, name) {
	line(left[panel], y_of(panel, value), left[panel] + width, y_of(panel, value), "stroke=\"#e5e7eb\"")
	text(left[panel] - 6, y_of(panel, value) + 4, "end", name)
}
function curve(panel, arm, what, c, dash,    of, n, i, key, x) {
	n = split(rates[arm], of, " ")
	printf "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\"%s points=\"", c, dash
	for (i = 1; i <= n; i++)
		if (median(arm " " of[i] " " what) > 0)
			printf "%.1f,%.1f ", x_of(panel, of[i]), y_of(panel, median(arm " " of[i] " " what))
	print "\"/>"
	for (i = 1; i <= n; i++) {
		key = arm " " of[i] " " what
		if (least(key) <= 0) continue
		x = x_of(panel, of[i])
		line(x, y_of(panel, least(key)), x, y_of(panel, greatest(key)), "stroke=\"" c "\"")
		printf "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2.5\" fill=\"%s\"/>\n", x, y_of(panel, median(key)), c
	}
}
END {
	low_ms = 1000; high_ms = 0.001
	while (low_ms > least_ms) low_ms /= 10
	while (high_ms < most_ms) high_ms *= 10
	most_rate *= 1.02
	printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\" fill=\"#111827\">\n",
		left[2] + width + 24, top + height + 76
	print "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>"
	printf "<g font-size=\"14\">"; text(left[1], 22, "start", title); print "</g>"
	axes(1, "replies a second, and dashed the errors")
	axes(2, "response time, ms: p99, and dashed the median")
	line(x_of(1, 0), y_of(1, 0), x_of(1, most_replies), y_of(1, most_replies), "stroke=\"#9ca3af\" stroke-dasharray=\"2 3\"")
	for (a = 1; a <= nr_arms; a++) {
		c = colour[(a - 1) % 5 + 1]
		for (panel = 1; panel <= 2; panel++)
			line(x_of(panel, median(arms[a])), top, x_of(panel, median(arms[a])), top + height, "stroke=\"" c "\" stroke-dasharray=\"1 3\"")
		curve(1, arms[a], "replies", c, "")
		curve(1, arms[a], "errors", c, " stroke-dasharray=\"5 4\"")
		curve(2, arms[a], "p99", c, "")
		curve(2, arms[a], "median", c, " stroke-dasharray=\"5 4\"")
		printf "<g fill=\"%s\">", c
		text(left[1] + (a - 1) * 250, top + height + 62, "start", arms[a] ": knee at " median(arms[a]) " a second")
		print "</g>"
	}
	print "</svg>"
}
