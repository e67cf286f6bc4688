# SPDX-License-Identifier: GPL-2.0-only
# Medians of what was added under a name; the smaller of two in the middle, so that each is a value that was seen.
function add(name, value) { values[name, ++count[name]] = value + 0 }
function order(name,    i, j, v) {
	if (ordered[name]++) return
	for (i = 2; i <= count[name]; i++) {
		v = values[name, i]
		for (j = i - 1; j > 0 && values[name, j] > v; j--) values[name, j + 1] = values[name, j]
		values[name, j + 1] = v
	}
}
function median(name) { order(name); return values[name, int((count[name] + 1) / 2)] }
function least(name) { order(name); return values[name, 1] }
function greatest(name) { order(name); return values[name, count[name]] }
# "MEDIAN [SMALLEST..LARGEST]", or the one value that all are.
function cell(name, form) {
	if (sprintf(form, least(name)) == sprintf(form, greatest(name))) return sprintf(form, median(name))
	return sprintf(form " [" form ".." form "]", median(name), least(name), greatest(name))
}
