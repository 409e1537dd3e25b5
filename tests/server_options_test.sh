#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Starting and ending: options, exit codes, the pid file, detaching, logs, users.

. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "$SRCDIR/tests/lib/daemon.sh"
. "$SRCDIR/tests/lib/wire.sh"

# For daemons that the suite itself starts; those of root become somebody else.
setUp() {
	sandbox_new
	fake_compiler gcc
	mkdir "$SANDBOX/run"
	chmod 777 "$SANDBOX/run"
	DISTCC_CMDLIST=$SANDBOX/list
	allowed_compilers >"$DISTCC_CMDLIST"
	export DISTCC_CMDLIST
	port=$(free_port)
	PORT_self=$port
	log=$SANDBOX/run/log
	pid_file=$SANDBOX/run/pid
	set_options
}

# What every daemon here gets
set_options() {
	options="--daemon --port $port --listen 127.0.0.1 --config-dir $SANDBOX/none --cache-dir $SANDBOX/cache --log-file $log --log-level info"
}

tearDown() {
	if [ -s "$pid_file" ]; then
		kill -KILL "$(cat "$pid_file")" 2>/dev/null
	fi
	sandbox_end
}

# gone PID - that process has ended
gone() {
	! kill -0 "$1" 2>/dev/null || grep -q '^[0-9]* (.*) Z' "/proc/$1/stat" 2>/dev/null
}

test_version() {
	run "$DISTCCD" --version
	assertEquals 0 "$status"
	assertEquals '' "$err"
	assertEquals 'three words' 3 "$(printf '%s\n' "$out" | head -n 1 | wc -w)"
	assertEquals "distccd $(sed -n 's/^#define DISTCC_VERSION "\(.*\)"/\1/p' "$BUILDDIR/config.h")" \
		"$(printf '%s\n' "$out" | sed -n '1s/ [^ ]*$//p')"
	assertEquals '  (protocols 1, 2 and 4) (default port 3632)' "$(printf '%s\n' "$out" | sed -n 2p)"
	assertNotEquals '' "$(printf '%s\n' "$out" | sed -n 3p)"
}

test_help() {
	run "$DISTCCD" --help
	assertEquals 0 "$status"
	assertEquals '' "$err"
	assertContains "$out" Usage:
	assertContains "$out" --enable-tcp-insecure
}

test_bad_options_end_with_101() {
	for bad in --nonsense '--port 80000' '--port=0' '--port x' 'operand' '--jobs 0' '--jobs 10001' '--allow 1.2.3.4/33' \
		'--allow no-such-host.invalid' '--log-level loud' '--daemon --inetd' --port -Q '--lifetime=-1'; do
		# shellcheck disable=SC2086 # words
		run "$DISTCCD" $options --pid-file "$pid_file" $bad
		assertEquals "$bad" 101 "$status"
		assertNotEquals "$bad" '' "$err"
		assertFalse "$bad: pid file" '[ -e "$pid_file" ]'
	done
	for var in DISTCC_IO_TIMEOUT=0 DISTCC_IO_TIMEOUT=x DISTCC_CMDLIST_NUMWORDS=0; do
		# shellcheck disable=SC2086 # words
		run env $var "$DISTCCD" $options --pid-file "$pid_file"
		assertEquals "$var" 101 "$status"
	done
}

test_port_in_use_ends_with_102() {
	start_distccd a || fail 'no daemon'
	run "$DISTCCD" --daemon --port "$PORT_a" --listen 127.0.0.1 --pid-file "$pid_file" --config-dir "$SANDBOX/none"
	assertEquals 102 "$status"
	assertContains "$err" "$PORT_a"
	assertFalse 'pid file' '[ -e "$pid_file" ]'
	run "$DISTCCD" --daemon --port "$port" --listen no-such-host.invalid --config-dir "$SANDBOX/none"
	assertEquals 102 "$status"
}

test_no_allowed_compiler_ends_with_110() {
	: >"$SANDBOX/empty"
	# shellcheck disable=SC2086 # words
	DISTCC_CMDLIST=$SANDBOX/empty run "$DISTCCD" $options --pid-file "$pid_file"
	assertEquals 110 "$status"
	assertContains "$err" 'no compiler is allowed'
	# shellcheck disable=SC2086 # words
	DISTCC_CMDLIST=$SANDBOX/missing run "$DISTCCD" $options --pid-file "$pid_file"
	assertEquals 110 "$status"
	assertContains "$err" "$SANDBOX/missing"
	assertFalse 'pid file' '[ -e "$pid_file" ]'
	# shellcheck disable=SC2086 # words
	DISTCC_CMDLIST=$SANDBOX/empty run "$DISTCCD" $options --pid-file "$pid_file" --enable-tcp-insecure
	assertEquals 0 "$status"
}

test_no_masquerade_directory_ends_with_110() {
	unset DISTCC_CMDLIST
	found=
	for dir in /usr/lib/distcc "$(sed -n 's/^#define PKGLIBDIR "\(.*\)"/\1/p' "$BUILDDIR/config.h")"; do
		[ -d "$dir" ] && found="$found $dir"
	done
	# shellcheck disable=SC2086 # words
	run unshare -rm sh -c 'for d in '"$found"'; do mount -t tmpfs none "$d" || exit 77; done; exec "$0" "$@"' "$DISTCCD" $options --user nobody
	if [ "$status" -eq 77 ] || { [ "$status" -eq 1 ] && [ "${err#unshare}" != "$err" ]; }; then
		skip_because 'no user namespaces'
		return 0
	fi
	assertEquals "$err" 110 "$status"
	assertContains "$err" 'distcc-config --install-links'
	assertContains "$err" "$SANDBOX/none/commands.allow"
}

test_detaches_only_once_ready() {
	# shellcheck disable=SC2086 # words
	run "$DISTCCD" $options --pid-file "$pid_file"
	assertEquals "$err" 0 "$status"
	assertEquals '' "$out$err"
	assertTrue 'pid file' '[ -s "$pid_file" ]'
	pid=$(cat "$pid_file")
	assertEquals 'all of it' "$pid" "$(tr -cd 0-9 <"$pid_file")"
	assertTrue 'listening' 'port_listens "$port"'
	assertTrue 'running' 'kill -0 "$pid"'
	assertEquals 'its own session' "$pid" "$(cut -d ' ' -f 6 "/proc/$pid/stat")"
	assertEquals '/' "$(readlink "/proc/$pid/cwd")"
	for fd in 0 1 2; do
		assertEquals "descriptor $fd" /dev/null "$(readlink "/proc/$pid/fd/$fd")"
	done
	kill -TERM "$pid"
	poll_until 'gone "$pid"' || fail 'runs on'
	assertFalse 'pid file' '[ -e "$pid_file" ]'
	assertFalse 'listening' 'port_listens "$port"'
	assertContains "$(cat "$log")" 'ready: port'
}

test_relative_pid_file() {
	cd "$SANDBOX/run" || return
	# shellcheck disable=SC2086 # words
	run "$DISTCCD" $options --pid-file pid
	assertEquals "$err" 0 "$status"
	pid=$(cat pid)
	kill -TERM "$pid"
	poll_until 'gone "$pid"' || fail 'runs on'
	assertFalse 'pid file' '[ -e pid ]'
}

test_pid_file_that_cannot_be_written() {
	# shellcheck disable=SC2086 # words
	run "$DISTCCD" $options --pid-file "$SANDBOX/none/pid"
	assertEquals 107 "$status"
	assertFalse 'listening' 'port_listens "$port"'
	assertContains "$(cat "$log")" "$SANDBOX/none/pid"
}

test_stays_in_the_foreground() {
	# shellcheck disable=SC2086 # words
	"$DISTCCD" $options --no-detach --pid-file "$pid_file" &
	poll_until '[ -s "$pid_file" ]'
	assertEquals $! "$(cat "$pid_file")"
	kill -TERM $!
	wait $!
	assertEquals 'exit status' 0 $?
	assertFalse 'pid file' '[ -e "$pid_file" ]'
}

# Whoever starts us may have signals ignored.
test_ignored_signals() {
	: >x.i
	request 1 x.i gcc -c x.c -o x.o >req
	(
		trap '' CHLD TERM HUP INT PIPE
		# shellcheck disable=SC2086 # words
		exec "$DISTCCD" $options --no-detach --jobs 1 --pid-file "$pid_file"
	) &
	poll_until '[ -s "$pid_file" ]'
	for _ in 1 2 3; do
		wire self file req read
		assertContains "$out" 'object of gcc'
	done
	pid=$(cat "$pid_file")
	poll_until '[ -z "$(cat /proc/$pid/task/*/children)" ]' || fail 'zombies'
	kill -HUP "$pid"
	poll_until 'grep -q "read again" "$log"' || fail 'SIGHUP is ignored'
	kill -TERM "$pid"
	poll_until 'gone "$pid"' || fail 'SIGTERM is ignored'
	wait
}

test_one_process() {
	# shellcheck disable=SC2086 # words
	"$DISTCCD" $options --no-detach --no-fork --pid-file "$pid_file" &
	poll_until 'port_listens "$port"'
	: >x.i
	request 1 x.i gcc -c x.c -o x.o >req
	for _ in 1 2 3; do
		wire self file req read
		assertContains "$out" 'object of gcc'
	done
	assertEquals 'its own number in the log' 3 "$(grep -c "^distccd\[$!\] client: .* COMPILE_OK" "$log")"
	kill -TERM $!
	wait $!
	assertEquals 'exit status' 0 $?
	assertFalse 'pid file' '[ -e "$pid_file" ]'
}

test_lifetime() {
	# shellcheck disable=SC2086 # words
	run "$DISTCCD" $options --pid-file "$pid_file" --lifetime=1
	assertEquals "$err" 0 "$status"
	pid=$(cat "$pid_file")
	poll_until 'gone "$pid"' || fail 'runs on'
	assertFalse 'pid file' '[ -e "$pid_file" ]'
	# shellcheck disable=SC2086 # words
	"$DISTCCD" $options --no-detach --no-fork --pid-file "$pid_file" --lifetime 1
	assertEquals 0 $?
	assertFalse 'pid file' '[ -e "$pid_file" ]'
}

test_socket_as_stdin_means_inetd_else_daemon() {
	run "$DISTCCD" --port "$port" --listen 127.0.0.1 --config-dir "$SANDBOX/none" --cache-dir "$SANDBOX/cache" --log-file "$log" --pid-file "$pid_file"
	assertEquals "$err" 0 "$status"
	assertTrue 'listening' 'port_listens "$port"'
}

test_log_on_stderr() {
	# shellcheck disable=SC2086 # words
	"$DISTCCD" $options --no-detach --log-stderr 2>errors &
	poll_until 'grep -q "ready: port" errors' || fail 'nothing on stderr'
	kill -TERM $!
	wait $!
	assertFalse 'the file' '[ -s "$log" ]'
}

test_wizard() {
	"$DISTCCD" -W --daemon --port "$port" --listen 127.0.0.1 --config-dir "$SANDBOX/none" 2>errors &
	poll_until 'grep -q "ready: port" errors' || fail 'nothing on stderr'
	kill -TERM $!
	wait $!
	assertEquals 0 $?
}

test_log_file_that_cannot_be_opened() {
	# shellcheck disable=SC2086 # words
	run "$DISTCCD" $options --log-file "$SANDBOX/none/log" --pid-file "$pid_file"
	assertEquals 0 "$status"
	assertContains "$err" "$SANDBOX/none/log"
	assertTrue 'listening' 'port_listens "$port"'
}

test_default_level_is_notice() {
	"$DISTCCD" --daemon --no-detach --port "$port" --listen 127.0.0.1 --config-dir "$SANDBOX/none" --log-file "$log" &
	poll_until 'port_listens "$port"'
	: >x.i
	request 1 x.i gcc -c x.c -o x.o >req
	wire self file req read
	assertContains "$out" 'object of gcc'
	poll_until 'grep -q COMPILE_OK "$log"' || fail 'no job line'
	assertFalse 'grep -q "ready: port" "$log"'
	kill -TERM $!
	wait $!
}

test_tmpdir_that_cannot_be_used() {
	# shellcheck disable=SC2086 # words
	TMPDIR=$SANDBOX/none run "$DISTCCD" $options --pid-file "$pid_file"
	assertEquals 107 "$status"
	assertFalse 'pid file' '[ -e "$pid_file" ]'
}

test_root_becomes_somebody_else() {
	if [ "$(id -u)" -ne 0 ]; then
		skip_because 'not root'
		return 0
	fi
	# shellcheck disable=SC2086 # words
	run "$DISTCCD" $options --pid-file "$pid_file" --user nobody
	assertEquals "$err" 0 "$status"
	pid=$(cat "$pid_file")
	uid=$(id -u nobody) gid=$(id -g nobody)
	assertEquals "$uid $uid $uid $uid" "$(sed -n 's/^Uid:\t//p' "/proc/$pid/status" | tr '\t' ' ')"
	assertEquals "$gid $gid $gid $gid" "$(sed -n 's/^Gid:\t//p' "/proc/$pid/status" | tr '\t' ' ')"
	assertEquals "$gid" "$(sed -n 's/^Groups:[^0-9]*//p' "/proc/$pid/status" | tr -d ' ')"
	assertEquals 'no new privileges' 1 "$(sed -n 's/^NoNewPrivs:\t//p' "/proc/$pid/status")"
	assertEquals 'the log is its own' nobody "$(stat -c %U "$log")"
}

test_users_it_cannot_become() {
	if [ "$(id -u)" -ne 0 ]; then
		skip_because 'not root'
		return 0
	fi
	for user in nosuchuser root; do
		# shellcheck disable=SC2086 # words
		run "$DISTCCD" $options --pid-file "$pid_file" --user $user
		assertEquals "$user" 112 "$status"
		assertFalse 'pid file' '[ -e "$pid_file" ]'
		assertFalse 'listening' 'port_listens "$port"'
	done
}

test_oom_score() {
	# shellcheck disable=SC2086 # words
	run "$DISTCCD" $options --pid-file "$pid_file" --oom-score-adj 500
	assertEquals "$err" 0 "$status"
	assertEquals 500 "$(cat "/proc/$(cat "$pid_file")/oom_score_adj")"
}

. "${SHUNIT2:-shunit2}"
