#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# --stats: what is counted, who may ask, and that questions disturb nobody.

. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "$SRCDIR/tests/lib/daemon.sh"
. "$SRCDIR/tests/lib/wire.sh"

setUp() {
	sandbox_new
	mkdir "$SANDBOX/seen"
	chmod 777 "$SANDBOX/seen"
	printf 'int x;\n' >x.i
	stats_port=$(free_port)
}

# ask [TEXT] - the answer to that question
ask() {
	"$WIRETOOL" 127.0.0.1 "$stats_port" send "${1-GET / HTTP/1.0\\x0d\\n\\x0d\\n}" read
}

# value NAME - of that line
value() {
	ask | sed -n "s/^dcc_$1 //p"
}

# job NAME [WORD...] - one with that source, by protocol 1
job() {
	job_name=$1
	shift
	request 1 x.i gcc -c "$job_name" -o x.o "$@" >req
	wire a file req read
}

test_what_is_counted() {
	fake_compiler gcc 'case $source in *wrong*) echo no >&2; exit 1 ;; esac; printf o >"$output"'
	start_distccd a --stats --stats-port "$stats_port" --jobs 3 || fail 'no daemon'
	assertEquals 0 "$(value tcp_accept)"
	assertEquals none "$(value longest_job)"
	job fine.c
	job finer.c
	job wrong.c
	wire a send "GET / HTTP/1.0\\x0d\\n\\x0d\\n" read
	poll_until '[ "$(value rej_bad_req)" = 1 ]'
	assertEquals '4 2 1 0' "$(value tcp_accept) $(value compile_ok) $(value compile_error) $(value cli_disconnect)"
	assertEquals '3 3 3' "$(value num_compiles1) $(value num_compiles2) $(value num_compiles3)"
	assertEquals '3 gcc' "$(value max_kids) $(value longest_job_compiler)"
	assertContains "$(value longest_job)" '.c'
	assertEquals '<distccstats></distccstats>' "$(ask | sed -n 's/.*\(<.*>\).*/\1/p' | paste -sd '\0' -)"
}

test_what_happens_now() {
	fake_compiler gcc "until [ -e $SANDBOX/seen/go ]; do sleep 0.02; done; printf o >\"\$output\""
	start_distccd a --stats --stats-port "$stats_port" --jobs 1 || fail 'no daemon'
	request 1 x.i gcc -c one.c -o x.o >req
	"$WIRETOOL" 127.0.0.1 "$PORT_a" file req read >one &
	first=$!
	"$WIRETOOL" 127.0.0.1 "$PORT_a" file req read >two &
	second=$!
	poll_until '[ "$(value running) $(value waiting)" = "1 1" ]' || fail "$(ask)"
	touch "$SANDBOX/seen/go"
	wait $first $second
	poll_until '[ "$(value running) $(value waiting) $(value compile_ok)" = "0 0 2" ]' || fail "$(ask)"
}

# What the client sends goes into the text: one line stays one line.
test_names_of_clients() {
	fake_compiler gcc
	start_distccd a --stats --stats-port "$stats_port" || fail 'no daemon'
	job "$(printf 'a\nb.c')"
	poll_until '[ "$(value compile_ok)" = 1 ]' || fail "$(ask)"
	assertEquals 'a?b.c' "$(value longest_job)"
}

test_ways_to_ask() {
	start_distccd a --stats --stats-port "$stats_port" || fail 'no daemon'
	assertContains 'HTTP' "$(ask)" 'HTTP/1.0 200 OK'
	assertContains 'no HTTP' "$(ask '\n\n')" 'dcc_tcp_accept'
	assertContains 'nothing at all' "$("$WIRETOOL" 127.0.0.1 "$stats_port" shut read)" 'dcc_tcp_accept'
	assertContains 'more than a question' "$(ask "GET / HTTP/1.1\\nHost: x\\n\\n$(printf '%2000s' '' | tr ' ' x)")" '</distccstats>'
	answer=$(ask 'HEAD / HTTP/1.0\n\n')
	assertContains "$answer" 'Content-Length:'
	assertNotContains "$answer" dcc_
	"$WIRETOOL" 127.0.0.1 "$stats_port" send 'GET / HTTP/1.0\n\n' save answer >/dev/null
	assertEquals "$(sed -n 's/^Content-Length: \([0-9]*\).*/\1/p' answer)" "$(sed '1,/^.$/d' answer | wc -c)"
}

# Those who connect and say nothing hold processes, but a few, and no jobs.
test_silent_askers() {
	fake_compiler gcc
	start_distccd a --stats --stats-port "$stats_port" --jobs 1 || fail 'no daemon'
	askers=
	for n in 1 2 3 4 5 6 7 8 9 10 11 12; do
		"$WIRETOOL" 127.0.0.1 "$stats_port" read >"asker.$n" 2>&1 &
		askers="$askers $!"
	done
	poll_until 'log_has a "too many questions"' || fail 'all are heard'
	job fine.c
	assertContains "$out" 'DOTO'
	assertTrue 'a few processes' '[ "$(wc -w <"/proc/$PID_a/task/$PID_a/children")" -le 9 ]'
	for pid in $askers; do
		kill "$pid" 2>/dev/null
	done
	poll_until '[ "$(value compile_ok)" = 1 ]' || fail 'no answer afterwards'
	stop_daemon a
	assertFalse 'ends with the daemon' 'port_listens "$stats_port"'
}

test_who_may_ask() {
	start_distccd a --stats --stats-port "$stats_port" --allow 10.255.255.1 || fail 'no daemon'
	assertNotContains "$(ask)" dcc_
	assertTrue 'the log says who' 'log_has a "connection refused by the address list"'
	stop_daemon a
	start_distccd a || fail 'no daemon'
	assertFalse 'not without the option' 'port_listens 3633 && process_listens "$PID_a" 3633'
}

test_options_that_cannot_work() {
	start_distccd a --stats --stats-port "$stats_port" || fail 'no daemon'
	run "$DISTCCD" --daemon --no-detach --stats --stats-port "$stats_port" --port "$(free_port)" --listen 127.0.0.1 --log-stderr \
		--config-dir "$ETC_a" --cache-dir "$SANDBOX/cache"
	assertEquals "$err" 102 "$status"
	assertContains "$err" "cannot listen on 127.0.0.1 port $stats_port"
	run "$DISTCCD" --stats --stats-port=3632
	assertEquals 101 "$status"
	assertContains "$err" 'both 3632'
	run "$DISTCCD" --stats --inetd
	assertEquals 101 "$status"
	assertContains "$err" 'not for --inetd'
	start_distccd b --stats --stats-port "$(free_port)" --no-fork || fail 'no daemon'
	assertContains "$(cat "$SANDBOX/daemon.b/stdout" "$LOG_b")" '--stats has no effect with --no-fork'
}

. "${SHUNIT2:-shunit2}"
