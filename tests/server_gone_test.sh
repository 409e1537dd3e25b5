#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Ends before the end: the client vanishes, the job takes too long, the daemon is told to stop or is killed.

. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "$SRCDIR/tests/lib/daemon.sh"
. "$SRCDIR/tests/lib/wire.sh"

# The compiler writes its number to seen/pid and waits for somebody to open seen/fifo.
setUp() {
	sandbox_new
	mkdir "$SANDBOX/seen"
	chmod 777 "$SANDBOX/seen"
	mkfifo "$SANDBOX/seen/fifo"
	chmod 666 "$SANDBOX/seen/fifo"
	fake_compiler gcc "echo \$\$ >$SANDBOX/seen/pid; read line <$SANDBOX/seen/fifo; printf late >\"\$output\""
	printf 'int x;\n' >x.i
	request 1 x.i gcc -c x.c -o x.o >req
	pid_file=$SANDBOX/seen/pid
}

serve() {
	start_distccd a "$@" || fail 'no daemon'
}

assert_gone() {
	assertEquals "$out" 0 "$status"
	assertContains "$out" '[gone after'
	assert_log a 'CLI_DISCONN exit:0 sig:9 core:0 ret:117 '
	assert_tmp_empty a
	poll_until 'no_children a' || fail 'a child is left'
}

test_client_closes_during_the_compile() {
	serve
	wire a file req until "$pid_file" hangup dead "$pid_file" 100
	assert_gone
}

test_client_resets_during_the_compile() {
	serve
	wire a file req until "$pid_file" reset dead "$pid_file" 100
	assert_gone
}

test_client_is_killed_during_the_compile() {
	serve
	"$WIRETOOL" 127.0.0.1 "$PORT_a" file req read >/dev/null &
	poll_until '[ -s "$pid_file" ]'
	kill -KILL $!
	wire a dead "$pid_file" 150	# the time of this command's own start included
	assert_gone
}

test_client_that_has_sent_more_closes() {
	serve
	wire a file req send xxxxxxxx until "$pid_file" send yyyy hangup dead "$pid_file" 100
	assert_gone
}

test_half_closed_connection_gets_its_result() {
	serve
	"$WIRETOOL" 127.0.0.1 "$PORT_a" file req shut read >answer &
	poll_until '[ -s "$pid_file" ]'
	echo >"$SANDBOX/seen/fifo"
	wait $!
	assertEquals 'DONE00000001STAT00000000SERR00000000SOUT00000000DOTO00000004late[closed]' "$(cat answer)"
	assert_log a COMPILE_OK
}

test_client_leaves_the_queue() {
	serve --jobs 1
	"$WIRETOOL" 127.0.0.1 "$PORT_a" file req read >answer &
	poll_until '[ -s "$pid_file" ]'
	wire a file req hangup
	assert_log a 'went away before its turn'
	assert_log a 'CLI_DISCONN exit:0 sig:0 core:0 ret:117 '
	echo >"$SANDBOX/seen/fifo"
	wait $!
	assertContains "$(cat answer)" late
	assert_tmp_empty a
}

test_job_lifetime() {
	serve --job-lifetime 1
	wire a file req read dead "$pid_file" 100
	assertEquals 0 "$status"
	assertContains "$out" 'DONE00000001STAT00007600SERR'
	assertContains "$out" 'ran longer than --job-lifetime allows'
	assertContains "$out" 'SOUT00000000DOTO00000000[closed]'
	assert_log a 'COMPILE_TIMEOUT exit:118 sig:0 core:0 ret:118 '
	assert_tmp_empty a
}

# until_gone PID - its process has ended
until_gone() {
	poll_until "! kill -0 $1 2>/dev/null || grep -q '^[0-9]* (.*) Z' /proc/$1/stat" "${2:-10}"
}

test_sigterm_lets_running_and_waiting_jobs_finish() {
	serve --jobs 1 --pid-file "$TMPDIR/pidfile"
	"$WIRETOOL" 127.0.0.1 "$PORT_a" file req read >answer &
	first=$!
	poll_until '[ -s "$pid_file" ]'
	"$WIRETOOL" 127.0.0.1 "$PORT_a" file req read >answer2 &
	second=$!
	"$WIRETOOL" 127.0.0.1 "$PORT_a" read >answer3 &
	third=$!
	poll_until '[ "$(ls "$TMP_a" | wc -l)" -eq 2 ]'
	poll_until '[ "$(cat /proc/$PID_a/task/*/children | wc -w)" -eq 3 ]'
	kill -TERM "$PID_a"
	assert_log a 'ending; 1 jobs run and 1 wait'
	poll_until '! port_listens "$PORT_a"' || fail 'still listening'
	assertFalse 'the pid file' '[ -e "$TMPDIR/pidfile" ]'
	wait "$third"
	assertEquals 'no request: ended' '[closed]' "$(cat answer3)"
	assertEquals 'no answer yet' '' "$(cat answer)"
	rm "$pid_file"
	echo >"$SANDBOX/seen/fifo"
	poll_until '[ -s "$pid_file" ]'
	echo >"$SANDBOX/seen/fifo"
	wait "$first"
	wait "$second"
	assertContains "$(cat answer)" 'STAT00000000SERR00000000SOUT00000000DOTO00000004late'
	assertContains "$(cat answer2)" 'STAT00000000SERR00000000SOUT00000000DOTO00000004late'
	stop_daemon a
	assertEquals 'exit status' 0 $?
	assert_tmp_empty a
}

test_second_sigterm_ends_jobs() {
	serve
	"$WIRETOOL" 127.0.0.1 "$PORT_a" file req read >answer &
	client=$!
	poll_until '[ -s "$pid_file" ]'
	kill -TERM "$PID_a"
	assert_log a 'ending; 1 jobs run'
	kill -TERM "$PID_a"
	wait "$client"
	assertEquals '[closed]' "$(cat answer)"
	until_gone "$(cat "$pid_file")" || fail 'the compiler runs on'
	stop_daemon a
	assertEquals 'exit status' 0 $?
	assertTrue 'one line for it' '[ "$(grep -c "client: .* OTHER " "$LOG_a")" -eq 1 ]'
	assert_tmp_empty a
}

test_killed_daemon_leaves_no_orphan() {
	serve
	"$WIRETOOL" 127.0.0.1 "$PORT_a" file req read >answer &
	client=$!
	poll_until '[ -s "$pid_file" ]'
	kill -KILL "$PID_a"
	wait "$client"
	until_gone "$(cat "$pid_file")" || fail 'the compiler runs on'
	assert_tmp_empty a
}

# child_of NAME - the process of its one job
child_of() {
	cat /proc/"$(daemon_var "$1" PID)"/task/*/children | tr -d ' '
}

test_killed_child_leaves_no_orphan() {
	serve --jobs 1
	"$WIRETOOL" 127.0.0.1 "$PORT_a" file req read >answer &
	client=$!
	poll_until '[ -s "$pid_file" ]'
	kill -KILL "$(child_of a)"
	wait "$client"
	until_gone "$(cat "$pid_file")" || fail 'the compiler runs on'
	assert_log a 'ended by signal 9'
	assert_log a 'OTHER exit:0 sig:9 '
	assert_tmp_empty a
	# its place is free again
	rm "$pid_file"
	"$WIRETOOL" 127.0.0.1 "$PORT_a" file req read >answer &
	client=$!
	poll_until '[ -s "$pid_file" ]'
	echo >"$SANDBOX/seen/fifo"
	wait "$client"
	assertContains "$(cat answer)" STAT00000000
}

test_start_removes_what_killed_jobs_left() {
	serve
	stop_daemon a
	owner=$(stat -c %u "$LOG_a")
	mkdir -p "$TMP_a/distccd_Ab3dE9/sub" "$TMP_a/distccd_notours" "$TMP_a/other"
	echo x >"$TMP_a/distccd_Ab3dE9/sub/x.i"
	if [ "$(id -u)" -eq 0 ]; then
		owner=$(id -u distcc 2>/dev/null || id -u distccd 2>/dev/null || id -u nobody)
		chown -R "$owner" "$TMP_a"/*
		mkdir "$TMP_a/distccd_Zz3dE9"
	fi
	serve
	assertFalse '[ -e "$TMP_a/distccd_Ab3dE9" ]'
	assertTrue '[ -d "$TMP_a/distccd_notours" ]'
	assertTrue '[ -d "$TMP_a/other" ]'
	[ "$(id -u)" -ne 0 ] || assertTrue 'that of another user stays' '[ -d "$TMP_a/distccd_Zz3dE9" ]'
}

test_start_leaves_directories_in_use() {
	serve
	"$WIRETOOL" 127.0.0.1 "$PORT_a" file req read >answer &
	client=$!
	poll_until '[ -s "$pid_file" ]'
	start_distccd b --log-level debug || fail 'no second daemon'
	stop_daemon b
	DAEMON_ENV="TMPDIR=$TMP_a"
	start_distccd b || fail 'no second daemon'
	DAEMON_ENV=
	echo >"$SANDBOX/seen/fifo"
	wait "$client"
	assertContains "$(cat answer)" 'DOTO00000004late'
}

. "${SHUNIT2:-shunit2}"
