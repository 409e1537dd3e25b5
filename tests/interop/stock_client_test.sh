#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The distribution's client with our daemon, protocols 1 and 2.
. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "${SRCDIR:-.}/tests/lib/daemon.sh"
. "$SRCDIR/tests/lib/wire.sh"

setUp() {
	sandbox_new
	printf '#include <stdio.h>\nint main(void) { return puts("hello") < 0; }\n' >hello.c
}

# daemon NAME [OPTION...] - start ours, find the client ($stock); otherwise the test is over
daemon() {
	stock=$(stock_program distcc) || {
		skip_because 'no stock distcc on this machine'
		return 1
	}
	start_distccd "$@" && return 0
	fail "no daemon"
	return 1
}

# both protocols, see speak
both='plain lzo'

# speak PROTOCOL - with daemon a, which nobody holds anything against
speak() {
	case $1 in
	plain) DISTCC_HOSTS=$(host_of a) ;;
	*) DISTCC_HOSTS=$(host_of a ",$1") ;;
	esac
	export DISTCC_HOSTS
	forget
}

# forget - no volunteer is in disgrace any more
forget() {
	rm -f "$DISTCC_DIR"/lock/backoff*
}

# compile COMPILER FILE OPTION...
compile() {
	compiler=$1 file=$2
	shift 2
	"$compiler" "$@" -c "$file" -o local.o
	DISTCC_FALLBACK=0 run "$stock" "$compiler" "$@" -c "$file" -o remote.o
	assertEquals "status of $compiler $*: $err" 0 "$status"
	strip -g local.o
	strip -g remote.o
	assertTrue "object of $compiler $*" 'cmp local.o remote.o'
}

test_success() {
	daemon a || return 0
	printf '#include <vector>\n#include <string>\nint main() { std::vector<int> v{1}; return std::to_string(v.size() - 1).size(); }\n' >hello.cc
	for protocol in $both; do
		speak "$protocol"
		compile gcc hello.c -O2 -Wall -g
		compile cc hello.c -DX=1 -I. -MD
		compile /usr/bin/gcc hello.c
		compile g++ hello.cc -O1
		compile gcc hello.c -x c -O1
		gcc -O1 -S hello.c -o local.s
		DISTCC_FALLBACK=0 run "$stock" gcc -O1 -S hello.c -o remote.s
		assertEquals "$err" 0 "$status"
		assertTrue 'assembly' 'cmp local.s remote.s'
	done
	assertEquals "$(cat "$LOG_a")" 12 "$(daemon_jobs a)"
	assert_tmp_empty a
}

test_sources_large_and_empty() {
	daemon a || return 0
	awk 'BEGIN { for (i = 0; i < 1500; i++) printf "int f%d(int x) { return x + %d; }\n", i, i }' >large.c
	awk 'BEGIN { for (i = 0; i < 60000; i++) printf "extern int variable_number_%d; /* a comment of some length, to fill the file */\n", i; print "int last = 1;" }' >large.i
	: >empty.i
	for protocol in $both; do
		speak "$protocol"
		compile gcc large.c
		compile gcc large.i
		compile gcc empty.i
	done
	assertEquals 6 "$(daemon_jobs a)"
	assert_tmp_empty a
}

test_compile_error() {
	daemon a || return 0
	printf 'int f(void) { return 1 }\n' >bad.c
	for protocol in $both; do
		speak "$protocol"
		DISTCC_FALLBACK=0 run "$stock" gcc -c bad.c
		assertEquals 1 "$status"
		assertContains "$err" 'bad.c:1:'
		assertFalse '[ -e bad.o ]'
	done
	assertEquals 2 "$(daemon_jobs a COMPILE_ERROR)"
	assert_log a 'COMPILE_ERROR exit:1 '
	assert_tmp_empty a
}

test_warning_reaches_the_client() {
	daemon a || return 0
	printf 'int f(void) { int unused; return 1; }\n' >warn.c
	for protocol in $both; do
		speak "$protocol"
		DISTCC_FALLBACK=0 run "$stock" gcc -Wall -c warn.c
		assertEquals 0 "$status"
		assertContains "$err" 'unused'
	done
}

test_refused_compiler() {
	daemon a || return 0
	fake_compiler onlyhere
	DISTCC_HOSTS=$(host_of a) run "$stock" onlyhere -c hello.c -o hello.o
	assertEquals "$err" 0 "$status"
	assertEquals 'object of onlyhere' "$(cat hello.o)"
	forget
	DISTCC_FALLBACK=0 DISTCC_HOSTS=$(host_of a) run "$stock" onlyhere -c hello.c -o hello.o
	assertNotEquals 0 "$status"
	assertContains "the client is told the reason" "$err" onlyhere
}

test_missing_compiler() {
	ALLOW_ALSO=/proc/nonexistent/gone daemon a || return 0
	fake_compiler gone
	DISTCC_FALLBACK=0 DISTCC_HOSTS=$(host_of a) run "$stock" gone -c hello.c -o hello.o
	assertEquals "$err" 110 "$status"
	assertContains "$err" gone
	forget
	DISTCC_HOSTS=$(host_of a) run "$stock" gone -c hello.c -o hello.o
	assertEquals 0 "$status"
	assertEquals 'object of gone' "$(cat hello.o)"
}

test_compiler_of_no_list() {
	daemon a || return 0
	echo 'int x;' >x.i
	for protocol in $both; do
		speak "$protocol"
		DISTCC_FALLBACK=0 run "$stock" nosuchgcc -c x.i -o x.o
		assertNotEquals 0 "$status"
		assertContains "$err" 'there is no compiler nosuchgcc on this machine'
	done
	assert_log a 'REJ_BAD_REQ exit:110 '
	assert_tmp_empty a
}

test_compiler_killed_by_a_signal() {
	fake_compiler dies 'case $source in *.i) kill -SEGV $$ ;; *) echo fine >"$output" ;; esac'
	daemon a || return 0
	for protocol in $both; do
		speak "$protocol"
		DISTCC_FALLBACK=0 run "$stock" dies -c hello.c -o hello.o
		assertEquals "$err" 139 "$status"
	done
	assert_log a 'COMPILE_ERROR exit:0 sig:11 '
	assert_tmp_empty a
	forget
	DISTCC_HOSTS=$(host_of a) run "$stock" dies -c hello.c -o hello.o
	assertEquals "$err" 0 "$status"
	assertEquals fine "$(cat hello.o)"
}

test_denied_by_address() {
	daemon a --allow 127.0.0.2 || return 0
	echo 'int x;' >x.i
	DISTCC_FALLBACK=0 DISTCC_HOSTS=$(host_of a) run "$stock" gcc -c x.i -o x.o
	assertNotEquals 0 "$status"
	DISTCC_HOSTS=$(host_of a) run "$stock" gcc -c x.i -o x.o
	assertEquals "$err" 0 "$status"
	assert_log a 'connection refused.*--allow 127.0.0.1'
}

test_stopped_daemon() {
	daemon a || return 0
	stop_daemon a
	DISTCC_HOSTS=$(host_of a) run "$stock" gcc -c hello.c -o hello.o
	assertEquals 0 "$status"
	assertTrue '[ -s hello.o ]'
}

test_busy_daemon() {
	daemon a --jobs 1 || return 0
	export DISTCC_FALLBACK=0
	pids=
	for i in 1 2 3 4; do
		cp hello.c "busy$i.c"
		DISTCC_HOSTS=$(host_of a) "$stock" gcc -O2 -c "busy$i.c" 2>"busy$i.err" &
		pids="$pids $!"
	done
	for pid in $pids; do
		wait "$pid"
		assertEquals "$(cat busy?.err)" 0 $?
	done
	assertEquals 4 "$(daemon_jobs a)"
}

test_ipv6() {
	have_ipv6 || {
		skip_because 'no IPv6 on this machine'
		return 0
	}
	daemon a --listen ::1 || return 0
	for options in '' ,lzo; do
		DISTCC_FALLBACK=0 DISTCC_HOSTS="[::1]:$PORT_a/2$options" run "$stock" gcc -c hello.c -o hello.o
		assertEquals "$err" 0 "$status"
	done
	assertEquals 2 "$(daemon_jobs a)"
}

test_over_ssh() {
	stock=$(stock_program distcc) || {
		skip_because 'no stock distcc on this machine'
		return 0
	}
	cat >ssh <<-END
		#!/bin/sh
		while [ "\$1" != distccd ]; do shift; done
		shift
		exec $DISTCCD "\$@" --log-file $SANDBOX/ssh-distccd.log
	END
	chmod +x ssh
	: >"$SANDBOX/ssh-distccd.log"
	chmod 666 "$SANDBOX/ssh-distccd.log"
	for host in @volunteer jo@volunteer,lzo; do
		rm -f hello.o
		DISTCC_FALLBACK=0 DISTCC_SSH=$PWD/ssh DISTCC_HOSTS=$host run "$stock" gcc -c hello.c -o hello.o
		assertEquals "$err" 0 "$status"
		assertTrue '[ -s hello.o ]'
	done
	assertEquals 2 "$(grep -c COMPILE_OK "$SANDBOX/ssh-distccd.log")"
}

. "${SHUNIT2:-shunit2}"
