# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# bash completion for distcc, distcc-chain, distcc-config, distcc-cpp, distccd, distccmon-text and lsdistcc.
# Goes to share/bash-completion/completions/distcc, with links of the other names to it; or source it in ~/.bashrc.

# _distcc_words WORD... - those of the words that begin like what was typed
_distcc_words() {
	mapfile -t COMPREPLY < <(compgen -W "$*" -- "$cur")
}

# _distcc_compilers - names of compilers on PATH
_distcc_compilers() {
	mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(
		compgen -c -- "$cur" | grep -E '^([a-z0-9_]+-([a-zA-Z0-9_.]+-)*)?(cc|c\+\+|c89|c99|gcc|g\+\+|clang|clang\+\+)(-[0-9.]+)?$' | sort -u
	)
}

_distcc_files() {
	compopt -o filenames 2>/dev/null
	mapfile -t COMPREPLY < <(compgen -f -- "$cur")
}

_distcc_directories() {
	compopt -o filenames 2>/dev/null
	mapfile -t COMPREPLY < <(compgen -d -- "$cur")
}

# _distcc_hosts - a word of a list of hosts: a name, then its options
_distcc_hosts() {
	compopt -o nospace 2>/dev/null
	case $cur in
	*,*) _distcc_words "${cur%,*},lzo" "${cur%,*},plain" "${cur%,*},down" ;;
	*) mapfile -t COMPREPLY < <(compgen -A hostname -W 'localhost +zeroconf --randomize --localslots= --localslots_cpp=' -- "$cur") ;;
	esac
}

# _distcc_behind INDEX - what follows a compiler is for the compiler: its own completion if it has one, else files
_distcc_behind() {
	if declare -F _command_offset >/dev/null; then
		_command_offset "$1"
	else
		_distcc_files
	fi
}

# Options count as the first word only; then comes a compiler.
_distcc_wrapper() {
	local cur=${COMP_WORDS[COMP_CWORD]} options=$1 takes_compiler=$2 compiler=1

	COMPREPLY=()
	[[ $takes_compiler == *" ${COMP_WORDS[1]} "* ]] && compiler=2
	if ((COMP_CWORD > compiler)); then
		_distcc_behind $compiler
	elif ((COMP_CWORD == 1)) && [[ $cur == -* ]]; then
		_distcc_words "$options"
	else
		_distcc_compilers
	fi
}

_distcc() {
	_distcc_wrapper '--why --scan-includes --verify --show-hosts -j --help --version' ' --why --scan-includes --verify '
}

_distcc_chain() {
	_distcc_wrapper '--explain --identity --help --version' ' --explain --identity '
}

_distcc_cpp() {
	_distcc_wrapper '--help --version' ' '
}

_distccmon_text() {
	local cur=${COMP_WORDS[COMP_CWORD]}

	COMPREPLY=()
	((COMP_CWORD == 1)) && _distcc_words --help --version
}

_lsdistcc() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}

	COMPREPLY=()
	case $prev in
	-p) _distcc_compilers && return ;;
	-P) _distcc_words 1 2 3 && return ;;
	-[tckrmogh]) return ;;
	esac
	case $cur in
	-*) _distcc_words -t -c -p -k -r -P -x -l -n -d -m -o -g -h -v --help --version ;;
	*) mapfile -t COMPREPLY < <(compgen -A hostname -- "$cur") ;;
	esac
}

_distccd() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}

	COMPREPLY=()
	# readline takes "--log-level=i" apart
	[[ $cur == = ]] && cur=
	[[ $prev == = ]] && prev=${COMP_WORDS[COMP_CWORD - 2]}
	case $prev in
	--log-level) _distcc_words critical error warning notice info debug ;;
	--user) mapfile -t COMPREPLY < <(compgen -u -- "$cur") ;;
	-P | --pid-file | --log-file) _distcc_files ;;
	--config-dir | --cache-dir | --writable | --cgroup) _distcc_directories ;;
	-a | --allow | --listen) mapfile -t COMPREPLY < <(compgen -A hostname -- "$cur") ;;
	-j | --jobs | -N | --nice | --oom-score-adj | --job-lifetime | --lifetime | --job-memory | -p | --port | --cache-size) ;;
	*) _distcc_words --daemon --inetd --no-detach --no-fork -j --jobs -N --nice --oom-score-adj --job-lifetime \
		--lifetime --user -P --pid-file -p --port --listen --zeroconf --no-zeroconf -a --allow --allow-private --enable-tcp-insecure \
		--make-me-a-botnet --config-dir --cache-dir --cache-size --no-action-cache --no-replica --no-confine --writable --cgroup --job-memory --log-file --log-stderr --log-level --verbose -W --wizard --stats --stats-port --help --version ;;
	esac
}

# _distcc_targets - what cross compilers on PATH are for
_distcc_targets() {
	mapfile -t COMPREPLY < <(compgen -c -- "$cur" | sed -n 's/-\(gcc\|clang\)$//p' | sort -u)
}

_distcc_config() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local options='-n --dry-run --dir --root --chain --force --probe --json'

	COMPREPLY=()
	[[ $cur == = ]] && cur=
	[[ $prev == = ]] && prev=${COMP_WORDS[COMP_CWORD - 2]}
	case $prev in
	--dir | --root) _distcc_directories && return ;;
	--set-log | --summary) _distcc_files && return ;;
	--set-verbose) _distcc_words 0 1 && return ;;
	--get-env | --set-env)
		_distcc_words DISTCC_HOSTS DISTCC_DIR DISTCC_LOG DISTCC_JOURNAL DISTCC_SOCKS_PROXY DISTCC_VERBOSE DISTCC_FALLBACK DISTCC_SKIP_LOCAL_RETRY \
			DISTCC_BACKOFF_PERIOD DISTCC_IO_TIMEOUT DISTCC_SSH DISTCC_NO_REWRITE_CROSS DISTCC_SAVE_TEMPS DISTCC_TCP_CORK \
			DISTCC_CHAIN
		return
		;;
	esac
	case " ${COMP_WORDS[*]:1:COMP_CWORD-1} " in
	*' --set-hosts '*) _distcc_hosts ;;
	*' --make-conf '*) _distcc_words "$options" --apply --revert ;;
	*' --summary '*) mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
	*' --show-chain '* | *' --install-links '* | *' --remove-links '*)
		if [[ $cur == -* ]]; then
			_distcc_words "$options"
		elif [[ ${COMP_WORDS[*]} == *--show-chain* ]]; then
			_distcc_compilers
		else
			_distcc_targets
		fi
		;;
	*' --'*' '*) _distcc_words "$options" ;;
	*)
		_distcc_words --install-links --update-masquerade --update-masquerade-with-crossdev --remove-links --list-links \
			--show-chain --check --summary --make-conf --no-distcc --allow-distcc --get-hosts --set-hosts --get-verbose --set-verbose --get-log --set-log --get-env --set-env \
			"$options" --help --version
		;;
	esac
}

complete -F _distcc distcc
complete -F _distcc_chain distcc-chain
complete -F _distcc_cpp distcc-cpp
complete -F _distccd distccd
complete -F _distcc_config distcc-config
complete -F _distccmon_text distccmon-text
complete -F _lsdistcc lsdistcc
