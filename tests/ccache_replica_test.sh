#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The real ccache in front of replica mode, where nothing is preprocessed: it hears of all files that count, by all their names, and
# never hands out an old object.
. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "${SRCDIR:-.}/tests/lib/daemon.sh"

# One volunteer for all: it takes seconds to get ready.
oneTimeSetUp() {
	sandbox_new
	unset CCACHE_NOCPP2 CCACHE_CPP2
	mkdir "$SANDBOX/masq" "$SANDBOX/cache"
	ln -s "$BUILDDIR/distcc" "$SANDBOX/masq/gcc"
	ln -s "$(command -v ccache)" "$SANDBOX/cache/gcc"
	plain_path=$PATH
	CCACHE_DIR=$SANDBOX/ccache CCACHE_CONFIGPATH=$SANDBOX/ccache.conf DISTCC_LOG=$SANDBOX/distcc.log DISTCC_VERBOSE=1
	export CCACHE_DIR CCACHE_CONFIGPATH DISTCC_LOG DISTCC_VERBOSE
	sed "s|@bindir@|$BUILDDIR|" "$SRCDIR/integration/ccache/ccache.conf" >"$CCACHE_CONFIGPATH"
	DAEMON_REPLICA=yes start_distccd a --jobs 4 || return 1
	volunteer=$(host_of a)
	poll_until 'grep -q " ready" "$LOG_a"'
	grep -q 'sandbox:' "$LOG_a" || return 0
	# it is known for replica mode from now on
	echo 'int x;' >known.c
	DISTCC_HOSTS=$volunteer "$DISTCC" gcc -c known.c
}

oneTimeTearDown() {
	sandbox_end
}

setUp() {
	DISTCC_HOSTS=$volunteer
	export DISTCC_HOSTS
	unset CCACHE_NODIRECT CCACHE_PREFIX
	test_nr=$((${test_nr-0} + 1))
	# two levels down: names that lead out of the directory stay within what they share
	mkdir -p "$SANDBOX/work/$test_nr/here"
	cd "$SANDBOX/work/$test_nr/here" || return
	mkdir include
	printf '#define TWICE(x) ((x) + (x))\nstatic inline int one(void) { return 1; }\n' >include/x.h
	printf '#include <stdio.h>\n#include "x.h"\nint answer(int n) { printf("%%d %%s\\n", TWICE(n), __FILE__); return one(); }\n' >x.c
	age include/x.h x.c
	: >"$DISTCC_LOG"
}

tearDown() { :; }

# age FILE... - for direct mode ccache does not trust what has changed within the second
age() {
	touch -d '2020-01-01' "$@"
	[ -z "${CCACHE_NODIRECT-}" ] || return 0
	second=$(date +%s)
	poll_until '[ "$(date +%s)" != "$second" ]'
}

# use chain|path|local - $cc is the command from now on
use() {
	PATH=$plain_path
	case $1 in
	local) cc=gcc ;;
	chain) cc="$BUILDDIR/distcc-chain gcc" ;;
	path) cc=gcc PATH=$SANDBOX/cache:$SANDBOX/masq:$PATH ;;
	esac
}

counts() {
	ccache --print-stats 2>/dev/null | awk -v jobs="$(grep -c 'COMPILE_OK .*mode:replica' "$LOG_a")" '
		$1 ~ /^(direct|preprocessed)_cache_hit$/ { hits += $2 }
		$1 == "cache_miss" { misses = $2 }
		END { print hits + 0, misses + 0, jobs + 0 }'
}

empty_cache() {
	rm -rf "$CCACHE_DIR"
	before=$(counts)
}

# assert_counts HITS MISSES REPLICA-JOBS TEXT - since empty_cache
assert_counts() {
	assertEquals "$4: hits misses jobs" "$1 $2 $3" "$(echo "$before $(counts)" | awk '{ print $4 - $1, $5 - $2, $6 - $3 }')"
}

compile() {
	# shellcheck disable=SC2086 # words
	run $cc "$@"
	assertEquals "$cc $*: $err" 0 "$status"
}

# assert_as_local TEXT ARG... - x.o (and x.d) are what the compiler makes here now
assert_as_local() {
	as_text=$1
	shift
	mkdir -p kept
	mv x.o kept
	[ ! -e x.d ] || mv x.d kept
	PATH=$plain_path gcc "$@" || fail 'the local compile'
	assertTrue "$as_text: the object" 'cmp x.o kept/x.o'
	[ ! -e kept/x.d ] || assertTrue "$as_text: dependencies" 'cmp x.d kept/x.d'
	rm -f x.o x.d kept/*
}

test_nothing_is_preprocessed() {
	for chain in chain path; do
		for args in '-O1' '-g -O2 -MD' '-O1 -MMD -MF x.d'; do
			use $chain
			empty_cache
			for try in miss hit; do
				: >"$DISTCC_LOG"
				# shellcheck disable=SC2086 # words
				compile $args -Iinclude -c x.c -o x.o
				assertFalse "$chain $args $try" 'grep -q "preprocess:" "$DISTCC_LOG"'
				# shellcheck disable=SC2086 # words
				assert_as_local "$chain $args $try" $args -Iinclude -c x.c -o x.o
			done
			assert_counts 1 1 1 "$chain $args"
		done
	done
	assertEquals 'left behind' '' "$(ls -A "$TMPDIR/distcc-$(id -u)")"
}

# By the digest alone: the object that is there already has no part in it, but all of the command and all files have.
test_what_the_digest_tells() {
	CCACHE_NODIRECT=1
	export CCACHE_NODIRECT
	printf 'const char *s = WORD;\nint f(void) { __asm__(".section .rodata\\n.incbin \\"data.bin\\"\\n.text"); return 1; }\n' >i.c
	echo one >data.bin
	age i.c data.bin
	use chain
	empty_cache
	for step in 'a one 0 1' 'a one 1 1' 'b one 1 2' 'b two 1 3' 'a one 2 3'; do
		# shellcheck disable=SC2086 # words
		set -- $step
		echo "$2" >data.bin
		age data.bin
		compile -DWORD="\"$1\"" -c i.c -o x.o
		assert_counts "$3" "$4" "$4" "$step"
		assert_as_local "$step" -DWORD="\"$1\"" -c i.c -o x.o
	done
}

test_header_changes() {
	use chain
	for mode in direct preprocessor; do
		unset CCACHE_NODIRECT
		[ $mode = direct ] || { CCACHE_NODIRECT=1 && export CCACHE_NODIRECT; }
		empty_cache
		for value in 1 2 1; do
			echo "static inline int one(void) { return $value; }" >include/x.h
			echo '#define TWICE(x) (x)' >>include/x.h
			age include/x.h
			compile -MD -Iinclude -c x.c -o x.o
			assert_as_local "$mode $value" -MD -Iinclude -c x.c -o x.o
		done
		assert_counts 1 2 2 "$mode"
	done
}

# speaks_replica PORT - make it known for replica mode, whoever is there
speaks_replica() {
	: >"$DISTCC_DIR/lock/speaks4_tcp_127.0.0.1_$1"
}

# What a link leads to is told by the name through the link.
test_links_lead_elsewhere() {
	use chain
	mkdir one two nested
	for dir in one two; do
		printf '#define TWICE(x) (x)\nstatic inline int one(void) { return sizeof("%s%s"); }\n' $dir $dir$dir >$dir/x.h
		mkdir $dir/sub
		cp $dir/x.h $dir/sub
	done
	echo 'static char more;' >>two/x.h
	echo 'static short more;' >>two/sub/x.h
	age one/x.h two/x.h one/sub/x.h two/sub/x.h
	for options in -Ilink -Ifile -Inested/link/link; do
		empty_cache
		for dir in one two; do
			rm -rf link file nested/* one/link two/link
			ln -s $dir link
			mkdir file
			ln -s ../$dir/x.h file/x.h
			ln -s ../$dir nested/link
			ln -s sub $dir/link
			compile -g $options -c x.c -o x.o
			assert_as_local "$options $dir" -g $options -c x.c -o x.o
		done
		assert_counts 0 2 2 "$options"
	done
}

# Without debug information another directory is served as well, but by its own headers.
test_another_directory() {
	use chain
	empty_cache
	printf '#include "%s/x.h"\n' "$PWD/include" >absolute.h
	age absolute.h
	cp -a . ../there
	for dir in here there; do
		(cd ../$dir && compile -O1 -Iinclude -c x.c -o x.o)
		assertTrue "$dir" 'cmp x.o "../$dir/x.o"'
	done
	assert_counts 1 1 1 'the same'
	sed -i 's/return 1/return 2/' ../there/include/x.h
	age ../there/include/x.h
	(cd ../there && compile -O1 -Iinclude -c x.c -o x.o && assert_as_local there -O1 -Iinclude -c x.c -o x.o)
	assert_counts 1 2 2 'another header'
	# a header that both have by its absolute name
	empty_cache
	sed -i 's/"x.h"/"absolute.h"/' x.c ../there/x.c
	cp -p include/x.h ../there/include
	age x.c ../there/x.c
	compile -O1 -c x.c -o x.o
	sed -i 's/return 1/return 3/' include/x.h
	age include/x.h
	(cd ../there && compile -O1 -c x.c -o x.o && assert_as_local there -O1 -c x.c -o x.o)
	assert_counts 0 2 2 'by an absolute name'
}

# The volunteer has gone, or does it no more: distcc does then what was left out, and the object is the right one.
test_no_replica_job_after_all() {
	use chain
	empty_cache
	DISTCC_HOSTS=127.0.0.1:$PORT_a,plain
	compile -O1 -Iinclude -c x.c -o x.o
	assert_counts 0 1 0 'a classic host'
	assertTrue 'preprocessed' 'grep -q "preprocess:" "$DISTCC_LOG"'
	assert_as_local 'classic' -O1 -Iinclude -c x.c -o x.o
	empty_cache
	nobody=$(free_port)
	DISTCC_HOSTS=127.0.0.1:$nobody
	speaks_replica "$nobody"
	: >"$DISTCC_LOG"
	for try in miss hit; do
		compile -O1 -MD -Iinclude -c x.c -o x.o
		assert_as_local "no volunteer: $try" -O1 -MD -Iinclude -c x.c -o x.o
	done
	assertTrue 'described' 'grep -q "described to ccache" "$DISTCC_LOG"'
	assert_counts 1 1 0 'no volunteer'
}

# Between ccache's look and the compile a header changes: ccache must not keep the object for the header it has seen.
test_a_header_changes_meanwhile() {
	printf '#!/bin/sh\n[ ! -e new.h ] || mv new.h include/x.h\nexec "$@"\n' >"$SANDBOX/bin/changer"
	chmod +x "$SANDBOX/bin/changer"
	CCACHE_PREFIX=changer
	export CCACHE_PREFIX
	nobody=$(free_port)
	speaks_replica "$nobody"
	for port in "$PORT_a" "$nobody"; do
		DISTCC_HOSTS=127.0.0.1:$port
		for chain in chain path; do
			use $chain
			empty_cache
			cp include/x.h old.h
			sed 's/return 1/return 2/' old.h >new.h
			age old.h new.h
			: >"$DISTCC_LOG"
			compile -O1 -Iinclude -c x.c -o x.o
			assertTrue "$chain $port: described" 'grep -q "described to ccache" "$DISTCC_LOG"'
			assertTrue "$chain $port: noticed" 'grep -q "not for its cache" "$DISTCC_LOG"'
			assertFalse "$chain $port: changed" '[ -e new.h ]'
			assert_as_local "$chain $port: the new one" -O1 -Iinclude -c x.c -o x.o
			mv old.h include/x.h
			compile -O1 -Iinclude -c x.c -o x.o
			assert_as_local "$chain $port: the old one again" -O1 -Iinclude -c x.c -o x.o
		done
	done
}

# many_headers - a source that reads few of its many headers, so that a volunteer is asked which
many_headers() {
	mkdir include/many real
	: >include/many/all.h
	for i in $(seq 160); do
		echo "#include \"h$i.h\"" >>include/many/all.h
		echo "int many$i;" >"include/many/h$i.h"
	done
	echo 'char probed;' >include/probed.h
	echo 'char data[] = "data";' >include/data.h
	echo 'short linked;' >real/linked.h
	echo 'long linked;' >real/other.h
	ln -s ../real/linked.h include/linked.h
	cat >m.c <<-'END'
		#include "x.h"
		#include "linked.h"
		#if __has_include("probed.h")
		int probed = 1;
		#endif
		#ifdef NEVER
		#include "many/all.h"
		#include "probed.h"
		#include "data.h"
		#endif
		__asm__(".section .rodata\n.incbin \"include/data.h\"\n.text");
		int f(void) { return one(); }
	END
	age include/*.h include/many/*.h real/*.h m.c
}

# asked - how often the volunteer was
asked() {
	grep -c ' ASKED .*mode:replica' "$LOG_a"
}

# compile_many HITS MISSES TEXT - m.c; so many since the cache was empty
compile_many() {
	compile -g -Iinclude -c m.c -o x.o
	assert_counts "$1" "$2" "$2" "$3"
	assert_as_local "$3" -g -Iinclude -c m.c -o x.o
}

# What is not read does not matter; all that is read by whatever means does, and what was asked for is no job.
test_headers_that_are_not_read() {
	many_headers
	for chain in chain path; do
		use $chain
		empty_cache
		before_asked=$(asked)
		compile_many 0 1 "$chain: first"
		compile_many 1 1 "$chain: again"
		echo '#error' >include/many/h7.h
		echo '#error' >>include/many/all.h
		age include/many/h7.h include/many/all.h
		compile_many 2 1 "$chain: headers that are not read"
		sed -i 's/return 1/return 3/' include/x.h
		age include/x.h
		compile_many 2 2 "$chain: one that is"
		echo 'char data[] = "other";' >include/data.h
		age include/data.h
		compile_many 2 3 "$chain: one that the assembler reads"
		ln -sf ../real/other.h include/linked.h
		age real/other.h
		compile_many 2 4 "$chain: a link leads to another"
		mv include/probed.h .
		compile_many 2 5 "$chain: one that is only looked for"
		assertEquals "$chain: asked for each miss" $((before_asked + 5)) "$(asked)"
		mv probed.h include
		ln -sf ../real/linked.h include/linked.h
		sed -i 's/return 3/return 1/' include/x.h
		echo 'char data[] = "data";' >include/data.h
		seq 160 | sed 's/.*/#include "h&.h"/' >include/many/all.h
		age include/*.h include/many/all.h
	done
}

# Nobody is asked who is known to be broken, or was: then all names count.
test_nobody_to_ask() {
	many_headers
	use chain
	for how in broken old; do
		empty_cache
		before_asked=$(asked)
		mark=$DISTCC_DIR/lock/backoff_tcp_127.0.0.1_${PORT_a}_0
		: >"$mark"
		[ $how = broken ] || touch -d '2020-01-01' "$mark"
		compile -g -Iinclude -c m.c -o x.o
		assert_as_local "$how" -g -Iinclude -c m.c -o x.o
		rm -f "$mark"
		assertEquals "$how: nobody was asked" "$before_asked" "$(asked)"
		echo "int more_of_$how;" >>include/many/h7.h
		age include/many/h7.h
		compile -g -Iinclude -c m.c -o x.o
		assertEquals "$how: a miss" 2 "$(ccache --print-stats | awk '$1 == "cache_miss" { print $2 }')"
		assertEquals "$how: asked" $((before_asked + 1)) "$(asked)"
	done
}

# A volunteer whose jobs are all taken refuses a question, while the job itself waits for its turn.
test_nobody_waits_to_ask() {
	many_headers
	cat >slow.cc <<-'END'
		constexpr int f() { int n = 0; for (int i = 0; i < 1000000000; i++) n += i & 1; return n; }
		int slow[f() + 1];
	END
	DAEMON_REPLICA=yes start_distccd b --jobs 1 || fail 'no daemon'
	poll_until 'grep -q " ready" "$LOG_b"'
	DISTCC_HOSTS=$(host_of b)
	speaks_replica "$PORT_b"
	use chain
	empty_cache
	"$DISTCC" g++ -fconstexpr-loop-limit=2000000000 -fconstexpr-ops-limit=2000000000 -c slow.cc -o slow.o 2>slow.err &
	slow=$!
	poll_until '"$BUILDDIR/distccmon-text" | grep -q "Compile.*slow.cc"' || fail 'nothing holds the volunteer'
	compile -g -Iinclude -c m.c -o x.o &
	job=$!
	poll_until 'grep -q " ASKED .* ret:114 " "$LOG_b"' || fail 'the question is not refused'
	assertFalse 'the job waits' '[ -e x.o ]'
	kill "$slow"
	wait "$slow" "$job"
	assert_as_local 'after that' -g -Iinclude -c m.c -o x.o
	assertEquals 'compiles' 1 "$(grep -c 'COMPILE_OK .*m.c mode:replica' "$LOG_b")"
	stop_daemon b
}

# A source that does not compile is told to ccache as before, and its messages are those of a local compile.
test_no_answer() {
	many_headers
	echo '#error "wrong"' >>m.c
	age m.c
	use chain
	empty_cache
	run gcc -Iinclude -c m.c -o x.o
	local_err=$err
	# shellcheck disable=SC2086 # words
	run $cc -Iinclude -c m.c -o x.o
	assertEquals 'status' 1 "$status"
	assertEquals 'messages' "$local_err" "$err"
}

ALL_TESTS=$(sed -n 's/^\(test_[a-z_]*\)() {$/\1/p' "$SRCDIR/tests/ccache_replica_test.sh" | grep -vx test_not_here)

# suite - nothing where it cannot be
suite() {
	if ! ccache --print-stats >/dev/null 2>&1 || ! grep -q 'sandbox:' "$LOG_a"; then
		suite_addTest test_not_here
		return
	fi
	for name in $ALL_TESTS; do
		suite_addTest "$name"
	done
}

test_not_here() {
	skip_because 'no ccache, or no sandbox can be built here'
}

. "${SHUNIT2:-shunit2}"
