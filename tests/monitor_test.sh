#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# distccmon-text: the jobs of running clients, wherever those run.
. "${SRCDIR:-.}/tests/lib/sandbox.sh"

MONITOR=$BUILDDIR/distccmon-text

setUp() {
	sandbox_new
	# compiles when told to go on
	fake_compiler fake 'read -r line <"$source.go"; echo done >"$output"'
	DISTCC_HOSTS=localhost/8
	export DISTCC_HOSTS
	clients='' waiting=''
}

# Nobody stays who waits for a fifo.
tearDown() {
	release
	for client in $clients; do
		kill "$client" 2>/dev/null
		wait "$client" 2>/dev/null
	done
	clients=
	sandbox_end
}

# release - the compilers end
release() {
	for name in $waiting; do
		timeout 10 sh -c 'echo go >"$0.go"' "$name"
	done
	waiting=
}

# hold NAME [COMMAND...] - a client, started by COMMAND, that compiles NAME until go_on; returns when the monitor knows it
hold() {
	held=$1
	shift
	echo 'int x;' >"$held"
	mkfifo "$held.go"
	"$@" "$DISTCC" fake -c "$held" -o "${held%.c}.o" 2>"$SANDBOX/$held.err" &
	clients="$clients $!" waiting="$waiting $held"
	poll_until '"$MONITOR" | grep -q "Compile  *$held"' 20 || fail "$held does not show: $(cat "$SANDBOX/$held.err")"
}

# go_on - the clients end
go_on() {
	release
	for client in $clients; do
		wait "$client"
	done
	clients=
}

test_options() {
	run "$MONITOR" --help
	assertEquals 0 "$status"
	assertContains "$out" DELAY
	run "$MONITOR" --version
	assertEquals 0 "$status"
	assertContains "$out" "$("$DISTCC" --version | sed -n '1s/distcc //p')"
	for wrong in x 1x -1 '' --unknown nan inf 1e9; do
		run "$MONITOR" "$wrong"
		assertEquals "'$wrong'" 1 "$status"
		assertContains "$err" Usage
		assertEquals '' "$out"
	done
	run "$MONITOR" 1 2
	assertEquals 1 "$status"
}

test_nothing_to_show() {
	assertEquals 1 "$("$MONITOR" | wc -l)"
	run env -u HOME -u DISTCC_DIR "$MONITOR"
	assertEquals 0 "$status"
	assertEquals '' "$err"
	run env DISTCC_DIR=/dev/null "$MONITOR" 0
	assertEquals 0 "$status"
	assertEquals '' "$err"
	run sh -c '"$1" >/dev/full' sh "$MONITOR"
	assertEquals 107 "$status"
	assertContains "$err" 'cannot write'
}

test_a_job() {
	hold slow.c
	pid=${clients# }
	line=$("$MONITOR")
	assertEquals "$(printf '%6d  %-10s  %-30s %24s[0]' "$pid" Compile slow.c localhost)" "$line"
	hold slow2.c
	assertEquals 'by slot' '0 1' "$("$MONITOR" | sed -n 's/.*\[\(.*\)\]/\1/p' | xargs)"
	go_on
	assertEquals '' "$("$MONITOR")"
}

# Again and again, each round before the next pause begins.
test_rounds() {
	hold slow.c
	"$MONITOR" 0.05 >"$SANDBOX/rounds" &
	watcher=$!
	assertTrue 'several rounds' 'poll_until "[ \$(grep -c slow.c \"$SANDBOX/rounds\") -ge 3 ]" 10'
	go_on
	seen=$(wc -l <"$SANDBOX/rounds")
	assertTrue 'it goes on' 'poll_until "[ \$(wc -l <\"$SANDBOX/rounds\") -gt $((seen + 3)) ]" 10'
	kill "$watcher"
	wait "$watcher" 2>/dev/null
	assertEquals 'the job has gone' '' "$(tail -n 1 "$SANDBOX/rounds")"
}

# A client that was killed has left its record.
test_a_killed_client() {
	hold slow.c
	kill -9 "${clients# }"
	wait "${clients# }" 2>/dev/null
	clients=
	assertNotEquals '' "$(ls "$DISTCC_DIR/state")"
	assertEquals '' "$("$MONITOR")"
}

# Each phase of an ebuild has a pid namespace of its own: the same numbers again and again, unknown outside.
test_other_pid_namespaces() {
	apart='unshare --fork --pid --kill-child'
	[ "$(id -u)" -eq 0 ] || apart="$apart --user --map-root-user"
	# shellcheck disable=SC2086 # words
	if ! $apart true 2>/dev/null; then
		skip_because 'no pid namespaces here'
		return 0
	fi
	hold slow.c
	for i in 1 2 3; do
		# shellcheck disable=SC2086 # words
		hold "slow$i.c" $apart
	done
	out=$("$MONITOR")
	assertEquals "$out" 4 "$(echo "$out" | grep -c slow)"
	for pid in $(echo "$out" | awk '{ print $1 }'); do
		assertContains "number $pid" "$(tr '\0' ' ' <"/proc/$pid/cmdline")" ' fake -c slow'
	done
	assertEquals 'each its own' 4 "$(echo "$out" | awk '{ print $1 }' | sort -u | wc -l)"
	go_on
	assertEquals '' "$("$MONITOR")"
	assertEquals '' "$(ls "$DISTCC_DIR/state")"
}

# Without DISTCC_DIR: the user's own jobs and those of Portage.
test_portage() {
	mkdir -p "$SANDBOX/root/etc/portage" "$SANDBOX/tmpdir/portage/.distcc"
	echo "PORTAGE_TMPDIR=\"$SANDBOX/tmpdir\"" >"$SANDBOX/root/etc/portage/make.conf"
	unset DISTCC_DIR
	export PORTAGE_CONFIGROOT="$SANDBOX/root"
	hold slow.c
	hold slow2.c env DISTCC_DIR="$SANDBOX/tmpdir/portage/.distcc"
	assertEquals 2 "$("$MONITOR" | grep -c Compile)"
	assertEquals 'asked for one' 1 "$(DISTCC_DIR="$SANDBOX/tmpdir/portage/.distcc" "$MONITOR" | grep -c Compile)"
	go_on
	mkdir -p "$SANDBOX/set"
	echo "DISTCC_DIR=\"$SANDBOX/set\"" >>"$SANDBOX/root/etc/portage/make.conf"
	hold slow3.c env DISTCC_DIR="$SANDBOX/set"
	go_on
	unset PORTAGE_CONFIGROOT
}

. "${SHUNIT2:-shunit2}"
