# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Run phases of an ebuild without a package manager: bash tests/lib/ebuild.bash EBUILD PHASE...
#
# Small stand-ins for what EAPI 8 and the eclasses offer, strict where a package manager is: every helper that fails
# ends the run, and so does a command that does not exist, a helper out of its phase, or an unknown eclass.
# From the environment: PORTAGE_BUILDDIR (work/, image/, temp/, homedir/ are made there), DISTDIR, USE, EPREFIX, ROOT,
# REPLACING_VERSIONS, REPLACED_BY_VERSION, CFLAGS, LDFLAGS, CHOST, CBUILD, EXTRA_ECONF, MAKEOPTS.
# Messages go to stdout as "elog: TEXT", "ewarn: TEXT"...
#
# Words without quotes are lists; "a && b || die" is meant so; econf may have no arguments.
# shellcheck disable=SC2086,SC2015,SC2119,SC2120,SC2209

ebuild=$(realpath "$1")
shift
shopt -s extglob

# --------------------------------------------------------------------- failing, telling

die() {
	printf 'die in %s: %s\n' "${EBUILD_PHASE_FUNC:-global scope}" "${*:-failed}" >&"$messages"
	kill -TERM "$main_pid"
	exit 1
}
main_pid=$BASHPID
exec {messages}>&1
trap 'exit 1' TERM
command_not_found_handle() { die "$1: no such command"; }

for level in einfo elog ewarn eerror eqawarn ebegin; do
	eval "$level() { printf '%s: %s\n' $level \"\$*\"; }"
done
eend() { return "${1:-0}"; }

# in_phase PATTERN - the caller may be used in such a phase
in_phase() {
	[[ $EBUILD_PHASE_FUNC == @($1) ]] || die "${FUNCNAME[1]} is not for $EBUILD_PHASE_FUNC"
}

# --------------------------------------------------------------------- USE and versions

has() {
	local word=$1 w
	shift
	for w; do
		[[ $w == "$word" ]] && return 0
	done
	return 1
}
in_iuse() { has "$1" "${IUSE_EFFECTIVE[@]}" || die "USE flag $1 is not in IUSE"; }
use() {
	local flag=${1#!} status=0
	in_iuse "$flag"
	has "$flag" $USE || status=1
	[[ $1 == "$flag" ]] || status=$((1 - status))
	return $status
}
usex() { if use "$1"; then echo "${2-yes}$4"; else echo "${3-no}$5"; fi; }
use_with() { if use "$1"; then echo "--with-${2:-$1}${3+=$3}"; else echo "--without-${2:-$1}"; fi; }
use_enable() { if use "$1"; then echo "--enable-${2:-$1}${3+=$3}"; else echo "--disable-${2:-$1}"; fi; }

# Plain numbers and revisions are all that is needed here.
ver_test() {
	[[ $# -eq 3 ]] || die 'ver_test with two words is not known here'
	local low
	low=$(printf '%s\n' "$1" "$3" | sort -V | head -n 1)
	case $2 in
	-lt) [[ $1 != "$3" && $low == "$1" ]] ;;
	-ge) [[ $1 == "$3" || $low == "$3" ]] ;;
	*) die "ver_test $2 is not known here" ;;
	esac
}
get_libdir() { echo "${LIBDIR:-lib64}"; }

# --------------------------------------------------------------------- unpack to compile

unpack() {
	local a
	for a; do
		(cd "$WORKDIR" && tar -xf "$DISTDIR/$a") || die "unpack $a"
	done
}
eapply_user() { :; }
econf() {
	in_phase src_configure
	local help extra=()
	help=$("${ECONF_SOURCE:-.}/configure" --help) || die 'configure --help'
	[[ $help == *--disable-dependency-tracking* ]] && extra+=(--disable-dependency-tracking)
	[[ $help == *--disable-silent-rules* ]] && extra+=(--disable-silent-rules)
	[[ $help == *--disable-static* ]] && extra+=(--disable-static)
	[[ $help == *--with-sysroot* ]] && extra+=(--with-sysroot=/)
	[[ $help == *--docdir* ]] && extra+=("--docdir=$EPREFIX/usr/share/doc/$PF")
	[[ $help == *--htmldir* ]] && extra+=("--htmldir=$EPREFIX/usr/share/doc/$PF/html")
	"${ECONF_SOURCE:-.}/configure" --prefix="$EPREFIX/usr" ${CBUILD:+--build="$CBUILD"} --host="$CHOST" --mandir="$EPREFIX/usr/share/man" \
		--infodir="$EPREFIX/usr/share/info" --datadir="$EPREFIX/usr/share" --sysconfdir="$EPREFIX/etc" \
		--localstatedir="$EPREFIX/var/lib" --datarootdir="$EPREFIX/usr/share" "${extra[@]}" \
		--libdir="$EPREFIX/usr/$(get_libdir)" "$@" ${EXTRA_ECONF-} || die 'econf'
}
emake() { make $MAKEOPTS "$@" || die "emake $*"; }

# --------------------------------------------------------------------- install

into_image() { in_phase 'src_install|pkg_preinst'; }
insinto() { insinto_dir=$1; }
insopts() { insopts_words=("$@"); }
exeinto() { exeinto_dir=$1; }
put() {
	into_image
	local mode=$1 dir=$ED/$2 from=$3 name=$4
	[[ -f $from ]] || die "no file $from"
	mkdir -p "$dir" && install "${mode[@]}" "$from" "$dir/$name" || die "cannot install $from"
}
doins() { local f; for f; do put "-m${insopts_words[*]: -1}" "$insinto_dir" "$f" "${f##*/}"; done; }
newins() { put "-m${insopts_words[*]: -1}" "$insinto_dir" "$1" "$2"; }
dobin() { local f; for f; do put -m755 usr/bin "$f" "${f##*/}"; done; }
dosbin() { local f; for f; do put -m755 usr/sbin "$f" "${f##*/}"; done; }
doinitd() { local f; for f; do put -m755 etc/init.d "$f" "${f##*/}"; done; }
newinitd() { put -m755 etc/init.d "$1" "$2"; }
doconfd() { local f; for f; do put -m644 etc/conf.d "$f" "${f##*/}"; done; }
newconfd() { put -m644 etc/conf.d "$1" "$2"; }
doenvd() { local f; for f; do put -m644 etc/env.d "$f" "${f##*/}"; done; }
newenvd() { put -m644 etc/env.d "$1" "$2"; }
dodoc() { local f; for f; do put -m644 "usr/share/doc/$PF" "$f" "${f##*/}"; done; }
newdoc() { put -m644 "usr/share/doc/$PF" "$1" "$2"; }
dodir() { into_image; mkdir -p "${@/#/$ED/}" || die "dodir $*"; }
keepdir() {
	dodir "$@"
	local d
	for d; do
		: >"$ED/$d/.keep_${CATEGORY}_$PN-${SLOT%/*}" || die "keepdir $d"
	done
}
dosym() {
	into_image
	[[ $1 != -r && $1 != /* && $# -eq 2 ]] || die 'dosym: relative links only are known here'
	mkdir -p "$ED/${2%/*}" && ln -sfn "$1" "$ED/$2" || die "dosym $*"
}
einstalldocs() {
	local f
	for f in README* ChangeLog AUTHORS NEWS TODO CHANGES THANKS BUGS FAQ CREDITS CHANGELOG; do
		[[ ! -s $f ]] || dodoc "$f"
	done
}

# --------------------------------------------------------------------- eclasses

inherit() {
	local e
	for e; do
		case $e in
		systemd | tmpfiles | toolchain-funcs | git-r3) INHERITED+=" $e" ;;
		*) die "eclass $e is not known here" ;;
		esac
	done
	[[ " $* " != *' git-r3 '* ]] || PROPERTIES+=' live'
}
inherited() { has "$1" $INHERITED || die "${FUNCNAME[1]} needs the eclass $1"; }

tc-export() {
	inherited toolchain-funcs
	local v tool
	for v; do
		case $v in
		AR) tool=ar ;;
		CC) tool=gcc ;;
		PKG_CONFIG) tool=pkg-config ;;
		RANLIB) tool=ranlib ;;
		*) die "tc-export $v is not known here" ;;
		esac
		type -P "$CHOST-$tool" >/dev/null && tool=$CHOST-$tool
		export "$v=${!v:-$tool}"
	done
}
systemd_get_systemunitdir() { inherited systemd; echo "$EPREFIX/usr/lib/systemd/system"; }
systemd_dounit() { inherited systemd; (insinto /usr/lib/systemd/system && doins "$@"); }
systemd_install_serviced() {
	inherited systemd
	[[ $1 == *.conf ]] || die 'systemd_install_serviced: the name must end in .conf'
	local unit=${1##*/}
	(insinto "/etc/systemd/system/${unit%.conf}.d" && newins "$1" 00gentoo.conf)
}
dotmpfiles() { inherited tmpfiles; (insinto /usr/lib/tmpfiles.d && doins "$@"); }
tmpfiles_process() {
	inherited tmpfiles
	in_phase pkg_postinst
	[[ -f $EROOT/usr/lib/tmpfiles.d/$1 ]] || die "tmpfiles_process: there is no $1"
	echo "tmpfiles_process: $1"
}
git-r3_src_unpack() {
	inherited git-r3
	[[ -n $EGIT_REPO_URI ]] || die 'EGIT_REPO_URI must be set'
	git clone -q "$EGIT_REPO_URI" "$WORKDIR/$P" || die "git clone $EGIT_REPO_URI"
}

# --------------------------------------------------------------------- phases

default_pkg_nofetch() { :; }
default_src_unpack() { [[ -z $A ]] || unpack $A; }
default_src_prepare() { eapply_user; }
default_src_configure() { [[ ! -x configure ]] || econf; }
default_src_compile() { emake; }
default_src_test() { emake check; }
default_src_install() {
	emake DESTDIR="$D" install
	einstalldocs
}
default() { "default_$EBUILD_PHASE_FUNC"; }

run_phase() {
	EBUILD_PHASE_FUNC=$1
	EBUILD_PHASE=${1#*_}
	insinto_dir=/ exeinto_dir=/ insopts_words=(0644)
	export EBUILD_PHASE EBUILD_PHASE_FUNC
	case $1 in
	src_unpack) cd "$WORKDIR" || die ;;
	src_*) cd "$S" || die "no directory $S" ;;
	*) cd "$PORTAGE_BUILDDIR/empty" || die ;;
	esac
	if declare -F "$1" >/dev/null; then
		"$1"
	elif declare -F "default_$1" >/dev/null; then
		"default_$1"
	fi
	# EAPI 8: empty directories go, those of keepdir are not empty
	[[ $1 != src_install ]] || find "$D" -mindepth 1 -type d -empty -delete
}

name=${ebuild##*/}
name=${name%.ebuild}
PF=$name PN=${name%-+([0-9.])} PV=${name##*-} P=$name PVR=$PV CATEGORY=${ebuild%/*/*} CATEGORY=${CATEGORY##*/}
SLOT=
FILESDIR=$PORTAGE_BUILDDIR/files
WORKDIR=$PORTAGE_BUILDDIR/work T=$PORTAGE_BUILDDIR/temp D=$PORTAGE_BUILDDIR/image HOME=$PORTAGE_BUILDDIR/homedir
ED=$D$EPREFIX EROOT=$ROOT$EPREFIX S=$WORKDIR/$P TMPDIR=$T A=
MAKEOPTS=${MAKEOPTS--j2} CHOST=${CHOST:-$(gcc -dumpmachine)}
mkdir -p "$WORKDIR" "$T" "$D" "$HOME" "$PORTAGE_BUILDDIR/empty"
ln -sfn "${ebuild%/*}/files" "$FILESDIR"
export P PN PV PF CATEGORY FILESDIR WORKDIR T D ED S HOME TMPDIR ROOT EPREFIX EROOT CHOST CFLAGS CXXFLAGS LDFLAGS
umask 022

# shellcheck disable=SC1090 # given
source "$ebuild" || die 'the ebuild cannot be sourced'
[[ $EAPI == 8 ]] || die "EAPI is ${EAPI:-not set}"
# shellcheck disable=SC2206 # words
IUSE_EFFECTIVE=(${IUSE})
IUSE_EFFECTIVE=("${IUSE_EFFECTIVE[@]#[+-]}")
A=${SRC_URI-}
for phase; do
	run_phase "$phase"
done
exit 0
