#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Real source trees, built by three volunteers: every object as a local build makes it, every message too, and the
# programs work.  In replica mode, which is what two of ours do, objects are the same byte for byte and all jobs but two in a hundred go
# that way; TREES=classic builds the trees in classic mode.  The trees are Debian source packages, kept in $XDG_CACHE_HOME/distcc-trees or /tmp/distcc-trees-UID.
# TREES=all adds those that take long, one of which needs the packages libboost-dev libgmp-dev libmpfr-dev libutfcpp-dev.
# time-limit: 1800
cache=${XDG_CACHE_HOME:+$XDG_CACHE_HOME/distcc-trees}
cache=${cache:-/tmp/distcc-trees-$(id -u)}
. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "${SRCDIR:-.}/tests/lib/daemon.sh"
DAEMON_REPLICA=yes

cpus=$(getconf _NPROCESSORS_ONLN)

# fetch PACKAGE - $cache/PACKAGE; false if it cannot be had, then the test is skipped
fetch() {
	mkdir -p "$cache" && chmod 700 "$cache"
	fetch_said=$("$SRCDIR/scripts/fetch-source" "$1" "$cache") && return 0
	skip_because "$fetch_said"
	return 1
}

three_volunteers() {
	DISTCC_HOSTS=
	for name in a b c; do
		start_distccd $name --jobs 2 || {
			fail "volunteer $name"
			return 1
		}
		DISTCC_HOSTS="$DISTCC_HOSTS $(daemon_var $name PORT)"
	done
	plain=
	[ "${TREES-}" != classic ] || plain=,plain
	DISTCC_HOSTS=$(for port in $DISTCC_HOSTS; do echo "127.0.0.1:$port/2$plain"; done)
	DISTCC_LOG=$SANDBOX/distcc.log DISTCC_JOURNAL=$SANDBOX/journal
	export DISTCC_HOSTS DISTCC_LOG DISTCC_JOURNAL
	mkdir "$SANDBOX/masq"
	for name in cc c++ gcc g++; do
		ln -s "$DISTCC" "$SANDBOX/masq/$name"
	done
}

# build NAME JOBS COMMANDS - run the shell text COMMANDS in a fresh copy of $package, the same place every time; it becomes $SANDBOX/NAME
build() {
	cp -a "$cache/$package" "$SANDBOX/tree"
	(
		cd "$SANDBOX/tree" || exit
		jobs=$2
		eval "$3"
	) >"$SANDBOX/$1.out" 2>"$SANDBOX/$1.err" </dev/null
	built=$?
	mv "$SANDBOX/tree" "$SANDBOX/$1"
	assertEquals "$1 build: $(tail -n 30 "$SANDBOX/$1.err")" 0 "$built"
	return $built
}

# compiles - what was to be compiled by distcc: a line "here REASON", "replica" or "classic" for each; preprocessing, linking and questions are none
compiles() {
	awk -F '\t' '$3 == "here" && $10 ~ /\.(c|cc|cpp|cxx|S|m)$/ && $11 !~ /preprocess|configure|it links|^-v / { print "here " $11 }' "$DISTCC_JOURNAL"
	sed -n 's/.* distributed to .* mode=replica .*/replica/p; t; s/.* distributed to .*/classic/p' "$DISTCC_LOG"
}

# all_in_replica_mode - by the client's own words, and the objects show it
all_in_replica_mode() {
	if ! grep -q 'sandbox: ' "$LOG_a"; then
		note 'no sandbox can be built here: that was classic mode'
		return 0
	fi
	compiles | sort | uniq -c | sort -rn >ways
	all=$(awk '{ n += $1 } END { print n + 0 }' ways)
	replica=$(awk '$2 == "replica" { print $1 }' ways)
	note "$package: $(sed 's/^ *//' ways | paste -sd ';' -) of $all"
	assertTrue "in replica mode: $replica of $all; $(cat ways)" "[ $((${replica:-0} * 100)) -ge $((all * 98)) ]"
	assertContains 'byte for byte' "$verdict" ' 0 differ in debug info, 0 different'
}

# compare PACKAGE COMMANDS - build it both ways; $SANDBOX/distributed is the one made by volunteers
compare() {
	package=$1
	SOURCE_DATE_EPOCH=1700000000	# for a date that gets into an object
	export SOURCE_DATE_EPOCH
	build local "$cpus" "$2" || return
	PATH=$SANDBOX/masq:$PATH
	build distributed 7 "$2" || return
	PATH=${PATH#*:}
	verdict=$("$SRCDIR/scripts/compare-objects" "$SANDBOX/local" "$SANDBOX/distributed")
	assertEquals "$verdict" 0 $?
	jobs=$(($(daemon_jobs a) + $(daemon_jobs b) + $(daemon_jobs c)))
	note "$package: $(echo "$verdict" | tail -n 1); $jobs made by volunteers"
	assertTrue "volunteers made enough: $jobs" "[ $jobs -ge $3 ]"
	[ -n "$plain" ] || all_in_replica_mode
	LC_ALL=C sort "$SANDBOX/local.err" >"$SANDBOX/local.messages"
	LC_ALL=C sort "$SANDBOX/distributed.err" >"$SANDBOX/distributed.messages"
	assertEquals 'messages' '' "$(diff "$SANDBOX/local.messages" "$SANDBOX/distributed.messages")"
}

test_lua() {
	fetch lua5.4 && three_volunteers || return 0
	compare lua5.4 'make -C src linux -j $jobs MYCFLAGS=-g' 30
	echo 'local s = 0 for i = 1, 1000 do s = s + i end print(string.format("%d", s), #("x"):rep(10))' >sum.lua
	run "$SANDBOX/distributed/src/lua" sum.lua
	assertEquals "$err" '500500	10' "$out"
}

test_zstd() {
	fetch zstd && three_volunteers || return 0
	# lua is optimised; here that would be half of the time
	compare zstd 'make -C programs zstd -j $jobs ZSTD_LEGACY_SUPPORT=0 MOREFLAGS="-g -O0"' 35
	zstd=$SANDBOX/distributed/programs/zstd
	cat "$SANDBOX"/distributed/lib/*/*.c >plain
	run "$zstd" -q -9 -k plain
	assertEquals "$err" 0 "$status"
	run "$zstd" -q -d -o again plain.zst
	assertEquals "$err" 0 "$status"
	assertTrue 'roundtrip' 'cmp plain again'
	assertTrue 'smaller' '[ $(wc -c <plain.zst) -lt $(($(wc -c <plain) / 3)) ]'
}

test_leveldb() {
	command -v cmake >/dev/null || {
		skip_because 'no cmake on this machine'
		return 0
	}
	fetch leveldb && three_volunteers || return 0
	# cmake remembers the compiler by its path: in the distributed build that of the masquerade directory
	compare leveldb 'cmake -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG="-O0 -g" -DLEVELDB_BUILD_TESTS=OFF -DLEVELDB_BUILD_BENCHMARKS=OFF -DHAVE_SNAPPY=0 . &&
		make -j $jobs' 30
	tree=$SANDBOX/distributed
	run gcc -I"$tree/include" -I"$tree" -o c_test "$tree/db/c_test.c" "$tree/libleveldb.a" -lstdc++ -lpthread
	assertEquals "$err" 0 "$status"
	TEST_TMPDIR=$PWD run ./c_test
	assertEquals "$err" 0 "$status"
	assertContains "$err" PASS
}

test_redis() {
	fetch redis && three_volunteers || return 0
	compare redis 'make -C src redis-server redis-cli -j $jobs MALLOC=libc OPTIMIZATION=-O1' 100
	redis=$SANDBOX/distributed/src
	run "$redis/redis-server" --version
	assertContains "$out" 'Redis server v='
	: >server.log
	"$redis/redis-server" --port 0 --unixsocket "$PWD/socket" --save '' >server.log 2>&1 &
	daemon_remember $!
	assertTrue "$(cat server.log)" 'poll_until "[ -S socket ]"'
	run "$redis/redis-cli" -s socket incrby answer 42
	assertEquals 42 "$out"
	"$redis/redis-cli" -s socket shutdown nosave
	wait $!
	assertEquals 0 $?
}

# Everything that needs a library of others is left out; what is generated is there before the first job.
test_git() {
	fetch git && three_volunteers || return 0
	compare git 'make -j $jobs git V=1 CFLAGS="-g -O0" NO_CURL=1 NO_OPENSSL=1 NO_EXPAT=1 NO_GETTEXT=1 NO_TCLTK=1 NO_PERL=1 NO_PYTHON=1 NO_ICONV=1' 390
	git=$SANDBOX/distributed/git
	run "$git" init -q repository
	assertEquals "$err" 0 "$status"
	echo text >repository/file
	run "$git" -C repository -c user.name=n -c user.email=e add file
	run "$git" -C repository -c user.name=n -c user.email=e commit -q -m message
	assertEquals "$err" 0 "$status"
	run "$git" -C repository log --format=%s
	assertEquals message "$out"
}

# Boost's headers name headers by macros of many kinds; a handful of sources includes most of them.
test_ledger() {
	for header in boost/version.hpp gmp.h mpfr.h utf8.h; do
		echo "#include <$header>" | g++ -E -x c++ - >/dev/null 2>&1 || {
			skip_because "no $header on this machine"
			return 0
		}
	done
	fetch ledger && three_volunteers || return 0
	compare ledger '
		sed "s/@Ledger_VERSION_MAJOR@/3/; s/@Ledger_VERSION_MINOR@/3/; s/@Ledger_VERSION_PATCH@/0/; s/@Ledger_VERSION_DATE@/0/; s/@[A-Za-z0-9_]*@/0/
			s/#cmakedefine \(HAVE_GETPW.*\|HAVE_IOCTL\|HAVE_ISATTY\)/#define \1 1/; s/#cmakedefine.*//" src/system.hh.in >src/system.hh
		make -C src -j $jobs CXXFLAGS="-g -O0 -MMD -I. -I../lib/utfcpp" amount.o balance.o commodity.o format.o generate.o history.o \
			mask.o ptree.o query.o times.o value.o xact.o' 12
}

suite() {
	suite_addTest test_lua
	suite_addTest test_zstd
	suite_addTest test_leveldb
	if [ "${TREES-}" = all ]; then
		suite_addTest test_redis
		suite_addTest test_git
		suite_addTest test_ledger
	fi
}

. "${SHUNIT2:-shunit2}"
