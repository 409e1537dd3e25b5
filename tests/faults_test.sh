#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Faults at random moments while jobs run in replica mode: every object is as the local compiler makes it, no job fails, and nothing is left.
#
# FAULTS_JOBS=200 FAULTS_SEED=1234 tests/run faults_test: so many jobs, and what is random as it was in the run that printed this seed.
# FAULTS_LOGS=DIR: the logs are copied there.
# time-limit: 1800

. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "$SRCDIR/tests/lib/daemon.sh"
. "$SRCDIR/tests/lib/faults.sh"
DAEMON_REPLICA=yes
# One for all tests: finding out about a compiler takes seconds.
faults_cache=$SANDBOX_TOP/cache.$$

oneTimeTearDown() {
	sandbox_end
	rm -rf "$faults_cache"
}

setUp() {
	sandbox_new
	VOLUNTEER_ENV=
	faults_debug=-g
	DISTCC_BACKOFF_PERIOD=0
	DISTCC_LOG=$SANDBOX/distcc.log
	export DISTCC_BACKOFF_PERIOD DISTCC_LOG
}

# prepare - the sources, and what they become
prepare() {
	command -v gcc >/dev/null || { skip_because 'no gcc'; return 1; }
	make_sources 1
	compile_here "$1"
}

# use NAME... - these volunteers
use() {
	DISTCC_HOSTS=
	for use_name; do
		DISTCC_HOSTS="$DISTCC_HOSTS $(host_of "$use_name")"
	done
	export DISTCC_HOSTS
}

# meet NAME... - use them, and let them say a word: from now on silence is a fault
meet() {
	for meet_name; do
		use "$meet_name"
		job 1 0
	done
	use "$@"
}

# say WHAT - the figures of a test, and why jobs went another way
say() {
	sed -n 's/.*: not in replica mode on [^ ]*: //p; s/.*which may be its fault: /failed: /p; s/.*: local: /local: /p' "$DISTCC_LOG" |
		sed 's|/[^ ]*/||g' | sort | uniq -c | sort -rn | head -n 3 >reasons
	set -- "$1$(sed 's/^ */; /' reasons | tr -d '\n')"
	note "seed $FAULTS_SEED: $(grep -c 'distributed to.*mode=replica' "$DISTCC_LOG") of $(grep -cE 'distributed to|local:' "$DISTCC_LOG") in replica mode; $1"
}

# kill_volunteers - until ./over is there: now and then a child of a volunteer is killed, less often a volunteer
kill_volunteers() {
	randoms 2 9000 1000 >deaths
	while [ ! -e over ] && read -r when && read -r what && read -r which; do
		pause $((when / 4 + 10))
		victim=a
		[ $((which % 2)) -eq 0 ] || victim=b
		if [ "$what" -lt 150 ]; then
			kill -KILL "$(daemon_var $victim PID)"
			wait "$(daemon_var $victim PID)" 2>/dev/null
			revive $victim
			echo daemon >>killed
		else
			# shellcheck disable=SC2046 # numbers
			set -- $(cat /proc/"$(daemon_var $victim PID)"/task/*/children 2>/dev/null)
			[ $# -gt 0 ] || continue
			shift $((which % $#))
			kill -KILL "$1" 2>/dev/null
			echo child >>killed
		fi
	done <deaths
	echo "PID_a=$PID_a PID_b=$PID_b" >pids
}

test_kills() {
	# shellcheck disable=SC2153 # not FAULTS_LOGS
	prepare "$FAULTS_JOBS" && volunteer a && volunteer b || return 0
	meet a b
	kill_volunteers &
	killer=$!
	jobs 1 "$FAULTS_JOBS" 3 25
	: >over
	wait $killer
	. ./pids
	say "killed: $(grep -c daemon killed) volunteers, $(grep -c child killed) children, $(grep -c . clients_killed) clients"
	nothing_wrong
}

# damage_store SALT - while nobody uses it; as whoever owns it, so that nothing else can suffer
damage_store() {
	set -- "$((FAULTS_SEED * 31 + $1))" "$(stat -c %u "$faults_cache")" "$(stat -c %g "$faults_cache")"
	if [ "$(id -u)" -ne 0 ]; then
		sh "$SRCDIR/tests/lib/damage.sh" "$faults_cache" "$1"
	else
		# by its text: that user may not be let into the checkout
		setpriv --reuid="$2" --regid="$3" --clear-groups sh -c "$(cat "$SRCDIR/tests/lib/damage.sh")" damage.sh "$faults_cache" "$1"
	fi || fail 'the store cannot be damaged'
}

# damage_caches SALT - those of the clients, while they use them; and objects, by other files of their names
damage_caches() {
	randoms "$1" 3000 1000 >chances
	while [ ! -e over ] && read -r when && read -r what && read -r where; do
		pause $((when / 10 + 10))
		object=$(find "$faults_cache/objects" -type f | pick "$what" 1)
		[ -z "$object" ] || { head -c 100 "$object" >"$SANDBOX/wrong" && chmod 444 "$SANDBOX/wrong" && mv -fT "$SANDBOX/wrong" "$object"; }
		for file in "$DISTCC_DIR"/cache/*.mdb; do
			[ -f "$file" ] || continue
			case $((what % 4)) in
			0) truncate -s $((where * 100)) "$file" ;;
			1) head -c 5000 /dev/urandom | dd of="$file" bs=1 seek=$((where * 20)) conv=notrunc 2>/dev/null ;;
			2) head -c 100000 /dev/urandom >"$file" ;;
			3) rm -f "$file" "$file-lock" ;;
			esac
			echo cache >>damages
		done
	done <chances
}

test_damage() {
	faults_debug=
	prepare "$FAULTS_JOBS" && volunteer a || return 0
	meet a
	round=0
	while [ $round -lt 2 ]; do
		round=$((round + 1))
		jobs 1 $((FAULTS_JOBS / 3)) $round 0
		stop_daemon a
		damage_store $((round * 100))
		revive a
	done
	rm -f over
	damage_caches 5 &
	damager=$!
	jobs 1 "$FAULTS_JOBS" 6 0
	: >over
	wait $damager
	say "clients' caches damaged $(grep -c . damages) times"
	assertEquals 'clients have crashed' '' "$(grep -E 'Bus error|Segmentation' messages)"
	nothing_wrong
}

# fill_up - until ./over is there: the file system of the volunteer's store is full, and is not
fill_up() {
	randoms 7 3000 400 >chances
	while [ ! -e over ] && read -r when; do
		pause $((when + 10))
		if [ -e "$small/fill" ]; then
			rm "$small/fill"
		else
			dd if=/dev/zero of="$small/fill" bs=64k 2>/dev/null
			echo full >>filled
		fi
	done <chances
	rm -f "$small/fill"
}

test_full_store() {
	[ "$(id -u)" -eq 0 ] || { skip_because 'not root: cannot mount a small file system'; return 0; }
	unshare -m true 2>/dev/null || { skip_because 'no mounts of our own here'; return 0; }
	faults_debug=
	prepare "$FAULTS_JOBS" || return 0
	mkdir "$SANDBOX/small"
	printf '#!/bin/sh\nmount -t tmpfs -o size=400m,mode=1777 none %s && exec "$@"\n' "$SANDBOX/small" >"$SANDBOX/mounted"
	chmod 755 "$SANDBOX/mounted"
	VOLUNTEER_ENV="unshare -m $SANDBOX/mounted"
	volunteer a --cache-dir "$SANDBOX/small/cache" || return 0
	meet a
	small=/proc/$PID_a/root$SANDBOX/small
	fill_up &
	filler=$!
	jobs 1 "$FAULTS_JOBS" 8 0
	: >over
	wait $filler
	say "the file system was full $(grep -c . filled) times"
	assertTrue 'jobs in the cache' "poll_until '[ -z \"\$(ls -A \"$small/cache/jobs\")\" ]'"
	nothing_wrong
}

# clock_shim - a library that tells the time plus CLOCK_OFFSET seconds
clock_shim() {
	cat >shim.c <<-'END'
		#define _GNU_SOURCE
		#include <stdlib.h>
		#include <sys/syscall.h>
		#include <sys/time.h>
		#include <time.h>
		#include <unistd.h>
		static time_t offset(void) { const char *s = getenv("CLOCK_OFFSET"); return s ? atol(s) : 0; }
		int clock_gettime(clockid_t id, struct timespec *ts)
		{
			int r = (int)syscall(SYS_clock_gettime, id, ts);
			if (r == 0 && id == CLOCK_REALTIME) ts->tv_sec += offset();
			return r;
		}
		time_t time(time_t *t)
		{
			struct timespec ts;
			clock_gettime(CLOCK_REALTIME, &ts);
			if (t) *t = ts.tv_sec;
			return ts.tv_sec;
		}
		int gettimeofday(struct timeval *restrict tv, void *restrict tz)
		{
			struct timespec ts;
			(void)tz;
			clock_gettime(CLOCK_REALTIME, &ts);
			tv->tv_sec = ts.tv_sec; tv->tv_usec = ts.tv_nsec / 1000;
			return 0;
		}
	END
	cc -shared -fPIC -O1 -o "$SANDBOX/shim.so" shim.c
}

test_clocks() {
	prepare "$FAULTS_JOBS" || return 0
	clock_shim || { fail 'no shim'; return 0; }
	set_clock="LD_PRELOAD=$SANDBOX/shim.so ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0 CLOCK_OFFSET"
	VOLUNTEER_ENV="$set_clock=86400"
	volunteer a || return 0
	VOLUNTEER_ENV="$set_clock=-86400"
	volunteer b || return 0
	# sources from the future and the distant past
	touch -d '1 day' inc/*.h
	touch -d '1970-01-01 00:00:01' inc2/*.h s1.c
	touch -d '2038-02-01' s2.c s4.c
	meet a b
	jobs 1 "$FAULTS_JOBS" 9 0
	# and each the other's time
	stop_daemon a
	revive a
	jobs 1 $((FAULTS_JOBS / 2)) 10 0
	say 'volunteers a day ahead and a day behind'
	assertTrue 'all in replica mode' "[ $(served) -ge $((FAULTS_JOBS * 3 / 2)) ]"
	nothing_wrong
}

# scene N - a directory with a source and what it includes, in state A; change N makes it B
scene() {
	mkdir -p "scene$1/one" "scene$1/two"
	echo '#include "v.h"
int f(void) { return V; }' >"scene$1/x.c"
	echo '#define V 1111' >"scene$1/v.a"
	echo '#define V 2222' >"scene$1/v.b"
	case $(($1 % 5)) in
	3) ln -s ../v.a "scene$1/two/v.h" ;;
	4) echo '#include "../v.a"' >"scene$1/two/v.h" ;;
	*) cp "scene$1/v.a" "scene$1/two/v.h" ;;
	esac
}

change() {
	case $(($1 % 5)) in
	0) cat "scene$1/v.b" >"scene$1/two/v.h" ;;
	1)	# another file with the same time stamp
		cp "scene$1/v.b" "scene$1/two/new" && touch -r "scene$1/two/v.h" "scene$1/two/new" && mv "scene$1/two/new" "scene$1/two/v.h"
		;;
	2) cp "scene$1/v.b" "scene$1/one/v.h" ;;
	3) ln -s ../v.b "scene$1/two/new" && mv "scene$1/two/new" "scene$1/two/v.h" ;;
	4) echo '#include "../v.b"' >"scene$1/two/v.h" ;;
	esac
}

# compile_scene OUTPUT N [WRAPPER]
compile_scene() {
	(cd "scene$2" && ${3-} gcc -g -O0 -Ione -Itwo -c x.c -o "$1")
}

# changing_job N DELAY - compiled while it changes, the object is that of one state; after the change it is that of the second
changing_job() {
	# what the client has remembered is old enough to be believed
	compile_scene x.o "$1" "$DISTCC" 2>>messages || echo "scene $1: status $? before the change" >>wrong
	cmp -s "scene$1/a.o" "scene$1/x.o" || { echo "scene $1: wrong before the change" >>wrong; [ -z "${FAULTS_LOGS-}" ] || cp -r "scene$1" "$FAULTS_LOGS"; }
	compile_scene x.o "$1" "$DISTCC" 2>>messages &
	compiling=$!
	pause "$2"
	change "$1"
	wait $compiling || echo "scene $1: status $?" >>wrong
	cmp -s "scene$1/a.o" "scene$1/x.o" || cmp -s "scene$1/b.o" "scene$1/x.o" || echo "scene $1: neither one nor the other" >>wrong
	compile_scene x.o "$1" "$DISTCC" 2>>messages || echo "scene $1: status $?" >>wrong
	cmp -s "scene$1/b.o" "scene$1/x.o" || echo "scene $1: wrong after the change" >>wrong
}

test_changes() {
	command -v gcc >/dev/null || { skip_because 'no gcc'; return 0; }
	scenes=$((FAULTS_JOBS / 2))
	for n in $(seq $scenes); do
		scene "$n"
		compile_scene a.o "$n"
		change "$n"
		compile_scene b.o "$n"
		rm -r "scene$n/one" "scene$n/two"
		scene "$n"
	done
	volunteer a || return 0
	make_sources 1
	compile_here 1
	meet a
	poll_until '[ -z "$(find . -name v.h -newermt "3 seconds ago")" ]'
	randoms 11 $scenes 40 >dice
	n=0 running=
	while read -r delay; do
		n=$((n + 1))
		changing_job $n "$delay" &
		running="$running $!"
		[ $((n % 6)) -eq 0 ] || [ $n -eq $scenes ] || continue
		# shellcheck disable=SC2086 # numbers
		wait $running
		running=
	done <dice
	say "$scenes headers changed under the compiler"
	nothing_wrong
}

# in_its_own_place N FILE - the commands of FILE with tree N as ./tree
in_its_own_place() {
	# shellcheck disable=SC2086 # words
	unshare $unshare_options sh -c '
		mount --bind "$PWD/tree$1" "$PWD/tree" && cd tree && xargs -P 3 -I{} sh -c "{} || echo status \$?: {}" <"$2"' - "$1" "$2" >"out$1" 2>"err$1"
}

test_two_with_the_same_names() {
	command -v gcc >/dev/null || { skip_because 'no gcc'; return 0; }
	unshare_options=-m
	[ "$(id -u)" -eq 0 ] || unshare_options=-Urm
	# shellcheck disable=SC2086 # words
	unshare $unshare_options true 2>/dev/null || { skip_because 'no mounts of our own here'; return 0; }
	mkdir tree tree1 tree2
	for n in 1 2; do
		for nr in $(seq "$FAULTS_JOBS"); do
			echo "gcc $(command_of "$nr")"
		done >"here$n"
		sed "s|^|$DISTCC |" "here$n" >"there$n"
		(cd tree$n && make_sources 2$n)
		in_its_own_place $n "$PWD/here$n"
		mv tree$n/o/* tree$n/expected
	done
	volunteer a || return 0
	use a
	# one DISTCC_DIR for both, so one cache: they look the same to it but for what the kernel says of their files
	in_its_own_place 1 "$PWD/there1" &
	first=$!
	in_its_own_place 2 "$PWD/there2"
	wait $first
	for n in 1 2; do
		assertEquals "seed $FAULTS_SEED: tree $n" '' "$(cat out$n err$n)"
		(cd tree$n && for nr in $(seq "$FAULTS_JOBS"); do same_files "$nr"; done) >>wrong
	done
	assertFalse 'the trees are the same' 'cmp -s tree1/expected/1.o tree2/expected/1.o'
	say 'by two clients whose files have the same names'
	cd tree1 && nothing_wrong
}

. "${SHUNIT2:-shunit2}"
