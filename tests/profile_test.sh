#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# integration/: each file is used by the real tool: shells, their completion, CMake, Meson.
. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "${SRCDIR:-.}/tests/lib/daemon.sh"

PROGRAMS='distcc distcc-chain distcc-config distcc-cpp distccd distccmon-text lsdistcc'

# as after installation into a prefix with a blank in its name
setUp() {
	sandbox_new
	prefix=$SANDBOX/a\ prefix
	mkdir -p "$prefix/bin" "$prefix/lib/distcc/chain"
	for program in $PROGRAMS; do
		cp "$BUILDDIR/$program" "$prefix/bin"
	done
	ln -s ../../../bin/distcc-chain "$prefix/lib/distcc/chain/gcc"
}

# installed FILE - integration/FILE, its @variables@ filled in; prints its name
installed() {
	sed "s|@bindir@|$prefix/bin|; s|@pkglibdir@|$prefix/lib/distcc|; s|@datadir@|$prefix/share|" "$SRCDIR/integration/$1" \
		>"$SANDBOX/${1##*/}"
	echo "$SANDBOX/${1##*/}"
}

# have TOOL - false, and the test is skipped, without it
have() {
	command -v "$1" >/dev/null || {
		skip_because "no $1 on this machine"
		return 1
	}
}

# ---- PATH

# in_shell SHELL TEXT - run TEXT after the profile has been read
in_shell() {
	PROFILE=$(installed profile/distcc.sh) run "$1" -c "$2"
}

check_profile() {
	have "$1" || return 0
	chain="$prefix/lib/distcc/chain"
	in_shell "$1" 'PATH=/usr/bin:/bin; . "$PROFILE"; echo "$PATH"'
	assertEquals "$err" "$chain:/usr/bin:/bin" "$out"
	in_shell "$1" 'PATH=/usr/bin:/bin; . "$PROFILE"; . "$PROFILE"; distcc_on; echo "$PATH"'
	assertEquals 'once' "$chain:/usr/bin:/bin" "$out"
	in_shell "$1" 'PATH=/usr/bin:/bin; . "$PROFILE"; PATH=/new:$PATH; . "$PROFILE"; echo "$PATH"'
	assertEquals 'first again' "$chain:/new:/usr/bin:/bin" "$out"
	# nothing else is touched, not even words without sense
	in_shell "$1" 'PATH=/a::/usr/bin:/a:/bin:; . "$PROFILE"; echo "$PATH"; distcc_off; echo "$PATH"; distcc_off; echo "$PATH"'
	assertEquals "$chain:/a::/usr/bin:/a:/bin:
/a::/usr/bin:/a:/bin:
/a::/usr/bin:/a:/bin:" "$out"
	in_shell "$1" '. "$PROFILE"; PATH="$PATH:${PATH%%:*}:${PATH%%:*}:/x:${PATH%%:*}/sub"; distcc_off; echo "$PATH"'
	assertEquals "$PATH:/x:$chain/sub" "$out"
	in_shell "$1" 'PATH=; . "$PROFILE"; echo "$PATH"; distcc_off; echo "[$PATH]"'
	assertEquals "$chain
[]" "$out"
	# what the shell starts has it, with whatever options
	in_shell "$1" 'set -eu; . "$PROFILE"; env'
	assertContains "$err" "$out" "
PATH=$chain:"
	in_shell "$1" '. "$PROFILE"; . "$PROFILE"; distcc_off; distcc_on; set | grep -c "^rest="'
	assertEquals 'no variable is left' 0 "$out"
	in_shell "$1" '. "$PROFILE"; command -v gcc'
	assertEquals "$chain/gcc" "$out"
}

test_profile_in_sh() { check_profile sh; }
test_profile_in_dash() { check_profile dash; }
test_profile_in_bash() { check_profile bash; }
test_profile_in_zsh() { check_profile zsh; }

# the same, shorter: PATH is a list there
test_profile_in_fish() {
	have fish || return 0
	chain="$prefix/lib/distcc/chain"
	PROFILE=$(installed profile/distcc.fish)
	export PROFILE
	run fish --no-config -c 'set PATH /usr/bin /bin; source $PROFILE; source $PROFILE; distcc_on; string join : $PATH'
	assertEquals "$err" "$chain:/usr/bin:/bin" "$out"
	run fish --no-config -c 'set PATH /usr/bin /bin; source $PROFILE; set PATH $PATH $PATH; distcc_off; string join : $PATH; distcc_off; string join : $PATH'
	assertEquals "$err" '/usr/bin:/bin:/usr/bin:/bin
/usr/bin:/bin:/usr/bin:/bin' "$out"
	run fish --no-config -c 'source $PROFILE; env'
	assertContains "$err" "$out" "
PATH=$chain:"
	run fish --no-config -c 'source $PROFILE; command -v gcc'
	assertEquals "$err" "$chain/gcc" "$out"
}

# ---- completion

# options_of PROGRAM - those that --help tells of, one a line; without those of other programs, and of no effect
options_of() {
	"$BUILDDIR/$1" --help | grep -oE '(^|[][ ,|(])-(-[A-Za-z][A-Za-z0-9_-]*|[A-Za-z])([][ ,|.=)]|$)' | sed 's/^[^-]*//; s/[^A-Za-z0-9_-]*$//' |
		LC_ALL=C sort -u | case $1 in
		distcc | distcc-cpp) grep -vxE -- '-[cEo]|--summary' ;;
		distcc-config) grep -vxE -- '-[cg]' ;;
		distccd) grep -vx -- --no-fifo ;;
		*) cat ;;
		esac
}

# assert_offers SHELL LINE WORD... - among what it offers for the line are the words
assert_offers() {
	offers_shell=$1 offers_line=$2
	shift 2
	offers=$("offers_of_$offers_shell" "$offers_line")
	for word; do
		echo "$offers" | grep -qxF -e "$word" || fail "$offers_shell: \"$offers_line\" does not offer $word: $offers"
	done
}

# assert_not_offered SHELL LINE WORD
assert_not_offered() {
	"offers_of_$1" "$2" | grep -qxF -e "$3" && fail "$1: \"$2\" offers $3"
	return 0
}

# Every option of --help is offered, of the programs that have some; and what stands behind them.
check_completion() {
	shell=$1
	for program in $PROGRAMS; do
		for start in -- -; do
			# shellcheck disable=SC2046 # words
			assert_offers "$shell" "$program $start" $(options_of "$program" | grep "^${start}[A-Za-z]")
		done
	done
	assert_offers "$shell" 'distcc gc' gcc
	assert_offers "$shell" 'distcc --why g+' g++
	assert_offers "$shell" 'distcc-chain g' gcc g++
	assert_offers "$shell" 'distcc-chain --identity gc' gcc
	assert_not_offered "$shell" 'distcc-chain g' grep
	assert_offers "$shell" 'distcc-config --show-chain gc' gcc
	assert_offers "$shell" 'distccd --log-level ' debug info critical
	assert_offers "$shell" 'distcc-config --set-env DISTCC_FA' DISTCC_FALLBACK
	assert_offers "$shell" 'distcc-config --set-verbose ' 0 1
	assert_offers "$shell" 'distcc-config --set-hosts local' localhost
	mkdir -p sub/dir
	: >sub/file.c
	# behind the compiler come its own words
	assert_not_offered "$shell" 'distcc gcc --wh' --why
}

offers_of_bash() {
	# shellcheck disable=SC2016 # for bash
	BASH_COMPLETION=$SRCDIR/integration/completions/distcc.bash bash --norc --noprofile -c '
		. "$BASH_COMPLETION"
		read -r -a COMP_WORDS <<<"$1"
		case $1 in *" ") COMP_WORDS+=("") ;; esac
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMP_LINE=$1 COMP_POINT=${#1}
		f=$(complete -p "${COMP_WORDS[0]}")
		f=${f#*-F }
		${f%% *}
		printf "%s\n" "${COMPREPLY[@]}"' bash "$1" 2>/dev/null
}

offers_of_fish() {
	fish --no-config -c 'source $argv[1]; complete -C $argv[2]' "$SRCDIR/integration/completions/distcc.fish" "$1" | cut -f 1
}

offers_of_zsh() {
	timeout 60 "$SRCDIR/tests/lib/zsh-offers" "$SRCDIR/integration/completions" "$SANDBOX/zsh.offers" "$1"
}

test_completion_in_bash() {
	have bash || return 0
	check_completion bash
	assert_offers bash 'distcc-config --set-hosts box,l' box,lzo
	assert_offers bash 'distcc-config --dir sub/d' sub/dir
	assert_offers bash 'distcc gcc sub/f' sub/file.c
	assert_offers bash 'distccd --log-level = d' debug
}

test_completion_in_fish() {
	have fish || return 0
	check_completion fish
	assert_offers fish 'distcc-config --set-hosts box,l' box,lzo
	assert_offers fish 'distcc gcc sub/f' sub/file.c
}

test_completion_in_zsh() {
	have zsh || return 0
	"$SRCDIR/tests/lib/zsh-offers" "$SRCDIR/integration/completions" "$SANDBOX/zsh.offers" 'distcc --' >/dev/null
	[ $? -ne 77 ] || {
		skip_because 'this zsh has no zpty'
		return 0
	}
	check_completion zsh
	assert_offers zsh 'distcc-config --set-hosts box,' lzo plain down
	assert_offers zsh 'distcc gcc sub/f' file.c
}

# ---- build tools

# volunteer - jobs of these builds go there; a prefix without a blank: CCACHE_PREFIX is a list of words
volunteer() {
	mv "$prefix" "$SANDBOX/prefix"
	prefix=$SANDBOX/prefix
	start_distccd a --jobs 4 || return
	DISTCC_HOSTS=$(host_of a) DISTCC_FALLBACK=0
	CCACHE_DIR=$SANDBOX/ccache CCACHE_CONFIGPATH=$SANDBOX/ccache.conf
	export DISTCC_HOSTS DISTCC_FALLBACK CCACHE_DIR CCACHE_CONFIGPATH
	printf '#include <stdio.h>\nint one(void);\nint main(void) { return printf("%%d\\n", one()) < 0; }\n' >main.c
	printf '#include <string>\nextern "C" int one(void);\nint one(void) { return (int)std::string("1").size(); }\n' >one.cc
	touch -d '2020-01-01' main.c one.cc
	mkdir project
	mv main.c one.cc project
}

# assert_built PROGRAM - it works, and volunteers have made both objects, of the second build none if there is a ccache
assert_built() {
	run "$1"
	assertEquals "$err" 1 "$out"
}

test_cmake() {
	have cmake || return 0
	volunteer || return
	cat >project/CMakeLists.txt <<-'END'
		cmake_minimum_required(VERSION 3.10)
		project(p C CXX)
		add_executable(p main.c one.cc)
	END
	run cmake -C "$(installed cmake/distcc.cmake)" -S project -B build
	assertEquals "$out $err" 0 "$status"
	before=$(daemon_jobs a)
	run cmake --build build
	assertEquals "$out $err" 0 "$status"
	assert_built build/p
	assertEquals $((before + 2)) "$(daemon_jobs a)"
	command -v ccache >/dev/null || return 0
	cmake --build build --target clean >/dev/null
	run cmake --build build
	assertEquals "$out $err" 0 "$status"
	assert_built build/p
	assertEquals $((before + 2)) "$(daemon_jobs a)"
}

test_meson() {
	have meson && have ninja || return 0
	volunteer || return
	printf "project('p', 'c', 'cpp')\nexecutable('p', 'main.c', 'one.cc')\n" >project/meson.build
	run meson setup --native-file "$(installed meson/distcc.ini)" build project
	assertEquals "$out $err" 0 "$status"
	before=$(daemon_jobs a)
	run ninja -C build
	assertEquals "$out $err" 0 "$status"
	assert_built build/p
	assertEquals $((before + 2)) "$(daemon_jobs a)"
	command -v ccache >/dev/null || return 0
	ninja -C build -t clean >/dev/null
	run ninja -C build
	assertEquals "$out $err" 0 "$status"
	assert_built build/p
	assertEquals $((before + 2)) "$(daemon_jobs a)"
}

# ccache itself takes the fragment for what it is
test_ccache_conf() {
	have ccache || return 0
	CCACHE_CONFIGPATH=$(installed ccache/ccache.conf)
	export CCACHE_CONFIGPATH
	run ccache --show-config
	assertEquals "$err" 0 "$status"
	assertEquals "compiler_check = $prefix/bin/distcc-chain --identity %compiler%
prefix_command_cpp = $prefix/bin/distcc-cpp" "$(echo "$out" | sed -n '/second_cpp/d; s/^([^)]*ccache.conf) //p')"
	assertNotContains "$out" 'run_second_cpp = false'
}

. "${SHUNIT2:-shunit2}"
