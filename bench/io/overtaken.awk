# SPDX-License-Identifier: GPL-2.0-only
# Reads the text of block_bio_queue, block_rq_issue, block_rq_requeue and block_rq_complete of one disk on which one
# reader has at most one read under way, and prints "KEY VALUE..." lines:
#   read WRITES OVERTOOK US   one read, from its submission to its completion: writes that completed meanwhile; those
#                             of them that were submitted after it; microseconds of the guest's clock
#   reads N, writes N         of the window from the end of the reads that do not count to the end of the last read
#   in_flight N               the most requests that the device had at once
# -v skip=N: the first N reads do not count; until then the writers start.
# A function of the trace alone, for any awk: the guests have that of busybox.
function broken(what) {
	print "overtaken.awk: line " NR ": " what >"/dev/stderr"
	failed = 1
	exit 1
}
{
	for (event = 1; event <= NF && $event !~ /^block_/; event++)
		;
	if (event > NF || $1 ~ /^#/)
		next
	for (at = event + 3; at < NF && $at != "+"; at++)
		;
	kind = $event
	is_read = $(event + 2) ~ /^R/
	sector = $(at - 1)
}
kind == "block_bio_queue:" {
	serial++
	if (!is_read)
		submitted[sector, last[sector]++] = serial
	else if (reading)
		broken("a second read was submitted")
	else {
		reading = 1
		read_serial = serial
		read_writes = overtook = 0
		read_from = $(event - 1) + 0
	}
}
kind == "block_rq_issue:" && ++in_flight > most { most = in_flight }
kind == "block_rq_requeue:" { in_flight-- }
kind == "block_rq_complete:" {
	in_flight--
	if (!is_read) {
		completed++
		# Of two writes to one place the older one ends first.
		if (reading) {
			read_writes++
			overtook += submitted[sector, first[sector] + 0] > read_serial
		}
		delete submitted[sector, first[sector]++]
	} else if (!reading)
		broken("a read completed that was not submitted")
	else {
		reading = 0
		if (++reads > skip)
			printf "read %d %d %.0f\n", read_writes, overtook, 1e6 * ($(event - 1) - read_from)
		else
			window_from = completed
		window_to = completed
	}
}
END {
	if (failed)
		exit 1
	if (reads <= skip) {
		print "overtaken.awk: the trace holds " reads + 0 " reads, " skip + 0 " of them do not count" >"/dev/stderr"
		exit 1
	}
	printf "reads %d\nwrites %d\nin_flight %d\n", reads - skip, window_to - window_from, most
}
