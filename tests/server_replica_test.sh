#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Protocol 4 at the daemon: good jobs, the store, the action cache, and bad input of every kind.

. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "$SRCDIR/tests/lib/daemon.sh"
DAEMON_REPLICA=yes
. "$SRCDIR/tests/lib/wire.sh"

P4TOOL=$BUILDDIR/tests/lib/p4tool

oneTimeSetUp() {
	wiretool_build
	driver=$(readlink -f /usr/bin/gcc)
	tool=$("$P4TOOL" identity "$driver")
}
oneTimeTearDown() {
	sandbox_end
	wiretool_remove
	rm -rf "$shared"
}

# One cache directory for all tests: finding out about compilers takes seconds.  Files and results are each test's own.
shared=$SANDBOX_TOP/cache.$$

setUp() {
	sandbox_new
	rm -rf "$shared/objects" "$shared/actions" "$shared/usage"
}

# volunteer [OPTION...] - daemon a; false, and the test counts as skipped, if it cannot make sandboxes here
volunteer() {
	case " $* " in
	*' --cache-dir '*) ;;
	*) set -- --cache-dir "$shared" "$@" ;;
	esac
	start_distccd a --log-level debug "$@" || { fail 'no daemon'; return 1; }
	CACHE_a=$shared
	if log_has a 'taking preprocessed jobs only'; then
		skip_because "$(sed -n 's/.*only: //p' "$LOG_a")"
		return 1
	fi
	printf 'int f(int x) { return x + 1; }\n' >x.c
	prepare
}

# prepare - $common: the options of p4tool for a job with x.c in the current directory
prepare() {
	common="--tool $tool --cwd $PWD --file $PWD/x.c --env LC_ALL=C --link /usr/bin/gcc=$driver --file /usr/include/stdc-predef.h"
}

# job [OPTION...] - compile x.c through daemon a as a client does; sets $out, $status
job() {
	mkdir -p got
	# shellcheck disable=SC2086 # words
	run "$P4TOOL" run 127.0.0.1 "$PORT_a" 1 $common --out got "$@" -- gcc -O2 -c x.c -o x.o
}

# first [OPTION...] - a first flight for that job, to stdout
first() {
	# shellcheck disable=SC2086 # words
	"$P4TOOL" request $common "$@" -- gcc -O2 -c x.c -o x.o
}

# talk STEP... - to daemon a, then read all; $said is what it said, in words
talk() {
	wire a "$@" save answer
	run "$P4TOOL" show answer
	said=$out
}

# lines - how many jobs the log has
lines() {
	grep -c ' client: ' "$LOG_a"
}

# assert_clean - nothing of a job is left, and the next one is served
assert_clean() {
	poll_until '[ -z "$(ls -A "$CACHE_a/jobs")" ]' || fail "left: $(find "$CACHE_a/jobs")"
	assert_tmp_empty a
	job
	assertContains "$out" 'DONE 0'
	assertTrue 'another object' 'cmp got/x.o local.o'
	poll_until 'no_children a' || fail 'a child is left'
	assertFalse 'a child crashed' 'log_has a "ended by signal"'
}

# bad PATTERN STEP... - refused as a violation, with one line in the log that fits
bad() {
	bad_pattern=$1
	shift
	bad_lines=$(lines)
	talk "$@"
	assertContains "$bad_pattern: $*" "$said" 'NOPE 6 '
	assert_log a "$bad_pattern"
	poll_until '[ "$(lines)" -gt "$bad_lines" ]'
	assertEquals "lines for $*" $((bad_lines + 1)) "$(lines)"
}

local_object() {
	gcc -O2 -c x.c -o local.o
}

test_a_job() {
	volunteer || return 0
	local_object
	job
	assertEquals 0 "$status"
	assertContains "$out" 'WANT '
	assertContains "$out" 'DONE 0'
	assertContains "$out" "OUT $PWD/x.o "
	assertContains "$out" 'slots='
	assertContains "$out" 'cache=miss'
	assertTrue 'another object' 'cmp got/x.o local.o'
	assert_log a 'client: 127.0.0.1:[0-9]* COMPILE_OK exit:0 sig:0 core:0 ret:0 time:[0-9]*ms gcc x.c mode:replica$'
	job --blob 0 --flags 1
	assertContains "$out" 'cache=off'
	assertNotContains "$out" 'WANT 0'
	assert_clean
}

test_messages_and_status() {
	volunteer || return 0
	printf '#warning hear hear\nint f(void) { return y; }\n' >x.c
	LC_ALL=C gcc -O2 -c x.c -o x.o 2>local.err
	job
	assertContains "$out" 'DONE 256'
	assertContains "$out" "$(cat local.err)"
	assertFalse 'an output' 'echo "$out" | grep -q "^OUT "'
	assert_log a 'COMPILE_ERROR exit:1 .* gcc x.c mode:replica$'
}

test_the_action_cache() {
	volunteer || return 0
	local_object
	job
	poll_until '[ -n "$(find "$CACHE_a/actions" -type f)" ]'
	job
	assertContains "$out" 'cache=hit'
	assertTrue 'another object' 'cmp got/x.o local.o'
	assert_log a ' gcc x.c mode:replica,known$'
	job --env LANG=C
	assertContains 'another environment' "$out" 'cache=miss'
	job --dir "$PWD/sub"
	assertContains 'another tree' "$out" 'cache=miss'
	job --flags 1
	assertContains 'not wanted' "$out" 'cache=off'
	# a damaged record, a lost output
	find "$CACHE_a/actions" -type f -exec sh -c 'printf x >>"$1"' - {} \;
	job
	assertContains 'damaged' "$out" 'cache=miss'
	poll_until '[ -n "$(find "$CACHE_a/actions" -type f)" ]'
	find "$CACHE_a/objects" -type f -exec rm -f {} +
	job
	assertContains 'lost' "$out" 'cache=miss'
	assertTrue 'another object' 'cmp got/x.o local.o'
}

test_what_is_not_remembered() {
	volunteer || return 0
	printf 'const char *t = __TIME__;\n' >x.c
	prepare
	job
	assertContains "$out" 'cache=off'
	job
	assertContains 'the same, known to the store' "$out" 'cache=off'
	job --env SOURCE_DATE_EPOCH=1
	assertContains "$out" 'cache=miss'
	printf 'int x\n' >x.c
	prepare
	job
	poll_until 'no_children a'
	job
	assertContains 'a failure' "$out" 'cache=miss'
	stop_daemon a
	volunteer --no-action-cache || return 0
	job
	job
	assertContains "$out" 'cache=off'
}

test_what_the_client_has_is_only_referred_to() {
	volunteer --no-action-cache || return 0
	# much that does not change, and does not compress
	{
		od -An -v -N 30000 -t u4 /dev/urandom | sed 's/[0-9][0-9]*/&u,/g; 1s/^/const unsigned t[] = {/; $s/$/};/'
		cat x.c
	} >y.c
	mv y.c x.c
	prepare
	job
	poll_until 'no_children a'
	cp got/x.o old.o
	sed 's/return x + 1/return x + 2/' x.c >y.c
	mv y.c x.c
	prepare
	local_object
	job --have "$PWD/x.o=$PWD/old.o"
	assertContains "$out" "OUT $PWD/x.o "
	assertTrue 'told by the old one' 'echo "$out" | grep -q "^OUT .* near$"'
	assertTrue 'another object' 'cmp got/x.o local.o'
	poll_until 'no_children a'
	job --have "$PWD/x.o=$PWD/local.o"
	assertTrue 'the very same' 'echo "$out" | grep -q "^OUT .* same$"'
	assertTrue 'another object' 'cmp got/x.o local.o'
	# one the volunteer has never seen, and the name of something else
	echo junk >>old.o
	job --have "$PWD/x.o=$PWD/old.o"
	assertFalse 'unknown' 'echo "$out" | grep -q "^OUT .* near$"'
	assertTrue 'another object' 'cmp got/x.o local.o'
	job --have "$PWD/y.o=$PWD/local.o"
	assertFalse 'another name' 'echo "$out" | grep -q "^OUT .* near$"'
	assert_clean
}

# refused_or_wanted - a job with a damaged source, which the volunteer is found to lack before the compile or after it: never its object
refused_or_wanted() {
	rm -rf got
	job --flags 1
	case $out in
	*'NOPE 7 '*'was damaged'*)
		refused=$((refused + 1))
		assertFalse 'an object all the same' '[ -e got/x.o ]'
		job --flags 1
		;;
	esac
	assertContains 'not asked for again' "$out" 'WANT 0'
	assertContains "$out" 'DONE 0'
	assertTrue 'another object' 'cmp got/x.o local.o'
}

# change_object FROM TO - the objects with text FROM then have TO, of the same length
change_object() {
	changed=$(grep -rlF "$1" "$CACHE_a/objects")
	assertTrue "no object has $1" '[ -n "$changed" ]'
	for object in $changed; do
		sed "s/$1/$2/" "$object" >other
		chmod 644 "$object"
		cat other >"$object"
		chmod 444 "$object"
	done
}

# What compiles without a complaint, and what does not, right after somebody has looked.
test_what_is_damaged_after_the_look_counts_for_nothing() {
	volunteer || return 0
	local_object
	refused=0
	for damage in 'return x + 2' 'return y + 1' 'retxrn x + 1'; do
		job --flags 1
		assertTrue 'another object' 'cmp got/x.o local.o'
		change_object 'return x + 1' "$damage"
		refused_or_wanted
	done
	# where a second passes that soon nothing was compiled in vain
	[ $refused -eq 0 ] || assert_log a 'x\.c in the job.s tree was damaged'
	assert_clean
}

# A daemon that has just been started believes nothing of what another one has seen, however soon.
test_a_tree_that_was_damaged_between_two_daemons() {
	volunteer || return 0
	local_object
	for damage in 'cat other' 'rm -f x.c' 'rm -f x.c && mkdir x.c' 'rm -rf x.c && ln -s /nonexistent x.c' 'cd .. && mv work away'; do
		printf 'int f(int x) { return x + 2; }\n' >other
		[ "$damage" != 'cat other' ] || damage="chmod 644 x.c && cat $PWD/other >x.c && chmod 444 x.c"
		job --flags 1
		poll_until 'no_children a'
		stop_daemon a
		for tree in "$CACHE_a"/trees/*/tree"$PWD"; do
			(cd "$tree" && eval "$damage") || fail "$damage"
		done
		volunteer || return 0
		rm -rf got
		job --flags 1
		assertContains "$damage" "$out" 'DONE 0'
		assertTrue "$damage" 'cmp got/x.o local.o'
		assert_log a 'x\.c in a tree of the cache was damaged'
	done
	assert_clean
}

# A directory in the place of a file of the tree, seen by nobody before the next job is to be laid out.
test_a_tree_that_cannot_be_changed_is_replaced() {
	volunteer || return 0
	local_object
	printf 'int g;\n' >y.h
	job --flags 1 --file "$PWD/y.h"
	poll_until 'no_children a'
	for tree in "$CACHE_a"/trees/*/tree"$PWD"; do
		rm -f "$tree/y.h"
		mkdir "$tree/y.h"
	done
	job --flags 1
	assertContains "$out" 'DONE 0'
	assertTrue 'another object' 'cmp got/x.o local.o'
	assert_clean
}

test_damaged_objects_are_asked_for_again() {
	volunteer || return 0
	local_object
	job
	refused=0
	find "$CACHE_a/objects" -type f -exec sh -c 'chmod 644 "$1"; printf X | dd of="$1" bs=1 count=1 conv=notrunc 2>/dev/null; chmod 444 "$1"' - {} \;
	refused_or_wanted
	find "$CACHE_a/objects" -type f -exec sh -c 'chmod 644 "$1"; : >"$1"' - {} \;
	refused_or_wanted
	rm -rf "$CACHE_a/objects/"* "$CACHE_a/usage" "$CACHE_a/trim"
	job
	assertTrue 'another object' 'cmp got/x.o local.o'
	assert_clean
}

test_truncated_at_every_stage() {
	volunteer || return 0
	local_object
	first --blob 0 >good
	size=$(wc -c <good)
	count=0
	for n in 13 24 35 36 60 68 70 100 140 $((size - 100)) $((size - 30)) $((size - 13)) $((size - 12)) $((size - 1)); do
		head -c "$n" good >part
		wire a file part hangup
		wire a file part shut read
		wire a file part reset
		count=$((count + 3))
	done
	poll_until '[ "$(daemon_jobs a CLI_DISCONN)" -eq "$count" ]' || fail "$(daemon_jobs a CLI_DISCONN) of $count lines"
	assertEquals "$count" "$(lines)"
	assert_clean
}

h4=DIST00000004
h_flag=${h4}FLAG00000000
h_tool=${h_flag}TOOL000000200123456789abcdef0123456789abcdef
h_cdir=${h_tool}CDIR00000002/a
h_args=${h_cdir}ARGC00000001ARGV00000003gcc
h_env=${h_args}ENVC00000000HAVE00000000

test_bad_heads() {
	volunteer || return 0
	local_object
	bad 'unknown flag in the head' send "${h4}FLAG00000004"
	bad 'bad token in the head' send "${h4}TOOL00000020"
	bad 'bad token in the head' send "${h4}ARGC00000001"
	bad 'bad number in a token' send "${h4}FLAG0000000g"
	bad 'bad number in a token' send "${h_flag}TOOLffffffff"
	bad 'bad file name' send "${h_tool}CDIR00000002a/"
	bad 'bad file name' send "${h_tool}CDIR00000005/a/.."
	bad 'NUL byte' send "${h_tool}CDIR00000003/a\\x00"
	bad 'size above the limit' send "${h_tool}CDIRffffffff"
	bad 'bad number of arguments' send "${h_cdir}ARGC00000000"
	bad 'bad number of arguments' send "${h_cdir}ARGCffffffff"
	bad 'size above the limit' send "${h_cdir}ARGC00000001ARGVffffffff"
	bad 'NUL byte' send "${h_cdir}ARGC00000001ARGV00000003g\\x00c"
	bad 'bad number of arguments' send "${h_args}ENVCffffffff"
	bad 'bad file name' send "${h_args}ENVC00000001ENVV00000003abc"
	bad 'size above the limit' send "${h_env}TREEffffffff"
	bad 'bad zstd frame' send "${h_env}TREE00000008abcdefgh"
	# a frame of a few bytes that says it is 4 GiB
	bad 'size above the limit' send "${h_env}TREE0000000d\\x28\\xb5\\x2f\\xfd\\xe0\\x00\\x00\\x00\\x00\\x01\\x00\\x00\\x00"
	assert_clean
}

# listing BYTES - a job with that listing instead of its own is a violation
listing() {
	printf '%b' "$2" >listing
	first --listing listing >req
	bad "$1" file req
}

test_bad_listings() {
	volunteer || return 0
	local_object
	listing 'entry 0 of the listing: bad path' '\01\00\00\04/a/.'
	listing 'entry 0 of the listing: bad path' '\01\00\00\05/../a'
	listing 'entry 0 of the listing: bad path' '\01\00\00\05/a/..'
	listing 'entry 0 of the listing: bad path' '\01\00\00\03a/b'
	listing 'entry 1 of the listing: listed twice' '\02\00\00\02/a\00\02\00'
	listing 'entry 1 of the listing: not in order' '\02\00\00\02/b\00\01\01a'
	listing 'entry 1 of the listing: below a file or link' '\02\01\00\02/a\04/etc\00\02\02/b'
	listing 'entry 0 of the listing: unknown kind' '\01\077\00\02/a'
	listing 'entry 0 of the listing: the listing ends' '\0177\0377\03'
	listing 'entry 0 of the listing: too many entries' '\0377\0377\0377\0377\017'
	listing 'entry 1 of the listing: bytes behind' '\01\00\00\02/ax'
	assert_clean
}

test_bad_blobs() {
	volunteer || return 0
	local_object
	printf '/* %s */\n' "$(od -An -N 3000 -t x1 /dev/urandom)" >other.h
	common="$common --file $PWD/other.h"
	first --no-sent >flight
	# entries: 0 other.h, 1 x.c, 2 the link, 3 stdc-predef.h
	for n in 2 4 4294967295; do
		{ cat flight; token BLOB "$n"; token SIZE 0; token FILE 0; } >req
		bad 'bad index where a file was awaited' file req
	done
	first --blob 1 --blob 1 >req
	bad 'bad index at a file that has come before' file req
	{ cat flight; token DONE 4; } >req
	bad 'bad token where a file was awaited' file req
	{ cat flight; token SENT 1; } >req
	bad 'unknown flag where a file was awaited' file req
	# a bomb, a wrong frame, a length that is none
	{ cat flight; token BLOB 1; token SIZE 5; token FILE 4096; } >req
	bad 'size above the limit where a file was awaited' file req
	{ cat flight; token BLOB 1; token SIZE 5; token FILE 5; printf abcde; } >req
	bad 'bad zstd frame in a file' file req
	{ cat flight; token BLOB 1; token SIZE 5; token FILE 0; } >req
	bad 'bad zstd frame where a file was awaited' file req
	assert_clean
}

test_wanted_files() {
	volunteer || return 0
	local_object
	printf '/* other */\n' >other.h
	common="$common --file $PWD/other.h"
	first >flight
	# shellcheck disable=SC2086 # words
	blobs() { "$P4TOOL" blobs $common "$@"; }
	blobs 1 >req
	bad 'bad index where a missing file was awaited' file flight file req
	blobs 0 >req
	bad 'bad index where a missing file was awaited' file flight file req
	blobs >req
	bad 'bad index where a missing file was awaited' file flight file req
	assert_clean
}

test_changed_content() {
	volunteer || return 0
	local_object
	printf 'int f(int x) { return x + 2; }\n' >x.other
	first --no-sent >flight
	# shellcheck disable=SC2086 # words
	"$P4TOOL" blobs --file "$PWD/x.c=$PWD/x.other" 0 >blob
	talk file flight file blob
	assertContains "$said" 'NOPE 8 '
	assert_log a 'REJ_BAD_REQ .* gcc x.c mode:replica'
	printf 'int f(int x) { return x; }\n' >x.other
	"$P4TOOL" blobs --file "$PWD/x.c=$PWD/x.other" 0 >blob
	talk file flight file blob
	assertContains 'another size' "$said" 'NOPE 8 '
	assert_clean
}

test_polite_refusals() {
	volunteer || return 0
	right=$tool
	tool=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
	prepare
	job
	assertContains "$out" 'NOPE 2 '
	tool=$right
	prepare
	stop_daemon a
	volunteer --no-replica
	prepare
	job
	assertContains "$out" 'NOPE 4 '
	assertNotContains 'nothing is asked for' "$out" WANT
	stop_daemon a
	volunteer --cache-size 1M || return 0
	head -c 1100000 /dev/zero >big.h
	job --file "$PWD/big.h"
	assertContains "$out" 'NOPE 5 '
	local_object
	assert_clean
}

# within the second for which jobs rely on what those before them have found out
test_a_compiler_that_is_not_allowed_any_more() {
	mkdir -p "$SANDBOX/daemon.a/etc"
	echo "$driver" >"$SANDBOX/daemon.a/etc/commands.allow"
	echo /bin/ls >list
	DAEMON_ENV="DISTCC_CMDLIST=$PWD/list"
	volunteer --no-action-cache || { DAEMON_ENV=; return 0; }
	DAEMON_ENV=
	job
	job
	assertContains "$out" 'DONE 0'
	echo /bin/ls >"$SANDBOX/daemon.a/etc/commands.allow"
	kill -HUP "$PID_a"
	assert_log a 'read again'
	job
	assertContains "$out" 'NOPE 2 '
}

test_a_cache_that_cannot_be() {
	echo x >file
	run "$DISTCCD" --daemon --no-detach --port "$(free_port)" --listen 127.0.0.1 --log-stderr --cache-dir "$PWD/file/x"
	assertEquals 107 "$status"
	assertContains "$err" "--cache-dir cannot be used (--no-replica does without): "
	run "$DISTCCD" --inetd --log-stderr --cache-dir "$PWD/file/x"
	assertEquals 'for --inetd too' 107 "$status"
}

# Nobody has asked for the default: then classic mode is better than nothing.
test_a_default_cache_that_cannot_be() {
	somebody=
	if [ "$(id -u)" = 0 ]; then	# who has another default
		somebody='setpriv --reuid=65534 --regid=65534 --clear-groups'
	fi
	echo x >file
	for cache_home in "XDG_CACHE_HOME=$PWD/file" 'HOME='; do
		: >log
		chmod 666 log
		# shellcheck disable=SC2086 # words
		run $somebody env -u CACHE_DIRECTORY -u XDG_CACHE_HOME "$cache_home" "$DISTCCD" --inetd --log-file "$PWD/log" --enable-tcp-insecure
		assertEquals "$err" 1 "$(grep -c 'taking preprocessed jobs only: .* (see --cache-dir)' log)"
	done
}

test_slow_clients() {
	DAEMON_ENV=DISTCC_IO_TIMEOUT=1
	volunteer || { DAEMON_ENV=; return 0; }
	DAEMON_ENV=
	local_object
	talk send "$h_env"
	assert_log a 'too slow in the head'
	first --no-sent >req
	talk file req
	assert_log a 'too slow where a file was awaited'
	first >req
	talk file req
	assert_log a 'too slow where a file was awaited'
	{ first --no-sent; token BLOB 0; token SIZE 1000; token FILE 900; printf '(\265/\375'; } >req
	talk file req
	assert_log a 'too slow in a file'
	assertEquals 4 "$(lines)"
	assert_clean
}

test_a_client_that_goes_away() {
	volunteer --jobs 1 || return 0
	local_object
	# hold the only place with a classic job
	fake_compiler slowcc 'echo x >"'"$SANDBOX"'/runs"; while [ ! -e "'"$SANDBOX"'/end" ]; do sleep 0.02; done; echo o >"$output"'
	stop_daemon a
	volunteer --jobs 1 || return 0
	chmod 1777 "$SANDBOX"
	request 1 x.c slowcc -c x.c -o x.o >classic
	first --blob 0 --blob /usr/include/stdc-predef.h --flags 1 >req
	"$WIRETOOL" 127.0.0.1 "$PORT_a" file classic read >/dev/null &
	poll_until '[ -e "$SANDBOX/runs" ]'
	wire a file req byte hangup
	assert_log a 'CLI_DISCONN .* mode:replica'
	# another waits, and hears that the daemon lives
	"$WIRETOOL" 127.0.0.1 "$PORT_a" file req save answer >/dev/null &
	waits=$!
	poll_until 'grep -q BEAT answer' 15 || fail 'no BEAT while it waits'
	echo x >"$SANDBOX/end"
	wait "$waits"
	run "$P4TOOL" show answer
	assertContains "$out" 'DONE 0'
	assert_clean
}

test_two_clients_with_the_same_names() {
	volunteer || return 0
	mkdir one two
	for n in one two; do
		printf 'int %s;\n' "$n" >"$n/content"
		# shellcheck disable=SC2086 # words
		"$P4TOOL" run 127.0.0.1 "$PORT_a" 10 --tool "$tool" --cwd "$PWD" --link /usr/bin/gcc="$driver" --flags 1 \
			--file /usr/include/stdc-predef.h --file "$PWD/x.c=$PWD/$n/content" --out "$n" -- gcc -c x.c -o x.o >"$n/log" &
		pids="${pids-} $!"
	done
	# shellcheck disable=SC2086 # numbers
	wait $pids
	for n in one two; do
		assertContains "$(cat "$n/log")" 'DONE 0'
		assertTrue "$n" "nm $n/x.o | grep -q ' $n\$'"
	done
}

test_killed_children_leave_nothing() {
	volunteer --jobs 2 || return 0
	local_object
	i=0
	while [ $i -lt 15 ]; do
		i=$((i + 1))
		first --blob 0 --blob /usr/include/stdc-predef.h --flags 1 >req
		"$WIRETOOL" 127.0.0.1 "$PORT_a" file req save answer.$i >/dev/null &
		poll_until 'grep -q "[0-9]" /proc/$PID_a/task/*/children'
		# shellcheck disable=SC2046 # numbers
		kill -KILL $(cat /proc/"$PID_a"/task/*/children) 2>/dev/null
		wait $!
	done
	poll_until '[ -z "$(ls -A "$CACHE_a/jobs")" ]' || fail "left: $(find "$CACHE_a/jobs")"
	job
	assertTrue 'another object' 'cmp got/x.o local.o'
	# and the daemon itself
	"$WIRETOOL" 127.0.0.1 "$PORT_a" file req save answer >/dev/null &
	waits=$!
	kill -KILL "$PID_a"
	wait "$waits" "$PID_a" 2>/dev/null
	PID_a=
	volunteer || return 0
	assert_clean
}

test_no_room() {
	[ "$(id -u)" -eq 0 ] || { skip_because 'not root: cannot mount a small file system'; return 0; }
	unshare -m true 2>/dev/null || { skip_because 'no mounts of our own here'; return 0; }
	own=$SANDBOX/small
	mkdir "$own"
	printf '#!/bin/sh\nmount -t tmpfs -o size=500m,mode=1777 none %s && exec "$@"\n' "$own" >"$SANDBOX/mounted"
	chmod 755 "$SANDBOX/mounted"
	DAEMON_ENV="unshare -m $SANDBOX/mounted"
	volunteer --cache-dir "$own/cache" || { DAEMON_ENV=; return 0; }
	DAEMON_ENV=
	# as the daemon sees it
	CACHE_a=/proc/$PID_a/root$own/cache
	local_object
	job
	assertContains "$out" 'DONE 0'
	head -c 300000 /dev/urandom >big.h
	dd if=/dev/zero of="/proc/$PID_a/root$own/fill" bs=1M 2>/dev/null
	job --file "$PWD/big.h"
	assertContains "$out" 'NOPE 7 '
	assert_log a 'cannot store a file: No space left'
	rm "/proc/$PID_a/root$own/fill"
	job --file "$PWD/big.h"
	assertContains "$out" 'DONE 0'
	assert_clean
}

. "${SHUNIT2:-shunit2}"
