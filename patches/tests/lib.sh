# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Sourced by gate and kernels: the series, a tree that it is pushed onto, and how that is made.
# Needs scripts/lib.sh, and in $work the name of a folder that one run at a time has for itself: at a
# fixed place, so that the compiler cache knows the paths again.

: "${work:?a folder}"
mkdir -p -- "$TAILOR_CACHE"
exec 8>"$work.lock"
flock 8
rm -rf -- "$work"
mkdir -p -- "$work/patches"
remove_at_exit "$work"

patches=$TAILOR_TOP/patches/6.1
base_configs=("$TAILOR_TOP/patches/tests/gate.config" "$TAILOR_TOP/patches/tests/gate-xen.config")
vanilla=$("$TAILOR_TOP/scripts/kernel-tree")
mapfile -t series < <(sed -e 's/#.*//' -e 's/[[:space:]]*$//' "$patches/series" | grep .)

# Some messages carry the line of their source, which every added line above moves: here all are in line 0.
# A header of the system, so that gcc does not mind; at a fixed place, as the trees.
no_lines=$TAILOR_CACHE/no-lines.h
printf '#pragma GCC system_header\n#undef __LINE__\n#define __LINE__ 0\n' | write_atomically "$no_lines"

nr=0 failed=0
# report RC NAME [FILE]: one TAP line; FILE says why it failed.
report() {
	nr=$((nr + 1))
	if (($1 == 0)); then
		printf 'ok %d - %s\n' "$nr" "$2"
		return
	fi
	failed=1
	printf 'not ok %d - %s\n' "$nr" "$2"
	[[ -z ${3-} ]] || head -n 20 -- "$3" | sed 's/^/# /'
}

# check NAME COMMAND...: reports how the command ended, and what it said when it failed.
check() {
	local name=$1 rc=0
	shift
	"$@" >"$work/out" 2>&1 || rc=$?
	report "$rc" "$name" "$work/out"
}

# finish: the plan, and the exit code of the suite.
finish() {
	printf '1..%d\n' "$nr"
	exit "$failed"
}

# "PATCH OPTION" for each option that a patch adds.
added_options() {
	local patch
	for patch in "${series[@]}"; do
		sed -n "s/^+config \(TAILOR[A-Z0-9_]*\)\$/$patch \1/p" "$patches/$patch"
	done
}

# each_required: the options on standard input, each after those of the series that it requires.
each_required() {
	local option
	while read -r option; do
		[[ -n $option ]] || continue
		awk -v symbol="$option" '/^Symbol:/ { s = $2 } /^[^ \t]/ { field = $1 } field == "Requires:" && s == symbol' \
			"$patches/patches.rules" |
			{ grep -oE 'TAILOR_[A-Z0-9_]+' || [[ $? == 1 ]]; } | each_required
		printf '%s\n' "$option"
	done
}

# make_tree: vanilla as $work/src and the series beside it. The touched files are copies, all others are shared.
make_tree() {
	local file
	cp -- "$patches/series" "${series[@]/#/$patches/}" "$work/patches/"
	mkdir -- "$work/src"
	find "$vanilla" -mindepth 1 -maxdepth 1 ! -name '.build*' -exec cp -al -t "$work/src" -- {} +
	while read -r file; do
		[[ ! -f $work/src/$file ]] || cp --remove-destination --preserve=mode -- "$vanilla/$file" "$work/src/$file"
	done < <(sed -n 's|^+++ b/||p' "${series[@]/#/$patches/}" | sort -u)
}

quilt_in() {
	(cd -- "$work/src" && QUILT_PATCHES=$work/patches quilt --quiltrc "$TAILOR_TOP/patches/quiltrc" "$@")
}

# Fixed stamps: the same source is the same kernel. init/version.c makes names of its lines, which are nobody's to change.
kmake() {
	local tree=$1 out=$2
	shift 2
	compile_alone make -s -C "$tree" O="$work/$out" CC="ccache gcc" HOSTCC="ccache gcc" LOCALVERSION= \
		KCFLAGS="-include$no_lines" CFLAGS_REMOVE_version.o="-include$no_lines" \
		KBUILD_BUILD_TIMESTAMP=@0 KBUILD_BUILD_USER=tailor KBUILD_BUILD_HOST=tailor KBUILD_BUILD_VERSION=1 -j"$(nproc)" "$@"
}

# configure OUT TREE OPTION...: with exactly those options; 'none' stands for none. The compiler is asked
# about its options here, which no cache can answer.
configure() {
	local out=$1 tree=$2 option
	shift 2
	{
		cat -- "${base_configs[@]}"
		printf 'CONFIG_%s=y\n' "$@"
	} >"$work/fragment"
	kmake "$tree" "$out" CC=gcc KCONFIG_ALLCONFIG="$work/fragment" allnoconfig || return 1
	for option; do
		[[ $option == none ]] || grep -qx "CONFIG_$option=y" "$work/$out/.config" || { printf '%s is not on\n' "$option" && return 1; }
	done
}
