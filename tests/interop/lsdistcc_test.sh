#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# lsdistcc and stock's: the same lines for the same options, with the daemons of both.
. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "${SRCDIR:-.}/tests/lib/daemon.sh"

STOCK=/usr/bin/lsdistcc

setUp() {
	sandbox_new
	fake_compiler fake
}

have_stock() {
	[ -n "$(stock_program distccd)" ] && [ -x "$STOCK" ] && return 0
	skip_because 'no stock distcc on this machine'
	return 1
}

# lines PROGRAM OPTION... - what it prints, sorted: stock's prints first what answers first
lines() {
	"$@" 2>/dev/null </dev/null | sed 's/ [0-9][0-9]*$/ MS/' | LC_ALL=C sort
}

# assert_same OPTION... - both print that, and something
assert_same() {
	stock_lines=$(lines "$STOCK" "$@")
	assertNotEquals "$*: nothing" '' "$stock_lines"
	assertEquals "$*" "$stock_lines" "$(lines "$BUILDDIR/lsdistcc" "$@")"
}

check_same() {
	dead=$(free_port)
	for version in 1 2 3; do
		assert_same -r"$1" -P$version localhost
		assert_same -r"$dead" -P$version -x localhost
	done
	for version in 1 2; do
		assert_same -r"$1" -P$version -k20000 -t30 -pfake localhost
	done
	assert_same -r"$1" 127.0.0.1
	assert_same -r"$1" localhost 127.0.0.1
	assert_same -r"$1" -n localhost
	assert_same -r"$1" -l localhost
	assert_same -r"$1" -l -n -x -P3 localhost
	assert_same -r"$dead" -l -x localhost
	assert_same -r"$1" -x -pmissing localhost
	assert_same -r"$1" -k0 -pmissing localhost
	assert_same -r"$1" -c0 localhost
	assert_same -r"$1" -x -g3 -o2 '127.0.0.25%d'
	assert_same -r"$1" -x -t20 127.0.0.%d
	assert_same -x localhost
}

test_with_our_daemon() {
	have_stock || return 0
	start_distccd a || { fail 'no daemon'; return 0; }
	check_same "$PORT_a"
}

test_with_stocks_daemon() {
	have_stock || return 0
	start_stock_distccd a || { fail 'no daemon'; return 0; }
	check_same "$PORT_a"
	# stock's compiles in pump mode, which ours knows not: there is no such job of our clients
	assert_same -r"$PORT_a" -P3 -k20000 -t30 -pfake localhost
}

# Neither prints a host without a server, or says that there is one.
test_nobody() {
	have_stock || return 0
	dead=$(free_port)
	assertEquals '' "$("$STOCK" -r"$dead" localhost)"
	run "$BUILDDIR/lsdistcc" -r"$dead" localhost
	assertEquals 1 "$status"
	assertEquals '' "$out"
}

. "${SHUNIT2:-shunit2}"
