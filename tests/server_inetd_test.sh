#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# --inetd: one client on stdin and stdout, be they a socket, pipes or files.

. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "$SRCDIR/tests/lib/daemon.sh"
. "$SRCDIR/tests/lib/wire.sh"

setUp() {
	sandbox_new
	mkdir "$SANDBOX/seen" "$SANDBOX/tmp2"
	chmod 1777 "$SANDBOX/seen" "$SANDBOX/tmp2"
	log=$SANDBOX/seen/log
	TMP_self=$SANDBOX/tmp2
	LOG_self=$log
	fake_compiler gcc 'printf o >"$output"'
	allowed_compilers >"$SANDBOX/list"
	printf 'int x;\n' >x.i
	request 1 x.i gcc -c x.c -o x.o >req
	options="--inetd --log-file $log --config-dir $SANDBOX/none --cache-dir $SANDBOX/cache"
}

# the program itself, as a service manager or ssh starts it
distccd() {
	# shellcheck disable=SC2086 # words
	env TMPDIR="$TMP_self" DISTCC_CMDLIST="$SANDBOX/list" "$DISTCCD" $options "$@"
}

good_answer=DONE00000001STAT00000000SERR00000000SOUT00000000DOTO00000001o

test_files() {
	distccd <req >answer 2>errors
	assertEquals 0 $?
	assertEquals "$good_answer" "$(cat answer)"
	assertEquals '' "$(cat errors)"
	assertContains "$(cat "$log")" 'client: stdin COMPILE_OK exit:0 sig:0 core:0 ret:0 '
	assert_tmp_empty self
}

test_pipes() {
	# the machine may have other things to do once, or twice
	for _ in 1 2 3; do
		began=$(date +%s%N)
		# shellcheck disable=SC2002 # a pipe is meant
		answer=$(cat req | distccd 2>errors | cat)
		took=$((($(date +%s%N) - began) / 1000000))
		assertEquals "$good_answer" "$answer"
		assertEquals '' "$(cat errors)"
		[ "$took" -ge 900 ] || break
	done
	assertTrue "no second is lost: $took ms" '[ "$took" -lt 900 ]'
	assert_tmp_empty self
}

test_pipe_that_stays_open() {
	mkfifo in
	distccd <in >answer 2>errors &
	exec 9>in
	cat req >&9
	poll_until '[ -s answer ]' || fail 'waits for the end of its input'
	wait $!
	exec 9>&-
	assertEquals "$good_answer" "$(cat answer)"
}

test_client_behind_pipes_vanishes() {
	mkfifo in out "$SANDBOX/seen/fifo"
	chmod 666 "$SANDBOX/seen/fifo"
	fake_compiler gcc "echo \$\$ >$SANDBOX/seen/pid; read line <$SANDBOX/seen/fifo"
	distccd <in >out 2>errors &
	pid=$!
	exec 8<>out
	exec 9>in
	cat req >&9
	poll_until '[ -s "$SANDBOX/seen/pid" ]'
	exec 8>&- 9>&-
	poll_until '! kill -0 "$(cat "$SANDBOX/seen/pid")" 2>/dev/null' 2 || fail 'the compiler runs on'
	wait "$pid"
	assert_log self CLI_DISCONN
	assert_tmp_empty self
}

test_sigterm() {
	mkfifo "$SANDBOX/seen/fifo"
	chmod 666 "$SANDBOX/seen/fifo"
	fake_compiler gcc "echo \$\$ >$SANDBOX/seen/pid; read line <$SANDBOX/seen/fifo"
	distccd <req >answer 2>errors &
	poll_until '[ -s "$SANDBOX/seen/pid" ]'
	kill -TERM "$(cut -d ' ' -f 4 "/proc/$(cat "$SANDBOX/seen/pid")/stat")"
	wait $!
	poll_until '! kill -0 "$(cat "$SANDBOX/seen/pid")" 2>/dev/null' 2 || fail 'the compiler runs on'
	assert_tmp_empty self
}

test_socket_from_an_inetd() {
	port=$(free_port)
	# not told: a socket on stdin says it
	env TMPDIR="$TMP_self" DISTCC_CMDLIST="$SANDBOX/list" "$WIRETOOL" --inetd "$port" \
		"$DISTCCD" --log-file "$log" --config-dir "$SANDBOX/none" --cache-dir "$SANDBOX/cache" &
	poll_until 'port_listens "$port"'
	run "$WIRETOOL" 127.0.0.1 "$port" file req read
	assertEquals "${good_answer}[closed]" "$out"
	wait $!
	assertTrue 'the client in the log' 'grep -q "client: 127.0.0.1:[0-9]* COMPILE_OK" "$log"'
}

test_address_list_applies_to_sockets() {
	port=$(free_port)
	env TMPDIR="$TMP_self" DISTCC_CMDLIST="$SANDBOX/list" "$WIRETOOL" --inetd "$port" \
		"$DISTCCD" --inetd --allow 127.0.0.2 --log-file "$log" --config-dir "$SANDBOX/none" --cache-dir "$SANDBOX/cache" &
	poll_until 'port_listens "$port"'
	run "$WIRETOOL" 127.0.0.1 "$port" read
	assertEquals '[closed]' "$out"
	wait $!
	assertContains "$(cat "$log")" 'refused by the address list'
}

test_nothing_but_the_reply_on_stdout() {
	head_of 1 gcc -c x.c -o x.o >req
	distccd --verbose <req >answer 2>errors
	assertEquals '' "$(cat answer)"
	assertEquals '' "$(cat errors)"
	assertContains "$(cat "$log")" CLI_DISCONN
	distccd --log-stderr <req >answer 2>errors
	assertEquals '' "$(cat answer)"
	assertContains "$(cat errors)" CLI_DISCONN
}

test_start_failure_is_told_on_stderr() {
	: >"$SANDBOX/list"
	distccd <req >answer 2>errors
	assertEquals 110 $?
	assertEquals '' "$(cat answer)"
	assertContains "$(cat errors)" 'no compiler is allowed'
}

# As ssh does it: a program on another machine, pipes in between.
test_stock_client_over_ssh() {
	stock=$(stock_program distcc) || {
		skip_because 'no stock distcc'
		return 0
	}
	cat >"$SANDBOX/ssh" <<-END
		#!/bin/sh
		[ "\$1" != -l ] || shift 2
		shift
		cat | TMPDIR=$TMP_self DISTCC_CMDLIST=$SANDBOX/list "\$@" --log-file $log | cat
	END
	chmod 755 "$SANDBOX/ssh"
	rm "$SANDBOX/bin/gcc"
	allowed_compilers >"$SANDBOX/list"
	echo 'int f(void) { return 3; }' >x.c
	DISTCC_SSH=$SANDBOX/ssh DISTCC_HOSTS="somebody@elsewhere:$DISTCCD" DISTCC_FALLBACK=0 run "$stock" gcc -O2 -c x.c -o x.o
	assertEquals "$err" 0 "$status"
	assertContains "$(cat "$log")" COMPILE_OK
	gcc -O2 -c x.c -o local.o
	assertTrue 'the same object' 'cmp x.o local.o'
}

. "${SHUNIT2:-shunit2}"
