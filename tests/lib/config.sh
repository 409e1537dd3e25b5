# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# For the suites about distcc-config: a system below a root, and how to ask.  Source it after sandbox.sh.

CONFIG=$BUILDDIR/distcc-config
# where this build has its things
PKGLIBDIR=$(sed -n 's/^#define PKGLIBDIR "\(.*\)"/\1/p' "$BUILDDIR/config.h")
SYSCONFDIR=$(sed -n 's/^#define SYSCONFDIR "\(.*\)"/\1/p' "$BUILDDIR/config.h")
PREFIX=${PKGLIBDIR%/lib/distcc}

# config_new - an empty system: $ROOT_DIR, whose directory of links will be $MASQ
config_new() {
	ROOT_DIR="$SANDBOX/a root"
	MASQ=$ROOT_DIR$PKGLIBDIR
	mkdir "$ROOT_DIR"
	unset ROOT EPREFIX
}

# programs DIR NAME... - executables in that directory of the root
programs() {
	programs_dir=$ROOT_DIR$1
	shift
	mkdir -p "$programs_dir"
	for program; do
		printf '#!/bin/sh\necho "%s"\n' "$program" >"$programs_dir/$program"
		chmod 755 "$programs_dir/$program"
	done
}

# snapshot DIR - everything about what is in it
snapshot() { (cd "$1" 2>/dev/null && find . -printf '%p %y %m %l %T@\n' | LC_ALL=C sort); }

# as_nobody COMMAND... - without root's rights; 99 if that cannot be
as_nobody() {
	if [ "$(id -u)" != 0 ]; then
		"$@"
	elif ! setpriv --reuid=65534 --regid=65534 --clear-groups test -x "$CONFIG" 2>/dev/null; then
		return 99
	else
		setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
	fi
}

# expect STATUS - of the last run; nothing may come from a sanitizer
expect() {
	assertEquals "exit status; $err" "$1" "$status"
	case $err in
	*Sanitizer* | *'runtime error'*) fail "$err" ;;
	esac
}
