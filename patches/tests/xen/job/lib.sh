# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# For the steps of patches/tests/xen in dom0. A step leaves files of "KEY VALUE" lines in /out/results, which ../run judges.
# shellcheck disable=SC1091
. /bed/guest-lib.sh
# shellcheck disable=SC1091
. /job/settings
results=/out/results
export results
mkdir -p "$results"

# step COMMAND...: by itself, so that one that fails does not end the others.
step() {
	step_start=$(date +%s)
	step_status=0
	("$@") >/run/step.log 2>&1 || step_status=$?
	echo "step $* ended with $step_status after $(($(date +%s) - step_start)) s"
	[ $step_status = 0 ] || cat /run/step.log
}

# put FILE KEY VALUE: one line of a result.
put() {
	echo "$2 $3" >>"$results/$1"
}

set_scheduler() { # GUEST DISK NAME
	run_in_domu "$1" "echo $3 >/sys/block/$2/queue/scheduler" || fail "set_scheduler: $1 has no $3 for $2"
}

# slow_disk NAME: one request at a time, 10 ms each: the ring is not empty while there is load.
slow_disk() {
	make_null "$1" memory_backed=1 irqmode=2 completion_nsec=10000000 submit_queues=1 hw_queue_depth=1
}

# inflight NAME: of a disk of dom0.
inflight() {
	awk '{ print $1 + $2 }' "/sys/block/$1/inflight"
}

# keep_answer FILE STATUS TEXT: what a command in a guest said as "result KEY VALUE", and its status.
keep_answer() {
	put "$1" status "$2"
	sed -n 's/^result //p' "$3" >>"$results/$1"
	sed '/^result /d' "$3" >"$results/$1.log"
}

# verify GUEST FILE DISK [WORDS FOR FIO]...: writes and reads back.
verify() {
	verify_guest=$1 verify_file=$2 verify_status=0
	shift 2
	run_in_domu "$verify_guest" "/job/verify $*" >/run/verify || verify_status=$?
	keep_answer "$verify_file" $verify_status /run/verify
}

# count_ios GUEST FILE DISK WORDS...: counts what a job of fio costs in the guest.
count_ios() {
	count_guest=$1 count_file=$2 count_disk=$3 count_status=0
	shift 3
	run_in_domu "$count_guest" "/job/counted $count_disk '$(push_places guest)' $*" >"$results/$count_file" || count_status=$?
	put "$count_file" status $count_status
}

# count_backend BACKEND FILE COMMAND...: what it costs in dom0.
count_backend() {
	back_disk=$1 back_file=$2 back_status=0
	shift 2
	# shellcheck disable=SC2046
	count start "$back_disk" $(push_places dom0) || fail "count_backend: dom0 does not count"
	"$@" || back_status=$?
	count stop "$back_disk" >"$results/$back_file"
	put "$back_file" status $back_status
}

load_told() {
	xenstore-read "$data/load" >/run/load 2>/dev/null
}

# start_load GUEST FILE DISK BACKEND [WORDS FOR FIO]...: returns when there are requests in flight, how many goes to FILE.
start_load() {
	load_guest=$1 load_file=$2 load_back=$4 load_disk=$3
	shift 4
	data=$(data_of "$load_guest")
	xenstore-rm "$data/load" 2>/dev/null
	post_to_domu "$load_guest" "/job/load $load_disk $*"
	data=$(data_of "$load_guest")
	wait_for_change 60 "$data/load" load_told || fail "start_load: no I/O in $load_guest"
	put "$load_file" inflight "$(cat /run/load)"
	# Between two requests a disk that serves one at a time has none.
	tries=1000
	until load_there=$(inflight "$load_back") && [ "$load_there" -gt 0 ] || [ $((tries -= 1)) = 0 ]; do :; done
	put "$load_file" inflight_backend "$load_there"
}

# end_load GUEST FILE: what became of the jobs.
end_load() {
	load_status=0
	answer_of_domu "$1" >/run/answer.load || load_status=$?
	keep_answer "$2" $load_status /run/answer.load
}
