#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# time-limit: 3600
# Headers that include each other in all ways, made up by a seed (tests/lib/graph.awk): a compile elsewhere gives what one here
# gives, and whatever compiles here goes in replica mode, so nothing was missing over there.  GRAPHS says how many,
# GRAPHS_SEED which is the first.

. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "${SRCDIR:-.}/tests/lib/daemon.sh"
. "${SRCDIR:-.}/tests/lib/identical.sh"
DAEMON_REPLICA=yes
: "${GRAPHS:=40}" "${GRAPHS_SEED:=1}"

# graph SEED COMPILER - that project, fresh, in $SANDBOX/sources; its command on stdout
graph() {
	rm -rf "$SANDBOX/sources"
	mkdir -p "$SANDBOX/sources/a/x" "$SANDBOX/sources/b/y" "$SANDBOX/sources/sys" "$SANDBOX/sources/deep/er"
	ln -s a "$SANDBOX/sources/la"
	ln -s ../b "$SANDBOX/sources/deep/lb"
	awk -v seed="$1" -v cc="$2" -v top="$SANDBOX/sources" -f "$SRCDIR/tests/lib/graph.awk"
}

test_headers_that_include_each_other() {
	identical_begin || return 1
	export DISTCC_LOG="$SANDBOX/log"
	seed=$GRAPHS_SEED
	while [ "$seed" -lt $((GRAPHS_SEED + GRAPHS)) ]; do
		for compiler in gcc clang; do
			command -v "$compiler" >/dev/null || continue
			line=$(graph "$seed" "$compiler")
			: >"$DISTCC_LOG"
			identical_try "$line"
			[ "$(cat local.status)" != 0 ] ||
				assertNotContains "seed $seed: $line" "$(cat "$DISTCC_LOG")" 'which may be its fault'
		done
		seed=$((seed + 1))
	done
	assertTrue 'some compile' "[ $compiles -gt $((lines / 2)) ]"
	[ "$modes" = classic ] || assertEquals "not in replica mode:$here_replica" "$compiles" "$replica"
	identical_end
}

. "${SHUNIT2:-shunit2}"
