# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The options that a compiler lists itself, as words to try, one form a line.

# options_of_gcc COMPILER CLASS... - those of --help=CLASS (GCC manual, "Overall Options"): with -f, -W and -m both ways, with
# values each that is listed, or else one; sorted
options_of_gcc() {
	options_compiler=$1
	shift
	for options_class in "$@"; do
		LC_ALL=C COLUMNS=200 "$options_compiler" "--help=$options_class"
	done | awk '
		/Known valid arguments for/ { sub(/.*Known valid arguments for (the )?/, ""); of = $1; next }
		of != "" && /^ *$/ { of = "" }
		of != "" { for (i = 1; i <= NF; i++) print of $i; next }
		!/^  -/ { next }
		{ option = $1 }
		option ~ /=\[.*\]$/ {
			name = option; sub(/\[.*/, "", name)
			values = option; sub(/.*\[/, "", values); sub(/\]$/, "", values)
			n = split(values, value, "|")
			for (i = 1; i <= n; i++) print name value[i]
			next
		}
		{ had = sub(/=.*/, "=", option) }
		option ~ /[][<>|,]/ { next }
		had { print option "1"; next }
		{ print option }
		option ~ /^-[fWm]./ && option !~ /^-.no-/ { sub(/^-./, "&no-", option); print option }
	' | LC_ALL=C sort -u
}

# options_of_clang COMPILER - those of --help-hidden; sorted
options_of_clang() {
	LC_ALL=C "$1" --help-hidden | awk '
		!/^  -/ { next }
		{ had = sub(/=.*/, "=", $1) }
		$1 ~ /[][<>|,]/ { next }
		had { print $1 "1"; next }
		$2 ~ /^</ { print $1 " 1"; next }
		{ print $1 }
		$1 ~ /^-[fWm]./ && $1 !~ /^-.no-/ { sub(/^-./, "&no-", $1); print $1 }
	' | LC_ALL=C sort -u
}
