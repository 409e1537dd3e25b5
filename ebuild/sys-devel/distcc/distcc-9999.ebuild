# Copyright 2026 Gentoo Authors
# Distributed under the terms of the GNU General Public License v2

EAPI=8

inherit systemd tmpfiles toolchain-funcs

if [[ ${PV} == 9999 ]]; then
	inherit git-r3
else
	SRC_URI="${P}.tar.xz"
	KEYWORDS="~amd64 ~arm64 ~x86"
fi

DESCRIPTION="Compile C, C++ and Objective-C on several machines of a network"
HOMEPAGE="https://www.distcc.org/"

LICENSE="GPL-2+"
SLOT="0"
IUSE="ccache +lzo static-libs test zeroconf"
RESTRICT="!test? ( test )"
[[ ${PV} == 9999 ]] || RESTRICT+=" fetch"

RDEPEND="
	app-arch/zstd:=
	dev-db/lmdb:=
	dev-libs/libsodium:=
	lzo? ( dev-libs/lzo:2 )
	zeroconf? ( net-dns/avahi[dbus] )
"
DEPEND="
	${RDEPEND}
	static-libs? (
		app-arch/zstd[static-libs(-)]
		dev-db/lmdb[static-libs(-)]
		dev-libs/libsodium[static-libs(-)]
		lzo? ( dev-libs/lzo:2[static-libs(-)] )
	)
"
# shadowman: upgrades of compilers bring the links up to date
RDEPEND+="
	acct-group/distcc
	acct-user/distcc
	>=dev-util/shadowman-4
	ccache? ( >=dev-util/ccache-4 )
"
BDEPEND="
	virtual/pkgconfig
	test? ( dev-util/shunit2 )
"

pkg_nofetch() {
	einfo "There is no server for ${A} yet.  In a clone of distcc's repository, run"
	einfo "    scripts/release --output DIR"
	einfo "and move DIR/${A} to your DISTDIR."
}

src_unpack() {
	if [[ ${PV} == 9999 ]]; then
		# The clone that this overlay lies in; EGIT_OVERRIDE_REPO_... of git-r3 names another one.
		local overlay=$(realpath -m "${FILESDIR}" || die)
		EGIT_REPO_URI="file://${overlay%/*/*/*/*}"
		[[ -e ${overlay%/*/*/*/*}/.git ]] || ewarn "This overlay lies in no clone: there will be nothing to fetch."
		# It belongs to somebody else than the user portage.
		git config --global --add safe.directory "*" || die
		git-r3_src_unpack
	else
		default
	fi
}

src_configure() {
	tc-export AR CC PKG_CONFIG RANLIB
	econf $(use_with lzo) $(use_with zeroconf avahi) $(use_enable static-libs)
}

src_test() {
	emake check
}

src_install() {
	default

	sed -i -e "1s|^#!/|#!${EPREFIX}/|" services/openrc/distccd.initd || die
	newinitd services/openrc/distccd.initd distccd
	newconfd services/openrc/distccd.confd distccd
	doenvd services/env.d/02distcc

	systemd_dounit services/systemd/distccd.{service,socket}
	systemd_install_serviced services/systemd/distccd.service.conf
	dotmpfiles services/tmpfiles.d/distcc.conf

	insinto /etc/logrotate.d
	doins services/logrotate/distcc
	insinto /etc/xinetd.d
	doins services/xinetd/distcc

	# Filled in pkg_postinst, and by eselect compiler-shadow.
	keepdir /usr/lib/distcc
}

pkg_preinst() {
	local masq=${EROOT}/usr/lib/distcc settings=/etc/env.d/02distcc

	# Before 3.4-r5 the links were in a directory bin, where a link comes now.
	if [[ -d ${masq}/bin && ! -L ${masq}/bin ]]; then
		rm -r "${masq}"/bin || die
	fi

	# CONFIG_PROTECT does not hold for env.d: keep what distcc-config --set-env has written.
	if [[ -f ${EROOT}${settings} ]]; then
		cp -p "${EROOT}${settings}" "${ED}${settings}" || die
	fi
}

# Portage takes /usr/lib64/distcc before /usr/lib/distcc; old versions have left links there.
remove_stray_links() {
	local stray=${EPREFIX}/usr/$(get_libdir)/distcc

	if [[ ! -d ${stray} || ${stray} -ef ${EPREFIX}/usr/lib/distcc ]]; then
		return
	fi
	find "${stray}" -maxdepth 2 -type l -lname "*/distcc" -delete
	rm -f "${stray}"/.keep* "${stray}"/bin/.keep*
	[[ ! -L ${stray}/bin ]] || rm -f "${stray}"/bin
	rmdir "${stray}"/bin 2>/dev/null
	if ! rmdir "${stray}"; then
		ewarn "${stray} is not empty.  Portage looks there first and would not"
		ewarn "find the links in ${EPREFIX}/usr/lib/distcc: please move it away."
	fi
}

pkg_postinst() {
	tmpfiles_process distcc.conf

	if [[ -n ${ROOT} ]]; then
		elog "Nothing is distributed before there are links.  In ${ROOT}, run"
		elog "    distcc-config --install-links"
	else
		remove_stray_links
		if ! "${EPREFIX}"/usr/bin/distcc-config --install-links; then
			ewarn "There are no links in ${EPREFIX}/usr/lib/distcc, or wrong ones: FEATURES=\"distcc\""
			ewarn "would distribute nothing, and portage would not tell.  Please run"
			ewarn "    distcc-config --install-links"
		fi
	fi

	local version hints=yes
	for version in ${REPLACING_VERSIONS}; do
		ver_test "${version}" -lt 4 || hints=
	done
	if [[ -n ${hints} ]]; then
		elog "Volunteers:  distcc-config --set-hosts bigbox/16   (writes ${EPREFIX}/etc/distcc/hosts)"
		elog "make.conf:   FEATURES=\"distcc\" and MAKEOPTS=\"-jN -lM\"   (N: what distcc -j says, M: processors here)"
		elog "To be one:   clients into ${EPREFIX}/etc/distcc/clients.allow, then start distccd (rc-service, systemctl)"
		elog "Is it used?  distcc-config --check --probe"
	fi
}

pkg_prerm() {
	# The links are nobody's files.
	if [[ -z ${REPLACED_BY_VERSION} && -z ${ROOT} ]]; then
		"${EPREFIX}"/usr/bin/distcc-config --remove-links || ewarn "Some links are left in ${EPREFIX}/usr/lib/distcc."
		if [[ -d ${EPREFIX}/usr/lib/distcc/chain ]]; then
			"${EPREFIX}"/usr/bin/distcc-config --remove-links --chain
		fi
	fi
}
