#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# time-limit: 900
# The promise itself: each command line of tests/data/identity.cmds gives with a volunteer what it gives without, in the
# same directory: every file, every message, the exit status.  In classic mode, objects may differ in debug information alone;
# in replica mode in nothing.

. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "${SRCDIR:-.}/tests/lib/daemon.sh"
DAEMON_REPLICA=yes

# Of the command lines that compile a source here without an error, so many in a hundred are compiled by the volunteer at
# least: fewer would make the test easy.
CLASSIC_PERCENT=45
REPLICA_PERCENT=85

# tree - the sources, fresh, in ./tree
tree() {
	rm -rf tree
	cp -a "$SANDBOX/sources" tree
}

# perform LINE PATH - run the line in ./tree; afterwards ../out, ../err and ../status tell
perform() {
	(cd tree && PATH=$2 SOURCE_DATE_EPOCH=86400 sh -c "$1" <asmfile.c >../out 2>../raw)
	echo $? >status
	# names of temporary files are never the same twice
	sed "s#$TMPDIR/[A-Za-z0-9_-]*#TEMPORARY#g" raw >err
}

# same_object NAME LINE MODE - equal once debug information is gone, where that is enough
same_object() {
	[ "$3" = classic ] || return 1
	case " $2 " in
	*' -g'*) ;;
	*) return 1 ;;
	esac
	cp "local/$1" one.o && cp "tree/$1" two.o && strip -g one.o two.o 2>/dev/null && cmp -s one.o two.o
}

# list_files - names and modes below the current directory
list_files() { find . -type f -printf '%P %m\n' | sort; }

# differences LINE MODE - between ./local and ./tree, one a line
differences() {
	for what in status out err; do
		cmp -s "local.$what" "$what" || { echo "$what"; diff "local.$what" "$what"; }
	done
	(cd tree && list_files) >files
	diff local.files files
	diff -rq local tree | sed -n 's|^Files local/\(.*\) and tree/.* differ$|\1|p' >differ
	while read -r file; do
		case $file in
		*.gch | *.[0-9]*[rti].*) ;;	# they hold addresses of the compiler's own memory
		*.o | build/a | build/x) same_object "$file" "$1" "$2" || echo "object $file" ;;
		*) echo "file $file" ;;
		esac
	done <differ
}

# compiles_here LINE - does it compile something, without an error?
compiles_here() {
	case " $1 " in
	*' -c '* | *' -S '*) [ "$(cat local.status)" = 0 ] ;;
	*) false ;;
	esac
}

# elsewhere LINE MODE OPTION - the same with the volunteer; adds to $classic or $replica if it did the job, else to $here
elsewhere() {
	tree
	jobs=$(daemon_jobs a)
	DISTCC_HOSTS=$(host_of a "$3")
	perform "$1" "$SANDBOX/masq:$PATH"
	found=$(differences "$1" "$2")
	[ -z "$found" ] || fail "$2: $1
$found"
	compiles_here "$1" || return
	if [ "$(daemon_jobs a)" -gt "$jobs" ]; then
		eval "$2=\$((\$$2 + 1))"
	else
		eval "here_$2=\"\$here_$2
\$1\""
	fi
}

# try LINE - here and elsewhere, in a directory of the same name
try() {
	tree
	perform "$1" "$PATH"
	rm -rf local
	mv tree local
	for what in status out err; do
		mv "$what" "local.$what"
	done
	(cd local && list_files) >local.files
	! compiles_here "$1" || compiles=$((compiles + 1))
	elsewhere "$1" classic ,plain
	[ "$modes" = classic ] || elsewhere "$1" replica ''
}

test_every_command_line() {
	start_distccd a --jobs 4 || { fail 'no daemon'; return 1; }
	poll_until 'grep -q " ready" "$LOG_a"'
	modes=classic
	! grep -q 'sandbox:' "$LOG_a" || modes="classic replica"
	export DISTCC_HOSTS DISTCC_JOURNAL="$SANDBOX/journal"
	mkdir "$SANDBOX/masq"
	for name in gcc g++ clang clang++; do
		command -v "$name" >/dev/null && ln -s "$DISTCC" "$SANDBOX/masq/$name"
	done
	cp -a "$SRCDIR/tests/data/identity" "$SANDBOX/sources"
	(cd "$SANDBOX/sources" && . "$SRCDIR/tests/data/identity.setup") || { fail 'no sources'; return 1; }
	lines=0 compiles=0 classic=0 replica=0 here_classic= here_replica=
	grep -v '^#' "$SRCDIR/tests/data/identity.cmds" | grep . >lines
	while read -r line <&3; do
		command -v "${line%% *}" >/dev/null || continue
		lines=$((lines + 1))
		try "$line"
	done 3<lines
	note "$lines command lines, $compiles compile; on the volunteer: $classic in classic mode, $replica in replica mode"
	assertTrue "too few were distributed, not:$here_classic" "[ $((classic * 100)) -ge $((compiles * CLASSIC_PERCENT)) ]"
	[ "$modes" = classic ] ||
		assertTrue "too few in replica mode, not:$here_replica" "[ $((replica * 100)) -ge $((compiles * REPLICA_PERCENT)) ]"
	! grep -q '	fault	' "$DISTCC_JOURNAL" || note "faults: $(awk -F '\t' '$3 == "fault" { print $10 ": " $11 }' "$DISTCC_JOURNAL" | sort | uniq -c | head -n 5 | paste -sd ';' -)"
	assertEquals 'left behind' '' "$(find "$TMPDIR" "$TMP_a" -mindepth 1)"
}

. "${SHUNIT2:-shunit2}"
