#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The client as Portage runs it: root and another user in turns on one DISTCC_DIR whose modes change meanwhile, no HOME, and
# never a word on stderr that a configure script could take for the compiler's.

. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "${SRCDIR:-.}/tests/lib/daemon.sh"

setUp() {
	sandbox_new
	echo 'int x = 1;' >a.c
	fake_compiler mycc
	chmod 755 "$SANDBOX/home"
	chmod 1777 .
	# as the package manager makes it: group of the build user, setgid, group-writable
	mkdir -p "$DISTCC_DIR/lock" "$DISTCC_DIR/state" "$SANDBOX/temp"
	chmod 2775 "$DISTCC_DIR" "$DISTCC_DIR/lock" "$DISTCC_DIR/state" "$SANDBOX/temp"
	if is_root; then
		chgrp 65534 "$DISTCC_DIR" "$DISTCC_DIR/lock" "$DISTCC_DIR/state" "$SANDBOX/temp"
		chown 65534 "$SANDBOX/temp"
	fi
	export DISTCC_HOSTS=localhost
}

tearDown() {
	[ -z "${mounted-}" ] || umount "$mounted"
	mounted=
	sandbox_end
}

is_root() {
	[ "$(id -u)" = 0 ]
}

# as_portage COMMAND... - as the build user, if we are root, in the environment of a phase
as_portage() {
	if is_root; then
		run setpriv --reuid=65534 --regid=65534 --clear-groups env -u USER -u LOGNAME EBUILD_PHASE=compile T="$SANDBOX/temp" "$@"
	else
		run env -u USER -u LOGNAME EBUILD_PHASE=compile T="$SANDBOX/temp" "$@"
	fi
}

# as_root COMMAND... - as pkg_setup does
as_root() {
	run env EBUILD_PHASE=setup T="$SANDBOX/temp" "$@"
}

# compiled - the last run was good and silent
compiled() {
	assertEquals "exit status: $*" 0 "$status"
	assertEquals "silent: $*" '' "$out$err"
	assertEquals "object: $*" 'object of mycc' "$(cat a.o)"
	rm -f a.o
}

volunteer() {
	start_distccd a || { fail 'no daemon'; return 1; }
	DISTCC_HOSTS=$(host_of a)
	export DISTCC_HOSTS
}

test_root_and_portage_in_turns() {
	is_root || { skip_because 'not root'; return 0; }
	volunteer || return 0
	as_root "$DISTCC" gcc -c a.c
	assertEquals "0 " "$status $err"
	rm -f a.o
	lock=$DISTCC_DIR/lock/cpu_tcp_127.0.0.1_${PORT_a}_0
	assertEquals "root's file, for the group" '660' "$(stat -c %a "$lock" | sed 's/.$/0/')"
	assertEquals 65534 "$(stat -c %g "$lock")"
	inode=$(stat -c %i "$lock")
	as_portage "$DISTCC" gcc -c a.c
	assertEquals "0 " "$status $err"
	rm -f a.o
	assertEquals 'used, not replaced' "$inode" "$(stat -c %i "$lock")"
	rm -r "$DISTCC_DIR/lock"
	as_portage "$DISTCC" gcc -c a.c
	assertEquals "0 " "$status $err"
	rm -f a.o
	as_root "$DISTCC" gcc -c a.c
	assertEquals "0 " "$status $err"
	assertEquals 4 "$(daemon_jobs a)"
}

# What root's umask leaves unwritable, and stock clients make so, does not keep others out.
test_files_of_root_that_nobody_else_may_write() {
	is_root || { skip_because 'not root'; return 0; }
	volunteer || return 0
	for name in "cpu_tcp_127.0.0.1_${PORT_a}_0" turnstile turnstile_cpp cpu_localhost_0; do
		: >"$DISTCC_DIR/lock/$name"
		chmod 600 "$DISTCC_DIR/lock/$name"
	done
	as_portage "$DISTCC" gcc -c a.c
	assertEquals "0 " "$status $err"
	assertEquals 1 "$(daemon_jobs a)"
}

test_directories_for_the_group() {
	as_portage "$DISTCC" mycc -c a.c -o a.o
	compiled
	rm -rf "$DISTCC_DIR/lock" "$DISTCC_DIR/state"
	as_root "$DISTCC" mycc -c a.c -o a.o
	compiled
	assertEquals 2775 "$(stat -c %a "$DISTCC_DIR/lock")"
	assertEquals 2775 "$(stat -c %a "$DISTCC_DIR/state")"
	as_portage "$DISTCC" mycc -c a.c -o a.o
	compiled
	# in a directory of one user, umask alone counts
	chmod 755 "$DISTCC_DIR" "$DISTCC_DIR/lock"
	chmod g-s "$DISTCC_DIR" "$DISTCC_DIR/lock"
	rm -rf "$DISTCC_DIR/lock"
	as_root "$DISTCC" mycc -c a.c -o a.o
	compiled
	assertEquals 755 "$(stat -c %a "$DISTCC_DIR/lock")"
	assertEquals 644 "$(stat -c %a "$DISTCC_DIR/lock/cpu_localhost_0")"
	rm -rf "$DISTCC_DIR/lock"
	umask 002
	as_root "$DISTCC" mycc -c a.c -o a.o
	umask 022
	assertEquals 664 "$(stat -c %a "$DISTCC_DIR/lock/cpu_localhost_0")"
}

# Portage sets owners and modes of all that is in there, at every package, while jobs run.
test_modes_change_under_us() {
	: >"$SANDBOX/go"
	(
		while [ -e "$SANDBOX/go" ]; do
			chmod -R u+rwX,g+rwX,o-w "$DISTCC_DIR"
			is_root && chgrp -R 65534 "$DISTCC_DIR" && chown -R 65534 "$DISTCC_DIR/lock"
			rm -f "$DISTCC_DIR"/lock/cpu_* "$DISTCC_DIR"/state/*
			rm -rf "$DISTCC_DIR/lock"
			is_root && chown -R 0 "$DISTCC_DIR/lock"
		done
	) >/dev/null 2>&1 &
	changer=$!
	for i in 1 2 3 4 5 6 7 8 9 10; do
		as_portage "$DISTCC" mycc -c a.c -o a.o
		compiled "$i"
		as_root "$DISTCC" mycc -c a.c -o a.o
		compiled "$i"
	done
	rm "$SANDBOX/go"
	wait "$changer" || :
}

# unusable HOW - with DISTCC_DIR as it is now, Portage's jobs are done here, without a word
unusable() {
	as_portage "$DISTCC" mycc -c a.c -o a.o
	compiled "$1"
	as_portage env DISTCC_LOG="$SANDBOX/tmp/log" "$DISTCC" mycc -c a.c -o a.o
	compiled "$1"
	assertContains "$1" "$(cat "$SANDBOX/tmp/log")" 'a.c: local: '
	rm "$SANDBOX/tmp/log"
}

test_directory_that_cannot_be_used() {
	export DISTCC_HOSTS=127.0.0.1:9
	rm -r "$DISTCC_DIR"
	echo file >"$DISTCC_DIR"
	unusable 'a plain file'
	rm "$DISTCC_DIR"
	mkdir "$SANDBOX/closed"
	chmod 555 "$SANDBOX/closed"
	real=$DISTCC_DIR
	export DISTCC_DIR="$SANDBOX/closed/gone"
	is_root && chown 1 "$SANDBOX/closed"
	unusable 'gone, and cannot be made'
	chmod 755 "$SANDBOX/closed"
	export DISTCC_DIR="$real"
	mkdir -p "$DISTCC_DIR/lock"
	chmod 555 "$DISTCC_DIR/lock" "$DISTCC_DIR"
	unusable 'not writable'
	chmod 755 "$DISTCC_DIR" "$DISTCC_DIR/lock"
	mkdir "$DISTCC_DIR/lock/turnstile"
	unusable 'a directory in the place of a file'
}

test_read_only_mount() {
	is_root || { skip_because 'not root'; return 0; }
	mount -t tmpfs -o ro none "$DISTCC_DIR" 2>/dev/null || { skip_because 'no mounts here'; return 0; }
	mounted=$DISTCC_DIR
	export DISTCC_HOSTS=127.0.0.1:9
	unusable 'read-only'
	as_root "$DISTCC" mycc -c a.c -o a.o
	compiled 'as root'
}

# libsandbox makes a write outside an access violation, which fails the package.
test_directory_outside_of_the_sandbox() {
	volunteer || return 0
	chmod 777 "$DISTCC_DIR"
	as_portage env SANDBOX_ON=1 SANDBOX_WRITE="/nowhere:$SANDBOX/dist" "$DISTCC" gcc -c a.c
	assertEquals "0 " "$status $err"
	assertEquals 'nothing was touched' '' "$(find "$DISTCC_DIR" -type f)"
	assertEquals 0 "$(daemon_jobs a)"
	rm -f a.o
	as_portage env SANDBOX_ON=1 SANDBOX_WRITE="/nowhere:$SANDBOX" "$DISTCC" gcc -c a.c
	assertEquals "0 " "$status $err"
	assertEquals 1 "$(daemon_jobs a)"
}

# said TEXT - stderr has nothing, distcc.log in the package's own directory has it
said() {
	assertEquals "$1" '' "$err"
	assertEquals "$1" 0 "$status"
	assertContains "$(cat "$SANDBOX/temp/distcc.log" 2>/dev/null)" "$1"
	rm -f "$SANDBOX/temp/distcc.log"
}

test_nothing_on_stderr() {
	export DISTCC_HOSTS=127.0.0.1:9
	as_portage "$DISTCC" mycc -c a.c -o a.o
	said 'could not be compiled on 127.0.0.1:9'
	as_portage "$DISTCC" mycc -c a.c -o a.o
	assertFalse 'no log without a reason' "[ -e '$SANDBOX/temp/distcc.log' ]"
	export DISTCC_HOSTS=
	as_portage "$DISTCC" mycc -c a.c -o a.o
	said 'no hosts'
	export DISTCC_HOSTS=box:70000
	as_portage "$DISTCC" mycc -c a.c -o a.o
	said 'box:70000'
	export DISTCC_HOSTS=127.0.0.1:9
	as_portage env DISTCC_VERBOSE=1 "$DISTCC" mycc -c a.c -o a.o
	said 'command: mycc'
	as_portage env DISTCC_LOG=/no/such/file "$DISTCC" mycc -c a.c -o a.o
	said '/no/such/file'
	as_portage env DISTCC_SOCKS_PROXY="$SANDBOX/none" DISTCC_BACKOFF_PERIOD=0 "$DISTCC" mycc -c a.c -o a.o
	said 'no connection to the proxy'
	as_portage env T=/no/such/dir DISTCC_BACKOFF_PERIOD=0 "$DISTCC" mycc -c a.c -o a.o
	assertEquals "0 " "$status $err"
}

# What ends the build must be said where the user sees it.
test_errors_are_said() {
	as_portage "$DISTCC" no-such-compiler -c a.c
	assertEquals 110 "$status"
	assertContains "$err" 'no compiler no-such-compiler'
	export DISTCC_HOSTS=127.0.0.1:9
	as_portage env DISTCC_FALLBACK=0 "$DISTCC" mycc -c a.c -o a.o
	assertEquals 103 "$status"
	assertContains "$err" 'was not compiled'
}

test_log_of_both_users() {
	is_root || { skip_because 'not root'; return 0; }
	export DISTCC_HOSTS=
	as_root "$DISTCC" mycc -c a.c -o a.o
	compiled
	as_portage "$DISTCC" mycc -c a.c -o a.o
	compiled
	assertEquals 2 "$(grep -c 'no hosts' "$SANDBOX/temp/distcc.log")"
	rm "$SANDBOX/temp/distcc.log"
	echo precious >precious
	ln -s "$PWD/precious" "$SANDBOX/temp/distcc.log"
	as_root "$DISTCC" mycc -c a.c -o a.o
	compiled
	assertEquals 'links are not followed' precious "$(cat precious)"
}

test_temporary_files_follow_tmpdir() {
	mkdir "$SANDBOX/tmp/elsewhere"
	chmod 777 "$SANDBOX/tmp/elsewhere"
	volunteer || return 0
	as_portage env DISTCC_HOSTS="$(host_of a ,plain)" TMPDIR="$SANDBOX/tmp/elsewhere" DISTCC_SAVE_TEMPS=1 "$DISTCC" gcc -c a.c
	assertEquals "0 " "$status $err"
	assertNotEquals '' "$(find "$SANDBOX/tmp/elsewhere" -name 'distcc_*.i')"
	assertEquals '' "$(find "$SANDBOX/home" -mindepth 1)"
}

test_without_home_and_user() {
	volunteer || return 0
	as_portage env -u HOME -u USER "$DISTCC" gcc -c a.c
	assertEquals "0 " "$status $err"
	as_portage env -u HOME -u DISTCC_DIR "$DISTCC" mycc -c a.c -o a.o
	assertEquals "0 " "$status $err"
}

# emerge --info prints the first line if the exit status is 0.
test_version_for_emerge_info() {
	for dir in "$DISTCC_DIR" /dev/null/none; do
		as_portage env -u HOME -u PATH DISTCC_DIR="$dir" "$DISTCC" --version
		assertEquals "0 " "$status $err"
		assertTrue "$out" "printf '%s\n' '$out' | head -n 1 | grep -qE '^distcc [0-9]+\.[0-9.]+ [^ ]+-[^ ]+\$'"
	done
}

# shellcheck source=/dev/null
. "${SHUNIT2:-shunit2}"
