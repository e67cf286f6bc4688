# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# For the jobs of bench/io-schedulers, in the guest whose scheduler it is. The folder of the job holds overtaken.awk.

io_fail() {
	echo "io-schedulers: $*" >&2
	exit 1
}

# set_scheduler DISK SCHEDULER DEPTH: the driver takes DEPTH requests at once, what is beyond waits above it.
set_scheduler() {
	queue=/sys/block/$1/queue
	# With none this is the number of the driver's tags; a scheduler brings its own and leaves those as they are.
	echo none >"$queue/scheduler"
	echo "$3" >"$queue/nr_requests"
	echo "$2" >"$queue/scheduler"
	grep -qF "[$2]" "$queue/scheduler" || io_fail "$1 does not take $2: $(cat "$queue/scheduler")"
	# A merged request is one for the device and several for who counts.
	echo 2 >"$queue/nomerges"
}

# run_fio DISK WORD...
run_fio() {
	disk=$1
	shift
	fio --output=/tmp/fio.log --thread --filename="/dev/$disk" --ioengine=libaio --direct=1 --norandommap \
		--random_generator=lfsr "$@" || io_fail "fio failed: $(cat /tmp/fio.log)"
}

# read_random DISK DEPTH COUNT: reads of 4 KiB, DEPTH at a time.
read_random() {
	run_fio "$1" --name=job --rw=randread --bs=4k --iodepth="$2" --iodepth_batch_submit="$2" \
		--iodepth_batch_complete_min="$2" --iodepth_batch_complete_max="$2" --number_ios="$3"
}

# count_reads DISK READS SEED LOAD: what overtaken.awk says of so many reads of 4 KiB, one at a time, beside LOAD: "2x32" are
# two writers of 64 KiB blocks with 32 each under way, "alone" none.
count_reads() {
	skip=5
	trace=/sys/kernel/tracing/instances/reads
	mkdir "$trace"
	echo 32768 >"$trace/buffer_size_kb"
	IFS=: read -r major minor <"/sys/block/$1/dev"
	for event in block_bio_queue block_rq_issue block_rq_requeue block_rq_complete; do
		echo "dev == $((major << 20 | minor))" >"$trace/events/block/$event/filter"
		echo 1 >"$trace/events/block/$event/enable"
	done
	set -- "$@" --name=reader --rw=randread --bs=4k --iodepth=1 --number_ios=$(($2 + skip)) --exitall
	if [ "$4" != alone ]; then
		set -- "$@" --name=writer --rw=randwrite --bs=64k "--numjobs=${4%x*}" "--iodepth=${4#*x}" --time_based --runtime=100000
	fi
	disk=$1 seed=$3
	shift 4
	run_fio "$disk" --randseed="$seed" "$@"
	echo 0 >"$trace/events/enable"
	lost=$(cat "$trace"/per_cpu/cpu*/stats | awk '/^(overrun|dropped events):/ { lost += $NF } END { print lost + 0 }')
	[ "$lost" = 0 ] || io_fail "the trace lost $lost events"
	awk -v skip=$skip -f /job/overtaken.awk "$trace/trace" || exit 1
	rmdir "$trace"
}
