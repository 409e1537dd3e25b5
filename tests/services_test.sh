#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The files for service managers and their like (integration/), with the programs that read them.

. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "$SRCDIR/tests/lib/daemon.sh"

setUp() {
	sandbox_new
	sed_services "$SANDBOX/s" "$BUILDDIR" /etc
}

# sed_services DIR BINDIR SYSCONFDIR - all of them in DIR, as make writes them
sed_services() {
	for f in openrc/distccd.initd openrc/distccd.confd systemd/distccd.service systemd/distccd.socket systemd/distccd.service.conf \
		xinetd/distcc logrotate/distcc env.d/02distcc tmpfiles.d/distcc.conf sysusers.d/distcc.conf etc/hosts etc/clients.allow \
		etc/commands.allow; do
		mkdir -p "$1/${f%/*}"
		sed "s|@bindir@|$2|g; s|@sysconfdir@|$3|g; s|@pkglibdir@|/usr/lib/distcc|g" "$SRCDIR/integration/$f" >"$1/$f"
	done
}

# lacks PROGRAM - then the test is skipped
lacks() {
	command -v "$1" >/dev/null && return 1
	skip_because "there is no $1"
}

# --------------------------------------------------------------------- systemd

test_units_are_right() {
	lacks systemd-analyze && return 0
	cd "$SANDBOX/s/systemd" || return
	run systemd-analyze verify --man=no --recursive-errors=no ./distccd.service ./distccd.socket
	assertEquals "$out$err" 0 "$status"
	assertEquals '' "$out$err"
}

# As hard as the sandbox of jobs allows; systemd-analyze counts from 0 (hard) to 10, tenths here.
test_unit_is_hardened() {
	lacks systemd-analyze && return 0
	systemd-analyze security --help | grep -q -e --offline || {
		skip_because 'systemd-analyze cannot judge a file'
		return 0
	}
	run systemd-analyze security --offline=true --threshold=40 "$SANDBOX/s/systemd/distccd.service"
	assertEquals "$out$err" 0 "$status"
}

# exec_start VARIABLE=VALUE... - the command of the unit becomes $command, variables put in as systemd does it
exec_start() {
	command=$(
		for v in ALLOWED_SERVERS=127.0.0.1 DISTCCD_OPTS= "$@"; do
			export "${v%%=*}=${v#*=}"
		done
		eval "echo $(sed -n 's/^ExecStart=//p' "$SANDBOX/s/systemd/distccd.service")"
	)
}

# The drop-in of sys-devel/distcc-3.4 sets ALLOWED_SERVERS only.
test_unit_command() {
	assertEquals 'ALLOWED_SERVERS=127.0.0.1' "$(sed -n 's/^Environment=\(ALLOWED.*\)/\1/p' "$SANDBOX/s/systemd/distccd.service")"
	for allowed in 127.0.0.1 '10.0.0.0/8 --allow 2001:db8::/32'; do
		exec_start "ALLOWED_SERVERS=$allowed" 'DISTCCD_OPTS=--jobs 18 --log-level info'
		assertEquals "$BUILDDIR/distccd --daemon --no-detach --port 3632 -N 15 --allow $allowed --jobs 18 --log-level info" "$command"
		# shellcheck disable=SC2086 # words
		run $command --help
		assertEquals "$err" 0 "$status"
	done
}

# The template of the drop-in changes nothing by itself.
test_unit_settings() {
	assertEquals 'Environment="ALLOWED_SERVERS=127.0.0.1"' "$(grep -v '^#' "$SANDBOX/s/systemd/distccd.service.conf" | grep '=')"
	lacks systemd-analyze && return 0
	cd "$SANDBOX/s/systemd" || return
	mkdir distccd.service.d
	sed 's/^#Env/Env/' distccd.service.conf >distccd.service.d/00gentoo.conf
	run systemd-analyze verify --man=no --recursive-errors=no ./distccd.service
	assertEquals "$out$err" '0 ' "$status $out$err"
}

test_tmpfiles() {
	lacks systemd-tmpfiles && return 0
	mkdir -p "$SANDBOX/root/etc" "$SANDBOX/root/tmp/distccd_abcdef"
	echo "distcc:x:$(id -u):$(id -g)::/:/bin/false" >"$SANDBOX/root/etc/passwd"
	echo "distcc:x:$(id -g):" >"$SANDBOX/root/etc/group"
	run systemd-tmpfiles --root="$SANDBOX/root" --create "$SANDBOX/s/tmpfiles.d/distcc.conf"
	assertEquals "$out$err" 0 "$status"
	assertEquals "755 $(id -u)" "$(stat -c '%a %u' "$SANDBOX/root/run/distccd")"
	assertTrue 'only when the machine starts' '[ -d "$SANDBOX/root/tmp/distccd_abcdef" ]'
	run systemd-tmpfiles --root="$SANDBOX/root" --create --remove --boot "$SANDBOX/s/tmpfiles.d/distcc.conf"
	assertEquals "$out$err" 0 "$status"
	assertFalse 'job directories' '[ -e "$SANDBOX/root/tmp/distccd_abcdef" ]'
}

test_sysusers() {
	lacks systemd-sysusers && return 0
	[ "$(id -u)" = 0 ] || {
		skip_because 'only root can make users'
		return 0
	}
	mkdir -p "$SANDBOX/root/etc"
	run systemd-sysusers --root="$SANDBOX/root" "$SANDBOX/s/sysusers.d/distcc.conf"
	assertEquals "$out$err" 0 "$status"
	assertTrue "$(cat "$SANDBOX/root/etc/passwd")" 'grep -q "^distcc:.*:/.*:.*nologin$" "$SANDBOX/root/etc/passwd"'
}

# --------------------------------------------------------------------- OpenRC

# What stock's conf.d says, word for word: what somebody has written against it goes on working.
test_confd_says_what_stock_says() {
	say=$(. "$SANDBOX/s/openrc/distccd.confd" && echo "$DISTCCD_EXEC $DISTCCD_OPTS${DISTCCD_PATH-}")
	assertEquals "$BUILDDIR/distccd  --port 3632 --log-level critical --allow 192.168.0.0/24 -N 15" "$say"
	# shellcheck disable=SC2086 # words
	run $say --help
	assertEquals "$err" 0 "$status"
}

# --------------------------------------------------------------------- others

test_logrotate() {
	logrotate=$(PATH=$PATH:/usr/sbin:/sbin command -v logrotate) || {
		skip_because 'there is no logrotate'
		return 0
	}
	# whichever manager runs here, none is asked
	for p in rc-service systemctl; do
		printf '#!/bin/sh\necho "%s $*" >>"%s/reloaded"\n' "$p" "$SANDBOX" >"$SANDBOX/bin/$p"
		chmod 755 "$SANDBOX/bin/$p"
	done
	mkdir -m 755 logs
	echo old >logs/distccd.log
	sed "s|/var/log|$PWD/logs|; s|distcc distcc|$(id -un) $(id -gn)|" "$SANDBOX/s/logrotate/distcc" >rotate.conf
	chmod 644 rotate.conf
	run "$logrotate" --force --state "$PWD/state" rotate.conf
	assertEquals "$out$err" 0 "$status"
	assertEquals old "$(cat logs/distccd.log.1)"
	assertEquals '644 0' "$(stat -c '%a %s' logs/distccd.log)"
	assertEquals 1 "$(grep -cE '^(systemctl .*reload.* distccd.service|rc-service .*distccd reload)$' "$SANDBOX/reloaded")"
}

# A job by way of the real xinetd, which wants to be root.
test_xinetd() {
	xinetd=$(PATH=$PATH:/usr/sbin:/sbin command -v xinetd) || {
		skip_because 'there is no xinetd'
		return 0
	}
	[ "$(id -u)" = 0 ] || {
		skip_because 'only root can run xinetd'
		return 0
	}
	fake_compiler gcc 'id -u >"'"$SANDBOX"'/tmp/uid"; echo object >"$output"'
	allowed_compilers >"$SANDBOX/list"
	port=$(free_port)
	{
		printf 'defaults\n{\n}\n'
		sed "s|\(disable.*= \)yes|\1no|; s|\(port.*= \)3632|\1$port|; s|\(user.*= \)distcc|\1nobody|
			/server_args/s|\$| --config-dir $SANDBOX/none --writable $SANDBOX/tmp|
			/only_from/a env = DISTCC_CMDLIST=$SANDBOX/list TMPDIR=$SANDBOX/tmp PATH=/usr/bin:/bin" "$SANDBOX/s/xinetd/distcc"
	} >xinetd.conf
	"$xinetd" -dontfork -filelog "$PWD/xinetd.log" -f xinetd.conf >xinetd.out 2>&1 </dev/null &
	xinetd_pid=$!
	daemon_remember "$xinetd_pid"
	poll_until 'port_listens "$port"' || fail "xinetd: $(cat xinetd.out xinetd.log)"
	echo 'int x;' >x.c
	DISTCC_HOSTS=127.0.0.1:$port DISTCC_FALLBACK=0 run "$DISTCC" gcc -c x.c -o x.o
	assertEquals "$err" 0 "$status"
	assertEquals object "$(cat x.o)"
	assertEquals "$(id -u nobody)" "$(cat "$SANDBOX/tmp/uid")"
	assertNotContains "$(cat xinetd.log)" ERROR:
	kill -TERM "$xinetd_pid"
	wait "$xinetd_pid"
}

# All of it can be switched on; as it is delivered, it sets nothing, since /etc/distcc belongs to the administrator.  But for
# what keeps ccache from handing out old objects.
test_examples_set_nothing() {
	for f in env.d/02distcc etc/hosts etc/clients.allow etc/commands.allow; do
		assertEquals "$f" '' "$(grep -vE '^#|^CCACHE_COMPILERCHECK="/[^ "]*/distcc-chain --identity %compiler%"$' "$SANDBOX/s/$f")"
	done
	mkdir -p "$SANDBOX/root/etc/env.d"
	cp "$SANDBOX/s/env.d/02distcc" "$SANDBOX/root/etc/env.d"
	sed 's/^#\([A-Z]\)/\1/' "$SANDBOX/s/env.d/02distcc" >all
	(. ./all) || fail 'not for a shell'
	assertEquals 6 "$(grep -c '^[A-Z_]*="[a-z0-9]*"$' all)"
}

# Examples in comments are understood by the programs that read the files.
test_examples_are_right() {
	fake_compiler gcc
	allowed_compilers >"$SANDBOX/list"
	mkdir etc
	sed -n 's/^#\t\([^\t]*\).*/\1/p' "$SANDBOX/s/etc/hosts" >"$DISTCC_DIR/hosts"
	assertEquals 5 "$(wc -l <"$DISTCC_DIR/hosts")"
	# but for +zeroconf, without the program that finds them
	run env DISTCC_ZEROCONF=/nowhere "$DISTCC" --show-hosts
	assertEquals "$err" 0 "$status"
	assertEquals 4 "$(printf '%s\n' "$out" | wc -l)"
	sed -n 's/^#\t//p' "$SANDBOX/s/etc/clients.allow" >etc/clients.allow
	assertEquals 2 "$(wc -l <etc/clients.allow)"
	DAEMON_ENV= start_distccd a --config-dir "$PWD/etc" || fail 'does not start'
	assertNotContains "$(cat "$LOG_a")" 'is no address'
}

# --------------------------------------------------------------------- make install

# installed - the files below $PWD/image, with modes
installed() { (cd image && find . ! -type d -printf '%m %P\n' | LC_ALL=C sort -k 2); }

test_make_install_services() {
	mkdir build && cd build || return
	run "$SRCDIR/configure" --prefix=/usr --with-services=openrc,env.d --with-systemdsystemunitdir=/lib/systemd/system --without-lzo
	assertEquals "$err" 0 "$status"
	run make install-services DESTDIR="$PWD/image"
	assertEquals "$err" 0 "$status"
	assertEquals '644 etc/conf.d/distccd
644 etc/distcc/clients.allow
644 etc/distcc/commands.allow
644 etc/distcc/hosts
644 etc/env.d/02distcc
755 etc/init.d/distccd
644 lib/systemd/system/distccd.service
644 lib/systemd/system/distccd.socket' "$(installed)"
	assertEquals 'no names left over' '' "$(grep -rE '@[a-z]+@' image)"
	assertEquals 'DISTCCD_EXEC="/usr/bin/distccd"' "$(grep EXEC image/etc/conf.d/distccd)"

	echo bigbox >image/etc/distcc/hosts
	echo '# mine' >>image/etc/conf.d/distccd
	echo old >image/etc/init.d/distccd
	run make install-services DESTDIR="$PWD/image"
	assertEquals 'settings stay' bigbox "$(cat image/etc/distcc/hosts)"
	assertEquals '# mine' "$(tail -n 1 image/etc/conf.d/distccd)"
	assertNotEquals 'programs do not' old "$(cat image/etc/init.d/distccd)"
	run make uninstall DESTDIR="$PWD/image"
	assertEquals "$err" 0 "$status"
	assertEquals '644 etc/conf.d/distccd
644 etc/distcc/hosts' "$(installed)"

	# it is compiled into the programs
	run make install-services prefix="$PWD/elsewhere"
	assertEquals 2 "$status"
	assertContains "$err" "./configure --prefix=$PWD/elsewhere, or DESTDIR"
	assertFalse '[ -e elsewhere ]'

	for bad in --with-services=systemd,sysv --with-systemdsystemunitdir=lib; do
		run "$SRCDIR/configure" "$bad"
		assertEquals "$bad" 1 "$status"
		assertContains "$err" "${bad%%=*}"
	done
}

. "${SHUNIT2:-shunit2}"
