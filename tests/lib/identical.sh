# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# For the suites that compare: one command line here and with the volunteer "a", in a directory of the same name.
#
#	. tests/lib/identical.sh
#	identical_begin || return 1	# the daemon; then put the sources into $SANDBOX/sources
#	identical_try 'gcc -c a.c'	# fails the test where they differ
#
# Afterwards $lines, $compiles, $classic and $replica have counts, $here_classic and $here_replica the lines that compile here
# without an error and were not the volunteer's, $modes the modes tried.

# what the commands read; a suite may name another file
identical_input=/dev/null
# set: what the compiler here does not give twice itself is noted, not failed
identical_unless_unstable=

# identical_begin - the daemon and the names of the compilers; false if it does not start
identical_begin() {
	start_distccd a --jobs 4 || { fail 'no daemon'; return 1; }
	poll_until 'grep -q " ready" "$LOG_a"'
	modes=classic
	! grep -q 'sandbox:' "$LOG_a" || modes="classic replica"
	export DISTCC_HOSTS DISTCC_JOURNAL="$SANDBOX/journal"
	mkdir "$SANDBOX/masq"
	for name in gcc g++ clang clang++; do
		command -v "$name" >/dev/null && ln -s "$DISTCC" "$SANDBOX/masq/$name"
	done
	lines=0 compiles=0 classic=0 replica=0 here_classic= here_replica=
}

# identical_end - what came of it, and that nothing was left behind
identical_end() {
	note "$lines command lines, $compiles compile; on the volunteer: $classic in classic mode, $replica in replica mode"
	! grep -q '	fault	' "$DISTCC_JOURNAL" || note "faults: $(awk -F '\t' '$3 == "fault" { print $10 ": " $11 }' "$DISTCC_JOURNAL" | sort | uniq -c | head -n 5 | paste -sd ';' -)"
	assertEquals 'left behind' '' "$(find "$TMP_a" -mindepth 1)"
}

# tree - the sources, fresh, in ./tree
tree() {
	rm -rf tree
	cp -a "$SANDBOX/sources" tree
}

# perform LINE PATH - run the line in ./tree; afterwards ./status, ./out, ./err and ./left (in TMPDIR, which is empty again) tell
perform() {
	(cd tree && PATH=$2 SOURCE_DATE_EPOCH=86400 sh -c "$1" <"$identical_input" >../out 2>../raw)
	echo $? >status
	# names of temporary files are never the same twice
	sed "s#$TMPDIR/[A-Za-z0-9_-]*#TEMPORARY#g" raw >err
	find "$TMPDIR" -mindepth 1 | sed 's#-[0-9a-f]*\.#.#' | sort >left
	rm -rf "${TMPDIR:?}"/*
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
	for what in status out err left; do
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

# repeats_itself LINE MODE - does the compiler here give the same once more?  Not with random names, addresses or times.
repeats_itself() {
	tree
	perform "$1" "$PATH"
	[ -z "$(differences "$1" "$2")" ] && return
	note "never the same twice: $1"
	false
}

# elsewhere LINE MODE OPTION - the same with the volunteer; adds to $classic or $replica if it did the job, else to $here
elsewhere() {
	tree
	jobs=$(daemon_jobs a)
	DISTCC_HOSTS=$(host_of a "$3")
	perform "$1" "$SANDBOX/masq:$PATH"
	found=$(differences "$1" "$2")
	[ -z "$found" ] || [ -z "$identical_unless_unstable" ] || repeats_itself "$1" "$2" || found=
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

# identical_try LINE - here and elsewhere, in a directory of the same name
identical_try() {
	command -v "${1%% *}" >/dev/null || return
	lines=$((lines + 1))
	tree
	perform "$1" "$PATH"
	rm -rf local
	mv tree local
	for what in status out err left; do
		mv "$what" "local.$what"
	done
	(cd local && list_files) >local.files
	! compiles_here "$1" || compiles=$((compiles + 1))
	elsewhere "$1" classic ,plain
	[ "$modes" = classic ] || elsewhere "$1" replica ''
}
