# SPDX-License-Identifier: GPL-2.0-only
# The work of scripts/check-config; variables fragment, config, tree, verbose.

# ---- Kconfig files: for each symbol its dependencies, what selects it, whether it has a prompt

function trim(s) {
	sub(/^[ \t]+/, "", s)
	sub(/[ \t]+$/, "", s)
	return s
}

function and(a, b) {
	if (a == "")
		return b
	if (b == "")
		return a
	return a " && " (b ~ /\|\|/ && b !~ /^\([^()]*\)$/ ? "(" b ")" : b)
}

# The conditions of the menus and ifs around the current line.
function around(    i, s) {
	s = ""
	for (i = 1; i <= depth; i++)
		s = and(s, block[i])
	return s
}

# A symbol may be defined in several places: any of them will do.
function end_entry(    d) {
	if (entry == "")
		return
	d = and(entry_around, entry_depends)
	if (!(entry in defined) || d == "")
		depends[entry] = d
	else if (depends[entry] != "")
		depends[entry] = "(" depends[entry] ") || (" d ")"
	defined[entry] = entry_where
	if (entry_prompt)
		prompt[entry] = 1
	if (entry_choice)
		choice[entry] = entry_choice
	entry = ""
}

function split_if(s,    i) {
	condition = ""
	i = match(s, /[ \t]if[ \t(]/)
	if (i) {
		condition = trim(substr(s, i + 3))
		s = substr(s, 1, i - 1)
	}
	return trim(s)
}

function statement(word, rest, where,    s) {
	if (word == "config" || word == "menuconfig") {
		end_entry()
		entry = rest
		entry_where = where
		entry_around = around()
		entry_depends = ""
		entry_prompt = 0
		entry_choice = in_choice
		in_menu = 0
	} else if (word == "choice") {
		end_entry()
		in_choice = ++choices
		block[++depth] = ""
		in_menu = depth
	} else if (word == "menu") {
		end_entry()
		block[++depth] = ""
		in_menu = depth
	} else if (word == "if") {
		end_entry()
		block[++depth] = rest ~ /\|\|/ ? "(" rest ")" : rest
		in_menu = 0
	} else if (word == "endchoice" || word == "endmenu" || word == "endif") {
		end_entry()
		if (word == "endchoice")
			in_choice = 0
		depth--
		in_menu = 0
	} else if (word == "comment" || word == "mainmenu") {
		end_entry()
		in_menu = 0
	} else if (word == "depends") {
		sub(/^on[ \t]+/, "", rest)
		rest = rest ~ /\|\|/ ? "(" rest ")" : rest
		if (entry != "")
			entry_depends = and(entry_depends, rest)
		else if (in_menu)
			block[in_menu] = and(block[in_menu], rest)
	} else if (word == "select" && entry != "") {
		s = split_if(rest)
		selectors[s] = selectors[s] " " entry
		if (condition != "")
			select_if[s, entry] = condition
	} else if (word ~ /^(bool|tristate|int|hex|string|prompt)$/ && entry != "") {
		if (rest ~ /^["']/)
			entry_prompt = 1
	} else if (word ~ /^def_(bool|tristate)$/ || word == "default" || word == "imply" ||
		   word == "range" || word == "option" || word == "modules" || word == "visible" ||
		   word == "optional") {
		return
	} else {
		return
	}
}

function read_kconfig(path,    line, nr, help, indent, word, rest, next_line) {
	help = 0
	nr = 0
	while ((getline line < (tree "/" path)) > 0) {
		nr++
		if (line ~ /^[ \t]*$/)
			continue
		# the text of a help ends at the first line that is not indented further
		match(line, /^[ \t]*/)
		next_line = substr(line, 1, RLENGTH)
		gsub(/\t/, "        ", next_line)
		indent = length(next_line)
		if (help && (help_indent < 0 || indent >= help_indent)) {
			if (help_indent < 0 && indent == 0)
				help = 0
			else {
				if (help_indent < 0)
					help_indent = indent
				continue
			}
		}
		help = 0
		while (line ~ /\\$/ && (getline next_line < (tree "/" path)) > 0) {
			nr++
			sub(/\\$/, "", line)
			line = line " " trim(next_line)
		}
		sub(/[ \t]#.*$/, "", line)
		line = trim(line)
		if (line ~ /^#/ || line == "")
			continue
		word = line
		sub(/[ \t].*$/, "", word)
		rest = trim(substr(line, length(word) + 1))
		if (word ~ /^(---)?help(---)?$/) {
			help = 1
			help_indent = -1
		} else if (word == "source") {
			end_entry()
			gsub(/"/, "", rest)
			gsub(/\$\(SRCARCH\)|\$SRCARCH/, "x86", rest)
			gsub(/\$\(HEADER_ARCH\)/, "x86", rest)
			if (rest !~ /\$/)
				read_kconfig(rest)
		} else {
			statement(word, rest, path ":" nr)
		}
	}
	close(tree "/" path)
	end_entry()
}

# ---- configurations

function value_of(symbol) {
	return symbol in actual ? actual[symbol] : "n"
}

function read_config(path,    line, i) {
	while ((getline line < path) > 0)
		if (line ~ /^CONFIG_[A-Za-z0-9_]+=/) {
			i = index(line, "=")
			actual[substr(line, 8, i - 8)] = substr(line, i + 1)
		}
	close(path)
}

# The symbols in an expression with their values.
function values_in(expr,    out, seen, s) {
	out = ""
	gsub(/"[^"]*"/, "", expr)
	while (match(expr, /[A-Z0-9_a-z]+/)) {
		s = substr(expr, RSTART, RLENGTH)
		expr = substr(expr, RSTART + RLENGTH)
		if (s ~ /^[ynm]$/ || s in seen || s ~ /^[0-9]+$/)
			continue
		seen[s] = 1
		out = out (out == "" ? "" : ", ") s "=" value_of(s)
	}
	return out
}

# Without parentheses around all of it.
function bare(expr,    i, c, level) {
	expr = trim(expr)
	while (expr ~ /^\(.*\)$/) {
		level = 0
		for (i = 1; i < length(expr); i++) {
			c = substr(expr, i, 1)
			level += (c == "(") - (c == ")")
			if (!level)
				break
		}
		if (i < length(expr))
			break
		expr = trim(substr(expr, 2, length(expr) - 2))
	}
	return expr
}

# Evaluates what has no comparison in it; -1: cannot tell. m counts as on.
function holds(expr,    i, left, right) {
	expr = bare(expr)
	i = top_level(expr, "||")
	if (i) {
		left = holds(substr(expr, 1, i - 1))
		right = holds(substr(expr, i + 2))
		return left == 1 || right == 1 ? 1 : (left < 0 || right < 0 ? -1 : 0)
	}
	i = top_level(expr, "&&")
	if (i) {
		left = holds(substr(expr, 1, i - 1))
		right = holds(substr(expr, i + 2))
		return left == 0 || right == 0 ? 0 : (left < 0 || right < 0 ? -1 : 1)
	}
	if (expr ~ /^![ \t]*[^=]/) {
		left = holds(substr(expr, 2))
		return left < 0 ? -1 : 1 - left
	}
	if (expr ~ /^[A-Za-z0-9_]+[ \t]*!?=[ \t]*[ymn]$/) {
		left = expr
		sub(/[ \t]*!?=.*$/, "", left)
		right = substr(expr, length(expr))
		return (value_of(left) == right) == (expr !~ /!=/)
	}
	if (expr ~ /^[A-Za-z0-9_]+$/)
		return expr == "y" || (expr != "n" && value_of(expr) != "n")
	return -1
}

function top_level(expr, op,    i, c, level) {
	level = 0
	for (i = 1; i < length(expr); i++) {
		c = substr(expr, i, 1)
		level += (c == "(") - (c == ")")
		if (!level && substr(expr, i, 2) == op)
			return i
	}
	return 0
}

# The parts of a conjunction that do not hold, or all of it when that cannot be told.
function unmet(expr,    i, part, rest, out) {
	out = ""
	expr = bare(expr)
	rest = expr
	while (rest != "") {
		i = top_level(rest, "||") ? 0 : top_level(rest, "&&")
		part = i ? trim(substr(rest, 1, i - 1)) : trim(rest)
		rest = i ? substr(rest, i + 2) : ""
		if (holds(part) != 1)
			out = out (out == "" ? "" : " && ") part
	}
	return out == "" ? expr : out
}

function forced_by(symbol,    n, s, i, out) {
	out = ""
	n = split(selectors[symbol], s, " ")
	for (i = 1; i <= n; i++)
		if (value_of(s[i]) != "n" &&
		    (!((symbol, s[i]) in select_if) || holds(select_if[symbol, s[i]]) != 0))
			out = out (out == "" ? "" : ", ") s[i]
	return out
}

function why(symbol, asked, got,    s) {
	if (!(symbol in defined))
		return "unknown symbol: no Kconfig file of the tree defines it"
	if (asked == "n") {
		s = forced_by(symbol)
		if (s != "")
			return "forced: selected by " s
		if (!(symbol in prompt))
			return "forced: on by its own default, it has no prompt (" defined[symbol] ")"
		return "forced: the prompt is hidden, so its default holds (" defined[symbol] ")"
	}
	if (depends[symbol] != "" && holds(depends[symbol]) != 1) {
		s = unmet(depends[symbol])
		return "unmet dependency: " s " (" values_in(s) ")"
	}
	if (symbol in choice) {
		for (s in choice)
			if (choice[s] == choice[symbol] && s != symbol && value_of(s) == "y")
				return "other choice: " s "=y"
	}
	if (!(symbol in prompt))
		return "no prompt: only selects and its default set it (" defined[symbol] ")"
	return "not taken over (" defined[symbol] ")"
}

function check(nr, symbol, asked, is_optional,    got, verdict) {
	got = value_of(symbol)
	if (last[symbol] != nr && asked_in[last[symbol]] != asked)
		verdict = "overridden: line " last[symbol] " sets it to " asked_in[last[symbol]]
	else if (got == asked)
		verdict = "match"
	else
		verdict = why(symbol, asked, got)
	total++
	count[verdict ~ /^match/ ? "match" : (is_optional ? "optional" : "failed")]++
	if (verdict == "match" && !verbose)
		return
	printf "%s:%d: CONFIG_%s: asked for %s, got %s: %s%s\n", fragment, nr, symbol, asked, got, verdict,
		(is_optional && verdict != "match" ? " (optional)" : "")
}

BEGIN {
	read_kconfig("Kconfig")
	read_config(config)
	while ((getline line < fragment) > 0) {
		nr++
		below_optional = previous ~ /^#[ \t]*optional/
		previous = line
		is_optional = line ~ /[^#].*#[ \t]*optional/ || below_optional
		setting = line
		if (setting ~ /^CONFIG_[A-Za-z0-9_]+=/) {
			sub(/[ \t]+#.*$/, "", setting)
			i = index(setting, "=")
			symbol = substr(setting, 8, i - 8)
			asked = substr(setting, i + 1)
		} else if (setting ~ /^# CONFIG_[A-Za-z0-9_]+ is not set/) {
			symbol = setting
			sub(/^# CONFIG_/, "", symbol)
			sub(/ is not set.*$/, "", symbol)
			asked = "n"
		} else {
			continue
		}
		lines[++nr_lines] = nr
		symbol_in[nr] = symbol
		asked_in[nr] = asked
		optional_in[nr] = is_optional
		last[symbol] = nr
	}
	for (i = 1; i <= nr_lines; i++)
		check(lines[i], symbol_in[lines[i]], asked_in[lines[i]], optional_in[lines[i]])
	printf "%d settings: %d match, %d do not, %d optional ones do not\n", total, count["match"],
		count["failed"], count["optional"]
	exit count["failed"] > 0
}
