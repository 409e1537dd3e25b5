#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The overlay: phases of the ebuild with stand-ins for the package manager (lib/ebuild.bash), from a tarball of make dist
# to an image, and that image merged, over an older version, and removed.  The image is one for a prefix (EPREFIX), so that
# its programs can run where they are merged to, for anybody.
# time-limit: 600

. "${SRCDIR:-.}/tests/lib/sandbox.sh"

OVERLAY=$SRCDIR/ebuild
VERSION=$(sed -n 's/^VERSION=//p' "$SRCDIR/configure")
EBUILD=$OVERLAY/sys-devel/distcc/distcc-$VERSION.ebuild
SHARED=$SANDBOX_TOP/ebuild
HOST=$(cc -dumpmachine)
avahi=$(pkg-config --exists avahi-client 2>/dev/null && echo yes)
REASON=

# The tarball, and an image in $SHARED/prefix/image whose programs work below $PREFIX; they are only read afterwards.
oneTimeSetUp() {
	if ! command -v bash >/dev/null; then
		REASON='there is no bash'
	elif [ -e "$SRCDIR/.git" ] && ! (cd "$SRCDIR" && git log -1 >/dev/null 2>&1); then
		REASON='git cannot read the sources'
	elif [ ! -e "$SRCDIR/.git" ] && [ ! -e "$SRCDIR/MANIFEST" ]; then
		REASON='neither git nor MANIFEST tells which files belong to a tarball'
	fi
	[ -z "$REASON" ] || return 0
	mkdir "$SHARED"
	PREFIX=$SHARED/eprefix
	"$SRCDIR/scripts/release" --dirty --output "$SHARED/release" >"$SHARED/log" 2>&1 || {
		cat "$SHARED/log"
		return 1
	}
	EPREFIX=$PREFIX ebuild prefix src_unpack src_prepare src_configure src_compile src_install >"$SHARED/log" 2>&1 || {
		tail -n 40 "$SHARED/log"
		return 1
	}
}

oneTimeTearDown() {
	sandbox_end
	[ ! -d "$SHARED" ] || rm -rf "$SHARED"
}

skipped() {
	[ -z "$REASON" ] && return 1
	skip_because "$REASON"
}

# ebuild NAME PHASE... - in $SHARED/NAME
ebuild() {
	ebuild_name=$1
	shift
	# quick to compile; what is recorded shows whether the flags arrived
	env -u CC -u MAKEFLAGS CHOST="$HOST" PORTAGE_BUILDDIR="$SHARED/$ebuild_name" DISTDIR="$SHARED/release" USE="${USE-lzo${avahi:+ zeroconf}}" \
		CFLAGS="${CFLAGS--O0 -frecord-gcc-switches -falign-functions=64}" LDFLAGS="${LDFLAGS--Wl,--build-id=none}" \
		bash "$SRCDIR/tests/lib/ebuild.bash" "${EBUILD_FILE:-$EBUILD}" "$@"
}

# --------------------------------------------------------------------- a package manager's merge

# contents IMAGE - "NAME<tab>KIND<tab>SUM or LINK" of all that is in it
contents() {
	(cd "$1" && find . -mindepth 1 \( -type l -printf '%P\tl\t%l\n' -o -type d -printf '%P\td\t\n' -o -type f -printf '%P\tf\t' -exec md5sum {} \; \)) |
		sed 's/\(	f	[0-9a-f]*\) .*/\1/'
}

sum_of() {
	if [ -L "$1" ]; then readlink "$1"; else md5sum <"$1" | cut -d ' ' -f 1; fi
}

# merge IMAGE ROOT - copy, but settings that somebody changed stay, and the new ones come beside them; $ROOT.contents is what
# the package has
merge() {
	contents "$1" >"$2.new"
	while IFS=$tab read -r name kind sum; do
		target=$2/$name
		case $kind in
		d)
			[ -d "$target" ] || mkdir -p "$target"
			continue
			;;
		esac
		case $name in
		etc/env.d/*) ;;
		etc/* | */etc/*)
			if [ -e "$target" ] && [ "$(sum_of "$target")" != "$sum" ] &&
				! grep -qxF "$name$tab$kind$tab$(sum_of "$target")" "$2.contents" 2>/dev/null; then
				target=${target%/*}/._cfg0000_${target##*/}
			fi
			;;
		esac
		cp -a -T --remove-destination "$1/$name" "$target" || return 1
	done <"$2.new"
}

# unmerge ROOT CONTENTS [KEEP] - remove what is as it was made, but what the list KEEP has; then empty directories
unmerge() {
	LC_ALL=C sort -r "$2" | while IFS=$tab read -r name kind sum; do
		[ -z "${3-}" ] || ! cut -f 1 "$3" | grep -qxF "$name" || continue
		case $kind in
		d) rmdir "$1/$name" 2>/dev/null ;;
		*) [ ! -e "$1/$name" ] && [ ! -L "$1/$name" ] || [ "$(sum_of "$1/$name")" != "$sum" ] || rm -f "$1/$name" ;;
		esac
	done
}
tab=$(printf '\t')

# install_package [VERSION THAT IS REPLACED] - the image, with pkg_ phases, in the order of portage; $messages
install_package() {
	rm -rf "$SHARED/live"
	mkdir "$SHARED/live" "$SHARED/live/image"
	cp -a "$SHARED/prefix/image/." "$SHARED/live/image"
	mkdir -p "$PREFIX"
	: >"$SHARED/messages"
	EPREFIX=$PREFIX REPLACING_VERSIONS=${1-} ebuild live pkg_preinst >>"$SHARED/messages" 2>&1 || return 1
	merge "$SHARED/live/image$PREFIX" "$PREFIX" || return 1
	[ -z "${1-}" ] || unmerge "$PREFIX" "$PREFIX.contents" "$PREFIX.new"
	mv "$PREFIX.new" "$PREFIX.contents"
	EPREFIX=$PREFIX REPLACING_VERSIONS=${1-} PATH=$SANDBOX/compilers ebuild live pkg_postinst >>"$SHARED/messages" 2>&1 || return 1
	messages=$(cat "$SHARED/messages")
}

remove_package() {
	EPREFIX=$PREFIX ebuild live pkg_prerm >"$SHARED/messages" 2>&1 || return 1
	unmerge "$PREFIX" "$PREFIX.contents"
	messages=$(cat "$SHARED/messages")
}

setUp() {
	[ -z "$REASON" ] || return 0
	sandbox_new
	chmod -R u+w "$PREFIX" 2>/dev/null
	rm -rf "$PREFIX" "$PREFIX.contents"
	# a PATH with two compilers, and the tools ebuilds may use
	mkdir "$SANDBOX/compilers"
	for tool in bash sh cat cp cut find grep head ln mkdir mv realpath rm rmdir sed sort tar touch gcc env install make kill git; do
		ln -s "$(command -v $tool)" "$SANDBOX/compilers/$tool"
	done
	ln -sf "$(command -v gcc)" "$SANDBOX/compilers/x86_64-test-linux-gnu-gcc"
}

# tree DIR - "MODE NAME [-> LINK]" of what is in it, without directories
tree() {
	(cd "$1" && find . ! -type d \( -type l -printf '%P -> %l\n' -o -printf '%m %P\n' \)) | LC_ALL=C sort -k 2
}

# --------------------------------------------------------------------- the overlay itself

test_overlay() {
	assertTrue 'masters' 'grep -qx "masters = gentoo" "$OVERLAY/metadata/layout.conf"'
	assertTrue 'thin' 'grep -qx "thin-manifests = true" "$OVERLAY/metadata/layout.conf"'
	assertEquals distcc4 "$(cat "$OVERLAY/profiles/repo_name")"
	assertEquals 8 "$(cat "$OVERLAY/profiles/eapi")"
	assertTrue 'an ebuild of this version' '[ -f "$EBUILD" ]'
	assertTrue 'the live one is the same' 'cmp -s "$EBUILD" "$OVERLAY/sys-devel/distcc/distcc-9999.ebuild"'
	assertEquals 'long lines, blanks at the end' '' "$(grep -nE '.{121}|[[:blank:]]$' "$EBUILD")"
	assertEquals 'blanks for tabs' '' "$(grep -n '^ ' "$EBUILD")"
	assertEquals 'EAPI=8' "$(sed -n 4p "$EBUILD")"
	assertTrue 'short description' '[ "$(sed -n "s/^DESCRIPTION=\"\(.*\)\"/\1/p" "$EBUILD" | wc -c)" -le 81 ]'
}

# Each flag is explained, and no other.
test_metadata() {
	metadata=$OVERLAY/sys-devel/distcc/metadata.xml
	iuse=$(sed -n 's/^IUSE="\(.*\)"/\1/p' "$EBUILD" | tr -d + | tr ' ' '\n' | LC_ALL=C sort)
	assertEquals "$iuse" "$(sed -n 's/.*<flag name="\([^"]*\)">..*<\/flag>/\1/p' "$metadata" | LC_ALL=C sort)"
	if command -v xmllint >/dev/null; then
		run xmllint --noout --nonet "$metadata"
		assertEquals "$err" 0 "$status"
	fi
}

# --------------------------------------------------------------------- scripts/release

test_release() {
	skipped && return 0
	manifest=$SHARED/release/overlay/sys-devel/distcc/Manifest
	tarball=$SHARED/release/distcc-$VERSION.tar.xz
	assertEquals 1 "$(wc -l <"$manifest")"
	assertEquals "DIST distcc-$VERSION.tar.xz $(wc -c <"$tarball") BLAKE2B $(b2sum <"$tarball" | cut -d ' ' -f 1) SHA512 $(
		sha512sum <"$tarball" | cut -d ' ' -f 1)" "$(cat "$manifest")"
	assertEquals 'one directory' "distcc-$VERSION/" "$(tar -tf "$tarball" | sed 's|/.*|/|' | sort -u)"
	assertFalse 'its own checksum' 'tar -tf "$tarball" | grep -q /Manifest$'

	# a tarball makes the same tarball
	tar -xf "$tarball"
	run "distcc-$VERSION/scripts/release" --output again
	assertEquals "$err" 0 "$status"
	assertTrue 'the same' 'cmp -s "$tarball" "again/distcc-$VERSION.tar.xz"'

	mv "distcc-$VERSION/ebuild/sys-devel/distcc/distcc-$VERSION.ebuild" "distcc-$VERSION/ebuild/sys-devel/distcc/distcc-0.ebuild"
	run "distcc-$VERSION/scripts/release" --output again2
	assertEquals 1 "$status"
	assertContains "$err" "there is no ebuild/sys-devel/distcc/distcc-$VERSION.ebuild"
	assertFalse 'nothing is made' '[ -e again2 ]'
	run "distcc-$VERSION/scripts/release" --bad
	assertEquals 2 "$status"
}

# --------------------------------------------------------------------- the image

# Every path, mode and link.
test_image() {
	skipped && return 0
	image=$SHARED/prefix/image$PREFIX
	assertEquals 'files outside of the prefix' '' "$(find "$SHARED/prefix/image" ! -type d ! -path "$image/*")"
	doc=usr/share/doc/distcc-$VERSION
	cat >expected <<-END
		644 etc/conf.d/distccd
		644 etc/distcc/clients.allow
		644 etc/distcc/commands.allow
		644 etc/distcc/hosts
		644 etc/env.d/02distcc
		755 etc/init.d/distccd
		644 etc/logrotate.d/distcc
		644 etc/systemd/system/distccd.service.d/00gentoo.conf
		644 etc/xinetd.d/distcc
		755 usr/bin/distcc
		755 usr/bin/distcc-config
		755 usr/bin/distccd
		644 usr/lib/distcc/.keep_sys-devel_distcc-0
		usr/lib/distcc/bin -> .
		755 usr/lib/distcc/distcc
		644 usr/lib/systemd/system/distccd.service
		644 usr/lib/systemd/system/distccd.socket
		644 usr/lib/tmpfiles.d/distcc.conf
		usr/sbin/update-distcc-symlinks -> ../bin/distcc-config
		644 $doc/HACKING.md
		644 $doc/NEWS.md
		644 $doc/README.md
		644 usr/share/shadowman/tools/distcc
	END
	# with whatever other programs, pages and snippets there are by now
	(cd "$SRCDIR" && for f in src/*distcc*.c masq/distcc-*.c; do basename "$f" .c; done) | sort -u | grep -v '^distcc-zeroconf$' |
		sed 's|^|755 usr/bin/|' >>expected
	[ -z "$avahi" ] || echo 755 usr/libexec/distcc-helpers/distcc-zeroconf >>expected
	(cd "$SRCDIR/man" && for f in *.[1-8]; do echo "644 usr/share/man/man${f##*.}/$f"; done) |
		if [ -n "$avahi" ]; then cat; else grep -v zeroconf; fi >>expected
	tree "$image" | grep -vE ' usr/share/(bash-completion|fish|zsh|distcc)/|^usr/share/(bash-completion|fish)/' >found
	assertEquals "$(LC_ALL=C sort -k 2 -u expected)" "$(cat found)"
	assertTrue 'for portage' '[ -f "$image/usr/share/distcc/portage/bashrc" ]'
	assertEquals 'in the snippets only files and links' '' "$(find "$image/usr/share" ! -type d ! -type f ! -type l)"

	assertEquals "$PREFIX/usr/lib/distcc" "$(cat "$image/usr/share/shadowman/tools/distcc")"
	assertEquals "#!$PREFIX/sbin/openrc-run" "$(head -n 1 "$image/etc/init.d/distccd")"
	assertTrue 'the unit' 'grep -q "^ExecStart=$PREFIX/usr/bin/distccd " "$image/usr/lib/systemd/system/distccd.service"'
	assertEquals 'directories that are not world-readable, or writable' '' "$(find "$image" -type d ! -perm 755)"
	assertEquals 'in lib64' '' "$(find "$image" -name lib64)"
	assertEquals 'places of the build' '' "$(grep -rlF "$SHARED/prefix" "$image" | grep -v "^$image/usr/\(bin\|lib/distcc\)/")"
	assertEquals 'empty directories' '' "$(find "$image" -type d -empty)"

	# the user's flags, and none of ours but warnings
	for p in distcc distccd distcc-config; do
		flags=$(readelf -p .GCC.command.line "$image/usr/bin/$p" 2>/dev/null)
		assertContains "$p" "$flags" -falign-functions=64
		assertContains "$p" "$flags" ' -O0'
		assertNotContains "$p" "$flags" ' -O2'
		assertNotContains "$p" "$flags" Werror
		assertFalse "LDFLAGS of $p" 'readelf -n "$image/usr/bin/$p" | grep -q "Build ID"'
	done
	assertTrue 'what emerge --info shows' '"$image/usr/bin/distcc" --version | head -n 1 | grep -q "^distcc $VERSION x86_64\|^distcc $VERSION [a-z0-9_]*-"'
}

# USE="-lzo -zeroconf" builds without them; a compiler by its full name is taken.
test_without_lzo() {
	skipped && return 0
	USE= ebuild nolzo src_unpack src_configure >log 2>&1 || fail "$(tail -n 20 log)"
	assertContains "$(tail -n 1 log)" 'lzo no, zeroconf no'
	assertTrue 'the compiler' 'grep -q "^CC = .*gcc" "$SHARED/nolzo/work/distcc-$VERSION/Makefile"'
	assertTrue 'with it' 'grep -qx "#define HAVE_LZO 1" "$SHARED/prefix/work/distcc-$VERSION/config.h"'
}

# The live ebuild takes the clone that its overlay lies in.
test_live() {
	skipped && return 0
	git --version >/dev/null 2>&1 || {
		skip_because 'there is no git'
		return 0
	}
	mkdir clone
	tar -xf "$SHARED/release/distcc-$VERSION.tar.xz" -C clone --strip-components 1
	(cd clone && git init -q && git add -A && git -c user.name=t -c user.email=t@example.org commit -qm t) || return
	EBUILD_FILE=$PWD/clone/ebuild/sys-devel/distcc/distcc-9999.ebuild ebuild live9999 src_unpack src_prepare >log 2>&1 ||
		fail "$(tail -n 20 log)"
	assertTrue 'sources' 'cmp clone/configure "$SHARED/live9999/work/distcc-9999/configure"'
}

test_nofetch() {
	skipped && return 0
	run ebuild nofetch pkg_nofetch
	assertEquals "$err" 0 "$status"
	assertContains "$out" 'scripts/release'
	assertContains "$out" "distcc-$VERSION.tar.xz"
}

# --------------------------------------------------------------------- merged

masq_links() { find "$PREFIX/usr/lib/distcc" -type l ! -name bin -printf '%f -> %l\n' | LC_ALL=C sort; }

# test_fresh - links are there, the user is told four things; the last uninstall leaves nothing
test_fresh_install_and_last_uninstall() {
	skipped && return 0
	install_package || fail "$(cat "$SHARED/messages")"
	assertEquals 'gcc -> ../../bin/distcc
x86_64-test-linux-gnu-gcc -> ../../bin/distcc' "$(masq_links | grep -E '^(gcc|x86_64-test.*) ')"
	assertTrue 'by the name portage uses' '[ "$PREFIX/usr/lib/distcc/bin/gcc" -ef "$PREFIX/usr/bin/distcc" ]'
	assertEquals 4 "$(printf '%s\n' "$messages" | grep -c '^elog:')"
	assertEquals 'warnings' '' "$(printf '%s\n' "$messages" | grep '^e*warn\|^eerror\|^die')"
	assertContains "$messages" 'distcc-config --set-hosts'
	assertContains "$messages" MAKEOPTS
	assertContains "$messages" clients.allow
	assertContains "$messages" 'distcc-config --check'
	assertContains "$messages" 'tmpfiles_process: distcc.conf'
	assertEquals 'protected settings' '' "$(find "$PREFIX" -name '._cfg*')"

	# the check of distcc-config finds the directory in order
	run env PATH="$PREFIX/usr/lib/distcc:$SANDBOX/compilers" DISTCC_HOSTS=bigbox "$PREFIX/usr/bin/distcc-config" --check
	assertNotContains "$out" 'link'

	remove_package || fail "$(cat "$SHARED/messages")"
	assertEquals '' "$(tree "$PREFIX")"
}

# What sys-devel/distcc-3.4-r9 has installed, used for a while.
old_package() {
	mkdir -p "$PREFIX/usr/bin" "$PREFIX/usr/lib/distcc" "$PREFIX/etc/distcc" "$PREFIX/etc/conf.d" "$PREFIX/etc/env.d" "$PREFIX/etc/init.d" \
		"$PREFIX/etc/systemd/system/distccd.service.d" "$PREFIX/usr/share/shadowman/tools" "$PREFIX/usr/share/doc/distcc-3.4-r9"
	for p in distcc distccd distccmon-text lsdistcc distcc-config; do
		echo "old $p" >"$PREFIX/usr/bin/$p"
	done
	echo "old" >"$PREFIX/usr/share/doc/distcc-3.4-r9/README.bz2"
	echo "$PREFIX/usr/lib/distcc" >"$PREFIX/usr/share/shadowman/tools/distcc"
	: >"$PREFIX/usr/lib/distcc/.keep_sys-devel_distcc-0"
	ln -s . "$PREFIX/usr/lib/distcc/bin"
	echo 127.0.0.1 >"$PREFIX/etc/distcc/hosts"
	echo 'DISTCCD_OPTS="--allow 192.168.0.0/24"' >"$PREFIX/etc/conf.d/distccd"
	echo 'DISTCC_VERBOSE="0"' >"$PREFIX/etc/env.d/02distcc"
	echo '#!/sbin/openrc-run' >"$PREFIX/etc/init.d/distccd"
	echo '[Service]' >"$PREFIX/etc/systemd/system/distccd.service.d/00gentoo.conf"
	contents "$PREFIX" >"$PREFIX.contents"
	# shadowman's links
	ln -s "$PREFIX/usr/bin/distcc" "$PREFIX/usr/lib/distcc/gcc"
	ln -s "$PREFIX/usr/bin/distcc" "$PREFIX/usr/lib/distcc/gone-gcc"
}

test_upgrade_keeps_settings() {
	skipped && return 0
	old_package
	echo 'bigbox/16' >"$PREFIX/etc/distcc/hosts"
	echo 'DISTCCD_OPTS="--allow 10.0.0.0/8"' >"$PREFIX/etc/conf.d/distccd"
	echo 'DISTCC_VERBOSE="1"' >"$PREFIX/etc/env.d/02distcc"
	printf '[Service]\nEnvironment="ALLOWED_SERVERS=10.0.0.0/8"\n' >"$PREFIX/etc/systemd/system/distccd.service.d/00gentoo.conf"
	install_package 3.4-r9 || fail "$(cat "$SHARED/messages")"
	assertEquals bigbox/16 "$(cat "$PREFIX/etc/distcc/hosts")"
	assertEquals 'DISTCCD_OPTS="--allow 10.0.0.0/8"' "$(cat "$PREFIX/etc/conf.d/distccd")"
	assertEquals 'DISTCC_VERBOSE="1"' "$(cat "$PREFIX/etc/env.d/02distcc")"
	assertContains "$(cat "$PREFIX/etc/systemd/system/distccd.service.d/00gentoo.conf")" 10.0.0.0/8
	assertEquals 'proposals' 'etc/conf.d/._cfg0000_distccd
etc/distcc/._cfg0000_hosts
etc/systemd/system/distccd.service.d/._cfg0000_00gentoo.conf' "$(cd "$PREFIX" && find . -name '._cfg*' -printf '%P\n' | LC_ALL=C sort)"
	# the script was nobody's own
	assertContains "$(cat "$PREFIX/etc/init.d/distccd")" 'Compiles for distcc clients'
	assertFalse 'old programs' '[ -e "$PREFIX/usr/bin/lsdistcc" ] && grep -qx "old lsdistcc" "$PREFIX/usr/bin/lsdistcc"'
	assertFalse 'old documents' '[ -e "$PREFIX/usr/share/doc/distcc-3.4-r9" ]'
	assertTrue 'gcc' '[ "$PREFIX/usr/lib/distcc/gcc" -ef "$PREFIX/usr/bin/distcc" ]'
	assertFalse 'a stale link' '[ -L "$PREFIX/usr/lib/distcc/gone-gcc" ]'
	assertEquals . "$(readlink "$PREFIX/usr/lib/distcc/bin")"
	assertContains "$messages" 'elog: '
	"$PREFIX/usr/bin/distcc" --version | grep -q "^distcc $VERSION " || fail 'the program'

	# again, to itself: nothing new is said, nothing is asked again
	install_package "$VERSION" || fail "$(cat "$SHARED/messages")"
	assertNotContains "$messages" 'elog: '
	assertEquals bigbox/16 "$(cat "$PREFIX/etc/distcc/hosts")"
	assertEquals 'DISTCC_VERBOSE="1"' "$(cat "$PREFIX/etc/env.d/02distcc")"
	assertTrue 'links' '[ -L "$PREFIX/usr/lib/distcc/gcc" ]'
}

# Settings that nobody has touched are replaced.
test_upgrade_untouched() {
	skipped && return 0
	old_package
	install_package 3.4-r9 || fail "$(cat "$SHARED/messages")"
	assertEquals '' "$(find "$PREFIX" -name '._cfg*')"
	assertContains "$(cat "$PREFIX/etc/conf.d/distccd")" '--port 3632'
}

# Until 3.4-r4 the links were in a directory bin, and once in lib64, where portage looks first.
test_upgrade_from_older_places() {
	skipped && return 0
	old_package
	rm "$PREFIX/usr/lib/distcc/bin"
	mkdir -p "$PREFIX/usr/lib/distcc/bin" "$PREFIX/usr/lib64/distcc/bin"
	ln -s "$PREFIX/usr/bin/distcc" "$PREFIX/usr/lib/distcc/bin/gcc"
	ln -s "$PREFIX/usr/bin/distcc" "$PREFIX/usr/lib64/distcc/bin/gcc"
	: >"$PREFIX/usr/lib64/distcc/bin/.keep_sys-devel_distcc-0"
	contents "$PREFIX" | grep -v gcc >"$PREFIX.contents"
	install_package 3.3.5 || fail "$(cat "$SHARED/messages")"
	assertEquals . "$(readlink "$PREFIX/usr/lib/distcc/bin")"
	assertTrue 'gcc' '[ "$PREFIX/usr/lib/distcc/bin/gcc" -ef "$PREFIX/usr/bin/distcc" ]'
	assertFalse 'lib64' '[ -e "$PREFIX/usr/lib64/distcc" ]'

	mkdir -p "$PREFIX/usr/lib64/distcc"
	echo mine >"$PREFIX/usr/lib64/distcc/script"
	install_package "$VERSION"
	assertContains "$messages" 'ewarn: '"$PREFIX"'/usr/lib64/distcc is not empty'
	assertEquals mine "$(cat "$PREFIX/usr/lib64/distcc/script")"
}

# No compiler, no links: portage would say nothing, so the package does.
test_no_compiler() {
	skipped && return 0
	rm "$SANDBOX/compilers/gcc" "$SANDBOX/compilers/x86_64-test-linux-gnu-gcc"
	install_package || fail "$(cat "$SHARED/messages")"
	case $(masq_links) in
	'') assertContains "$messages" 'would distribute nothing' ;;
	*) skip_because 'there are compilers outside of PATH' ;;
	esac
}

# Another root: its programs are not run.
test_other_root() {
	skipped && return 0
	mkdir -p "$SANDBOX/root/usr/lib/tmpfiles.d"
	cp "$SRCDIR/integration/tmpfiles.d/distcc.conf" "$SANDBOX/root/usr/lib/tmpfiles.d"
	run env ROOT="$SANDBOX/root" PORTAGE_BUILDDIR="$SHARED/other" USE=lzo bash "$SRCDIR/tests/lib/ebuild.bash" "$EBUILD" pkg_preinst pkg_postinst pkg_prerm
	assertEquals "$err" 0 "$status"
	assertContains "$out" "In $SANDBOX/root, run"
	assertEquals 'usr/lib/tmpfiles.d/distcc.conf' "$(tree "$SANDBOX/root" | cut -d ' ' -f 2)"
}

# --------------------------------------------------------------------- eselect compiler-shadow

# What dev-util/shadowman does at upgrades of compilers, by the file we give it.
shadowman_update() {
	dir=$(head -n 1 "$PREFIX/usr/share/shadowman/tools/distcc")
	mkdir -p "$dir"
	rm -f "$dir/gcc" "$dir"/gcc-* "$dir"/*-gcc
	for name in gcc gcc-99 x86_64-test-linux-gnu-gcc; do
		ln -s "$PREFIX/usr/bin/distcc" "$dir/$name"
	done
}

test_shadowman() {
	skipped && return 0
	install_package || fail "$(cat "$SHARED/messages")"
	shadowman_update
	run env PATH="$SANDBOX/compilers" "$PREFIX/usr/bin/distcc-config" --install-links
	assertEquals "$err" 0 "$status"
	assertEquals 'without compiler' '' "$(masq_links | grep gcc-99)"
	assertTrue 'gcc' '[ "$PREFIX/usr/lib/distcc/gcc" -ef "$PREFIX/usr/bin/distcc" ]'

	# "remove" takes the whole directory
	rm -rf "$PREFIX/usr/lib/distcc"
	run env PATH="$SANDBOX/compilers" "$PREFIX/usr/bin/distcc-config" --check
	assertContains "$out" 'is not there'
	run env PATH="$SANDBOX/compilers" "$PREFIX/usr/bin/distcc-config" --install-links
	assertTrue 'gcc again' '[ "$PREFIX/usr/lib/distcc/gcc" -ef "$PREFIX/usr/bin/distcc" ]'
	remove_package || fail "$(cat "$SHARED/messages")"
	assertEquals '' "$(tree "$PREFIX")"
}

. "${SHUNIT2:-shunit2}"
