# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# For plans: what happens to a guest or to a disk under load.

# suspend_resume GUEST FILE DISK BACKEND: save and restore while a job writes; then it reads all back.
suspend_resume() {
	start_load "$1" "$2" "$3" "$4" --numjobs=2 --offset_increment=4m --size=4m --iodepth=16 --bssplit=512/10:4k/60:64k/20:128k/10 \
		--verify=crc32c --verify_fatal=1
	save_domu "$1"
	restore_domu "$1"
	end_load "$1" "$2"
}

# detach_attach GUEST FILE DISK BACKEND: the disk goes while jobs write, and comes back.
detach_attach() {
	start_load "$1" "$2" "$3" "$4" --numjobs=4 --time_based --runtime=300
	detach_status=0
	xl block-detach "$1" "$3" >/run/detach.log 2>&1 || detach_status=$?
	put "$2" detach_status $detach_status
	# In vanilla the jobs never end.
	export DOMU_TIMEOUT=60
	end_load "$1" "$2"
	gone=0
	run_in_domu "$1" "wait-for 30 test ! -e /sys/block/$3" && gone=1
	put "$2" gone $gone
	attach_disk "$1" "$3" "$4"
	put "$2" attached 1
	verify "$1" "$2.verify" "$3" --size=1m
}

# unbind_attach GUEST FILE DISK BACKEND: the guest takes the disk from its driver, its backend lives, and what was dirty has to
# be there when the disk is back.
unbind_attach() {
	unbind_status=0
	run_in_domu "$1" "/job/unbind $3" >/run/unbind || unbind_status=$?
	keep_answer "$2" $unbind_status /run/unbind
	detach_disk "$1" "$3"
	attach_disk "$1" "$3" "$4"
	same_status=0
	run_in_domu "$1" "/job/unbind --same $3" >/run/same || same_status=$?
	keep_answer "$2.same" $same_status /run/same
}
