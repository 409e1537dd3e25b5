#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Bad input of every kind: a clear line in the log, nothing crashes, nothing is left, nobody else is disturbed.

. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "$SRCDIR/tests/lib/daemon.sh"
. "$SRCDIR/tests/lib/wire.sh"

setUp() {
	sandbox_new
	fake_compiler gcc
	printf 'int x;\n' >x.i
	request 1 x.i gcc -c x.c -o x.o >good
	start_distccd a --log-level debug || fail 'no daemon'
}

# bad PATTERN STEP... - nothing comes back, PATTERN is in the log, and the next client is served
bad() {
	bad_pattern=$1
	shift
	wire a "$@"
	assertNotContains "$*" "$out" DONE
	assert_log a "$bad_pattern"
	assert_unharmed
}

assert_unharmed() {
	wire a file good read
	assertContains 'served afterwards' "$out" 'DONE00000001STAT00000000SERR00000000SOUT00000000DOTO'
	assert_tmp_empty a
	poll_until 'no_children a' || fail 'a child is left'
	assertFalse 'a child crashed' 'log_has a "ended by signal"'
}

test_connect_and_close_is_silent() {
	wire a hangup
	assert_log a 'connected and left'
	assertFalse 'no job line' 'log_has a client:'
	assertFalse 'no warning' 'log_has a Warning'
	wire a reset
	wire a shut read
	assertEquals '[closed]' "$out"
	assert_unharmed
}

test_truncated_at_every_stage() {
	size=$(wc -c <good)
	for n in 1 4 11 12 13 24 35 36 39 50 60 $((size - 8)) $((size - 1)); do
		head -c "$n" good >part
		wire a file part hangup
		wire a file part shut read
		assertEquals "after $n bytes" '[closed]' "$out"
		wire a file part reset
	done
	poll_until '[ "$(daemon_jobs a CLI_DISCONN)" -eq 39 ]' || fail "$(daemon_jobs a CLI_DISCONN) of 39 lines"
	assert_unharmed
}

test_wrong_version() {
	bad 'protocol version 3 is asked for' send 'DIST00000003CDIR00000001/' read
	bad 'protocol version 5 is asked for' send 'DIST00000005' read
	bad 'protocol version 4294967295 is asked for' send 'DISTffffffff' read
	assertEquals 3 "$(daemon_jobs a REJ_BAD_REQ)"
}

test_version_0_is_taken_as_1() {
	request 0 x.i gcc -c x.c -o x.o >req
	wire a file req read
	assertContains "$out" 'DONE00000000STAT00000000'
}

test_bad_tokens_and_numbers() {
	bad 'bad token' send 'GET / HTTP/1.1\n\n' read
	bad 'bad token' send 'DISTANCE0001' read
	bad 'bad number in a token' send 'DIST0000000g' read
	bad 'bad number in a token' send 'DIST-0000001' read
	bad 'bad number in a token' send 'DIST 0000001' read
	bad 'bad number in a token' send 'DIST0x000001' read
	bad 'bad token' send 'DIST00000001DOTI00000000' read
	bad 'bad token' send 'DIST00000001ARGC00000001ARGC00000001' read
	head_of 1 gcc -c x.c -o x.o >req
	bad 'bad token' file req send 'DOTO00000000' read
	bad 'bad number in a token' file req send 'DOTI0000000?' read
}

test_counts_and_lengths() {
	bad 'bad number of arguments' send 'DIST00000001ARGC00000000' read
	bad 'bad number of arguments' send 'DIST00000001ARGCffffffff' read
	bad 'bad number of arguments' send 'DIST00000001ARGC00010001' read
	bad 'size above the limit' send 'DIST00000001ARGC00000001ARGVffffffff' read
	bad 'size above the limit' send 'DIST00000001ARGC00000001ARGV00100001' read
	head_of 1 gcc -c x.c -o x.o >req
	bad 'size above the limit' file req send 'DOTIffffffff' read
	bad 'size above the limit' file req send 'DOTI40000001' read
	assertTrue 'memory of the daemon' '[ "$(rss a)" -lt 65536 ]'
}

# rss NAME - resident KiB
rss() {
	sed -n 's/^VmRSS:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$(daemon_var "$1" PID)/status"
}

test_nul_in_an_argument() {
	bad 'NUL byte in a string' send 'DIST00000001ARGC00000001ARGV00000003g\x00c' read
}

test_random_bytes() {
	for n in 1 7 12 100 5000; do
		head -c "$n" /dev/urandom >noise
		wire a file noise shut read
		{
			head_of 1 gcc -c x.c -o x.o
			cat noise
		} >req
		wire a file req shut read
		assertNotContains "$out" STAT00000000
		{
			head_of 2 gcc -c x.c -o x.o
			token DOTI "$n"
			cat noise
		} >req
		wire a file req shut read
		assertNotContains "$out" STAT00000000
	done
	assert_unharmed
}

test_damaged_lzo() {
	head_of 2 gcc -c x.c -o x.o >req
	bad 'bad compressed data' file req send 'DOTI00000003\x11\x00\x01' read
	bad 'bad compressed data' file req send 'DOTI00000003\xff\xff\xff' read
	bad 'bad compressed data' file req send 'DOTI00000001\x12' read
}

test_trailing_bytes_are_ignored() {
	head -c 300000 /dev/zero >junk
	wire a file good file junk read
	assertContains "$out" 'DONE00000001STAT00000000SERR00000000SOUT00000000DOTO'
	assertContains "$out" '[closed]'
	assert_unharmed
}

test_slow_clients() {
	stop_daemon a
	DAEMON_ENV=DISTCC_IO_TIMEOUT=1
	start_distccd a --log-level debug || fail 'no daemon'
	DAEMON_ENV=
	bad 'too slow in the head' read
	bad 'too slow in the head' slow 100 'DIST00000001ARGC00000004ARGV' read
	head_of 1 gcc -c x.c -o x.o >req
	bad 'too slow while the source was awaited' file req read
	bad 'too slow in the source' file req send 'DOTI00000100x' read
	bad 'too slow in the source' file req send 'DOTI00000100' slow 100 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx read
}

test_a_client_that_does_not_read() {
	fake_compiler gcc 'head -c 30000000 /dev/zero >"$output"'
	stop_daemon a
	DAEMON_ENV=DISTCC_IO_TIMEOUT=1
	start_distccd a || fail 'no daemon'
	DAEMON_ENV=
	"$WIRETOOL" 127.0.0.1 "$PORT_a" file good byte until waited >/dev/null &
	assert_log a 'too slow while the result was sent'
	echo x >waited
	wait $!
	assert_tmp_empty a
}

. "${SHUNIT2:-shunit2}"
