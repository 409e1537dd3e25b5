#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# integration/portage/bashrc: the journal of a package's jobs and the words after it, with stand-ins for Portage's phases.

. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "${SRCDIR:-.}/tests/lib/daemon.sh"

oneTimeSetUp() {
	command -v bash >/dev/null || bash_missing=y
}

setUp() {
	sandbox_new
	mkdir "$SANDBOX/temp" "$SANDBOX/build" "$SANDBOX/user"
	chmod 2775 "$SANDBOX/temp" "$SANDBOX/build" "$DISTCC_DIR"
	if is_root; then
		chown 65534:65534 "$SANDBOX/temp" "$SANDBOX/build" "$DISTCC_DIR"
	fi
	ln -s "$DISTCC" "$SANDBOX/bin/distcc"
	ln -s "$BUILDDIR/distcc-config" "$SANDBOX/bin/distcc-config"
	echo 'int x = 1;' >"$SANDBOX/build/a.c"
	fake_compiler mycc
	FEATURES='sandbox distcc userpriv'
	user_bashrc=$SANDBOX/user/bashrc
	cp "$SRCDIR/integration/portage/bashrc" "$user_bashrc"	# the build user may not be let into the checkout
}

is_root() {
	[ "$(id -u)" = 0 ]
}

# phase NAME COMMAND - as Portage runs a phase: a bash of its own, /etc/portage/bashrc, the hooks around the command;
# src_* as the build user.  Sets $status, $out, $err.
phase() {
	cat >"$SANDBOX/phase" <<-END
		einfo() { echo " * \$*"; }
		cd "$SANDBOX/build" || exit 1
		source "$user_bashrc" || exit 1
		declare -F pre_$1 >/dev/null && pre_$1
		$2 || exit 2
		declare -F post_$1 >/dev/null && post_$1
		exit 0
	END
	set -- "$1" env -u DISTCC_JOURNAL ${JOURNAL+"DISTCC_JOURNAL=$JOURNAL"} EBUILD_PHASE="${1#*_}" T="$SANDBOX/temp" FEATURES="$FEATURES" \
		bash "$SANDBOX/phase"
	case $1 in
	src_*)
		shift
		if is_root; then
			set -- setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
		fi
		;;
	*) shift ;;
	esac
	run "$@"
	assertEquals "exit status; $err" 0 "$status"
	assertEquals '' "$err"
}

volunteer() {
	start_distccd a || { fail 'no daemon'; return 1; }
	DISTCC_HOSTS=$(host_of a)
	export DISTCC_HOSTS
}

have_bash() {
	[ -z "${bash_missing-}" ] && return 0
	skip_because 'no bash on this machine'
	return 1
}

test_a_package() {
	have_bash && volunteer || return 0
	phase pkg_setup 'distcc mycc -c a.c -o setup.o'
	phase src_configure 'distcc mycc -E a.c >/dev/null'
	assertEquals 'not yet' '' "$out"
	phase src_compile 'distcc mycc -c a.c -o a.o && distcc mycc -c a.c -o b.o && distcc mycc a.o -o a'
	assertContains "$out" ' * distcc: 3 of 5 jobs distributed (60%), 2 done here; about '
	assertContains "$out" "127.0.0.1:$PORT_a"
	assertContains "$out" '3 jobs'
	assertContains "$out" '-E'
	phase src_test true
	assertEquals 'nothing new' '' "$out"
	phase src_install 'distcc mycc -c a.c -o c.o'
	assertContains "$out" '1 of 1 jobs distributed'
	assertEquals 'all are kept' 6 "$(wc -l <"$SANDBOX/temp/distcc-journal.told")"
	assertEquals 4 "$(daemon_jobs a)"
}

test_faults_are_told() {
	have_bash || return 0
	export DISTCC_HOSTS=127.0.0.1:9
	phase src_compile 'distcc mycc -c a.c -o a.o && distcc mycc -c a.c -o b.o'
	assertContains "$out" '0 of 2 jobs distributed'
	assertContains "$out" '1 time in vain: '
	assertContains "$out" "1 messages in $SANDBOX/temp/distcc.log"
	assertContains "$out" 'could not be compiled on 127.0.0.1:9'
}

test_without_the_feature() {
	have_bash && volunteer || return 0
	FEATURES='sandbox userpriv'
	phase src_compile 'distcc mycc -c a.c -o a.o'
	assertEquals '' "$out"
	assertFalse "[ -e '$SANDBOX/temp/distcc-journal' ]"
	FEATURES=-distcc
	phase src_compile 'distcc mycc -c a.c -o a.o'
	assertEquals '' "$out"
}

test_a_journal_of_the_user() {
	have_bash && volunteer || return 0
	JOURNAL=$SANDBOX/tmp/mine
	phase src_compile 'distcc mycc -c a.c -o a.o'
	unset JOURNAL
	assertEquals '' "$out"
	assertEquals 1 "$(wc -l <"$SANDBOX/tmp/mine")"
	assertFalse "[ -e '$SANDBOX/temp/distcc-journal' ]"
	run "$BUILDDIR/distcc-config" --summary "$SANDBOX/tmp/mine"
	assertContains "$out" '1 of 1 jobs distributed (100%)'
}

test_hooks_of_the_user_stay() {
	have_bash && volunteer || return 0
	cat >"$SANDBOX/user/hooks" <<-END
		post_src_compile() { echo mine; distcc_report; }
		source "$user_bashrc"
	END
	user_bashrc=$SANDBOX/user/hooks
	phase src_compile 'distcc mycc -c a.c -o a.o'
	assertContains "$out" mine
	assertContains "$out" '1 of 1 jobs distributed'
}

test_summary_of_nothing() {
	run "$BUILDDIR/distcc-config" --summary "$SANDBOX/none"
	assertEquals 1 "$status"
	assertContains "$err" "$SANDBOX/none"
	printf 'no journal\n' >"$SANDBOX/odd"
	run "$BUILDDIR/distcc-config" --summary "$SANDBOX/odd"
	assertEquals "0 no jobs" "$status $out"
	: >"$SANDBOX/empty"
	run "$BUILDDIR/distcc-config" --summary "$SANDBOX/empty"
	assertEquals "0 no jobs" "$status $out"
	run "$BUILDDIR/distcc-config" --summary
	assertEquals 101 "$status"
	run "$BUILDDIR/distcc-config" --summary "$SANDBOX"
	assertEquals 1 "$status"
}

# Nothing is recorded, and nothing looked at, unless it is asked for; a journal that cannot be written is no matter.
test_journal_that_cannot_be_written() {
	cd "$SANDBOX/build" || return
	export DISTCC_HOSTS=localhost
	for file in /no/such/dir/j "$SANDBOX" /dev/full ''; do
		run env DISTCC_JOURNAL="$file" "$DISTCC" mycc -c a.c -o a.o
		assertEquals "$file" '0 ' "$status $err"
	done
}

# shellcheck source=/dev/null
. "${SHUNIT2:-shunit2}"
