# SPDX-License-Identifier: GPL-2.0-only
#
# Turns syscalls-ARCH.tsv into the initialisers of log/syscalls.c.
BEGIN { FS = "\t" }
/^#/ { next }
{
	n = split($4, param, ",")
	printf "\t[%d] = { \"%s\", %d, %d, {", $1, $2, length($2), $3 == "-" ? -1 : $3
	for (i = 1; i <= n; i++)
		printf " \"%s\",", param[i]
	print " } },"
}
