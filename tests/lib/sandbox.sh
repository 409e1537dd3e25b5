# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# For the suites: a world of its own for each test.
#
#	. "${SRCDIR:-.}/tests/lib/sandbox.sh"
#	setUp() { sandbox_new; fake_compiler gcc; }	# sandbox_new alone is the default
#	test_...() { run "$DISTCC" gcc -c x.c; assertEquals 0 "$status"; }
#	. "${SHUNIT2:-shunit2}"
#
# DISTCC and DISTCCD are the programs under test.  A suite that defines its own tearDown or
# oneTimeTearDown calls sandbox_end in it.

SRCDIR=$(cd "${SRCDIR:-.}" && pwd)
BUILDDIR=$(cd "${BUILDDIR:-.}" && pwd)
DISTCC=$BUILDDIR/distcc
DISTCCD=$BUILDDIR/distccd
export SRCDIR BUILDDIR DISTCC DISTCCD

SANDBOX_TOP=${TMPDIR:-/tmp}
SANDBOX=
sandbox_nr=0

# sandbox_new - end the old sandbox and step into an empty one:
#   $SANDBOX          its top
#   $SANDBOX/work     the current directory
#   $HOME $TMPDIR $DISTCC_DIR   below it, empty
#   $SANDBOX/bin      first on PATH, for fake compilers; then the system's own directories only
# Every DISTCC_*, CCACHE_* and compiler variable of the caller is gone.
sandbox_new() {
	sandbox_end
	sandbox_nr=$((sandbox_nr + 1))
	SANDBOX=$(cd "$SANDBOX_TOP" && mktemp -d "$PWD/sandbox.XXXXXX") || return 1
	# others may pass: a daemon started by root becomes somebody else
	chmod 755 "$SANDBOX"
	mkdir "$SANDBOX/home" "$SANDBOX/tmp" "$SANDBOX/distcc" "$SANDBOX/bin" "$SANDBOX/work" || return 1
	chmod 1777 "$SANDBOX/tmp"
	for sandbox_var in $(env | sed -n 's/^\(DISTCC[A-Z]*_[A-Z_]*\)=.*/\1/p; s/^\(CCACHE_[A-Z_]*\)=.*/\1/p; s/^\(_DISTCC[A-Z_]*\)=.*/\1/p'); do
		unset "$sandbox_var"
	done
	unset CC CXX CPP CFLAGS CXXFLAGS CPPFLAGS LDFLAGS MAKEFLAGS MAKELEVEL MFLAGS GNUMAKEFLAGS \
		CPATH C_INCLUDE_PATH CPLUS_INCLUDE_PATH OBJC_INCLUDE_PATH LIBRARY_PATH COMPILER_PATH GCC_EXEC_PREFIX \
		DEPENDENCIES_OUTPUT SUNPRO_DEPENDENCIES SOURCE_DATE_EPOCH GCC_COLORS COLUMNS UNCACHED_ERR_FD XDG_CACHE_HOME \
		LANG LANGUAGE LC_MESSAGES LC_CTYPE
	HOME=$SANDBOX/home
	TMPDIR=$SANDBOX/tmp
	DISTCC_DIR=$SANDBOX/distcc
	PATH=$SANDBOX/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin
	LC_ALL=C.UTF-8
	export HOME TMPDIR DISTCC_DIR PATH LC_ALL
	umask 022
	cd "$SANDBOX/work" || return 1
}

# sandbox_end - stop the daemons and remove the sandbox, if there is one
sandbox_end() {
	command -v daemons_stop >/dev/null && daemons_stop
	if [ -n "$SANDBOX" ]; then
		cd "$SANDBOX_TOP" || return 1
		chmod -R u+rwX "$SANDBOX" 2>/dev/null
		rm -rf "$SANDBOX"
		SANDBOX=
	fi
	TMPDIR=$SANDBOX_TOP
	return 0
}

setUp() { sandbox_new; }
tearDown() { sandbox_end; }
oneTimeTearDown() { sandbox_end; }

# fake_compiler NAME [SCRIPT] - put an executable NAME first on PATH.  It adds its arguments as one line to
# $SANDBOX/NAME.log; with -E it copies its source to stdout, else it runs SCRIPT (shell text that finds the source in $source
# and what -o says in $output; default: write "object of NAME").
fake_compiler() {
	cat >"$SANDBOX/bin/$1" <<-END
		#!/bin/sh
		printf '%s\n' "\$*" >>"$SANDBOX/$1.log"
		source= output= preprocess=
		while [ \$# -gt 0 ]; do
			case \$1 in
			-o) output=\$2; shift ;;
			-o*) output=\${1#-o} ;;
			-E) preprocess=y ;;
			-*) ;;
			*.c | *.cc | *.i | *.ii | *.m | *.mi) source=\$1 ;;
			esac
			shift
		done
		if [ -n "\$preprocess" ]; then
			cat "\$source"
			exit
		fi
		${2:-[ -z \"\$output\" ] || echo \"object of $1\" >\"\$output\"}
	END
	chmod 755 "$SANDBOX/bin/$1"
	: >"$SANDBOX/$1.log"
	chmod 666 "$SANDBOX/$1.log"
}

# run COMMAND... - run it without stdin; sets $status, $out and $err (both without trailing newlines)
# shellcheck disable=SC2034 # for the suites
run() {
	"$@" >"$SANDBOX/run.out" 2>"$SANDBOX/run.err" </dev/null
	status=$?
	out=$(cat "$SANDBOX/run.out")
	err=$(cat "$SANDBOX/run.err")
}

# poll_until CONDITION [SECONDS] - wait until the shell text CONDITION is true, 10 s at most; false if it never was
poll_until() {
	poll_end=
	poll_round=0
	until eval "$1"; do
		# a clock costs as much as many a condition: it is asked now and then, and who waits long looks less often
		poll_round=$((poll_round + 1))
		if [ "$poll_round" -lt 25 ]; then
			sleep 0.02
			continue
		fi
		poll_now=$(date +%s)
		: "${poll_end:=$((poll_now + ${2:-10}))}"
		[ "$poll_now" -le "$poll_end" ] || return 1
		sleep 0.1
	done
}

# skip_because REASON - count this test as skipped; the caller returns:
#	have_ipv6 || { skip_because 'no IPv6 on this machine'; return 0; }
skip_because() {
	echo "SKIP: $*"
}

# note TEXT - a figure worth seeing though nothing failed
note() {
	echo "NOTE: $*"
}
