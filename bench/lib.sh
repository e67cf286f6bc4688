# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Sourced by the programs here that build kernels of an appliance's plan. Needs scripts/lib.sh.

# make_plan APPLIANCE DIR SYMBOL...: the plan of what was profiled, without these symbols, in DIR.
make_plan() {
	local appliance=$1 dir=$2 app=${1##*/} profile keep=() trust
	shift 2
	profile=$TAILOR_TOP/out/$app/profile
	[[ -f $profile/facts ]] || die "there is no profile in $profile: run 'make appliance APP=$app' first"
	for symbol; do
		keep+=(--keep "$symbol")
	done
	trust=$(conf_values "$appliance" trust)
	rm -rf -- "$dir"
	mkdir -p -- "$(dirname -- "$dir")"
	"$TAILOR_TOP/build/tailor" plan --facts "$profile/facts" --trust "${trust:-shared}" --appliance "$app" --out "$dir" \
		"${keep[@]}" "$profile"/syscalls.*.log >/dev/null
}

# plan_patches APPLIANCE DIR: the options of the patches that the plan takes; leaves it in DIR.
plan_patches() {
	make_plan "$1" "$2"
	jq -r '.decisions[] | select(.kind == "patch" and .action == "apply" and .name != "TAILOR") | .name' "$2/plan.json"
}

# plan_kernel APPLIANCE DIR SYMBOL...: builds the kernel of make_plan, prints its folder.
plan_kernel() {
	make_plan "$@"
	"$TAILOR_TOP/scripts/build-kernel" "$2"
}
