#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# distcc-chain with compilers and a ccache made up here: which programs run, in which order, how often.  (With the real
# ccache: ccache_test.sh.)
. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "${SRCDIR:-.}/tests/lib/daemon.sh"

CHAIN=$BUILDDIR/distcc-chain

# Directories of links as PATH has them: masq (to distcc), chain (to distcc-chain), cache (to ccache).
setUp() {
	sandbox_new
	fake_compiler gcc 'echo "$0|$PATH" >>"'"$SANDBOX"'/gcc.called"; [ -z "$output" ] || echo object >"$output"'
	fake_ccache
	mkdir "$SANDBOX/masq" "$SANDBOX/chain" "$SANDBOX/cache"
	ln -s "$DISTCC" "$SANDBOX/masq/gcc"
	ln -s "$CHAIN" "$SANDBOX/chain/gcc"
	ln -s "$SANDBOX/bin/ccache" "$SANDBOX/cache/gcc"
	echo 'int x;' >x.c
	DISTCC_HOSTS=localhost	# distcc runs the compiler here, unless a test has a daemon
	export DISTCC_HOSTS
}

# fake_ccache - as the real one, but it has never seen anything: it preprocesses, then compiles
fake_ccache() {
	cat >"$SANDBOX/bin/ccache" <<-END
		#!/bin/sh
		echo "\$\$ \$*" >>"$SANDBOX/ccache.log"
		env >"$SANDBOX/ccache.env"
		case \${0##*/} in
		ccache) ;;
		*)	# a link: the next one on PATH that is not ours
			IFS=:
			for dir in \$PATH; do
				[ "\$(readlink "\$dir/\${0##*/}")" != "$SANDBOX/bin/ccache" ] || continue
				[ -x "\$dir/\${0##*/}" ] && set -- "\$dir/\${0##*/}" "\$@" && break
			done
			unset IFS
			;;
		esac
		exec 3>&2
		UNCACHED_ERR_FD=3
		export UNCACHED_ERR_FD
		\$CCACHE_PREFIX "\$@"
		exit \$?
	END
	chmod 755 "$SANDBOX/bin/ccache"
	: >"$SANDBOX/ccache.log"
}

lines() {
	grep -c '' "$1"
}

# ran NAME TIMES - a fake program was called so often
ran() {
	assertEquals "$1 ran" "$2" "$(lines "$SANDBOX/$1.log")"
}

test_ccache_then_distcc_then_compiler() {
	run "$CHAIN" gcc -c x.c -o x.o
	assertEquals "$err" 0 "$status"
	assertEquals object "$(cat x.o)"
	assertEquals "$SANDBOX/bin/gcc -c x.c -o x.o" "$(cut -d ' ' -f 2- "$SANDBOX/ccache.log")"
	assertTrue 'distcc is the prefix' 'grep -qx "CCACHE_PREFIX=$DISTCC" "$SANDBOX/ccache.env"'
	ran ccache 1
	ran gcc 1
}

test_through_a_link() {
	PATH=$SANDBOX/chain:$PATH run gcc -c x.c -o x.o
	assertEquals "$err" 0 "$status"
	ran ccache 1
	ran gcc 1
	run "$SANDBOX/chain/gcc" -c x.c -o x.o
	assertEquals "$err" 0 "$status"
	ran ccache 2
	ran gcc 2
}

# Whatever PATH looks like, each program runs once.
test_every_order_of_the_directories() {
	masq=$SANDBOX/masq chain=$SANDBOX/chain cache=$SANDBOX/cache
	for order in "$masq" "$cache" "$masq:$cache" "$cache:$masq" "$masq:$chain:$cache" "$cache:$masq:$chain" \
		"$chain:$chain:$masq:$masq:$cache:$cache" "$cache:$chain:$masq:$cache"; do
		: >"$SANDBOX/ccache.log"
		: >"$SANDBOX/gcc.log"
		PATH=$order:$PATH run timeout 20 "$CHAIN" gcc -c x.c -o x.o
		assertEquals "$order: $err" 0 "$status"
		ran ccache 1
		ran gcc 1
		# the directory of the chain first: what follows does not matter
		PATH=$chain:$order:$PATH run timeout 20 gcc -c x.c -o x.o
		assertEquals "$chain:$order: $err" 0 "$status"
		ran ccache 2
		ran gcc 2
	done
	# ccache before the chain: it has called us already
	: >"$SANDBOX/ccache.log"
	PATH=$cache:$chain:$masq:$PATH run timeout 20 gcc -c x.c -o x.o
	assertEquals "$err" 0 "$status"
	ran ccache 1
}

test_links_named_by_their_paths() {
	for name in "$SANDBOX/masq/gcc" "$SANDBOX/cache/gcc" "$SANDBOX/chain/gcc"; do
		: >"$SANDBOX/gcc.log"
		run timeout 20 "$CHAIN" "$name" -c x.c -o x.o
		assertEquals "$name: $err" 0 "$status"
		ran gcc 1
	done
}

test_words_of_the_chain_before_the_compiler() {
	run "$CHAIN" ccache distcc gcc -c x.c -o x.o
	assertEquals "$err" 0 "$status"
	run "$CHAIN" "$DISTCC" gcc -c x.c -o x.o
	assertEquals "$err" 0 "$status"
	ran ccache 2
	ran gcc 2
}

test_setting() {
	for row in 'ccache,distcc|1|yes' 'distcc,ccache|1|yes' '|1|yes' 'ccache|1|no' 'distcc|0|yes' 'none|0|no'; do
		: >"$SANDBOX/ccache.log"
		: >"$SANDBOX/ccache.env"
		: >distcc.log
		setting=${row%%|*} times=${row#*|}
		DISTCC_LOG=$PWD/distcc.log DISTCC_CHAIN=$setting run "$CHAIN" gcc -c x.c -o x.o
		assertEquals "$setting: $err" 0 "$status"
		ran ccache "${times%|*}"
		assertEquals "$setting: distcc" "${row##*|}" "$(grep -q 'distcc\[.*local' distcc.log && echo yes || echo no)"
	done
	ran gcc 6
	for setting in 'ccache distcc' distc 'ccache,' 1; do
		DISTCC_CHAIN=$setting run "$CHAIN" gcc -c x.c -o x.o
		assertEquals "$setting" 101 "$status"
		assertContains "$err" "DISTCC_CHAIN=$setting"
	done
	ran gcc 6
}

test_without_ccache() {
	CCACHE_DISABLE=1 run "$CHAIN" gcc -c x.c -o x.o
	assertEquals "$err" 0 "$status"
	ran ccache 0
	ran gcc 1
	# none on PATH: the fake programs, and what they need
	rm "$SANDBOX/bin/ccache"
	for program in cat sh; do
		ln -s "$(command -v $program)" "$SANDBOX/bin"
	done
	saved_path=$PATH
	PATH=$SANDBOX/cache:$SANDBOX/bin
	"$CHAIN" gcc -c x.c -o x.o 2>"$SANDBOX/err"
	status=$?
	PATH=$saved_path
	assertEquals "$(cat "$SANDBOX/err")" 0 "$status"
	ran gcc 2
}

# What ccache has nothing to do with does not cost its start.
test_only_compiles_go_to_ccache() {
	for args in 'x.o -o x' --version '-E x.c' '-M x.c' -dumpmachine; do
		# shellcheck disable=SC2086 # words
		run "$CHAIN" gcc $args
		assertEquals "$args: $err" 0 "$status"
	done
	ran ccache 0
	ran gcc 5
	echo '-c x.c -o x.o' >words
	run "$CHAIN" gcc @words
	ran ccache 1
	run "$CHAIN" gcc -S x.c
	ran ccache 2
}

# Every step is an exec: the number of the process stays, and so does what the caller sees of it.
test_one_process() {
	fake_compiler gcc 'echo $$ >pid'
	for setting in none ccache distcc; do
		rm -f pid
		DISTCC_CHAIN=$setting sh -c 'echo $$ >shell.pid; exec "$0" gcc --version' "$CHAIN" >/dev/null
		assertEquals "$setting" "$(cat shell.pid)" "$(cat pid)"
	done
	sh -c 'echo $$ >shell.pid; exec "$0" gcc -c x.c' "$CHAIN"
	assertEquals 'ccache' "$(cat shell.pid)" "$(cut -d ' ' -f 1 "$SANDBOX/ccache.log")"
}

test_exit_status() {
	fake_compiler gcc 'exit 42'
	for setting in none distcc ccache ccache,distcc; do
		DISTCC_CHAIN=$setting run "$CHAIN" gcc -c x.c
		assertEquals "$setting" 42 "$status"
	done
	fake_compiler gcc 'kill -TERM $$'
	DISTCC_CHAIN=none run "$CHAIN" gcc -c x.c
	assertEquals 143 "$status"
}

test_ignored_signals_stay_ignored() {
	fake_compiler gcc 'kill -HUP $$; kill -INT $$; echo alive'
	for setting in none distcc ccache,distcc; do
		run sh -c 'trap "" HUP INT; DISTCC_CHAIN=$1 exec "$0" gcc -c x.c' "$CHAIN" "$setting"
		assertEquals "$setting: $err" alive "$out"
	done
}

test_descriptors_and_stdin_are_handed_on() {
	fake_compiler gcc 'cat; cat <&7'
	for setting in none distcc ccache,distcc; do
		DISTCC_CHAIN=$setting "$CHAIN" gcc -c x.c >out 7<<-SEVEN <<-ZERO
			seven
		SEVEN
			zero
		ZERO
		assertEquals "$setting" 'zero seven' "$(tr '\n' ' ' <out | sed 's/ $//')"
	done
}

# The compiler and what it starts find no link to us, and nothing else is missing.
test_trimmed_path() {
	PATH=$SANDBOX/masq:/usr/games:$SANDBOX/chain:$PATH:$SANDBOX/masq:$SANDBOX/cache run "$CHAIN" gcc -c x.c
	assertEquals "$err" 0 "$status"
	assertEquals "$SANDBOX/bin/gcc|/usr/games:$PATH:$SANDBOX/cache" "$(cat "$SANDBOX/gcc.called")"
}

# A compiler that stands before the links is the one that was meant, unless it was a link that was called.
test_the_compiler_that_was_meant() {
	mkdir "$SANDBOX/new"
	printf '#!/bin/sh\necho new\n' >"$SANDBOX/new/gcc"
	chmod 755 "$SANDBOX/new/gcc"
	PATH=$SANDBOX/new:$SANDBOX/chain:$PATH run "$CHAIN" gcc -c x.c
	assertEquals "$err" new "$out"
	PATH=$SANDBOX/new:$SANDBOX/masq:$PATH run "$CHAIN" gcc -c x.c
	assertEquals "$err" new "$out"
	PATH=$SANDBOX/new:$SANDBOX/masq:$PATH run "$DISTCC" gcc -c x.c
	assertEquals "$err" new "$out"
	PATH=$SANDBOX/new:$SANDBOX/chain:$PATH run "$SANDBOX/chain/gcc" -c x.c
	assertEquals "$err" '' "$out"
	run "$CHAIN" "$SANDBOX/new/gcc" -c x.c
	assertEquals "$err" new "$out"
}

# The name is what volunteers know, not the path at which this machine has the compiler.
test_volunteers_are_asked_by_name() {
	start_distccd a || return
	DISTCC_HOSTS=$(host_of a)
	DISTCC_FALLBACK=0
	export DISTCC_FALLBACK
	run "$CHAIN" gcc -c x.c -o x.o
	assertEquals "$err" 0 "$status"
	assertEquals 1 "$(daemon_jobs a)"
	assertTrue "$(tail -n 1 "$LOG_a")" 'grep -q " gcc x.c$" "$LOG_a"'
	# one that was called by its path is meant at that path
	run "$CHAIN" "$SANDBOX/bin/gcc" -c x.c -o x.o
	assertEquals 2 "$(daemon_jobs a)"
	assertTrue "$(tail -n 1 "$LOG_a")" 'grep -q " $SANDBOX/bin/gcc x.c$" "$LOG_a"'
}

# ---- no loops: each ends at once, with 111 and the compilers that led to it

# assert_loop COMMAND... - with few processes and within seconds
assert_loop() {
	: >"$SANDBOX/gcc.log"
	run timeout 20 "$@"
	assertEquals "$*: $err" 111 "$status"
	assertTrue "$* ran $(lines "$SANDBOX/gcc.log") times" '[ "$(lines "$SANDBOX/gcc.log")" -le 4 ]'
}

# a compiler that is a script around a link, and is itself what stands behind the link
test_compiler_that_calls_its_own_link() {
	for setting in none ccache distcc ccache,distcc; do
		fake_compiler gcc 'exec "'"$SANDBOX"'/chain/gcc" "$@" -c x.c'
		DISTCC_CHAIN=$setting assert_loop "$SANDBOX/chain/gcc" -c x.c
		assertContains "$setting" "$err" "gcc: $SANDBOX/bin/gcc -> gcc: $SANDBOX/bin/gcc"
		fake_compiler gcc 'exec "'"$CHAIN"'" gcc -c x.c'
		DISTCC_CHAIN=$setting assert_loop "$CHAIN" gcc -c x.c
		assertContains "$setting" "$err" "gcc: $SANDBOX/bin/gcc -> gcc: $SANDBOX/bin/gcc"
	done
}

test_two_compilers_that_call_each_other() {
	ln -s "$CHAIN" "$SANDBOX/chain/cc"
	fake_compiler gcc 'exec "'"$SANDBOX"'/chain/cc" -c x.c'
	fake_compiler cc 'exec "'"$SANDBOX"'/chain/gcc" -c x.c'
	for setting in none ccache,distcc; do
		DISTCC_CHAIN=$setting assert_loop "$SANDBOX/chain/gcc" -c x.c
		assertContains "$err" "gcc: $SANDBOX/bin/gcc -> cc: $SANDBOX/bin/cc -> gcc: $SANDBOX/bin/gcc"
	done
}

test_compiler_around_another_is_no_loop() {
	mkdir "$SANDBOX/real"
	mv "$SANDBOX/bin/gcc" "$SANDBOX/real/gcc"
	fake_compiler gcc 'exec "'"$CHAIN"'" "'"$SANDBOX"'/real/gcc" -c x.c -o x.o'
	for setting in none distcc ccache,distcc; do
		rm -f x.o "$SANDBOX/gcc.called"
		DISTCC_CHAIN=$setting run timeout 20 "$CHAIN" gcc -c x.c -o x.o
		assertEquals "$setting: $err" 0 "$status"
		assertEquals "$setting" object "$(cat x.o)"
		assertEquals "$setting" 1 "$(lines "$SANDBOX/gcc.called")"
	done
}

# distcc must not be called once more by a ccache below it
test_compiler_around_ccache_is_no_loop() {
	mkdir "$SANDBOX/real"
	mv "$SANDBOX/bin/gcc" "$SANDBOX/real/gcc"
	fake_compiler gcc 'exec "'"$SANDBOX"'/bin/ccache" "'"$SANDBOX"'/real/gcc" -c x.c -o x.o'
	run timeout 20 "$CHAIN" gcc -c x.c -o x.o
	assertEquals "$err" 0 "$status"
	assertEquals 1 "$(lines "$SANDBOX/gcc.called")"
}

test_nothing_but_links() {
	rm "$SANDBOX/bin/gcc"
	rm "$SANDBOX/bin/ccache"
	links=$SANDBOX/chain:$SANDBOX/masq:$SANDBOX/cache
	run timeout 20 env PATH="$links" "$CHAIN" gcc -c x.c
	assertEquals "$err" 110 "$status"
	assertContains "$err" 'no compiler gcc'
	run timeout 20 env PATH="$links" "$SANDBOX/chain/gcc" -c x.c
	assertEquals "$err" 110 "$status"
	run "$CHAIN" nothing-of-that-name -c x.c
	assertEquals 110 "$status"
	run "$CHAIN" ./nothing -c x.c
	assertEquals 110 "$status"
	assertContains "$err" './nothing'
}

# ---- other words

test_explain() {
	PATH=$SANDBOX/masq:$SANDBOX/cache:$PATH run "$CHAIN" --explain gcc -c x.c
	assertEquals "$err" 0 "$status"
	assertEquals "ccache: $SANDBOX/bin/ccache
distcc: $DISTCC
compiler: $SANDBOX/bin/gcc
runs: ccache $SANDBOX/bin/gcc -c x.c" "$(echo "$out" | head -n 4)"
	assertContains "$out" "with: CCACHE_PREFIX=$DISTCC"
	assertContains "$out" "with: PATH=$SANDBOX/cache:$PATH"
	CCACHE_DISABLE=1 run "$CHAIN" --explain gcc -c x.c
	assertContains "$out" 'ccache: not used: CCACHE_DISABLE'
	DISTCC_CHAIN=none run "$CHAIN" --explain gcc -c x.c
	assertContains "$out" 'ccache: not used: DISTCC_CHAIN'
	assertContains "$out" 'distcc: not used: DISTCC_CHAIN'
	ran gcc 0
	ran ccache 0
}

test_identity() {
	run "$CHAIN" --identity gcc
	assertEquals "$err" 0 "$status"
	first=$out
	assertContains "$first" "$SANDBOX/bin/gcc "
	PATH=$SANDBOX/masq:$PATH run "$CHAIN" --identity "$SANDBOX/masq/gcc"
	assertEquals "$err" "$first" "$out"
	touch -d '2020-01-01 00:00:00.5' "$SANDBOX/bin/gcc"
	run "$CHAIN" --identity gcc
	assertNotEquals "$first" "$out"
	run "$CHAIN" --identity no-such-compiler
	assertEquals 110 "$status"
	# options that clang takes from files are a part of it
	fake_compiler clang
	run "$CHAIN" --identity clang
	assertEquals 0 "$status"
	first=$out
	echo '-O2' >"$SANDBOX/bin/clang++.cfg"
	run "$CHAIN" --identity clang
	assertEquals "$first
$SANDBOX/bin/clang++.cfg" "${out% * *}"
	# what compiler is behind distcc itself, nobody knows
	run "$CHAIN" --identity "$DISTCC"
	assertEquals 110 "$status"
	run "$CHAIN" --identity
	assertEquals 101 "$status"
	ran gcc 0
}

test_own_options() {
	run "$CHAIN" --version
	assertEquals 0 "$status"
	assertEquals 3 "$(echo "$out" | head -n 1 | wc -w | tr -d ' ')"
	run "$CHAIN" --help
	assertEquals 0 "$status"
	assertContains "$out" Usage:
	run "$CHAIN"
	assertEquals 101 "$status"
	for words in --explain ccache distcc; do
		run "$CHAIN" $words
		assertEquals "$words" 101 "$status"
	done
}

. "${SHUNIT2:-shunit2}"
