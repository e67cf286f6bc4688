# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Completion of tailor's command line. Commands, options and formats are asked of the program, so
# they are those of the version installed.

# Commands, from "tailor --help".
_tailor_commands() {
	"$1" --help 2>/dev/null | awk '/^Commands:/ { list = 1; next } !NF { list = 0 } list { print $1 }'
}

# Options of a command, from its --help; those with a value end in "=".
_tailor_options() {
	"$1" "$2" --help 2>/dev/null | awk '/^Options:/ { list = 1; next } list {
		for (i = 1; i <= 2; i++)
			if ($i ~ /^--/) {
				sub(/=.*/, "=", $i)
				print $i
			}
	}'
}

_tailor_formats() {
	"$1" "$2" --help 2>/dev/null | sed -n 's/^.* --format=.*: //p' | tr -d ','
}

_tailor() {
	local program=${COMP_WORDS[0]} command=${COMP_WORDS[1]-} word=${COMP_WORDS[COMP_CWORD]} before=
	COMPREPLY=()
	((COMP_CWORD < 2)) || before=${COMP_WORDS[COMP_CWORD - 1]}
	if ((COMP_CWORD == 1)); then
		mapfile -t COMPREPLY < <(compgen -W "$(_tailor_commands "$program") help --help --version" -- "$word")
		return
	fi
	# bash takes --format=x for three words.
	if [[ $before == --format || $before == -f || ($before == = && ${COMP_WORDS[COMP_CWORD - 2]} == --format) ]]; then
		[[ $word == = ]] && word=
		mapfile -t COMPREPLY < <(compgen -W "$(_tailor_formats "$program" "$command")" -- "$word")
	elif [[ $word == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_tailor_options "$program" "$command")" -- "$word")
		[[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace 2>/dev/null
	elif [[ $command == help ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_tailor_commands "$program")" -- "$word")
	else
		mapfile -t COMPREPLY < <(compgen -f -- "${word#=}")
	fi
}

complete -o filenames -F _tailor tailor
