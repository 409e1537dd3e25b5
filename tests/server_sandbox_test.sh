#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The sandbox of jobs in replica mode, with a program in it that tries everything a compiler must not do.

. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "$SRCDIR/tests/lib/box.sh"

oneTimeSetUp() { box_build && box_probe; }
oneTimeTearDown() {
	sandbox_end
	box_remove
}
setUp() { sandbox_new && box_new; }

# skipped - this machine has no sandbox
skipped() {
	box_skip && startSkipping
}

test_it_refuses_what_no_compiler_does() {
	skipped && return
	echo secret >"$SANDBOX/secret"
	chmod 666 "$SANDBOX/secret"
	box -- tries "$SANDBOX/secret" $$
	assertEquals "$err" "status 0" "$(echo "$out" | grep '^status')"
	assertEquals '' "$(echo "$out" | grep '^DONE')"
	assertTrue "$out" "[ $(echo "$out" | grep -c '^refused') -gt 100 ]"
	assertEquals secret "$(cat "$SANDBOX/secret")"
}

test_it_refuses_32_bit_calls_where_they_may_be() {
	skipped && return
	box -o -- tries "$SANDBOX/none" $$
	assertEquals "$err" "status 0" "$(echo "$out" | grep '^status')"
	assertEquals '' "$(echo "$out" | grep '^DONE')"
}

test_32_bit_programs_run() {
	skipped && return
	cat >"$SANDBOX/small.c" <<'EOT'
static int call(int nr, int a, const void *b, int c)
{
	int result;

	__asm__ volatile("int $0x80" : "=a"(result) : "a"(nr), "b"(a), "c"(b), "d"(c) : "memory");
	return result;
}
void _start(void)
{
	call(4, 1, "here\n", 5);
	call(1, call(359, 1, 0, 0) == -1 ? 0 : 3, 0, 0);
}
EOT
	gcc -m32 -nostdlib -static -ffreestanding -fno-pie -no-pie -fno-stack-protector -o "$BOX/small" "$SANDBOX/small.c" 2>/dev/null
	if [ "$("$BOX/small" 2>/dev/null)" != here ]; then
		skip_because 'this machine makes or runs no 32-bit programs'
		startSkipping
		return
	fi
	mkdir "$SANDBOX/root32" && box_own "$SANDBOX/root32"
	"$BOX/sandboxtool" fill "$SANDBOX/root32" "$SANDBOX/pool" "$BOX/small" >"$SANDBOX/list"
	run "$BOX/sandboxtool" run "$SANDBOX/root32" "$SANDBOX/tree" /work -- "$BOX/small" small
	assertEquals "$err" 'here
status 0' "$out"
}

test_a_network_of_its_own_is_refused_as_well() {
	skipped && return
	box -a -- tries "$SANDBOX" $$
	assertEquals '' "$(echo "$out" | grep '^DONE')"
	assertContains "$out" 'status 0'
}

test_processes_are_limited() {
	skipped && return
	if [ "$(uname -r | cut -d . -f 1)" -lt 6 ] && [ "$(uname -r | cut -d . -f 1-2)" != 5.15 ]; then
		skip_because 'before Linux 5.14 processes are not counted for each job'
		startSkipping
		return
	fi
	box -p 8 -- forkbomb
	assertEquals '7 processes
status 0' "$out"
	assertEquals 'nothing remains' 0 "$(box_processes)"
}

# Processes of one user, all of them: what is counted for one job is nothing to the others, nor to who starts them.
test_fork_bombs_are_no_affair_of_other_jobs() {
	skipped && return
	if [ "$(uname -r | cut -d . -f 1)" -lt 6 ] && [ "$(uname -r | cut -d . -f 1-2)" != 5.15 ]; then
		skip_because 'before Linux 5.14 processes are not counted for each job'
		startSkipping
		return
	fi
	bombs=
	for _ in 1 2 3 4; do
		"$BOX/sandboxtool" -p 64 run "$SANDBOX/root" "$SANDBOX/tree" /work -- "$BOX/hostile" "$BOX_NAME" forkbomb stay >/dev/null 2>&1 </dev/null &
		bombs="$bombs $!"
	done
	assertTrue 'they have all they can get' "poll_until '[ \$(box_processes) -ge 256 ]'"
	for limit in 8 64; do
		box -p $limit -- forkbomb
		assertEquals "$((limit - 1)) processes
status 0" "$out"
	done
	# shellcheck disable=SC2086 # numbers
	kill -KILL $bombs
	# shellcheck disable=SC2086
	wait $bombs 2>/dev/null
	assertTrue 'nothing remains' "poll_until '[ \$(box_processes) -eq 0 ]'"
}

test_memory_is_limited() {
	skipped && return
	box -m 100000000 -- balloon
	assertContains "$out" 'status 0'
	assertTrue "$out" "[ $(echo "$out" | sed -n 's/ MiB//p') -le 95 ]"
	box -m 100000000 -- shared-balloon
	assertContains "$out" 'status 0'
}

test_memory_of_many_processes_is_limited() {
	skipped && return
	# eight times 95 MiB, each below its own limit
	box -m 100000000 -t 20000 -- balloons
	assertEquals 'signal 9' "$(echo "$out" | tail -n 1)"
	assertEquals 'nothing remains' 0 "$(box_processes)"
}

test_space_is_limited() {
	skipped && return
	box -s 20000000 -- fill
	assertContains "$out" 'status 0'
	assertTrue "$out" "[ $(echo "$out" | sed -n 's/ MiB//p') -le 20 ]"
}

test_files_are_limited() {
	skipped && return
	box -f 1000000 -- sparse
	assertContains "$out" 'File too large'
	assertNotContains "$out" tebibyte
	box -- many 2000
	assertContains "$out" 'odd: more than 1024 files'
	box -- many 30000
	assertTrue "$out" "[ $(echo "$out" | sed -n 's/ files$//p' | head -n 1) -lt 20000 ]"
}

test_odd_outputs_are_told() {
	skipped && return
	box -- odd link
	assertContains "$out" 'odd: /work/link is a symbolic link'
	box -- odd secret-dir
	assertContains "$out" 'odd: /work/dir: Permission denied'
	box -- deep
	assertContains "$out" 'odd: '
	box -- odd modes
	assertContains 'no set-user-id bit comes out' "$out" '777 0 /work/suid'
}

test_time_is_limited() {
	skipped && return
	box -t 300 -- stay
	assertEquals 'too long' "$out"
	assertEquals 'nothing remains' 0 "$(box_processes)"
}

test_nothing_outlives_the_command() {
	skipped && return
	box -- daemonise still-here
	assertContains "$out" 'status 0'
	assertEquals 'nothing remains' 0 "$(box_processes)"
}

test_nothing_outlives_us() {
	skipped && return
	"$BOX/sandboxtool" run "$SANDBOX/root" "$SANDBOX/tree" /work -- "$BOX/hostile" "$BOX_NAME" stay >"$SANDBOX/out" 2>&1 </dev/null &
	pid=$!
	assertTrue 'it runs' "poll_until '[ \$(box_processes) -ge 3 ]'"
	kill -KILL "$pid"
	assertTrue 'all processes end' "poll_until '[ \$(pgrep -cf \"^\$BOX_NAME stay\") -eq 0 ]'"
	wait "$pid" 2>/dev/null
	assertEquals 'no mount is left' '' "$(grep "$SANDBOX" /proc/mounts)"
}

test_the_tool_root_stays_as_it_was() {
	skipped && return
	before=$(cd "$SANDBOX" && find root tree -ls)
	box -- tries "$SANDBOX/secret" $$
	box -- root-files
	box -- fill
	assertEquals "$before" "$(cd "$SANDBOX" && find root tree -ls)"
	assertEquals 'no mount is left' '' "$(grep "$SANDBOX" /proc/mounts)"
}

test_odd_names_of_directories() {
	skipped && return
	odd="$SANDBOX/a,b:c d\\e=\"f'g"
	mkdir "$odd"
	mv "$SANDBOX/root" "$SANDBOX/tree" "$odd"
	run "$BOX/sandboxtool" run "$odd/root" "$odd/tree" /work -- "$BOX/hostile" "$BOX_NAME" odd modes
	assertEquals 'status 0
777 0 /work/suid' "$out"
}

test_what_cannot_be_set_up_is_told() {
	skipped && return
	run "$BOX/sandboxtool" run "$SANDBOX/none" "$SANDBOX/tree" /work -- "$BOX/hostile" hostile quick
	assertEquals 'not started: cannot enter the tool root: No such file or directory' "$out"
	run "$BOX/sandboxtool" run "$SANDBOX/root" "$SANDBOX/tree" /elsewhere -- "$BOX/hostile" hostile quick
	assertContains "$out" 'No such file or directory'
	run "$BOX/sandboxtool" run "$SANDBOX/root" "$SANDBOX/tree" /work -- /bin/none none
	assertEquals 'not started: cannot run the command: No such file or directory' "$(echo "$out" | head -n 1)"
}

test_it_takes_little_time() {
	skipped && return
	run "$BOX/sandboxtool" -n 100 run "$SANDBOX/root" "$SANDBOX/tree" /work -- "$BOX/hostile" "$BOX_NAME" quick
	assertContains "$out" 'status 0'
	note "a command $(echo "$out" | sed -n '1,2p' | paste -sd ';' -)"
}

. "${SHUNIT2:-shunit2}"
