#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Sockets from a service manager (LISTEN_FDS), and what it is told (NOTIFY_SOCKET).

. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "$SRCDIR/tests/lib/daemon.sh"
. "$SRCDIR/tests/lib/wire.sh"

# the files may belong to whom the daemon becomes
setUp() {
	sandbox_new
	mkdir "$SANDBOX/etc" "$SANDBOX/seen"
	chmod 1777 "$SANDBOX/seen"
	log=$SANDBOX/seen/log
	: >"$log"
	chmod 666 "$log"
	fake_compiler gcc 'env >"'"$SANDBOX"'/seen/env"; ls -l /proc/self/fd >"'"$SANDBOX"'/seen/fds"; echo object >"$output"'
	allowed_compilers >"$SANDBOX/list"
	port=$(free_port)
	pid=
	watcher=
	options="--daemon --no-detach --log-file $log --log-level info --config-dir $SANDBOX/etc"
	echo 'int x;' >x.c
}

tearDown() {
	for p in $pid $watcher; do
		kill -TERM "$p" 2>/dev/null
		wait "$p" 2>/dev/null
	done
	sandbox_end
}

# serve COMMAND... - in the background, with what a daemon needs; sets $pid
serve() {
	env PATH="${PATH#"$SANDBOX/bin:"}" DISTCC_CMDLIST="$SANDBOX/list" "$@" >"$SANDBOX/seen/out" 2>&1 </dev/null &
	pid=$!
	daemon_remember "$pid"
}

# watch - what a NOTIFY_SOCKET gets goes to $SANDBOX/told
watch() {
	"$WIRETOOL" --notified notify >"$SANDBOX/told" &
	watcher=$!
	daemon_remember "$watcher"
	poll_until '[ -S notify ]'
	# the name of a socket must be short, and $PWD may be long
	NOTIFY=NOTIFY_SOCKET=/proc/self/cwd/notify
}

told() { grep -q "$1" "$SANDBOX/told"; }

compile() {
	DISTCC_HOSTS=127.0.0.1:$port DISTCC_FALLBACK=0 run "$DISTCC" gcc -c x.c -o "$1"
	assertEquals "$err" 0 "$status"
	assertEquals object "$(cat "$1")"
}

# Ready is said once it serves; --port and --listen do not count; jobs get neither the socket nor the variables.
test_activated() {
	watch
	# shellcheck disable=SC2086 # words
	serve env "$NOTIFY" "$WIRETOOL" --activate "$port" "$DISTCCD" $options --port 1 --listen 192.0.2.1
	poll_until 'told "^READY=1"' || fail "not ready: $(cat "$SANDBOX/seen/out" "$log")"
	assertTrue 'status' 'told "^STATUS=on sockets of the service manager, [0-9]* jobs"'
	assertContains "$(cat "$log")" 'ready: on sockets of the service manager'
	compile x.o
	assertFalse 'variables' 'grep -E "^(LISTEN_|NOTIFY_)" "$SANDBOX/seen/env"'
	assertEquals 'sockets of jobs' 0 "$(grep -c socket: "$SANDBOX/seen/fds")"

	kill -HUP "$pid"
	poll_until 'told "^RELOADING=1" && [ "$(grep -c ^READY=1 "$SANDBOX/told")" = 2 ]' || fail 'does not tell of the reload'
	assertTrue 'time of the reload' 'told "^MONOTONIC_USEC=[0-9]"'
	kill -TERM "$pid"
	poll_until 'told "^STOPPING=1"' || fail 'does not tell of the end'
	wait "$pid"
	assertEquals 0 $?
	pid=
}

# Without NOTIFY_SOCKET and by itself everything is as ever; LISTEN_FDS for another process does not count.
test_variables_of_another_process() {
	# shellcheck disable=SC2086 # words
	serve env LISTEN_PID=1 LISTEN_FDS=1 "$DISTCCD" $options --port "$port" --listen 127.0.0.1
	poll_until 'port_listens "$port"' || fail "does not listen: $(cat "$SANDBOX/seen/out" "$log")"
	compile x.o
	assertFalse 'variables' 'grep -E "^(LISTEN_|NOTIFY_)" "$SANDBOX/seen/env"'
}

# A manager that has gone does no harm.
test_nobody_hears() {
	# shellcheck disable=SC2086 # words
	serve env NOTIFY_SOCKET="$SANDBOX/none" "$DISTCCD" $options --port "$port" --listen 127.0.0.1
	poll_until 'port_listens "$port"' || fail "does not listen: $(cat "$SANDBOX/seen/out" "$log")"
	compile x.o
	assertContains "$(cat "$log")" 'cannot tell the service manager'
}

# A daemon that cannot start has not said it is ready.
test_not_ready() {
	watch
	# shellcheck disable=SC2086 # words
	env "$NOTIFY" DISTCC_CMDLIST=/dev/null "$DISTCCD" $options --port "$port" >out 2>&1 </dev/null
	assertEquals 110 $?
	assertFalse 'says ready' 'told READY'
}

# What is handed over must be a listening TCP socket.
test_not_a_socket() {
	DISTCC_CMDLIST=$SANDBOX/list
	export DISTCC_CMDLIST
	# shellcheck disable=SC2086 # words
	run sh -c 'exec 3</dev/null; LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"' - "$DISTCCD" $options --port "$port"
	assertEquals 102 "$status"
	assertContains "$err" 'descriptor 3'
	assertContains "$err" 'it is no socket'
}

# The log is opened again, so that it can be renamed.
test_reload_opens_the_log_again() {
	# shellcheck disable=SC2086 # words
	serve "$DISTCCD" $options --port "$port" --listen 127.0.0.1
	poll_until 'grep -q "ready: port" "$log"' || fail 'not ready'
	mv "$log" "$log.1"
	kill -HUP "$pid"
	poll_until 'grep -q "read again" "$log" 2>/dev/null' || fail 'no new log'
	compile x.o
	assertContains "$(cat "$log")" COMPILE_OK
	assertNotContains "$(cat "$log.1")" COMPILE_OK
}

# The real thing: the first connection starts the daemon.
test_systemd_socket_activate() {
	command -v systemd-socket-activate >/dev/null || {
		skip_because 'there is no systemd-socket-activate'
		return 0
	}
	watch
	# shellcheck disable=SC2086 # words
	serve systemd-socket-activate --listen "127.0.0.1:$port" --fdname distccd.socket -E DISTCC_CMDLIST -E "$NOTIFY" \
		-E TMPDIR "$DISTCCD" $options
	poll_until 'port_listens "$port"' || fail "does not listen: $(cat "$SANDBOX/seen/out")"
	assertFalse 'started too early' 'told READY'
	compile x.o
	assertTrue 'ready' 'told "^READY=1"'
	assertFalse 'variables' 'grep -E "^(LISTEN_|NOTIFY_)" "$SANDBOX/seen/env"'
	compile y.o
}

. "${SHUNIT2:-shunit2}"
