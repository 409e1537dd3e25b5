#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# distcc-config: the directory of links.  Systems are made up below a root; nothing of this one is touched.

. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "$SRCDIR/tests/lib/json.sh"
. "$SRCDIR/tests/lib/config.sh"

setUp() {
	sandbox_new
	config_new
	programs "$PREFIX/bin" distcc
}

# config WORD... - distcc-config on the root
config() { run env PATH=/usr/bin:/bin "$CONFIG" --root "$ROOT_DIR" "$@"; }

# links - "NAME -> TEXT" of all links in the directory
links() {
	[ -d "$MASQ" ] || return 0
	for link in "$MASQ"/* "$MASQ"/.[!.]*; do
		if [ -L "$link" ]; then echo "${link##*/} -> $(readlink "$link")"; fi
	done
}

test_install_links_every_compiler_found() {
	programs /usr/bin cc gcc g++ gcc-12 c99 clang clang++-14 x86_64-linux-gnu-gcc lto-dump gcc-ar c99-gcc
	config --install-links
	expect 0
	assertEquals '' "$err"
	assertEquals "mkdir $MASQ
link $MASQ/c99 -> ../../bin/distcc
link $MASQ/cc -> ../../bin/distcc
link $MASQ/clang -> ../../bin/distcc
link $MASQ/clang++-14 -> ../../bin/distcc
link $MASQ/g++ -> ../../bin/distcc
link $MASQ/gcc -> ../../bin/distcc
link $MASQ/gcc-12 -> ../../bin/distcc
link $MASQ/x86_64-linux-gnu-gcc -> ../../bin/distcc" "$out"
	assertEquals distcc "$("$MASQ/gcc")"
	assertEquals 755 "$(stat -c %a "$MASQ")"
}

test_links_move_with_their_prefix() {
	programs /usr/bin gcc
	config --install-links
	expect 0
	mv "$ROOT_DIR" "$SANDBOX/moved"
	assertEquals distcc "$("$SANDBOX/moved$PKGLIBDIR/gcc")"
}

test_a_dry_run_tells_what_the_run_does() {
	programs /usr/bin cc gcc g++
	for state in missing partial stale; do
		[ $state = partial ] && rm "$MASQ/gcc" && ln -sf /elsewhere/distcc "$MASQ/cc"
		[ $state = stale ] && rm "$ROOT_DIR/usr/bin/g++"
		before=$(snapshot "$ROOT_DIR")
		config --update-masquerade --dry-run
		expect 0
		would=$out
		assertEquals "$state: something changed" "$before" "$(snapshot "$ROOT_DIR")"
		config --update-masquerade
		expect 0
		assertNotEquals "$state" '' "$out"
		assertEquals "$state" "$would" "$(printf '%s\n' "$out" | sed 's/^/would /')"
	done
	config --remove-links -n
	expect 0
	would=$out
	config --remove-links
	assertEquals "$would" "$(printf '%s\n' "$out" | sed 's/^/would /')"
	assertContains "$out" "rmdir $MASQ"
}

test_a_second_run_changes_nothing() {
	programs /usr/bin cc gcc
	config --install-links
	before=$(snapshot "$MASQ")
	config --install-links
	expect 0
	assertEquals '' "$out$err"
	config --update-masquerade
	expect 0
	assertEquals '' "$out$err"
	assertEquals "$before" "$(snapshot "$MASQ")"
}

test_with_chost_exactly_its_names() {
	programs /usr/bin cc gcc g++ avr-gcc avr-gcc-13 avr-g++ avr-c++ avr-cc avr-clang avr-cpp i686-pc-linux-gnu-gcc
	config --install-links avr
	expect 0
	assertEquals "avr-c++ -> ../../bin/distcc
avr-cc -> ../../bin/distcc
avr-clang -> ../../bin/distcc
avr-g++ -> ../../bin/distcc
avr-gcc -> ../../bin/distcc" "$(links)"
	config --install-links i686-pc-linux-gnu avr
	expect 0
	assertEquals "link $MASQ/i686-pc-linux-gnu-gcc -> ../../bin/distcc" "$out"
	# what is gone of that target goes; nothing else is looked at
	rm "$ROOT_DIR/usr/bin/avr-cc" "$ROOT_DIR/usr/bin/i686-pc-linux-gnu-gcc"
	config --install-links avr
	expect 0
	assertEquals "remove $MASQ/avr-cc" "$out"
}

test_a_chost_without_compilers_is_an_error() {
	programs /usr/bin gcc
	for chost in sparc-sun-solaris2 ../../../etc -x a/b '' 'a b'; do
		config --install-links -- "$chost"
		expect 1
		assertNotContains "$chost" "$err" 'nothing to'
		assertNotEquals '' "$err"
		assertFalse "$chost" "[ -e '$MASQ' ]"
	done
}

test_gcc_config_profiles_slots_and_crossdev() {
	host=x86_64-pc-linux-gnu
	programs /usr/bin "$host-cpp"
	programs "/usr/$host/gcc-bin/13" gcc g++ "$host-gcc" gcov
	programs "/usr/$host/gcc-bin/12" gcc-12
	programs "/usr/$host/avr/gcc-bin/13" avr-gcc gcc
	programs /opt/strange/bin strange-gcc gcc-77
	programs '/opt/with blank/bin' gcc-66
	programs /usr/lib/llvm/17/bin clang clang++ clang-17 clang-format
	programs /usr/lib/llvm/16/bin clang-16
	mkdir -p "$ROOT_DIR/etc/env.d/gcc" "$ROOT_DIR/usr/lib/gcc-cross/unusual/12"
	programs /usr/bin unusual-gcc other-gcc
	cd "$ROOT_DIR/etc/env.d/gcc" || return 1
	printf 'GCC_PATH="/usr/%s/gcc-bin/13"\nCTARGET="%s"\n' $host $host >$host-13
	printf "# old\nPATH='/usr/%s/gcc-bin/12'\n" $host >$host-12-hardened
	printf 'GCC_PATH=/none:/opt/strange/bin\n' >strange-4.1
	printf 'CTARGET=i686-pc-linux-gnu\nGCC_PATH="/opt/with blank/bin:/usr/i686-pc-linux-gnu/gcc-bin/1"\n' >i686-pc-linux-gnu-1
	echo "CURRENT=$host-13" >config-$host
	mkdir directory-1
	cd "$SANDBOX/work" || return 1
	config --install-links
	expect 0
	assertEquals "avr-gcc
clang
clang++
clang-16
clang-17
g++
gcc
gcc-12
strange-gcc
unusual-gcc
x86_64-pc-linux-gnu-gcc" "$(links | sed 's/ -> .*//')"
}

test_links_of_gcc_config_are_followed_inside_the_root() {
	programs /opt/gcc-bin gcc
	mkdir -p "$ROOT_DIR/usr/bin"
	ln -s /opt/gcc-bin/gcc "$ROOT_DIR/usr/bin/gcc"
	ln -s /opt/gcc-bin/gone "$ROOT_DIR/usr/bin/gcc-9"
	config --install-links
	expect 0
	assertEquals 'gcc -> ../../bin/distcc' "$(links)"
}

test_update_removes_what_is_stale_and_nothing_else() {
	programs /usr/bin gcc hcc
	mkdir -p "$MASQ/chain" "$ROOT_DIR/usr/lib"
	ln -s ../../bin/distcc "$MASQ/gcc-9"
	ln -s /somewhere/bin/distcc "$MASQ/clang"
	ln -s ../../bin/distcc "$MASQ/hcc"	# made by hand, and the compiler is there
	ln -s ../../bin/distcc "$MASQ/icc"	# ... and is not
	ln -s . "$MASQ/bin"
	ln -s ../../bin/ccache "$MASQ/g++-9"
	ln -s ../gone "$MASQ/c++-x"
	echo mine >"$MASQ/gcc-8"
	: >"$MASQ/.keep"
	config --update-masquerade
	expect 0
	assertEquals "remove $MASQ/clang
link $MASQ/gcc -> ../../bin/distcc
remove $MASQ/gcc-9
remove $MASQ/icc" "$out"
	assertEquals "bin -> .
c++-x -> ../gone
g++-9 -> ../../bin/ccache
gcc -> ../../bin/distcc
hcc -> ../../bin/distcc" "$(links)"
	assertEquals mine "$(cat "$MASQ/gcc-8")"
	assertTrue "[ -e '$MASQ/.keep' ] && [ -d '$MASQ/chain' ]"
}

test_with_crossdev_plain_names_go() {
	programs /usr/bin gcc cc hcc x86_64-pc-linux-gnu-gcc avr-gcc
	config --install-links
	ln -s ../../bin/distcc "$MASQ/hcc"
	config --update-masquerade-with-crossdev
	expect 0
	assertEquals "remove $MASQ/cc
remove $MASQ/gcc" "$out"
	assertEquals "avr-gcc -> ../../bin/distcc
hcc -> ../../bin/distcc
x86_64-pc-linux-gnu-gcc -> ../../bin/distcc" "$(links)"
	# Gentoo's recipe for cross compiling: a wrapper in the directory
	echo '#!/bin/sh' >"$MASQ/gcc"
	config --update-masquerade-with-crossdev
	expect 0
	assertEquals '' "$out$err"
	assertEquals '#!/bin/sh' "$(cat "$MASQ/gcc")"
	config --check
	assertNotContains "$out" missing-link
}

test_with_crossdev_needs_a_name_with_a_target() {
	programs /usr/bin gcc
	config --install-links
	config --update-masquerade-with-crossdev
	expect 1
	assertEquals 'gcc -> ../../bin/distcc' "$(links)"
}

test_what_is_in_the_way_stops_everything() {
	programs /usr/bin cc g++ gcc
	mkdir -p "$MASQ"
	for thing in file foreign dangling directory; do
		rm -rf "$MASQ/gcc"
		case $thing in
		file) echo precious >"$MASQ/gcc" ;;
		foreign) ln -s /bin/sh "$MASQ/gcc" && ln -sf ../../bin/distcc "$ROOT_DIR/none" ;;
		dangling) ln -s /no/such/file "$MASQ/gcc" ;;
		directory) mkdir "$MASQ/gcc" && echo precious >"$MASQ/gcc/file" ;;
		esac
		before=$(snapshot "$ROOT_DIR")
		config --install-links
		expect 1
		assertEquals "$thing" '' "$out"
		assertContains "$thing" "$err" "$MASQ/gcc"
		assertContains "$thing" "$err" 'nothing was changed'
		[ $thing = directory ] || assertContains "$thing" "$err" '--force'
		assertEquals "$thing: something changed" "$before" "$(snapshot "$ROOT_DIR")"
		config --install-links -n
		expect 1
		config --install-links --force
		if [ $thing = directory ]; then
			expect 1
			assertEquals "$before" "$(snapshot "$ROOT_DIR")"
		else
			expect 0
			assertContains "$out" "replace $MASQ/gcc -> ../../bin/distcc"
			assertEquals '../../bin/distcc' "$(readlink "$MASQ/gcc")"
		fi
	done
}

test_a_directory_that_cannot_be() {
	programs /usr/bin gcc
	mkdir -p "$ROOT_DIR/x"
	echo precious >"$ROOT_DIR/x/file"
	ln -s gone "$ROOT_DIR/x/dead"
	for dir in /x/file /x/dead /x/file/below; do
		before=$(snapshot "$ROOT_DIR")
		config --install-links --dir "$dir"
		expect 1
		assertContains "$dir" "$err" "$ROOT_DIR$dir"
		assertEquals "$dir" '' "$out"
		assertEquals "$dir: something changed" "$before" "$(snapshot "$ROOT_DIR")"
	done
}

test_a_directory_without_permission() {
	programs /usr/bin gcc
	mkdir -p "$MASQ" "$ROOT_DIR/closed"
	chmod 555 "$MASQ" "$ROOT_DIR/closed"
	as_nobody "$CONFIG" --root "$ROOT_DIR" --install-links >out 2>err
	status=$? err=$(cat err)
	[ $status != 99 ] || { skip_because 'cannot run the program as another user'; return 0; }
	expect 1
	assertContains "$err" "$MASQ"
	assertContains "$err" 'as root'
	as_nobody "$CONFIG" --root "$ROOT_DIR" --install-links --dir /closed/new/links >out 2>err
	status=$? err=$(cat err)
	expect 1
	assertContains "$err" "$ROOT_DIR/closed"
	# what would be done can be asked by everybody
	as_nobody "$CONFIG" --root "$ROOT_DIR" --install-links -n >out 2>err
	assertEquals 0 $?
	assertEquals "would link $MASQ/gcc -> ../../bin/distcc" "$(cat out)"
	assertEquals '' "$(links)"
}

test_links_never_hide_the_compilers_themselves() {
	programs /usr/bin gcc cc
	programs /usr/lib/llvm/17/bin clang
	programs "/usr/x86_64-pc-linux-gnu/gcc-bin/13" g++
	ln -s usr/bin "$ROOT_DIR/alias"
	for dir in /usr/bin /alias /usr/lib/llvm/17/bin /usr/x86_64-pc-linux-gnu/gcc-bin/13; do
		before=$(snapshot "$ROOT_DIR")
		config --install-links --force --dir "$dir"
		expect 1
		assertContains "$err" "$ROOT_DIR$dir"
		assertEquals "$before" "$(snapshot "$ROOT_DIR")"
	done
}

test_no_distcc_to_link_to() {
	programs /usr/bin gcc
	rm "$ROOT_DIR$PREFIX/bin/distcc"
	config --install-links
	expect 1
	assertContains "$err" "no distcc"
	assertFalse "[ -e '$MASQ' ]"
}

test_no_compiler_at_all() {
	mkdir -p "$MASQ"
	ln -s ../../bin/distcc "$MASQ/gcc"
	config --update-masquerade
	expect 1
	assertContains "$err" 'no compiler'
	assertEquals 'gcc -> ../../bin/distcc' "$(links)"
}

test_remove_takes_ours_only() {
	programs /usr/bin gcc cc
	config --install-links
	ln -s . "$MASQ/bin"
	ln -s ../../bin/ccache "$MASQ/tcc"
	ln -s ../../bin/distcc "$MASQ/gone-gcc"
	echo mine >"$MASQ/icc"
	config --remove-links
	expect 0
	assertEquals "remove $MASQ/cc
remove $MASQ/gcc
remove $MASQ/gone-gcc" "$out"
	assertEquals "bin -> .
tcc -> ../../bin/ccache" "$(links)"
	assertEquals mine "$(cat "$MASQ/icc")"
	rm "$MASQ/bin" "$MASQ/tcc" "$MASQ/icc"
	config --install-links
	config --remove-links
	expect 0
	assertContains "$out" "rmdir $MASQ"
	assertFalse "[ -e '$MASQ' ]"
	config --remove-links
	expect 0
	assertEquals '' "$out"
	assertContains "$err" 'nothing to remove'
}

test_remove_of_one_chost() {
	programs /usr/bin gcc avr-gcc avr-g++ i686-pc-linux-gnu-gcc
	config --install-links
	config --remove-links avr
	expect 0
	assertEquals "gcc -> ../../bin/distcc
i686-pc-linux-gnu-gcc -> ../../bin/distcc" "$(links)"
}

test_remove_works_without_distcc_and_compilers() {
	programs /usr/bin gcc
	config --install-links
	rm "$ROOT_DIR$PREFIX/bin/distcc" "$ROOT_DIR/usr/bin/gcc"
	config --remove-links
	expect 0
	assertFalse "[ -e '$MASQ' ]"
}

test_root_and_eprefix_from_the_environment() {
	programs "/pfx$PREFIX/bin" distcc
	programs /pfx/usr/bin gcc
	run env ROOT="$ROOT_DIR/" EPREFIX=/pfx/ "$CONFIG" --install-links
	expect 0
	assertContains "$out" "link $ROOT_DIR/pfx$PKGLIBDIR/gcc -> ../../bin/distcc"
	run env ROOT=/none "$CONFIG" --root "$ROOT_DIR/pfx" --list-links
	expect 0
	assertEquals 'gcc -> ../../bin/distcc' "$out"
	run env ROOT="$SANDBOX/none" "$CONFIG" --install-links
	expect 1
	assertContains "$err" "$SANDBOX/none"
}

test_dir_and_blanks_and_an_absolute_link() {
	programs /usr/bin gcc
	config --install-links --dir '/opt/my links/'
	expect 0
	assertEquals "mkdir $ROOT_DIR/opt/my links
link $ROOT_DIR/opt/my links/gcc -> $PREFIX/bin/distcc" "$out"
	config --install-links --dir relative
	expect 1
	assertContains "$err" absolute
	config --remove-links --dir '/opt/my links'
	expect 0
	assertFalse "[ -e '$ROOT_DIR/opt/my links' ]"
	assertTrue "[ -d '$ROOT_DIR/opt' ]"
}

test_chain_has_a_directory_of_its_own() {
	programs /usr/bin gcc
	programs "$PREFIX/bin" distcc-chain
	config --install-links
	config --install-links --chain
	expect 0
	assertEquals "mkdir $MASQ/chain
link $MASQ/chain/gcc -> ../../../bin/distcc-chain" "$out"
	config --update-masquerade
	expect 0
	assertEquals '' "$out"
	config --remove-links --chain
	expect 0
	assertEquals 'gcc -> ../../bin/distcc' "$(links)"
}

# many_compilers N - so that a run takes its time
many_compilers() {
	programs /usr/bin gcc-1
	for nr in $(seq 2 "$1"); do
		ln "$ROOT_DIR/usr/bin/gcc-1" "$ROOT_DIR/usr/bin/gcc-$nr"
	done
}

# assert_whole [TEXT] - whatever is in the directory is a link that says what it should, or TEXT
assert_whole() {
	assertEquals '' "$(links | grep -v -e ' -> ../../bin/distcc$' -e " -> ${1-none}\$")"
	assertEquals '' "$(find "$MASQ" -mindepth 1 ! -type l 2>/dev/null)"
}

test_an_interrupted_run_leaves_a_whole_directory() {
	many_compilers 300
	for signal in KILL TERM INT KILL HUP KILL; do
		env PATH=/usr/bin:/bin "$CONFIG" --root "$ROOT_DIR" --install-links >/dev/null 2>&1 &
		pid=$!
		poll_until '[ -n "$(links)" ] || ! kill -0 $pid 2>/dev/null'
		kill -$signal $pid 2>/dev/null
		wait $pid 2>/dev/null
		assert_whole /elsewhere/distcc
		# links that are there and shall be others
		for link in gcc-1 gcc-2 gcc-3; do
			ln -sf /elsewhere/distcc "$MASQ/$link"
		done
		env PATH=/usr/bin:/bin "$CONFIG" --root "$ROOT_DIR" --remove-links >/dev/null 2>&1 &
		pid=$!
		poll_until '[ ! -e "$MASQ/gcc-1" ] || ! kill -0 $pid 2>/dev/null'
		kill -$signal $pid 2>/dev/null
		wait $pid 2>/dev/null
	done
	mkdir -p "$MASQ"
	ln -s ../../bin/distcc "$MASQ/.distcc-config.99999"	# killed between link and rename
	rm -f "$MASQ/gcc-7"
	config --install-links
	expect 0
	assert_whole
	assertEquals 300 "$(links | grep -c .)"
}

test_fifty_at_once_leave_a_consistent_directory() {
	programs /usr/bin gcc cc g++ c++ clang avr-gcc
	pids=
	for nr in $(seq 25); do
		env PATH=/usr/bin:/bin "$CONFIG" --root "$ROOT_DIR" --install-links >"install.$nr" 2>&1 &
		pids="$pids $!"
		env PATH=/usr/bin:/bin "$CONFIG" --root "$ROOT_DIR" --remove-links >"remove.$nr" 2>&1 &
		pids="$pids $!"
	done
	for pid in $pids; do
		wait "$pid"
		assertEquals 0 $?
	done
	assertEquals '' "$(cat install.* remove.* | grep -v -e '^link ' -e '^remove ' -e '^mkdir ' -e '^rmdir ' -e 'nothing to remove$')"
	assert_whole
	case $(links | grep -c .) in
	0 | 6) ;;
	*) fail "half a set of links: $(links)" ;;
	esac
	config --install-links
	expect 0
	assertEquals 6 "$(links | grep -c .)"
}

test_list_links() {
	programs /usr/bin gcc cc
	config --list-links
	expect 1
	assertContains "$err" "$MASQ"
	config --install-links
	ln -s ../../bin/distcc "$MASQ/gcc-9"
	ln -s ../../bin/ccache "$MASQ/g++"
	ln -s . "$MASQ/bin"
	echo mine >"$MASQ/c++"
	config --list-links
	expect 0
	assertEquals "c++ (file)
cc -> ../../bin/distcc
g++ -> ../../bin/ccache (foreign)
gcc -> ../../bin/distcc
gcc-9 -> ../../bin/distcc (stale)" "$out"
	config --list-links --json
	expect 0
	json_flat "$SANDBOX/run.out" >flat
	assertEquals 0 $?
	assertEquals "directory=\"$MASQ\"
links[0].name=\"c++\"
links[0].state=\"file\"
links[0].target=null
links[0].compiler=null
links[1].name=\"cc\"
links[1].state=\"ok\"
links[1].target=\"../../bin/distcc\"
links[1].compiler=\"$ROOT_DIR/usr/bin/cc\"" "$(sed -n 1,9p flat)"
	assertContains "$(cat flat)" 'links[4].state="stale"'
	rm "$ROOT_DIR$PREFIX/bin/distcc"
	config --list-links
	assertContains "$out" 'gcc -> ../../bin/distcc (dangling)'
}

test_shadowmans_links_are_taken_over() {
	programs /usr/bin gcc gcc-12
	mkdir -p "$MASQ"
	# as "eselect compiler-shadow update distcc" makes them
	ln -s "$PREFIX/bin/distcc" "$MASQ/gcc"
	config --update-masquerade
	expect 0
	assertEquals "relink $MASQ/gcc -> ../../bin/distcc
link $MASQ/gcc-12 -> ../../bin/distcc" "$out"
	rm -rf "$MASQ"	# "remove distcc"
	config --update-masquerade
	expect 0
	assertEquals 2 "$(links | grep -c .)"
	assertEquals 1 "$(grep -c . "$SRCDIR/integration/shadowman/distcc")"
}

test_under_the_name_of_stocks_script() {
	programs /usr/bin gcc
	ln -s "$CONFIG" update-distcc-symlinks
	run env ROOT="$ROOT_DIR" ./update-distcc-symlinks
	expect 0
	assertEquals "mkdir $MASQ
link $MASQ/gcc -> ../../bin/distcc" "$out"
	rm "$ROOT_DIR/usr/bin/gcc"
	programs /usr/bin cc
	run ./update-distcc-symlinks --root "$ROOT_DIR"
	expect 0
	assertEquals 'cc -> ../../bin/distcc' "$(links)"
}

test_a_compile_through_installed_links() {
	command -v gcc >/dev/null || { skip_because 'no gcc'; return 0; }
	run "$CONFIG" --install-links --dir "$SANDBOX/links"
	expect 0
	echo 'int main(void) { return 42; }' >x.c
	run env PATH="$SANDBOX/links:$PATH" DISTCC_HOSTS=localhost gcc -c x.c -o x.o
	expect 0
	assertTrue '[ -s x.o ]'
	run "$CONFIG" --remove-links --dir "$SANDBOX/links"
	expect 0
	assertFalse "[ -e '$SANDBOX/links' ]"
}

test_mistakes_in_the_command() {
	run "$CONFIG"
	expect 101
	run "$CONFIG" --install-links --list-links
	expect 101
	run "$CONFIG" --bogus
	expect 101
	assertContains "$err" --bogus
	run "$CONFIG" --set-env DISTCC_LOG
	expect 101
	run "$CONFIG" --help
	expect 0
	assertContains "$out" --update-masquerade-with-crossdev
	run "$CONFIG" --version
	expect 0
	assertContains "$out" 'distcc-config '
	run sh -c '"$1" --help >/dev/full' - "$CONFIG"
	expect 1
}

. "${SHUNIT2:-shunit2}"
