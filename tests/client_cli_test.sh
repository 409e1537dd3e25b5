#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The client without volunteers: its own options, the three call styles, host lists, recursion.

. "${SRCDIR:-.}/tests/lib/sandbox.sh"

setUp() {
	sandbox_new
	echo 'int x;' >a.c
	fake_compiler gcc
	fake_compiler cc
}

# masquerade NAME... - links of these names to our client in $SANDBOX/masq
masquerade() {
	mkdir -p "$SANDBOX/masq"
	for masq_name; do
		ln -s "$DISTCC" "$SANDBOX/masq/$masq_name"
	done
}

test_version() {
	run "$DISTCC" --version
	assertEquals 0 "$status"
	assertEquals '' "$err"
	assertTrue 'three words' "printf '%s\n' '$out' | sed -n 1p | grep -qx 'distcc 4\.0\.0 [a-z0-9_]*-[a-z0-9_-]*'"
	assertTrue "printf '%s\n' '$out' | sed -n 2p | grep -qx '  (protocols* 1.*) (default port 3632)'"
	assertContains "$out" 'GNU General Public License'
}

test_help_names_options_and_variables() {
	run "$DISTCC" --help
	assertEquals 0 "$status"
	assertEquals '' "$err"
	assertContains "$out" 'Usage:'
	for word in --why --show-hosts --version DISTCC_HOSTS DISTCC_DIR DISTCC_LOG DISTCC_VERBOSE DISTCC_FALLBACK \
		DISTCC_SKIP_LOCAL_RETRY DISTCC_BACKOFF_PERIOD DISTCC_IO_TIMEOUT DISTCC_SSH DISTCC_NO_REWRITE_CROSS \
		DISTCC_SAVE_TEMPS DISTCC_TCP_CORK DISTCC_PAUSE_TIME_MSEC UNCACHED_ERR_FD TMPDIR; do
		assertContains "$out" "$word"
	done
}

test_no_command_is_a_mistake() {
	run "$DISTCC"
	assertEquals 101 "$status"
	assertContains "$err" '--help'
	run "$DISTCC" --why
	assertEquals 101 "$status"
}

test_bad_numbers_in_the_environment() {
	for value in 0 -1 x 1x; do
		run env DISTCC_IO_TIMEOUT=$value "$DISTCC" gcc -c a.c
		assertEquals "$value" 101 "$status"
		assertContains "$err" "DISTCC_IO_TIMEOUT=$value"
	done
	run env DISTCC_BACKOFF_PERIOD=soon "$DISTCC" gcc -c a.c
	assertEquals 101 "$status"
	# emerge --info runs it
	for option in --version --help; do
		run env DISTCC_BACKOFF_PERIOD=soon "$DISTCC" $option
		assertEquals "$option" 0 "$status"
		assertEquals "$option" '' "$err"
	done
	run env DISTCC_IO_TIMEOUT=soon "$DISTCC" --version
	assertTrue "$out" 'echo "$out" | head -n 1 | grep -q "^distcc [0-9]"'
}

test_number_of_slots() {
	run env DISTCC_HOSTS='localhost/2 a b/3 @c' "$DISTCC" -j
	assertEquals 0 "$status"
	assertEquals 13 "$out"
	run env DISTCC_HOSTS='a b:0' "$DISTCC" -j
	assertEquals 106 "$status"
	assertEquals '' "$out"
	assertContains "$err" 'b:0'
}

test_show_hosts_as_written() {
	run env DISTCC_HOSTS='localhost/2 [::1]:99/3,cpp   joe@box:/x/distccd --randomize a=2 # c' "$DISTCC" --show-hosts
	assertEquals 0 "$status"
	assertEquals 4 "$(printf '%s\n' "$out" | wc -l)"
	for word in localhost/2 '[::1]:99/3,cpp' joe@box:/x/distccd a=2; do
		assertTrue "$word" "printf '%s\n' '$out' | grep -qxF '$word'"
	done
	assertEquals '' "$err"
}

test_explicit_compiler() {
	run "$DISTCC" gcc -c a.c -o 'a b.o' '-DQ="q"' ''
	assertEquals 0 "$status"
	assertEquals '-c a.c -o a b.o -DQ="q" ' "$(cat "$SANDBOX/gcc.log")"
	assertEquals 'object of gcc' "$(cat 'a b.o')"
}

test_implied_compiler() {
	for word in -c a.c x.o; do
		run env DISTCC_HOSTS=localhost "$DISTCC" "$word"
		assertEquals 0 "$status"
		assertEquals "$word" "$(tail -n 1 "$SANDBOX/cc.log")"
	done
}

test_masquerade() {
	masquerade gcc
	PATH=$SANDBOX/masq:$PATH
	run gcc -c a.c -o a.o
	assertEquals 0 "$status"
	assertEquals 'object of gcc' "$(cat a.o)"
	run "$SANDBOX/masq/gcc" --version
	assertEquals 0 "$status"
	assertEquals '--version' "$(tail -n 1 "$SANDBOX/gcc.log")"
}

test_masquerade_without_compiler_behind() {
	masquerade gcc
	run env PATH="$SANDBOX/masq" "$SANDBOX/masq/gcc" -c a.c
	assertEquals 110 "$status"
	assertContains "$err" 'gcc'
}

test_missing_compiler() {
	run "$DISTCC" no-such-compiler -c a.c
	assertEquals 110 "$status"
	assertContains "$err" 'no-such-compiler'
	run "$DISTCC" /no/such/compiler -c a.c
	assertEquals 110 "$status"
	assertContains "$err" '/no/such/compiler'
}

# What wrappers such as ccache call when the masquerade directory is the only one they know.
test_path_of_a_link_to_us_as_compiler() {
	masquerade gcc
	run "$DISTCC" "$SANDBOX/masq/gcc" --version
	assertEquals 0 "$status"
	assertEquals '--version' "$(cat "$SANDBOX/gcc.log")"
}

test_the_compilers_children_do_not_come_back() {
	masquerade gcc
	# shellcheck disable=SC2016 # for the fake compiler
	fake_compiler gcc 'echo "$PATH" >"'"$SANDBOX"'/path"'
	PATH=$SANDBOX/masq:$PATH run gcc x.o -o x
	assertEquals 0 "$status"
	assertNotContains "$(cat "$SANDBOX/path")" "$SANDBOX/masq"
	assertContains "$(cat "$SANDBOX/path")" "$SANDBOX/bin"
}

test_recursion_is_an_error() {
	fake_compiler gcc "exec \"$DISTCC\" gcc -c a.c"
	# this machine's own list of hosts does not matter
	DISTCC_HOSTS= run "$DISTCC" gcc -c a.c
	assertEquals 111 "$status"
	assertContains "$err" '_DISTCC_SAFEGUARD'
	assertEquals 'ran once' 1 "$(wc -l <"$SANDBOX/gcc.log")"
	run "$DISTCC" distcc gcc -c a.c
	assertEquals 111 "$status"
}

test_nested_masquerade_runs_the_real_compiler() {
	masquerade gcc
	fake_compiler wrapper "exec \"$SANDBOX/masq/gcc\" -c a.c -o a.o"
	run env PATH="$SANDBOX/masq:$PATH" DISTCC_HOSTS=127.0.0.1:1 "$DISTCC" wrapper -c a.c
	assertEquals 0 "$status"
	assertEquals 'object of gcc' "$(cat a.o)"
}

test_endless_nesting_ends() {
	masquerade gcc
	fake_compiler gcc "exec \"$SANDBOX/masq/gcc\" -c a.c"
	run "$SANDBOX/masq/gcc" -c a.c
	assertEquals 111 "$status"
	assertTrue 'ended soon' "[ $(wc -l <"$SANDBOX/gcc.log") -lt 20 ]"
}

test_exit_status_is_the_compilers() {
	fake_compiler gcc 'exit 42'
	run "$DISTCC" gcc x.o
	assertEquals 42 "$status"
	run "$DISTCC" gcc --version
	assertEquals 42 "$status"
	# shellcheck disable=SC2016 # for the fake compiler
	fake_compiler gcc 'kill -SEGV $$'
	run "$DISTCC" gcc x.o
	assertEquals 139 "$status"
}

test_stdin_goes_to_the_compiler() {
	fake_compiler gcc 'cat'
	assertEquals 'some text' "$(echo 'some text' | "$DISTCC" gcc -x c -c - -o /dev/null)"
	assertEquals 'some text' "$(echo 'some text' | "$DISTCC" gcc x.o)"
}

# make's jobserver, <(...): a compile through us has the descriptors it would have without us.
test_descriptors_go_to_the_compiler() {
	fake_compiler gcc 'cat <&7'
	echo 'through seven' >seven
	assertEquals 'through seven' "$("$DISTCC" gcc x.o 7<seven)"
	assertEquals 'through seven' "$("$DISTCC" gcc --version 7<seven)"
}

test_queries_leave_no_trace() {
	export DISTCC_HOSTS=localhost
	for words in --version -dumpmachine '-E a.c' '-v' '-M a.c'; do
		# shellcheck disable=SC2086 # words
		run "$DISTCC" gcc $words
		assertEquals 0 "$status"
		assertEquals "$words" "$(tail -n 1 "$SANDBOX/gcc.log")"
	done
	assertFalse 'no lock was taken' "[ -e '$DISTCC_DIR/lock' ]"
}

test_links_take_a_local_slot() {
	fake_compiler gcc "ls '$DISTCC_DIR/state' >'$SANDBOX/state'"
	run "$DISTCC" gcc x.o -o x
	assertEquals 0 "$status"
	assertTrue "[ -e '$DISTCC_DIR/lock/cpu_localhost_0' ]"
	assertContains "$(cat "$SANDBOX/state")" binstate_
	assertEquals 'record removed' '' "$(ls "$DISTCC_DIR/state")"
}

test_empty_host_variable() {
	run env DISTCC_HOSTS= "$DISTCC" gcc -c a.c -o a.o
	assertEquals 0 "$status"
	assertEquals 'object of gcc' "$(cat a.o)"
	assertEquals 'one line' 1 "$(printf '%s\n' "$err" | grep -c DISTCC_HOSTS)"
	run env DISTCC_HOSTS= DISTCC_FALLBACK=0 "$DISTCC" gcc -c a.c -o b.o
	assertEquals 116 "$status"
	assertFalse '[ -e b.o ]'
}

test_bad_host_word() {
	run env DISTCC_HOSTS='a box:70000 b' "$DISTCC" gcc -c a.c -o a.o
	assertEquals 'the build goes on' 0 "$status"
	assertEquals 'object of gcc' "$(cat a.o)"
	assertContains "$err" 'DISTCC_HOSTS:1:7: box:70000'
	assertEquals 1 "$(printf '%s\n' "$err" | wc -l)"
	run env DISTCC_HOSTS='a box:70000 b' DISTCC_FALLBACK=0 "$DISTCC" gcc -c a.c
	assertEquals 106 "$status"
}

test_hosts_file() {
	printf '# mine\nlocalhost/3' >"$DISTCC_DIR/hosts"
	run "$DISTCC" --show-hosts
	assertEquals localhost/3 "$out"
	printf 'localhost\nb,foo\n' >"$DISTCC_DIR/hosts"
	run "$DISTCC" gcc -c a.c -o a.o
	assertEquals 0 "$status"
	assertContains "$err" "$DISTCC_DIR/hosts:2:3: b,foo"
}

test_hosts_file_in_home() {
	unset DISTCC_DIR
	mkdir "$HOME/.distcc"
	echo 'localhost/7' >"$HOME/.distcc/hosts"
	run "$DISTCC" --show-hosts
	assertEquals localhost/7 "$out"
}

test_oversized_hosts_file() {
	head -c 1048577 /dev/zero | tr '\0' ' ' >"$DISTCC_DIR/hosts"
	run "$DISTCC" gcc -c a.c -o a.o
	assertEquals 0 "$status"
	assertContains "$err" "$DISTCC_DIR/hosts"
}

test_what_is_not_built_in() {
	for word in +zeroconf,lzo a,auth a,auth=me; do
		run env DISTCC_HOSTS="$word" "$DISTCC" -j
		assertEquals "$word" 106 "$status"
		assertContains "$err" "$word"
	done
}

test_localhost_in_the_list() {
	run env DISTCC_HOSTS=localhost DISTCC_FALLBACK=0 "$DISTCC" gcc -c a.c -o a.o
	assertEquals 0 "$status"
	assertEquals '' "$err"
	assertEquals 'object of gcc' "$(cat a.o)"
	assertTrue "[ -e '$DISTCC_DIR/lock/cpu_localhost_0' ]"
	assertFalse 'no preprocessor' "grep -q -e -E '$SANDBOX/gcc.log'"
}

test_log_file_takes_all_messages() {
	run env DISTCC_HOSTS= DISTCC_VERBOSE=1 DISTCC_LOG="$SANDBOX/log" "$DISTCC" gcc -c a.c -o a.o
	assertEquals 0 "$status"
	assertEquals '' "$out$err"
	assertContains "$(cat "$SANDBOX/log")" DISTCC_HOSTS
	run env DISTCC_HOSTS=localhost DISTCC_LOG="$SANDBOX/log" "$DISTCC" gcc -c a.c -o a.o
	assertContains 'appended' "$(cat "$SANDBOX/log")" 'a.c: local: '
	assertContains "$(cat "$SANDBOX/log")" DISTCC_HOSTS
}

test_unwritable_log_file() {
	run env DISTCC_HOSTS=localhost DISTCC_LOG="$SANDBOX/none/log" "$DISTCC" gcc -c a.c -o a.o
	assertEquals 0 "$status"
	assertEquals 1 "$(printf '%s\n' "$err" | grep -c "$SANDBOX/none/log")"
	run env DISTCC_HOSTS=localhost DISTCC_LOG= "$DISTCC" gcc -c a.c -o a.o
	assertEquals 'as if unset' '' "$err"
}

test_uncached_err_fd() {
	DISTCC_HOSTS='' UNCACHED_ERR_FD=9 "$DISTCC" gcc -c a.c -o a.o 9>nine 2>two
	assertContains "$(cat nine)" DISTCC_HOSTS
	assertEquals '' "$(cat two)"
}

test_why_distribute() {
	run env DISTCC_HOSTS='x y/2 z,down' "$DISTCC" --why gcc -c a.c
	assertEquals 0 "$status"
	assertEquals 'distribute: a.c -> a.o, classic, hosts: x/4 y/2' "$(printf '%s\n' "$out" | head -n 1)"
	assertContains "$out" 'z'
	assertEquals 'nothing was run' '' "$(cat "$SANDBOX/gcc.log")"
	assertEquals '' "$err"
}

test_why_local() {
	run env DISTCC_HOSTS=x "$DISTCC" --why gcc -c a.c -save-temps
	assertEquals 1 "$status"
	assertTrue "printf '%s\n' '$out' | grep -q '^local: .*-save-temps'"
	run env DISTCC_HOSTS=x "$DISTCC" --why gcc a.o -o a
	assertEquals 1 "$status"
	run env DISTCC_HOSTS=x "$DISTCC" --why gcc -c missing.c
	assertEquals 1 "$status"
	assertContains "$out" 'does not exist'
	run env DISTCC_HOSTS= "$DISTCC" --why gcc -c a.c
	assertEquals 1 "$status"
	assertContains "$out" DISTCC_HOSTS
	assertEquals 'nothing was run' '' "$(cat "$SANDBOX/gcc.log")"
}

test_why_knows_of_back_off() {
	mkdir "$DISTCC_DIR/lock"
	printf x >"$DISTCC_DIR/lock/backoff_tcp_x_3632_0"
	run env DISTCC_HOSTS='x y' "$DISTCC" --why gcc -c a.c
	assertEquals 0 "$status"
	assertContains "$out" 'hosts: y/4'
	assertContains "$out" 'not used: x'
	run env DISTCC_HOSTS='x' "$DISTCC" --why gcc -c a.c
	assertEquals 1 "$status"
}

test_missing_directory_is_made() {
	run env DISTCC_DIR="$SANDBOX/new/dir" "$DISTCC" gcc x.o -o x
	assertEquals 0 "$status"
	assertTrue "[ -d '$SANDBOX/new/dir/lock' ]"
	assertTrue "[ -d '$SANDBOX/new/dir/state' ]"
}

# nobody's home is a name without a directory
test_missing_home_is_not_made() {
	fake_compiler mycc
	echo 'int x;' >a.c
	run env -u DISTCC_DIR HOME="$SANDBOX/nohome" DISTCC_HOSTS=localhost "$DISTCC" mycc -c a.c -o a.o
	assertEquals 0 "$status"
	assertEquals '' "$err"
	assertFalse "[ -e '$SANDBOX/nohome' ]"
}

test_unusable_directory_is_no_matter() {
	echo file >"$SANDBOX/file"
	for dir in "$SANDBOX/file" "$SANDBOX/file/below" /proc/none; do
		run env DISTCC_DIR="$dir" "$DISTCC" gcc x.o -o x
		assertEquals "$dir" 0 "$status"
		assertEquals "$dir" '' "$err"
	done
	run env -u HOME -u DISTCC_DIR "$DISTCC" gcc x.o -o x
	assertEquals 0 "$status"
	assertEquals '' "$err"
}

# shellcheck source=/dev/null
. "${SHUNIT2:-shunit2}"
