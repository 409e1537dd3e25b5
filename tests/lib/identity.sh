# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The promise itself: each command line of tests/data/identity.cmds gives with a volunteer what it gives without, in the
# same directory: every file, every message, the exit status.  In classic mode, objects may differ in debug information alone;
# in replica mode in nothing.

# tree NAME - the sources, fresh, in a directory of that name
tree() {
	rm -rf "$1"
	cp -a "$SANDBOX/sources" "$1"
}

# perform LINE PATH - run the line in ./tree; afterwards ../out, ../err and ../status tell
perform() {
	(cd tree && PATH=$2 SOURCE_DATE_EPOCH=86400 sh -c "$1" <asmfile.c >../out 2>../raw)
	echo $? >status
	# names of temporary files are never the same twice
	sed "s#$TMPDIR/[A-Za-z0-9_-]*#TEMPORARY#g" raw >err
}

# same_object NAME LINE - equal, or (with -g) equal once debug information is gone
same_object() {
	cmp -s "local/$1" "tree/$1" && return 0
	[ "$MODE" = classic ] || return 1
	case " $2 " in
	*' -g'*) ;;
	*) return 1 ;;
	esac
	cp "local/$1" one.o && cp "tree/$1" two.o && strip -g one.o two.o 2>/dev/null && cmp -s one.o two.o
}

# differences LINE - between ./local and ./tree, one a line
differences() {
	for what in status out err; do
		cmp -s "local.$what" "$what" || { echo "$what"; diff "local.$what" "$what"; }
	done
	(cd local && find . -type f -printf '%P %m\n' | sort) >local.files
	(cd tree && find . -type f -printf '%P %m\n' | sort) >files
	diff local.files files
	while read -r file _; do
		# a name with a blank: the rest of it comes back from the list
		[ -f "local/$file" ] || continue
		case $file in
		*.gch | *.[0-9]*[rti].*) ;;	# they hold addresses of the compiler's own memory
		*.o | build/a | build/x) same_object "$file" "$1" || echo "object $file" ;;
		*) cmp -s "local/$file" "tree/$file" || echo "file $file" ;;
		esac
	done <local.files
}

# count LINE JOBS - does it compile something here, and did the volunteer do it (its number of jobs was JOBS)?
count() {
	case " $1 " in
	*' -c '* | *' -S '*) ;;
	*) return ;;
	esac
	[ "$(cat local.status)" = 0 ] || return
	compiles=$((compiles + 1))
	if [ "$(daemon_jobs a)" -gt "$2" ]; then
		distributed=$((distributed + 1))
	else
		here="$here
$1"
	fi
}

# try LINE - both ways, in a directory of the same name
try() {
	tree tree
	perform "$1" "$PATH"
	rm -rf local
	mv tree local
	for what in status out err; do
		mv "$what" "local.$what"
	done
	tree tree
	jobs=$(daemon_jobs a)
	perform "$1" "$SANDBOX/masq:$PATH"
	count "$1" "$jobs"
	found=$(differences "$1")
	[ -z "$found" ] || fail "$1
$found"
}

# every_command_line MODE PERCENT - of the command lines that compile a source here without an error, so many in a hundred are
# compiled by the volunteer at least: fewer would make the test easy
every_command_line() {
	MODE=$1
	case $MODE in
	classic) options=,plain ;;
	replica) options= ;;
	esac
	start_distccd a --jobs 4 || { fail 'no daemon'; return 1; }
	DISTCC_HOSTS=$(host_of a "$options")
	export DISTCC_HOSTS
	mkdir "$SANDBOX/masq"
	for name in gcc g++ clang clang++; do
		command -v "$name" >/dev/null && ln -s "$DISTCC" "$SANDBOX/masq/$name"
	done
	cp -a "$SRCDIR/tests/data/identity" "$SANDBOX/sources"
	(cd "$SANDBOX/sources" && . "$SRCDIR/tests/data/identity.setup") || { fail 'no sources'; return 1; }
	lines=0 compiles=0 distributed=0 here=
	grep -v '^#' "$SRCDIR/tests/data/identity.cmds" | grep . >lines
	while read -r line <&3; do
		command -v "${line%% *}" >/dev/null || continue
		lines=$((lines + 1))
		try "$line"
	done 3<lines
	note "$MODE mode: $lines command lines, $compiles compile, $distributed of them on the volunteer"
	assertTrue "too few were distributed, not:$here" "[ $((distributed * 100)) -ge $((compiles * $2)) ]"
	assertEquals 'left behind' '' "$(find "$TMPDIR" "$TMP_a" -mindepth 1)"
}
