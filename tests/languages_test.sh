#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Machines that have not the same languages: distributions have g++ and gobjc in packages of their own.  Here a program of the
# compiler (cc1plus, cc1obj) is hidden from the volunteer or from the client, in a mount namespace.
. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "$SRCDIR/tests/lib/daemon.sh"

# knows_objective_c COMPILER - "yes", or nothing
knows_objective_c() {
	echo '@class A; id f(A *a) { return (id)a; }' | "$1" -x objective-c -c -o /dev/null - 2>/dev/null && echo yes
}

oneTimeSetUp() {
	namespace= languages_why='no mount namespaces here'
	for try in 'unshare -m' 'unshare -rm'; do
		! $try sh -c 'mount -t tmpfs none /mnt' 2>/dev/null || { namespace=$try languages_why=; break; }
	done
	objective_gcc=$(knows_objective_c gcc) objective_clang=$(knows_objective_c clang)
}

setUp() {
	sandbox_new
	: >"$SANDBOX/no-program"
	# without PROGRAM COMMAND... - run it where gcc does not find that program of its own
	cat >"$SANDBOX/without" <<-END
		#!/bin/sh
		program=\$(gcc -print-prog-name="\$1")
		shift
		exec $namespace sh -c 'mount --bind "\$1" "\$2" && shift 2 && exec "\$@"' sh "$SANDBOX/no-program" "\$program" "\$@"
	END
	chmod +x "$SANDBOX/without"
	DAEMON_REPLICA=yes
	DISTCC_FALLBACK=0
	export DISTCC_FALLBACK DISTCC_HOSTS
	echo 'int one(void) { return __LINE__; }' >one.c
	echo 'struct S { int i; S() : i(2) {} }; int two() { return S().i; }' >two.cc
	echo '@class A; id three(A *a) { return (id)a; }' >three.m
	echo 'template<class T> T same(T t) { return t; } @class A; id four(A *a) { return same((id)a); }' >four.mm
}

start_volunteer() {
	start_distccd a || fail 'no volunteer'
	DISTCC_HOSTS=$(host_of a)
}

# start_without PROGRAM - one that has not got it
start_without() {
	without=$1
	DAEMON_ENV="$SANDBOX/without $1"
	start_volunteer
	DAEMON_ENV=
}

# reveal_it - now it has: in the namespaces of its daemon
reveal_it() {
	nsenter -t "$PID_a" -U --preserve-credentials -m umount "$(gcc -print-prog-name="$without")" 2>/dev/null ||
		nsenter -t "$PID_a" -m umount "$(gcc -print-prog-name="$without")"
}

no_namespace() {
	[ -n "$languages_why" ] || return 1
	skip_because "$languages_why"
}

no_objective_c() {
	eval "[ -z \"\$objective_$1\" ]" || return 1
	skip_because "$1 knows no Objective-C on this machine"
}

# jobs - how many the volunteer has done in replica mode
jobs() {
	grep -c ' COMPILE_OK .* mode:replica' "$LOG_a"
}

# same COMPILER FILE - compiled here and there, in replica mode, without a word
same() {
	run "$1" -g -c "$2" -o here.o
	assertEquals "$err" 0 "$status"
	same_before=$(jobs)
	run "$DISTCC" "$1" -g -c "$2" -o there.o
	assertEquals "$1 $2: $err" 0 "$status"
	assertEquals "$1 $2" '' "$err"
	assertEquals "$1 $2: $(cat "$LOG_a")" $((same_before + 1)) "$(jobs)"
	assertTrue "$1 $2" 'cmp here.o there.o'
}

test_gcc_has_four_languages() {
	no_objective_c gcc && return
	start_volunteer
	for source in one.c two.cc three.m four.mm; do
		same gcc $source
		same g++ $source
	done
}

test_clang_has_four_languages() {
	no_objective_c clang && return
	start_volunteer
	for source in one.c two.cc three.m four.mm; do
		same clang $source
	done
}

# What it lacks does not keep it from the rest; when it is installed later, that is seen.
test_a_volunteer_without_cxx() {
	no_namespace && return
	start_without cc1plus
	same gcc one.c
	run "$DISTCC" g++ -c two.cc
	assertNotEquals 0 "$status"
	assertFalse 'no object' '[ -e two.o ]'
	run env DISTCC_FALLBACK=1 DISTCC_VERBOSE=1 "$DISTCC" gcc -c two.cc -o there.o
	assertEquals 0 "$status"
	assertContains "$err" 'for C++; we have: gcc version '
	assertContains "$err" ' without C++'
	reveal_it
	DISTCC_DIR=$SANDBOX/second
	same gcc two.cc
	same gcc one.c
	same g++ two.cc
}

# The command fails here: it shall not succeed there, nor shall another one be kept from going there.
test_a_client_without_objective_c() {
	no_namespace && return
	no_objective_c gcc && return
	start_volunteer
	"$SANDBOX/without" cc1obj gcc -c three.m 2>here.err
	here=$?
	assertNotEquals 0 "$here"
	DISTCC_FALLBACK=1 "$SANDBOX/without" cc1obj "$DISTCC" gcc -c three.m 2>there.err
	assertEquals "$here" $?
	assertEquals "$(cat here.err)" "$(cat there.err)"
	assertEquals "$(cat "$LOG_a")" 0 "$(grep -c ' client: ' "$LOG_a")"
	"$SANDBOX/without" cc1obj "$DISTCC" gcc -c one.c 2>there.err
	assertEquals "$(cat there.err)" 0 $?
	assertEquals 1 "$(jobs)"
	"$SANDBOX/without" cc1obj "$DISTCC" --why gcc -c three.m >why 2>&1
	assertContains "$(cat why)" 'has no compiler for Objective-C (cc1obj)'
	# it is installed
	same gcc three.m
}

. "${SHUNIT2:-shunit2}"
