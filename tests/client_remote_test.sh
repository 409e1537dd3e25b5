#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The client with a volunteer that works, in classic mode: same files, same messages, same exit status as without us.

. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "${SRCDIR:-.}/tests/lib/daemon.sh"

setUp() {
	sandbox_new
	cat >a.c <<-'END'
		#include "a.h"
		#include <stdio.h>
		int twice(int x) { return MUL(x, 2); }
		void say(void) { printf("%s %d\n", __FILE__, __LINE__); }
	END
	echo '#define MUL(a, b) ((a) * (b))' >a.h
	unset DISTCC_FALLBACK
}

# volunteer [OPTION...] - one volunteer, ours if it is built, and DISTCC_HOSTS with nothing else
volunteer() {
	if [ -x "$DISTCCD" ]; then
		start_distccd a "$@" || { fail 'no daemon'; return 1; }
	else
		start_stock_distccd a "$@" || { fail 'no daemon'; return 1; }
	fi
	DISTCC_HOSTS=$(host_of a ,plain)
	export DISTCC_HOSTS
}

# jobs - how many jobs the volunteer has done well
jobs() {
	daemon_jobs a
}

# no_leftovers - nothing of ours stayed in the current directory, in TMPDIR or in the state directory
no_leftovers() {
	assertEquals 'temporary files' '' "$(find . -name '.*.distcc-*')$(find "$TMPDIR" -mindepth 1)"
	assertEquals 'state record' '' "$(ls "$DISTCC_DIR/state")"
}

# same_as_local COMMAND... - run it without us, then with us in a twin directory; all files, messages and the status must be equal
same_as_local() {
	cp -a . ../twin
	run "$@"
	same_status=$status same_out=$out same_err=$err
	cd ../twin || return 1
	run "$DISTCC" "$@"
	assertEquals "$*: status" "$same_status" "$status"
	assertEquals "$*: stdout" "$same_out" "$out"
	assertEquals "$*: stderr" "$same_err" "$err"
	no_leftovers
	cd ../work || return 1
	assertEquals "$*: files" '' "$(diff -r . ../twin)"
	assertEquals "$*: modes" "$(find . -type f -exec stat -c '%n %a' {} + | sort)" \
		"$(cd ../twin && find . -type f -exec stat -c '%n %a' {} + | sort)"
	rm -rf ../twin
}

test_object_is_the_local_one() {
	volunteer || return 0
	same_as_local gcc -c a.c
	same_as_local gcc -O2 -Wall -c a.c -o x.o
	same_as_local gcc -O2 -S a.c
	mkdir sub
	same_as_local gcc -c ./a.c -o sub/a.o
	umask 027
	same_as_local gcc -c a.c -o masked.o
	assertEquals 'all went there' 5 "$(jobs)"
}

test_debug_info() {
	volunteer || return 0
	gcc -O2 -g -c a.c -o local.o
	run "$DISTCC" gcc -O2 -g -c a.c -o a.o
	assertEquals 0 "$status"
	assertEquals 1 "$(jobs)"
	# the directory and the producer are ours
	assertTrue "readelf --debug-dump=info a.o | grep -q 'DW_AT_comp_dir.*$SANDBOX/work'"
	assertFalse "readelf --debug-dump=info a.o | grep -q 'fdirectives-only'"
	strip -g local.o a.o
	assertTrue 'the code is the same' 'cmp local.o a.o'
}

test_cplusplus() {
	volunteer || return 0
	printf '#include <string>\nstd::string f(int n) { return std::string(n, 42); }\n' >s.cc
	same_as_local g++ -O2 -std=c++17 -c s.cc
	assertEquals 1 "$(jobs)"
}

test_clang() {
	command -v clang >/dev/null || { skip_because 'no clang on this machine'; return 0; }
	volunteer || return 0
	same_as_local clang -O2 -Wall -c a.c
	same_as_local clang -O1 -MMD -c a.c -o x.o
	assertEquals 2 "$(jobs)"
	run "$DISTCC" clang -O2 -g -c a.c -o g.o
	assertEquals 0 "$status"
	clang -O2 -g -c a.c -o local.o
	assertContains "$(readelf --debug-dump=info g.o)" "$SANDBOX/work"
	strip -g g.o local.o
	assertTrue 'the code is the same' 'cmp g.o local.o'
	assertEquals 3 "$(jobs)"
}

test_dependency_files() {
	volunteer || return 0
	mkdir build
	same_as_local gcc -MD -c a.c -o build/a.o
	same_as_local gcc -MMD -c a.c
	same_as_local gcc -MMD -MP -MF build/deps -c a.c -o build/a.o
	same_as_local gcc -MMD -MT target -MT other -c a.c
	same_as_local gcc -Wp,-MMD,.a.d -c a.c
	assertEquals 5 "$(jobs)"
}

test_dependency_file_is_kept_if_the_compile_fails() {
	volunteer || return 0
	echo 'int x = y;' >bad.c
	echo old >bad.d
	same_as_local gcc -MMD -c bad.c
}

test_compile_error() {
	volunteer || return 0
	echo 'int f(void) { return nothing; }' >bad.c
	same_as_local gcc -c bad.c
	echo '#error stop' >worse.c
	same_as_local gcc -c worse.c
	echo '#include "missing.h"' >none.c
	same_as_local gcc -c none.c -MD
	assertEquals 'no host is blamed' '' "$(find "$DISTCC_DIR/lock" -name 'backoff_*' -o -name 'refused_*')"
}

test_warnings() {
	volunteer || return 0
	echo 'int f(int x) { switch (x) { case 1: x = 2; /* fall through */ case 2: x++; } int unused; return x; }' >w.c
	same_as_local gcc -Wall -Wextra -c w.c
	same_as_local gcc -Wall -Wextra -Werror -c w.c
	same_as_local gcc -Wimplicit-fallthrough -c w.c
	assertEquals '' "$(find "$DISTCC_DIR/lock" -name 'backoff_*' -o -name 'refused_*')"
}

test_what_must_stay_stays() {
	volunteer || return 0
	same_as_local gcc -c a.c -fstack-usage
	same_as_local gcc a.c -o program
	same_as_local gcc -fsyntax-only a.c
	echo 'const char *when = __TIMESTAMP__;' >stamp.c
	touch -d '2001-02-03 04:05:06' stamp.c
	same_as_local gcc -c stamp.c
	head -c 10 /dev/zero >blob
	echo 'asm(".incbin \"blob\"");' >incbin.c
	same_as_local gcc -c incbin.c
}

test_preprocessed_source() {
	volunteer || return 0
	gcc -E a.c -o a.i
	same_as_local gcc -c a.i
	assertEquals 1 "$(jobs)"
	: >empty.i
	same_as_local gcc -c empty.i
}

test_output_that_is_no_file() {
	volunteer || return 0
	run "$DISTCC" gcc -c a.c -o /dev/null
	assertEquals 0 "$status"
	assertTrue 'still a device' '[ -c /dev/null ]'
	assertEquals 1 "$(jobs)"
	run "$DISTCC" gcc -MMD -MF /dev/null -c a.c
	assertEquals 0 "$status"
	assertTrue 'still a device' '[ -c /dev/null ]'
}

test_links_and_modes_of_outputs() {
	volunteer || return 0
	echo old >real
	chmod 640 real
	ln -s real a.o
	ln -s real a.s
	same_as_local gcc -S a.c
	same_as_local gcc -c a.c
}

test_unwritable_places_are_the_compilers_to_report() {
	volunteer || return 0
	mkdir a.o
	same_as_local gcc -c a.c
	same_as_local gcc -c a.c -o none/a.o
	same_as_local gcc -c missing.c
}

test_masquerade() {
	volunteer || return 0
	mkdir "$SANDBOX/masq"
	ln -s "$DISTCC" "$SANDBOX/masq/gcc"
	run env PATH="$SANDBOX/masq:$PATH" gcc -c a.c
	assertEquals 0 "$status"
	assertEquals 1 "$(jobs)"
	gcc -c a.c -o local.o
	assertTrue 'cmp a.o local.o'
}

test_compiler_by_other_names() {
	volunteer || return 0
	run "$DISTCC" -c a.c -o cc.o
	run "$DISTCC" /usr/bin/gcc -c a.c -o abs.o
	run env DISTCC_NO_REWRITE_CROSS=1 "$DISTCC" gcc -c a.c -o plain.o
	assertEquals 3 "$(jobs)"
	assertContains "$(tail -n 2 "$LOG_a")" ' gcc a.c'
}

test_compressed() {
	"$DISTCC" --version | grep -q 'protocols 1 and 2' || { skip_because 'built without LZO'; return 0; }
	volunteer || return 0
	DISTCC_HOSTS=$DISTCC_HOSTS,lzo
	same_as_local gcc -O2 -c a.c
	same_as_local gcc -c a.c -o x.o
	assertEquals 2 "$(jobs)"
}

test_ipv6() {
	have_ipv6 || { skip_because 'no IPv6 on this machine'; return 0; }
	volunteer --listen ::1 --allow ::1 || return 0
	DISTCC_HOSTS="[::1]:$PORT_a/2"
	run "$DISTCC" gcc -c a.c
	assertEquals 0 "$status"
	assertEquals 1 "$(jobs)"
	assertTrue "[ -e '$DISTCC_DIR/lock/cpu_tcp_::1_${PORT_a}_0' ]"
}

test_name_of_the_host() {
	volunteer || return 0
	DISTCC_HOSTS="127.0.0.1:$PORT_a localhost:$PORT_a"
	DISTCC_HOSTS="localhost:$PORT_a/1,cpp"
	run "$DISTCC" gcc -c a.c
	assertEquals 0 "$status"
	assertEquals 1 "$(jobs)"
}

test_log_tells_the_job() {
	volunteer || return 0
	run env DISTCC_LOG="$SANDBOX/log" "$DISTCC" gcc -c a.c
	assertContains "$(cat "$SANDBOX/log")" "a.c: distributed to 127.0.0.1:$PORT_a in "
	assertTrue "grep -q ' sent=[0-9]* received=[0-9]* cpp_cpu_ms=[0-9.]* ' '$SANDBOX/log'"
	run env DISTCC_LOG="$SANDBOX/log" "$DISTCC" gcc -c a.c -save-temps
	assertTrue "grep -q 'a.c: local: .*save-temps' '$SANDBOX/log'"
}

test_saved_temporaries() {
	volunteer || return 0
	run env DISTCC_SAVE_TEMPS=1 "$DISTCC" gcc -c a.c
	assertEquals 0 "$status"
	saved=$(find "$TMPDIR" -name 'distcc_*.i')
	assertTrue 'the text is there' "grep -q 'int twice' '$saved'"
}

test_unusable_directory_still_distributes() {
	volunteer || return 0
	run env DISTCC_DIR=/dev/null/none "$DISTCC" gcc -c a.c
	assertEquals 0 "$status"
	assertEquals '' "$err"
	assertEquals 1 "$(jobs)"
}

# A volunteer's compiler fails where ours does not: the build goes on, one line tells, and this compiler is not asked for again.
test_only_the_volunteer_fails() {
	fake_compiler mycc
	ALLOW_ALSO=$SANDBOX/there/mycc
	mkdir "$SANDBOX/there"
	printf '#!/bin/sh\necho broken >&2\nexit 3\n' >"$SANDBOX/there/mycc"
	chmod 755 "$SANDBOX/there" "$SANDBOX/there/mycc"
	DAEMON_ENV=PATH=$SANDBOX/there:/usr/bin:/bin
	volunteer || return 0
	DAEMON_ENV=
	run "$DISTCC" mycc -c a.c -o a.o
	assertEquals 0 "$status"
	assertEquals 'object of mycc' "$(cat a.o)"
	assertEquals 'one line' 1 "$(printf '%s\n' "$err" | wc -l)"
	assertContains "$err" "127.0.0.1:$PORT_a"
	assertNotContains "$err" broken
	assertTrue "[ -e '$DISTCC_DIR/lock/refused_127.0.0.1_${PORT_a}_mycc' ]"
	run "$DISTCC" mycc -c a.c -o a.o
	assertEquals 'quiet now' '' "$err"
	ALLOW_ALSO=
	rm -r "$DISTCC_DIR/lock"

	run env DISTCC_FALLBACK=0 "$DISTCC" mycc -c a.c -o b.o
	assertEquals 3 "$status"
	assertEquals broken "$err"
	assertFalse '[ -e b.o ]'
	run env DISTCC_SKIP_LOCAL_RETRY=1 "$DISTCC" mycc -c a.c -o b.o
	assertEquals 3 "$status"
	assertEquals broken "$err"
}

# An object by another version of gcc works, but is not the local one: such a volunteer is of no use, and is told apart
# by the object alone.
test_another_gcc_there() {
	mkdir "$SANDBOX/there"
	cat >"$SANDBOX/there/gcc-99" <<-'END'
		#!/bin/sh
		gcc "$@" || exit
		while [ $# -gt 0 ]; do [ "$1" = -o ] && o=$2; shift; done
		printf '\0GCC: (Other) 1.2.3\0' >comment && exec objcopy --update-section .comment=comment "$o"
	END
	printf '#!/bin/sh\nexec gcc "$@"\n' >"$SANDBOX/bin/gcc-99"
	chmod 755 "$SANDBOX/there" "$SANDBOX/there/gcc-99" "$SANDBOX/bin/gcc-99"
	ALLOW_ALSO=$SANDBOX/there/gcc-99
	DAEMON_ENV=PATH=$SANDBOX/there:/usr/bin:/bin
	volunteer || return 0
	DAEMON_ENV=
	ALLOW_ALSO=
	gcc -O2 -c a.c -o local.o
	run "$DISTCC" gcc-99 -O2 -c a.c -o a.o
	assertEquals 0 "$status"
	assertTrue 'cmp local.o a.o'
	assertEquals 'one line' 1 "$(printf '%s\n' "$err" | wc -l)"
	assertContains "$err" '(Other) 1.2.3'
	assertEquals 'compiled there as well' 1 "$(jobs)"
	run "$DISTCC" gcc-99 -O2 -c a.c -o a.o
	assertEquals 'it is not asked again' 1 "$(jobs)"
	rm -r "$DISTCC_DIR/lock"
	run env DISTCC_FALLBACK=0 "$DISTCC" gcc-99 -O2 -c a.c -o b.o
	assertEquals 110 "$status"
	assertFalse '[ -e b.o ]'
}

test_missing_compiler_there() {
	fake_compiler onlyhere
	DAEMON_ENV=PATH=/usr/bin:/bin
	volunteer || return 0
	DAEMON_ENV=
	mv "$SANDBOX/bin/onlyhere" "$SANDBOX/work/onlyhere"
	mkdir "$SANDBOX/mine"
	mv "$SANDBOX/work/onlyhere" "$SANDBOX/mine"
	PATH=$SANDBOX/mine:$PATH
	run "$DISTCC" onlyhere -c a.c -o a.o
	assertEquals 0 "$status"
	assertEquals 'object of onlyhere' "$(cat a.o)"
	assertContains "$err" "127.0.0.1:$PORT_a"
	rm -r "$DISTCC_DIR/lock"
	run env DISTCC_FALLBACK=0 "$DISTCC" onlyhere -c a.c -o b.o
	assertEquals 110 "$status"
	assertContains "$err" onlyhere
	assertFalse '[ -e b.o ]'
}

test_messages_are_final_without_fallback() {
	volunteer || return 0
	echo 'int f(void) { int unused; return 0; }' >w.c
	run env DISTCC_FALLBACK=0 "$DISTCC" gcc -Wall -c w.c
	assertEquals 0 "$status"
	assertContains "$err" unused
	assertTrue '[ -s w.o ]'
	assertEquals 1 "$(jobs)"
	echo 'int f(void) { return nothing; }' >bad.c
	run env DISTCC_FALLBACK=0 "$DISTCC" gcc -c bad.c
	assertEquals 1 "$status"
	assertContains "$err" nothing
	assertFalse '[ -e bad.o ]'
}

# What stock monitors show while a job is on its way.
test_monitor_sees_the_job() {
	monitor=/usr/bin/distccmon-text
	if [ ! -x $monitor ] || ! stock_program distcc >/dev/null; then
		skip_because 'no stock distccmon-text'
		return 0
	fi
	mkfifo "$SANDBOX/fifo"
	chmod 666 "$SANDBOX/fifo"
	mkdir "$SANDBOX/there"
	printf '#!/bin/sh\nread -r line <"%s"\nexit 1\n' "$SANDBOX/fifo" >"$SANDBOX/there/mycc"
	chmod 755 "$SANDBOX/there" "$SANDBOX/there/mycc"
	fake_compiler mycc
	ALLOW_ALSO=$SANDBOX/there/mycc DAEMON_ENV=PATH=$SANDBOX/there:/usr/bin:/bin
	volunteer || return 0
	ALLOW_ALSO='' DAEMON_ENV=''
	"$DISTCC" mycc -c a.c -o a.o 2>/dev/null &
	poll_until '"$monitor" | grep -q "Compile .*a\.c .*127\.0\.0\.1.*\[0\]"'
	assertEquals 0 $?
	echo go >"$SANDBOX/fifo"
	wait $!
	assertEquals 0 $?
	assertEquals '' "$("$monitor" | grep a.c)"
}

test_slots_are_respected() {
	volunteer --jobs 8 || return 0
	DISTCC_HOSTS=127.0.0.1:$PORT_a/2
	pids=
	for i in 1 2 3 4 5 6 7 8; do
		"$DISTCC" gcc -O2 -c a.c -o "$i.o" &
		pids="$pids $!"
	done
	# shellcheck disable=SC2086 # words; a bare wait would wait for the daemon too
	wait $pids
	for i in 1 2 3 4 5 6 7 8; do
		assertTrue "$i.o" "[ -s $i.o ]"
	done
	assertEquals 8 "$(jobs)"
	assertTrue "[ -e '$DISTCC_DIR/lock/cpu_tcp_127.0.0.1_${PORT_a}_0' ]"
	assertFalse 'not more than two at once' "[ -e '$DISTCC_DIR/lock/cpu_tcp_127.0.0.1_${PORT_a}_2' ]"
	no_leftovers
}

# shellcheck source=/dev/null
# A preprocessed source need not tell where it came from: a volunteer is told, and the object, debug information included, is
# the one made here.
test_preprocessed_sources_travel() {
	volunteer || return
	printf 'static int one(void) { return 1; }\nint two(void) { return __builtin_printf(__builtin_FILE()) + one(); }\n' >bare.i
	{ printf '# 1 "x.c"\n'; cat bare.i; } >named.i
	gcc -E a.c -o told.i
	for line in 'bare.i -O1' 'bare.i -g -O1' 'named.i -g' 'told.i -g'; do
		# shellcheck disable=SC2086 # words
		gcc -c -o local.o $line
		before=$(jobs)
		# shellcheck disable=SC2086 # words
		run "$DISTCC" gcc -c -o a.o $line
		assertEquals "$line: $err" 0 "$status"
		assertTrue "$line" 'cmp local.o a.o'
		assertEquals "$line" $((before + 1)) "$(jobs)"
	done
	# what a blank or a comment at the beginning means is left to the compiler
	printf '/* */\n# 1 "x.c"\nint x;\n' >odd.i
	before=$(jobs)
	run "$DISTCC" gcc -c odd.i
	assertEquals "$err" 0 "$status"
	assertEquals "$before" "$(jobs)"
	no_leftovers
}

. "${SHUNIT2:-shunit2}"
