#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# distcc-config for Portage: lines for make.conf, packages that are not distributed, and what is wrong with what is there.

. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "${SRCDIR:-.}/tests/lib/daemon.sh"
. "${SRCDIR:-.}/tests/lib/config.sh"

setUp() {
	sandbox_new
	config_new
	unset PORTAGE_CONFIGROOT DISTCC_DIR
	mkdir -p "$ROOT_DIR/etc/portage" "$ROOT_DIR$SYSCONFDIR/distcc"
	CONF=$ROOT_DIR/etc/portage/make.conf
	echo localhost >"$ROOT_DIR$SYSCONFDIR/distcc/hosts"
}

# config ARG... - distcc-config for the system below $ROOT_DIR
config() {
	run "$CONFIG" --root "$ROOT_DIR" "$@"
}

# content DIR - names and contents of all below it
content() {
	(cd "$1" && find . -type f -exec cksum {} + -o -printf '%y %p %l\n' | LC_ALL=C sort)
}

# round_trip NAME - apply, apply, revert: the block is written once, and all is as before
round_trip() {
	content "$ROOT_DIR/etc" >"$SANDBOX/before"
	config --make-conf --apply
	expect 0
	assertContains "$1: $out" "$out" wrote
	content "$ROOT_DIR/etc" >"$SANDBOX/once"
	assertFalse "$1: something was written" "cmp -s '$SANDBOX/before' '$SANDBOX/once'"
	config --make-conf --apply
	expect 0
	assertContains "$1: $out" "$out" 'as it should be'
	content "$ROOT_DIR/etc" >"$SANDBOX/twice"
	assertTrue "$1: twice is once" "cmp '$SANDBOX/once' '$SANDBOX/twice'"
	config --make-conf --revert
	expect 0
	content "$ROOT_DIR/etc" >"$SANDBOX/after"
	assertTrue "$1: as before" "diff '$SANDBOX/before' '$SANDBOX/after'"
	config --make-conf --revert
	expect 0
	assertContains "$1: $out" "$out" 'nothing of distcc-config'
}

# a_system SHAPE - what some shapes refer to
a_system() {
	rm -rf "$ROOT_DIR/etc/portage" "$ROOT_DIR/etc/make.conf"
	mkdir -p "$ROOT_DIR/etc/portage" "$ROOT_DIR/var/lib/layman"
	echo 'FEATURES="candy"' >"$ROOT_DIR/etc/portage/extra.conf"
	echo 'PORTDIR_OVERLAY=""' >"$ROOT_DIR/var/lib/layman/make.conf"
}

test_shapes_as_a_file() {
	for shape in "$SRCDIR"/tests/data/makeconf/*; do
		a_system
		cp "$shape" "$CONF"
		round_trip "${shape##*/}"
		config --apply
		config --check --json
		assertNotContains "$shape" "$out" features-without-distcc
		assertNotContains "$shape" "$out" block-overridden
	done
}

test_shapes_in_the_old_place() {
	for shape in crlf-no-newline old-export sourcing; do
		a_system
		cp "$SRCDIR/tests/data/makeconf/$shape" "$ROOT_DIR/etc/make.conf"
		round_trip "$shape"
	done
	cp "$ROOT_DIR/etc/make.conf" "$CONF"
	config --make-conf --apply
	assertContains 'the newer place wins' "$out" "$CONF"
}

test_shapes_in_a_directory() {
	for shape in no-newline desktop sourcing; do
		a_system
		mkdir -p "$CONF/sub"
		cp "$SRCDIR/tests/data/makeconf/$shape" "$CONF/10-first"
		cp "$SRCDIR/tests/data/makeconf/$shape" "$CONF/sub/second"
		echo 'nonsense' >"$CONF/.hidden"
		echo 'nonsense' >"$CONF/old~"
		round_trip "$shape"
	done
	config --apply
	expect 0
	assertTrue "[ -f '$CONF/zz-distcc' ]"
	config --revert
	expect 0
	assertFalse "[ -e '$CONF/zz-distcc' ]"
}

test_no_make_conf_yet() {
	round_trip none
	assertFalse "[ -e '$CONF' ]"
}

# What the user changes around the block survives, and the old text is kept until then.
test_changes_of_the_user() {
	printf 'A=1' >"$CONF"
	chmod 600 "$CONF"
	config --apply
	expect 0
	assertEquals 'A=1' "$(cat "$CONF.distcc~")"
	assertEquals 600 "$(stat -c %a "$CONF")"
	assertEquals 600 "$(stat -c %a "$CONF.distcc~")"
	echo 'B=2' >>"$CONF"
	config --apply
	expect 0
	config --revert
	expect 0
	assertEquals "$(printf 'A=1\nB=2')" "$(cat "$CONF")"
	assertContains "$err" "$CONF.distcc~"
	assertEquals 'A=1' "$(cat "$CONF.distcc~")"
	assertEquals 600 "$(stat -c %a "$CONF")"
}

test_link() {
	echo 'A=1' >"$ROOT_DIR/etc/portage/real.conf"
	ln -s real.conf "$CONF"
	config --apply
	expect 0
	assertTrue "[ -h '$CONF' ]"
	assertTrue "grep -q MAKEOPTS '$ROOT_DIR/etc/portage/real.conf'"
	config --revert
	expect 0
	assertEquals 'A=1' "$(cat "$ROOT_DIR/etc/portage/real.conf")"
	assertTrue "[ -h '$CONF' ]"
}

test_dry_run() {
	echo 'A=1' >"$CONF"
	content "$ROOT_DIR" >"$SANDBOX/before"
	config --make-conf --apply -n
	expect 0
	assertContains "$out" "would write to $CONF"
	assertContains "$out" MAKEOPTS=
	config --make-conf -n
	expect 0
	content "$ROOT_DIR" >"$SANDBOX/after"
	assertTrue "diff '$SANDBOX/before' '$SANDBOX/after'"
	config --apply
	content "$ROOT_DIR" >"$SANDBOX/before"
	config --revert -n
	assertContains "$out" "would restore $CONF"
	content "$ROOT_DIR" >"$SANDBOX/after"
	assertTrue "diff '$SANDBOX/before' '$SANDBOX/after'"
}

# refused TEXT ARG... - status 1, a message with TEXT, and nothing changed
refused() {
	refused_text=$1
	shift
	content "$ROOT_DIR" >"$SANDBOX/before"
	config "$@"
	expect 1
	assertContains "$err" "$refused_text"
	content "$ROOT_DIR" >"$SANDBOX/after"
	assertTrue "$*: nothing was changed" "diff '$SANDBOX/before' '$SANDBOX/after'"
}

test_broken_make_conf() {
	printf 'A=1\nB="not closed\nC=2\n' >"$CONF"
	refused "$CONF:2: B: a quote is not closed" --make-conf --apply
	printf 'A=1\nif true; then\nC=2\n' >"$CONF"
	refused "$CONF:2: if: no assignment" --make-conf --apply
	printf '# >>> distcc-config\nA=1\n' >"$CONF"
	refused 'marks of distcc-config' --make-conf --apply
	refused 'marks of distcc-config' --make-conf --revert
	printf 'A=1\000B=2\n' >"$CONF"
	refused 'is no text' --make-conf --apply
	rm "$CONF"
	mkfifo "$CONF"
	refused 'cannot be read' --make-conf --apply
	rm "$CONF"
	mkdir "$CONF"
	printf 'A="x\n' >"$CONF/a"
	refused "$CONF/a:1" --make-conf --apply
}

test_no_portage() {
	rm -r "$ROOT_DIR/etc/portage"
	for words in '--make-conf --apply' '--make-conf --revert' '--no-distcc a/b' '--allow-distcc a/b' '--no-distcc'; do
		# shellcheck disable=SC2086 # words
		refused 'there is no Portage' $words
	done
	config --make-conf
	expect 0
	assertContains 'lines for one that is to be' "$out" MAKEOPTS=
	run "$CONFIG" --root "$SANDBOX/none" --make-conf --apply
	expect 1
	assertContains "$err" 'is no directory'
	config --check --json
	assertNotContains 'nothing to say about Portage' "$out" features-without-distcc
}

test_unwritable() {
	echo 'A=1' >"$CONF"
	chmod 777 "$SANDBOX"
	chmod 755 "$ROOT_DIR/etc/portage"
	[ "$(id -u)" = 0 ] || chmod 555 "$ROOT_DIR/etc/portage"
	content "$ROOT_DIR" >"$SANDBOX/before"
	for words in '--make-conf --apply' '--no-distcc a/b'; do
		# shellcheck disable=SC2086 # words
		as_nobody "$CONFIG" --root "$ROOT_DIR" $words >out 2>err
		status=$?
		[ $status = 99 ] && { skip_because 'cannot become another user'; return 0; }
		assertEquals "$words" 1 "$status"
		assertContains "$words" "$(cat err)" 'cannot be written: Permission denied'
		content "$ROOT_DIR" >"$SANDBOX/after"
		assertTrue "$words: nothing was changed" "diff '$SANDBOX/before' '$SANDBOX/after'"
	done
	chmod 755 "$ROOT_DIR/etc/portage"
}

test_mistakes_in_the_command() {
	run "$CONFIG" --make-conf --apply --revert
	expect 101
	run "$CONFIG" --apply --check
	expect 101
	run "$CONFIG" --make-conf what
	expect 101
	run "$CONFIG" --allow-distcc
	expect 101
}

# The number of jobs is that of hosts that answer.
test_jobs_of_reachable_hosts() {
	start_distccd a || { fail 'no daemon'; return; }
	echo "127.0.0.1:$PORT_a/6 127.0.0.1:$(free_port)/50 @far/3" >"$ROOT_DIR$SYSCONFDIR/distcc/hosts"
	config --make-conf
	expect 0
	local_jobs=$(printf '%s\n' "$out" | sed -n 's/^MAKEOPTS=.*-l\([0-9]*\)"$/\1/p')
	assertTrue "$out" "[ '$local_jobs' -ge 1 ] && [ '$local_jobs' -le $(nproc) ]"
	assertContains "$out" "MAKEOPTS=\"-j$((9 + local_jobs)) -l$local_jobs\""
	assertContains "$out" "127.0.0.1:$PORT_a 6"
	assertContains "$out" 'Not counted: 127.0.0.1:'
}

# Which list: that of make.conf, of Portage's DISTCC_DIR, of the system; never the one in a home.
test_hosts_that_a_build_sees() {
	echo '@etc/3' >"$ROOT_DIR$SYSCONFDIR/distcc/hosts"
	config --make-conf
	assertContains "$out" '@etc 3'
	mkdir -p "$ROOT_DIR/var/tmp/portage/.distcc"
	echo '@tmp/4' >"$ROOT_DIR/var/tmp/portage/.distcc/hosts"
	config --make-conf
	assertContains "$out" '@tmp 4'
	echo 'DISTCC_HOSTS="@conf/5"' >"$CONF"
	config --make-conf
	assertContains "$out" '@conf 5'
	rm "$CONF" "$ROOT_DIR/var/tmp/portage/.distcc/hosts"
	export PORTAGE_CONFIGROOT="$ROOT_DIR/"
	mkdir -p "$HOME/.distcc"
	echo '@home/7' >"$HOME/.distcc/hosts"
	echo 'FEATURES="distcc"' >"$CONF"
	run "$CONFIG" --check --json
	if [ ! -e "$SYSCONFDIR/distcc/hosts" ] && [ ! -e /var/tmp/portage/.distcc/hosts ]; then
		assertContains "$out" hosts-unseen
	fi
	run env DISTCC_HOSTS='@shell/8' "$CONFIG" --make-conf
	expect 0
	assertContains "$out" '@shell 8'
}

test_prefix() {
	mkdir -p "$ROOT_DIR/opt/gentoo/etc/portage"
	run env EPREFIX=/opt/gentoo "$CONFIG" --root "$ROOT_DIR" --apply
	expect 0
	assertTrue "[ -e '$ROOT_DIR/opt/gentoo/etc/portage/make.conf' ]"
	assertFalse "[ -e '$CONF' ]"
	run env EPREFIX=/opt/gentoo ROOT="$ROOT_DIR" "$CONFIG" --revert
	expect 0
	assertFalse "[ -e '$ROOT_DIR/opt/gentoo/etc/portage/make.conf' ]"
}

# What gcc says -march=native means, if this machine's gcc knows it.
test_native() {
	unset ROOT
	export PORTAGE_CONFIGROOT="$ROOT_DIR" DISTCC_HOSTS=localhost
	printf 'COMMON_FLAGS="-O2 -march=native"\nCFLAGS="${COMMON_FLAGS}"\n' >"$CONF"
	run "$CONFIG" --make-conf
	expect 0
	assertContains "$(printf %s "$out" | tr -d '#\n' | tr -s ' ')" "-march=native in COMMON_FLAGS ($CONF:1)"
	gcc -march=native -E -x c /dev/null >/dev/null 2>&1 || { skip_because 'this gcc has no -march=native'; return 0; }
	flags=$(printf '%s\n' "$out" | sed -n 's/^#   \(-march=.*\)/\1/p')
	assertNotEquals '' "$flags"
	echo 'int x;' >x.c
	# shellcheck disable=SC2086 # words
	assertTrue "$flags" "gcc -c $flags x.c"
	# the same switches as native gives
	# shellcheck disable=SC2086 # words
	gcc $flags -Q --help=target | grep '^ *-m[^=]*$\|^ *-march=' >a
	gcc -march=native -Q --help=target | grep '^ *-m[^=]*$\|^ *-march=' >b
	assertTrue 'the same switches' 'diff a b'
}

# codes LINE... - the findings of --check about a make.conf of these lines
codes() {
	printf '%s\n' "$@" >"$CONF"
	config --check
}

test_check() {
	codes 'FEATURES="ccache"' 'MAKEOPTS="-j2"'
	assertContains "$out" 'FEATURES in make.conf does not have distcc'
	assertContains "$out" 'cure: distcc-config --make-conf --apply'
	codes 'FEATURES="distcc"' 'MAKEOPTS="-j$(nproc)"'
	assertContains "$out" "error: $CONF:2"
	assertContains "$out" 'Portage runs no commands'
	codes 'FEATURES="distcc"' 'CC="distcc gcc"'
	assertContains "$out" "$CONF:2: CC=\"distcc gcc\" names distcc"
	assertEquals 1 "$status"
	mkdir -p "$ROOT_DIR/usr/lib64/distcc"
	codes 'FEATURES="distcc"'
	assertContains "$out" "Portage looks at $ROOT_DIR/usr/lib64/distcc before"
	rmdir "$ROOT_DIR/usr/lib64/distcc"
	mkdir -p "$ROOT_DIR/usr/lib/distcc"
	ln -s ../lib/distcc "$ROOT_DIR/usr/lib64/distcc"
	codes 'FEATURES="distcc"'
	assertNotContains "$out" 'Portage looks at'
}

test_packages() {
	config --no-distcc
	expect 0
	assertEquals '' "$out"
	config --no-distcc dev-lang/rust '=dev-lang/go-1*'
	expect 0
	assertEquals "$(printf 'dev-lang/rust nodistcc.conf\n=dev-lang/go-1* nodistcc.conf')" "$(cat "$ROOT_DIR/etc/portage/package.env")"
	assertTrue "grep -qx 'FEATURES=\"-distcc\"' '$ROOT_DIR/etc/portage/env/nodistcc.conf'"
	content "$ROOT_DIR" >"$SANDBOX/before"
	config --no-distcc dev-lang/rust
	expect 0
	assertContains "$out" already
	content "$ROOT_DIR" >"$SANDBOX/after"
	assertTrue "diff '$SANDBOX/before' '$SANDBOX/after'"
	config --no-distcc
	assertEquals "$(printf 'dev-lang/rust\n=dev-lang/go-1*')" "$out"
	config --allow-distcc dev-lang/rust
	expect 0
	config --no-distcc
	assertEquals '=dev-lang/go-1*' "$out"
	assertTrue "[ -e '$ROOT_DIR/etc/portage/env/nodistcc.conf' ]"
	config --allow-distcc '=dev-lang/go-1*' dev-lang/rust
	expect 0
	assertContains "$out" 'dev-lang/rust is distributed already'
	assertFalse "[ -e '$ROOT_DIR/etc/portage/env/nodistcc.conf' ]"
	assertEquals '' "$(cat "$ROOT_DIR/etc/portage/package.env")"
}

test_packages_in_a_directory() {
	mkdir -p "$ROOT_DIR/etc/portage/package.env" "$ROOT_DIR/etc/portage/env"
	echo 'app-misc/foo nodistcc.conf other.conf # mine' >"$ROOT_DIR/etc/portage/package.env/mine"
	echo 'FEATURES="-distcc -ccache"' >"$ROOT_DIR/etc/portage/env/nodistcc.conf"
	cp "$ROOT_DIR/etc/portage/env/nodistcc.conf" "$SANDBOX/env"
	config --no-distcc dev-lang/rust app-misc/foo
	expect 0
	assertEquals 'dev-lang/rust nodistcc.conf' "$(cat "$ROOT_DIR/etc/portage/package.env/distcc")"
	config --no-distcc
	assertEquals "$(printf 'dev-lang/rust\napp-misc/foo')" "$out"
	config --allow-distcc dev-lang/rust app-misc/foo
	expect 0
	assertFalse "[ -e '$ROOT_DIR/etc/portage/package.env/distcc' ]"
	assertEquals 'app-misc/foo other.conf # mine' "$(cat "$ROOT_DIR/etc/portage/package.env/mine")"
	assertTrue "the user's file stays" "cmp '$SANDBOX/env' '$ROOT_DIR/etc/portage/env/nodistcc.conf'"
}

test_packages_refused() {
	refused 'is no package' --no-distcc rust
	refused 'is no package' --no-distcc 'dev-lang/rust' 'a b/c'
	mkdir -p "$ROOT_DIR/etc/portage/env"
	echo 'CFLAGS="-O3"' >"$ROOT_DIR/etc/portage/env/nodistcc.conf"
	refused 'does not turn distcc off' --no-distcc dev-lang/rust
	rm "$ROOT_DIR/etc/portage/env/nodistcc.conf"
	mkfifo "$ROOT_DIR/etc/portage/package.env"
	refused 'cannot be read' --no-distcc dev-lang/rust
	rm "$ROOT_DIR/etc/portage/package.env"
	content "$ROOT_DIR" >"$SANDBOX/before"
	config --no-distcc -n dev-lang/rust
	expect 0
	assertContains "$out" 'would add dev-lang/rust'
	content "$ROOT_DIR" >"$SANDBOX/after"
	assertTrue 'a dry run' "diff '$SANDBOX/before' '$SANDBOX/after'"
}

# shellcheck source=/dev/null
. "${SHUNIT2:-shunit2}"
