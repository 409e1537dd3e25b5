#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# distcc-config: hosts and variables.

. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "$SRCDIR/tests/lib/config.sh"

setUp() {
	sandbox_new
	config_new
	HOSTS=$ROOT_DIR$SYSCONFDIR/distcc/hosts
	ENVFILE=$ROOT_DIR/etc/env.d/02distcc
	mkdir -p "${ENVFILE%/*}"
}

config() { run "$CONFIG" --root "$ROOT_DIR" "$@"; }

test_hosts_are_set_and_printed() {
	config --get-hosts
	expect 1
	assertContains "$err" "$HOSTS"
	config --set-hosts 'localhost/2 box/8,lzo @far'
	expect 0
	assertEquals "set hosts in $HOSTS" "$out"
	config --get-hosts
	expect 0
	assertEquals 'localhost/2 box/8,lzo @far' "$out"
	assertEquals 644 "$(stat -c %a "$HOSTS")"
	config --set-hosts --randomize box/4
	expect 0
	assertEquals '--randomize box/4' "$(cat "$HOSTS")"
	assertEquals hosts "$(ls -A "${HOSTS%/*}")"
}

test_comments_in_hosts_stay() {
	mkdir -p "${HOSTS%/*}"
	printf '# our hosts\nold/4   # cellar\n\nolder\n# end\n' >"$HOSTS"
	config --set-hosts 'new/8'
	expect 0
	assertEquals "# our hosts
# cellar
new/8

# end" "$(cat "$HOSTS")"
	config --set-hosts "$(printf '# all new\na/1\nb/2\n')"
	expect 0
	assertEquals "# all new
a/1
b/2" "$(cat "$HOSTS")"
	# what is printed can be set again
	before=$(cat "$HOSTS")
	config --set-hosts "$("$CONFIG" --root "$ROOT_DIR" --get-hosts)"
	assertEquals "$before" "$(cat "$HOSTS")"
}

test_wrong_hosts_change_nothing() {
	config --set-hosts 'good/4'
	before=$(snapshot "$ROOT_DIR")
	for hosts in 'box:70000' 'box/0' 'a box,lz' '' '   ' '# nobody' '--local'; do
		config --set-hosts "$hosts"
		expect 1
		assertNotEquals '' "$err"
		assertEquals "$hosts: something changed" "$before" "$(snapshot "$ROOT_DIR")"
	done
	config --set-hosts 'a box:70000'
	assertContains "$err" '1:7'
	assertContains "$err" 'box:70000'
	# the client says the same
	run env DISTCC_HOSTS='a box:70000' "$DISTCC" -j
	assertContains "$err" '1:7'
}

test_hosts_of_a_user() {
	cd "$SANDBOX" || return 1
	chmod -R a+rwX .
	unset DISTCC_DIR
	as_nobody "$CONFIG" --set-hosts 'mine/2' >out 2>err
	status=$? err=$(cat err)
	[ $status != 99 ] || { skip_because 'cannot run the program as another user'; return 0; }
	expect 0
	assertEquals 'mine/2' "$(cat "$HOME/.distcc/hosts")"
	assertEquals 'mine/2' "$(as_nobody "$CONFIG" --get-hosts)"
	assertEquals 'mine/2' "$(as_nobody "$DISTCC" --show-hosts)"
	as_nobody env DISTCC_DIR="$SANDBOX/distcc" "$CONFIG" --set-hosts 'other/2' >out
	assertEquals 0 $?
	assertEquals "set hosts in $SANDBOX/distcc/hosts" "$(cat out)"
	as_nobody env DISTCC_HOSTS=x "$CONFIG" --get-hosts >out 2>err
	assertEquals 'mine/2' "$(cat out)"
	assertContains "$(cat err)" DISTCC_HOSTS
}

test_a_variable_that_is_missing_is_added() {
	config --set-verbose 1
	expect 0
	assertEquals "set DISTCC_VERBOSE=\"1\" in $ENVFILE" "$out"
	config --get-verbose
	expect 0
	assertEquals 1 "$out"
	config --set-log /var/log/distcc.log
	expect 0
	config --get-log
	assertEquals /var/log/distcc.log "$out"
	config --set-env DISTCC_SSH 'ssh -p 2222'
	expect 0
	assertEquals 'DISTCC_VERBOSE="1"
DISTCC_LOG="/var/log/distcc.log"
DISTCC_SSH="ssh -p 2222"' "$(cat "$ENVFILE")"
	assertEquals 644 "$(stat -c %a "$ENVFILE")"
	config --get-env DISTCC_SSH
	assertEquals 'ssh -p 2222' "$out"
	config --get-env
	expect 0
	assertEquals "$(cat "$ENVFILE")" "$out"
}

test_variables_change_in_their_place() {
	cat >"$ENVFILE" <<-'END'
		# made by the ebuild
		DISTCC_VERBOSE='0'   # 0 or 1

		# DISTCC_LOG="/x"
		export DISTCC_FALLBACK=1
		OTHER="left $alone"
	END
	chmod 640 "$ENVFILE"
	config --set-verbose 1
	expect 0
	config --set-env DISTCC_FALLBACK 0
	expect 0
	config --set-log ''
	expect 0
	cat >want <<-'END'
		# made by the ebuild
		DISTCC_VERBOSE="1"   # 0 or 1

		# DISTCC_LOG="/x"
		export DISTCC_FALLBACK="0"
		OTHER="left $alone"
		DISTCC_LOG=""
	END
	assertEquals "$(cat want)" "$(cat "$ENVFILE")"
	assertEquals 640 "$(stat -c %a "$ENVFILE")"
	assertEquals 02distcc "$(ls -A "${ENVFILE%/*}")"
}

test_what_is_written_a_shell_reads() {
	for value in 'a b' '"q" $HOME `x` \y' '%compiler% -v' ''; do
		config --set-env DISTCC_SSH "$value"
		expect 0
		assertEquals "$value" "$(. "$ENVFILE" && echo "$DISTCC_SSH")"
		config --get-env DISTCC_SSH
		assertEquals "$value" "$out"
	done
}

test_values_that_cannot_be() {
	config --set-verbose 1
	before=$(snapshot "$ROOT_DIR")
	for words in 'DISTCC_VERBOSE 2' 'DISTCC_VERBOSE yes' 'DISTCC_LOG relative' 'DISTCC_HOSTS box:99999' 'DISTCC_IO_TIMEOUT -1' \
		'PATH /bin' 'LD_PRELOAD x' 'distcc_x y' "DISTCC_SSH it's"; do
		config --set-env "${words%% *}" "${words#* }"
		expect 1
		assertContains "$words" "$err" "${words%% *}"
		assertEquals "$words: something changed" "$before" "$(snapshot "$ROOT_DIR")"
	done
	config --set-env DISTCC_SSH "$(printf 'a\nPATH=x')"
	expect 1
	config --set-verbose on
	expect 1
	assertEquals "$before" "$(snapshot "$ROOT_DIR")"
}

test_variables_that_are_not_set() {
	config --get-log
	expect 1
	assertContains "$err" DISTCC_LOG
	config --get-env
	expect 0
	assertEquals '' "$out"
}

test_a_dry_run_writes_nothing() {
	before=$(snapshot "$ROOT_DIR")
	config -n --set-hosts box
	expect 0
	assertEquals "would set hosts in $HOSTS" "$out"
	config -n --set-verbose 1
	expect 0
	assertEquals "would set DISTCC_VERBOSE=\"1\" in $ENVFILE" "$out"
	assertEquals "$before" "$(snapshot "$ROOT_DIR")"
}

test_a_linked_file_stays_a_link() {
	mkdir -p "$SANDBOX/elsewhere" "${HOSTS%/*}"
	echo old >"$SANDBOX/elsewhere/hosts"
	ln -s "$SANDBOX/elsewhere/hosts" "$HOSTS"
	config --set-hosts new
	expect 0
	assertTrue "[ -L '$HOSTS' ]"
	assertEquals new "$(cat "$SANDBOX/elsewhere/hosts")"
	rm "$HOSTS"
	mkdir "$HOSTS"
	config --set-hosts new
	expect 1
	assertContains "$err" "$HOSTS"
}

test_files_without_permission() {
	echo 'DISTCC_VERBOSE="0"' >"$ENVFILE"
	chmod 555 "${ENVFILE%/*}"
	chmod 444 "$ENVFILE"
	as_nobody "$CONFIG" --root "$ROOT_DIR" --set-verbose 1 >out 2>err
	status=$? err=$(cat err)
	[ $status != 99 ] || { skip_because 'cannot run the program as another user'; return 0; }
	expect 1
	assertContains "$err" "$ENVFILE"
	assertContains "$err" 'as root'
	assertEquals 'DISTCC_VERBOSE="0"' "$(cat "$ENVFILE")"
	assertEquals 0 "$(as_nobody "$CONFIG" --root "$ROOT_DIR" --get-verbose)"
}

test_many_at_once_lose_nothing() {
	pids=
	for nr in $(seq 20); do
		"$CONFIG" --root "$ROOT_DIR" --set-env "DISTCC_X$nr" "$nr" >/dev/null 2>&1 &
		pids="$pids $!"
	done
	for pid in $pids; do
		wait "$pid"
		assertEquals 0 $?
	done
	assertEquals "$(seq 20 | sed 's/.*/DISTCC_X&="&"/' | sort)" "$(sort "$ENVFILE")"
}

. "${SHUNIT2:-shunit2}"
