# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# For sh, bash, zsh and the like: compilers through ccache and distcc in this shell and all it starts.
#
#	. @datadir@/distcc/profile/distcc.sh
#
# in ~/.profile, ~/.bashrc or ~/.zshrc, or a link to it in /etc/profile.d.  It puts the links to distcc-chain first on
# PATH, once, however often it is read.  "distcc-config --install-links --chain" makes them.
#
#	distcc_off	takes the directory out of PATH again, and nothing else
#	distcc_on	puts it back

# _distcc_without DIRECTORY - print PATH without the words that are DIRECTORY
_distcc_without() (
	rest=:${PATH-}:
	while :; do
		case $rest in
		*:"$1":*) rest=${rest%%:"$1":*}:${rest#*:"$1":} ;;
		*) break ;;
		esac
	done
	rest=${rest#:}
	printf '%s\n' "${rest%:}"
)

distcc_off() {
	PATH=$(_distcc_without '@pkglibdir@/chain')
	export PATH
}

distcc_on() {
	distcc_off
	# shellcheck disable=SC2123 # PATH is meant
	PATH="@pkglibdir@/chain${PATH:+:$PATH}"
	export PATH
}

distcc_on
