# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# For the suites: two machines, "here" and "there", on a network of their own, each with a system bus and an Avahi daemon.
# They are namespaces: nothing of them is seen outside, and all of it ends with the suite.
#
#	lan_enter "$0" "$@"		# before anything else: runs the suite again inside; returns there, or with $lan_why
#	lan_start			# false without namespaces, D-Bus or Avahi: $lan_why says which
#	there COMMAND...		# run it on the other machine
#	avahi_stop here; avahi_start here
#
# Both have the same files, but a /run of their own.  Addresses: 10.9.0.1 and 10.9.0.2.

# lan_jail - how to run a command in such namespaces: as root, or with root's rights over them; false if there is none
lan_jail() {
	for lan_way in 'unshare -nmpf --kill-child --mount-proc' 'unshare -Ucnmpf --keep-caps --kill-child --mount-proc'; do
		if $lan_way sh -c 'mount -t tmpfs none /run && ip link add lan0 type veth peer name lan1' 2>/dev/null; then
			echo "$lan_way"
			return 0
		fi
	done
	return 1
}

# lan_enter SUITE [ARGUMENT...]
lan_enter() {
	[ -z "${LAN_INSIDE-}" ] || return 0
	lan_way=$(lan_jail) || { lan_why='no network and mount namespaces here'; return 0; }
	LAN_INSIDE=yes
	export LAN_INSIDE
	# shellcheck disable=SC2086 # words
	exec $lan_way sh "$@"
}

# lan_start - set the two machines up; once
lan_start() {
	[ -z "${lan_why-}" ] || return 1
	for lan_program in dbus-daemon avahi-daemon; do
		command -v "$lan_program" >/dev/null || { lan_why="no $lan_program on this machine"; return 1; }
	done
	LAN=$(mktemp -d "$SANDBOX_TOP/lan.XXXXXX") || return 1
	chmod 755 "$LAN"
	lan_bus_config >"$LAN/bus.conf"
	# Avahi wants a directory of its user, which is to be us
	for lan_file in passwd group; do
		{ lan_account $lan_file; grep -v '^avahi:' "/etc/$lan_file"; } >"$LAN/$lan_file"
	done
	mount -t tmpfs -o mode=755 none /run
	unshare -nm sh -c 'mount -t tmpfs -o mode=755 none /run && echo $$ >"$1" && exec sleep 1000000' sh "$LAN/there.pid" &
	poll_until '[ -s "$LAN/there.pid" ]' || { lan_why='the second machine did not start'; return 1; }
	LAN_THERE=$(cat "$LAN/there.pid")
	if ! { ip link add lan0 type veth peer name lan1 netns "$LAN_THERE" && lan_up here lan0 10.9.0.1 && lan_up there lan1 10.9.0.2; }; then
		lan_why='the network could not be made'
		return 1
	fi
	bus_start here && bus_start there && avahi_start here && avahi_start there
}

lan_end() {
	[ -z "${LAN-}" ] || rm -rf "$LAN"
}

here() { "$@"; }
there() { nsenter -t "$LAN_THERE" -n -m "$@"; }

# lan_exec MACHINE COMMAND... - the same in the place of this shell, so that $! is the command's
lan_exec() {
	lan_machine=$1
	shift
	case $lan_machine in
	here) exec "$@" ;;
	there) exec nsenter -t "$LAN_THERE" -n -m "$@" ;;
	esac
}

# lan_up MACHINE INTERFACE ADDRESS
lan_up() {
	"$1" ip link set lo up && "$1" ip link set "$2" up && "$1" ip addr add "$3/24" dev "$2"
}

# lan_bus_config - a system bus for whoever runs the suite
lan_bus_config() {
	cat <<-END
		<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
		 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
		<busconfig>
		<listen>unix:path=/run/dbus/system_bus_socket</listen>
		<auth>EXTERNAL</auth>
		<policy context="default">
		<allow user="*"/><allow own="*"/><allow send_type="*"/><allow receive_type="*"/><allow send_destination="*"/>
		</policy>
		</busconfig>
	END
}

# bus_start MACHINE
bus_start() {
	lan_machine=$1
	"$1" sh -c 'mkdir -p /run/dbus /run/avahi-daemon && chmod 755 /run/dbus'
	lan_exec "$1" dbus-daemon --config-file="$LAN/bus.conf" --nofork --nopidfile >"$LAN/bus.$1.log" 2>&1 &
	poll_until '"$lan_machine" test -S /run/dbus/system_bus_socket' || { lan_why="no bus: $(cat "$LAN/bus.$1.log")"; return 1; }
}

# lan_account passwd|group - a line that makes user or group avahi ours
lan_account() {
	case $1 in
	passwd) echo "avahi:x:$(id -u):$(id -g)::/:/bin/false" ;;
	group) echo "avahi:x:$(id -g):" ;;
	esac
}

# avahi_start MACHINE - with IPv4 alone, since which protocol is seen first is left to chance; LAN_FAMILY=6: with IPv6 alone
avahi_start() {
	lan_log=$LAN/avahi.$1.log
	cat >"$LAN/avahi.$1.conf" <<-END
		[server]
		host-name=$1
		use-ipv4=$([ "${LAN_FAMILY-4}" = 6 ] && echo no || echo yes)
		use-ipv6=$([ "${LAN_FAMILY-4}" = 6 ] && echo yes || echo no)
		[publish]
		publish-hinfo=no
		publish-workstation=no
	END
	# what an earlier one has said is not this one's
	rm -f "$lan_log"
	# shellcheck disable=SC2016 # for that shell
	lan_exec "$1" unshare -m sh -c 'mount --bind "$1/passwd" /etc/passwd && mount --bind "$1/group" /etc/group && shift && exec "$@"' \
		sh "$LAN" avahi-daemon --file="$LAN/avahi.$1.conf" --no-drop-root --no-chroot --no-rlimits >"$lan_log" 2>&1 &
	eval "avahi_$1=\$!"
	poll_until 'grep -qs "Server startup complete" "$lan_log"' || { lan_why="no Avahi: $(cat "$lan_log")"; return 1; }
}

# avahi_stop MACHINE [SIGNAL] - with KILL it cannot say goodbye
avahi_stop() {
	eval "avahi_pid=\$avahi_$1"
	kill -"${2-TERM}" "$avahi_pid" 2>/dev/null
	wait "$avahi_pid" 2>/dev/null
}
