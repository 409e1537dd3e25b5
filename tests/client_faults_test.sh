#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The client with volunteers that are dead, deaf or mad, and with signals: the build goes on, nothing is left behind.
#
# A volunteer behind ssh is a script here (DISTCC_SSH): what it prints is the answer.

. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "${SRCDIR:-.}/tests/lib/daemon.sh"

setUp() {
	sandbox_new
	echo 'int x = 1;' >a.c
	fake_compiler mycc
	# without a reply the test's volunteers hang: better soon than late
	export DISTCC_IO_TIMEOUT=20
}

# volunteer [OPTION...] - as volunteer "a", ours if it is built
volunteer() {
	if [ -x "$DISTCCD" ]; then
		start_distccd a "$@" || { fail 'no daemon'; return 1; }
	else
		start_stock_distccd a "$@" || { fail 'no daemon'; return 1; }
	fi
}

# answers SCRIPT - DISTCC_HOSTS becomes one ssh host whose answer is what the shell text SCRIPT prints
answers() {
	cat >"$SANDBOX/ssh" <<-END
		#!/bin/sh
		printf '%s\n' "\$*" >>"$SANDBOX/ssh.log"
		$1
	END
	chmod 755 "$SANDBOX/ssh"
	DISTCC_SSH=$SANDBOX/ssh
	DISTCC_HOSTS=@mad
	export DISTCC_SSH DISTCC_HOSTS
}

# reply STATUS SERR [OBJECT] - shell text that reads all that comes and prints a whole answer of protocol 1
reply() {
	reply_out=$(printf 'DONE00000001STAT%08xSERR%08x%sSOUT00000000DOTO%08x%s' "$1" ${#2} "$2" ${#3} "${3-}")
	# the end of the job is the end of DOTI, which this volunteer does not look for
	printf "printf '%%s' '%s'; cat >'%s'" "$reply_out" "$SANDBOX/request"
}

# no_leftovers - nothing of ours stayed in the current directory, in TMPDIR or in the state directory
no_leftovers() {
	assertEquals 'temporary files' '' "$(find . -name '.*.distcc-*')$(find "$TMPDIR" -mindepth 1)"
	assertEquals 'state record' '' "$(ls "$DISTCC_DIR/state")"
}

# went_home - the job was compiled here after all, with one line about what and where
went_home() {
	assertEquals 0 "$status"
	assertEquals 'object of mycc' "$(cat a.o)"
	assertEquals "one line: $err" 1 "$(printf '%s\n' "$err" | wc -l)"
	assertContains "$err" "$1"
	no_leftovers
}

# transport_fault CODE - it went home, the host is left alone, and without fallback CODE is the exit status
transport_fault() {
	run "$DISTCC" mycc -c a.c -o a.o
	went_home "${2:-@mad}"
	assertTrue 'backed off' "[ -n \"\$(find '$DISTCC_DIR/lock' -name 'backoff_*_0' -size 1c)\" ]"
	run "$DISTCC" mycc -c a.c -o b.o
	assertEquals 'quiet while it is left alone' '' "$err"
	assertEquals 0 "$status"
	run env DISTCC_FALLBACK=0 "$DISTCC" mycc -c a.c -o c.o
	assertEquals 116 "$status"
	assertContains 'why it was not used' "$err" ': it failed, and is left alone for '
	rm -r "$DISTCC_DIR/lock"
	run env DISTCC_FALLBACK=0 "$DISTCC" mycc -c a.c -o c.o
	assertEquals "$1" "$status"
	assertFalse '[ -e c.o ]'
	rm -r "$DISTCC_DIR/lock"
	run env DISTCC_LOG="$SANDBOX/log" "$DISTCC" mycc -c a.c -o a.o
	assertEquals 0 "$status"
	assertEquals 'only in the log' '' "$out$err"
	assertContains "$(cat "$SANDBOX/log")" 'running locally'
	no_leftovers
}

test_connection_refused() {
	port=$(free_port)
	export DISTCC_HOSTS="127.0.0.1:$port"
	transport_fault 103 "127.0.0.1:$port"
	assertTrue "[ -e '$DISTCC_DIR/lock/backoff_tcp_127.0.0.1_${port}_0' ]"
}

test_unknown_host() {
	export DISTCC_HOSTS=no-such-host.invalid
	transport_fault 103 no-such-host.invalid
}

test_access_denied() {
	volunteer --allow 192.0.2.1 || return 0
	DISTCC_HOSTS=$(host_of a)
	export DISTCC_HOSTS
	run "$DISTCC" mycc -c a.c -o a.o
	went_home "127.0.0.1:$PORT_a"
}

# It accepts (its kernel does), but never answers.
test_deaf_volunteer() {
	volunteer || return 0
	DISTCC_HOSTS=$(host_of a)
	export DISTCC_HOSTS DISTCC_IO_TIMEOUT=1
	kill -STOP "$PID_a"
	run "$DISTCC" mycc -c a.c -o a.o
	kill -CONT "$PID_a"
	went_home "127.0.0.1:$PORT_a"
	assertContains "$err" 'timed out'
}

test_ssh_fails() {
	answers 'echo "Host key verification failed." >&2; exit 255'
	transport_fault 107
	rm -r "$DISTCC_DIR/lock"
	run "$DISTCC" mycc -c a.c -o a.o
	assertContains 'what ssh said' "$err" 'Host key verification failed.'
}

test_ssh_is_missing() {
	answers ''
	DISTCC_SSH=/no/such/ssh
	transport_fault 103
}

test_ssh_command_line() {
	answers 'exit 1'
	DISTCC_SSH="$SANDBOX/ssh -p  22 -q"
	DISTCC_HOSTS='joe@box:/opt/distccd'
	run "$DISTCC" mycc -c a.c -o a.o
	assertEquals '-p 22 -q -l joe box /opt/distccd --inetd --enable-tcp-insecure' "$(cat "$SANDBOX/ssh.log")"
	DISTCC_HOSTS=@crate
	run "$DISTCC" mycc -c a.c -o a.o
	assertEquals '-p 22 -q crate distccd --inetd --enable-tcp-insecure' "$(tail -n 1 "$SANDBOX/ssh.log")"
}

test_ssh_works() {
	[ -x "$DISTCCD" ] || { skip_because 'distccd is not built'; return 0; }
	allowed_compilers >"$SANDBOX/compilers"
	answers "PATH=/usr/bin:/bin DISTCC_CMDLIST=$SANDBOX/compilers exec $DISTCCD --inetd --enable-tcp-insecure --user nobody --cache-dir $SANDBOX/cache"
	run "$DISTCC" gcc -c a.c
	assertEquals 0 "$status"
	assertEquals '' "$err"
	gcc -c a.c -o local.o
	assertTrue 'cmp a.o local.o'
	run env DISTCC_LOG="$SANDBOX/log" "$DISTCC" gcc -c a.c
	assertContains "$(cat "$SANDBOX/log")" 'a.c: distributed to @mad'
	no_leftovers
}

test_request_on_the_wire() {
	answers "$(reply 0 '' OBJECT)"
	mkdir "$SANDBOX/out"
	run "$DISTCC" mycc -DX -c a.c -o "$SANDBOX/out/a.o"
	assertEquals 0 "$status"
	assertEquals OBJECT "$(cat "$SANDBOX/out/a.o")"
	poll_until '[ -s "$SANDBOX/request" ]'
	assertEquals 'DIST00000001ARGC' "$(head -c 16 "$SANDBOX/request")"
	assertContains "$(cat "$SANDBOX/request")" 'ARGV00000004mycc'
	assertContains "$(cat "$SANDBOX/request")" 'DOTI0000000bint x = 1;'
}

test_closed_without_answer() {
	answers 'head -c 1 >/dev/null'
	transport_fault 107
}

test_nonsense_answers() {
	for answer in 'HTTP/1.0 400 Bad Request' 'DONE00000002STAT00000000' 'DONE0000000xSTAT00000000' 'STAT00000000DONE00000001' \
		'DONE00000001STAT00000000SERR00000000SOUT00000000DOTX00000000' \
		'DONE00000001STAT00000100SERR00000000SOUT00000000DOTO00000003abc' \
		'DONE00000001STAT00000000SERRffffffff'; do
		rm -rf "$DISTCC_DIR/lock" a.o
		answers "printf '%s' '$answer'; cat >/dev/null"
		run "$DISTCC" mycc -c a.c -o a.o
		went_home @mad
		rm -rf "$DISTCC_DIR/lock"
		run env DISTCC_FALLBACK=0 "$DISTCC" mycc -c a.c -o b.o
		assertEquals "$answer" 109 "$status"
	done
	assertFalse '[ -e b.o ]'
}

test_truncated_answers() {
	for answer in 'DONE0000' 'DONE00000001STAT00000000SERR00000005abc' \
		'DONE00000001STAT00000000SERR00000000SOUT00000000DOTO00000064half an object'; do
		rm -rf "$DISTCC_DIR/lock" a.o
		answers "printf '%s' '$answer'"
		run "$DISTCC" mycc -c a.c -o a.o
		went_home @mad
	done
}

test_volunteer_that_cannot() {
	for code in 28160 29696 27136; do	# 110, 116, 106: our and stock's own failures
		rm -rf "$DISTCC_DIR/lock" a.o
		answers "$(reply $code 'no such compiler here')"
		run "$DISTCC" mycc -c a.c -o a.o
		went_home @mad
		assertContains "$err" 'no such compiler here'
		assertTrue "[ -e '$DISTCC_DIR/lock/refused_mad_0_mycc' ]"
		assertEquals 'the host itself is well' '' "$(find "$DISTCC_DIR/lock" -name 'backoff_*')"
	done
	run "$DISTCC" mycc -c a.c -o a.o
	assertEquals '' "$err"
	rm -r "$DISTCC_DIR/lock"
	answers "$(reply 28160 'no such compiler here')"
	run env DISTCC_FALLBACK=0 "$DISTCC" mycc -c a.c -o b.o
	assertEquals 110 "$status"
	assertContains "$err" 'no such compiler here'
}

test_compiler_killed_there() {
	answers "$(reply 11 '')"
	run "$DISTCC" mycc -c a.c -o a.o
	went_home @mad
	run env DISTCC_SKIP_LOCAL_RETRY=1 "$DISTCC" mycc -c a.c -o a.o
	assertEquals 0 "$status"
	rm -r "$DISTCC_DIR/lock"
	run env DISTCC_FALLBACK=0 "$DISTCC" mycc -c a.c -o b.o
	assertEquals 139 "$status"
}

test_messages_are_those_of_this_machine() {
	fake_compiler mycc 'echo "a.c: local words" >&2; echo local >"$output"'
	answers "$(reply 0 'foreign words' OBJECT)"
	run "$DISTCC" mycc -c a.c -o a.o
	assertEquals 0 "$status"
	assertEquals 'a.c: local words' "$err"
	assertEquals local "$(cat a.o)"
	run env DISTCC_SKIP_LOCAL_RETRY=1 "$DISTCC" mycc -c a.c -o a.o
	assertEquals 'foreign words' "$err"
	assertEquals OBJECT "$(cat a.o)"
}

test_same_failure_here_and_there() {
	fake_compiler mycc 'echo "a.c:1: bad" >&2; exit 1'
	answers "$(reply 256 'a.i:1: bad')"
	run "$DISTCC" mycc -c a.c -o a.o
	assertEquals 1 "$status"
	assertEquals 'a.c:1: bad' "$err"
	assertEquals 'nobody is blamed' '' "$(find "$DISTCC_DIR/lock" -name 'backoff_*' -o -name 'refused_*')"
}

test_preprocessor_messages_are_printed_once() {
	cat >"$SANDBOX/bin/mycc" <<-'END'
		#!/bin/sh
		echo 'a.c: warning' >&2
		case " $* " in *' -E '*) cat a.c ;; *) echo local >a.o ;; esac
	END
	answers "$(reply 0 '' OBJECT)"
	run "$DISTCC" mycc -c a.c -o a.o
	assertEquals 0 "$status"
	assertEquals 'a.c: warning' "$err"
	assertEquals local "$(cat a.o)"
	assertEquals 'nobody is blamed' '' "$(find "$DISTCC_DIR/lock" -name 'backoff_*' -o -name 'refused_*')"
}

test_empty_object() {
	echo old >a.o
	answers "$(reply 0 '' '')"
	run "$DISTCC" mycc -c a.c -o a.o
	assertEquals 0 "$status"
	assertTrue '[ -e a.o ] && [ ! -s a.o ]'
}

test_next_host_gets_the_same_text() {
	volunteer || return 0
	dead=127.0.0.1:$(free_port)
	DISTCC_HOSTS="$dead $(host_of a)"
	export DISTCC_HOSTS
	cat >"$SANDBOX/bin/gcc" <<-END
		#!/bin/sh
		printf '%s\n' "\$*" >>"$SANDBOX/gcc.log"
		exec /usr/bin/gcc "\$@"
	END
	chmod 755 "$SANDBOX/bin/gcc"
	run "$DISTCC" gcc -c a.c
	assertEquals 0 "$status"
	assertEquals 'one line' 1 "$(printf '%s\n' "$err" | wc -l)"
	assertContains "$err" "$dead"
	assertEquals 'one run of the preprocessor, none of the compiler' 1 "$(wc -l <"$SANDBOX/gcc.log")"
	assertEquals 1 "$(daemon_jobs a)"
	run "$DISTCC" gcc -c a.c
	assertEquals '' "$err"
	assertEquals 2 "$(daemon_jobs a)"
}

test_no_endless_search() {
	DISTCC_HOSTS=
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		DISTCC_HOSTS="$DISTCC_HOSTS $(free_port | sed 's/^/127.0.0.1:/')"
	done
	export DISTCC_HOSTS
	run env DISTCC_BACKOFF_PERIOD=0 DISTCC_VERBOSE=1 "$DISTCC" mycc -c a.c -o a.o
	assertEquals 0 "$status"
	assertEquals 'object of mycc' "$(cat a.o)"
	assertTrue 'a few hosts, not all' "[ \$(printf '%s\n' '$err' | grep -c 'trying') -le 10 ]"
}

test_back_off_ends() {
	volunteer || return 0
	DISTCC_HOSTS=$(host_of a)
	export DISTCC_HOSTS
	mkdir -p "$DISTCC_DIR/lock"
	mark=$DISTCC_DIR/lock/backoff_tcp_127.0.0.1_${PORT_a}_0
	printf x >"$mark"
	run "$DISTCC" gcc -c a.c
	assertEquals 0 "$(daemon_jobs a)"
	touch -d '2 minutes ago' "$mark"
	run "$DISTCC" gcc -c a.c
	assertEquals 1 "$(daemon_jobs a)"
	assertFalse 'the mark is gone' "[ -e '$mark' ]"
	printf x >"$mark"
	run env DISTCC_BACKOFF_PERIOD=0 "$DISTCC" gcc -c a.c
	assertEquals 'back-off is off' 2 "$(daemon_jobs a)"
}

# A host may be listed twice: what it could not do it is not asked again by the same job.
test_same_host_twice() {
	answers 'exit 1'
	DISTCC_HOSTS='@mad @mad/2 @mad'
	run env DISTCC_BACKOFF_PERIOD=0 "$DISTCC" mycc -c a.c -o a.o
	went_home @mad
	assertEquals 1 "$(wc -l <"$SANDBOX/ssh.log")"
}

test_hosts_that_are_down() {
	answers 'exit 1'
	DISTCC_HOSTS='@mad,down'
	run "$DISTCC" mycc -c a.c -o a.o
	assertEquals 0 "$status"
	assertEquals '' "$err"
	assertFalse '[ -e "$SANDBOX/ssh.log" ]'
	run env DISTCC_FALLBACK=0 "$DISTCC" mycc -c a.c -o a.o
	assertEquals 116 "$status"
}

test_fallback_switch_does_not_concern_local_jobs() {
	export DISTCC_HOSTS=127.0.0.1:1 DISTCC_FALLBACK=0
	for words in 'x.o -o x' '-E a.c' '--version' '-c a.c -save-temps -o a.o' '-c nofile.c'; do
		# shellcheck disable=SC2086 # words
		run "$DISTCC" mycc $words
		assertEquals "$words" 0 "$status"
	done
}

# state_phase_is TEXT - a record in the state directory shows the phase with that number
state_phase_is() {
	for record in "$DISTCC_DIR"/state/binstate_*; do
		[ -e "$record" ] && [ "$(od -An -j 284 -N 4 -t d4 "$record" | tr -d ' ')" = "$1" ] && return 0
	done
	return 1
}

# ends_by SIGNAL NUMBER PHASE - start a job, wait for the phase, send the signal; it ends with 128 + NUMBER and leaves nothing
ends_by() {
	# a shell starts what runs in the background with INT ignored
	env --default-signal=INT "$DISTCC" mycc -c a.c -o a.o -MMD >/dev/null 2>&1 &
	job=$!
	poll_until "state_phase_is $3"
	assertTrue "phase $3" $?
	poll_until "${4:-true}"
	kill "-$1" "$job"
	wait "$job"
	assertEquals "$1" "$2" $?
	assertFalse '[ -e a.o ]'
	assertFalse '[ -e a.d ]'
	assertEquals 'temporary files' '' "$(find . -name '.*.distcc-*')$(find "$TMPDIR" -mindepth 1)"
	assertFalse 'state record' "[ -e '$DISTCC_DIR/state/binstate_$job' ]"
}

test_signals_while_the_object_comes() {
	answers "printf 'DONE00000001STAT00000000SERR00000000SOUT00000000DOTO00000064half an object'; cat >/dev/null"
	for signal in TERM:143 INT:130 HUP:129; do
		ends_by "${signal%:*}" "${signal#*:}" 6 '[ -n "$(find . -name ".a.o.distcc-*")" ]'
	done
}

test_signal_while_the_compiler_works_there() {
	answers 'cat >/dev/null'
	ends_by TERM 143 5
}

test_signal_while_the_preprocessor_works() {
	mkfifo "$SANDBOX/fifo"
	cat >"$SANDBOX/bin/mycc" <<-END
		#!/bin/sh
		cat "$SANDBOX/fifo" &
		echo \$! >"$SANDBOX/cpp.pid"
		wait
	END
	answers 'cat >/dev/null'
	ends_by TERM 143 3 '[ -s "$SANDBOX/cpp.pid" ]'
	poll_until '! kill -0 "$(cat "$SANDBOX/cpp.pid")" 2>/dev/null'
	assertTrue 'its children are gone' $?
}

test_signal_while_the_compiler_works_here() {
	mkfifo "$SANDBOX/fifo"
	fake_compiler mycc "echo \$\$ >'$SANDBOX/cc.pid'; read -r line <'$SANDBOX/fifo'"
	export DISTCC_HOSTS=localhost
	ends_by TERM 143 5 '[ -s "$SANDBOX/cc.pid" ]'
	poll_until '! kill -0 "$(cat "$SANDBOX/cc.pid")" 2>/dev/null'
	assertTrue 'the compiler is gone' $?
}

test_signal_while_waiting_for_a_slot() {
	mkfifo "$SANDBOX/fifo"
	fake_compiler mycc "read -r line <'$SANDBOX/fifo'"
	export DISTCC_HOSTS=localhost/1
	"$DISTCC" mycc -c a.c -o first.o &
	first=$!
	poll_until 'state_phase_is 5'
	ends_by TERM 143 1
	echo go >"$SANDBOX/fifo"
	wait "$first"
	assertEquals 0 $?
}

# Waiters get their slots one after the other, and all get one.
test_many_wait_for_few_slots() {
	fake_compiler mycc "mkdir '$SANDBOX/busy' || echo two at once >>'$SANDBOX/clash'; rmdir '$SANDBOX/busy'; echo done >>'$SANDBOX/done'"
	export DISTCC_HOSTS=localhost/1
	pids=
	for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
		"$DISTCC" mycc -c a.c -o "$i.o" &
		pids="$pids $!"
	done
	# shellcheck disable=SC2086 # words
	wait $pids
	assertEquals 12 "$(wc -l <"$SANDBOX/done")"
	assertFalse '[ -e "$SANDBOX/clash" ]'
}

# shellcheck source=/dev/null
. "${SHUNIT2:-shunit2}"
