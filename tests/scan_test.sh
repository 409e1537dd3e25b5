#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The input tree of a command holds all that the compiler reads: distcc --scan-includes against the compilers themselves.
# SCAN_TREES=DIR... looks at the sources of real trees as well.
. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "${SRCDIR:-.}/tests/lib/scan.sh"

oneTimeSetUp() {
	compilers= cxx=
	for cc in gcc clang; do
		command -v $cc >/dev/null && compilers="$compilers $cc"
	done
	for cc in g++ clang++; do
		command -v $cc >/dev/null && cxx="$cxx $cc"
	done
	# shellcheck disable=SC2086 # words
	scan_root_new $compilers $cxx || unset SCAN_ENTER
	[ -n "${SCAN_ENTER+y}" ] || note 'no root of our own here: only the lists are compared'
}

oneTimeTearDown() {
	scan_root_end
	rm -rf "$SCAN_ROOT".*
	sandbox_end
}

# old FILE... - as if written long ago: the cache may trust what it learns
old() {
	touch -d '2 hours ago' "$@"
}

# tree COMPILER ARGUMENT... - the names of the files in the tree, below the current directory
tree() {
	"$DISTCC" --scan-includes "$@" 2>&1 | sed -n "s|^file [^ ]* [^ ]* $PWD/||p"
}

header() {
	mkdir -p "$(dirname "$1")"
	printf '%s\n' "${2-int $(basename "$1" | tr -c 'a-z0-9\n' '_');}" >"$1"
}

# check ARGUMENT... - with every compiler
check() {
	for cc in $compilers; do
		result=$(scan_check "$cc" "$@") || fail "$result"
	done
}

test_kinds_of_includes() {
	header a.h; header sub/b.h '#include "c.h"'; header sub/c.h; header sys/d.h; header 'odd name.h'
	header e.h; header f.h; header twice/g.h '#include_next <g.h>'; header sys/g.h; header h.h
	cat >x.c <<-'END'
		#include "a.h"
		# /* x */ include "sub/b.h"
		#include <d.h>
		#include "odd name.h"
		#inc\
		lude "e.h"
		%:include "f.h"
		#include <g.h>
		#if defined(__has_include) && __has_include("h.h")
		#include "h.h"
		#endif
		#include <stdio.h>
		#include <limits.h>
		#include <stdarg.h>
	END
	check -Itwice -Isys -c x.c
	assertEquals 'a.h
e.h
f.h
h.h
odd name.h
sub/b.h
sub/c.h
sys/d.h
sys/g.h
twice/g.h
x.c' "$(tree gcc -Itwice -Isys -c x.c)"
}

test_hidden_directives() {
	header a.h; header b.h; header c.h
	printf '#include "a.h"\r\n/*\n*/ #include "b.h"\n#if 0\ndon'"'"'t "\n#else\n#include "c.h"' >x.c
	check -c x.c
}

test_trigraphs() {
	header a.h; header b.h
	printf '?\077=include "a.h"\n#inc?\077/\nlude "b.h"\n' >x.c
	check -std=c99 -c x.c
}

test_macros() {
	header dir/a.h; header b.h; header c.h; header d.h '#include __FILE__ER'; header one.h; header two.h
	cat >x.c <<-'END'
		#define STR_(x) #x
		#define STR(x) STR_(x)
		#define NAME a.h
		#include STR(dir/NAME)
		#include FROM_OPTION
		#define CAT(a, b) a ## b
		#define H_2 <c.h>
		#include CAT(H_, 2)
		#if 0
		#include NOWHERE
		#endif
		#define N 1
		#define FILE_1 "one.h"
		#define FILE_(n) FILE_ ## n
		#define FILE(n) FILE_(n)
		#include FILE(N)
	END
	check -I. '-DFROM_OPTION="b.h"' -c x.c
	# only the compiler knows its version
	major=$(gcc -dumpversion)
	header "v-${major%%.*}.h"
	printf '#define S_(x) #x\n#define S(x) S_(x)\n#include S(v-__GNUC__.h)\n' >y.c
	result=$(scan_check gcc -c y.c) || fail "$result"
	# and here, only with all macros expanded
	printf '#if __COUNTER__ == 0\n#define S_(x) #x\n#define S(x) S_(x)\n#endif\n#include S(v-__GNUC__.h)\n' >z.c
	result=$(scan_check gcc -c z.c) || fail "$result"
}

test_search_order() {
	for dir in q i s d e; do
		for name in q i s d e; do
			case $dir$name in
			[q]*|i[isde]|s[sde]|d[de]|ee) header $dir/$name.h "char from_$dir;" ;;
			esac
		done
	done
	printf '#include "%s.h"\n' q i s d e >x.c
	printf '#include <%s.h>\n' i s d e >>x.c
	check -iquote q -Ii -isystem s -idirafter d -I e -c x.c
	# a directory of -I that is a system directory keeps that place
	check -Ii -Is -isystem s -isystem i -c x.c -iquote q -Id -Ie
	# gcc passes over a directory of -iquote that is a system directory; clang does not
	check -iquote e -iquote s -Iq -Ii -isystem s -idirafter d -I e -c x.c
	check -iquote d -iquote q -Ii -Is -idirafter d -I e -c x.c
	printf '#include_next <d.h>\n' >q/n.h
	printf '#include "n.h"\n' >n.c
	check -iquote i -iquote q -Iq -Id -c n.c
	check -iquote q -isystem q -isystem d -c n.c
	CPATH=e:d C_INCLUDE_PATH=s check -iquote q -Ii -c x.c
	CPATH=:e C_INCLUDE_PATH=s:d check -iquote q -isystem i -c x.c
	mkdir -p root/usr/include root/include
	cp e/*.h root/usr/include
	check --sysroot="$PWD/root" -iquote q -Ii -Is -Id -c x.c
	check -nostdinc -iquote q -Ii -Is -Id -Ie -c x.c
	check -iprefix "$PWD/" -iwithprefix e -iwithprefixbefore i -Is -Id -iquote q -c x.c
	result=$(scan_check gcc -Iq -I- -Ii -Is -Id -Ie -c x.c) || fail "$result"
}

test_directories() {
	mkdir -p empty deep/er sub other
	header a.h; header sub/b.h '#include "../deep/er/../../a.h"'
	printf '#include "sub/b.h"\n#include <deep/../other/../a.h>\n' >x.c
	check -Iempty -Inone -I. -Wmissing-include-dirs -c x.c
	run "$DISTCC" --scan-includes gcc -Iempty -I. -c x.c -o sub/x.o
	assertContains "$out" "dir $PWD/empty"
	assertContains "$out" "dir $PWD/deep/er"
	assertContains "$out" "dir $PWD/sub"
	header file
	result=$(scan_check gcc -Ifile -I. -c x.c) || fail "$result"
}

test_links() {
	mkdir -p real/inc real/other
	header real/inc/a.h '#include "b.h"'
	header real/inc/b.h 'int in_inc;'
	header real/other/b.h 'int in_other;'
	ln -s ../inc/a.h real/other/linked.h
	ln -s real/other link
	ln -s "$PWD/link" second
	ln -s nowhere dangling.h
	printf '#include "second/linked.h"\n#include <../inc/b.h>\n#if __has_include("dangling.h")\nint no;\n#endif\n' >x.c
	check -Isecond -c x.c
	ln -s x.c y.c
	check -Isecond -c y.c
	# the compiler records the name by which it got here
	ln -s work "$SANDBOX/here"
	cd "$SANDBOX/here" || return
	check -Isecond -c x.c
	run "$DISTCC" --scan-includes gcc -Isecond -c x.c
	assertContains "$out" "link $SANDBOX/here -> work"
}

# what the question for the compiler's own directories leaves out makes gcc fail behind its answer
test_options_that_need_others() {
	[ "$(uname -m)" = x86_64 ] || { skip_because 'another processor'; return 0; }
	header a.h; header x.c '#include "a.h"'
	check -m64 -fno-PIE -mcmodel=kernel -mno-sse -mno-80387 -c x.c
}

test_forced() {
	header inc/f.h; header m.h '#define M "n.h"'; header n.h
	printf '#include M\n' >x.c
	check -Iinc -include f.h -imacros m.h -c x.c
	header g.h '#include "f.h"'
	check -Iinc -include "$PWD/g.h" -imacros m.h -c x.c
	check -include /dev/null -imacros m.h -c x.c
}

test_assembler() {
	header mac.s '.globl x'; header a.h '#define A 1'; header data
	printf '#include "a.h"\n.include "mac.s"\n.incbin "data"\n' >x.S
	assertEquals 'a.h
data
mac.s
x.S' "$(tree gcc -c x.S)"
	printf '.include "mac.s"\n' >y.s
	assertEquals 'mac.s
y.s' "$(tree gcc -c y.s)"
	printf 'asm(".incbin \\"data\\"");\n' >z.c
	assertEquals 'data
z.c' "$(tree gcc -c z.c)"
	printf '#include "none"\n# 1 "a.h"\n' >z.i
	assertEquals 'a.h
z.i' "$(tree gcc -c z.i)"
}

test_files_of_options() {
	header list; header x.c; header dir/x.gcda
	assertEquals 'list
x.c' "$(tree clang -fsanitize=address -fsanitize-ignorelist=list -c x.c)"
	assertContains "$(tree gcc -fprofile-use=dir -c x.c)" dir/x.gcda
	cp dir/x.gcda .
	assertContains "$(tree gcc -fprofile-use -c x.c)" x.gcda
}

# What an earlier compile wrote would make each tree another one.
test_outputs_are_no_inputs() {
	header x.c; header sub/x.o; header sub/x.d; header y.o
	for command in '-c x.c -o sub/x.o' '-c x.c -osub/x.o' '-MD -MF sub/x.d -c x.c -o y.o' '-S x.c -o sub/x.o'; do
		# shellcheck disable=SC2086 # words
		assertEquals "$command" x.c "$(tree gcc $command)"
	done
	assertContains 'the directory' "$("$DISTCC" --scan-includes gcc -c x.c -o sub/x.o)" "dir $PWD/sub"
}

# refuses WHY COMPILER ARGUMENT... - the tree cannot be known
refuses() {
	want=$1
	shift
	run "$DISTCC" --scan-includes "$@"
	assertEquals "$*" 1 "$status"
	assertContains "$*" "$err" "$want"
}

test_what_cannot_be_known() {
	header x.c 'char *d = __DATE__;'
	run "$DISTCC" --scan-includes gcc -c x.c
	assertEquals 'gcc is told the time' 0 "$status"
	refuses '-DT=__TIMESTAMP__: __TIMESTAMP__ is a time' gcc -DT=__TIMESTAMP__ -c x.c
	# clang takes it from version 16 on
	if command -v clang >/dev/null && [ "$(clang -dumpversion | cut -d. -f1)" -lt 16 ]; then
		refuses "$PWD/x.c:1: __DATE__" clang -c x.c
	fi
	run "$DISTCC" --scan-includes gcc -D__DATE__= -D__TIME__='"noon"' -c x.c
	assertEquals 'options say what the words are' 0 "$status"
	if command -v clang >/dev/null && [ "$(clang -dumpversion | cut -d. -f1)" -lt 16 ]; then
		run "$DISTCC" --scan-includes clang -D__DATE__= -c x.c
		assertEquals 'each by itself' 0 "$status"
		refuses "$PWD/x.c:1: __DATE__" clang -D__TIME__= -c x.c
	fi
	header x.c 'char *d = __TIMESTAMP__;'
	run "$DISTCC" --scan-includes gcc -D__TIMESTAMP__=0 -c x.c
	assertEquals 0 "$status"
	refuses "$PWD/x.c:1: __TIMESTAMP__" gcc -D__DATE__=0 -D__TIME__=0 -c x.c
	SOURCE_DATE_EPOCH=1 refuses "$PWD/x.c:1: __TIMESTAMP__" gcc -c x.c
	header x.c '#include "p.h"'; header p.h; mkdir p.h.gch
	printf 'gpchC013 fast' >p.h.gch/fast; printf 'gpchC013 slow' >p.h.gch/slow; printf 'gpch+013' >p.h.gch/c++
	refuses "$PWD/p.h.gch holds precompiled headers" gcc -c x.c
	rm p.h.gch/slow
	refuses "$PWD/p.h.gch holds precompiled headers" gcc -Winvalid-pch -c x.c
	refuses "$PWD/p.h.gch holds precompiled headers" gcc -Werror=invalid-pch -c x.c
	run "$DISTCC" --scan-includes gcc -c x.c
	assertContains "$out$err" " $PWD/p.h.gch/fast"
	assertNotContains "$out" "$PWD/p.h.gch/c++"
	rm -r p.h.gch; mkdir -p inc/q.h.gch; header inc/q.h
	header x.c '#include <q.h>'
	assertContains 'an empty one' "$("$DISTCC" --scan-includes gcc -Iinc -c x.c)" "dir $PWD/inc/q.h.gch"
	printf 'gpchC013 fast' >inc/q.h.gch/fast; printf 'gpchC013 slow' >inc/q.h.gch/slow
	refuses "$PWD/inc/q.h.gch holds precompiled headers" gcc -Iinc -c x.c
	refuses "$PWD/inc/q.h.gch holds precompiled headers" gcc -Iinc -include q.h -c x.c
	rm -r inc/q.h.gch
	truncate -s 257M inc/q.h.gch
	refuses "$PWD/inc/q.h.gch is a precompiled header of more than 256 MiB" gcc -Iinc -c x.c
	header inc/q.h.gch
	assertContains "$("$DISTCC" --scan-includes gcc -Iinc -c x.c)" " $PWD/inc/q.h.gch"
	if command -v clang >/dev/null; then
		refuses "$PWD/inc/q.h.gch is a precompiled header of clang" clang -Iinc -include q.h -c x.c
	fi
	header x.c 'asm(".incbin " FILE);'
	refuses "$PWD/x.c:1: .incbin" gcc -c x.c
	header x.c '#pragma GCC dependency "p.h"'
	refuses "$PWD/x.c:1: #pragma GCC dependency" gcc -c x.c
	header x.cc 'import foo;'
	refuses "$PWD/x.cc:1: \"import\" may be about modules" g++ -c x.cc
	header x.c
	refuses '-fplugin=p.so loads code' gcc -fplugin=p.so -c x.c
	refuses 'none.c is no regular file' gcc -c none.c
	mkfifo fifo.h
	header x.c '#include "fifo.h"'
	refuses "$PWD/fifo.h is no regular file" gcc -c x.c
	mkdir -p bin
	header bin/as
	header x.c
	refuses "there is a program $PWD/bin/as" gcc -Bbin/ -c x.c
}

# What was learnt must not outlive what it was learnt from.
test_changes_are_noticed() {
	mkdir first second
	header second/a.h; header b.h 'int b;'; header x.c '#include <a.h>
#include "b.h"'
	old x.c b.h second/a.h first second .
	tree gcc -Ifirst -Isecond -c x.c >"$SANDBOX/one"
	assertEquals 'the same again' "$(cat "$SANDBOX/one")" "$(tree gcc -Ifirst -Isecond -c x.c)"
	header first/a.h
	assertContains 'a header before another' "$(tree gcc -Ifirst -Isecond -c x.c)" first/a.h
	rm first/a.h
	assertNotContains 'gone again' "$(tree gcc -Ifirst -Isecond -c x.c)" first/a.h
	header b.h '#include "c.h"'; header c.h
	assertContains 'an include more' "$(tree gcc -Ifirst -Isecond -c x.c)" c.h
	before=$("$DISTCC" --scan-includes gcc -Ifirst -Isecond -c x.c | grep '/c.h$')
	# same size, same time of modification
	touch -r c.h stamp
	header c.h 'int d_h;'
	touch -r stamp c.h
	after=$("$DISTCC" --scan-includes gcc -Ifirst -Isecond -c x.c | grep '/c.h$')
	assertNotEquals 'other contents' "$before" "$after"
	mv c.h d.h
	header e.h
	ln -s e.h c.h
	run "$DISTCC" --scan-includes gcc -Ifirst -Isecond -c x.c
	assertContains 'a link instead' "$out" "link $PWD/c.h -> e.h"
	assertContains "$out" "$PWD/e.h"
}

# The cache may be anything but believed.
test_cache_in_all_states() {
	header a.h; header x.c '#include "a.h"'
	old a.h x.c .
	want=$("$DISTCC" --scan-includes gcc -c x.c)
	assertContains "$want" "$PWD/a.h"
	file=$(echo "$DISTCC_DIR"/cache/files-*.mdb)
	assertTrue 'there is a cache' "[ -s '$file' ]"
	size=$(wc -c <"$file")
	for how in truncate:0 truncate:100 truncate:4096 truncate:$((size / 2)) truncate:$((size - 1)) garbage:0 garbage:1 garbage:2 garbage:3 garbage:all; do
		case $how in
		truncate:*) truncate -s "${how#*:}" "$file" ;;
		garbage:all) head -c "$size" /dev/urandom >"$file" ;;
		garbage:*) dd if=/dev/urandom of="$file" bs=4096 seek="${how#*:}" count=1 conv=notrunc 2>/dev/null ;;
		esac
		run "$DISTCC" --scan-includes gcc -c x.c
		assertEquals "$how" "$want" "$out"
		assertEquals "$how" '' "$err"
		run "$DISTCC" --scan-includes gcc -c x.c
		assertEquals "$how, again" "$want" "$out"
	done
	rm -rf "$DISTCC_DIR/cache"
	: >"$DISTCC_DIR/cache"
	run "$DISTCC" --scan-includes gcc -c x.c
	assertEquals 'no directory' "$want" "$out"
	assertEquals '' "$err"
	rm "$DISTCC_DIR/cache"
	DISTCC_DIR=/proc/none run "$DISTCC" --scan-includes gcc -c x.c
	assertEquals 'nowhere' "$want" "$out"
	assertEquals '' "$err"
}

test_many_at_once() {
	for i in 1 2 3 4 5 6 7 8; do
		header h$i.h
		echo "#include \"h$i.h\"" >>all.h
		printf '#include "all.h"\n#include <stdio.h>\nint x%s;\n' $i >x$i.c
	done
	old ./*.c ./*.h .
	for round in 1 2 3 4 5; do
		for i in 1 2 3 4 5 6 7 8; do
			"$DISTCC" --scan-includes gcc -c x$i.c >"$SANDBOX/out.$round.$i" 2>&1 &
		done
	done
	wait
	for i in 1 2 3 4 5 6 7 8; do
		want=$(DISTCC_DIR=/proc/none "$DISTCC" --scan-includes gcc -c x$i.c)
		for round in 1 2 3 4 5; do
			assertEquals "$want" "$(cat "$SANDBOX/out.$round.$i")"
		done
	done
}

# scan_sources DIR COMPILER PATTERN FLAG... - in $PWD
scan_sources() {
	cc=$1 pattern=$2
	shift 2
	for source in $pattern; do
		[ -e "$source" ] || continue
		"$cc" "$@" -E "$source" -o /dev/null 2>/dev/null || continue
		result=$(scan_check "$cc" "$@" -c "$source") || fail "$result"
		sources=$((sources + 1))
	done
}

test_real_sources() {
	sources=0
	cd "$SRCDIR" || return
	scan_sources gcc 'src/base/b*.c masq/s*.c' -D_GNU_SOURCE -Isrc -I. -I"$BUILDDIR"
	printf '#include <map>\n#include <regex>\n#include <iostream>\n#include <thread>\n' >"$SANDBOX/work/x.cc"
	cd "$SANDBOX/work" || return
	for cc in $cxx; do
		result=$(scan_check "$cc" -std=c++17 -c x.cc) || fail "$result"
	done
	for top in ${SCAN_TREES-}; do
		cd "$top" || continue
		for cc in gcc clang; do
			scan_sources $cc 'src/*.c lib/*/*.c programs/*.c builtin/*.c' -O2 -I. -Isrc -Ilib -Iinclude -Ideps/lua/src -Ideps/hiredis
		done
	done
	assertTrue "[ $sources -gt 3 ]"
	note "$sources sources looked at"
}

. "${SHUNIT2:-shunit2}"
