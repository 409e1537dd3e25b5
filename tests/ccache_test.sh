#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# With the real ccache in front: what it keeps is what a local compile gives, nothing old is handed out, and nothing is
# preprocessed or distributed twice.
# time-limit: 600
. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "${SRCDIR:-.}/tests/lib/daemon.sh"

# The chains, all of them with ccache's own links in cache/ and links to distcc in masq/:
#	path	PATH=cache:masq		chain	distcc-chain gcc	link	a link to distcc-chain
#	prefix	CCACHE_PREFIX, PATH=cache	both	CCACHE_PREFIX, PATH=cache:masq	explicit	ccache distcc gcc
ALL='path chain link prefix both explicit'

# Programs are copies, so that a test may renew them; compilers are scripts before the real ones, for the same reason.
setUp() {
	sandbox_new
	unset CCACHE_NOCPP2 CCACHE_CPP2
	mkdir "$SANDBOX/progs" "$SANDBOX/compilers" "$SANDBOX/masq" "$SANDBOX/chain" "$SANDBOX/cache"
	cp "$BUILDDIR/distcc" "$BUILDDIR/distcc-chain" "$BUILDDIR/distcc-cpp" "$SANDBOX/progs"
	for compiler in gcc g++ clang; do
		wrap_compiler $compiler || continue
		ln -s ../progs/distcc "$SANDBOX/masq/$compiler"
		ln -s ../progs/distcc-chain "$SANDBOX/chain/$compiler"
		ln -s "$(command -v ccache)" "$SANDBOX/cache/$compiler"
	done
	ln "$SANDBOX/progs/distcc" "$SANDBOX/masq/distcc"	# as installed: ccache takes no prefix that its compiler is a link to
	PATH=$SANDBOX/compilers:$SANDBOX/progs:$PATH
	plain_path=$PATH
	CCACHE_DIR=$SANDBOX/ccache CCACHE_CONFIGPATH=$SANDBOX/ccache.conf
	DISTCC_LOG=$SANDBOX/distcc.log
	export CCACHE_DIR CCACHE_CONFIGPATH DISTCC_LOG
	configure_ccache
	: >"$DISTCC_LOG"
	write_source
}

# wrap_compiler NAME - a script that notes how it was called (volunteers run the real one); false without such a compiler
wrap_compiler() {
	real=$(PATH=/usr/bin:/bin command -v "$1") || return
	printf '#!/bin/sh\necho "$*" >>"%s"\nexec %s "$@"\n' "$SANDBOX/$1.log" "$real" >"$SANDBOX/compilers/$1"
	chmod 755 "$SANDBOX/compilers/$1"
	# of another age than this test
	touch -d '2020-01-01' "$SANDBOX/compilers/$1"
}

# configure_ccache - as integration/ccache says
configure_ccache() {
	sed "s|@bindir@|$SANDBOX/progs|" "$SRCDIR/integration/ccache/ccache.conf" >"$CCACHE_CONFIGPATH"
}

write_source() {
	cat >x.h <<-'END'
		#define TWICE(x) ((x) + (x)) /* a comment */
		static inline int one(void) { return 1; }
	END
	cat >x.c <<-'END'
		#include <stdio.h>
		#include "x.h"
		int answer(int n) { printf("%d %s\n", TWICE(n), __FILE__); return one(); }
	END
	cat >x.cc <<-'END'
		#include <string>
		#include "x.h"
		std::string answer(int n) { return std::string(TWICE(n), 'x') + __FILE__; }
	END
	# ccache does not trust what has changed within the second
	touch -d '2020-01-01' x.h x.c x.cc
	pass_second
}

# pass_second - wait for the clock to show another second
pass_second() {
	second=$(date +%s)
	poll_until '[ "$(date +%s)" != "$second" ]'
}

volunteer() {
	start_distccd a --jobs 4 || return
	DISTCC_HOSTS=$(host_of a)
	export DISTCC_HOSTS
}

# use CHAIN - $cc and $cxx are the commands from now on
use() {
	PATH=$plain_path
	unset CCACHE_PREFIX
	cc=gcc cxx=g++
	case $1 in
	local) ;;
	distcc) cc='distcc gcc' cxx='distcc g++' ;;
	path) PATH=$SANDBOX/cache:$SANDBOX/masq:$PATH ;;
	chain) cc='distcc-chain gcc' cxx='distcc-chain g++' ;;
	link) PATH=$SANDBOX/chain:$PATH ;;
	prefix) PATH=$SANDBOX/cache:$PATH CCACHE_PREFIX=distcc ;;
	both) PATH=$SANDBOX/cache:$SANDBOX/masq:$PATH CCACHE_PREFIX=distcc ;;
	explicit) cc='ccache distcc gcc' cxx='ccache distcc g++' ;;
	ccache) cc='ccache gcc' cxx='ccache g++' ;;
	esac
	[ -z "${CCACHE_PREFIX-}" ] || export CCACHE_PREFIX
}

# counts - hits and misses by ccache's statistics, and the volunteer's jobs
counts() {
	ccache --print-stats 2>/dev/null | awk -v jobs="$(daemon_jobs a)" '
		$1 ~ /^(direct|preprocessed)_cache_hit$/ { hits += $2 }
		$1 == "cache_miss" { misses = $2 }
		END { print hits + 0, misses + 0, jobs + 0 }'
}

# assert_counts HITS MISSES JOBS [TEXT] - since forget_counts; each miss is one job of the volunteer, a hit none
assert_counts() {
	assertEquals "${4-} hits misses jobs" "$1 $2 $3" "$(echo "$before $(counts)" | awk '{ print $4 - $1, $5 - $2, $6 - $3 }')"
}

forget_counts() {
	before=$(counts)
}

empty_cache() {
	rm -rf "$CCACHE_DIR"
	forget_counts
}

# compile ARG... - $cc with them, and say what is wrong
compile() {
	# shellcheck disable=SC2086 # words
	run $cc "$@"
	assertEquals "$cc $*: $err" 0 "$status"
}

# ---- builds

# make_tree - C and C++ with dependencies, as hand-written makefiles have them
make_tree() {
	mkdir tree
	i=0
	while [ $i -lt 9 ]; do
		i=$((i + 1))
		printf '#include <stdlib.h>\n#include "../x.h"\nint f%d(int n) { return abs(TWICE(n)) + %d; }\n' $i $i >tree/f$i.c
	done
	printf '#include <vector>\n#include "../x.h"\nint g(int n) { return (int)std::vector<int>(TWICE(n)).size(); }\n' >tree/g.cc
	cat >tree/Makefile <<-'END'
		.RECIPEPREFIX = >
		objects = f1.o f2.o f3.o f4.o f5.o f6.o f7.o f8.o f9.o g.o
		all: $(objects)
		%.o: %.c
		>$(CC) -O1 -MMD -MP -c -o $@ $<
		%.o: %.cc
		>$(CXX) -O1 -MMD -MP -c -o $@ $<
		clean:
		>rm -f *.o *.d
		-include $(objects:.o=.d)
	END
	touch -d '2020-01-01' tree/*
}

build() {
	(cd tree && make -s clean && make -s -j9 CC="$cc" CXX="$cxx") >make.log 2>&1
	assertEquals "$(cat make.log)" 0 $?
	mkdir -p "$1"
	cp tree/*.o tree/*.d "$1"
}

# build_ours WHAT - some layers of this very project, with dependencies and in a directory of their own; objects to WHAT
build_ours() {
	(cd ours && make -s clean && make -s -j9 CC="$cc" libbase.a libwire.a) >make.log 2>&1
	assertEquals "$(cat make.log)" 0 $?
	mkdir -p "$1"
	(cd ours && find . -name '*.[od]') | tar -C ours -cf - -T - | tar -C "$1" -xf -
}

test_first_build_misses_second_hits() {
	volunteer || return
	make_tree
	pass_second
	use local
	build local
	for chain in $ALL; do
		use "$chain"
		empty_cache
		build first
		assert_counts 0 10 10 "$chain, first build:"
		assertEquals "$chain, first build" '' "$(diff -r local first)"
		forget_counts
		: >"$DISTCC_LOG"
		build second
		assert_counts 10 0 0 "$chain, second build:"
		assertEquals "$chain, second build" '' "$(diff -r local second)"
		assertEquals "$chain: no distcc runs for a hit" '' "$(cat "$DISTCC_LOG")"
	done
}

# The same with a tree that was not made for this.
test_a_real_tree() {
	volunteer || return
	mkdir ours
	use local
	(cd ours && "$SRCDIR/configure" CFLAGS=-O0) >configure.log 2>&1 || fail "$(cat configure.log)"
	pass_second
	build_ours local
	objects=$(find local -name '*.o' | wc -l)
	assertTrue "$objects objects" "[ $objects -ge 15 ]"
	for chain in path chain; do
		use $chain
		empty_cache
		build_ours first
		assert_counts 0 "$objects" "$objects" "$chain, first build:"
		assertEquals "$chain, first build" '' "$(diff -r local first)"
		forget_counts
		: >"$DISTCC_LOG"
		build_ours second
		assert_counts "$objects" 0 0 "$chain, second build:"
		assertEquals "$chain, second build" '' "$(diff -r local second)"
		assertEquals "$chain: no distcc runs for a hit" '' "$(cat "$DISTCC_LOG")"
	done
}

# ---- the object is that of a local compile

# assert_equal_to WHAT ARG... - object and dependencies of the compile with ARG, missed and hit, as in the directory WHAT
assert_equal_to() {
	reference=$1
	shift
	for turn in miss hit; do
		rm -f x.o x.d
		compile "$@"
		assertTrue "$chain $mode $turn: $*: object" "cmp $reference/x.o x.o"
		[ ! -e "$reference/x.d" ] || assertEquals "$chain $mode $turn: $*" '' "$(diff "$reference/x.d" x.d 2>&1)"
	done
	assert_counts 1 1 1 "$chain $mode: $*:"
}

# reference WHAT COMMAND ARG... - what the command without a cache makes
reference() {
	rm -rf "$1" x.o x.d
	mkdir "$1"
	use "$2"
	shift 2
	# shellcheck disable=SC2086 # words
	CCACHE_DISABLE=1 compile "$@"
	mv x.o "$reference_dir/"
	[ ! -e x.d ] || mv x.d "$reference_dir/"
}

# set_mode direct|preprocessor|depend - one of ccache's three ways to know a result
set_mode() {
	mode=$1
	unset CCACHE_NODIRECT CCACHE_DEPEND
	case $mode in
	preprocessor) CCACHE_NODIRECT=1 && export CCACHE_NODIRECT ;;
	depend) CCACHE_DEPEND=1 && export CCACHE_DEPEND ;;
	esac
}

# With -g the reference is what distcc makes without ccache (which is a local object but for the order of strings).
test_objects_and_dependencies() {
	volunteer || return
	for args in '-O2 -c x.c -o x.o' '-O2 -MD -MP -c x.c -o x.o' '-g -O1 -MMD -MF x.d -MT target -c x.c -o x.o' \
		'-O1 -Wp,-MMD,x.d -c x.c -o x.o'; do
		reference_dir=wanted
		case $args in
		-g*) who=distcc ;;
		*) who=local ;;
		esac
		# shellcheck disable=SC2086 # words
		reference wanted $who $args
		for mode in direct preprocessor depend; do
			set_mode $mode
			for chain in path chain; do
				# of a compiler whose kind it does not know ccache does not take -Wp
				case $chain:$args in path:*-Wp*) continue ;; esac
				use $chain
				empty_cache
				# shellcheck disable=SC2086 # words
				assert_equal_to wanted $args
			done
		done
		set_mode direct
	done
	use distcc
	compile -g -O2 -c x.c -o x.o
	use local
	run gcc -g -O2 -c x.c -o y.o
	strip -g x.o y.o
	assertTrue 'but for debug information' 'cmp x.o y.o'
}

# gives_preprocessed_text - false, and said, from ccache 4.12 on
gives_preprocessed_text() {
	ccache -p | grep -q run_second_cpp && return 0
	skip_because 'this ccache always gives the compiler the source'
	return 1
}

# run_second_cpp = false: the compiler is given preprocessed text, and what it makes of that is the reference.
test_preprocessed_text_is_compiled_as_it_is() {
	gives_preprocessed_text || return 0
	volunteer || return
	CCACHE_NOCPP2=1
	export CCACHE_NOCPP2
	mode='run_second_cpp=false'
	for args in '-O2 -MD -c x.c -o x.o' '-g -O1 -c x.c -o x.o'; do
		rm -rf wanted x.d
		mkdir wanted
		use ccache
		empty_cache
		# shellcheck disable=SC2086 # words
		compile $args
		mv x.o wanted
		[ ! -e x.d ] || mv x.d wanted
		for chain in path chain; do
			use $chain
			empty_cache
			: >"$SANDBOX/gcc.log"
			# shellcheck disable=SC2086 # words
			assert_equal_to wanted $args
			assertEquals "$chain: preprocessed once" 1 "$(grep -c -- '-E' "$SANDBOX/gcc.log")"
		done
	done
}

test_clang() {
	[ -x "$SANDBOX/compilers/clang" ] || {
		skip_because 'no clang on this machine'
		return 0
	}
	volunteer || return
	rm -rf wanted
	mkdir wanted
	# the headers of gcc's library are too new for some versions of clang
	printf '#include "x.h"\nint answer(int n) { return TWICE(n) + one(); }\n' >x.c
	touch -d '2020-01-01' x.c
	use local
	run clang -O2 -MD -c x.c -o x.o
	mv x.o x.d wanted
	mode=clang
	for chain in path chain; do
		use $chain
		cc=$(echo "$cc" | sed 's/gcc$/clang/')
		empty_cache
		assert_equal_to wanted -O2 -MD -c x.c -o x.o
	done
}

# ---- nothing twice

# Of a miss the compiler here sees one preprocessor run, and no other.
test_a_miss_preprocesses_once() {
	volunteer || return
	for chain in path chain prefix both explicit; do
		for args in '' '-MD' '-MMD -MP -MF x.d' '-g'; do
			use $chain
			empty_cache
			: >"$SANDBOX/gcc.log"
			# shellcheck disable=SC2086 # words
			compile -O1 $args -c x.c -o x.o
			assertEquals "$chain $args: $(cat "$SANDBOX/gcc.log")" 1 "$(grep -c '' "$SANDBOX/gcc.log")"
			assertTrue "$chain $args" 'grep -q -e "-E -fdirectives-only" "$SANDBOX/gcc.log"'
			assert_counts 0 1 1 "$chain $args"
			: >"$SANDBOX/gcc.log"
			# shellcheck disable=SC2086 # words
			compile -O1 $args -c x.c -o x.o
			assertEquals "$chain $args: a hit" '' "$(cat "$SANDBOX/gcc.log")"
		done
	done
}

# Without our settings ccache preprocesses in its own way, through our link: the compiler gets just what ccache says.
test_preprocessor_run_through_a_link() {
	volunteer || return
	: >"$CCACHE_CONFIGPATH"
	use path
	empty_cache
	: >"$SANDBOX/gcc.log"
	compile -O1 -MD -c x.c -o x.o
	assertTrue "$(cat "$SANDBOX/gcc.log")" 'head -n 1 "$SANDBOX/gcc.log" | grep -q "^-O1 .*-E .*x.c$"'
	assertEquals "$(cat "$SANDBOX/gcc.log")" 2 "$(grep -c '' "$SANDBOX/gcc.log")"
	assert_counts 0 1 1
	compile -E x.c
	assertContains "$out" 'int answer(int n)'
	assertNotContains "$out" '#define'
}

# A result that is known by its preprocessed text alone leaves nothing to take: the next run clears it away.
test_nothing_is_left_behind() {
	volunteer || return
	CCACHE_NODIRECT=1
	export CCACHE_NODIRECT
	use chain
	empty_cache
	left=$TMPDIR/distcc-$(id -u)
	compile -c x.c -o x.o
	assertEquals 'after a miss' '' "$(ls -A "$left")"
	compile -c x.c -o x.o
	assert_counts 1 1 1
	compile -O1 -c x.c -o x.o
	assertEquals 'after a hit, and a miss' '' "$(ls -A "$left")"
	assertEquals 'but this' "distcc-$(id -u)" "$(ls -A "$TMPDIR")"
}

test_compiles_that_stay_here() {
	volunteer || return
	for hosts in localhost "$DISTCC_HOSTS"; do
		DISTCC_HOSTS=$hosts
		for chain in path chain; do
			use $chain
			empty_cache
			for turn in miss hit; do
				rm -f x.o x.d
				compile -march=native -MD -c x.c -o x.o
				assertTrue "$chain $turn" '[ -s x.o ] && grep -q x.h x.d'
			done
			assert_counts 1 1 0 "$hosts $chain"
		done
	done
}

# ---- messages

test_messages_and_errors() {
	volunteer || return
	printf 'int f(int n) { int unused; return n; }\n' >w.c
	printf 'int f(int n) { return m; }\n' >e.c
	touch -d '2020-01-01' w.c e.c
	run gcc -Wall -c w.c
	warning=$err
	run gcc -c e.c
	error=$err
	for chain in path chain; do
		use $chain
		empty_cache
		for turn in miss hit; do
			compile -Wall -c w.c
			assertEquals "$chain $turn" "$warning" "$err"
		done
		# shellcheck disable=SC2086 # words
		run $cc -c e.c
		assertEquals "$chain" 1 "$status"
		assertEquals "$chain" "$error" "$err"
	done
}

# What the assembler takes in stands in no text.
test_included_binary_files() {
	volunteer || return
	printf 'int f(void) { __asm__(".section .rodata\\n.incbin \\"data.bin\\"\\n.text"); return 1; }\n' >i.c
	echo 'first contents' >data.bin
	touch -d '2020-01-01' i.c data.bin
	pass_second
	for chain in path chain; do
		use $chain
		empty_cache
		for contents in first second; do
			echo "$contents contents" >data.bin
			compile -MD -c i.c -o i.o
			assertTrue "$chain: $contents" "grep -q '$contents contents' i.o"
		done
	done
}

# Comments are gone from preprocessed text, but not without effect.
test_comments_that_matter() {
	volunteer || return
	cat >fall.c <<-'END'
		int f(int n) {
			switch (n) {
			case 1: n = 2;
				/* fall through */
			case 2: return n;
			}
			return 0;
		}
	END
	sed 's/fall through/on and on/' fall.c >stop.c
	touch -d '2020-01-01' fall.c stop.c
	pass_second
	run gcc -Wimplicit-fallthrough -c stop.c
	warning=$(echo "$err" | sed 's/stop\.c/fall.c/')
	cp fall.c quiet.c
	for mode in direct preprocessor; do
		set_mode $mode
		for chain in path chain; do
			use $chain
			empty_cache
			for source in quiet stop quiet; do
				cp $source.c fall.c
				touch -d '2020-01-01' fall.c
				[ "$mode" = preprocessor ] || pass_second
				compile -Wimplicit-fallthrough -c fall.c
				[ $source = quiet ] && expected= || expected=$warning
				assertEquals "$mode $chain $source" "$expected" "$err"
			done
		done
	done
	set_mode direct
}

# With debug information the directory is part of the object, without it the cache serves any.
test_another_directory() {
	volunteer || return
	for args in '-O1 -c x.c -o x.o' '-g -O1 -MD -c x.c -o x.o' "-g -O1 -fdebug-prefix-map=$PWD=/src -c x.c -o x.o"; do
		for chain in path chain; do
			use distcc
			for dir in one two; do
				mkdir -p $dir
				cp -p x.c x.h $dir
				# shellcheck disable=SC2086 # words
				(cd $dir && rm -f x.o x.d && compile $args && mv x.o local.o && { [ ! -e x.d ] || mv x.d local.d; })
			done
			pass_second
			use $chain
			empty_cache
			for dir in one two one two; do
				# shellcheck disable=SC2086 # words
				(cd $dir && rm -f x.o x.d && compile $args)
				assertTrue "$chain $dir: $args" "cmp $dir/local.o $dir/x.o"
				case $args in *-MD*) assertTrue "$chain $dir: $args" "cmp $dir/local.d $dir/x.d" ;; esac
			done
			case $args in
			*-g*) assert_counts 2 2 2 "$chain: $args" ;;
			*) assert_counts 3 1 1 "$chain: $args" ;;
			esac
		done
	done
}

# ---- no stale object

# The compiler changes: everything misses.  distcc changes: nothing does.
test_upgrades() {
	volunteer || return
	for chain in $ALL; do
		wrap_compiler gcc
		use "$chain"
		empty_cache
		compile -c x.c -o x.o
		compile -c x.c -o x.o
		assert_counts 1 1 1 "$chain:"
		touch -d '2021-01-01' "$SANDBOX/compilers/gcc"
		compile -c x.c -o x.o
		assert_counts 1 2 2 "$chain, compiler touched:"
		# another file in its place, with the same time
		sed 's/^exec/exec /' "$SANDBOX/compilers/gcc" >gcc.new
		chmod 755 gcc.new
		touch -d '2021-01-01' gcc.new
		mv gcc.new "$SANDBOX/compilers/gcc"
		compile -c x.c -o x.o
		assert_counts 1 3 3 "$chain, compiler replaced:"
		for program in distcc distcc-chain distcc-cpp; do
			cp "$SANDBOX/progs/$program" program.new
			mv program.new "$SANDBOX/progs/$program"
			touch -d '2022-01-01' "$SANDBOX/progs/$program"
		done
		compile -c x.c -o x.o
		assert_counts 2 3 3 "$chain, distcc replaced:"
	done
}

# clang takes options from files, which ccache does not look at by itself.
test_clangs_configuration_files() {
	[ -x "$SANDBOX/compilers/clang" ] || {
		skip_because 'no clang on this machine'
		return 0
	}
	volunteer || return
	for chain in path chain link; do
		# distcc-chain needs no settings
		[ $chain = path ] || : >"$CCACHE_CONFIGPATH"
		rm -f "$SANDBOX/compilers/"*.cfg
		use $chain
		cc=$(echo "$cc" | sed 's/gcc$/clang/')
		empty_cache
		compile -c x.c -o x.o
		compile -c x.c -o x.o
		assert_counts 1 1 1 "$chain:"
		echo '-O1' >"$SANDBOX/compilers/clang.cfg"
		compile -c x.c -o x.o
		assert_counts 1 2 2 "$chain, one appeared:"
		echo '-O2 -fstack-protector-all' >"$SANDBOX/compilers/clang.cfg"
		compile -c x.c -o x.o
		assert_counts 1 3 3 "$chain, it changed:"
		compile -c x.c -o x.o
		assert_counts 2 3 3 "$chain, as before:"
	done
}

# Without settings a chain by PATH is not sound; what distcc-config says to cure it does.
test_cures_of_distcc_config() {
	volunteer || return
	: >"$CCACHE_CONFIGPATH"
	use path
	for code in ccache-compiler-check preprocessed-twice; do
		run "$BUILDDIR/distcc-config" --show-chain gcc --json --dir "$SANDBOX/masq"
		assertContains "$err" "$out" "\"$code\""
	done
	run "$BUILDDIR/distcc-config" --show-chain gcc --dir "$SANDBOX/masq"
	cures=$(echo "$out" | sed -n 's/^  cure: \(CCACHE_.*\)/export \1/p')
	assertEquals "$cures" 2 "$(echo "$cures" | grep -c .)"
	eval "$cures"
	run "$BUILDDIR/distcc-config" --show-chain gcc --dir "$SANDBOX/masq"
	assertEquals "$out" 0 "$status"
	assertNotContains "$out" cure
	empty_cache
	compile -c x.c -o x.o
	touch -d '2021-01-01' "$SANDBOX/compilers/gcc"
	: >"$SANDBOX/gcc.log"
	compile -c x.c -o x.o
	assert_counts 0 2 2
	assertEquals "$(cat "$SANDBOX/gcc.log")" 1 "$(grep -c '' "$SANDBOX/gcc.log")"
	# nor with the settings that integration/ccache has for it
	unset CCACHE_COMPILERCHECK CCACHE_PREFIX_CPP
	configure_ccache
	run "$BUILDDIR/distcc-config" --show-chain gcc --dir "$SANDBOX/masq"
	assertEquals "$out" 0 "$status"
	assertNotContains "$out" cure
}

# distcc-chain needs no settings for that
test_upgrades_without_settings() {
	volunteer || return
	: >"$CCACHE_CONFIGPATH"
	for chain in chain link prefix; do
		use "$chain"
		empty_cache
		compile -c x.c -o x.o
		touch "$SANDBOX/compilers/gcc"
		compile -c x.c -o x.o
		assert_counts 0 2 2 "$chain, compiler touched:"
		touch "$SANDBOX/progs/distcc" "$SANDBOX/progs/distcc-chain" "$SANDBOX/progs/distcc-cpp"
		compile -c x.c -o x.o
		assert_counts 1 2 2 "$chain, distcc touched:"
	done
}

# the same with the link's compiler switched to another one
test_another_compiler_by_the_same_name() {
	volunteer || return
	mkdir "$SANDBOX/other"
	sed 's/^exec /exec  /' "$SANDBOX/compilers/gcc" >"$SANDBOX/other/gcc"
	chmod 755 "$SANDBOX/other/gcc"
	for chain in path chain both explicit; do
		use $chain
		empty_cache
		compile -c x.c -o x.o
		case $chain in
		chain | explicit) PATH=$SANDBOX/other:$PATH ;;
		*) PATH=$(echo "$PATH" | sed "s|$SANDBOX/masq:|$SANDBOX/masq:$SANDBOX/other:|") ;;
		esac
		compile -c x.c -o x.o
		assert_counts 0 2 2 "$chain"
	done
}

# Settings of the user that would have ccache run another compiler do not reach past distcc-chain.
test_settings_that_skip_distcc() {
	volunteer || return
	printf '%s\n' 'compiler = /bin/false' 'path = /nowhere' 'prefix_command = /bin/false' >>"$CCACHE_CONFIGPATH"
	use chain
	empty_cache
	compile -c x.c -o x.o
	compile -c x.c -o x.o
	assert_counts 1 1 1
	CCACHE_COMPILER=/bin/false CCACHE_PATH=/nowhere compile -O1 -c x.c -o x.o
	assert_counts 1 2 2
}

# What the text alone does not tell must not be taken for the same.
test_what_is_not_in_the_text() {
	volunteer || return
	CCACHE_NODIRECT=1
	export CCACHE_NODIRECT
	printf 'char s[] = "?\?=";\n' | sed 's/\\//' >t.c
	printf 'const char *s = __FILE__;\n' >f.c
	touch -d '2020-01-01' t.c f.c
	for chain in path chain; do
		use $chain
		empty_cache
		for option in '' -trigraphs; do
			# shellcheck disable=SC2086 # words
			run gcc -w $option -c t.c -o local.o
			# shellcheck disable=SC2086 # words
			compile -w $option -c t.c
			assertTrue "$chain $option" 'cmp local.o t.o'
		done
		for prefix in /nowhere "$PWD"; do
			run gcc -ffile-prefix-map="$prefix"=other -c "$PWD/f.c" -o local.o
			compile -ffile-prefix-map="$prefix"=other -c "$PWD/f.c"
			assertTrue "$chain $prefix" 'cmp local.o f.o'
		done
	done
}

test_header_changes() {
	volunteer || return
	for mode in direct preprocessor depend; do
		set_mode $mode
		for chain in path chain; do
			use $chain
			empty_cache
			compile -MD -c x.c -o x.o
			sed -i 's/(x) + (x)/(x) + (x) + 0/' x.h
			touch -d '2021-01-01' x.h
			pass_second
			compile -MD -c x.c -o x.o
			assert_counts 0 2 2 "$mode $chain"
			use local
			compile -MD -c x.c -o y.o
			assertTrue "$mode $chain" 'cmp x.o y.o'
		done
	done
}

# The clock is part of such an object.
test_time_macros() {
	volunteer || return
	printf 'const char *t = __TIME__;\n' >t.c
	touch -d '2020-01-01' t.c
	for chain in path chain; do
		use $chain
		empty_cache
		compile -c t.c -o first.o
		pass_second
		compile -c t.c -o second.o
		assert_counts 0 2 2 "$chain"
		assertFalse "$chain: an old time" 'cmp -s first.o second.o'
	done
}

# ---- what is set up wrong

# Only the user can ask ccache to have our digest compiled, and then it is an error, never an empty object.
test_digest_is_never_compiled() {
	gives_preprocessed_text || return 0
	volunteer || return
	sed -i 's/^run_second_cpp.*/run_second_cpp = false/' "$CCACHE_CONFIGPATH"
	use path
	empty_cache
	# shellcheck disable=SC2086 # words
	run $cc -c x.c -o x.o
	assertNotEquals 0 "$status"
	assertContains "$err" 'run_second_cpp'
	assertFalse 'an object' '[ -e x.o ]'
	use chain
	compile -c x.c -o x.o
}

test_settings_outlive_distcc() {
	volunteer || return
	use ccache
	rm "$SANDBOX/progs/distcc-cpp" "$SANDBOX/progs/distcc-chain"
	compile -c x.c -o x.o
	assertTrue '[ -s x.o ]'
}

test_distcc_cpp_alone() {
	run distcc-cpp gcc -E x.c
	assertEquals 0 "$status"
	assertContains "$out" 'int answer(int n)'
	run distcc-cpp gcc -c x.c -o x.o
	assertTrue "$err" '[ -s x.o ]'
	run distcc-cpp --version
	assertContains "$out" distcc-cpp
	run distcc-cpp no-such-compiler -E x.c
	assertEquals 110 "$status"
	run distcc-cpp
	assertEquals 101 "$status"
}

ALL_TESTS=$(sed -n 's/^\(test_[a-z_]*\)() {$/\1/p' "$SRCDIR/tests/ccache_test.sh" | grep -vx test_no_ccache)

# suite - nothing without a ccache
suite() {
	if ! ccache --print-stats >/dev/null 2>&1; then
		suite_addTest test_no_ccache
		return
	fi
	for name in $ALL_TESTS; do
		suite_addTest "$name"
	done
}

test_no_ccache() {
	skip_because 'no ccache 4 on this machine'
}

. "${SHUNIT2:-shunit2}"
