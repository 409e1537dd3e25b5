#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# For tests/faults_test.sh: damage a volunteer's cache directory, which no daemon uses meanwhile: damage.sh CACHE SEED
#
# Refuses to run as root (become the owner of the directory first), follows no links, and writes to nothing but files of that directory.
set -eu

[ "$(id -u)" -ne 0 ] || {
	echo 'damage.sh: not as root' >&2
	exit 2
}
cd "$1"
seed=$2
[ -d objects ] && [ -d trees ]

# damage FILE KIND - in one of several ways
damage() {
	[ -f "$1" ] && ! [ -L "$1" ] || return 0
	chmod u+w "$1"
	case $2 in
	0) : >"$1" ;;
	1) echo more >>"$1" ;;
	2) printf garbage | dd of="$1" bs=1 conv=notrunc 2>/dev/null ;;
	3) truncate -s "$(($(stat -c %s "$1") / 2))" "$1" ;;
	4) rm "$1" ;;
	5) rm "$1" && ln -s /nonexistent/nowhere "$1" ;;
	6) rm "$1" && mkdir "$1" ;;
	esac
}

find objects actions trees -type f | LC_ALL=C sort | awk -v seed="$seed" '
	BEGIN { srand(seed) }
	rand() < 0.1 { print int(rand() * 7), $0 }' | while read -r kind file; do
	damage "$file" "$kind"
done
