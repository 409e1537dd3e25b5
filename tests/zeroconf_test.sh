#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# time-limit: 500
# Volunteers that are found on the network: distccd --zeroconf and the host +zeroconf, with real Avahi daemons on two machines
# made of namespaces, and with the stock programs in both directions.
. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "${SRCDIR:-.}/tests/lib/daemon.sh"
. "${SRCDIR:-.}/tests/lib/lan.sh"

lan_enter "$0" "$@"

oneTimeSetUp() {
	[ -x "$BUILDDIR/distcc-zeroconf" ] || lan_why='built without Avahi'
	lan_start || return 0
	DISTCC_ZEROCONF=$BUILDDIR/distcc-zeroconf
	stock=$(stock_program distcc) && stock_program distccd >/dev/null && "$stock" --help | grep -qi 'zeroconf' || stock=
}

oneTimeTearDown() {
	sandbox_end
	lan_end
}

setUp() {
	sandbox_new
	volunteers=
	export DISTCC_ZEROCONF="$BUILDDIR/distcc-zeroconf" DISTCC_HOSTS=+zeroconf DISTCC_FALLBACK=0
	echo 'int x = 1;' >a.c
	HOSTS=$DISTCC_DIR/zeroconf/hosts
	[ -n "${lan_why-}" ] || watch_start
}

tearDown() {
	[ -n "$SANDBOX" ] || return 0
	[ -z "${lan_why-}" ] || { sandbox_end; return 0; }
	volunteers_end
	# the next test shall not see them
	poll_until 'nobody_seen' || { echo "still seen:"; cat "$SANDBOX/seen"; }
	kill "$watch" 2>/dev/null
	# its helper goes when the directory goes, at the latest; the next test counts its own
	poll_until 'rm -rf "$DISTCC_DIR" 2>/dev/null'
	poll_until '! helper_runs browse'
	sandbox_end
}

no_lan() {
	[ -n "${lan_why-}" ] || return 1
	skip_because "$lan_why"
}

no_stock() {
	no_lan && return 0
	[ -z "$stock" ] || return 1
	skip_because 'no stock distcc with zeroconf on this machine'
}

# volunteer MACHINE PROGRAM [OPTION...] - a daemon there, announced.  Its log is $SANDBOX/MACHINE.log.
volunteer() {
	volunteer_machine=$1
	volunteer_program=$2
	shift 2
	[ "$volunteer_program" != "$DISTCCD" ] || set -- --no-replica --config-dir "$SANDBOX/etc" "$@"
	: >"$SANDBOX/$volunteer_machine.log"
	chmod 666 "$SANDBOX/$volunteer_machine.log"
	lan_exec "$volunteer_machine" "$volunteer_program" --daemon --no-detach --zeroconf --enable-tcp-insecure --allow 10.9.0.0/24 \
		--log-file "$SANDBOX/$volunteer_machine.log" --log-level info --user nobody "$@" >"$SANDBOX/$volunteer_machine.out" 2>&1 &
	volunteers="$volunteers $!"
	eval "volunteer_$volunteer_machine=\$! LOG_$volunteer_machine=\$SANDBOX/$volunteer_machine.log"
}

volunteers_end() {
	for volunteer_pid in $volunteers; do
		kill "$volunteer_pid" 2>/dev/null && wait "$volunteer_pid" 2>/dev/null
	done
	volunteers=
}

# watch_start - write down what Avahi here sees
watch_start() {
	: >"$SANDBOX/seen"
	avahi-browse -rpk _distcc._tcp >>"$SANDBOX/seen" 2>/dev/null &
	watch=$!
}

# On loopback Avahi keeps names that were given up for another one.
nobody_seen() {
	[ "$(grep -c '^+;lan0' "$SANDBOX/seen")" -eq "$(grep -c '^-;lan0' "$SANDBOX/seen")" ]
}

# is_seen ADDRESS - a volunteer is, there
is_seen() {
	poll_until "grep -q '^=.*;$1;' \"\$SANDBOX/seen\""
}

# lists PATTERN - the hosts of our client have a line like that
lists() {
	"$DISTCC" --show-hosts 2>/dev/null | grep -q "^$1\$"
}

# helper_runs publish|browse
helper_runs() {
	pgrep -f "^$BUILDDIR/distcc-zeroconf --$1" >/dev/null
}

test_publish_find_and_compile() {
	no_lan && return
	volunteer there "$DISTCCD" -j 7
	assertTrue 'announced' "poll_until 'grep -q \"announced as distcc@\" \"\$SANDBOX/there.log\"'"
	is_seen 10.9.0.2
	run "$DISTCC" gcc -c a.c -o a.o
	assertEquals "$err" 0 "$status"
	assertEquals quiet '' "$err"
	assert_jobs there 1
	run "$DISTCC" --show-hosts
	assertEquals 10.9.0.2:3632/7 "$out"
	run "$DISTCC" -j
	assertEquals 7 "$out"
	run "$DISTCC" --why gcc -c a.c
	assertContains "$out" 'hosts: 10.9.0.2/7'
	run env EPREFIX="$SANDBOX" "$BUILDDIR/distcc-config" --make-conf
	assertContains "$out" '10.9.0.2 7'
	assertEquals 'one helper' 1 "$(pgrep -fc "^$BUILDDIR/distcc-zeroconf --browse")"
	is_seen 10.9.0.2
	record=$(grep '^=.*;10.9.0.2;' "$SANDBOX/seen")
	for word in txtvers=1 jobs=7 "cpus=$(getconf _NPROCESSORS_ONLN)" "cc_version=$(cc -dumpversion)" "cc_machine=$(cc -dumpmachine)" \
		distcc=4 gnuhost=; do
		assertContains "$record" "\"$word"
	done

	# it leaves: gone from the list, and the helper of the daemon with it
	kill "$volunteer_there"
	assertTrue 'gone from the list' "poll_until '! grep -q ^10 \"\$HOSTS\"'"
	assertTrue 'its helper ends' "poll_until '! helper_runs publish'"
	run env DISTCC_FALLBACK=1 DISTCC_VERBOSE=1 "$DISTCC" gcc -c a.c -o a.o
	assertEquals 0 "$status"
	assertContains "$err" '+zeroconf has found no volunteer'
}

test_both_machines_are_volunteers() {
	no_lan && return
	volunteer there "$DISTCCD" -j 3
	volunteer here "$DISTCCD" -j 9 --port 4000
	# both have the same name
	assertTrue 'second name' "poll_until 'cat \"\$SANDBOX\"/*.log | grep -q \"announced as distcc@.*#2\"'"
	is_seen 10.9.0.2
	is_seen 10.9.0.1
	run "$DISTCC" --show-hosts
	assertEquals "10.9.0.2:3632/3
10.9.0.1:4000/9" "$out"
	# by name and found
	run env DISTCC_HOSTS='box/2 +zeroconf localhost/1' "$DISTCC" -j
	assertEquals 15 "$out"
}

test_avahi_is_restarted() {
	no_lan && return
	volunteer there "$DISTCCD" -j 5
	poll_until 'lists 10.9.0.2:3632/5'
	assertTrue found 'lists 10.9.0.2:3632/5'
	avahi_stop there
	assertTrue 'said once' "poll_until 'grep -q \"zeroconf: this machine is not announced\" \"\$SANDBOX/there.log\"'"
	assertTrue 'gone from the list' "poll_until '! grep -q ^10 \"\$HOSTS\"'"
	avahi_start there
	assertTrue 'found again' "poll_until 'lists 10.9.0.2:3632/5' 20"
	assertEquals 'said once' 1 "$(grep -c 'this machine is not announced' "$SANDBOX/there.log")"
	avahi_stop here
	run "$DISTCC" --show-hosts
	assertEquals 'known hosts stay while it is away' 10.9.0.2:3632/5 "$out"
	avahi_start here
	kill "$watch" 2>/dev/null
	watch_start
	volunteer here "$DISTCCD" -j 2
	assertTrue 'new ones are found' "poll_until 'lists 10.9.0.1:3632/2' 20"
	assertEquals 'one helper' 1 "$(pgrep -fc "^$BUILDDIR/distcc-zeroconf --browse")"
}

# Both machines have the same name, and so has what they announce.
test_a_name_changes_hands() {
	no_lan && return
	volunteer there "$DISTCCD" -j 5
	assertTrue found "poll_until 'lists 10.9.0.2:3632/5'"
	avahi_stop there KILL
	volunteer here "$DISTCCD" -j 2
	assertTrue 'the name is the other one now' "poll_until 'lists 10.9.0.1:3632/2'"
	avahi_start there
	assertTrue 'by another name' "poll_until 'lists 10.9.0.2:3632/5'"
	assertTrue 'still' 'lists 10.9.0.1:3632/2'
}

# Nobody has given addresses: those of the link are all there is.
test_link_local_addresses() {
	no_lan && return
	avahi_stop here
	avahi_stop there
	LAN_FAMILY=6
	avahi_start here || fail "$lan_why"
	avahi_start there || fail "$lan_why"
	kill "$watch" 2>/dev/null
	watch_start
	volunteer there "$DISTCCD" -j 5 --allow fe80::/10
	is_seen 'fe80::[0-9a-f:]*'
	run "$DISTCC" --show-hosts
	assertTrue "$out" "echo '$out' | grep -q '^\[fe80::[0-9a-f:]*%lan0\]:3632/5\$'"
	run "$DISTCC" gcc -c a.c -o a.o
	assertEquals "$err" 0 "$status"
	assert_jobs there 1
	volunteers_end
	assertTrue gone 'poll_until nobody_seen'
	avahi_stop here
	avahi_stop there
	LAN_FAMILY=4
	avahi_start here || fail "$lan_why"
	avahi_start there || fail "$lan_why"
}

test_many_first_jobs_start_one_helper() {
	no_lan && return
	volunteer there "$DISTCCD" -j 20
	is_seen 10.9.0.2
	jobs=
	for i in 1 2 3 4 5 6 7 8; do
		"$DISTCC" gcc -c a.c -o "$i.o" 2>>err &
		jobs="$jobs $!"
	done
	for job in $jobs; do
		wait "$job"
		assertEquals 0 $?
	done
	assertEquals '' "$(cat err)"
	assert_jobs there 8
	assertEquals 'one helper' 1 "$(pgrep -fc "^$BUILDDIR/distcc-zeroconf --browse")"
}

test_stock_client_finds_our_daemon() {
	no_stock && return
	volunteer there "$DISTCCD" -j 6
	is_seen 10.9.0.2
	poll_until '"$stock" --show-hosts | grep -q ^10'
	run "$stock" --show-hosts
	assertEquals 10.9.0.2:3632/6 "$out"
	run "$stock" gcc -c a.c -o a.o
	assertEquals "$err" 0 "$status"
	assert_jobs there 1
	# ours reads what its helper writes, and starts none
	run "$DISTCC" --show-hosts
	assertEquals 10.9.0.2:3632/6 "$out"
	assertFalse 'no helper' 'helper_runs browse'
}

test_our_client_finds_a_stock_daemon() {
	no_stock && return
	volunteer there "$(stock_program distccd)" -j 6
	is_seen 10.9.0.2
	run "$DISTCC" gcc -c a.c -o a.o
	assertEquals "$err" 0 "$status"
	assert_jobs there 1
	# and the stock client our helper's file
	run "$stock" --show-hosts
	assertEquals 10.9.0.2:3632/6 "$out"
	assertEquals 'one helper' 1 "$(pgrep -fc "^$BUILDDIR/distcc-zeroconf --browse")"
}

test_no_bus_no_helper_nobody() {
	no_lan && return
	# nobody is there
	run env DISTCC_FALLBACK=1 "$DISTCC" gcc -c a.c -o a.o
	assertEquals "$err" 0 "$status"
	assertEquals 'nothing to warn of' '' "$err"
	run "$DISTCC" gcc -c a.c -o a.o
	assertEquals 116 "$status"
	run "$DISTCC" --show-hosts
	assertEquals 116 "$status"
	assertContains "$err" 'no volunteer'

	# no Avahi
	DISTCC_DIR=$SANDBOX/second
	run env DBUS_SYSTEM_BUS_ADDRESS=unix:path=/nowhere DISTCC_FALLBACK=1 "$DISTCC" gcc -c a.c -o a.o
	assertEquals "$err" 0 "$status"
	assertContains "$err" 'no system bus'
	run "$DISTCC" --why gcc -c a.c
	assertContains "$out" 'no system bus'
	run env DISTCC_HOSTS='+zeroconf 127.0.0.1:1/3' "$DISTCC" -j
	assertEquals "$err" 3 "$out"
	rm -rf "$DISTCC_DIR"

	# no helper
	DISTCC_DIR=$SANDBOX/third
	run env DISTCC_ZEROCONF=/nowhere/helper DISTCC_FALLBACK=1 "$DISTCC" gcc -c a.c -o a.o
	assertEquals 0 "$status"
	assertContains "$err" 'there is no /nowhere/helper'
	run env DISTCC_ZEROCONF=/bin/false "$DISTCC" -j
	assertEquals 116 "$status"
	assertContains "$err" '/bin/false failed with status 1'
	# silent for ever
	run env DISTCC_ZEROCONF=/bin/true "$DISTCC" -j
	assertEquals 116 "$status"
	assertContains "$err" 'no answer'
}

# The directory may be the group's, read-only, or vanish under everybody.
test_directories() {
	no_lan && return
	volunteer there "$DISTCCD" -j 4
	is_seen 10.9.0.2
	# a job that may not write takes what is there, or does without
	run env SANDBOX_ON=1 SANDBOX_WRITE=/nowhere DISTCC_FALLBACK=1 EBUILD_PHASE=compile T="$TMPDIR" "$DISTCC" gcc -c a.c -o a.o
	assertEquals 0 "$status"
	assertEquals '' "$err"
	assertFalse 'nothing was made' "[ -e '$DISTCC_DIR/zeroconf' ]"
	chmod 2775 "$DISTCC_DIR"
	assertTrue found "poll_until 'lists 10.9.0.2:3632/4'"
	assertEquals 'group' '-rw-rw-r--' "$(stat -c %A "$HOSTS")"
	assertEquals 'group' '-rw-rw-r--' "$(stat -c %A "${HOSTS%/*}/lock")"
	run env SANDBOX_ON=1 SANDBOX_WRITE=/nowhere "$DISTCC" gcc -c a.c -o a.o
	assertEquals "$err" 0 "$status"
	assert_jobs there 1
	# local jobs do not even look
	rm -rf "$DISTCC_DIR/zeroconf"
	assertTrue 'the helper goes with the directory' "poll_until '! helper_runs browse'"
	run "$DISTCC" gcc -E a.c
	assertFalse 'no helper for local jobs' "[ -e '$DISTCC_DIR/zeroconf' ]"
}

test_daemon_without_helper_or_bus() {
	no_lan && return
	DISTCC_ZEROCONF=/nowhere/helper
	volunteer there "$DISTCCD" -j 4
	assertTrue "poll_until 'grep -q \"there is no /nowhere/helper\" \"\$SANDBOX/there.log\"'"
	run env DISTCC_HOSTS=10.9.0.2 "$DISTCC" gcc -c a.c -o a.o
	assertEquals "$err" 0 "$status"
	volunteers_end
	DISTCC_ZEROCONF=$BUILDDIR/distcc-zeroconf
	DBUS_SYSTEM_BUS_ADDRESS=unix:path=/nowhere
	export DBUS_SYSTEM_BUS_ADDRESS
	volunteer there "$DISTCCD" -j 4
	unset DBUS_SYSTEM_BUS_ADDRESS
	assertTrue "poll_until 'grep -q \"not announced: no system bus\" \"\$SANDBOX/there.log\"'"
	run env DISTCC_HOSTS=10.9.0.2 "$DISTCC" gcc -c a.c -o a.o
	assertEquals "$err" 0 "$status"
	volunteers_end
	volunteer there "$DISTCCD" --listen 127.0.0.1
	assertTrue "poll_until 'grep -q \"no other machine can reach\" \"\$SANDBOX/there.log\"'"
	volunteers_end
	volunteer there "$DISTCCD" --no-zeroconf
	assertTrue "poll_until 'grep -q \" ready: \" \"\$SANDBOX/there.log\"'"
	assertFalse 'no helper' 'helper_runs publish'
}

. "${SHUNIT2:-shunit2}"
