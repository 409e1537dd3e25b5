#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Tool roots of real compilers: what is compiled in them is what is compiled here, whatever the client's system looks like.

. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "$SRCDIR/tests/lib/box.sh"

# One cache for all tests: roots are made once.
oneTimeSetUp() {
	box_build && box_probe
	mkdir "$BOX/cache" && box_own "$BOX/cache"
}
oneTimeTearDown() {
	sandbox_end
	box_remove
}
setUp() {
	sandbox_new
	mkdir -p "$SANDBOX/tree/work/dir"
	cat >"$SANDBOX/tree/work/dir/x.c" <<-'END'
		static int unused;
		int main(int argc, char **argv) { (void)argv; return argc > 1 ? 'ab' : __LINE__; }
	END
	mkdir "$SANDBOX/work/dir"
	cp "$SANDBOX/tree/work/dir/x.c" "$SANDBOX/work/dir"
	box_own "$SANDBOX/tree"
}

skipped() {
	box_skip && startSkipping
}

# root_of COMPILER [LINK=TARGET | DIR/]... - sets $path, $search and $root
root_of() {
	run "$BOX/sandboxtool" root "$BOX/cache" "$@"
	assertEquals "$out$err" 0 "$status"
	path=$(echo "$out" | sed -n 1p)
	search=$(echo "$out" | sed -n 2p)
	root=$(echo "$out" | sed -n 3p)
}

# compile_inside ARG... - run the compiler there, with the last component of its path as argv[0]
compile_inside() {
	run "$BOX/sandboxtool" run "$root" "$SANDBOX/tree" /work "PATH=$search" LC_ALL=C -- "$path" "${path##*/}" "$@"
}

same_as_here() {
	skipped && return
	command -v "$1" >/dev/null || { skip_because "no $1 on this machine"; startSkipping; return; }
	root_of "$(command -v "$1")"
	compile_inside -ffreestanding -Wall -g -O2 -c dir/x.c -o /work/x.o
	assertContains "$out$err" 'status 0'
	assertContains "$out" ' /work/x.o'
	inside=$err
	run env LC_ALL=C "$path" -ffreestanding -Wall -g -O2 -c dir/x.c -o x.o
	assertContains 'the same warnings' "$inside" "$err"
	ls "$root" >"$SANDBOX/top"
	assertNotContains "$(cat "$SANDBOX/top")" home
}

test_gcc() { same_as_here gcc; }
test_gxx() { same_as_here g++; }
test_clang() { same_as_here clang; }

test_a_root_is_made_once() {
	skipped && return
	root_of /usr/bin/gcc
	first=$root
	root_of /usr/bin/gcc
	assertEquals "$first" "$root"
}

test_a_client_with_another_layout() {
	skipped && return
	root_of /usr/bin/gcc
	plain=$root
	# what is a link on one system is a directory on the other, both ways
	if [ -h /lib ]; then
		root_of /usr/bin/gcc /lib/ /lib64/
		assertFalse 'a directory' "[ -h '$root/lib' ]"
	else
		root_of /usr/bin/gcc /lib=usr/lib /lib64=usr/lib64
		assertTrue 'a link' "[ -h '$root/lib' ]"
	fi
	assertNotEquals "$plain" "$root"
	compile_inside -ffreestanding -c dir/x.c
	assertContains "$out$err" 'status 0'
}

test_a_root_that_was_removed_is_made_again() {
	skipped && return
	root_of /usr/bin/gcc
	rm -rf "$root"
	root_of /usr/bin/gcc
	compile_inside -ffreestanding -c dir/x.c
	assertContains "$out$err" 'status 0'
	printf 'garbage' >"$BOX/cache/toolchains"
	for list in "$BOX/cache/roots/"*.list; do
		: >"$list"
	done
	root_of /usr/bin/gcc
	compile_inside -ffreestanding -c dir/x.c
	assertContains "$out$err" 'status 0'
	assertEquals 'those nobody needs are removed' 1 "$(find "$BOX/cache/roots" -maxdepth 1 -name 'root-*' | wc -l)"
}

test_what_is_no_compiler() {
	skipped && return
	run "$BOX/sandboxtool" root "$BOX/cache" /bin/sh
	assertNotEquals 0 "$status"
	assertContains "$out" 'no root: '
}

. "${SHUNIT2:-shunit2}"
