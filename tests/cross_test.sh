#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Machines of different kinds, as with crossdev: compilers by their full names, and volunteers whose "gcc" is another one.
# clang is the cross compiler here, by the name it is called.

. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "$SRCDIR/tests/lib/daemon.sh"
. "$SRCDIR/tests/lib/config.sh"

case $(uname -m) in
aarch64) other=riscv64 other_elf=RISC-V ;;
*) other=aarch64 other_elf=AArch64 ;;
esac
ours=$(uname -m)
gcc=$(command -v gcc)
clang=$(command -v clang)

setUp() {
	sandbox_new
	mkdir "$SANDBOX/volunteer"
	echo 'int answer(void) { return 42; }' >x.c
}

# lacks_clang - or no cross compiler in it
lacks_clang() {
	[ -n "$clang" ] && echo 'int x;' | "$clang" --target="$other-linux-gnu" -c -x c -o /dev/null - 2>/dev/null && return 1
	skip_because "no clang that compiles for $other"
}

# script NAME TEXT - a compiler of the volunteer
script() {
	printf '#!/bin/sh\n%s\n' "$2" >"$SANDBOX/volunteer/$1"
	chmod 755 "$SANDBOX/volunteer/$1"
}

# volunteer - it has what is in $SANDBOX/volunteer, and nothing else
volunteer() {
	for f in "$SANDBOX/volunteer"/*; do echo "$f"; done >"$SANDBOX/cmdlist"
	DAEMON_ENV="DISTCC_CMDLIST=$SANDBOX/cmdlist" start_distccd v || fail 'the volunteer does not start'
}

# compile WORD... - by distcc; sets $status, $out, $err
compile() {
	DISTCC_HOSTS=$(host_of v) run "$DISTCC" "$@"
}

machine_of() { LC_ALL=C readelf -h "$1" | sed -n 's/^ *Machine: *//p'; }

# A build by full names, as most ebuilds do it: what the volunteer is, does not matter.
test_full_name() {
	lacks_clang && return 0
	ln -s "$clang" "$SANDBOX/bin/$other-unknown-linux-gnu-clang"
	ln -s "$clang" "$SANDBOX/volunteer/$other-unknown-linux-gnu-clang"
	volunteer
	compile "$other-unknown-linux-gnu-clang" -c x.c -o x.o
	assertEquals "$err" 0 "$status"
	assertEquals "$(cat "$LOG_v")" 1 "$(daemon_jobs v)"
	assertEquals "$other_elf" "$(machine_of x.o)"
	"$other-unknown-linux-gnu-clang" -c x.c -o local.o
	assertTrue 'as here' 'cmp -s x.o local.o'
}

# Plain names, and cc: they lead to the full name here, so that is what the volunteer is asked for.
test_plain_names_lead_to_the_full_one() {
	chost=$ours-pc-linux-gnu
	script_text='exec '"$gcc"' "$@"'
	printf '#!/bin/sh\n%s\n' "$script_text" >"$SANDBOX/bin/$chost-gcc"
	chmod 755 "$SANDBOX/bin/$chost-gcc"
	ln -s "$chost-gcc" "$SANDBOX/bin/gcc"
	ln -s gcc "$SANDBOX/bin/cc"
	script "$chost-gcc" "$script_text"
	script gcc 'echo the wrong one >&2; exit 1'
	script cc 'echo the wrong one >&2; exit 1'
	volunteer
	for name in "$chost-gcc" gcc cc; do
		compile "$name" -c x.c -o "$name.o"
		assertEquals "$name: $err" 0 "$status"
		assertEquals "$name" '' "$err"
	done
	assertEquals "$(cat "$LOG_v")" 3 "$(grep -c " COMPILE_OK .* $chost-gcc x.c" "$LOG_v")"
}

# Where they do not, the object tells: it is refused, and the job is done here.
test_gcc_for_another_processor() {
	lacks_clang && return 0
	script gcc 'for a; do case $a in -fpreprocessed | -fdirectives-only | -fdebug*) ;; *) set -- "$@" "$a" ;; esac; shift; done
exec '"$clang"' --target='"$other"'-linux-gnu -w "$@"'
	ln -s gcc "$SANDBOX/volunteer/$(basename "$(readlink -f "$gcc")" | sed 's/-[0-9]*$//')" 2>/dev/null
	volunteer
	compile gcc -c x.c -o x.o
	assertEquals "$err" 0 "$status"
	assertContains "$err" "compiles for $other"
	"$gcc" -c x.c -o local.o
	assertEquals "$(machine_of local.o)" "$(machine_of x.o)"
	DISTCC_FALLBACK=0 compile gcc -c x.c -o y.o
	assertNotEquals 0 "$status"
	assertFalse 'an object' '[ -e y.o ]'
}

# clang does not tell before; what this machine is decides.
test_clang_for_another_processor() {
	lacks_clang && return 0
	script clang 'exec '"$clang"' --target='"$other"'-linux-gnu "$@"'
	volunteer
	compile clang -c x.c -o x.o
	assertEquals "$err" 0 "$status"
	assertContains "$err" "its clang compiles for $other"
	clang -c x.c -o local.o
	assertEquals "$(machine_of local.o)" "$(machine_of x.o)"
	# unless the command says so itself
	compile clang --target="$other-linux-gnu" -c x.c -o y.o
	assertEquals "$err" '0 ' "$status $err"
	assertEquals "$other_elf" "$(machine_of y.o)"
}

# Only full names in the directory of links: a stray call of gcc is not distributed.
test_directory_with_full_names_only() {
	config_new
	programs "$PREFIX/bin" distcc distccd
	programs /usr/bin gcc cc "$other-unknown-linux-gnu-gcc" "$other-unknown-linux-gnu-g++"
	PATH=/usr/bin:/bin run "$CONFIG" --root "$ROOT_DIR" --update-masquerade-with-crossdev
	expect 0
	assertEquals "$other-unknown-linux-gnu-g++
$other-unknown-linux-gnu-gcc" "$(find "$MASQ" -type l -printf '%f\n' | LC_ALL=C sort)"
	run "$CONFIG" --root "$ROOT_DIR" --check
	assertNotContains "$out" missing-link
}

. "${SHUNIT2:-shunit2}"
