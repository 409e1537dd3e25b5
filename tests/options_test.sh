#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# time-limit: 7200
# Whatever option the compilers here have gives with a volunteer what it gives without: the compilers are asked for their
# lists, so a new release brings its new ones.  OPTIONS_EVERY=1 takes all (an hour), the default each 100th from
# OPTIONS_FIRST on.

. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "${SRCDIR:-.}/tests/lib/daemon.sh"
. "${SRCDIR:-.}/tests/lib/identical.sh"
. "${SRCDIR:-.}/tests/lib/options.sh"
DAEMON_REPLICA=yes
: "${OPTIONS_EVERY:=100}" "${OPTIONS_FIRST:=1}"

# command_lines - each option of the compilers here with a command that has something for it
command_lines() {
	if command -v gcc >/dev/null; then
		options_of_gcc gcc common optimizers warnings target params c undocumented | sed 's/^/gcc -O1 -c o.c -o o.o /'
	fi
	if command -v g++ >/dev/null; then
		options_of_gcc g++ c++ | sed 's/^/g++ -g -c o.cc /'
	fi
	if command -v clang >/dev/null; then
		options_of_clang clang | sed 's/^/clang -O1 -c o.c -o o.o /'
	fi
	if command -v clang++ >/dev/null; then
		options_of_clang clang++ | sed -n 's/^-[fgW]/clang++ -g -c o.cc &/p'
	fi
}

test_options_that_compilers_list() {
	command_lines | awk -v every="$OPTIONS_EVERY" -v first="$OPTIONS_FIRST" 'NR % every == first % every' >lines
	[ -s lines ] || { skip_because 'no compiler that lists its options'; return 0; }
	identical_begin || return 1
	identical_unless_unstable=yes
	cp -a "$SRCDIR/tests/data/options" "$SANDBOX/sources"
	while read -r line <&3; do
		identical_try "$line"
	done 3<lines
	assertTrue "too few were distributed, not:$here_classic" "[ $((classic * 3)) -ge $compiles ]"
	[ "$modes" = classic ] || assertTrue "too few in replica mode, not:$here_replica" "[ $((replica * 5)) -ge $((compiles * 4)) ]"
	assertFalse 'a host was blamed' 'grep "	fault	" "$DISTCC_JOURNAL"'
	identical_end
}

. "${SHUNIT2:-shunit2}"
