#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The client behind a SOCKS 5 proxy, as Portage's network sandbox has it: in a network namespace without any other way out.

. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "${SRCDIR:-.}/tests/lib/daemon.sh"

SOCKSTOOL=$SANDBOX_TOP/sockstool.$$

oneTimeSetUp() {
	cc -O1 -pthread -o "$SOCKSTOOL" "$SRCDIR/tests/lib/sockstool.c" || return 1
	# how to be without a network: as root, or as root of a user namespace
	jail=
	for way in 'unshare -n' 'unshare -rn'; do
		[ -n "$jail" ] || ! $way true 2>/dev/null || jail=$way
	done
}

oneTimeTearDown() {
	sandbox_end
	rm -f "$SOCKSTOOL"
}

setUp() {
	sandbox_new
	echo 'int x = 1;' >a.c
	fake_compiler mycc
	SOCKET=$SANDBOX/net.sock
	proxy_pid=
	export DISTCC_SOCKS_PROXY="$SOCKET" DISTCC_IO_TIMEOUT=20
}

tearDown() {
	proxy_stop
	sandbox_end
}

# proxy [OPTION...] - start it on $SOCKET
proxy() {
	rm -f "$SOCKET"
	"$SOCKSTOOL" "$SOCKET" "$SANDBOX/proxy.log" "$@" &
	proxy_pid=$!
	daemon_remember "$proxy_pid"
	: >>"$SANDBOX/proxy.log"
	poll_until '[ -S "$SOCKET" ]' || fail 'no proxy'
}

proxy_stop() {
	[ -n "$proxy_pid" ] && kill "$proxy_pid" 2>/dev/null && wait "$proxy_pid" 2>/dev/null
	proxy_pid=
}

# jailed COMMAND... - run it without a network of its own
jailed() {
	if [ -z "$jail" ]; then
		run "$@"
	else
		# shellcheck disable=SC2086 # words
		run $jail "$@"
	fi
}

volunteer() {
	start_distccd a "$@" || { fail 'no daemon'; return 1; }
	DISTCC_HOSTS=$(host_of a)
	export DISTCC_HOSTS
}

# went_there N [TEXT] - the job was done by volunteer a (its Nth), quietly; the proxy was asked for TEXT
went_there() {
	assertEquals "exit status; $err" 0 "$status"
	assertEquals quiet '' "$err"
	assertEquals 'jobs there' "$1" "$(daemon_jobs a)"
	[ -z "${2-}" ] || assertEquals "$2" "$(tail -n 1 "$SANDBOX/proxy.log")"
}

# went_home TEXT - it was done here, and one line says why
went_home() {
	assertEquals "exit status; $err" 0 "$status"
	assertEquals 'object of mycc' "$(cat a.o)"
	assertEquals "one line: $err" 1 "$(printf '%s\n' "$err" | wc -l)"
	assertContains "$err" "$1"
	rm -f a.o
}

marks() {
	(cd "$DISTCC_DIR/lock" && find . -name "$1")
}

# host_is_blamed, proxy_is_blamed - one of the two is left alone from now on, not the other
host_is_blamed() {
	assertNotEquals 'the host is left alone' '' "$(marks 'backoff_*')"
	assertEquals 'the proxy is not' '' "$(marks 'proxy_*')"
	rm -r "$DISTCC_DIR/lock"
}

proxy_is_blamed() {
	assertEquals 'the host is not' '' "$(marks 'backoff_*')"
	assertNotEquals 'the proxy is left alone' '' "$(marks 'proxy_*')"
	jailed "$DISTCC" mycc -c a.c -o a.o
	assertEquals 'quiet now' "0 " "$status $err"
	rm -r "$DISTCC_DIR/lock"
}

nobody_is_blamed() {
	assertEquals '' "$(marks 'backoff_*')$(marks 'proxy_*')"
	rm -r "$DISTCC_DIR/lock"
}

test_no_network_but_the_proxy() {
	[ -n "$jail" ] || { skip_because 'no network namespaces here'; return 0; }
	volunteer || return 0
	unset DISTCC_SOCKS_PROXY
	jailed "$DISTCC" mycc -c a.c -o a.o
	went_home "127.0.0.1:$PORT_a"
	rm -r "$DISTCC_DIR/lock"
	proxy
	export DISTCC_SOCKS_PROXY="$SOCKET"
	jailed "$DISTCC" gcc -c a.c
	went_there 1 "3 127.0.0.1 $PORT_a 0"
	gcc -c a.c -o local.o
	assertTrue 'cmp a.o local.o'
}

test_ipv4() {
	volunteer || return 0
	done_there=0
	for type in 1 3 4; do
		proxy "type=$type"
		jailed "$DISTCC" gcc -c a.c
		done_there=$((done_there + 1))
		went_there $done_there "3 127.0.0.1 $PORT_a 0"
		proxy_stop
	done
}

test_ipv6() {
	have_ipv6 || { skip_because 'no IPv6 on this machine'; return 0; }
	volunteer --listen ::1 --allow ::1 || return 0
	proxy
	export DISTCC_HOSTS="[::1]:$PORT_a/2"
	jailed "$DISTCC" gcc -c a.c
	went_there 1 "3 ::1 $PORT_a 0"
}

# Only the proxy can resolve it.
test_name() {
	volunteer || return 0
	proxy name=big.box=127.0.0.1
	export DISTCC_HOSTS="big.box:$PORT_a/2,lzo"
	jailed "$DISTCC" gcc -c a.c
	went_there 1 "3 big.box $PORT_a 0"
}

test_name_as_long_as_can_be() {
	volunteer || return 0
	label=$(printf '%063d' 0 | tr 0 x)
	long=$label.$label.$label.$(printf %s "$label" | cut -c 3-)
	proxy "name=$long=127.0.0.1"
	export DISTCC_HOSTS="$long:$PORT_a"
	jailed "$DISTCC" gcc -c a.c
	went_there 1 "3 $long $PORT_a 0"
}

test_proxy_by_tcp() {
	volunteer || return 0
	port=$(free_port)
	"$SOCKSTOOL" "$port" "$SANDBOX/proxy.log" &
	proxy_pid=$!
	daemon_remember "$proxy_pid"
	poll_until 'port_listens "$port"' || fail 'no proxy'
	for text in "127.0.0.1:$port" "localhost:$port"; do
		export DISTCC_SOCKS_PROXY="$text"
		run "$DISTCC" gcc -c a.c
		assertEquals '' "$err"
		assertEquals "3 127.0.0.1 $PORT_a 0" "$(tail -n 1 "$SANDBOX/proxy.log")"
	done
	assertEquals 2 "$(daemon_jobs a)"
	proxy_stop
	run "$DISTCC" mycc -c a.c -o a.o
	went_home "no connection to the proxy (DISTCC_SOCKS_PROXY=localhost:$port): Connection refused"
	proxy_is_blamed
}

test_volunteer_that_refuses() {
	proxy
	port=$(free_port)
	export DISTCC_HOSTS="127.0.0.1:$port"
	jailed "$DISTCC" mycc -c a.c -o a.o
	went_home "127.0.0.1:$port: the proxy says: connection refused (DISTCC_SOCKS_PROXY=$SOCKET)"
	host_is_blamed
	jailed env DISTCC_FALLBACK=0 "$DISTCC" mycc -c a.c -o a.o
	assertEquals 103 "$status"
}

test_codes() {
	export DISTCC_HOSTS=box
	for code in 3:network 4:'host unreachable' 5:refused 6:'too far'; do
		proxy "code=${code%%:*}"
		jailed "$DISTCC" mycc -c a.c -o a.o
		went_home "${code#*:}"
		host_is_blamed
		proxy_stop
	done
	for code in 1:'general failure' 2:rules 9:'reason of its own' 255:'reason of its own'; do
		proxy "code=${code%%:*}"
		jailed "$DISTCC" mycc -c a.c -o a.o
		went_home "${code#*:}"
		nobody_is_blamed
		proxy_stop
	done
	for code in 7:'no connections' 8:'no names'; do
		proxy "code=${code%%:*}"
		jailed "$DISTCC" mycc -c a.c -o a.o
		went_home "${code#*:}"
		proxy_is_blamed
		proxy_stop
	done
}

test_the_next_host_is_tried() {
	volunteer || return 0
	proxy name=big.box=127.0.0.1
	export DISTCC_HOSTS="no.such.box.invalid big.box:$PORT_a"
	jailed "$DISTCC" gcc -c a.c
	assertEquals 0 "$status"
	assertEquals 1 "$(daemon_jobs a)"
	assertContains "$err" 'no.such.box.invalid'
	jailed "$DISTCC" gcc -c a.c
	went_there 2
}

test_no_proxy_there() {
	export DISTCC_HOSTS='box other'
	jailed "$DISTCC" mycc -c a.c -o a.o
	went_home "no connection to the proxy (DISTCC_SOCKS_PROXY=$SOCKET): No such file or directory"
	assertTrue "[ -e '$DISTCC_DIR/lock/proxy_$(echo "$SOCKET" | tr / _)' ]"
	run "$DISTCC" --why mycc -c a.c -o a.o
	assertContains "$out" "not used: box: the proxy $SOCKET failed"
	proxy_is_blamed
	proxy
	proxy_stop
	jailed "$DISTCC" mycc -c a.c -o a.o
	went_home 'Connection refused'
	proxy_is_blamed
}

# The proxy works again, and is used as soon as its time is over.
test_proxy_that_comes_back() {
	volunteer || return 0
	jailed "$DISTCC" gcc -c a.c
	assertEquals 0 "$(daemon_jobs a)"
	proxy
	jailed "$DISTCC" gcc -c a.c
	assertEquals 0 "$(daemon_jobs a)"
	touch -d '2 minutes ago' "$DISTCC_DIR"/lock/proxy_*
	jailed "$DISTCC" gcc -c a.c
	went_there 1
	assertEquals '' "$(marks 'proxy_*')"
}

test_bad_address() {
	export DISTCC_HOSTS=box DISTCC_BACKOFF_PERIOD=0
	for text in relative/path box: box:70000 '[::1' http://box:80; do
		export DISTCC_SOCKS_PROXY="$text"
		run "$DISTCC" mycc -c a.c -o a.o
		went_home "neither an absolute path nor HOST[:PORT] (DISTCC_SOCKS_PROXY=$text)"
	done
	DISTCC_SOCKS_PROXY=/$(printf '%0200d' 0)
	run "$DISTCC" mycc -c a.c -o a.o
	went_home 'too long'
}

test_no_proxy_if_it_is_empty() {
	volunteer || return 0
	export DISTCC_SOCKS_PROXY=
	run "$DISTCC" gcc -c a.c
	went_there 1
}

test_proxy_that_is_mad() {
	export DISTCC_HOSTS='box other third'
	for mode in garbage:'does not speak SOCKS 5' deny:password nonsense:nonsense; do
		proxy "${mode%%:*}"
		jailed "$DISTCC" mycc -c a.c -o a.o
		went_home "${mode#*:}"
		proxy_is_blamed
		proxy_stop
	done
}

# Portage's proxy closes without a word for some errors of the host.
test_proxy_that_hangs_up() {
	export DISTCC_HOSTS=box
	proxy hangup code=0
	jailed "$DISTCC" mycc -c a.c -o a.o
	went_home 'hung up without an answer'
	host_is_blamed
}

# Nothing ever comes: the greeting's fault is the proxy's, the connection's the host's.
test_proxy_that_never_answers() {
	export DISTCC_HOSTS='box other'
	proxy silent
	began=$(date +%s)
	jailed "$DISTCC" mycc -c a.c -o a.o
	went_home 'the proxy does not answer'
	assertTrue 'asked once, not for each host' "[ $(($(date +%s) - began)) -le 9 ]"
	proxy_is_blamed
	proxy_stop
	export DISTCC_HOSTS=box
	proxy mute
	jailed "$DISTCC" mycc -c a.c -o a.o
	went_home 'no connection through the proxy in time'
	host_is_blamed
}

test_slow_proxy() {
	volunteer || return 0
	proxy slow=60
	jailed "$DISTCC" gcc -c a.c
	went_there 1
}

# die_while BYTES - the proxy ends when the volunteer has answered that much
die_while() {
	proxy "die=$1"
	jailed "$DISTCC" gcc -c a.c
	assertEquals 0 "$status"
	assertTrue '[ -s a.o ]'
	assertContains "$err" "127.0.0.1:$PORT_a"
	assertEquals "one line: $err" 1 "$(printf '%s\n' "$err" | wc -l)"
	assertEquals 'the host is not to blame' '' "$(marks 'backoff_*')"
	assertNotEquals 'the proxy is' '' "$(marks 'proxy_*')"
	assertEquals 'temporary files' '' "$(find . -name '.*.distcc-*')"
	rm -r "$DISTCC_DIR/lock"
	rm -f a.o
	proxy_pid=
}

test_proxy_that_dies_midway() {
	volunteer || return 0
	die_while 1
	die_while 200
}

# The volunteer breaks off, and the proxy is well.
test_volunteer_that_breaks_off_behind_the_proxy() {
	volunteer --allow 192.0.2.1 || return 0
	proxy
	jailed "$DISTCC" mycc -c a.c -o a.o
	went_home "127.0.0.1:$PORT_a"
	assertEquals 'the proxy is well' '' "$(marks 'proxy_*')"
}

test_local_jobs_need_no_proxy() {
	export DISTCC_HOSTS=localhost
	for words in 'mycc -c a.c -o a.o' 'mycc a.o -o a' 'mycc -E a.c'; do
		# shellcheck disable=SC2086 # words
		jailed "$DISTCC" $words
		assertEquals "$words" "0 " "$status $err"
	done
}

test_ssh_goes_past_the_proxy() {
	cat >"$SANDBOX/ssh" <<-END
		#!/bin/sh
		printf 'DONE00000001STAT00000000SERR00000000SOUT00000000DOTO00000006OBJECT'
		cat >/dev/null
	END
	chmod 755 "$SANDBOX/ssh"
	export DISTCC_SSH="$SANDBOX/ssh" DISTCC_HOSTS='box @mad'
	jailed "$DISTCC" mycc -c a.c -o a.o
	assertEquals 0 "$status"
	assertEquals OBJECT "$(cat a.o)"
	assertContains "$err" 'no connection to the proxy'
	jailed "$DISTCC" mycc -c a.c -o a.o
	assertEquals '' "$err"
	assertEquals OBJECT "$(cat a.o)"
}

# A queue at the proxy that is full for a while is no fault.
test_many_at_once() {
	volunteer --jobs 8 || return 0
	proxy
	DISTCC_HOSTS=127.0.0.1:$PORT_a/40
	export DISTCC_HOSTS
	pids=
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
		${jail:+$jail} "$DISTCC" mycc -c a.c -o "$i.o" 2>>"$SANDBOX/all.err" &
		pids="$pids $!"
	done
	for pid in $pids; do
		wait "$pid"
		assertEquals 0 $?
	done
	assertEquals '' "$(cat "$SANDBOX/all.err")"
	assertEquals 30 "$(daemon_jobs a)"
}

# shellcheck source=/dev/null
. "${SHUNIT2:-shunit2}"
