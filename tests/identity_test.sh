#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# time-limit: 900
# The promise itself: each command line of tests/data/identity.cmds gives with a volunteer what it gives without, in the
# same directory: every file, every message, the exit status.  In classic mode, objects may differ in debug information alone;
# in replica mode in nothing.

. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "${SRCDIR:-.}/tests/lib/daemon.sh"
. "${SRCDIR:-.}/tests/lib/identical.sh"
DAEMON_REPLICA=yes

# Of the command lines that compile a source here without an error, so many in a hundred are compiled by the volunteer at
# least: fewer would make the test easy.
CLASSIC_PERCENT=45
REPLICA_PERCENT=85

test_every_command_line() {
	identical_begin || return 1
	cp -a "$SRCDIR/tests/data/identity" "$SANDBOX/sources"
	identical_input=$SANDBOX/sources/asmfile.c
	(cd "$SANDBOX/sources" && . "$SRCDIR/tests/data/identity.setup") || { fail 'no sources'; return 1; }
	grep -v '^#' "$SRCDIR/tests/data/identity.cmds" | grep . >lines
	while read -r line <&3; do
		identical_try "$line"
	done 3<lines
	assertTrue "too few were distributed, not:$here_classic" "[ $((classic * 100)) -ge $((compiles * CLASSIC_PERCENT)) ]"
	[ "$modes" = classic ] ||
		assertTrue "too few in replica mode, not:$here_replica" "[ $((replica * 100)) -ge $((compiles * REPLICA_PERCENT)) ]"
	identical_end
}

. "${SHUNIT2:-shunit2}"
