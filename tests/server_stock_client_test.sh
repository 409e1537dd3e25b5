#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The distribution's client with our daemon, protocols 1 and 2.

. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "$SRCDIR/tests/lib/daemon.sh"
. "$SRCDIR/tests/lib/wire.sh"

setUp() {
	sandbox_new
	DISTCC_FALLBACK=0
	export DISTCC_FALLBACK
}

# both FUNCTION - call it once for each protocol, hosts set
both() {
	stock=$(stock_program distcc) || {
		skip_because 'no stock distcc'
		return 0
	}
	start_distccd a || fail 'no daemon'
	for options in '' ,lzo; do
		DISTCC_HOSTS=$(host_of a "$options")
		export DISTCC_HOSTS
		rm -f "$DISTCC_DIR"/lock/backoff_*
		"$1" "protocol ${options:-plain}"
	done
	assert_tmp_empty a
	stop_daemon a
}

c_and_cxx() {
	printf '#include <stdio.h>\nint main(void) { return printf("hello\\n") < 0; }\n' >x.c
	printf '#include <string>\nstd::string f(int n) { return std::to_string(n); }\n' >y.cc
	run "$stock" gcc -O2 -Wall -c x.c -o x.o
	assertEquals "$1: $err" 0 "$status"
	gcc -O2 -Wall -c x.c -o local.o
	assertTrue "$1: the same object" 'cmp x.o local.o'
	run "$stock" /usr/bin/gcc -S -O1 x.c -o x.s
	assertEquals "$1: $err" 0 "$status"
	run "$stock" g++ -O2 -c y.cc -o y.o
	assertEquals "$1: $err" 0 "$status"
	g++ -O2 -c y.cc -o local.o
	assertTrue "$1: the same object" 'cmp y.o local.o'
}

test_c_and_cxx() {
	both c_and_cxx
	[ -z "$stock" ] || assertEquals 6 "$(daemon_jobs a)"
}

error() {
	echo 'int x = undeclared_thing;' >x.c
	run "$stock" gcc -c x.c -o x.o
	assertNotEquals "$1" 0 "$status"
	assertContains "$1" "$err" undeclared_thing
	assert_log a 'COMPILE_ERROR exit:1 '
}

test_compile_error() { both error; }

missing() {
	run "$stock" nosuchgcc -c x.i -o x.o
	assertNotEquals "$1" 0 "$status"
	assertContains "$1" "$err" 'there is no compiler nosuchgcc on this machine'
	assert_log a 'REJ_BAD_REQ exit:110 '
}

test_missing_compiler() {
	echo 'int x;' >x.i
	both missing
}

killed() {
	run "$stock" killedcc -c x.i -o x.o
	assertNotEquals "$1" 0 "$status"
	assert_log a 'COMPILE_ERROR exit:0 sig:9 '
}

test_compiler_killed_by_a_signal() {
	echo 'int x;' >x.i
	fake_compiler killedcc 'kill -KILL $$'
	both killed
}

warning() {
	printf 'int f(void) { int unused; return 0; }\n' >x.c
	run "$stock" gcc -Wall -c x.c -o x.o
	assertEquals "$1: $err" 0 "$status"
	assertContains "$1" "$err" unused
}

test_warnings_arrive() { both warning; }

empty() {
	: >x.i
	run "$stock" gcc -c x.i -o x.o
	assertEquals "$1: $err" 0 "$status"
	gcc -c x.i -o local.o
	assertTrue "$1: the same object" 'cmp x.o local.o'
}

test_empty_source() { both empty; }

big() {
	run "$stock" gcc -c x.i -o x.o
	assertEquals "$1: $err" 0 "$status"
	gcc -c x.i -o local.o
	assertTrue "$1: the same object" 'cmp x.o local.o'
}

test_big_source() {
	awk 'BEGIN { for (i = 0; i < 60000; i++) printf "extern int variable_number_%d; /* a comment of some length, to fill the file */\n", i; print "int last = 1;" }' >x.i
	both big
}

denied() {
	run "$stock" gcc -c x.i -o x.o
	assertNotEquals "$1" 0 "$status"
	DISTCC_FALLBACK=1 run "$stock" gcc -c x.i -o x.o
	assertEquals "$1: $err" 0 "$status"
}

test_denied_by_address() {
	stock=$(stock_program distcc) || {
		skip_because 'no stock distcc'
		return 0
	}
	echo 'int x;' >x.i
	start_distccd a --allow 127.0.0.2 || fail 'no daemon'
	DISTCC_HOSTS=$(host_of a)
	export DISTCC_HOSTS
	denied 'address list'
	assert_log a 'connection refused.*--allow 127.0.0.1'
}

. "${SHUNIT2:-shunit2}"
