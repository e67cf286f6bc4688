# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Sourced by run, by the other suites that boot a trial kernel and by bench/ablate: the trial kernel, its guest and how it is booted.
# Needs scripts/lib.sh, and $work, a folder that the caller removes.

: "${work:?a folder for temporary files}"
SELF=$TAILOR_TOP/patches/tests/self
SERIES=$TAILOR_TOP/patches/6.1/series

# The options of the series that a trial kernel has, without CONFIG_TAILOR_ (TRIAL is how they are built, not one of
# them; Xen's drivers run on Xen alone, patches/tests/xen).
tailor_options() {
	sed -n 's/^Symbol: TAILOR_//p' "$TAILOR_TOP/patches/6.1/patches.rules" | grep -vx -e TRIAL -e 'XEN_.*'
}

# What a caller may add: fragments over gate.config, patches after those of the series, and options of QEMU.
self_fragments=()
self_patches=()
self_machine=()
self_drives=()

# self_kernel trial|final|vanilla OPTION...: builds that kernel with those options, prints its folder.
# The vanilla kernel has none of them.
self_kernel() {
	local kind=$1 plan=$work/plan.$1 option patch
	shift
	mkdir -p -- "$plan"
	if [[ $kind == vanilla ]]; then
		: >"$plan/series"
		set --
	else
		cp -- "$SERIES" "$plan/series"
		for patch in "${self_patches[@]}"; do
			cp -- "$patch" "$plan/"
			printf '%s\n' "${patch##*/}" >>"$plan/series"
		done
	fi
	{
		cat -- "$SELF/../gate.config" "${self_fragments[@]}"
		[[ $kind == vanilla ]] || printf 'CONFIG_TAILOR=y\n'
		[[ $kind != trial ]] || printf 'CONFIG_TAILOR_TRIAL=y\n'
		for option; do
			printf 'CONFIG_TAILOR_%s=y\n' "$option"
		done
	} >"$plan/tailored.config"
	"$TAILOR_TOP/scripts/build-kernel" "$plan"
}

# self_debug CPUS: from now on kernels watch themselves, in a guest with that many CPUs.
self_debug() {
	self_fragments=("$SELF/../random/random.config" "$SELF/../debug.config")
	self_machine=(-smp "$1" -m 1536)
}

# self_initrd FILE PROGRAM...: an initramfs with init and, in /tests, those programs.
self_initrd() {
	local out=$1 program
	shift
	gcc -O2 -o "$work/gen_init_cpio" "$("$TAILOR_TOP/scripts/kernel-tree")/usr/gen_init_cpio.c"
	self_cc "$work/init" "$SELF/init.c"
	{
		printf 'dir /%s 0755 0 0\n' dev proc sys tmp tests
		printf 'nod /dev/console 0600 0 0 c 5 1\n'
		printf 'file /init %s 0755 0 0\n' "$work/init"
		for program; do
			printf 'file /tests/%s %s 0755 0 0\n' "${program##*/}" "$program"
		done
	} >"$work/initrd.list"
	"$work/gen_init_cpio" "$work/initrd.list" >"$out"
}

# self_policy OUT PROFILE RULE...: a profile of AppArmor as the kernel reads it: all files, and those rules.
self_policy() {
	local out=$1 name=$2 features=/etc/apparmor.d/abi/kernel-5.4-vanilla
	shift 2
	{
		printf 'abi <%s>,\nprofile %s flags=(attach_disconnected) {\n\t/ r,\n\t/** mrwlkix,\n' "${features#/etc/apparmor.d/}" "$name"
		(($# == 0)) || printf '\t%s,\n' "$@"
		printf '}\n'
	} >"$work/policy"
	apparmor_parser --skip-kernel-load --skip-cache --stdout --kernel-features "$features" "$work/policy" >"$out" 2>"$work/policy.err" ||
		die "apparmor_parser: $(tail -n1 -- "$work/policy.err")"
}

# self_cc OUT SOURCE...: the guest has no libraries.
self_cc() {
	local out=$1
	shift
	gcc -std=gnu11 -Wall -Wextra -Wshadow -Werror -O2 -static -o "$out" "$@"
}

# self_boot KERNEL INITRD JOB ACCEL SECONDS LOG: results on standard output, the console in LOG.
# 255 when the guest died before it wrote its end mark. ACCEL is
#   icount  the clock counts instructions; one CPU
#   tcg     in real time; with one CPU
#   turns   in real time, several CPUs take turns: QEMU before 8.1 may translate an instruction that another CPU
#           is just changing and keep the old one, and a trial kernel changes its code (an Oops of "int3")
self_boot() {
	local kernel=$1 initrd=$2 job=$3 accel=$4 seconds=$5 log=$6 machine
	case $accel in
	icount) machine=(-accel "tcg,thread=single" -icount "shift=0,sleep=off") ;;
	tcg) machine=(-accel "tcg,thread=multi") ;;
	turns) machine=(-accel "tcg,thread=single") ;;
	esac
	# The second port holds the results alone, whatever the kernel says on the first.
	on_leash "$seconds" qemu-system-x86_64 -M pc "${machine[@]}" -cpu "max,-erms,-fsrm" -m 512 -nodefaults \
		"${self_machine[@]}" "${self_drives[@]}" -display none -no-reboot -serial "file:$log" -serial "file:$work/results" -kernel "$kernel" -initrd "$initrd" \
		-append "console=ttyS0 panic=-1 tsc=reliable random.trust_cpu=on -- $job" </dev/null >"$work/qemu.log" 2>&1 ||
		note "qemu ended badly: $(tail -n1 -- "$work/qemu.log")"
	tr -d '\r' <"$work/results"
	[[ $(tail -n1 -- "$work/results" | tr -d '\r') == '# end' ]] || return 255
}

# self_tap FILE: its results with a number each, and how many there are.
self_tap() {
	awk '/^(not )?ok - / { nr++; sub(/ok - /, "ok " nr " - ") } { print } END { print "1.." nr + 0 }' "$1"
}

# self_verdict RC RESULTS CONSOLE: the exit code of a suite whose guest ended with RC. What the
# kernel complained about is a failure even when every test passed.
self_verdict() {
	local rc=$1 results=$2 console=$3
	if ((rc)); then
		printf 'not ok - the guest died; the last lines of %s:\n' "$console"
		tail -n 15 -- "$console" | sed 's/^/# /'
		return 255
	fi
	if grep -nE 'BUG:|WARNING:|Oops|general protection|UBSAN:|ODEBUG:|INFO: (possible|suspicious|task|trying)|=====' "$console" >"$work/oops"; then
		printf 'not ok - the kernel complained\n'
		head -n 20 -- "$work/oops" | sed 's/^/# /'
		return 1
	fi
	! grep -q '^not ok' "$results"
}
