#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Who may connect, what may run, and reading the lists again.

. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "$SRCDIR/tests/lib/daemon.sh"
. "$SRCDIR/tests/lib/wire.sh"

setUp() {
	sandbox_new
	fake_compiler gcc
	printf 'int x;\n' >x.i
	request 1 x.i gcc -c x.c -o x.o >good
	etc=$SANDBOX/daemon.a/etc
	mkdir -p "$etc"
}

served() {
	wire a from "$1" file good read
	assertContains "$1" "$out" DONE00000001STAT00000000
}

denied() {
	wire a from "$1" read
	assertEquals "$1" '[closed]' "$out"
	assert_log a "Warning: $1:[0-9]*: connection refused.*\"--allow $1\""
}

test_listed_addresses_only() {
	start_distccd a --allow 127.0.0.1 || fail 'no daemon'
	served 127.0.0.1
	denied 127.0.0.2
	assertEquals 'one line' 1 "$(grep -c '127.0.0.2' "$LOG_a")"
	assertEquals 'no job line' 1 "$(grep -c client: "$LOG_a")"
}

test_networks() {
	start_distccd a --allow 127.0.1.0/24 --allow=127.0.2.5 || fail 'no daemon'
	served 127.0.1.9
	served 127.0.2.5
	denied 127.0.0.1
	denied 127.0.2.6
}

test_host_names() {
	start_distccd a --allow localhost || fail 'no daemon'
	served 127.0.0.1
	denied 127.0.0.2
}

test_private_networks_by_default() {
	start_distccd a || fail 'no daemon'
	served 127.0.0.9
	assert_log a 'serving clients in private networks'
}

test_mapped_addresses() {
	have_ipv6 || {
		skip_because 'no IPv6 on this machine'
		return 0
	}
	start_distccd a --listen :: --allow 127.0.0.1 || fail 'no daemon'
	served 127.0.0.1
	denied 127.0.0.2
	run "$WIRETOOL" ::1 "$PORT_a" read
	assertEquals '[closed]' "$out"
	assert_log a 'Warning: \[::1\]:[0-9]*: connection refused.*"--allow ::1"'
}

test_ipv6_addresses() {
	have_ipv6 || {
		skip_because 'no IPv6 on this machine'
		return 0
	}
	start_distccd a --listen ::1 --allow ::1 || fail 'no daemon'
	run "$WIRETOOL" ::1 "$PORT_a" file good read
	assertContains "$out" DONE00000001STAT00000000
	assert_log a 'client: \[::1\]:[0-9]* COMPILE_OK'
}

test_two_addresses() {
	start_distccd a --listen 127.0.0.1 --listen 127.0.0.7 || fail 'no daemon'
	served 127.0.0.1
	run "$WIRETOOL" 127.0.0.7 "$PORT_a" file good read
	assertContains "$out" DONE00000001STAT00000000
}

test_clients_allow() {
	printf '# friends\n127.0.0.3\t# one\n127.0.5.0/24\nnonsense\n' >"$etc/clients.allow"
	start_distccd a || fail 'no daemon'
	served 127.0.0.3
	served 127.0.5.77
	denied 127.0.0.1
	assertContains "$(cat "$SANDBOX/daemon.a/stdout")" 'nonsense'
}

test_clients_allow_adds_to_options() {
	echo 127.0.0.3 >"$etc/clients.allow"
	start_distccd a --allow 127.0.0.1 || fail 'no daemon'
	served 127.0.0.3
	served 127.0.0.1
	denied 127.0.0.2
}

test_clients_allow_without_entries_is_no_list() {
	echo '# nobody yet' >"$etc/clients.allow"
	start_distccd a || fail 'no daemon'
	served 127.0.0.1
}

test_sighup_reads_lists_again() {
	echo 127.0.0.1 >"$etc/clients.allow"
	DAEMON_ENV='-u DISTCC_CMDLIST'
	echo "$SANDBOX/bin/gcc" >"$etc/commands.allow"
	start_distccd a || fail 'no daemon'
	served 127.0.0.1
	denied 127.0.0.2
	fake_compiler newcc
	request 1 x.i newcc -c x.c -o x.o >new
	wire a file new read
	assertContains "$out" STAT00006e00
	echo 127.0.0.2 >>"$etc/clients.allow"
	echo "$SANDBOX/bin/newcc" >>"$etc/commands.allow"
	kill -HUP "$PID_a"
	assert_log a 'read again'
	served 127.0.0.2
	wire a file new read
	assertContains "$out" 'object of newcc'
	assertTrue 'the same process' 'kill -0 "$PID_a"'
	DAEMON_ENV=
}

# allows NAME... - compilers of that name are run
allows() {
	for name; do
		request 1 x.i "$name" -c x.c -o x.o >req
		wire a file req read
		assertContains "$name" "$out" DONE00000001STAT00000000
	done
}

# denies NAME... - they are refused
denies() {
	for name; do
		request 1 x.i "$name" -c x.c -o x.o >req
		wire a file req read
		assertContains "$name" "$out" DONE00000001STAT00007100
		assertContains "$name" "$out" 'not on the list of allowed compilers'
	done
}

test_commands_allow() {
	fake_compiler mycc
	mkdir "$SANDBOX/opt"
	cp "$SANDBOX/bin/gcc" "$SANDBOX/opt/special"
	printf '%s\nmycc\n' "$SANDBOX/opt/special # comment" >"$etc/commands.allow"
	DAEMON_ENV="-u DISTCC_CMDLIST DISTCCD_PATH=$SANDBOX/bin:/usr/bin:/bin"
	start_distccd a || fail 'no daemon'
	allows mycc special "$SANDBOX/opt/special" /usr/bin/special
	denies /elsewhere/special "$SANDBOX/bin/mycc" ls ./mycc
	DAEMON_ENV=
}

test_cmdlist() {
	echo "$SANDBOX/bin/gcc" >"$SANDBOX/list"
	DAEMON_ENV="DISTCC_CMDLIST=$SANDBOX/list"
	start_distccd a || fail 'no daemon'
	allows gcc /any/where/gcc ../gcc
	denies g++
	stop_daemon a
	DAEMON_ENV="DISTCC_CMDLIST=$SANDBOX/list DISTCC_CMDLIST_NUMWORDS=2"
	start_distccd a || fail 'no daemon'
	allows /any/bin/gcc
	denies gcc /any/where/gcc
	DAEMON_ENV=
}

test_insecure_runs_anything() {
	mkdir "$SANDBOX/opt"
	cp "$SANDBOX/bin/gcc" "$SANDBOX/opt/special"
	: >"$SANDBOX/list"
	DAEMON_ENV="DISTCC_CMDLIST=$SANDBOX/list"
	start_distccd a --enable-tcp-insecure || fail 'no daemon'
	assert_log a 'Warning: --enable-tcp-insecure'
	allows "$SANDBOX/opt/special"
	request 1 x.i "$SANDBOX/opt/special" -fplugin=x -c x.c -o x.o >req
	wire a file req read
	assertContains 'but not with every option' "$out" STAT00007100
	DAEMON_ENV=
}

test_allow_list_directory() {
	if [ -z "$(ls /usr/lib/distcc/gcc 2>/dev/null)" ]; then
		skip_because 'no links in /usr/lib/distcc'
		return 0
	fi
	DAEMON_ENV='-u DISTCC_CMDLIST'
	start_distccd a || fail 'no daemon'
	allows gcc /usr/bin/gcc
	denies ls /bin/sh
	DAEMON_ENV=
}

# A PATH that begins with the masquerade directory must not lead the daemon back to distcc.
test_masquerade_links_are_not_run() {
	mkdir "$SANDBOX/masq"
	ln -s "$DISTCC" "$SANDBOX/masq/gcc"
	ln -s "$DISTCCD" "$SANDBOX/masq/distcc-x"
	echo gcc >"$etc/commands.allow"
	DAEMON_ENV="-u DISTCC_CMDLIST DISTCCD_PATH=$SANDBOX/masq:$SANDBOX/bin:/usr/bin:/bin"
	start_distccd a || fail 'no daemon'
	allows gcc
	assertContains "$out" 'object of gcc'
	DAEMON_ENV=
}

. "${SHUNIT2:-shunit2}"
