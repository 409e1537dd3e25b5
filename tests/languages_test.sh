#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Machines that have not the same languages: distributions have g++ and gobjc in packages of their own.  Here a program of the
# compiler (cc1plus, cc1obj) is hidden from the volunteer or from the client, in a mount namespace.
. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "$SRCDIR/tests/lib/daemon.sh"

# hidden PROGRAM COMMAND... - run it where gcc does not find that program of its own; in the place of this shell
hidden() {
	hidden_file=$(gcc -print-prog-name="$1")
	shift
	# shellcheck disable=SC2016 # for that shell
	exec $namespace sh -c 'mount --bind "$1" "$2" && shift 2 && exec "$@"' sh "$SANDBOX/no-program" "$hidden_file" "$@"
}

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

# start_without PROGRAM - a volunteer that has not got it
start_without() {
	without=$1
	cat >"$SANDBOX/distccd-without" <<-END
		#!/bin/sh
		exec $namespace sh -c 'mount --bind "\$1" "\$2" && shift 2 && exec "\$@"' sh \
			"$SANDBOX/no-program" "$(gcc -print-prog-name="$without")" "$DISTCCD" "\$@"
	END
	chmod +x "$SANDBOX/distccd-without"
	daemon_start a "$SANDBOX/distccd-without" --config-dir "$SANDBOX/etc" --cache-dir "$SANDBOX/cache" || fail 'no volunteer'
	DISTCC_HOSTS=$(host_of a)
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

# jobs_in MODE - how many the volunteer has done
jobs_in() {
	case $1 in
	replica) grep -c ' COMPILE_OK .* mode:replica' "$LOG_a" ;;
	classic) grep ' COMPILE_OK ' "$LOG_a" | grep -vc ' mode:replica' ;;
	esac
}

# same COMPILER FILE MODE - compiled here and there, in that mode, without a word
same() {
	run "$1" -g -c "$2" -o here.o
	assertEquals "$err" 0 "$status"
	same_before=$(jobs_in "$3")
	run "$DISTCC" "$1" -g -c "$2" -o there.o
	assertEquals "$1 $2: $err" 0 "$status"
	assertEquals "$1 $2" '' "$err"
	assertEquals "$1 $2: $(cat "$LOG_a")" $((same_before + 1)) "$(jobs_in "$3")"
	[ "$3" = classic ] || assertTrue "$1 $2" 'cmp here.o there.o'
}

test_gcc_has_four_languages() {
	no_objective_c gcc && return
	start_volunteer
	for source in one.c two.cc three.m four.mm; do
		same gcc $source replica
		same g++ $source replica
	done
}

test_clang_has_four_languages() {
	no_objective_c clang && return
	start_volunteer
	for source in one.c two.cc three.m four.mm; do
		same clang $source replica
	done
}

# What it lacks does not keep it from the rest; when it is installed later, that is seen.
test_a_volunteer_without_cxx() {
	no_namespace && return
	start_without cc1plus
	same gcc one.c replica
	run "$DISTCC" g++ -c two.cc
	assertNotEquals 0 "$status"
	assertFalse 'no object' '[ -e two.o ]'
	run env DISTCC_FALLBACK=1 DISTCC_VERBOSE=1 "$DISTCC" gcc -c two.cc -o there.o
	assertEquals 0 "$status"
	assertContains "$err" 'for C++; we have: gcc version '
	assertContains "$err" ' without C++'
	reveal_it
	DISTCC_DIR=$SANDBOX/second
	same gcc two.cc replica
	same gcc one.c replica
	same g++ two.cc replica
}

# The command fails here: it shall not succeed there, nor shall another one be kept from going there.
test_a_client_without_objective_c() {
	no_namespace && return
	no_objective_c gcc && return
	start_volunteer
	(hidden cc1obj gcc -c three.m) 2>here.err
	here=$?
	assertNotEquals 0 "$here"
	(DISTCC_FALLBACK=1 hidden cc1obj "$DISTCC" gcc -c three.m) 2>there.err
	assertEquals "$here" $?
	assertEquals "$(cat here.err)" "$(cat there.err)"
	assertEquals "$(cat "$LOG_a")" 0 "$(grep -c ' client: ' "$LOG_a")"
	(hidden cc1obj "$DISTCC" gcc -c one.c) 2>there.err
	assertEquals "$(cat there.err)" 0 $?
	assertEquals 1 "$(jobs_in replica)"
	(hidden cc1obj "$DISTCC" --why gcc -c three.m) >why 2>&1
	assertContains "$(cat why)" 'has no compiler for Objective-C (cc1obj)'
	# it is installed
	same gcc three.m replica
}

. "${SHUNIT2:-shunit2}"
