# SPDX-License-Identifier: GPL-2.0-only
# "file:line symbol item" for each comma-separated item of the fields in names (blanks between them),
# from rule files: awk -v names="Used-by Source" -f kconfig/fields.awk kconfig/*.rules
function flush(    i, n, item) {
	n = split(value, item, /, */)
	for (i = 1; i <= n; i++)
		if (item[i] != "")
			print at, symbol, item[i]
	value = ""
}
BEGIN { n = split(names, w, " "); for (i = 1; i <= n; i++) want[w[i]] = 1 }
/^#/ { next }
/^[ \t]/ { if (value != "") { sub(/^[ \t]+/, ""); value = value " " $0 } next }
{ flush() }
/^Symbol:/ { symbol = $2 }
{
	key = $0
	sub(/:.*/, "", key)
	if (key in want) {
		value = $0
		sub(/^[^:]*: */, "", value)
		at = FILENAME ":" FNR
	}
}
END { flush() }
