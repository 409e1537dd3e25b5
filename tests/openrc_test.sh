#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# init.d/distccd and conf.d/distccd under the real OpenRC: as root, in a mount namespace of its own.

# cover DIRECTORY - what is changed in it from now on is seen, and kept, in this namespace only
cover() {
	mount -t tmpfs -o mode=755 tmpfs /mnt && mkdir /mnt/new /mnt/work &&
		mount -t overlay -o "lowerdir=$1,upperdir=/mnt/new,workdir=/mnt/work" overlay "$1"
}

# why_not - why OpenRC cannot be run here; nothing if it can
why_not() {
	[ "$(id -u)" = 0 ] || echo 'only root can run OpenRC'
	[ -x /sbin/openrc-run ] && [ -x /sbin/rc-service ] || echo 'OpenRC is not installed'
	OPENRC_PROBE=y unshare -m --propagation private sh "$0" 2>/dev/null || echo 'no mount namespaces or no overlays here'
}

if [ -n "${OPENRC_PROBE-}" ]; then
	cover /etc
	exit
elif [ -z "${OPENRC_REASON+set}" ]; then
	OPENRC_REASON=$(why_not | head -n 1)
	export OPENRC_REASON
	[ -n "$OPENRC_REASON" ] || exec unshare -m --propagation private sh "$0"
fi

. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "$SRCDIR/tests/lib/daemon.sh"

# A machine with our files, a user distcc and a network, but without other services.
oneTimeSetUp() {
	[ -z "$OPENRC_REASON" ] || return 0
	mount -t tmpfs -o mode=755 tmpfs /run && cover /etc && cover /lib/rc/sbin || return 1
	# with what openrc(8) makes when a machine starts
	mkdir /run/openrc
	(cd /run/openrc && touch softlevel &&
		mkdir daemons exclusive failed hotplugged inactive init.d options scheduled started starting stopping tmp wasinactive)
	rm -rf /etc/init.d /etc/conf.d /etc/runlevels
	mkdir -p /etc/init.d /etc/conf.d /etc/runlevels/default
	printf '#!/sbin/openrc-run\ndepend() { provide net; }\nstart() { :; }\n' >/etc/init.d/loopback
	chmod 755 /etc/init.d/loopback
	sed -i '/^distcc:/d' /etc/passwd /etc/group
	echo 'distcc:x:64240:64240::/:/bin/false' >>/etc/passwd
	echo 'distcc:x:64240:' >>/etc/group
	# Debian's start-stop-daemon wants --stop where OpenRC's own needs --signal alone
	[ -x /lib/rc/sbin/start-stop-daemon ] || cat >/lib/rc/sbin/start-stop-daemon <<-'END'
		#!/bin/sh
		[ "$1" != --signal ] || set -- --stop "$@"
		exec /sbin/start-stop-daemon "$@"
	END
	chmod 755 /lib/rc/sbin/start-stop-daemon
}

setUp() {
	[ -z "$OPENRC_REASON" ] || return 0
	sandbox_new
	etc=$SANDBOX/etc
	mkdir "$etc"
	install_file distccd.initd /etc/init.d/distccd
	install_file distccd.confd /etc/conf.d/distccd
	fake_compiler gcc 'echo object >"$output"'
	allowed_compilers >"$etc/cmdlist"
	port=$(free_port)
	cat >>/etc/conf.d/distccd <<-END
		DISTCCD_OPTS="\${DISTCCD_OPTS} --port $port --listen 127.0.0.1 --allow 127.0.0.1 --config-dir $etc"
		DISTCCD_OPTS="\${DISTCCD_OPTS} --log-file /run/log --log-level info"
		export DISTCC_CMDLIST="$etc/cmdlist"
	END
	: >/run/log
	chmod 666 /run/log
}

tearDown() {
	[ -z "$OPENRC_REASON" ] || return 0
	rc stop >/dev/null 2>&1
	sandbox_end
}

# install_file SOURCE NAME
install_file() {
	sed "s|@bindir@|$BUILDDIR|g; s|@sysconfdir@|$etc|g" "$SRCDIR/integration/openrc/$1" >"$2"
	chmod 755 "$2"
}

skipped() {
	[ -z "$OPENRC_REASON" ] && return 1
	skip_because "$OPENRC_REASON"
}

rc() { rc-service --nocolor distccd "$@"; }

# start - and it must start; sets $pid
start() {
	run rc start
	assertEquals "$out$err" 0 "$status"
	pid=$(cat /run/distccd/distccd.pid)
	daemon_remember "$pid"
}

compile() {
	echo 'int x;' >x.c
	rm -f x.o
	DISTCC_HOSTS=127.0.0.1:$port DISTCC_FALLBACK=0 run "$DISTCC" gcc -c x.c -o x.o
	assertEquals "$err" 0 "$status"
	assertEquals object "$(cat x.o 2>/dev/null)"
}

# variable NAME - what the daemon has in its environment
variable() { tr '\0' '\n' <"/proc/${pid}/environ" | sed -n "s/^$1=//p"; }

test_start_and_stop() {
	skipped && return 0
	start
	assertTrue 'serves at once' 'port_listens "$port"'
	run rc status
	assertContains "$out" started
	assertTrue 'the net' 'rc-service loopback status >/dev/null'
	assertEquals 'its user' 64240 "$(stat -c %u "/proc/$pid")"
	compile

	before=$pid
	run rc restart
	assertEquals "$out$err" 0 "$status"
	pid=$(cat /run/distccd/distccd.pid)
	assertNotEquals 'the same process' "$before" "$pid"
	compile

	run rc stop
	assertEquals "$out$err" 0 "$status"
	assertFalse 'listens' 'port_listens "$port"'
	assertFalse 'pid file' '[ -e /run/distccd/distccd.pid ]'
	run rc status
	assertContains "$out" stopped
}

test_reload() {
	skipped && return 0
	start
	echo 192.0.2.0/24 >"$etc/clients.allow"
	run rc reload
	assertEquals "$out$err" 0 "$status"
	poll_until 'grep -q "read again: clients.allow" /run/log' || fail "not reloaded: $(cat /run/log)"
	assertEquals 'another process' "$pid" "$(cat /run/distccd/distccd.pid)"
	compile
}

# What hinders the daemon is seen by who starts it.
test_start_fails() {
	skipped && return 0
	echo 'DISTCCD_OPTS="${DISTCCD_OPTS} --no-such-option"' >>/etc/conf.d/distccd
	run rc start
	assertNotEquals 0 "$status"
	assertContains "$out$err" 'unknown option: --no-such-option'
	run rc status
	assertNotContains "$out" started

	sed -i '$d' /etc/conf.d/distccd
	: >"$etc/cmdlist"
	run rc start
	assertNotEquals 0 "$status"
	assertContains "$out$err" 'no compiler is allowed'
}

# Directories of LLVM are known to the profile only; what conf.d says goes before.
test_where_compilers_are() {
	skipped && return 0
	echo "export PATH='/opt/llvm:/opt/bin'" >"$etc/profile.env"
	start
	assertEquals "/opt/llvm:/opt/bin:$BUILDDIR:/usr/local/bin:/usr/bin:/bin" "$(variable DISTCCD_PATH)"
	assertEquals /tmp "$(variable TMPDIR)"
	run rc stop
	echo 'DISTCCD_PATH=/own:/usr/bin TMPDIR=/var/tmp' >>/etc/conf.d/distccd
	start
	assertEquals /own:/usr/bin "$(variable DISTCCD_PATH)"
	assertEquals /var/tmp "$(variable TMPDIR)"
}

# A second daemon beside it: a link with settings of its own.
test_two_instances() {
	skipped && return 0
	ln -s distccd /etc/init.d/distccd.two
	port2=$(free_port)
	sed "s/--port $port/--port $port2/" /etc/conf.d/distccd >/etc/conf.d/distccd.two
	start
	run rc-service distccd.two start
	assertEquals "$out$err" 0 "$status"
	daemon_remember "$(cat /run/distccd/distccd.two.pid)"
	assertTrue 'both' 'port_listens "$port" && port_listens "$port2"'
	run rc stop
	assertTrue 'the other one' 'port_listens "$port2"'
	run rc-service distccd.two stop
	assertFalse 'ended' 'port_listens "$port2"'
}

# OpenRC's own supervisor starts it again.
test_supervised() {
	skipped && return 0
	echo supervisor=supervise-daemon >>/etc/conf.d/distccd
	run rc start
	assertEquals "$out$err" 0 "$status"
	# said after it listens
	if ! poll_until 'grep -q " ready: " /run/log'; then
		fail "does not serve: $(cat /run/log)"
		return
	fi
	for pid in $(cat /run/distccd/distccd.pid) $(sed -n 's/^distccd\[\([0-9]*\)\].* ready: .*/\1/p' /run/log); do
		daemon_remember "$pid"
	done
	assertEquals 'its user' 64240 "$(stat -c %u "/proc/$pid")"
	kill -KILL "$pid"
	poll_until '[ "$(grep -c " ready: " /run/log)" = 2 ]' || fail "not started again: $(cat /run/log)"
	compile
	run rc stop
	assertEquals "$out$err" 0 "$status"
	poll_until '! port_listens "$port"' || fail 'runs on'
}

# conf.d of sys-devel/distcc-3.4 as it is, with a network of its own and the options people add.
test_settings_of_stock() {
	skipped && return 0
	cat >/etc/conf.d/distccd <<-END
		DISTCCD_OPTS=""
		DISTCCD_EXEC="$DISTCCD"
		DISTCCD_OPTS="\${DISTCCD_OPTS} --port $port"
		DISTCCD_OPTS="\${DISTCCD_OPTS} --log-level critical"
		DISTCCD_OPTS="\${DISTCCD_OPTS} --allow 192.168.0.0/24 --allow 127.0.0.1"
		DISTCCD_OPTS="\${DISTCCD_OPTS} --listen 127.0.0.1"
		DISTCCD_OPTS="\${DISTCCD_OPTS} -N 15"
		export DISTCC_CMDLIST="$etc/cmdlist"
	END
	start
	compile
	run rc stop
	assertEquals "$out$err" 0 "$status"
}

. "${SHUNIT2:-shunit2}"
