#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Limits of jobs by control groups, in one that this suite makes where it may.

. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "$SRCDIR/tests/lib/daemon.sh"
. "$SRCDIR/tests/lib/wire.sh"

oneTimeSetUp() {
	wiretool_build
	no_group='only root can make one'
	group=
	[ "$(id -u)" -eq 0 ] || return 0
	no_group='there is no cgroup2 file system that can be written to'
	for root in /sys/fs/cgroup /sys/fs/cgroup/unified; do
		if [ -e "$root/cgroup.controllers" ] && mkdir "$root/distcc-test.$$" 2>/dev/null; then
			group=$root/distcc-test.$$
			break
		fi
	done
}

oneTimeTearDown() {
	sandbox_end
	wiretool_remove
	[ -z "$group" ] || poll_until 'remove_group' || echo "left: $group"
}

# remove_group - with those below it
remove_group() {
	for dir in "$group"/*/ "$group"; do
		rmdir "$dir" 2>/dev/null
	done
	[ ! -e "$group" ]
}

setUp() {
	sandbox_new
	printf 'int x;\n' >x.i
}

# without CONTROLLER - skip, and say why, where it is missing
without() {
	if [ -z "$group" ]; then
		skip_because "$no_group"
	elif [ -n "$1" ] && ! grep -qw "$1" "$group/cgroup.controllers"; then
		skip_because "the controller $1 is not for control groups of version 2 here"
	else
		return 1
	fi
	startSkipping
}

# serve OPTION... - the daemon a with the compilers gcc (which behaves) and cc (fake_compiler)
serve() {
	fake_compiler gcc 'printf made >"$output"'
	start_distccd a --jobs 4 --cgroup "$group" "$@" || fail 'no daemon'
}

# compile ARG... - send x.i with this command; the reply is in $out
compile() {
	request 1 x.i "$@" >req
	wire a file req read
}

# others_work - a job that behaves is served
others_work() {
	compile gcc -c x.c -o x.o
	case $out in
	*made*) ;;
	*) false ;;
	esac
}

# processes WORD - of those in $group how many have it in their command
processes() {
	cat "$group"/*/cgroup.procs | while read -r pid; do
		tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null && echo
	done | grep -c "$1"
}

test_nothing_outlives_a_job() {
	without '' && return
	fake_compiler cc 'setsid sleep 1234 </dev/null >/dev/null 2>&1 & printf away >"$output"'
	mkdir "$group/job.7"
	serve
	assertTrue 'an old group' "poll_until '[ ! -e \$group/job.7 ]'"
	compile cc -c x.c -o x.o
	assertContains "$out" away
	assertTrue 'it is still there' "poll_until '[ \$(processes \"sleep 1234\") -eq 0 ]'"
	others_work || fail "$out"
	assertTrue 'not here' 'grep -qx "$PID_a" "$group/distccd/cgroup.procs"'
	stop_daemon a
	assertEquals 'groups remain' '' "$(find "$group" -name 'job.*')"
}

test_a_fork_bomb_disturbs_nobody() {
	without pids && return
	cat >bomb.c <<-'END'
		#include <stdio.h>
		#include <unistd.h>
		int main(void)
		{
			int n = 0, pid = 0;
			while (n < 400 && (pid = fork()) > 0)
				n++;
			if (n < 400 && pid == 0) {
				pause();
				return 0;
			}
			fprintf(stderr, "%s\n", n < 400 ? "limited" : "all of them");
			return 1;
		}
	END
	gcc -o "$SANDBOX/bin/cc" bomb.c || fail 'it does not compile'
	serve
	compile cc -c x.c -o x.o
	assertContains "$out" limited
	others_work || fail "$out"
	assertTrue 'processes remain' "poll_until '[ \$(processes bin/cc) -eq 0 ]'"
}

test_a_memory_balloon_disturbs_nobody() {
	without memory && return
	fake_compiler cc 'head -c 400000000 /dev/zero | tail >big; echo survived; printf made >"$output"'
	serve --job-memory 50M
	compile cc -c x.c -o x.o
	assertNotContains "$out" survived
	others_work || fail "$out"
	assertTrue 'the daemon' "kill -0 $PID_a"
}

test_a_directory_that_is_no_control_group() {
	mkdir "$SANDBOX/none"
	# it listens before it ends, so no start_distccd
	run "$DISTCCD" --daemon --no-detach --port "$(free_port)" --listen 127.0.0.1 --log-stderr --no-replica --cgroup "$SANDBOX/none"
	assertEquals 101 "$status"
	assertContains "$err" "ERROR: --cgroup $SANDBOX/none: "
}

. "${SHUNIT2:-shunit2}"
