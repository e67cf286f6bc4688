# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# For jobs in dom0 (". /bed/guest-lib.sh"): disks, PV guests, and commands in them. Every wait has a bound.

fail() {
	echo "$*" >&2
	exit 1
}

# wait_for_change SECONDS PATH COMMAND...: the same for what PATH of xenstore tells, without polling: that would be more
# work than what is counted. The bound of each wait covers a guest that ends without a word.
wait_for_change() {
	wait_end=$(($(date +%s) + $1))
	wait_path=$2
	shift 2
	until "$@"; do
		[ "$(date +%s)" -lt "$wait_end" ] || return 1
		# The first event is the watch itself. Another one may have come just before it.
		timeout 1 xenstore-watch -n 2 "$wait_path" >/run/watch 2>&1
	done
	return 0
}

# make_null NAME KEY=VALUE...: a null_blk disk /dev/NAME with these values of configfs (512 MiB, as many queues as CPUs).
make_null() {
	null=/sys/kernel/config/nullb/$1
	shift
	mkdir "$null"
	for pair in size=512 queue_mode=2 irqmode=0 blocksize=512 "submit_queues=$(nproc)" hw_queue_depth=128 "$@" power=1; do
		echo "${pair#*=}" >"$null/${pair%%=*}" || fail "make_null: null_blk does not take $pair"
	done
}

remove_null() { # NAME
	rmdir "/sys/kernel/config/nullb/$1"
}

# make_loop NAME MIB: a loop device on a file in memory; prints its name below /dev.
make_loop() {
	truncate -s "$2M" "/run/$1.img"
	loop=$(losetup -f)
	losetup "$loop" "/run/$1.img" || fail "make_loop: no loop device for /run/$1.img"
	echo "${loop#/dev/}"
}

# disk_spec VDEV TARGET: a disk for xl; TARGET is a block device of dom0, without /dev.
disk_spec() {
	echo "format=raw,backendtype=phy,vdev=$1,access=rw,script=/etc/xen/scripts/block-bed,target=$2"
}

# start_domu NAME KERNEL VCPUS "WORDS OF THE COMMAND LINE" [VDEV=TARGET]...: boots /kernels/KERNEL and waits until it takes
# commands. vCPU n is pinned to CPU n. DOMU_MEMORY: MiB; DOMU_CONFIG: more lines for xl.
start_domu() {
	domu_name=$1
	{
		printf 'name = "%s"\ntype = "pv"\nkernel = "/kernels/%s"\nramdisk = "/run/domu.cpio"\n' "$1" "$2"
		printf 'memory = %s\nvcpus = %s\nextra = "console=hvc0 panic=-1 null_blk.nr_devices=0 loglevel=7 %s"\n' "${DOMU_MEMORY:-256}" "$3" "$4"
		printf '%s\n' "${DOMU_CONFIG-}"
		printf 'on_crash = "destroy"\non_reboot = "destroy"\ncpus = [ '
		cpu=0
		while [ $cpu -lt "$3" ]; do
			printf '"%s", ' $((cpu % $(nproc)))
			cpu=$((cpu + 1))
		done
		printf ']\ndisk = [ '
		shift 4
		for disk; do
			printf '"%s", ' "$(disk_spec "${disk%%=*}" "${disk#*=}")"
		done
		printf ']\n'
	} >"/run/$domu_name.cfg"
	xl create "/run/$domu_name.cfg" || fail "start_domu: xl cannot create $domu_name"
	data=$(data_of "$domu_name")
	wait_for_change 120 "$data" domu_ready || fail "start_domu: $domu_name does not come up"
}

# data_of NAME: the folder of a guest in xenstore that it may write to.
data_of() {
	echo "/local/domain/$(xl domid "$1")/data"
}

domu_ready() {
	xenstore-exists "$data/exit" 2>/dev/null
}

# run_in_domu NAME COMMAND...: prints what the command printed and returns its status; 255 when the guest is gone or after
# DOMU_TIMEOUT seconds (300).
run_in_domu() {
	post_to_domu "$@"
	answer_of_domu "$1"
}

# post_to_domu NAME COMMAND...: the first half of run_in_domu; waits until the command was started.
post_to_domu() {
	request=$(($(cat /run/request 2>/dev/null || echo 0) + 1))
	echo $request >/run/request
	domu_name=$1
	data=$(data_of "$1")
	shift
	xenstore-write -R -- "$data/command" "$request $*"
	wait_for_change 60 "$data/started" domu_started || fail "post_to_domu: $domu_name does not start: $*"
}

# answer_of_domu NAME: the second half of run_in_domu.
answer_of_domu() {
	data=$(data_of "$1")
	wait_for_change "${DOMU_TIMEOUT:-300}" "$data/exit" domu_answered || {
		echo "run_in_domu: $1 does not answer" >&2
		return 255
	}
	read -r _ status chunks </run/answer
	chunk=1
	while [ "$chunk" -le "$chunks" ]; do
		xenstore-read -R "$data/output/$chunk"
		chunk=$((chunk + 1))
	done
	return "$status"
}

domu_started() {
	[ "$(xenstore-read "$data/started" 2>/dev/null)" = "$request" ]
}

domu_answered() {
	xenstore-read "$data/exit" >/run/answer 2>/dev/null && [ "$(cut -d' ' -f1 /run/answer)" = "$(cat /run/request)" ]
}

# stop_domu NAME: ends a guest at once and waits until it is gone.
stop_domu() {
	xl destroy "$1"
	wait_for_change 60 @releaseDomain domu_gone "$1" || fail "stop_domu: $1 does not go"
}

domu_gone() { # NAME
	! xl domid "$1" >/dev/null 2>&1
}

# push_places KERNEL: where a kernel pushes its rings, for bed/count.
push_places() {
	[ ! -f "/kernels/$1.push" ] || tr '\n' ' ' <"/kernels/$1.push"
}

# count_hypercalls COMMAND...: runs it and prints what bed/xentrace-count says of the whole machine meanwhile; the output of
# the command goes to /run/counted.
count_hypercalls() {
	rm -f /run/xen.trace
	xentrace -D -e 0x00221000 -S 256 /run/xen.trace >/run/xentrace.log 2>&1 &
	tracer=$!
	wait-for 20 test -s /run/xen.trace || fail "count_hypercalls: xentrace does not start: $(cat /run/xentrace.log)"
	counted=0
	"$@" >/run/counted || counted=$?
	kill -INT $tracer
	wait $tracer
	xentrace-count </run/xen.trace
	return $counted
}

# attach_disk NAME VDEV TARGET, detach_disk NAME VDEV: a disk of a running guest.
attach_disk() {
	xl block-attach "$1" "$(disk_spec "$2" "$3")" || fail "attach_disk: xl cannot attach $2 to $1"
	run_in_domu "$1" "wait-for 30 test -b /dev/$2" || fail "attach_disk: no /dev/$2 in $1"
}

detach_disk() {
	xl block-detach "$1" "$2" || fail "detach_disk: xl cannot detach $2 from $1"
}

# save_domu NAME, restore_domu NAME: suspends a guest into memory of dom0; resumes it, with the command that it was running.
save_domu() {
	xl save "$1" "/run/$1.save" >/run/save.log 2>&1 || fail "save_domu: $1: $(cat /run/save.log)"
}

restore_domu() {
	xl restore "/run/$1.save" >/run/restore.log 2>&1 || fail "restore_domu: $1: $(cat /run/restore.log)"
	rm -f "/run/$1.save"
}

# make_loopback VDEV NUMBER TARGET: dom0 is its own guest: /dev/VDEV (51712 for xvda) is served by TARGET of dom0.
# One call writes both ends in one transaction: the backend's probe fails when it does not find the frontend.
make_loopback() {
	backend=/local/domain/0/backend/vbd/0/$2 frontend=/local/domain/0/device/vbd/$2
	xenstore-write -- "$backend/frontend" "$frontend" "$backend/frontend-id" 0 "$backend/online" 1 "$backend/removable" 0 \
		"$backend/dev" "$1" "$backend/mode" w "$backend/device-type" disk "$backend/type" phy "$backend/params" "$3" \
		"$backend/physical-device-path" "/dev/$3" "$backend/physical-device" "$(stat -c '%t:%T' "/dev/$3")" \
		"$backend/hotplug-status" connected "$backend/state" 1 "$frontend/backend" "$backend" "$frontend/backend-id" 0 \
		"$frontend/virtual-device" "$2" "$frontend/device-type" disk "$frontend/state" 1
	wait-for 30 test -b "/dev/$1" || fail "make_loopback: no /dev/$1"
}

# Of every run of fio.
# shellcheck disable=SC2034
fio_common="--name=job --filename=/dev/xvda --ioengine=libaio --direct=1 --thread --norandommap --random_generator=lfsr"

# fio_words WORKLOAD: the words that make it. Depth 16 submits and reaps in batches of 16.
fio_words() {
	case $1 in
	qd1-read) echo --rw=randread --bs=4k --iodepth=1 ;;
	qd1-write) echo --rw=randwrite --bs=4k --iodepth=1 ;;
	qd16-*)
		echo "--rw=rand${1#qd16-} --bs=4k --iodepth=16 --iodepth_batch_submit=16 --iodepth_batch_complete_min=16" \
			--iodepth_batch_complete_max=16
		;;
	iometer)
		# fio's examples/iometer-file-access-server.fio
		echo --rw=randrw --rwmixread=80 --iodepth=64 --bssplit=512/10:1k/5:2k/5:4k/60:8k/2:16k/4:32k/4:64k/10
		;;
	*) fail "fio_words: there is no $1" ;;
	esac
}
