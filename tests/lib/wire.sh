# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# For the suites: speak to a daemon byte by byte (wiretool.c says how).  Source it after daemon.sh.  The tool is made before the
# first test of a suite, unless that has a oneTimeSetUp of its own, and removed after the last one.
#
#	request 1 x.i gcc -c x.c -o x.o >req	# protocol 1, source x.i
#	wire a file req read			# to the daemon that start_distccd called a

WIRETOOL=$SANDBOX_TOP/wiretool.$$

# wiretool_build - compile it; removed by wiretool_remove
wiretool_build() {
	cc -O1 -o "$WIRETOOL" "$SRCDIR/tests/lib/wiretool.c"
}

wiretool_remove() {
	rm -f "$WIRETOOL"
}

oneTimeSetUp() { wiretool_build; }
oneTimeTearDown() {
	sandbox_end
	wiretool_remove
}

# wire NAME STEP... - talk to daemon NAME; sets $status, $out, $err
wire() {
	wire_name=$1
	shift
	run "$WIRETOOL" 127.0.0.1 "$(daemon_var "$wire_name" PORT)" "$@"
}

# token NAME NUMBER
token() {
	printf '%s%08x' "$1" "$2"
}

# head_of VERSION ARG... - DIST, ARGC and ARGVs
head_of() {
	token DIST "$1"
	shift
	token ARGC $#
	for arg; do
		token ARGV ${#arg}
		printf %s "$arg"
	done
}

# request VERSION FILE ARG... - all of a request whose source is FILE, not compressed
request() {
	request_version=$1
	request_file=$2
	shift 2
	head_of "$request_version" "$@"
	token DOTI "$(wc -c <"$request_file")"
	cat "$request_file"
}

# tmp_is_empty NAME - nothing is left in the daemon's TMPDIR
tmp_is_empty() {
	[ -z "$(ls -A "$(daemon_var "$1" TMP)")" ]
}

# log_has NAME PATTERN - a line of the daemon's log fits
log_has() {
	grep -qE -e "$2" "$(daemon_var "$1" LOG)"
}

# assert_log NAME PATTERN - within some seconds
assert_log() {
	poll_until "log_has '$1' '$2'" || {
		fail "no line like \"$2\" in the log:"
		cat "$(daemon_var "$1" LOG)"
	}
}

# assert_tmp_empty NAME - within some seconds
assert_tmp_empty() {
	poll_until "tmp_is_empty '$1'" || fail "left in TMPDIR: $(find "$(daemon_var "$1" TMP)")"
}

# no_children NAME - the daemon has no process below it
no_children() {
	[ -z "$(cat /proc/"$(daemon_var "$1" PID)"/task/*/children 2>/dev/null)" ]
}
