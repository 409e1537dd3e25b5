#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Our client and stock programs of the same user: one state directory, one set of slots.
. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "${SRCDIR:-.}/tests/lib/daemon.sh"

setUp() {
	sandbox_new
	printf 'int x;\n' >slow.c
	printf 'int y;\n' >quick.c
	# compiles slow.c when told to go on
	mkfifo -m 666 "$SANDBOX/go"
	fake_compiler fake 'if grep -q "int x" "$source"; then : >"${TMPDIR:-.}/waiting"; read -r line <'"$SANDBOX"'/go; fi
		echo done >"$output"'
	stock=$(stock_program distcc)
}

tearDown() {
	# whoever waits still
	[ -n "${background-}" ] && kill -0 "$background" 2>/dev/null && go_on
	background=
	sandbox_end
}

have_stock() {
	[ -n "$stock" ] && return 0
	skip_because 'no stock distcc on this machine'
	return 1
}

# hold CLIENT - a job of that client that stays with the volunteer a until go_on
hold() {
	"$1" fake -c slow.c -o slow.o 2>slow.err &
	background=$!
	poll_until '[ -e "$TMP_a/waiting" ] || [ -n "$(find "$TMP_a" -name waiting 2>/dev/null)" ]' 20 ||
		fail "the job did not arrive: $(cat slow.err)"
}

go_on() {
	timeout 10 sh -c "echo go >'$SANDBOX/go'"
	wait "$background"
	background=
}

two_daemons() {
	start_distccd a && start_distccd b || return 1
	DISTCC_HOSTS="127.0.0.1:$PORT_a/1 127.0.0.1:$PORT_b/1"
	export DISTCC_HOSTS
}

test_stock_monitor_shows_our_job() {
	have_stock || return 0
	two_daemons || { fail 'no daemon'; return 0; }
	hold "$DISTCC"
	poll_until 'distccmon-text 2>/dev/null | grep -q Compile'
	line=$(distccmon-text | grep 'slow\.c')
	go_on
	assertEquals 0 $?
	assertContains "$line" ' Compile '
	assertContains "$line" '127.0.0.1'
	assertContains "$line" '[0]'
	assertEquals 'the record is gone' '' "$(distccmon-text)"
	assertEquals '' "$(ls "$DISTCC_DIR/state")"
}

# The same lines from both monitors, about the jobs of both clients.
test_our_monitor_shows_what_stocks_shows() {
	have_stock || return 0
	two_daemons || { fail 'no daemon'; return 0; }
	for client in "$DISTCC" "$stock"; do
		hold "$client"
		poll_until 'distccmon-text 2>/dev/null | grep -q Compile'
		lines=$(distccmon-text)
		assertEquals "$client" "$lines" "$("$BUILDDIR/distccmon-text")"
		assertContains "$client" "$lines" slow.c
		go_on
		assertEquals "$client" '' "$("$BUILDDIR/distccmon-text")"
	done
}

test_ours_sees_the_slot_that_stock_holds() {
	have_stock || return 0
	two_daemons || { fail 'no daemon'; return 0; }
	hold "$stock"
	run "$DISTCC" fake -c quick.c -o quick.o
	assertEquals "$err" 0 "$status"
	assertEquals 1 "$(daemon_jobs b)"
	go_on
	assertEquals 1 "$(daemon_jobs a)"
}

test_stock_sees_the_slot_that_ours_holds() {
	have_stock || return 0
	two_daemons || { fail 'no daemon'; return 0; }
	hold "$DISTCC"
	run "$stock" fake -c quick.c -o quick.o
	assertEquals "$err" 0 "$status"
	assertEquals 1 "$(daemon_jobs b)"
	go_on
	assertEquals 1 "$(daemon_jobs a)"
}

# A volunteer that one of them found dead is left alone by the other.
test_back_off_is_shared() {
	have_stock || return 0
	start_distccd b || { fail 'no daemon'; return 0; }
	dead=$(free_port)
	DISTCC_HOSTS="127.0.0.1:$dead/1 127.0.0.1:$PORT_b/1"
	export DISTCC_HOSTS
	run "$DISTCC" fake -c quick.c -o quick.o
	assertEquals 0 "$status"
	assertTrue '[ -e "$DISTCC_DIR/lock/backoff_tcp_127.0.0.1_${dead}_0" ]'
	run "$stock" fake -c quick.c -o quick.o
	assertEquals 0 "$status"
	assertEquals 'stock did not try it' '' "$err"
	assertEquals 2 "$(daemon_jobs b)"
}

. "${SHUNIT2:-shunit2}"
