#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# distcc-config --show-chain and --check: every way a chain can be wrong, on a PATH of made-up directories.

. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "$SRCDIR/tests/lib/daemon.sh"
. "$SRCDIR/tests/lib/json.sh"
. "$SRCDIR/tests/lib/config.sh"

setUp() {
	sandbox_new
	config_new
	unset FAKE_SECOND_CPP FAKE_VERSION
	ROOT_DIR="$SANDBOX/top dir"	# whatever programs makes is there
	MASQ="$ROOT_DIR/masq"
	REAL="$ROOT_DIR/real"
	CACHE="$ROOT_DIR/ccache"
	programs /real gcc
	programs /bin ccache
	mkdir "$CACHE"
	ln -s ../bin/ccache "$CACHE/gcc"
	# it says its version, and where its settings are from
	cat >"$ROOT_DIR/bin/ccache" <<-'END'
		#!/bin/sh
		case $1 in
		--version) echo "ccache version ${FAKE_VERSION:-4.7.5}" ;;
		-p)
			echo "(default) compiler_check = ${CCACHE_COMPILERCHECK:-%compiler% -v}"
			echo "(environment) prefix_command = ${CCACHE_PREFIX-}"
			echo "(/x/ccache.conf) path = ${CCACHE_PATH-}"
			echo "(default) compiler = ${CCACHE_COMPILER-}"
			echo "(/x/ccache.conf) prefix_command_cpp = ${CCACHE_PREFIX_CPP-distcc-cpp}"
			echo "(default) run_second_cpp = ${FAKE_SECOND_CPP-true}"
			echo "(default) depend_mode = false"
			;;
		esac
	END
	DISTCC_HOSTS=box/4
	export DISTCC_HOSTS
	(PATH=$REAL "$CONFIG" --install-links --dir "$MASQ") >/dev/null || fail 'no links'
}

# on PATH WORD... - distcc-config with that PATH
on() {
	on_path=$1
	shift
	run env PATH="$on_path" "$CONFIG" "$@" --dir "$MASQ"
}

# found - "SEVERITY CODE" of each finding on PATH for the compiler gcc, in one line; the text answer must agree
found() {
	on "$1" --show-chain gcc
	text_status=$status
	text=$out
	on "$1" --show-chain gcc --json
	json_flat "$SANDBOX/run.out" >"$SANDBOX/flat" || fail "no JSON: $out"
	assertEquals "$text_status" "$status"
	assertContains "$text" "$([ "$status" = 0 ] && echo 'it works' || echo 'it does not work')"
	assertEquals "works=$([ "$status" = 0 ] && echo true || echo false)" "$(grep '^works=' "$SANDBOX/flat")"
	case $err in
	*Sanitizer* | *'runtime error'*) fail "$err" ;;
	esac
	# each has a cure
	assertEquals "$(grep -c '\.code=' "$SANDBOX/flat")" "$(grep -c '\.cure="..*"' "$SANDBOX/flat")"
	assertEquals "$(grep -c '\.code=' "$SANDBOX/flat")" "$(printf '%s\n' "$text" | grep -c '^  cure: ..*')"
	found=$(sed -n 's/^findings.*\.code="\(.*\)"/\1/p; s/^findings.*\.severity="\(.*\)"/\1/p' "$SANDBOX/flat" | paste -sd ' ' -)
}

# steps - "KIND:PATH" of the last answer
steps() {
	sed -n 's/^chain.*\.kind="\(.*\)"/\1/p; s/^chain.*\.path="\(.*\)"/\1/p' "$SANDBOX/flat" | sed "s|$ROOT_DIR/||" | paste -sd ' ' -
}

test_a_chain_that_works() {
	found "$CACHE:$MASQ:$REAL:$ROOT_DIR/bin"
	assertEquals '' "$found"
	assertEquals 0 "$status"
	assertEquals 'ccache ccache/gcc distcc masq/gcc compiler real/gcc' "$(steps)"
	assertEquals "gcc on this PATH:
  1  ccache    $CACHE/gcc -> $ROOT_DIR/bin/ccache
  2  distcc    $MASQ/gcc -> $(realpath "$DISTCC")
  3  compiler  $REAL/gcc
it works" "$text"
	found "$MASQ:$REAL"
	assertEquals '' "$found"
	assertEquals 'distcc masq/gcc compiler real/gcc' "$(steps)"
}

test_the_usual_compiler() {
	on "$MASQ:$REAL" --show-chain
	expect 0
	assertContains "$out" 'gcc on this PATH'
	programs /cl clang
	PATH="$ROOT_DIR/cl" "$CONFIG" --update-masquerade --dir "$MASQ" >/dev/null
	on "$MASQ:$ROOT_DIR/cl" --show-chain
	expect 0
	assertContains "$out" 'clang on this PATH'
}

test_distcc_before_ccache() {
	found "$MASQ:$CACHE:$REAL:$ROOT_DIR/bin"
	assertEquals 'distcc-before-ccache error' "$found"
	assertEquals 'distcc masq/gcc compiler real/gcc' "$(steps)"
}

test_the_directory_twice() {
	ln -s . "$MASQ/bin"
	ln -s masq "$ROOT_DIR/alias"
	found "$MASQ:$MASQ/bin:$REAL:$ROOT_DIR/alias"
	assertEquals 'directory-twice warning directory-twice warning' "$found"
	assertEquals 0 "$status"
	assertContains "$text" "$MASQ/bin"
	assertContains "$text" "$ROOT_DIR/alias"
}

test_no_compiler_behind() {
	found "$CACHE:$MASQ:$ROOT_DIR/bin"
	assertEquals 'no-compiler error' "$found"
	assertEquals 1 "$status"
	found "$MASQ"
	assertEquals 'no-compiler error' "$found"
}

test_no_such_command() {
	on "$MASQ:$REAL" --show-chain clang --json
	expect 1
	assertContains "$out" '"no-command"'
}

test_the_compiler_stands_before_distcc() {
	found "$REAL:$MASQ"
	assertEquals 'compiler-before-distcc error' "$found"
	assertEquals 'compiler real/gcc' "$(steps)"
}

test_distcc_is_not_on_path() {
	found "$REAL"
	assertEquals 'distcc-not-on-path error' "$found"
	assertContains "$text" "PATH=$MASQ:"
	found "$CACHE:$REAL:$ROOT_DIR/bin"
	assertEquals 'distcc-not-on-path error' "$found"
}

test_a_link_is_missing() {
	rm "$MASQ/gcc"
	found "$MASQ:$REAL"
	assertEquals 'no-link error' "$found"
	assertContains "$text" --update-masquerade
}

test_a_slot_that_is_not_on_path() {
	programs /usr/lib/llvm/17/bin clang-17
	EPREFIX=$ROOT_DIR
	export EPREFIX
	PATH=$REAL "$CONFIG" --update-masquerade --dir "$MASQ" >out
	assertEquals "link $MASQ/clang-17 -> $(realpath "$DISTCC")" "$(grep clang-17 out)"
	on "$MASQ:$REAL" --show-chain clang-17 --json
	expect 1
	assertContains "$out" '"compiler-not-on-path", "severity": "error"'
	assertContains "$out" "add $ROOT_DIR/usr/lib/llvm/17/bin to PATH"
	on "$MASQ:$REAL" --check --json
	expect 0
	assertContains "$out" '"compiler-not-on-path", "severity": "warning"'
	on "$MASQ:$REAL:$ROOT_DIR/usr/lib/llvm/17/bin" --check --json
	expect 0
	assertNotContains "$out" '"compiler-not-on-path"'
	# where only links count, PATH is another matter
	unset EPREFIX
	programs "$PREFIX/bin" distcc
	run env PATH=/usr/bin "$CONFIG" --root "$ROOT_DIR" --install-links
	expect 0
	assertContains "$out" clang-17
	mkdir -p "$ROOT_DIR$SYSCONFDIR/distcc" && echo box >"$ROOT_DIR$SYSCONFDIR/distcc/hosts"
	run env PATH=/usr/bin "$CONFIG" --root "$ROOT_DIR" --check
	expect 0
	assertEquals 'it works' "$out"
}

test_ccache_prefix_and_the_directory() {
	programs /bin distcc
	CCACHE_PREFIX=distcc
	export CCACHE_PREFIX
	found "$CACHE:$MASQ:$REAL:$ROOT_DIR/bin"
	assertEquals 'double-distcc warning' "$found"
	assertEquals 'ccache ccache/gcc distcc bin/distcc compiler real/gcc' "$(steps)"
	# alone it is a good chain
	found "$CACHE:$REAL:$ROOT_DIR/bin"
	assertEquals '' "$found"
	assertEquals 'ccache ccache/gcc distcc bin/distcc compiler real/gcc' "$(steps)"
	assertContains "$text" prefix_command
}

test_commands_that_name_distcc() {
	CC='ccache distcc gcc'
	export CC
	found "$MASQ:$REAL:$ROOT_DIR/bin"
	assertEquals 'command-names-distcc warning' "$found"
	CC='distcc gcc'
	CXX='distcc g++'
	export CXX
	found "$MASQ:$REAL:$ROOT_DIR/bin"
	assertEquals 'command-names-distcc warning' "$found"
	assertContains "$text" 'CC="distcc gcc"'
	CC='gcc -m32' CXX=g++
	found "$MASQ:$REAL:$ROOT_DIR/bin"
	assertEquals '' "$found"
}

test_settings_of_ccache_that_skip_distcc() {
	CCACHE_PATH=$REAL
	export CCACHE_PATH
	found "$CACHE:$MASQ:$REAL:$ROOT_DIR/bin"
	assertEquals 'ccache-skips-distcc error' "$found"
	assertEquals 'ccache ccache/gcc compiler real/gcc' "$(steps)"
	assertContains "$text" CCACHE_PATH
	unset CCACHE_PATH
	CCACHE_COMPILER=$REAL/gcc
	export CCACHE_COMPILER
	found "$CACHE:$MASQ:$REAL:$ROOT_DIR/bin"
	assertEquals 'ccache-skips-distcc error' "$found"
	assertContains "$text" CCACHE_COMPILER
	# with the prefix it is asked all the same
	programs /bin distcc
	CCACHE_PREFIX=distcc
	export CCACHE_PREFIX
	found "$CACHE:$REAL:$ROOT_DIR/bin"
	assertEquals '' "$found"
}

test_ccache_that_knows_the_compiler_by_distcc() {
	CCACHE_COMPILERCHECK=mtime
	export CCACHE_COMPILERCHECK
	found "$CACHE:$MASQ:$REAL:$ROOT_DIR/bin"
	assertEquals 'ccache-compiler-check warning' "$found"
	assertContains "$text" 'distcc-chain --identity %compiler%'
	found "$MASQ:$REAL:$ROOT_DIR/bin"
	assertEquals '' "$found"
}

test_what_ccache_preprocesses_with() {
	CCACHE_PREFIX_CPP=''
	export CCACHE_PREFIX_CPP
	found "$CACHE:$MASQ:$REAL:$ROOT_DIR/bin"
	assertEquals 'preprocessed-twice note' "$found"
	assertEquals 0 "$status"
	CCACHE_PREFIX_CPP=/usr/bin/distcc-cpp FAKE_SECOND_CPP=false
	export FAKE_SECOND_CPP
	found "$CACHE:$MASQ:$REAL:$ROOT_DIR/bin"
	assertEquals 'ccache-second-cpp error' "$found"
	# no matter where ccache is not asked, or is told by distcc-chain
	found "$MASQ:$REAL:$ROOT_DIR/bin"
	assertEquals '' "$found"
	chain_links
	found "$CHAIN_DIR:$REAL:$ROOT_DIR/bin"
	assertEquals '' "$found"
}

# chain_links - links to distcc-chain in $CHAIN_DIR
chain_links() {
	CHAIN_DIR="$ROOT_DIR/chain"
	mkdir "$CHAIN_DIR"
	ln -s "$BUILDDIR/distcc-chain" "$CHAIN_DIR/gcc"
}

test_what_runs_inside_distcc_chain() {
	chain_links
	found "$CHAIN_DIR:$MASQ:$CACHE:$REAL:$ROOT_DIR/bin"
	assertEquals '' "$found"
	assertEquals "chain chain/gcc ccache bin/ccache distcc $DISTCC compiler real/gcc" "$(steps)"
	assertEquals "gcc on this PATH:
  1  chain     $CHAIN_DIR/gcc -> $(realpath "$BUILDDIR/distcc-chain")
  2  ccache    $ROOT_DIR/bin/ccache (by distcc-chain)
  3  distcc    $DISTCC (by distcc-chain)
  4  compiler  $REAL/gcc
it works" "$text"
	# it says what distcc-chain does
	env PATH="$MASQ:$CACHE:$REAL:$ROOT_DIR/bin" "$BUILDDIR/distcc-chain" --explain gcc -c x.c >explained
	assertEquals "ccache: $ROOT_DIR/bin/ccache
distcc: $DISTCC
compiler: $REAL/gcc" "$(head -n 3 explained)"
	# behind ccache
	found "$CACHE:$CHAIN_DIR:$REAL:$ROOT_DIR/bin"
	assertEquals "ccache ccache/gcc chain chain/gcc distcc $DISTCC compiler real/gcc" "$(steps)"
	assertEquals '' "$found"
	# without ccache
	CCACHE_DISABLE=1
	export CCACHE_DISABLE
	found "$CHAIN_DIR:$REAL:$ROOT_DIR/bin"
	assertEquals "chain chain/gcc distcc $DISTCC compiler real/gcc" "$(steps)"
	found "$CHAIN_DIR:$ROOT_DIR/bin"
	assertEquals 'no-compiler error' "$found"
}

test_settings_of_distcc_chain() {
	chain_links
	DISTCC_CHAIN=ccache
	export DISTCC_CHAIN
	found "$CHAIN_DIR:$REAL:$ROOT_DIR/bin"
	assertEquals 'chain-without-distcc warning' "$found"
	assertEquals 'chain chain/gcc ccache bin/ccache compiler real/gcc' "$(steps)"
	DISTCC_CHAIN=distcc,nothing
	found "$CHAIN_DIR:$REAL:$ROOT_DIR/bin"
	assertContains "$found" 'chain-setting error'
	assertEquals 1 "$status"
	assertContains "$text" DISTCC_CHAIN=distcc,nothing
}

test_ccache_missing_or_old() {
	FAKE_VERSION=3.7.7
	export FAKE_VERSION
	found "$CACHE:$MASQ:$REAL:$ROOT_DIR/bin"
	assertEquals 'ccache-old warning' "$found"
	assertContains "$text" 3.7
	rm "$ROOT_DIR/bin/ccache"
	found "$CACHE:$MASQ:$REAL:$ROOT_DIR/bin"
	assertEquals 'ccache-missing warning' "$found"
	assertEquals 'distcc masq/gcc compiler real/gcc' "$(steps)"
	CC='ccache gcc'
	export CC
	found "$MASQ:$REAL"
	assertEquals 'ccache-missing error' "$found"
}

test_a_ccache_that_never_answers() {
	printf '#!/bin/sh\nsleep 300\n' >"$ROOT_DIR/bin/ccache"
	began=$(date +%s)
	run env PATH="$CACHE:$MASQ:$REAL:$ROOT_DIR/bin:/usr/bin:/bin" "$CONFIG" --show-chain gcc --dir "$MASQ"
	expect 0
	assertTrue 'it took too long' "[ $(($(date +%s) - began)) -lt 20 ]"
}

test_links_that_lead_nowhere() {
	ln -sf "$ROOT_DIR/gone/distcc" "$MASQ/gcc"
	found "$MASQ:$REAL"
	assertContains "$found" 'distcc-missing error'
	ln -s "$ROOT_DIR/gone/gcc" "$CACHE/x" && mv "$CACHE/x" "$CACHE/gcc"
	programs /again gcc
	PATH="$REAL" "$CONFIG" --update-masquerade --dir "$MASQ" >/dev/null
	found "$CACHE:$MASQ:$REAL"
	assertEquals 'dead-link warning' "$found"
}

test_hosts() {
	unset DISTCC_HOSTS
	[ -e "$SYSCONFDIR/distcc/hosts" ] || {
		found "$MASQ:$REAL"
		assertEquals 'no-hosts error' "$found"
	}
	: >"$DISTCC_DIR/hosts"
	found "$MASQ:$REAL"
	assertEquals 'no-hosts error' "$found"
	echo 'box:70000' >"$DISTCC_DIR/hosts"
	found "$MASQ:$REAL"
	assertEquals 'bad-hosts error' "$found"
	assertContains "$text" "$DISTCC_DIR/hosts:1:5"
	echo 'localhost/4' >"$DISTCC_DIR/hosts"
	found "$MASQ:$REAL"
	assertEquals 'only-localhost warning' "$found"
	echo 'box' >"$DISTCC_DIR/hosts"
	found "$MASQ:$REAL"
	assertEquals '' "$found"
}

test_volunteers_are_asked_with_probe() {
	start_distccd a || return 1
	DISTCC_HOSTS="$(host_of a) localhost @far"
	on "$MASQ:$REAL" --show-chain gcc --probe
	expect 0
	assertNotContains "$out" distccd
	dead=127.0.0.1:$(free_port)
	DISTCC_HOSTS="$(host_of a) $dead"
	on "$MASQ:$REAL" --show-chain gcc --probe
	expect 0
	assertContains "$out" "$dead"
	DISTCC_HOSTS="$dead no.such.host.invalid"
	began=$(date +%s)
	on "$MASQ:$REAL" --check --probe --json
	expect 1
	assertTrue 'it took too long' "[ $(($(date +%s) - began)) -lt 15 ]"
	json_flat "$SANDBOX/run.out" >flat || fail 'no JSON'
	assertEquals 2 "$(grep -c 'code="daemon-unreachable"' flat)"
	assertEquals 1 "$(grep -c 'code="no-daemon"' flat)"
	# without the option nobody is bothered
	on "$MASQ:$REAL" --show-chain gcc
	expect 0
}

test_check_looks_at_everything() {
	programs /real cc gcc-12 g++ avr-gcc
	PATH="$REAL" "$CONFIG" --update-masquerade --dir "$MASQ" >/dev/null
	on "$MASQ:$REAL" --check
	expect 0
	assertContains "$out" 'it works'
	rm "$REAL/gcc-12" "$MASQ/g++"
	echo x >"$MASQ/cc.new" && mv "$MASQ/cc.new" "$MASQ/c++"
	programs /real clang
	on "$MASQ:$REAL" --check --json
	expect 1
	json_flat "$SANDBOX/run.out" >flat || fail 'no JSON'
	assertEquals 'foreign-file missing-link missing-link stale-link' \
		"$(sed -n 's/^findings.*code="\(.*\)"/\1/p' flat | sort | paste -sd ' ' -)"
	assertContains "$(cat flat)" "cure=\"distcc-config --update-masquerade '--dir=$MASQ'\""
	rm -r "$MASQ"
	on "$MASQ:$REAL" --check
	expect 1
	assertContains "$out" "$MASQ is not there"
}

test_what_ails_path_is_said_once() {
	programs /real cc gcc-12 g++ avr-gcc clang clang++
	PATH="$REAL" "$CONFIG" --update-masquerade --dir "$MASQ" >/dev/null
	on "$REAL:$MASQ" --check
	expect 1
	assertEquals 1 "$(printf '%s\n' "$out" | grep -c '^error: PATH names')"
}

test_odd_names_make_valid_json() {
	odd="$ROOT_DIR/odd \"quoted\" \\ $(printf '\t\377\303\244')"
	mkdir "$odd"
	cp "$REAL/gcc" "$odd/gcc"
	on "$MASQ:$odd" --show-chain gcc --json
	expect 0
	json_flat "$SANDBOX/run.out" >flat || fail 'no JSON'
	grep -qF 'odd \"quoted\" \\ \u0009\ufffd' flat || fail "$(cat flat)"
}

test_the_real_ccache() {
	command -v ccache >/dev/null || { skip_because 'no ccache'; return 0; }
	real_dir=$(dirname "$(realpath "$(command -v ccache)")")
	mkdir "$ROOT_DIR/links"
	ln -s "$real_dir/ccache" "$ROOT_DIR/links/gcc"
	CCACHE_DIR=$SANDBOX/cache
	CCACHE_CONFIGPATH=$SANDBOX/ccache.conf
	export CCACHE_DIR CCACHE_CONFIGPATH
	: >"$CCACHE_CONFIGPATH"
	found "$ROOT_DIR/links:$MASQ:$REAL:$real_dir"
	assertContains "$found" 'ccache-compiler-check warning'
	echo 'compiler_check = %compiler% -v' >"$CCACHE_CONFIGPATH"
	found "$ROOT_DIR/links:$MASQ:$REAL:$real_dir"
	assertNotContains "$found" ccache-compiler-check
	echo "path = $REAL" >>"$CCACHE_CONFIGPATH"
	found "$ROOT_DIR/links:$MASQ:$REAL:$real_dir"
	assertContains "$found" 'ccache-skips-distcc error'
	assertEquals 1 "$status"
}

# FEATURES=distcc with an empty directory: portage is content, and nothing is distributed.
test_check_empty_directory() {
	config_new
	programs "$PREFIX/bin" distcc
	programs /usr/bin gcc
	mkdir -p "$MASQ"
	ln -s . "$MASQ/bin"
	PATH=/usr/bin:/bin run "$CONFIG" --root "$ROOT_DIR" --check
	expect 1
	assertContains "$out" "$MASQ has no links: nothing is distributed through it"
	assertNotContains "$out" 'no link for'
	PATH=/usr/bin:/bin run "$CONFIG" --root "$ROOT_DIR" --install-links
	expect 0
	PATH=/usr/bin:/bin run "$CONFIG" --root "$ROOT_DIR" --check
	assertNotContains "$out" 'has no link'
}

. "${SHUNIT2:-shunit2}"
