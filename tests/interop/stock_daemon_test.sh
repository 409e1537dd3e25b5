#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Our client with the distribution's daemon, protocols 1 and 2.
. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "${SRCDIR:-.}/tests/lib/daemon.sh"
. "${SRCDIR:-.}/tests/lib/wire.sh"

setUp() {
	sandbox_new
	printf '#include <stdio.h>\nint main(void) { return puts("hello") < 0; }\n' >hello.c
}

# daemon NAME [OPTION...] - start it; otherwise the test is skipped or has failed, and is over
daemon() {
	stock_program distccd >/dev/null || {
		skip_because 'no stock distccd on this machine'
		return 1
	}
	start_stock_distccd "$@" && return 0
	fail "no daemon"
	return 1
}

# compile COMPILER FILE OPTION... - by the volunteers of $DISTCC_HOSTS, no other way; equal to a local compile?
compile() {
	compiler=$1 file=$2
	shift 2
	"$compiler" "$@" -c "$file" -o local.o 2>local.err
	DISTCC_FALLBACK=0 run "$DISTCC" "$compiler" "$@" -c "$file" -o remote.o
	assertEquals "status of $compiler $*: $err" 0 "$status"
	assertEquals "messages of $compiler $*" "$(cat local.err)" "$out$err"
	strip -g local.o
	strip -g remote.o
	assertTrue "object of $compiler $*" 'cmp local.o remote.o'
}

for_both_protocols() {
	for options in '' ,lzo; do
		DISTCC_HOSTS=$(host_of a "$options") "$@"
	done
}

compiles_like_local() {
	export DISTCC_HOSTS
	compile gcc hello.c -O2 -Wall
	compile gcc hello.c -O2 -g
	compile cc hello.c -DX=1 -I. -MD
	compile /usr/bin/gcc hello.c
	compile g++ hello.cc -O1 -g
	if command -v clang >/dev/null; then
		compile clang hello.c -O2 -g
	fi
}

test_success() {
	daemon a || return 0
	printf '#include <vector>\nint main() { std::vector<int> v{1}; return v.size() - 1; }\n' >hello.cc
	for_both_protocols compiles_like_local
	assert_jobs a "$(($(command -v clang >/dev/null && echo 12 || echo 10)))"
}

test_large_source() {
	daemon a || return 0
	awk 'BEGIN { for (i = 0; i < 1500; i++) printf "int f%d(int x) { return x + %d; }\n", i, i }' >large.c
	large() { export DISTCC_HOSTS; compile gcc large.c; }
	for_both_protocols large
	assert_jobs a 2
}

error_is_shown_once() {
	export DISTCC_HOSTS
	run gcc -c bad.c -o bad.o
	local_status=$status local_err=$err
	run "$DISTCC" gcc -c bad.c -o bad.o
	assertEquals "$local_status" "$status"
	assertEquals "$local_err" "$err"
	assertEquals '' "$out"
	assertFalse 'no object' '[ -e bad.o ]'
	# the volunteer is not blamed: it gets the next job
	compile gcc hello.c
}

test_compile_error() {
	daemon a || return 0
	printf 'int f(void) { return 1 }\n' >bad.c
	for_both_protocols error_is_shown_once
	assert_jobs a 2
}

test_error_without_fallback() {
	daemon a || return 0
	printf 'int f(void) { return 1 }\n' >bad.c
	DISTCC_FALLBACK=0 DISTCC_HOSTS=$(host_of a) run "$DISTCC" gcc -c bad.c
	assertEquals 1 "$status"
	assertContains "$err" 'bad.c:1:'
}

# The volunteer has no such compiler on its list, and closes without a word.
test_refused_compiler() {
	daemon a || return 0
	fake_compiler onlyhere
	DISTCC_HOSTS=$(host_of a) run "$DISTCC" onlyhere -c hello.c -o hello.o
	assertEquals "$err" 0 "$status"
	assertEquals 'object of onlyhere' "$(cat hello.o)"
	rm hello.o
	rm -rf "$DISTCC_DIR/lock"
	DISTCC_FALLBACK=0 DISTCC_HOSTS=$(host_of a) run "$DISTCC" onlyhere -c hello.c -o hello.o
	assertNotEquals 0 "$status"
	assertContains "$err" "$PORT_a"
	assertFalse '[ -e hello.o ]'
}

# It is on the list, but is not there: the answer is 110.
test_missing_compiler() {
	ALLOW_ALSO=/proc/nonexistent/gone daemon a || return 0
	fake_compiler gone
	DISTCC_HOSTS=$(host_of a) run "$DISTCC" gone -c hello.c -o hello.o
	assertEquals "$err" 0 "$status"
	assertEquals 'object of gone' "$(cat hello.o)"
	rm hello.o
	rm -rf "$DISTCC_DIR/lock"
	DISTCC_FALLBACK=0 DISTCC_HOSTS=$(host_of a) run "$DISTCC" gone -c hello.c -o hello.o
	assertEquals 110 "$status"
	assertNotNull "$err"
	assertFalse '[ -e hello.o ]'
}

# It dies there (where its source is preprocessed) but not here.
test_compiler_killed_by_a_signal() {
	fake_compiler dies 'case $source in *.i) kill -SEGV $$ ;; *) echo fine >"$output" ;; esac'
	daemon a || return 0
	DISTCC_HOSTS=$(host_of a) run "$DISTCC" dies -c hello.c -o hello.o
	assertEquals "$err" 0 "$status"
	assertEquals fine "$(cat hello.o)"
	rm hello.o
	rm -rf "$DISTCC_DIR/lock"
	DISTCC_FALLBACK=0 DISTCC_HOSTS=$(host_of a) run "$DISTCC" dies -c hello.c -o hello.o
	assertEquals "$err" 139 "$status"
	assertFalse '[ -e hello.o ]'
}

test_dead_daemon_is_passed_over() {
	daemon a || return 0
	DISTCC_HOSTS="127.0.0.1:$(free_port)/4 $(host_of a)" run "$DISTCC" gcc -c hello.c -o hello.o
	assertEquals "$err" 0 "$status"
	assertTrue '[ -s hello.o ]'
	assert_jobs a 1
}

test_only_a_dead_daemon() {
	DISTCC_HOSTS="127.0.0.1:$(free_port)/4" run "$DISTCC" gcc -c hello.c -o hello.o
	assertEquals 0 "$status"
	assertTrue '[ -s hello.o ]'
	gcc -c hello.c -o local.o
	assertTrue 'cmp hello.o local.o'
}

# More clients than it has workers: they wait for each other and all are served.
test_busy_daemon() {
	daemon a --jobs 1 || return 0
	export DISTCC_FALLBACK=0
	pids=
	for i in 1 2 3 4; do
		cp hello.c "busy$i.c"
		DISTCC_HOSTS=$(host_of a) "$DISTCC" gcc -O2 -c "busy$i.c" 2>"busy$i.err" &
		pids="$pids $!"
	done
	for pid in $pids; do
		wait "$pid"
		assertEquals "$(cat busy?.err)" 0 $?
	done
	assert_jobs a 4
}

test_ipv6() {
	have_ipv6 || {
		skip_because 'no IPv6 on this machine'
		return 0
	}
	daemon a --listen ::1 || return 0
	for options in '' ,lzo; do
		DISTCC_FALLBACK=0 DISTCC_HOSTS="[::1]:$PORT_a/2$options" run "$DISTCC" gcc -c hello.c -o hello.o
		assertEquals "$err" 0 "$status"
	done
	assert_jobs a 2
}

# ssh runs "distccd --inetd ..." there; the stand-in runs it here.
test_over_ssh() {
	stock=$(stock_program distccd) || {
		skip_because 'no stock distccd on this machine'
		return 0
	}
	allowed_compilers >compilers
	cat >ssh <<-END
		#!/bin/sh
		echo "\$*" >>$SANDBOX/ssh.log
		while [ "\$1" != distccd ]; do shift; done
		shift
		exec $stock "\$@" --log-file $SANDBOX/ssh-distccd.log
	END
	chmod +x ssh
	: >"$SANDBOX/ssh-distccd.log"
	chmod 666 "$SANDBOX/ssh-distccd.log"
	for host in @volunteer jo@volunteer,lzo; do
		rm -f hello.o
		DISTCC_FALLBACK=0 DISTCC_SSH=$PWD/ssh DISTCC_HOSTS=$host run "$DISTCC" gcc -c hello.c -o hello.o
		assertEquals "$err" 0 "$status"
		assertTrue '[ -s hello.o ]'
	done
	assertTrue 'noted after the answers' "poll_until '[ \$(grep -c COMPILE_OK \"\$SANDBOX/ssh-distccd.log\") -eq 2 ]'"
	assertContains "$(cat "$SANDBOX/ssh.log")" 'volunteer distccd --inetd'
	assertContains "$(cat "$SANDBOX/ssh.log")" '-l jo'
}

# statistics PORT - what it answers there, the lines alone
statistics() {
	"$WIRETOOL" 127.0.0.1 "$1" send 'GET / HTTP/1.0\x0d\n\x0d\n' read | sed -n '/^<distccstats>/,/^<.distccstats>/p'
}

# Tools that read the stock daemon's statistics find the same names in ours, in the same order; ours has more behind them.
test_statistics() {
	stock_port=$(free_port) our_port=$(free_port)
	daemon stock --stats --stats-port "$stock_port" || return 0
	start_distccd ours --stats --stats-port "$our_port" || fail 'no daemon'
	poll_until 'port_listens "$stock_port"'
	for name in stock ours; do
		DISTCC_HOSTS=$(host_of $name ,plain) DISTCC_FALLBACK=0 run "$DISTCC" gcc -c hello.c
		assertEquals "$name: $err" 0 "$status"
	done
	poll_until 'statistics "$stock_port" | grep -q "compile_ok 1"'
	poll_until 'statistics "$our_port" | grep -q "compile_ok 1"'
	statistics "$stock_port" | sed 's/ .*//' | grep -v '^<.dist' >stock.names
	statistics "$our_port" | sed 's/ .*//' | head -n "$(wc -l <stock.names)" >our.names
	assertEquals "$(cat stock.names)" "$(cat our.names)"
	for name in tcp_accept rej_bad_req compile_ok compile_error longest_job; do
		assertEquals "$(statistics "$stock_port" | grep "^dcc_$name ")" "$(statistics "$our_port" | grep "^dcc_$name ")"
	done
}

. "${SHUNIT2:-shunit2}"
