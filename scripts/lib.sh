# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Sourced by every script here: where things are, how a step reports, what this machine can do.

set -euo pipefail

TAILOR_TOP=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
TAILOR_CACHE=${TAILOR_CACHE:-$HOME/.cache/tailor}
export TAILOR_TOP TAILOR_CACHE

die() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# A usage error is 2, as everywhere in the project.
die_usage() {
	printf '%s: %s (see --help)\n' "${0##*/}" "$*" >&2
	exit 2
}

# The comment block under a script's SPDX line is its --help text.
print_help() {
	awk 'NR > 2 && /^#/ { sub(/^# ?/, ""); print; next } NR > 2 { exit }' "$0"
}

# One line for a sub-step; progress belongs on standard error, results on standard output.
note() {
	printf '%s\n' "$*" >&2
}

# content_key PATH|WORD...: a short digest of names, modes and contents below PATHs, and of WORDs, for cache names. What has
# no slash is a word, so that the key is the same wherever the script is started.
content_key() {
	local path
	for path in "$@"; do
		if [[ $path != */* && $path != "$0" ]]; then
			printf 'text %s\n' "$path"
		elif [[ -d $path ]]; then
			(cd -- "$path" && find . \( -type f -o -type l \) -printf '%m %l %P\n' | LC_ALL=C sort &&
				find . -type f -print0 | LC_ALL=C sort -z | xargs -0r sha256sum)
		elif [[ -f $path ]]; then
			sha256sum <"$path"
		else
			printf 'text %s\n' "$path"
		fi
	done | sha256sum | cut -c1-16
}

# Writes standard input to FILE so that FILE is either old or complete. A link stays one, and who may read it as well.
write_atomically() {
	local file tmp
	file=$(realpath -m -- "$1") && tmp=$file.tmp.$$
	cat >"$tmp" && { [[ ! -e $file ]] || chmod --reference="$file" -- "$tmp"; } && mv -f -- "$tmp" "$file"
}

# ended_facts: "key: value" lines from standard input, between two by which tailor tells a file that
# was cut off.
ended_facts() {
	awk 'BEGIN { print "format: 2" } { print } END { print "facts_end: " NR + 1 }'
}

# ended_list: the same for "SYMBOL: text" lines with comments, which may have both already.
ended_list() {
	awk 'BEGIN { print "# format: 2" } /^# (format|end): / { next } { print } !/^[ \t]*(#|$)/ { n++ }
		END { print "# end: " n + 0 }'
}

# KVM needs the device and a CPU that has the extension: the node alone may be a leftover.
have_kvm() {
	[[ -r /dev/kvm && -w /dev/kvm ]] && grep -qwE 'vmx|svm' /proc/cpuinfo
}

# Hardware where there is some, else emulation that counts instructions.
default_accel() {
	if have_kvm; then
		echo kvm
	else
		echo icount
	fi
}

# tailor_tool: the path of the tool; it is built first where it is missing.
tailor_tool() {
	[[ -x $TAILOR_TOP/build/tailor ]] || make -C "$TAILOR_TOP" --no-print-directory tool >&2 ||
		die "build/tailor is missing and does not build: run 'make tool' in $TAILOR_TOP"
	printf '%s\n' "$TAILOR_TOP/build/tailor"
}

# ---- what a script starts ends before the script does, whatever ends the script

# start_time PID: field 22 of its stat, as $REPLY; a number may be given to another process, with another start.
start_time() {
	local line fields
	{ read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
	read -ra fields <<<"${line##*) }"
	[[ ${fields[0]} != [ZX] ]] && REPLY=${fields[19]}
}

is_running() {
	start_time "$1"
}

# parent_make: "PID:START PID:START " of the make above, and of the shells between.
parent_make() {
	local pid=$PPID line fields chain=''
	while ((pid > 1)) && { read -r line <"/proc/$pid/stat"; } 2>/dev/null; do
		read -ra fields <<<"${line##*) }"
		chain+="$pid:${fields[19]} "
		[[ $line != "$pid (make) "* ]] || { printf '%s' "$chain" && return; }
		pid=${fields[1]}
	done
}

# Whom this script runs for: a guest ends with the first of them, be it killed (scripts/leash.c).
for tailor_run in ${TAILOR_RUNS-}; do
	{ start_time "${tailor_run%:*}" && [[ $REPLY == "${tailor_run#*:}" ]]; } || die "the script that this one runs for has ended"
done
[[ -n ${TAILOR_RUNS-} || -z ${MAKELEVEL-} ]] || TAILOR_RUNS=$(parent_make)
start_time $$ || die "/proc is not mounted"
export TAILOR_RUNS="${TAILOR_RUNS:+${TAILOR_RUNS% } }$$:$REPLY"

tailor_at_exit=()

# at_exit COMMAND: what is left to do when this script ends, by a signal, too; the last one comes first.
at_exit() {
	tailor_at_exit=("$1" "${tailor_at_exit[@]}")
}

# remove_at_exit PATH...
remove_at_exit() {
	at_exit "rm -rf -- ${*@Q}"
}

# list_descendants: the processes below this script, as $descendants; it makes none itself.
list_descendants() {
	local stat line fields pid
	local -A children=()
	descendants=()
	if [[ -e /proc/$$/task/$$/children ]]; then
		read -r line <"/proc/$$/task/$$/children" || [[ -n $line ]] || return 0
	fi
	for stat in /proc/[0-9]*/stat; do
		{ read -r line <"$stat"; } 2>/dev/null || continue
		read -ra fields <<<"${line##*) }"
		[[ ${fields[0]} == [ZX] ]] || children[${fields[1]}]+=" ${line%% *}"
	done
	local queue=("$$")
	while ((${#queue[@]})); do
		pid=${queue[0]} queue=("${queue[@]:1}")
		for pid in ${children[$pid]-}; do
			descendants+=("$pid") queue+=("$pid")
		done
	done
}

# end_children: asks all that this script started to end, waits for it, and kills what does not end.
end_children() {
	local descendants until=$((SECONDS + 10)) left pid
	list_descendants
	left=("${descendants[@]}")
	((${#left[@]})) || return 0
	# Some may have ended by themselves.
	kill -- "${left[@]}" 2>/dev/null || [[ $? == 1 ]]
	while ((${#left[@]})); do
		descendants=("${left[@]}") left=()
		for pid in "${descendants[@]}"; do
			! is_running "$pid" || left+=("$pid")
		done
		if ((SECONDS > until && ${#left[@]})); then
			kill -KILL -- "${left[@]}" 2>/dev/null || [[ $? == 1 ]]
		fi
		((!${#left[@]})) || sleep 0.02
	done
}

tailor_on_exit() {
	local command
	# What is left takes moments, and half of it would be worse than none.
	trap '' INT TERM HUP
	end_children
	for command in "${tailor_at_exit[@]}"; do
		eval "$command" || note "${0##*/}: cannot clean up: $command"
	done
}
trap tailor_on_exit EXIT

# start_child COMMAND...: in the background, as $!, with this input; programs heed SIGINT there, which functions cannot.
start_child() {
	if [[ $(type -t "$1") == file ]]; then
		env --default-signal=INT,QUIT -- "$@" <&0 &
	else
		"$@" <&0 &
	fi
}

# await COMMAND...: what takes long; a signal to this script alone ends both at once, while bash would not look at SIGINT
# before a program in its foreground has ended.
await() {
	start_child "$@"
	wait "$!"
}

# leash_tool: the path of scripts/leash.c, built.
leash_tool() {
	local source=$TAILOR_TOP/scripts/leash.c tool
	tool=$TAILOR_CACHE/leash-$(content_key "$source" "$(gcc --version | head -n1)")
	if [[ ! -x $tool ]]; then
		mkdir -p -- "$TAILOR_CACHE"
		gcc -std=gnu11 -D_GNU_SOURCE -O2 -Wall -Wextra -o "$tool.tmp.$BASHPID" "$source" ||
			die "scripts/leash.c does not build: run scripts/install-deps"
		mv -fT -- "$tool.tmp.$BASHPID" "$tool"
	fi
	printf '%s\n' "$tool"
}

# check_seconds OPTION VALUE: a number of seconds, with no more digits than leash takes.
check_seconds() {
	[[ $2 =~ ^[1-9][0-9]{0,8}$ ]] || die_usage "$1 $2 is no number of seconds"
}

# on_leash SECONDS COMMAND...: runs a guest. It outlives neither this script nor one that this runs for, be they killed.
# Exit: that of the command, 124 when the time was over.
on_leash() {
	local seconds=$1 leash run watched=()
	shift
	check_seconds --timeout "$seconds"
	leash=$(leash_tool) || return
	for run in $TAILOR_RUNS; do
		watched+=(-w "$run")
	done
	"$leash" -t "$seconds" "${watched[@]}" -- "$@" &
	wait "$!"
}

# ---- the cache, which several runs share

# A run holds the cache that it found something in, and so do those that it starts: scripts/cache removes nothing meanwhile.
if [[ ${1-} != --help && ${TAILOR_CACHE_HELD-} != "$TAILOR_CACHE" ]] &&
	mkdir -p -- "$TAILOR_CACHE/locks" 2>/dev/null && touch -- "$TAILOR_CACHE/locks/users" 2>/dev/null; then
	exec {tailor_cache_fd}>"$TAILOR_CACHE/locks/users"
	flock -sn "$tailor_cache_fd" || { note "waiting until scripts/cache has trimmed the cache" && flock -s "$tailor_cache_fd"; }
	export TAILOR_CACHE_HELD=$TAILOR_CACHE
fi

# lock_cached PATH: from now on nobody else makes this part of the cache, until this script or subshell ends.
lock_cached() {
	local fd name=${1##*/}
	mkdir -p -- "$TAILOR_CACHE/locks"
	exec {fd}>"$TAILOR_CACHE/locks/$name"
	flock -n "$fd" && return
	note "  waiting for another run that makes $name"
	await flock "$fd"
}

# publish_dir TMP DIR: makes TMP the folder DIR in one step. Where another run was faster, its folder stays: it is the same.
publish_dir() {
	mv -T -- "$1" "$2" 2>/dev/null && return
	[[ -d $2 ]] || die "cannot make $2: is the disk full, or is there something else?"
	rm -rf -- "$1"
}

# replace_dir TMP DIR: the same, but TMP is newer than what another run made.
replace_dir() {
	local old=$2.old.$BASHPID
	[[ ! -d $2 ]] || mv -T -- "$2" "$old" || die "cannot replace $2"
	publish_dir "$1" "$2"
	rm -rf -- "$old"
}

# Who waits says so to whoever started the script, not into the output of a compiler that somebody looks at.
exec {tailor_stderr}>&2

# compile_alone COMMAND...: compiles a kernel. One at a time on this machine: it takes all CPUs.
compile_alone() {
	local fd rc=0
	if [[ -n ${TAILOR_COMPILES-} ]]; then
		"$@"
		return
	fi
	mkdir -p -- "$TAILOR_CACHE/locks"
	exec {fd}>"$TAILOR_CACHE/locks/compile"
	flock -n "$fd" || { note "  waiting until another kernel is compiled" 2>&"$tailor_stderr" && await flock "$fd"; }
	TAILOR_COMPILES=1 "$@" || rc=$?
	exec {fd}>&-
	return "$rc"
}

# ---- folders that the user names

# no_options NAME...: variables with paths; one that begins with "-" would be an option to the programs that it goes to.
no_options() {
	local name
	for name; do
		[[ ${!name} != -* ]] || printf -v "$name" './%s' "${!name}"
	done
}

# empty_dir DIR NAME...: for results of this script, from which old ones are removed. A folder that holds anything but NAMEs
# (patterns) is somebody else's, and stays as it is.
empty_dir() {
	local dir=$1 path name
	shift
	no_options dir
	if [[ ! -e $dir && ! -L $dir ]]; then
		mkdir -p -- "$dir"
		return
	fi
	[[ -d $dir ]] || die_usage "$dir is no folder: move it away or give another --out"
	while IFS= read -r -d '' path; do
		for name; do
			# shellcheck disable=SC2053 # a pattern
			[[ ${path##*/} != $name ]] || continue 2
		done
		die_usage "$dir holds '${path##*/}', which ${0##*/} did not make: nothing is removed; move it away or give another --out"
	done < <(find "$dir/" -mindepth 1 -maxdepth 1 -print0)
	find "$dir/" -mindepth 1 -delete
}

# What a run of a guest leaves in its folder, whatever the guest wrote.
# shellcheck disable=SC2034 # of those who source this
guest_files=(console.log qemu.log guest.facts dmesg.txt .guest '.unpack.*')

# empty_guest_dir DIR: the same as empty_dir for a guest whose job may write anything: then it holds what QEMU said.
empty_guest_dir() {
	[[ ! -d $1 || -f $1/qemu.log ]] || empty_dir "$1"
	empty_dir "$1" '*' '.*'
}

# check_arm ARM: it is NAME=KERNEL, and NAME can be that of a folder.
check_arm() {
	[[ $1 == *=* && ${1%%=*} =~ ^[A-Za-z0-9_][A-Za-z0-9_.+,-]*$ ]] ||
		die_usage "--arm $1: want NAME=FOLDER, with a NAME of letters, digits and _ . + , -"
	[[ -f ${1#*=}/vmlinuz ]] || die "--arm $1: want NAME=FOLDER with a vmlinuz"
}

# unpack_guest_tar TAR DIR KEPT...: what a guest wrote, in DIR; fails when the archive has no end. A guest is not trusted: only
# plain files and folders come out, they belong to whoever runs this, and nothing lands outside of DIR or replaces the files KEPT.
unpack_guest_tar() {
	local tar=$1 dir=$2 fresh rc=0 name left_out
	shift 2
	# Nothing of an earlier guest is there that this one could write through.
	fresh=$(mktemp -d -- "$dir/.unpack.XXXXXX")
	tar -C "$fresh" --no-same-owner --no-same-permissions -xf "$tar" 2>/dev/null || rc=1
	# One after the other, so that find may enter what it has just opened.
	find "$fresh" -mindepth 1 -type d -exec chmod u+rwx,go+rx,a-st -- {} \;
	find "$fresh" -type f -exec chmod u+rw,go+r,a-st -- {} +
	left_out=$(find "$fresh" -mindepth 1 ! -type f ! -type d -printf '%P ' -delete)
	for name; do
		[[ ! -e $fresh/$name ]] || { rm -rf -- "${fresh:?}/$name" && left_out+="$name "; }
	done
	[[ -z $left_out ]] || note "${0##*/}: left out of what the guest wrote: $(tr -cd '[:print:]' <<<"$left_out" | cut -c1-200)"
	find "$fresh" -mindepth 1 -maxdepth 1 -exec cp -al --remove-destination -t "$dir" -- {} + || rc=1
	rm -rf -- "$fresh"
	return "$rc"
}

# guest_status FILE: the exit status that the guest wrote there; fails when that is none.
guest_status() {
	[[ -f $1 && $(head -c 16 -- "$1") =~ ^(0|[1-9][0-9]?[0-9]?)$ ]] && printf '%s\n' "${BASH_REMATCH[1]}"
}

# run_step NAME LOG COMMAND...: says what runs and how it ended; the command's output goes to LOG.
# On a terminal the elapsed time and the last line of the log are shown while it runs.
run_step() {
	local name=$1 log=$2 start=$SECONDS pid rc=0 width
	shift 2
	mkdir -p -- "$(dirname -- "$log")"
	if [[ -t 2 ]]; then
		start_child "$@" >"$log" 2>&1
		pid=$!
		while is_running "$pid"; do
			width=$(($(tput cols 2>/dev/null || echo 80) - 1))
			printf '\r\033[K%.*s' "$width" "  ... $name $((SECONDS - start))s  $(tail -n1 -- "$log" | tr -cd '[:print:]')" >&2
			sleep 1
		done
		wait "$pid" || rc=$?
		printf '\r\033[K' >&2
	else
		await "$@" >"$log" 2>&1 || rc=$?
	fi
	if ((rc != 0)); then
		printf '  FAIL %s after %ds (exit %d)\n' "$name" $((SECONDS - start)) "$rc" >&2
		printf '  the last lines of %s:\n' "$log" >&2
		tail -n 15 -- "$log" | sed 's/^/    | /' >&2
		return "$rc"
	fi
	printf '  ok   %s (%ds)\n' "$name" $((SECONDS - start)) >&2
}

# appliance_dir NAME|DIR: the absolute folder of an appliance, whatever is in it.
appliance_dir() {
	local dir=$1
	[[ $dir == */* ]] || dir=$TAILOR_TOP/bench/appliances/$dir
	if [[ ! -d $dir ]]; then
		[[ $1 == */* || ! -d $1 ]] || die "bench/appliances has no '$1': for the folder here write ./$1"
		die "there is no folder $dir; in bench/appliances are: $(cd -- "$TAILOR_TOP/bench/appliances" && printf '%s ' */)"
	fi
	(cd -- "$dir" && pwd)
}

# faultless_appliance NAME|DIR: the same, for an appliance that has no fault; before anything is built for it.
faultless_appliance() {
	local dir
	dir=$(appliance_dir "$1") || return
	"$TAILOR_TOP/scripts/check-appliance" --quiet "$dir" >&2 ||
		die "the appliance $dir has the faults above; bench/appliances/README.md says what belongs in it"
	printf '%s\n' "$dir"
}

# find_appliance NAME|DIR: such a one that our own first process starts.
find_appliance() {
	local dir
	dir=$(faultless_appliance "$1") || return
	[[ -z $(conf_values "$dir" system) ]] ||
		die "$dir is a whole system: scripts/life, scripts/try-system and scripts/measure-system take it (bench/system/README.md)"
	printf '%s\n' "$dir"
}

# find_system NAME|DIR: such a one that is a whole system.
find_system() {
	local dir
	dir=$(faultless_appliance "$1") || return
	[[ -n $(conf_values "$dir" system) ]] || die "$dir is no whole system: its appliance.conf has no 'system: debian' (bench/system/README.md)"
	printf '%s\n' "$dir"
}

# results_of NAME VCPUS: where 'make appliance' leaves what it found out.
results_of() {
	printf '%s/out/%s%s\n' "$TAILOR_TOP" "$1" "$( (($2 == 1)) || echo "-$2cpu")"
}

# record_coverage APPLIANCE DIR VCPUS: which code of the stock kernel runs, and in DIR/symbols.csv which symbols it needs.
record_coverage() {
	local tree
	tree=$("$TAILOR_TOP/scripts/kernel-tree") && "$TAILOR_TOP/scripts/coverage" "$1" --out "$2" --vcpus "$3" || return
	"$TAILOR_TOP/build/tailor" cover --tree "$tree" --kconfig "$("$TAILOR_TOP/scripts/kconfig-model" --tree "$tree")" --config "$2/config" \
		--format=csv --output "$2/symbols.csv" "$2/coverage.cov"
}

# mark_of NAME: scenario, function, requests and those to skip of an appliance's line in bench/marks; exit 1 without one.
mark_of() {
	awk -v name="$1" '$1 == name { print $2, $3, $4, $5; found = 1 } END { exit !found }' "$TAILOR_TOP/bench/marks"
}

# conf_values DIR KEY: the values of KEY in the appliance's appliance.conf, one a line.
conf_values() {
	sed -n "s/^$2:[[:space:]]*//p" "$1/appliance.conf"
}

# check_count OPTION VALUE: how often something is done.
check_count() {
	[[ $2 =~ ^[1-9][0-9]{0,3}$ ]] || die_usage "$1 $2: want a number from 1 to 9999"
}

# check_vcpus N: a number of CPUs of a guest.
check_vcpus() {
	[[ $1 =~ ^[1-9][0-9]?$ ]] || die_usage "--vcpus $1 is no number of CPUs"
}

# several_vcpus N ACCEL: in $vcpus_options, what scripts/run-guest takes for a guest of N CPUs; the emulator in $vcpus_qemu.
several_vcpus() {
	vcpus_options=(--vcpus "$1") vcpus_qemu=qemu-system-x86_64
	[[ $2 == icount* && $1 != 1 ]] || return 0
	vcpus_qemu=$("$TAILOR_TOP/scripts/backports-qemu")/qemu
	vcpus_options+=(--qemu "$vcpus_qemu")
}

# check_bed APPLIANCE BED ACCEL: whether there can be such a measurement.
check_bed() {
	[[ $2 == @(loopback|card) ]] || die_usage "--bed $2: want loopback or card"
	[[ $2 == card ]] || return 0
	[[ ${3:-icount} == icount ]] || die_usage "--accel $3: the bed 'card' is on the counting clock (icount)"
	[[ $(conf_values "$1" client) == outside ]] ||
		die "$1/appliance.conf does not say 'client: outside': its workload has no client that could be elsewhere"
}

# ---- what a kernel lost

# lost_clocks STOCK TRIED CONFIG: of two files of bench/try-job, what the tried kernel takes time by and wakes up by that is worse
# than stock's, a line each, unless its own configuration leaves it out.
lost_clocks() {
	awk -v config="$3" '
		FILENAME == ARGV[1] { stock[$1] = $2; next }
		{ tried[$1] = $2 }
		END {
			while ((getline line <config) > 0)
				if (line ~ /^CONFIG_[A-Z0-9_]+=y$/) on[substr(line, 8, length(line) - 9)] = 1
			if (stock["hres"] == 1 && tried["hres"] != 1 && on["HIGH_RES_TIMERS"])
				print "high-resolution timers are configured and not active"
			if (stock["nohz"] == 1 && tried["nohz"] != 1 && on["NO_HZ_COMMON"])
				print "an idle CPU ticks, though NO_HZ is configured"
			if (stock["timer"] ~ /lapic|xen|hyperv/ && tried["timer"] !~ /lapic|xen|hyperv/)
				print "the local timer of a CPU is lost: " stock["timer"] " became " tried["timer"]
			if (stock["source"] ~ /tsc|kvm-clock|xen|hyperv/ && tried["source"] !~ /tsc|kvm-clock|xen|hyperv/)
				print "the clock is read from a device: " stock["source"] " became " tried["source"]
		}' "$1" "$2"
}
