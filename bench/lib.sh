# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Sourced by the benchmarks. Needs scripts/lib.sh. First for those that leave statistics to 'tailor compare':
# folders of runs, and a short table of what it says of two of them.

# compare_json BASELINE ARM [OPTION]: exit 1 of compare says that something got worse, which is a finding. A sample is a boot;
# --by-run makes it a run, for what was measured in one boot.
compare_json() {
	local rc=0
	"$TAILOR_TOP/build/tailor" compare --format=json "${@:3}" "$1" "$2" || rc=$?
	((rc <= 1))
}

# print_table TITLE COLUMN METRICS: reads the comparison of two arms; a line a scenario and metric (those that
# the expression METRICS matches). What stands behind a blank in the name of a scenario has its own COLUMN.
# The last column is p of boots, corrected where 'tailor compare' corrects it. Runs of one boot are not independent, so they
# have none: "~" stands where they do not tell the arms apart, and what another boot shows is not known.
print_table() {
	printf '%s\n' "$1"
	jq -r --arg column "$2" --arg metrics "$3" '(.sample == "boot") as $boots | ["scenario", $column, "of", "\(.sample)s", .arms[0].name, "", .arms[1].name, "", "",
			if $boots then "p" else "" end],
		(.rows[] | select(.metric | test($metrics)) | (.scenario | split(" ")) as $name | .arms as [$a, $b]
		| [$name[0], $name[1] // "", (.metric | split("_")[0] | if . == "busy" then "guest" else . end), $b.n,
			$a.median, $a.spread_percent, $b.median, $b.spread_percent, $b.verdict,
			if $boots then $b.p_corrected_text // "" else "" end]) | @tsv' |
		awk -F'\t' '
			NR == 1 { printf "%-22s %-22s %-7s %5s %20s %20s %9s %8s %8s\n", $1, $2, $3, $4, $5, $7, "gain", "%", $10; next }
			# Requests failed, or there are no samples: no figure, and no gain of one.
			$5 == "" || $7 == "" { printf "%-22s %-22s %-7s %s\n", $1, $2, $3, $9; next }
			{
				gain = $5 - $7
				printf "%-22s %-22s %-7s %5d %12.1f ±%5.2f%% %12.1f ±%5.2f%% %9.1f %8s %8s\n", $1, $2, $3, $4, $5, $6, $7, $8, gain,
					$9 == "~" || $9 == "too few" ? $9 : sprintf("%.2f%%", 100 * gain / $5), $10
			}'
}

# For jq: gain_words says what an arm gains of its base in a scenario, as 'tailor plan --measured' shows it; the sample is that of
# the comparison. Only boots have a p.
# shellcheck disable=SC2016,SC2034
gain_words='
	def thousands: tostring | [while(. != ""; .[:-3]) | .[-3:]] | reverse | join(",");
	def gain_words($scenario; $base; $arm; $sample):
		def how_sure:
			if $sample == "run" then "\($arm.n) runs in one boot"
			else "n = \($arm.n) boots, p \(if $arm.p_corrected < 0.001 then "< 0.001" else "= \($arm.p_corrected * 1000 | round / 1000)" end)" end;
		if $arm.verdict == "too few" then "\($scenario): too few \($sample)s to tell (n = \($arm.n) \($sample)s)"
		elif $arm.verdict == "better" or $arm.verdict == "worse" then
			"\($scenario): \(($arm.median - $base.median) | round | if . < 0 then "-" + (-. | thousands) else "+" + thousands end) of \($base.median | round | thousands) instructions a request (\(how_sure))"
		elif $arm.verdict == "~" then "\($scenario): no difference (\(if $sample == "run" then how_sure else "n = \($arm.n) boots" end))"
		else "\($scenario): not measured (\($arm.verdict))" end;'

# Then for those that build kernels of an appliance's plan.

# make_plan APPLIANCE DIR SYMBOL...: the plan of what was profiled, without these symbols, in DIR. 'make appliance' left the profile in
# the folder $profiled, or where it does by itself.
make_plan() {
	local appliance=$1 dir=$2 app=${1##*/} profile keep=() trust
	shift 2
	profile=${profiled:-$(results_of "$app" 1)}/profile
	[[ -f $profile/facts ]] || die "there is no profile in $profile: run 'make appliance APP=$app' first"
	for symbol; do
		keep+=(--keep "$symbol")
	done
	trust=$(conf_values "$appliance" trust)
	[[ ! -f ${profile%/*}/coverage/symbols.csv ]] || keep+=(--coverage "${profile%/*}/coverage/symbols.csv")
	[[ ! -f ${profile%/*}/repairs ]] || keep+=(--repairs "${profile%/*}/repairs")
	keep+=(--kconfig "$("$TAILOR_TOP/scripts/kconfig-model")")
	mkdir -p -- "$(dirname -- "$dir")"
	"$TAILOR_TOP/build/tailor" plan --facts "$profile/facts" --trust "${trust:-shared}" --appliance "$app" --out "$dir" \
		"${keep[@]}" "$profile"/syscalls.*.log >/dev/null
}

# plan_patches APPLIANCE DIR: the options of the patches that the plan takes and could leave out; leaves it in DIR.
plan_patches() {
	make_plan "$1" "$2"
	jq -r '.decisions[] | select(.kind == "patch" and .action == "apply") | .name' "$2/plan.json" |
		grep -vxF -e TAILOR -f <(awk '/^Symbol:/ { symbol = $2 } /^Always: yes/ { print symbol }' "$TAILOR_TOP/patches/6.1/patches.rules")
}

# plan_kernel APPLIANCE DIR SYMBOL...: builds the kernel of make_plan, prints its folder.
plan_kernel() {
	make_plan "$@"
	"$TAILOR_TOP/scripts/build-kernel" "$2"
}

# plan_arms APPLIANCE DIR: "config=KERNEL" and "tailored=KERNEL", a line each: the plan's configuration without patches, and
# the whole plan; leaves both plans in DIR.
plan_arms() {
	local patches
	mapfile -t patches < <(plan_patches "$1" "$2/plan")
	printf 'config=%s\n' "$(plan_kernel "$1" "$2/config" "${patches[@]}")"
	printf 'tailored=%s\n' "$(plan_kernel "$1" "$2/tailored")"
}

# Last for those that make exact profiles: a guest whose instructions QEMU logs into bench/insn-profile.c.

# What the job of such a guest writes to its console before the run that is traced.
# shellcheck disable=SC2034
TRACED_RUN_STARTS='profile: the traced run starts'
traced_monitor='' traced_guest='' traced_log=''

# start_traced FOLDER MAP MARK COUNT SKIP COMMAND...: boots a guest by COMMAND (run-guest or xen-bed, without --out and --accel)
# and profiles COUNT calls of the function MARK after SKIP of them into FOLDER/folded; the guest runs on, logging.
start_traced() {
	local folder=$1 map=$2 mark=$3 count=$4 skip=$5 reader program
	shift 5
	program=$folder/insn-profile
	gcc -std=gnu11 -O2 -Wall -Wextra -o "$program" "$TAILOR_TOP"/bench/{insn-profile,stacks/tree}.c
	mkfifo "$folder/monitor.in" "$folder/monitor.out" "$folder/trace"
	: >"$folder/console.log"
	# QEMU opens its log when it starts, and a pipe opens when both ends do.
	timeout 900 "$program" "$map" "$mark" "$count" "$skip" <"$folder/trace" >"$folder/folded" &
	reader=$!
	traced_log=$folder/guest.log
	start_child "$@" --out "$folder" --accel icount --monitor "$folder/monitor" --trace "$folder/trace" >"$traced_log" 2>&1
	traced_guest=$!
	exec {traced_monitor}<>"$folder/monitor.in"
	await grep -qm1 "$TRACED_RUN_STARTS" < <(timeout 600 tail -n +1 --pid="$traced_guest" -f "$folder/console.log") ||
		die "the guest did not reach its workload: $(tail -qn1 "$folder/console.log" "$traced_log")"
	printf 'singlestep on\nlog exec,nochain\n' >&"$traced_monitor"
	wait "$reader" || die "no profile: is $mark entered $((count + skip)) times by that workload?"
}

# finish_traced: lets the guest run to its end at full speed, and returns its status.
finish_traced() {
	printf 'log none\nsinglestep off\n' >&"$traced_monitor"
	exec {traced_monitor}>&-
	traced_monitor=''
	wait "$traced_guest" || { local rc=$? && cat -- "$traced_log" >&2 && return "$rc"; }
}

# quit_traced: ends the guest at once if there is one, and with it whoever reads its trace; what it says of that is in its log.
quit_traced() {
	[[ -n $traced_monitor ]] || return 0
	printf 'quit\n' >&"$traced_monitor"
	exec {traced_monitor}>&-
	traced_monitor=''
	wait "$traced_guest" || [[ $? == 255 ]]
}
