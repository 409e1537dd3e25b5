#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# lsdistcc: which hosts serve, and what it prints of them.
. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "${SRCDIR:-.}/tests/lib/daemon.sh"
. "${SRCDIR:-.}/tests/lib/wire.sh"

LSDISTCC=$BUILDDIR/lsdistcc

setUp() {
	sandbox_new
	fake_compiler fake
	server=
}

tearDown() {
	[ -z "${PID_a-}" ] || kill -CONT "$PID_a"
	[ -z "$server" ] || { kill "$server" && wait "$server"; } 2>/dev/null
	sandbox_end
}

# a_server [OPTION...] - our daemon on $PORT_a; the calling test ends without one
a_server() {
	start_distccd a "$@" || fail 'no daemon'
}

# silent - from now on connections to that daemon are made (by the kernel), and nobody answers
silent() {
	kill -STOP "$PID_a"
}

# answer TEXT - a server on $port that answers one connection with TEXT (for printf), and waits until the client has gone
answer() {
	port=$(free_port)
	printf %b "$1" >answer
	"$WIRETOOL" --inetd "$port" sh -c 'cat answer; cat >/dev/null' 2>/dev/null &
	server=$!
	poll_until 'process_listens "$server" "$port"' || fail 'no server'
}

# assert_found STATUS LINES OPTION... - what is printed with these words, and nothing to stderr
assert_found() {
	found_status=$1 found_lines=$2
	shift 2
	run "$LSDISTCC" "$@"
	assertEquals "$*: $err" "$found_lines" "$out"
	assertEquals "$*" "$found_status" "$status"
	assertEquals "$*" '' "$err"
}

# refused WORD OPTION... - one line on stderr that tells of the word
assert_refused() {
	refused_word=$1
	shift
	run "$LSDISTCC" "$@"
	assertEquals "$*" 101 "$status"
	assertEquals "$*" '' "$out"
	assertEquals "$*: $err" 1 "$(printf '%s\n' "$err" | wc -l)"
	assertContains "$*" "$err" "$refused_word"
}

# without_ms - what the lines are beside the milliseconds, which are numbers
without_ms() {
	sed 's/ [0-9][0-9]*$/ MS/'
}

test_options() {
	run "$LSDISTCC" --help
	assertEquals 0 "$status"
	assertContains "$out" FORMAT
	run "$LSDISTCC" --version
	assertEquals 0 "$status"
	assertContains "$out" "$("$DISTCC" --version | sed -n '1s/distcc //p')"
	assert_refused -z -z
	assert_refused --nothing --nothing
	assert_refused -t -t
	assert_refused '1 to 3' -P4 localhost
	assert_refused '1 to 65535' -r 65536 localhost
	assert_refused -p -p
}

test_formats_that_are_none() {
	for format in 'box%s' 'box%n' 'box%d%d' 'box%d%s' 'box%%d' 'box%' 'box%ld' 'box%*d'; do
		assert_refused "$format: a format holds one %d" "$format"
	done
	assert_refused 'alone' box 'box%d'
	assert_refused 'box %d' 'box %d'
	assert_refused '@box%d' '@box%d'
}

test_hosts_that_are_none() {
	for host in @box +zeroconf ::1 'box,lz' 'box:0' 'a b' ''; do
		assert_refused "$host: " "$host"
	done
	assert_refused '-x: ' -- -x
}

test_one_server() {
	a_server
	for version in 1 2 3; do
		case $version in 1) suffix= ;; 2) suffix=,lzo ;; 3) suffix=,lzo,cpp ;; esac
		assert_found 0 "127.0.0.1:$PORT_a$suffix" -P$version -r"$PORT_a" 127.0.0.1
	done
	assert_found 0 "localhost:$PORT_a" -r "$PORT_a" localhost
	assert_found 0 "127.0.0.1:$PORT_a" -n -r "$PORT_a" localhost:"$PORT_a"
	run "$LSDISTCC" -l -P2 -r "$PORT_a" 127.0.0.1
	assertEquals "127.0.0.1:$PORT_a,lzo MS" "$(echo "$out" | without_ms)"
}

# What was written of a host stays, in the order of a host list.
test_words_of_a_host_list() {
	a_server
	assert_found 0 "127.0.0.1:$PORT_a/7" "127.0.0.1:$PORT_a/7"
	assert_found 0 "127.0.0.1:$PORT_a/7" "127.0.0.1/7:$PORT_a"
	assert_found 0 "127.0.0.1:$PORT_a/7,lzo,plain" -P2 -r1 "127.0.0.1:$PORT_a/7,plain"
	assert_found 0 "127.0.0.1:$PORT_a" "127.0.0.1:$PORT_a,down"
	# and the client takes it
	DISTCC_HOSTS=$("$LSDISTCC" -P2 "127.0.0.1:$PORT_a/7") run "$DISTCC" --show-hosts
	assertEquals "$err" 0 "$status"
	assertContains "$out" "127.0.0.1:$PORT_a"
}

test_dead_ones() {
	a_server
	dead=$(free_port)
	assert_found 1 '' "127.0.0.1:$dead"
	assert_found 1 "127.0.0.1:$dead,down" -x "127.0.0.1:$dead"
	assert_found 0 "127.0.0.1:$PORT_a" "127.0.0.1:$dead" "127.0.0.1:$PORT_a"
	# in the order of names, though one is known at once and the other after a compile
	assert_found 0 "127.0.0.1:$PORT_a,lzo
127.0.0.1:$dead,lzo,down
127.0.0.1:$PORT_a,lzo" -x -pfake -P2 "127.0.0.1:$PORT_a" "127.0.0.1:$dead" "127.0.0.1:$PORT_a"
	run "$LSDISTCC" -xl "127.0.0.1:$dead"
	assertEquals "127.0.0.1:$dead,down MS" "$(echo "$out" | without_ms)"
	assertEquals 1 "$status"
}

# -c0: nobody is connected to.
test_names_only() {
	dead=$(free_port)
	assert_found 0 "127.0.0.1:$dead" -c0 "127.0.0.1:$dead"
	assert_found 0 "127.0.0.1:$dead" -c0 -l -p fake "127.0.0.1:$dead"
}

test_ipv6() {
	have_ipv6 || {
		skip_because 'no IPv6 on this machine'
		return 0
	}
	a_server --listen ::1 --allow ::1
	assert_found 0 "[::1]:$PORT_a" -r"$PORT_a" '[::1]'
	assert_found 0 "[::1]:$PORT_a/2,lzo" -n -P2 "[::1]:$PORT_a/2"
	assert_found 1 '[::1]:1,down' -x '[::1]:1'
	DISTCC_HOSTS=$("$LSDISTCC" "[::1]:$PORT_a") run "$DISTCC" --show-hosts
	assertEquals "$err" 0 "$status"
}

test_trial_compile() {
	a_server
	for version in 1 2 3; do
		run "$LSDISTCC" -P$version -pfake "127.0.0.1:$PORT_a"
		assertEquals "$err" 0 "$status"
		assertNotEquals '' "$out"
	done
	assertContains 'the words of a compile' "$(tail -n 1 "$SANDBOX/fake.log")" '-c'
	assert_jobs a 3
	run "$LSDISTCC" -l -pfake "127.0.0.1:$PORT_a"
	assertEquals "127.0.0.1:$PORT_a MS" "$(echo "$out" | without_ms)"
	assert_found 1 '' -pmissing "127.0.0.1:$PORT_a"
	assert_found 1 "127.0.0.1:$PORT_a,down" -x -pmissing "127.0.0.1:$PORT_a"
	assert_found 0 "127.0.0.1:$PORT_a" -k0 -pmissing "127.0.0.1:$PORT_a"
}

test_real_compiler() {
	a_server
	assert_found 0 "127.0.0.1:$PORT_a,lzo" -k20000 -t30 -P2 -p gcc "127.0.0.1:$PORT_a"
}

# A compiler that fails, or makes nothing.
test_no_object() {
	fake_compiler failing 'exit 1'
	fake_compiler idle ':'
	a_server
	assert_found 1 '' -pfailing "127.0.0.1:$PORT_a"
	assert_found 1 '' -pidle "127.0.0.1:$PORT_a"
}

# What listens may be anything: nothing but a whole reply with an object counts.
test_nonsense() {
	good='DONE00000001STAT00000000SERR00000000SOUT00000000DOTO00000003obj'
	answer "$good"
	assert_found 0 "127.0.0.1:$port" -k5000 -pgcc "127.0.0.1:$port"
	long=$(head -c 65537 /dev/zero | tr '\0' x)
	for reply in "DONE00000001STAT00000000SERR00010001${long}SOUT00000000DOTO00000003obj" 'SSH-2.0-nothing\n' "${good%obj}" "${good%j}" 'DONE00000001STAT00000000SERR00000000SOUT00000000DOTO00000000' \
		'DONE00000002STAT00000000SERR00000000SOUT00000000DOTO00000003obj' 'DONE00000001STAT00000100SERR00000000SOUT00000000DOTO00000003obj' \
		'DONE00000001STATffffffffSERR00000000SOUT00000000DOTO00000003obj' 'DONE00000001STAT00000000SERRffffffff' \
		'DONE00000001STAT00000000SERR-0000001' '\0\0\0\0'; do
		{ kill "$server" && wait "$server"; } 2>/dev/null
		answer "$reply"
		assert_found 1 "127.0.0.1:$port,down" -x -k300 -pgcc "127.0.0.1:$port"
	done
}

# seconds COMMAND... - how long it takes; sets $status, $out and $err
seconds() {
	before=$(date +%s)
	run timeout 60 "$@"
	echo $(($(date +%s) - before)) >"$SANDBOX/seconds"
}

# shorter_than SECONDS - the last one was
shorter_than() {
	assertTrue "took $(cat "$SANDBOX/seconds") s, not less than $1" "[ $(cat "$SANDBOX/seconds") -lt $1 ]"
}

test_time_for_a_compile() {
	a_server
	silent
	seconds "$LSDISTCC" -xl -t50 -k200 -pfake "127.0.0.1:$PORT_a"
	shorter_than 20
	assertEquals "127.0.0.1:$PORT_a,down MS" "$(echo "$out" | without_ms)"
	assertTrue 'milliseconds' "[ ${out##* } -ge 200 ]"
	assertEquals 1 "$status"
}

test_time_for_everything() {
	start_distccd b || fail 'no daemon'
	a_server
	silent
	seconds "$LSDISTCC" -xl -t1 -k50000 -pfake "127.0.0.1:$PORT_a" "127.0.0.1:$PORT_b"
	shorter_than 20
	assertEquals 'who has answered counts' "127.0.0.1:$PORT_a,down MS
127.0.0.1:$PORT_b MS" "$(echo "$out" | without_ms)"
	assertEquals 0 "$status"
	seconds "$LSDISTCC" -t1 -k50000 -pfake "127.0.0.1:$PORT_a"
	shorter_than 20
	assertEquals 1 "$status"
}

# The processes that look are gone with it.
test_killed() {
	a_server
	silent
	"$LSDISTCC" -t50 -k50000 -pfake "127.0.0.1:$PORT_a" &
	looker=$!
	poll_until 'looking=$(cat "/proc/$looker/task/$looker/children") && [ -n "$looking" ]' || fail 'no process'
	kill -KILL "$looker"
	wait "$looker" 2>/dev/null
	for pid in $looking; do
		assertTrue 'it stays' "poll_until '[ ! -e /proc/$pid ] || grep -q \"^[0-9]* (.*) Z\" /proc/$pid/stat'"
	done
}

test_verbose() {
	a_server
	dead=$(free_port)
	run "$LSDISTCC" -v -pmissing "127.0.0.1:$dead" "127.0.0.1:$PORT_a"
	assertContains "$err" "connecting to 127.0.0.1:$PORT_a"
	assertContains "$err" "cannot connect to 127.0.0.1:$dead: Connection refused"
	assertContains "$err" '127.0.0.1 does not compile'
	assertEquals '' "$out"
}

test_more_than_are_tried_at_once() {
	a_server
	# shellcheck disable=SC2046 # words
	assert_found 0 "$(yes "127.0.0.1:$PORT_a" | head -n 300)" -t50 -c20000 $(yes "127.0.0.1:$PORT_a" | head -n 300)
	# and with few descriptors
	# shellcheck disable=SC2046 # words
	run sh -c 'ulimit -n 20; exec "$@"' sh "$LSDISTCC" -t50 -c20000 $(yes "127.0.0.1:$PORT_a" | head -n 40)
	assertEquals "$err" 0 "$status"
	assertEquals 40 "$(printf '%s\n' "$out" | wc -l)"
}

test_cannot_write() {
	run sh -c '"$1" -c0 127.0.0.1 >/dev/full' sh "$LSDISTCC"
	assertEquals 107 "$status"
	assertContains "$err" 'cannot write'
}

# names LINE... - lines for names.sh, which runs its words where these are all the names there are, and this machine is box
names() {
	flags=-mu
	[ "$(id -u)" -eq 0 ] || flags=-Urmu
	printf '%s\n' "$@" >"$SANDBOX/hosts"
	echo 'hosts: files' >"$SANDBOX/nsswitch"
	cat >"$SANDBOX/bin/names.sh" <<-END
		#!/bin/sh
		mount --bind "$SANDBOX/hosts" /etc/hosts && hostname box || exit 99
		[ ! -e /etc/nsswitch.conf ] || mount --bind "$SANDBOX/nsswitch" /etc/nsswitch.conf || exit 99
		exec "\$@"
	END
	chmod 755 "$SANDBOX/bin/names.sh"
	# shellcheck disable=SC2086 # words
	unshare $flags "$SANDBOX/bin/names.sh" true 2>/dev/null || {
		skip_because 'no names of our own here'
		return 1
	}
}

# assert_names LINES OPTION... - what is found there, each without its port
assert_names() {
	names_lines=$1
	shift
	# shellcheck disable=SC2086 # words
	run unshare $flags "$SANDBOX/bin/names.sh" "$LSDISTCC" -r"$PORT_a" "$@"
	assertEquals "$*: $err" "$names_lines" "$(echo "$out" | sed "s/:$PORT_a//" | xargs)"
}

# 3, 5, 8 and all from 10 on are missing.
test_format() {
	names '127.0.0.1 distcc1 distcc2 distcc4 distcc6 distcc7 distcc9 d01 d02' || return 0
	a_server
	assert_names 'distcc1 distcc2 distcc4'
	assertEquals 0 "$status"
	assert_names 'distcc1 distcc2' -o0
	assert_names 'distcc1 distcc2 distcc4' -o0 -g1
	assert_names 'distcc1 distcc2 distcc4 distcc6 distcc7' -g1
	assert_names 'distcc1 distcc2 distcc4 distcc6 distcc7' -o2
	assert_names 'distcc1 distcc2 distcc4 distcc6 distcc7 distcc9' -o30
	assert_names 'd01 d02' 'd%02d'
	assert_names '' 'nobody%d'
	assertEquals 1 "$status"
	assert_names '' -v 'nobody%d'
	assertTrue "no more are looked up than can matter: $err" "[ $(echo "$err" | grep -c 'looking up') -le 3 ]"
	assert_names '127.0.0.1' -m32 -g300 '127.0.0.%d'
	assert_names 'distcc1/3,lzo distcc2/3,lzo distcc4/3,lzo' -P2 'distcc%d/3'
}

test_domain() {
	names '127.0.0.1 box.example.org box' '127.0.0.1 other.example.org distcc1.example.org plain far.away' || return 0
	a_server
	assert_names 'box' box
	assert_names 'box.example.org' -d box
	assert_names 'other.example.org far.away' -d other far.away plain
	assert_names 'distcc1.example.org' -d
	names '127.0.0.1 box' || return 0
	# shellcheck disable=SC2086 # words
	run unshare $flags "$SANDBOX/bin/names.sh" "$LSDISTCC" -d box
	assertEquals 1 "$status"
	assertContains "$err" domain
}

test_bits() {
	names '127.0.0.1 a' '127.0.0.2 b' '127.0.1.1 c' || return 0
	a_server --listen 0.0.0.0 --allow 127.0.0.0/8
	assert_names 'a b c' a b c
	assert_names 'a b' -m24 missing a b c
	assert_names 'a' -m32 a b c
	assert_names 'c' -m24 c a b
}

. "${SHUNIT2:-shunit2}"
