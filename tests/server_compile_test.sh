#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What the compiler gets, what the client gets back, what is refused.

. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "$SRCDIR/tests/lib/daemon.sh"
. "$SRCDIR/tests/lib/wire.sh"

setUp() {
	sandbox_new
	mkdir "$SANDBOX/seen"
	chmod 777 "$SANDBOX/seen"
	printf 'int x;\n' >x.i
}

# serve - start the daemon a once the fake compilers are there
serve() {
	start_distccd a || fail 'no daemon'
}

# compile ARG... - send x.i with this command; the reply is in $out
compile() {
	request 1 x.i "$@" >req
	wire a file req read
}

test_success() {
	fake_compiler gcc 'printf made >"$output"'
	serve
	compile gcc -O2 -c dir/x.c -o dir/x.o
	assertEquals 'DONE00000001STAT00000000SERR00000000SOUT00000000DOTO00000004made[closed]' "$out"
	assert_log a '^distccd\[[0-9]*\] client: 127\.0\.0\.1:[0-9]* COMPILE_OK exit:0 sig:0 core:0 ret:0 time:[0-9]*ms gcc dir/x\.c$'
	assertEquals 1 "$(grep -c client: "$LOG_a")"
	assert_tmp_empty a
}

test_messages_and_status() {
	fake_compiler gcc 'echo to stdout; echo to stderr >&2; echo half >"$output"; exit 42'
	serve
	compile gcc -c x.c -o x.o
	assertEquals 'DONE00000001STAT00002a00SERR0000000ato stderr
SOUT0000000ato stdout
DOTO00000000[closed]' "$out"
	assert_log a 'COMPILE_ERROR exit:42 sig:0 core:0 ret:0 '
}

test_messages_with_success() {
	fake_compiler gcc 'echo warning >&2; printf o >"$output"'
	serve
	compile gcc -c x.c -o x.o
	assertEquals 'DONE00000001STAT00000000SERR00000008warning
SOUT00000000DOTO00000001o[closed]' "$out"
}

test_signal() {
	fake_compiler gcc 'kill -SEGV $$'
	serve
	compile gcc -c x.c -o x.o
	assertContains "$out" 'STAT0000000bSERR00000000SOUT00000000DOTO00000000'
	assert_log a 'COMPILE_ERROR exit:0 sig:11 core:0 ret:0 '
}

test_empty_and_missing_objects() {
	fake_compiler gcc ': >"$output"'
	fake_compiler cc ':'
	serve
	compile gcc -c x.c -o x.o
	assertContains "$out" 'STAT00000000SERR00000000SOUT00000000DOTO00000000[closed]'
	compile cc -c x.c -o x.o
	assertContains "$out" 'STAT00000000SERR00000000SOUT00000000DOTO00000000[closed]'
}

test_empty_source() {
	fake_compiler gcc 'wc -c <"$source" >"$output"'
	serve
	: >x.i
	compile gcc -c x.c -o x.o
	assertContains "$out" 'DONE00000001STAT00000000SERR00000000SOUT00000000DOTO000000020'
}

test_real_compiler_and_empty_source() {
	serve
	: >x.i
	compile gcc -c x.c -o x.o
	assertContains "$out" 'DONE00000001STAT00000000SERR00000000SOUT00000000DOTO'
	assertNotContains "$out" DOTO00000000
}

test_messages_are_bounded() {
	fake_compiler gcc 'head -c 20000000 /dev/zero | tr "\0" x >&2; exit 1'
	serve
	request 1 x.i gcc -c x.c -o x.o >req
	run "$WIRETOOL" 127.0.0.1 "$PORT_a" file req read
	assertContains "$(printf '%s' "$out" | head -c 60)" 'STAT00000100SERR01000000xxx'
	assert_tmp_empty a
}

test_surroundings_of_the_compiler() {
	fake_compiler gcc "
		{
			pwd
			ls -ld . | cut -c 1-10
			ls -A | tr '\n' ' '
			echo
			env | sort
			ls -l /proc/self/fd | sed -n 's/.* \([0-9]*\) -> /fd \1 /p'
			ulimit -c
		} >$SANDBOX/seen/world 2>&1
		ps -o ni= -p \$\$ >$SANDBOX/seen/nice
		cut -d ' ' -f 3,5 /proc/\$\$/stat >$SANDBOX/seen/group
		grep NoNewPrivs /proc/self/status >>$SANDBOX/seen/world
		printf o >\"\$output\""
	DAEMON_ENV='CPATH=/x LD_PRELOAD= GCC_EXEC_PREFIX=/x MAKEFLAGS=-j DISTCC_HOSTS=x LANG=C.UTF-8 SOMETHING=kept' serve
	compile gcc -c x.c -o x.o
	assertContains "$out" STAT00000000
	world=$(cat "$SANDBOX/seen/world")
	dir=$(head -n 1 "$SANDBOX/seen/world")
	assertEquals 'below TMPDIR' "$TMP_a" "${dir%/*}"
	assertContains 'named as stock does' "$dir" /distccd_
	assertEquals 'drwx------' "$(sed -n 2p "$SANDBOX/seen/world")"
	assertContains "$world" "TMPDIR=$dir"
	assertContains "$world" '_DISTCC_SAFEGUARD=1'
	assertContains "$world" 'SOMETHING=kept'
	assertContains "$world" 'LANG=C.UTF-8'
	for var in CPATH LD_PRELOAD GCC_EXEC_PREFIX MAKEFLAGS DISTCC_HOSTS DISTCC_CMDLIST; do
		assertFalse "$var" 'grep -q "^$var=" "$SANDBOX/seen/world"'
	done
	assertContains "$world" 'fd 0 /dev/null'
	# 3 is ls's own
	assertEquals 'descriptors' 4 "$(grep -c '^fd ' "$SANDBOX/seen/world")"
	assertNotContains "$world" socket:
	assertContains 'no new privileges' "$(tail -n 1 "$SANDBOX/seen/world")" 1
	assertContains 'no core files' "$(tail -n 2 "$SANDBOX/seen/world" | head -n 1)" 0
	assertEquals 'niceness' $(($(ps -o ni= -p $$) + 5)) "$(($(cat "$SANDBOX/seen/nice")))"
	assertFalse 'the directory has gone' "[ -e '$dir' ]"
}

test_strays_of_the_compiler_die() {
	mkfifo "$SANDBOX/seen/fifo"
	fake_compiler gcc "
		cat <$SANDBOX/seen/fifo &
		echo \$! >$SANDBOX/seen/stray
		printf o >\"\$output\""
	serve
	request 1 x.i gcc -c x.c -o x.o >req
	wire a file req read dead "$SANDBOX/seen/stray" 100
	assertEquals 0 "$status"
	assertContains "$out" 'DOTO00000001o'
}

test_files_of_the_compiler_are_removed() {
	fake_compiler gcc 'mkdir -p sub/deep; echo x >sub/deep/f; chmod 0 sub/deep; chmod 500 sub; echo x >x.su; mktemp >/dev/null; exit 1'
	serve
	compile gcc -c x.c -o x.o
	assertContains "$out" STAT00000100
	assert_tmp_empty a
}

test_languages() {
	fake_compiler gcc 'echo "$source" >"$output"'
	serve
	compile gcc -c x.c -o x.o
	assertContains "$out" 'x.i'
	compile gcc -c dir/x.cc -o x.o
	assertContains "$out" 'x.ii'
	compile gcc -S x.c -o x.s
	assertContains "$out" 'x.i'
	compile gcc -c x.i -o x.o
	assertContains "$out" 'x.i'
	compile gcc -c ./-x.c -o x.o
	assertContains "$out" 'source.i'
}

# refused CODE WORD ARG... - a full answer with this status, whose message has WORD
refused() {
	refused_code=$1
	refused_word=$2
	shift 2
	compile "$@"
	assertContains "$*" "$out" "$(printf 'DONE00000001STAT%08xSERR' $((refused_code << 8)))"
	assertContains "$*" "$out" "$refused_word"
	assertContains "$*" "$out" 'SOUT00000000DOTO00000000[closed]'
	assert_log a "Warning: 127.*$refused_word"
	assert_log a "REJ_BAD_REQ exit:$refused_code .*ret:$refused_code .* $1"
}

test_refused_compilers() {
	fake_compiler gcc
	serve
	refused 110 nosuchcc nosuchcc -c x.c -o x.o
	refused 113 ls ls -c x.c -o x.o
	refused 113 /bin/sh /bin/sh -c x.c -o x.o
	refused 113 /opt/no/where /opt/no/where -c x.c -o x.o
	refused 113 distccd /usr/bin/distccd -c x.c -o x.o
	assertFalse 'nothing has run' '[ -s "$SANDBOX/gcc.log" ]'
	assert_tmp_empty a
}

test_refused_arguments() {
	fake_compiler gcc
	serve
	refused 113 plugin gcc -fplugin=/x.so -c x.c -o x.o
	refused 113 specs gcc -specs=/x -c x.c -o x.o
	refused 113 wrapper gcc -wrapper sh,-c,x -c x.c -o x.o
	refused 113 -B gcc -B/x -c x.c -o x.o
	refused 113 @/etc/passwd gcc @/etc/passwd -c x.c -o x.o
	refused 113 '-c' gcc x.c -o x.o
	refused 113 source gcc -c -o x.o
	refused 113 y.c gcc -c x.c y.c -o x.o
	refused 113 -E gcc -E x.c -o x.o
	refused 113 prog.f90 gcc -c prog.f90 -o x.o
	refused 113 -nonsense-option gcc -nonsense-option -c x.c -o x.o
	assertFalse 'nothing has run' '[ -s "$SANDBOX/gcc.log" ]'
	assert_tmp_empty a
}

test_a_refusal_reads_a_big_source_first() {
	fake_compiler gcc
	serve
	head -c 8000000 /dev/zero >x.i
	compile nosuchcc -c x.c -o x.o
	assertContains "$out" 'STAT00006e00'
}

test_compiler_that_cannot_be_run() {
	fake_compiler gcc
	fake_compiler cc
	serve
	echo '#!/proc/nonexistent' >"$SANDBOX/bin/gcc"
	refused 110 'cannot run' gcc -c x.c -o x.o
	rm "$SANDBOX/bin/cc"
	refused 110 'no compiler cc' cc -c x.c -o x.o
	assert_tmp_empty a
}

# The plain name is on the list, the client sends the cross name that it stands for.
test_cross_name_of_the_plain_compiler() {
	fake_compiler tri-linux-gnu-gcc-12
	mv "$SANDBOX/bin/tri-linux-gnu-gcc-12" "$SANDBOX/seen"
	ln -s ../seen/tri-linux-gnu-gcc-12 "$SANDBOX/bin/gcc"
	serve
	compile tri-linux-gnu-gcc -c x.c -o x.o
	assertContains "$out" 'object of tri'
	refused 110 tri-linux-gnu-gcc-11 tri-linux-gnu-gcc-11 -c x.c -o x.o
}

test_compilers_come_from_distccd_path() {
	mkdir "$SANDBOX/mine"
	fake_compiler mycc
	mv "$SANDBOX/bin/mycc" "$SANDBOX/mine"
	mkdir -p "$SANDBOX/daemon.a/etc"
	echo mycc >"$SANDBOX/daemon.a/etc/commands.allow"
	DAEMON_ENV="DISTCCD_PATH=$SANDBOX/mine:/usr/bin:/bin" serve
	compile mycc -c x.c -o x.o
	assertContains "$out" 'object of mycc'
}

# mean_compiler - a gcc that tries what no compiler does, and names what it could do in its object
mean_compiler() {
	cat >"$SANDBOX/tries.c" <<-'END'
		#include <errno.h>
		#include <signal.h>
		#include <stdio.h>
		#include <stdlib.h>
		#include <string.h>
		#include <sys/ptrace.h>
		#include <sys/socket.h>
		#include <sys/stat.h>
		#include <unistd.h>
		static FILE *object;
		static void tell(const char *what, int done) { if (done) fprintf(object, " %s", what); }
		int main(int argc, char **argv)
		{
			const char *top = TOP, *name = "x.o";
			char outside[500], dir[500];
			for (int i = 1; i + 1 < argc; i++)
				if (strcmp(argv[i], "-o") == 0)
					name = argv[i + 1];
			object = fopen(name, "w");
			snprintf(outside, sizeof(outside), "%s/outside", top);
			snprintf(dir, sizeof(dir), "%s/dir", top);
			tell("write", fopen(outside, "a") != NULL);
			tell("truncate", truncate(outside, 0) == 0);
			tell("remove", unlink(outside) == 0);
			tell("mkdir", mkdir(dir, 0755) == 0);
			tell("link", link(name, dir) == 0);
			tell("rename", rename(name, dir) == 0);
			tell("socket", socket(AF_INET, SOCK_STREAM, 0) != -1);
			tell("unix", socket(AF_UNIX, SOCK_STREAM, 0) != -1);
			tell("ptrace", ptrace(PTRACE_ATTACH, getppid(), 0, 0) == 0);
			tell("signal", kill(getppid(), 0) == 0);
			/* and what must work */
			tell("read", fopen("/etc/passwd", "r") != NULL);
			tell("null", fopen("/dev/null", "w") != NULL);
			tell("temp", tmpfile() != NULL || fopen("temp.s", "w") != NULL);
			tell("inside", mkdir("sub", 0755) == 0 && rename("temp.s", "sub/temp.s") == 0);
			return fclose(object);
		}
	END
	cc -w -D "TOP=\"$SANDBOX/top\"" -o "$SANDBOX/bin/gcc" "$SANDBOX/tries.c" || fail 'it does not compile'
	mkdir "$SANDBOX/top"
	echo precious >"$SANDBOX/top/outside"
	chmod 777 "$SANDBOX/top"
	chmod 666 "$SANDBOX/top/outside"
}

# confined - the daemon a says that it can do all that
confined() {
	poll_until 'log_has a " ready: "' || fail 'it does not start'
	log_has a 'are confined: they' && return
	skip_because "$(grep -o 'there is no .*' "$LOG_a")"
	startSkipping
	return 1
}

test_a_compiler_is_confined() {
	mean_compiler
	serve
	confined || return 0
	compile gcc -c x.c -o x.o
	did=$(echo "$out" | sed 's/.*DOTO........//; s/\[closed\]$//')
	case " $did " in
	*' signal '*) did=$(echo "$did" | sed 's/ signal//') ;;	# before Linux 6.12
	esac
	assertEquals ' read null temp inside' "$did"
	assertEquals precious "$(cat "$SANDBOX/top/outside")"
	assert_tmp_empty a
}

test_a_compiler_may_write_where_it_is_told() {
	mean_compiler
	start_distccd a --writable "$SANDBOX/top" --writable /nonexistent || fail 'no daemon'
	confined || return 0
	compile gcc -c x.c -o x.o
	assertContains "$out" ' write truncate remove mkdir'
	assertNotContains "$out" socket
}

# A script in the place of a compiler, or a ccache, is there for what it does besides.
test_a_wrapper_is_not_confined() {
	mkdir "$SANDBOX/top"
	chmod 777 "$SANDBOX/top"
	fake_compiler gcc "echo called >$SANDBOX/top/log; printf 'object of a script' >\"\$output\""
	serve
	compile gcc -c x.c -o x.o
	assertContains "$out" 'object of a script'
	assertEquals called "$(cat "$SANDBOX/top/log")"
	rm "$SANDBOX/bin/gcc" "$SANDBOX/top/log"
	cc -x c -o "$SANDBOX/bin/ccache" - <<-END || fail 'it does not compile'
		#include <stdio.h>
		int main(void) { FILE *f = fopen("$SANDBOX/top/log", "w"); return f == NULL || fputs("ccache", f) < 0; }
	END
	ln -s ccache "$SANDBOX/bin/gcc"
	compile gcc -c x.c -o x.o
	assertEquals ccache "$(cat "$SANDBOX/top/log")"
}

test_a_compiler_that_is_not_confined() {
	mean_compiler
	start_distccd a --no-confine || fail 'no daemon'
	compile gcc -c x.c -o x.o
	assertContains "$out" ' write truncate remove mkdir'
	assertContains "$out" ' socket unix'
	assertFalse 'said' 'log_has a confined'
}

. "${SHUNIT2:-shunit2}"
