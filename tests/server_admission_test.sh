#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Never more than --jobs at once; clients take turns; many at a time are all served; an idle daemon is small.

. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "$SRCDIR/tests/lib/daemon.sh"
. "$SRCDIR/tests/lib/wire.sh"

setUp() {
	sandbox_new
	mkdir "$SANDBOX/seen"
	chmod 777 "$SANDBOX/seen"
	printf 'int x;\n' >x.i
}

# client NAME [ADDRESS] - one job in the background, its source called NAME; the answer goes to answer.NAME
client() {
	request 1 x.i gcc -c "$1.c" -o x.o >"req.$1"
	"$WIRETOOL" 127.0.0.1 "$PORT_a" from "${2:-127.0.0.1}" file "req.$1" read >"answer.$1" &
	clients="$clients $!"
}

wait_for_clients() {
	for pid in $clients; do
		wait "$pid"
	done
	clients=
}

# running - how many compilers are at work
running() {
	find "$SANDBOX/seen" -name 'run.*' | wc -l
}

# A compiler that runs until seen/go exists.
held_compiler() {
	fake_compiler gcc "
		: >$SANDBOX/seen/run.\$\$
		find $SANDBOX/seen -name 'run.*' | wc -l >>$SANDBOX/seen/most
		until [ -e $SANDBOX/seen/go ]; do sleep 0.02; done
		rm $SANDBOX/seen/run.\$\$
		printf o >\"\$output\""
	: >"$SANDBOX/seen/most"
	chmod 666 "$SANDBOX/seen/most"
}

test_never_more_than_jobs() {
	held_compiler
	start_distccd a --jobs 3 || fail 'no daemon'
	clients=
	for n in 1 2 3 4 5 6 7 8; do
		client $n
	done
	poll_until '[ "$(running)" -eq 3 ]' || fail "$(running) run"
	# all eight have their requests in, five wait
	poll_until '[ "$(ls "$TMP_a" | wc -l)" -eq 8 ]'
	assertEquals 3 "$(running)"
	touch "$SANDBOX/seen/go"
	wait_for_clients
	assertEquals 'all are served' 8 "$(grep -l 'DOTO00000001o' answer.* | wc -l)"
	assertEquals 'at most' 3 "$(sort -n "$SANDBOX/seen/most" | tail -n 1)"
	assertEquals 8 "$(daemon_jobs a)"
	assert_tmp_empty a
}

test_clients_take_turns() {
	mkfifo "$SANDBOX/seen/fifo"
	chmod 666 "$SANDBOX/seen/fifo"
	# the compiler's only trace of who asked is in the daemon's log: one job at a time, in order of their ends
	fake_compiler gcc "echo \$\$ >$SANDBOX/seen/pid; read line <$SANDBOX/seen/fifo; printf o >\"\$output\""
	start_distccd a --jobs 1 || fail 'no daemon'
	clients=
	client first
	poll_until '[ -s "$SANDBOX/seen/pid" ]'
	n=1
	for name in a1 a2 a3 a4; do
		client $name
		n=$((n + 1))
		poll_until '[ "$(ls "$TMP_a" | wc -l)" -eq $n ]'
	done
	for name in b1 b2; do
		client $name 127.0.0.2
		n=$((n + 1))
		poll_until '[ "$(ls "$TMP_a" | wc -l)" -eq $n ]'
	done
	while [ "$n" -gt 0 ]; do
		n=$((n - 1))
		echo >"$SANDBOX/seen/fifo"
		poll_until '[ "$(ls "$TMP_a" | wc -l)" -eq $n ]'
	done
	wait_for_clients
	assertEquals 'first.c a1.c b1.c a2.c b2.c a3.c a4.c ' "$(sed -n 's/.*COMPILE_OK.* //p' "$LOG_a" | tr '\n' ' ')"
}

test_fifty_clients_at_once() {
	fake_compiler gcc 'printf o >"$output"'
	start_distccd a --jobs 4 || fail 'no daemon'
	clients=
	n=0
	while [ $n -lt 50 ]; do
		n=$((n + 1))
		client $n
	done
	wait_for_clients
	assertEquals 50 "$(grep -l 'DONE00000001STAT00000000SERR00000000SOUT00000000DOTO00000001o' answer.* | wc -l)"
	assertEquals 50 "$(daemon_jobs a)"
	assert_tmp_empty a
}

# A client that opens connections and says nothing can fill its own share only.
test_idle_connections_do_not_keep_others_out() {
	fake_compiler gcc 'printf o >"$output"'
	start_distccd a --jobs 1 || fail 'no daemon'
	clients=
	n=0
	while [ $n -lt 80 ]; do
		n=$((n + 1))
		"$WIRETOOL" 127.0.0.1 "$PORT_a" from 127.0.0.3 until go >/dev/null &
		clients="$clients $!"
	done
	poll_until '[ "$(cat /proc/$PID_a/task/*/children | wc -w)" -ge 51 ]' || fail "too few connections"
	client other
	poll_until 'grep -q DOTO00000001o answer.other' || fail 'kept out'
	assertTrue 'children are bounded' '[ "$(cat /proc/$PID_a/task/*/children | wc -w)" -le 68 ]'
	echo x >go
	wait_for_clients
	poll_until 'no_children a' || fail 'children are left'
}

test_no_process_can_be_started() {
	if [ "$(id -u)" -ne 0 ] || ! command -v setpriv >/dev/null || ! command -v prlimit >/dev/null; then
		skip_because 'needs root, setpriv and prlimit'
		return 0
	fi
	fake_compiler gcc 'printf o >"$output"'
	# a user of its own, who may have one process
	somebody='setpriv --reuid=54321 --regid=54321 --clear-groups'
	printf '#!/bin/sh\nexec %s prlimit --nproc=1:100 %s "$@"\n' "$somebody" "$DISTCCD" >"$SANDBOX/limited"
	chmod 755 "$SANDBOX/limited"
	DISTCCD=$SANDBOX/limited
	start_distccd a --no-replica || fail 'no daemon'
	DISTCCD=$BUILDDIR/distccd
	clients=
	client 1
	client 2
	assert_log a 'cannot start a process for a job'
	ticks=$(cut -d ' ' -f 14,15 "/proc/$PID_a/stat")
	poll_until false 1
	assertEquals 'it does not spin' "$ticks" "$(cut -d ' ' -f 14,15 "/proc/$PID_a/stat")"
	assertEquals 'said once' 1 "$(grep -c 'cannot start' "$LOG_a")"
	$somebody prlimit --pid "$PID_a" --nproc=100
	wait_for_clients
	assertEquals 2 "$(grep -l DOTO00000001o answer.* | wc -l)"
	assert_log a 'jobs can be started again'
}

# private_kib PID - memory that is its own
private_kib() {
	awk '/^Private_/ { n += $2 } END { print n }' "/proc/$1/smaps_rollup"
}

test_an_idle_daemon_is_small() {
	if nm -D "$DISTCCD" 2>/dev/null | grep -q __asan_init || ldd "$DISTCCD" | grep -q libasan; then
		skip_because 'the sanitizer has memory of its own'
		return 0
	fi
	fake_compiler gcc 'printf o >"$output"'
	start_distccd a || fail 'no daemon'
	clients=
	client 1
	wait_for_clients
	[ -r "/proc/$PID_a/smaps_rollup" ] || {
		skip_because 'this kernel has no smaps_rollup'
		return 0
	}
	assertTrue "$(private_kib "$PID_a") KiB" '[ "$(private_kib "$PID_a")" -le 2048 ]'
	"$WIRETOOL" 127.0.0.1 "$PORT_a" until go >/dev/null &
	poll_until '[ "$(cat /proc/$PID_a/task/*/children | wc -w)" -eq 1 ]'
	child=$(cat /proc/"$PID_a"/task/*/children | tr -d ' ')
	assertTrue "child: $(private_kib "$child") KiB" '[ "$(private_kib "$child")" -le 2048 ]'
	echo x >go
	wait $!
}

. "${SHUNIT2:-shunit2}"
