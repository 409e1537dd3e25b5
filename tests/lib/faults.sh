# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# For tests/faults_test.sh: a small tree of sources made from a seed, jobs with it, volunteers that can be killed and come back.
# Source it after sandbox.sh and daemon.sh.

# Whatever is random follows from this number; how long things take does not.
FAULTS_SEED=${FAULTS_SEED:-$(od -An -N 3 -t u4 /dev/urandom | tr -d ' ')}
FAULTS_JOBS=${FAULTS_JOBS:-24}
SOURCES=12
# empty where jobs may go in classic mode: without debug information objects are the same all the same
faults_debug=-g
HEADERS=16

# randoms SALT COUNT BELOW - so many numbers from 0 to BELOW - 1, one a line
randoms() {
	awk -v seed="$FAULTS_SEED" -v salt="$1" -v n="$2" -v below="$3" 'BEGIN {
		srand(seed * 31 + salt)
		for (; n > 0; n--)
			print int(rand() * below)
	}'
}

# one_of SALT BELOW - one such number
one_of() {
	randoms "$1" 1 "$2"
}

# pause MILLISECONDS - part of the fault to be made, never to wait for something
pause() {
	sleep "$(($1 / 1000)).$(printf %03d $(($1 % 1000)))"
}

# make_sources SALT - s1.c... and headers in inc, inc2 and here; another SALT, other contents
make_sources() {
	mkdir -p inc inc2 sub o expected
	awk -v seed="$FAULTS_SEED" -v salt="$1" -v sources="$SOURCES" -v headers="$HEADERS" '
		function below(n) { return int(rand() * n) }
		# each header is in one or two of the directories: which one counts is for the compiler to find
		function header(i,    dir, file, k) {
			for (k = 0; k < 2; k++) {
				dir = below(2) ? "inc" : "inc2"
				file = dir "/h" i ".h"
				print "#ifndef H" i "\n#define H" i "\n#define K" i " " below(100000) > file
				if (i > 2)
					print "#include <h" (1 + below(i - 1)) ".h>" > file
				print "static inline int f" i "(int x) { return x * K" i " + " below(1000) "; }\n#endif" > file
				close(file)
			}
		}
		function source(i,    file, k, h) {
			file = (i % 3 ? "" : "sub/") "s" i ".c"
			for (k = 0; k < 4; k++) {
				h = 1 + below(headers)
				if (k == 0)
					print "#define WHICH <h" h ".h>\n#include WHICH" > file
				else if (k == 1)
					print "#if __has_include(\"none" h ".h\")\n#include \"none" h ".h\"\n#endif\n#include \"h" h ".h\"" > file
				else
					print "#include \"h" h ".h\"" > file
				print "int g" k "(int x) { return f" h "(x) + " below(1000) "; }" > file
			}
			print "int unused(void) { return JOB; }" > file
			close(file)
		}
		BEGIN {
			srand(seed * 31 + salt)
			for (i = 1; i <= headers; i++) header(i)
			for (i = 1; i <= sources; i++) source(i)
		}'
}

# source_of N, command_of N - the source of job N, and its command after the compiler's name
source_of() {
	source_nr=$((($1 - 1) % SOURCES + 1))
	if [ $((source_nr % 3)) -eq 0 ]; then echo "sub/s$source_nr.c"; else echo "s$source_nr.c"; fi
}

command_of() {
	set -- "$1" "$faults_debug -O0 -Iinc -Iinc2 -DJOB=$((($1 - 1) / SOURCES / 2)) -c $(source_of "$1") -o o/$1.o"
	case $(($1 % 5)) in
	0) echo "$2 -MD" ;;
	1) echo "$2 ${faults_debug:+-gsplit-dwarf}" ;;
	2) echo "$2 -Wall" ;;
	*) echo "$2" ;;
	esac
}

# pick SALT COUNT - so many of the lines of stdin
pick() {
	awk -v seed="$FAULTS_SEED" -v salt="$1" -v n="$2" '
		{ line[NR] = $0 }
		END {
			srand(seed * 31 + salt)
			for (; n > 0 && NR > 0; n--)
				print line[1 + int(rand() * NR)]
		}'
}

# compile_here COUNT - what jobs 1 to COUNT give here becomes ./expected
compile_here() {
	rm -rf expected o
	mkdir o
	for nr in $(seq "$1"); do
		echo "gcc $(command_of "$nr")"
	done | xargs -P 2 -I{} sh -c '{}' || fail 'the sources cannot be compiled'
	mv o expected
	mkdir o
}

# same_files NR - all that the job has written is as expected
same_files() {
	for file in expected/"$1".*; do
		cmp "$file" "o/${file##*/}" || return
	done
}

# unfinished NR - its object is there, but not as it shall be
unfinished() {
	[ -e "o/$1.o" ] && ! cmp -s "expected/$1.o" "o/$1.o"
}

# job NR DELAY - job NR by distcc, in the background; with a DELAY (ms) other than 0 its client is killed after that, and the job done again.
# A line for whatever is wrong goes to ./wrong.
job() {
	if [ "$2" -gt 0 ]; then
		# shellcheck disable=SC2046 # words
		"$DISTCC" gcc $(command_of "$1") 2>>messages &
		pid=$!
		pause "$2"
		kill -KILL "$pid" 2>/dev/null && echo "$1" >>clients_killed
		wait "$pid" 2>/dev/null
		# what it has begun here goes on without it, as with any compiler whose parent is killed
		poll_until "! pgrep -f -- '-o o/$1\\.o' >/dev/null"
		! unfinished "$1" || echo "job $1: half an object after its client was killed" >>wrong
	fi
	# shellcheck disable=SC2046
	"$DISTCC" gcc $(command_of "$1") >>messages 2>&1 </dev/null || echo "job $1: status $?" >>wrong
	same_files "$1" >>wrong 2>&1
}

# jobs FROM TO SALT KILLED - run them, six at a time; of a hundred clients KILLED are killed
jobs() {
	randoms "$3" $((($2 - $1 + 1) * 2)) 100 >dice
	exec 3<dice
	running=
	for nr in $(seq "$1" "$2"); do
		read -r die <&3
		read -r delay <&3
		[ "$die" -lt "$4" ] || delay=-1
		job "$nr" $((delay + 1)) &
		running="$running $!"
		# shellcheck disable=SC2086 # numbers
		set -- "$1" "$2" "$3" "$4" $running
		if [ $# -ge 10 ]; then
			wait "$5"
			running=${running# "$5"}
		fi
	done
	exec 3<&-
	# shellcheck disable=SC2086
	wait $running
}

# volunteer NAME [OPTION...] - a daemon whose compiler is gcc alone; all of them use one store, of $faults_cache
volunteer() {
	echo /usr/bin/gcc >"$SANDBOX/compilers"
	DAEMON_ENV="DISTCC_CMDLIST=$SANDBOX/compilers ${VOLUNTEER_ENV-}"
	volunteer_name=$1
	shift
	start_distccd "$volunteer_name" --jobs 4 --cache-dir "$faults_cache" "$@" || { fail "volunteer $volunteer_name"; return 1; }
	DAEMON_ENV=
	poll_until "grep -q ' ready' \"\$LOG_$volunteer_name\"" 60
	eval "OPTIONS_$volunteer_name=\$*"
	if ! grep -q 'sandbox:' "$(daemon_var "$volunteer_name" LOG)"; then
		skip_because 'no sandbox can be built here'
		return 1
	fi
}

# revive NAME - the same once more, at the same port.  A child that was forked as its parent was killed may hold that for a moment.
revive() {
	revive_dir=$SANDBOX/daemon.$1 revive_port=$(daemon_var "$1" PORT)
	for _ in 1 2 3; do
		# shellcheck disable=SC2086,SC2046 # words
		env PATH="${PATH#"$SANDBOX/bin:"}" TMPDIR="$revive_dir/tmp" DISTCC_CMDLIST="$SANDBOX/compilers" \
			env ${VOLUNTEER_ENV-} "$DISTCCD" --daemon --no-detach --port "$revive_port" --listen 127.0.0.1 --log-file "$revive_dir/log" --log-level info \
			--config-dir "$revive_dir/etc" --jobs 4 --cache-dir "$faults_cache" $(daemon_var "$1" OPTIONS) </dev/null >>"$revive_dir/stdout" 2>&1 &
		revive_pid=$!
		# of one that has ended there is no program
		poll_until 'process_listens "$revive_pid" "$revive_port" || [ ! -e "/proc/$revive_pid/exe" ]'
		[ ! -e "/proc/$revive_pid/exe" ] || break
	done
	eval "PID_$1=$revive_pid"
	daemon_remember "$revive_pid"
	port_listens "$revive_port" ||
		echo "volunteer $1 did not come back: $(tail -n 3 "$revive_dir/stdout" "$revive_dir/log" 2>/dev/null)" >>wrong
}

# served - how many jobs were done in replica mode, by the logs
served() {
	cat "$SANDBOX"/daemon.*/log | grep -c 'COMPILE_OK .*mode:replica'
}

# ours - the processes of this test but for those of its shells, one a line
ours() {
	grep -lzF "$SANDBOX" /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | cut -d / -f 3 | sort -u | while read -r ours_pid; do
		ours_name=$(cat "/proc/$ours_pid/comm" 2>/dev/null)
		case $ours_name in
		distccd | distcc | gcc | cc1 | as | cpp) echo "$ours_pid $ours_name" ;;
		esac
	done
}

# no_records - no client is at work, by what they say of themselves; another one comes along first
no_records() {
	"$DISTCC" gcc -c s1.c -Iinc -Iinc2 -DJOB=1 -o last.o 2>>messages
	[ -z "$(ls "$DISTCC_DIR/state" 2>/dev/null)" ]
}

# nothing_wrong - what ./wrong says, and whether anything was left anywhere; ends the daemons
nothing_wrong() {
	assertEquals "seed $FAULTS_SEED" '' "$(cat wrong 2>/dev/null)"
	daemons_stop
	[ -z "${FAULTS_LOGS-}" ] || (cd "$SANDBOX" && cp --parents --backup=numbered "${DISTCC_LOG##*/}" work/messages daemon.*/log "$FAULTS_LOGS")
	assertEquals "seed $FAULTS_SEED: beside the sources" '' "$(find . -name '.*.distcc-*')"
	assertEquals "seed $FAULTS_SEED: client's TMPDIR" '' "$(ls -A "$TMPDIR")"
	# what killed clients have left goes when it is old and somebody comes along
	[ ! -d "$DISTCC_DIR/state" ] || find "$DISTCC_DIR/state" -type f -exec touch -d '1 hour ago' {} +
	poll_until 'no_records' || fail "seed $FAULTS_SEED: records of jobs: $(ls -A "$DISTCC_DIR/state")"
	assertEquals "seed $FAULTS_SEED: volunteers' TMPDIR" '' "$(find "$SANDBOX"/daemon.*/tmp -mindepth 1)"
	assertEquals "seed $FAULTS_SEED: jobs in the cache" '' "$(ls -A "$faults_cache/jobs")"
	assertEquals "seed $FAULTS_SEED: processes" '' "$(poll_until '[ -z "$(ours)" ]' || ours)"
	assertEquals "seed $FAULTS_SEED: mounts" '' "$(grep -F -e "$SANDBOX" -e "$faults_cache" /proc/mounts)"
	assertNotContains "seed $FAULTS_SEED: crashes" "$(cat "$SANDBOX"/daemon.*/log)" 'ended by signal 11'
}
