#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Replica mode seen from the client: which mode is taken, what is remembered of hosts, failures, comparisons.

. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "${SRCDIR:-.}/tests/lib/daemon.sh"

DAEMON_REPLICA=yes

setUp() {
	sandbox_new
	unset SOURCE_DATE_EPOCH
	command -v gcc >/dev/null || return 0
	echo '#define X 3' >x.h
	printf '%s\n' '#include "x.h"' 'int f(void) { return X; }' >x.c
	start_distccd a --jobs 4 || fail 'no daemon'
	DISTCC_HOSTS=$(host_of a) DISTCC_LOG=$SANDBOX/log
	export DISTCC_HOSTS DISTCC_LOG
}

# replica_possible - false, and said, where the daemon can build no sandbox or there is no gcc
replica_possible() {
	command -v gcc >/dev/null || { skip_because 'no gcc'; return 1; }
	poll_until 'grep -q " ready" "$LOG_a"'
	grep -q 'sandbox:' "$LOG_a" && return 0
	skip_because 'no sandbox can be built here'
	return 1
}

# in_mode MODE - how many jobs its daemon did in that mode
in_mode() {
	if [ "$1" = replica ]; then
		grep -c 'COMPILE_OK .*mode:replica' "$LOG_a"
	else
		grep 'COMPILE_OK' "$LOG_a" | grep -vc 'mode:replica'
	fi
}

same_as_local() {
	cp x.o elsewhere.o && "$@" && cmp x.o elsewhere.o
}

test_replica_is_the_default() {
	replica_possible || return 0
	run "$DISTCC" gcc -g -O2 -c x.c
	assertEquals 0 "$status"
	assertEquals '' "$out$err"
	assertEquals 1 "$(in_mode replica)"
	assertTrue 'byte for byte' 'same_as_local gcc -g -O2 -c x.c'
	assertContains "$(cat "$DISTCC_LOG")" 'mode=replica'
	run "$DISTCC" --why gcc -c x.c
	assertContains "$out" 'x.c -> x.o, replica, hosts:'
}

# Compilers make their files in /tmp then, and so do we.
test_a_tmpdir_that_is_not_there() {
	replica_possible || return 0
	TMPDIR=/nowhere run "$DISTCC" gcc -g -c x.c
	assertEquals 0 "$status"
	assertEquals '' "$out$err"
	assertEquals "$(cat "$DISTCC_LOG")" 1 "$(in_mode replica)"
}

test_plain_is_classic() {
	replica_possible || return 0
	DISTCC_HOSTS=$(host_of a ,plain)
	run "$DISTCC" gcc -c x.c
	assertEquals 0 "$status"
	assertEquals '0 1' "$(in_mode replica) $(in_mode classic)"
	run "$DISTCC" gcc -gsplit-dwarf -g -c x.c
	assertEquals 'stays here' '0 1' "$(in_mode replica) $(in_mode classic)"
	run "$DISTCC" --why gcc -c x.c
	assertContains "$out" 'x.c -> x.o, classic, hosts:'
	assertContains "$out" ',plain'
}

test_stock_daemons_are_asked_once_an_hour() {
	command -v gcc >/dev/null || { skip_because 'no gcc'; return 0; }
	start_stock_distccd s || { skip_because 'no stock distccd'; return 0; }
	DISTCC_HOSTS=$(host_of s)
	run "$DISTCC" gcc -c x.c
	assertEquals 0 "$status"
	assertEquals '' "$out$err"
	assert_jobs s 1
	assertTrue '[ -e "$DISTCC_DIR/lock/classic_tcp_127.0.0.1_$PORT_s" ]'
	before=$(wc -l <"$LOG_s")
	run "$DISTCC" gcc -c x.c
	assert_jobs s 2
	assertNotContains 'was not asked again' "$(tail -n +$((before + 1)) "$LOG_s")" 'ERROR'
	run "$DISTCC" gcc -g -gsplit-dwarf -c x.c
	assertEquals 'nothing for it' '0 2' "$status $(daemon_jobs s)"
	assertTrue '[ -e x.dwo ]'
}

test_what_classic_mode_cannot_do() {
	replica_possible || return 0
	run "$DISTCC" gcc -g -gsplit-dwarf -fstack-usage -MD -c x.c
	assertEquals 0 "$status"
	assertEquals 1 "$(in_mode replica)"
	assertTrue '[ -s x.dwo ] && [ -s x.su ] && [ -s x.d ]'
	assertEquals 'x.o: x.c x.h' "$(sed 's, /usr[^ ]*,,g' x.d)"
}

test_links_that_are_to_be_followed_or_not() {
	replica_possible || return 0
	real=$(readlink -f "$(command -v gcc)")
	mkdir bin
	ln -s "$real" bin/gcc
	run "$DISTCC" --why "$real" -no-canonical-prefixes -c x.c
	assertContains "$out" 'x.c -> x.o, replica, hosts:'
	PATH=$PWD/bin:$PATH run "$DISTCC" --why gcc -no-canonical-prefixes -c x.c
	assertContains "$out" 'x.c -> x.o, classic, hosts:'
	run "$DISTCC" "$real" -no-canonical-prefixes -MD -c x.c
	cp x.d elsewhere.d
	assertTrue 'same_as_local "$real" -no-canonical-prefixes -MD -c x.c'
	assertEquals "$(cat x.d)" "$(cat elsewhere.d)"
	assertEquals '1 0' "$(in_mode replica) $(in_mode classic)"
}

test_precompiled_headers_travel_to_the_same_compiler() {
	replica_possible || return 0
	echo 'static inline int in_header(void) { return 4; }' >p.h
	gcc -g -c p.h -o p.h.gch
	run "$DISTCC" gcc -g -MD -include p.h -c x.c
	assertEquals '0 1' "$status $(in_mode replica)"
	cp x.d elsewhere.d
	assertTrue 'byte for byte' 'same_as_local gcc -g -MD -include p.h -c x.c'
	assertTrue 'it was read, not its header' 'cmp x.d elsewhere.d && ! grep -q p.h x.d'
	# as another build of the compiler would have made it
	printf distcc | dd of=p.h.gch bs=1 seek=10 conv=notrunc 2>dd.err
	run "$DISTCC" gcc -g -MD -include p.h -c x.c
	assertEquals '0 1 1' "$status $(in_mode replica) $(in_mode classic)"
	assertContains "$(cat "$LOG_a")" 'p.h.gch was made by another build of '
}

# qmake's: no header of that name, and a directory with one file for each language.
test_precompiled_headers_in_a_directory() {
	replica_possible || return 0
	command -v g++ >/dev/null || { skip_because 'no g++'; return 0; }
	mkdir -p pre.gch more/y.h.gch
	echo 'static inline int in_header(void) { return 4; }' >p.h
	gcc -g -x c-header p.h -o pre.gch/c
	g++ -g -x c++-header p.h -o pre.gch/c++
	echo 'int f(void) { return in_header(); }' | tee x.cc >x.c
	as_local 1 gcc -g -MD -include pre -c x.c
	as_local 2 g++ -g -MD -include ./pre -c x.cc
	settled pre.gch
	as_local 3 g++ -g -MD -include pre -c x.cc
	as_local 4 g++ -g -MD -include pre -c x.cc
	# it is made anew
	echo 'static inline int in_header(void) { return 5; }' >p.h
	g++ -g -x c++-header p.h -o pre.gch/c++
	as_local 5 g++ -g -MD -include pre -c x.cc
	# as another build of the compiler would have made it: the header is there this time
	cp p.h pre
	printf distcc | dd of=pre.gch/c++ bs=1 seek=10 conv=notrunc 2>dd.err
	run "$DISTCC" g++ -g -include pre -c x.cc
	assertEquals '0 5 1' "$status $(in_mode replica) $(in_mode classic)"
	assertContains "$(cat "$LOG_a")" 'pre.gch/c++ was made by another build of '
	# which one of two is taken, depends on the order of the directory; what is said of those that do not fit, too
	g++ -g -x c++-header p.h -o pre.gch/c++
	run "$DISTCC" --why g++ -Winvalid-pch -g -include pre -c x.cc
	assertContains "$out" 'pre.gch holds precompiled headers, of which the compiler takes one'
	g++ -O2 -x c++-header p.h -o pre.gch/fast
	run "$DISTCC" --why g++ -g -include pre -c x.cc
	assertContains "$out" 'pre.gch holds precompiled headers, of which the compiler takes one'
	run "$DISTCC" --why gcc -g -include pre -c x.c
	assertContains "$out" ', replica, '
}

test_a_large_file_travels_once_though_many_jobs_want_it() {
	replica_possible || return 0
	{ echo '/*'; head -c 4000000 /dev/urandom | od -An -tx1; echo '*/'; } >large.h
	echo '#include "large.h"' >>x.c
	jobs=
	for i in 1 2 3 4; do
		DISTCC_JOURNAL=$SANDBOX/journal "$DISTCC" gcc -DN=$i -c x.c -o $i.o &
		jobs="$jobs $!"
	done
	for job in $jobs; do
		wait "$job"
	done
	assertEquals 4 "$(in_mode replica)"
	assertEquals 'sent by' 1 "$(awk -F '\t' '$8 > 1000000' "$SANDBOX/journal" | wc -l)"
}

test_native_means_this_processor() {
	replica_possible || return 0
	run "$DISTCC" --verify gcc -march=native -O3 -g -c x.c
	if [ "$status" = 100 ]; then
		skip_because "$(sed -n 's,.*not compiled elsewhere: ,,p' "$DISTCC_LOG" | tail -n 1)"
	else
		assertEquals 0 "$status"
	fi
}

# compile_again - the object that is there is x.o, and an hour old
compile_again() {
	touch -d '1 hour ago' x.o
	poll_until '[ -z "$(cat "/proc/$PID_a/task/$PID_a/children")" ]'
	run "$DISTCC" gcc -g -c x.c
	assertEquals "$err" 0 "$status"
	assertTrue 'as old as a new one' '[ -z "$(find x.o -mmin +30)" ]'
	assertTrue 'the local one' 'cmp x.o local.o'
}

# settled FILE - it has not changed for so long that what was learnt from it is remembered
settled() {
	changed=$(stat -c %Z "$1")
	poll_until '[ $(($(date +%s) - changed)) -ge 3 ]'
}

# as_local NUMBER WORD... - both compilers do that, in replica mode, with one result; then so many replica jobs were done
as_local() {
	number=$1
	shift
	run "$DISTCC" "$@" -o there.o
	assertEquals "$*: $err" 0 "$status"
	"$@" -o here.o || fail "$* does not work here"
	assertTrue "$*: byte for byte" 'cmp here.o there.o'
	assertEquals "$*" "$number" "$(in_mode replica)"
}

# The options that clang takes from its configuration files are the client's, and so are all files that these name.
test_clangs_configuration_files() {
	replica_possible || return 0
	real=$(readlink -f "$(command -v clang)") || { skip_because 'no clang'; return 0; }
	bin=$SANDBOX/llvm/bin
	mkdir -p "$bin" "$SANDBOX/llvm/conf" "$SANDBOX/inc"
	cp "$real" "$bin/clang"
	ln -s "${real%/bin/*}/lib" "$SANDBOX/llvm/lib"
	# before clang 16 only a name with a target has configuration files
	cc=$bin/$("$bin/clang" -dumpmachine | sed 's/-[^-]*-linux/-linux/')-clang
	ln -s clang "$cc"
	ALLOW_ALSO="$cc $bin/clang"
	start_distccd c --jobs 2 || fail 'no daemon'
	ALLOW_ALSO=
	DISTCC_HOSTS=$(host_of c) LOG_a=$LOG_c
	printf '%s\n' '#include "x.h"' 'int f(void) { return X; }' '#ifdef FORCED' 'int forced = FORCED + MORE;' '#endif' >x.c
	echo '#define FORCED 4' >"$SANDBOX/inc/forced.h"

	settled "$bin"
	as_local 1 "$cc" -O2 -g -c x.c
	as_local 2 "$cc" -O2 -g -c x.c
	# one appears, and names another
	echo "-include $SANDBOX/inc/forced.h @../conf/more" | tee "$bin/clang.cfg" >"$cc.cfg"
	echo '-DMORE=1 -fstack-protector-all' >"$SANDBOX/llvm/conf/more"
	as_local 3 "$cc" -O2 -g -c x.c
	assertContains 'it is in effect' "$(nm -P there.o)" forced
	settled "$SANDBOX/llvm/conf/more"
	as_local 4 "$cc" -O2 -g -c x.c
	as_local 5 "$cc" -O2 -g -c x.c
	assertContains "$("$DISTCC" --scan-includes "$cc" -c x.c)" "$SANDBOX/llvm/conf/more"
	# the other one changes; sources without directives take them too
	echo '-DMORE=2 -fno-stack-protector -g -fdebug-prefix-map=/=/elsewhere' >"$SANDBOX/llvm/conf/more"
	as_local 6 "$cc" -O2 -c x.c
	"$cc" -E x.c -o x.i
	as_local 7 "$cc" -c x.i
	"$cc" -S x.c -o x.s
	as_local 8 "$cc" -c x.s
	# in classic mode the volunteer would go by its own files
	DISTCC_VERBOSE=1 DISTCC_HOSTS=$(host_of c ,plain) run "$DISTCC" "$cc" -O1 -c x.c
	assertEquals "$err" 0 "$status"
	assertContains "$(grep 'to be run there' "$DISTCC_LOG")" ' -fno-stack-protector '
	# by name, and none
	echo '-DX=7 -Werror -Wno-macro-redefined' >own.cfg
	as_local 9 "$cc" --config ./own.cfg -c x.c
	rm "$bin"/*.cfg
	as_local 10 "$cc" -O2 -g -c x.c
}

# gcc -specs=FILE, as newlib, picolibc and musl come with.
test_rules_of_gcc() {
	replica_possible || return 0
	mkdir one two two/sub
	echo '#define WHO 1' >one/who.h
	echo '#define WHO 2' >two/who.h
	printf '%s\n' '#include <who.h>' 'int f(int *p, int n) { int s = WHO; while (n-- > 0) s += p[n]; return s; }' >x.c
	printf '%s\n' '%rename cpp_unique_options others' '' '*cpp_unique_options:' "-isystem $PWD/one %(others)" '' '*link:' '-Bstatic %:getenv(NO /x)' >own.specs
	settled one
	as_local 1 gcc -g -O2 -specs=own.specs -c x.c
	settled .
	as_local 2 gcc -g -O2 --specs own.specs -c x.c
	as_local 3 gcc -g -O2 --specs own.specs -c x.c
	# they change: other directories, before that of the command
	sed "s|/one|/two|" own.specs >new.specs
	mv new.specs own.specs
	as_local 4 gcc -g -O2 --specs own.specs -isystem one -c x.c
	as_local 5 gcc -g -O2 --specs own.specs -c x.c
	assertContains "$("$DISTCC" --scan-includes gcc -specs=own.specs -c x.c)" "$PWD/own.specs"
	printf '\n%s\n' '*cc1_options:' '+ -fno-asynchronous-unwind-tables' >>own.specs
	as_local 6 gcc -O1 --specs=own.specs -c x.c
	# sources without directives
	gcc -E -specs=own.specs x.c -o x.i
	as_local 7 gcc -O1 -specs=own.specs -c x.i
	gcc -S -specs=own.specs x.c -o x.s
	as_local 8 gcc -specs=own.specs -c x.s
	(cd two/sub && run "$DISTCC" gcc -O1 -specs=../../own.specs -c ../../x.c -o ../../there.o && exit "$status")
	assertEquals 'from elsewhere' '0 9' "$? $(in_mode replica)"
	# what we cannot follow
	printf '\n%s\n' '*cpp:' '-include one/who.h' >>own.specs
	run "$DISTCC" --why gcc -specs=own.specs -c x.c
	assertContains "$out" 'local: -specs=own.specs reads rules from a file'
	assertContains "$out" 'own.specs have "-include"'
	run "$DISTCC" gcc -specs=none.specs -c x.c
	assertNotEquals 0 "$status"
	assertContains "$err" none.specs
}

test_clangs_configuration_that_cannot_travel() {
	replica_possible || return 0
	command -v clang >/dev/null || { skip_because 'no clang'; return 0; }
	echo '-march=native' >own.cfg
	run "$DISTCC" --why clang --config ./own.cfg -c x.c
	assertContains "$out" 'own.cfg says -march=native'
	run env DISTCC_HOSTS="$DISTCC_HOSTS,plain" "$DISTCC" --why clang --config ./own.cfg -c x.c
	assertContains "$out" '--config reads options from a file'
	echo '@missing' >own.cfg
	run "$DISTCC" --why clang --config ./own.cfg -c x.c
	assertContains "$out" 'does not tell where it looks'
	echo '-ftime-report' >own.cfg
	run "$DISTCC" --why clang --config ./own.cfg -c x.c
	assertContains "$out" 'own.cfg: -ftime-report prints'
}

test_an_object_that_is_there_stays() {
	replica_possible || return 0
	umask 022
	gcc -g -c x.c && mv x.o local.o
	run "$DISTCC" gcc -g -c x.c
	inode=$(stat -c %i x.o)
	sent=$(grep -o 'received=[0-9]*' "$DISTCC_LOG" | tail -n 1)
	compile_again
	assertEquals 'the same file' "$inode" "$(stat -c %i x.o)"
	assertTrue 'hardly anything came' '[ "$(grep -o "received=[0-9]*" "$DISTCC_LOG" | tail -n 1 | cut -d = -f 2)" -lt "${sent#*=}" ]'
	# not where a compiler would leave another file
	chmod 600 x.o
	compile_again
	assertEquals 644 "$(stat -c %a x.o)"
	ln x.o other
	compile_again
	assertEquals 'the link has its own' '1 1' "$(stat -c %h x.o other | tr '\n' ' ' | sed 's/ $//')"
	ln -sf other link
	rm x.o
	ln -s other x.o
	run "$DISTCC" gcc -g -c x.c
	assertFalse 'a link' '[ -L x.o ]'
	assertTrue 'the local one' 'cmp x.o local.o'
	# what looks like it, but is not
	printf junk | dd of=x.o bs=1 seek=100 conv=notrunc 2>/dev/null
	compile_again
	assertEquals 'all there' 6 "$(in_mode replica)"
}

test_errors_of_the_source_are_final() {
	replica_possible || return 0
	echo 'int f(void) { return }' >x.c
	run "$DISTCC" gcc -c x.c
	assertEquals 1 "$status"
	assertEquals 1 "$(printf '%s\n' "$err" | grep -c 'error:')"
	assertEquals 'not repeated here' 0 "$(grep -c 'local:' "$DISTCC_LOG")"
	LC_ALL=C.UTF-8 gcc -c x.c 2>expected
	assertEquals "$(cat expected)" "$err"
	assertFalse '[ -e x.o ]'
}

test_failures_that_may_be_ours_are_repeated() {
	replica_possible || return 0
	echo '#include "none.h"' >x.c
	run "$DISTCC" gcc -c x.c
	assertEquals 1 "$status"
	assertEquals 1 "$(printf '%s\n' "$err" | grep -c 'fatal error:')"
	assertContains "$(cat "$DISTCC_LOG")" 'none.h'
}

# A compiler that crashes, or calls it a success to write nothing, does so everywhere.
test_no_host_is_blamed_for_what_a_compiler_does() {
	replica_possible || return 0
	for option in -fno-help -fno-target-help; do
		gcc "$option" -c x.c >local.out 2>local.err
		local_status=$?
		run "$DISTCC" gcc "$option" -c x.c
		assertEquals "$option" "$local_status$(cat local.out local.err)" "$status$out$err"
	done
	jobs=$(grep -c 'mode=replica' "$DISTCC_LOG")
	run "$DISTCC" gcc -c x.c
	assertEquals 'after no object' $((jobs + 1)) "$(grep -c 'mode=replica' "$DISTCC_LOG")"
	command -v clang >/dev/null || { skip_because 'no clang'; return 0; }
	printf '%s\n' '#pragma clang __debug crash' 'int f(void) { return 3; }' >crash.c
	clang -c crash.c 2>local.err
	local_status=$?
	run "$DISTCC" clang -c crash.c
	assertEquals "$local_status" "$status"
	assertEquals "$err" "$(grep -c 'PLEASE submit' local.err)" "$(printf '%s\n' "$err" | grep -c 'PLEASE submit')"
	assertNotContains "$err" 'distcc['
	assertContains 'it was tried there' "$(cat "$DISTCC_LOG")" 'crash.c: status'
	# to where clang 14 puts it: the names of the directory and the file together
	printf '.globl f\nf: ret\n' >s.S
	run "$DISTCC" clang -fdebug-compilation-dir="$PWD/d" -g -gsplit-dwarf -c s.S
	assertEquals '0' "$status$out$err"
	# a newer one has it made there
	jobs=$(grep -c 'mode=replica' "$DISTCC_LOG")
	run "$DISTCC" clang -c x.c
	assertEquals 'after a crash' $((jobs + 1)) "$(grep -c 'mode=replica' "$DISTCC_LOG")"
}

test_outputs_of_an_earlier_compile() {
	replica_possible || return 0
	echo old >x.o
	echo 'int f(void) { return }' >x.c
	run "$DISTCC" gcc -c x.c
	assertEquals 'old 1' "$(cat x.o) $status"
	run "$DISTCC" gcc -S x.c -o x.o
	assertFalse 'gcc -S has begun to write it' '[ -e x.o ]'
}

test_a_changed_header_is_seen() {
	replica_possible || return 0
	"$DISTCC" gcc -O2 -S x.c -o one.s
	echo '#define X 4' >x.h
	"$DISTCC" gcc -O2 -S x.c -o two.s
	assertContains "$(cat one.s)" '$3'
	assertContains "$(cat two.s)" '$4'
}

# flight - bytes of the first flight of the job that the log tells of
flight() {
	sed -n 's/.*first flight of \([0-9]*\) bytes.*/\1/p' "$DISTCC_LOG"
}

source_is_known() {
	: >"$DISTCC_LOG"
	"$DISTCC" gcc -O2 -c y.c -o x.o
	[ "$(flight)" -lt 10000 ]
}

test_a_known_source_travels_when_it_is_asked_for() {
	replica_possible || return 0
	DISTCC_VERBOSE=1
	export DISTCC_VERBOSE
	{ echo '/*'; od -An -tx1 -N 20000 /dev/urandom; echo '*/'; cat x.c; } >y.c
	"$DISTCC" gcc -O2 -c y.c -o x.o
	assertTrue "a new one: $(flight)" '[ "$(flight)" -gt 10000 ]'
	# a change less than two seconds ago might be followed by one that does not show
	assertTrue 'a known one' 'poll_until source_is_known 20'
	start_distccd b --jobs 4 || fail 'no daemon'
	DISTCC_HOSTS=$(host_of b)
	: >"$DISTCC_LOG"
	run "$DISTCC" gcc -O2 -c y.c -o x.o
	assertEquals 0 "$status"
	assertTrue "a volunteer that lacks it: $(flight)" '[ "$(flight)" -lt 10000 ]'
	assertContains "$(cat "$DISTCC_LOG")" 'mode=replica'
	assertTrue 'byte for byte' 'same_as_local gcc -O2 -c y.c -o x.o'
	: >"$DISTCC_LOG"
	echo 'int g;' >>y.c
	"$DISTCC" gcc -O2 -c y.c -o x.o
	assertTrue "a changed one: $(flight)" '[ "$(flight)" -gt 10000 ]'
	assertTrue 'byte for byte' 'same_as_local gcc -O2 -c y.c -o x.o'
	unset DISTCC_VERBOSE
}

test_another_compiler_is_not_asked_for_twice() {
	replica_possible || return 0
	mkdir "$SANDBOX/as"
	printf '%s\n' '#!/bin/sh' '[ "$1" != --version ] || { echo "another as"; exit; }' 'exec /usr/bin/as "$@"' >"$SANDBOX/as/as"
	chmod 755 "$SANDBOX/as/as"
	PATH=$SANDBOX/as:$PATH
	gcc -print-prog-name=as | grep -q / && { skip_because 'this gcc does not look for as on PATH'; return 0; }
	run "$DISTCC" gcc -c x.c
	assertEquals 0 "$status"
	assertEquals '0 1' "$(in_mode replica) $(in_mode classic)"
	assertContains "$(cat "$DISTCC_LOG")" 'another as'
	assertContains "$(cat "$DISTCC_LOG")" 'does no replica jobs for this compiler'
	: >"$DISTCC_LOG"
	run "$DISTCC" gcc -c x.c
	assertNotContains "$(cat "$DISTCC_LOG")" 'does no replica jobs'
	run "$DISTCC" --why gcc -c x.c
	assertContains "$out" 'does not have this very compiler'
}

# A header that may ask for the time sends no job to classic mode, and the time is that of this place.
test_the_time_of_the_compile() {
	replica_possible || return 0
	printf '%s\n' '#define BUILT __DATE__ " " __TIME__' >x.h
	printf '%s\n' '#include "x.h"' 'const char built[] = "built " BUILT;' >x.c
	TZ=FAR-13:30
	export TZ
	for round in 1 2; do
		from=$(date +%s)
		run "$DISTCC" gcc -g -c x.c
		assertEquals "0 $round" "$status $(in_mode replica)"
		built=$(tr -c '[:print:]' '\n' <x.o | sed -n 's/.*built \(... .. ....  *[0-9:]*\).*/\1/p')
		built=$(TZ=FAR-13:30 date -d "$built" +%s)
		assertTrue "$from <= $built" "[ $from -le $built ] && [ $built -le $(date +%s) ]"
	done
	printf '%s\n' 'const char built[] = "built " BUILT;' >x.c
	for round in 3 4; do
		run "$DISTCC" gcc '-DBUILT=__DATE__ __TIME__' -c x.c
		assertEquals "0 $round" "$status $(in_mode replica)"
	done
	assertNotContains 'each is compiled' "$(cat "$LOG_a")" 'mode:replica,known'
	run "$DISTCC" --verify gcc -c x.c
	assertContains "$out" 'identical: gcc'
	unset TZ
}

# The first job of a volunteer waits for its own compiler alone.
test_a_job_has_its_own_compiler_asked() {
	replica_possible || return 0
	command -v g++ >/dev/null || { skip_because 'no g++'; return 0; }
	book=$CACHE_a/toolchains
	run "$DISTCC" gcc -c x.c
	assertEquals "0 1" "$status $(in_mode replica)"
	assertEquals 'gcc alone' 1 "$(grep -c '^tool' "$book")"
	mv x.c x.cc
	run "$DISTCC" g++ -c x.cc
	assertEquals "0 2" "$status $(in_mode replica)"
	assertEquals 'and g++' 2 "$(grep -c '^tool' "$book")"
}

# Debian's x86_64-w64-mingw32-gcc leads to x86_64-w64-mingw32-gcc-win32; others' lead to names that nobody knows.
test_a_compiler_that_is_known_by_a_link() {
	replica_possible || return 0
	stop_daemon a
	cp "$(readlink -f "$(command -v gcc)")" "$SANDBOX/bin/driver" || fail 'no copy of gcc'
	ln -s driver "$SANDBOX/bin/x86_64-w64-mingw32-gcc"
	# a gcc that was moved looks for its parts beside itself
	mkdir -p "$SANDBOX/lib" "$SANDBOX/libexec"
	ln -s /usr/lib/gcc "$SANDBOX/lib/gcc"
	ln -s /usr/libexec/gcc "$SANDBOX/libexec/gcc"
	x86_64-w64-mingw32-gcc -g -c x.c -o here.o 2>"$SANDBOX/messages" || { skip_because "a copy of this gcc does not work: $(head -n 1 "$SANDBOX/messages")"; return 0; }
	start_distccd a --jobs 4 || fail 'no daemon'
	DISTCC_HOSTS=$(host_of a)
	run "$DISTCC" x86_64-w64-mingw32-gcc -g -c x.c
	assertEquals "$(cat "$LOG_a")" '0 1' "$status $(in_mode replica)"
	assertTrue 'byte for byte' 'cmp here.o x.o'
}

test_verify() {
	replica_possible || return 0
	run "$DISTCC" --verify gcc -g -Wall -Wextra -MD -c x.c
	assertEquals 0 "$status"
	assertContains "$out" 'identical: gcc'
	assertTrue '[ -s x.o ] && [ -s x.d ]'
	run "$DISTCC" --verify gcc -fplugin=x.so -c x.c
	assertEquals 100 "$status"
	assertContains "$out" 'fplugin'
	DISTCC_VERIFY=1 run "$DISTCC" gcc -c x.c
	assertEquals 0 "$status"
	assertEquals '' "$out$err"
	assertEquals 2 "$(in_mode replica)"
	run env DISTCC_VERIFY=5/2 "$DISTCC" gcc -c x.c
	assertEquals 101 "$status"
	assertEquals 'left behind' '' "$(find "$TMPDIR" -mindepth 1)"
}

test_no_host_left() {
	replica_possible || return 0
	run "$DISTCC" gcc -c x.c
	stop_daemon a
	run "$DISTCC" gcc -c x.c
	assertEquals 0 "$status"
	assertContains "$(cat "$DISTCC_LOG")" 'Connection refused'
	rm -rf "$DISTCC_DIR/lock"
	run env DISTCC_FALLBACK=0 "$DISTCC" gcc -c x.c
	assertEquals 103 "$status"
}

test_a_full_disk_here_is_not_the_hosts_fault() {
	replica_possible || return 0
	seq -f 'int f%g(int n) { return n + 1; }' 400 >big.c
	for option in '' ,plain; do
		DISTCC_HOSTS=$(host_of a "$option")
		run "$DISTCC" gcc -c x.c
		# what a full disk does, anybody can have: no file may be longer than this
		run sh -c 'trap "" XFSZ; ulimit -f 4; exec "$0" "$@"' "$DISTCC" gcc -c big.c -o full.o
		assertNotEquals "host option '$option'" 0 "$status"
		assertFalse '[ -e full.o ]'
		jobs=$(daemon_jobs a)
		run "$DISTCC" gcc -c big.c
		assertEquals "used again, host option '$option'" $((jobs + 1)) "$(daemon_jobs a)"
	done
	assertNotContains "$(cat "$DISTCC_LOG")" 'could not be compiled on'
}

# By what name clang calls a header may depend on which directories of other languages are there.
test_directories_of_other_languages() {
	replica_possible || return 0
	command -v clang >/dev/null || { skip_because 'no clang'; return 0; }
	mkdir inc 'sub dir'
	echo 'int wrong(' >inc/w.h
	echo '#include "inc/w.h"' >x.c
	for dirs in 'sub dir' inc 'inc:sub dir' nowhere ':inc'; do
		CPLUS_INCLUDE_PATH=$dirs clang -Iinc -c inc/../x.c -o x.o 2>expected
		CPLUS_INCLUDE_PATH=$dirs run "$DISTCC" clang -Iinc -c inc/../x.c -o x.o
		assertEquals "$dirs" "$(cat expected)" "$err"
	done
	assertContains 'elsewhere' "$(cat "$DISTCC_LOG")" 'mode=replica'
}

# files_here - names, modes, links and contents
files_here() {
	for file in *; do
		if [ -L "$file" ]; then
			echo "$file -> $(readlink "$file")"
		else
			echo "$(stat -c '%n %a' "$file") $(cksum <"$file")"
		fi
	done
}

# steady_names - stdin to stdout, one name for each of gcc's temporary files for the assembler: they have another one each time
steady_names() {
	sed 's|[^ ]*/cc[[:alnum:]]\{6\}\.s|cc.s|'
}

# earlier COMPILER OPTION... - the same with files of an earlier compile, of odd modes and behind links; result to ../after
earlier() {
	rm -rf "$SANDBOX/earlier"
	mkdir "$SANDBOX/earlier"
	cd "$SANDBOX/earlier" || return
	cp "$SANDBOX/work/"*.[csS] .
	for file in x.s x.i x.bc x.d x.dwo x.dia; do
		[ -e $file ] || { echo old >$file; chmod 640 $file; }
	done
	echo old >real
	chmod 600 real
	ln -s real linked.o
	echo old >x.o
	chmod 640 x.o
	"$@" >../said 2>&1
	echo $? >>../said
	files_here >../after
	# newer assemblers name the file that the compiler has made for them
	steady_names <../said >>../after
	cd "$SANDBOX/work" || return
}

# Modes stay or not, links are followed or not, what failed is removed or not: as the compiler here does it.
test_what_becomes_of_earlier_files() {
	replica_possible || return 0
	printf '.globl f\nf: ret\n' >y.s
	cp y.s y.S
	printf ' nonsense\n' | cat y.s - >wrong.s
	cp wrong.s wrong.S
	printf 'int f(void) { return }\n' >wrong.c
	printf 'int x;\n' >x.c
	for compiler in gcc clang; do
		command -v $compiler >/dev/null || continue
		for source in x.c y.s y.S wrong.c wrong.s wrong.S; do
			for words in '-c -o x.o' '-c -o linked.o' '-S -o x.o' '-c -save-temps -o x.o' '-c -g -gsplit-dwarf -o x.o' '-c -MMD -MF x.d -o x.o' '-c -fnonsense -o x.o'; do
				# shellcheck disable=SC2086 # words
				earlier $compiler $words $source
				mv "$SANDBOX/after" expected
				# shellcheck disable=SC2086
				earlier "$DISTCC" $compiler $words $source
				assertEquals "$compiler $words $source" "$(cat expected)" "$(cat "$SANDBOX/after")"
			done
		done
	done
}

# "ulimit -f": what the compiler here makes of it is the result.
test_a_limit_for_files() {
	replica_possible || return 0
	printf 'char a[100000] = {1};\n' >x.c
	(ulimit -f 16 && gcc -c x.c) 2>local.err
	local_status=$?
	# gcc 16 crashes then, and leaves a file
	local_left=$(find "$TMPDIR" -mindepth 1 | steady_names)
	rm -rf "${TMPDIR:?}"/*
	for host in "$(host_of a)" "$(host_of a ,plain)"; do
		err=$( (ulimit -f 16 && DISTCC_HOSTS=$host DISTCC_DIR=$SANDBOX/new exec "$DISTCC" gcc -c x.c) 2>&1)
		assertEquals "$host: $err" "$local_status" $?
		assertEquals "$host" "$(cat local.err)" "$err"
		assertEquals "$host: left behind" "$local_left" "$(find . -name '.*.distcc-*')$(find "$TMPDIR" -mindepth 1 | steady_names)"
		rm -rf "${TMPDIR:?}"/*
	done
	assertTrue 'it is a limit' "[ $local_status -ne 0 ]"
}

test_caches_that_cannot_be_used() {
	replica_possible || return 0
	"$DISTCC" gcc -c x.c
	for file in "$DISTCC_DIR"/cache/*; do
		[ ! -f "$file" ] || echo garbage >"$file"
	done
	run "$DISTCC" gcc -g -c x.c
	assertEquals 0 "$status"
	assertTrue 'same_as_local gcc -g -c x.c'
	rm -rf "$DISTCC_DIR/cache"
	echo 'no directory' >"$DISTCC_DIR/cache"
	run "$DISTCC" gcc -g -c x.c
	assertEquals 0 "$status"
	assertTrue 'same_as_local gcc -g -c x.c'
	run env -u HOME -u DISTCC_DIR "$DISTCC" gcc -g -c x.c
	assertEquals 0 "$status"
	assertEquals 4 "$(in_mode replica)"
}

test_an_emptied_cache_of_the_daemon() {
	replica_possible || return 0
	"$DISTCC" gcc -c x.c
	rm -rf "${CACHE_a:?}"/*
	run "$DISTCC" gcc -g -c x.c
	assertEquals '0 2' "$status $(in_mode replica)"
	assertTrue 'same_as_local gcc -g -c x.c'
	"$DISTCC" gcc -O1 -c x.c
	assertEquals '3 1' "$(in_mode replica) $(grep -c 'beginning anew' "$LOG_a")"
	# where it cannot be made again
	rm -rf "$CACHE_a"
	echo 'no directory' >"$CACHE_a"
	run "$DISTCC" gcc -O2 -c x.c
	assertEquals '0 1' "$status $(in_mode classic)"
	"$DISTCC" gcc -O2 -g -c x.c
	assertEquals 1 "$(grep -c -- '--cache-dir cannot be used' "$LOG_a")"
	assertContains "$(cat "$DISTCC_LOG")" 'until this daemon is started again'
}

. "${SHUNIT2:-shunit2}"
