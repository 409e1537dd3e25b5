# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# For the suites: daemons on loopback.  Source it after sandbox.sh; sandbox_end stops them.
#
#	start_distccd a --jobs 2
#	DISTCC_HOSTS=$(host_of a) run "$DISTCC" gcc -c x.c
#	assertEquals 1 "$(daemon_jobs a)"

daemon_names=

# free_port - a TCP port nobody listens on; below the range of outgoing connections.  It is this suite's until that has ended: no
# other suite on this machine gets it, which would otherwise find our daemon where it expects its own, or nobody.
free_port() {
	port_claims=${TESTS_PORTS:-/tmp/distcc-tests.ports}
	while :; do
		[ -d "$port_claims" ] || mkdir -m 1777 "$port_claims" 2>/dev/null
		port_try=$((10000 + $(od -An -N 2 -t u2 /dev/urandom) % 20000))
		# links are made by one only; tests/run removes those of processes that are no more
		ln -s "pid.$$" "$port_claims/$port_try" 2>/dev/null || [ ! -h "$port_claims/$port_try" ] || continue
		port_listens "$port_try" || break
	done
	echo "$port_try"
}

# port_listens PORT - somebody listens there
port_listens() {
	grep -q "^ *[0-9]*: [0-9A-F]*:$(printf %04X "$1") [0-9A-F]*:0000 0A " /proc/net/tcp /proc/net/tcp6 2>/dev/null
}

# process_listens PID PORT - that process does, and not a program that we know nothing of
process_listens() {
	port_listens "$2" || return 1
	port_sockets=$(awk -v port="$(printf ':%04X' "$2")" '$4 == "0A" && substr($2, length($2) - 4) == port { print "socket:[" $10 "]" }' \
		/proc/net/tcp /proc/net/tcp6 2>/dev/null)
	# shellcheck disable=SC2010 # where they lead is asked, not their names
	[ -n "$port_sockets" ] && ls -l "/proc/$1/fd" 2>/dev/null | grep -qF "$port_sockets"
}

# have_ipv6 - ::1 can be used
have_ipv6() {
	grep -q '^0\{31\}1 ' /proc/net/if_inet6 2>/dev/null
}

# stock_program NAME - the path of the distribution's distcc, distccd...; false if it is not installed (or is ours)
stock_program() {
	[ -x "/usr/bin/$1" ] || return 1
	"/usr/bin/$1" --version 2>/dev/null | head -n 1 | grep -q '^[a-z]* 3\.' || return 1
	echo "/usr/bin/$1"
}

# allowed_compilers - the compilers that daemons of tests may run, one path a line: those of $ALLOW_ALSO, fake ones, the system's
allowed_compilers() {
	for allowed_file in ${ALLOW_ALSO-}; do
		echo "$allowed_file"
	done
	for allowed_file in "$SANDBOX"/bin/*; do
		[ -x "$allowed_file" ] && echo "$allowed_file"
	done
	for allowed_file in /usr/bin/cc /usr/bin/c++ /usr/bin/gcc /usr/bin/g++ /usr/bin/gcc-[0-9]* /usr/bin/g++-[0-9]* \
		/usr/bin/clang /usr/bin/clang++ /usr/bin/clang-[0-9]* /usr/bin/clang++-[0-9]* \
		/usr/bin/*-linux-gnu-gcc /usr/bin/*-linux-gnu-g++ /usr/bin/*-linux-gnu-gcc-[0-9]* /usr/bin/*-linux-gnu-g++-[0-9]*; do
		[ -x "$allowed_file" ] && echo "$allowed_file"
	done
	return 0
}

# start_distccd NAME [OPTION...] - our daemon in the foreground of a background job, on 127.0.0.1 unless an
# option --listen says otherwise.  Sets PORT_NAME, PID_NAME, LOG_NAME (its log), TMP_NAME (its
# TMPDIR), CACHE_NAME (its --cache-dir unless an option says otherwise), ETC_NAME (its --config-dir, where clients.allow and commands.allow may be put before).  DAEMON_ENV: options and
# assignments for env(1), such as "-u DISTCC_CMDLIST X=y".  It serves classic mode alone unless DAEMON_REPLICA is set.  False (and the log on stdout) if it does not start.
start_distccd() {
	start_name=$1
	shift
	eval "ETC_$start_name=\$SANDBOX/daemon.\$start_name/etc"
	mkdir -p "$SANDBOX/daemon.$start_name/etc"
	case " $* " in
	*' --config-dir'*) ;;
	*) set -- --config-dir "$SANDBOX/daemon.$start_name/etc" "$@" ;;
	esac
	eval "CACHE_$start_name=\$SANDBOX/daemon.\$start_name/cache"
	case " $* " in
	*' --cache-dir'*) ;;
	*) set -- --cache-dir "$SANDBOX/daemon.$start_name/cache" "$@" ;;
	esac
	# building tool roots takes seconds: only where replica mode is what is tested
	case " $* " in
	*' --no-replica '*) ;;
	*) [ -n "${DAEMON_REPLICA-}" ] || set -- --no-replica "$@" ;;
	esac
	daemon_start "$start_name" "$DISTCCD" "$@"
}

# start_stock_distccd NAME [OPTION...] - the same with the distribution's daemon
start_stock_distccd() {
	start_name=$1
	shift
	start_program=$(stock_program distccd) || return 1
	daemon_start "$start_name" "$start_program" --allow 127.0.0.1 --allow ::1 "$@"
}

daemon_start() {
	daemon_name=$1
	daemon_program=$2
	shift 2
	daemon_dir=$SANDBOX/daemon.$daemon_name
	daemon_log=$daemon_dir/log
	mkdir -p "$daemon_dir/tmp"
	chmod 755 "$daemon_dir"
	chmod 1777 "$daemon_dir/tmp"
	allowed_compilers >"$daemon_dir/compilers"
	case " $* " in
	*' --listen'*) ;;
	*) set -- --listen 127.0.0.1 "$@" ;;
	esac
	for _ in 1 2 3 4 5; do
		daemon_port=$(free_port)
		: >"$daemon_log"
		chmod 666 "$daemon_log"
		# shellcheck disable=SC2086 # words
		env PATH="${PATH#"$SANDBOX/bin:"}" TMPDIR="$daemon_dir/tmp" DISTCC_CMDLIST="$daemon_dir/compilers" \
			env ${DAEMON_ENV-} "$daemon_program" --daemon --no-detach --port "$daemon_port" --log-file "$daemon_log" --log-level info "$@" \
			</dev/null >"$daemon_dir/stdout" 2>&1 &
		daemon_pid=$!
		daemon_remember "$daemon_pid"
		poll_until 'process_listens "$daemon_pid" "$daemon_port" || ! kill -0 "$daemon_pid" 2>/dev/null' 20
		if process_listens "$daemon_pid" "$daemon_port"; then
			daemon_names="$daemon_names $daemon_name"
			eval "PORT_$daemon_name=\$daemon_port PID_$daemon_name=\$daemon_pid LOG_$daemon_name=\$daemon_log TMP_$daemon_name=\$daemon_dir/tmp"
			return 0
		fi
		wait "$daemon_pid"
		[ $? -eq 102 ] || break	# 102: the port was taken meanwhile
	done
	echo "$daemon_program did not start:"
	cat "$daemon_dir/stdout" "$daemon_log"
	return 1
}

# daemon_remember PID - so that tests/run can end it should this suite be killed
daemon_remember() {
	[ -n "${TESTS_PIDS-}" ] && [ -e "/proc/${1:-none}/stat" ] || return 0
	echo "$1 $(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20)" >>"$TESTS_PIDS"
}

# daemon_var NAME WHAT - value of PORT_NAME, LOG_NAME...
daemon_var() {
	eval "echo \"\${$2_$1}\""
}

# host_of NAME [OPTIONS] - its word for a host list: 127.0.0.1:PORT/4[OPTIONS]
host_of() {
	echo "127.0.0.1:$(daemon_var "$1" PORT)/4${2-}"
}

# stop_daemon NAME - SIGTERM, and wait until it has gone; SIGKILL after 40 s.  Its exit status.
stop_daemon() {
	stop_pid=$(daemon_var "$1" PID)
	[ -n "$stop_pid" ] || return 0
	kill -TERM "$stop_pid" 2>/dev/null
	poll_until '! kill -0 "$stop_pid" 2>/dev/null || grep -q "^[0-9]* (.*) Z" "/proc/$stop_pid/stat" 2>/dev/null' 40 ||
		kill -KILL "$stop_pid" 2>/dev/null
	eval "PID_$1="
	wait "$stop_pid" 2>/dev/null
}

# daemons_stop - all of them
daemons_stop() {
	for stop_name in $daemon_names; do
		stop_daemon "$stop_name"
	done
	daemon_names=
}

# daemon_jobs NAME [OUTCOME] - how many jobs its log shows with COMPILE_OK (or another outcome)
daemon_jobs() {
	grep -c " ${2:-COMPILE_OK} " "$(daemon_var "$1" LOG)"
}

# assert_jobs NAME NUMBER - it has done so many jobs.  For stock's, which notes one after it has answered.
assert_jobs() {
	jobs_of=$1
	jobs_wanted=$2
	poll_until '[ "$(daemon_jobs "$jobs_of")" -ge "$jobs_wanted" ]'
	assertEquals "$(cat "$(daemon_var "$1" LOG)")" "$2" "$(daemon_jobs "$1")"
}
