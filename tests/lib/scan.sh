# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# For suites about the include scanner: is the tree of a command all that the compiler reads?
#
#	scan_root_new gcc g++		# once: a root with these compilers and nothing else
#	scan_check gcc -I. -c x.c	# false, with what is wrong, unless its preprocessor does the same in a root of the tree alone

# scan_link FILE - the same file in $SCAN_ROOT, with the links on the way
scan_link() {
	scan_from=$1
	while [ -L "$scan_from" ]; do
		mkdir -p "$SCAN_ROOT$(dirname "$scan_from")"
		[ -L "$SCAN_ROOT$scan_from" ] || cp -P "$scan_from" "$SCAN_ROOT$scan_from"
		scan_to=$(readlink "$scan_from")
		case $scan_to in
		/*) scan_from=$scan_to ;;
		*) scan_from=$(dirname "$scan_from")/$scan_to ;;
		esac
	done
	scan_from=$(realpath "$scan_from")
	mkdir -p "$SCAN_ROOT$(dirname "$scan_from")"
	[ -e "$SCAN_ROOT$scan_from" ] || cp -p --reflink=auto "$scan_from" "$SCAN_ROOT$scan_from"
}

# scan_program FILE - a program and its libraries
scan_program() {
	scan_link "$1"
	for scan_lib in $(ldd "$1" 2>/dev/null | grep -o '/[^ ]*'); do
		scan_link "$scan_lib"
	done
}

# scan_root_new COMPILER... - false: this machine lets us have no root of our own
scan_root_new() {
	SCAN_ROOT=$SANDBOX_TOP/scan-root.$$
	mkdir -p "$SCAN_ROOT/usr" "$SCAN_ROOT/tmp" "$SCAN_ROOT/dev" || return 1
	chmod 1777 "$SCAN_ROOT/tmp"
	for scan_dir in bin lib lib64 sbin; do
		[ ! -L "/$scan_dir" ] || { mkdir -p "$SCAN_ROOT/usr/$scan_dir" && cp -P "/$scan_dir" "$SCAN_ROOT/$scan_dir"; }
	done
	: >"$SCAN_ROOT/dev/null"
	scan_program "$(command -v sh)"
	for scan_cc in "$@"; do
		scan_program "$(command -v "$scan_cc")"
		for scan_part in cc1 cc1plus; do
			scan_path=$("$scan_cc" -print-prog-name=$scan_part 2>/dev/null)
			[ ! -x "$scan_path" ] || scan_program "$scan_path"
		done
	done
	if [ "$(id -u)" -eq 0 ]; then
		SCAN_ENTER=
	else
		SCAN_ENTER='unshare -r'
	fi
	# shellcheck disable=SC2086 # words
	$SCAN_ENTER chroot "$SCAN_ROOT" "$(command -v sh)" -c : 2>/dev/null
}

scan_root_end() {
	[ -z "${SCAN_ROOT-}" ] || rm -rf "$SCAN_ROOT"
}

# scan_lay_out LISTING - $SCAN_ROOT.job: the root with the entries of a listing
scan_lay_out() {
	rm -rf "$SCAN_ROOT.job"
	cp -al "$SCAN_ROOT" "$SCAN_ROOT.job" &&
		sed 's/^file [^ ]* [^ ]* //; s/^dir //; s/^link \(.*\) -> .*/\1/; s/^\///' "$1" |
		tar -C / --no-recursion -cf - -T - --verbatim-files-from 2>/dev/null | tar -C "$SCAN_ROOT.job" --skip-old-files -xf - 2>/dev/null
}

# scan_check COMPILER ARGUMENT... - with -c
scan_check() {
	scan_cc=$1
	shift
	if ! "$DISTCC" --scan-includes "$scan_cc" "$@" >"$SCAN_ROOT.list" 2>"$SCAN_ROOT.err"; then
		echo "$scan_cc $*: $(cat "$SCAN_ROOT.err")"
		return 1
	fi
	# what was remembered is the same
	if ! "$DISTCC" --scan-includes "$scan_cc" "$@" 2>&1 | cmp -s - "$SCAN_ROOT.list"; then
		echo "$scan_cc $*: another tree the second time"
		return 1
	fi
	LC_ALL=C "$scan_cc" "$@" -E >"$SCAN_ROOT.want" 2>"$SCAN_ROOT.want.err"
	scan_want=$?
	"$scan_cc" "$@" -M -MF "$SCAN_ROOT.deps" -o /dev/null 2>/dev/null || : >"$SCAN_ROOT.deps"
	# a blank in a name is "\ ", here "|" for a moment
	sed 's/\\ /|/g' "$SCAN_ROOT.deps" | tr ' |' '\n ' | grep -v -e ':$' -e '^\\*$' -e '^/dev/null$' | sort -u | while read -r scan_file; do
		grep -q -x -F -e "$(realpath "$scan_file" 2>/dev/null)" <<-END || echo "$scan_cc $*: $scan_file is not in the tree"
			$(sed -n 's/^file [^ ]* [^ ]* //p' "$SCAN_ROOT.list")
		END
	done >"$SCAN_ROOT.missing"
	if [ -s "$SCAN_ROOT.missing" ]; then
		cat "$SCAN_ROOT.missing"
		return 1
	fi
	[ -n "${SCAN_ENTER+y}" ] || return 0
	scan_lay_out "$SCAN_ROOT.list"
	# shellcheck disable=SC2016,SC2086 # for the shell there; words
	LC_ALL=C $SCAN_ENTER chroot "$SCAN_ROOT.job" "$(command -v sh)" -c 'cd "$1" && shift && exec "$@"' sh "$PWD" \
		"$(command -v "$scan_cc")" "$@" -E >"$SCAN_ROOT.got" 2>"$SCAN_ROOT.got.err"
	scan_got=$?
	rm -rf "$SCAN_ROOT.job"
	if [ $scan_want -ne $scan_got ] || ! cmp -s "$SCAN_ROOT.want" "$SCAN_ROOT.got" || ! cmp -s "$SCAN_ROOT.want.err" "$SCAN_ROOT.got.err"; then
		echo "$scan_cc $*: $scan_want here, $scan_got there"
		diff "$SCAN_ROOT.want.err" "$SCAN_ROOT.got.err" | head -n 5
		diff "$SCAN_ROOT.want" "$SCAN_ROOT.got" | head -n 5
		return 1
	fi
}
