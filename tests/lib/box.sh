# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# For the suites of the volunteer's sandbox: drive it without a daemon.  Source it after sandbox.sh.
#
#	oneTimeSetUp() { box_build && box_probe; }
#	setUp() { sandbox_new; box_new; }
#	box -p 8 -- forkbomb		# the hostile program; sets $status, $out, $err as run does
#	box_end
#
# As root, the sandbox is run by nobody, as a daemon would.

BOX=$SANDBOX_TOP/box.$$

# box_build - compile the driver and the hostile program; removed by box_remove
box_build() {
	mkdir -p "$BOX" || return 1
	# shellcheck disable=SC2016 # for make
	box_link=$(make -s --no-print-directory -C "$BUILDDIR" \
		--eval='box-link: ; @echo "$(filter-out -MMD -MP,$(COMPILE)) $(filter-out $(CC),$(LINK))"' box-link)
	# shellcheck disable=SC2016
	box_libs=$(make -s --no-print-directory -C "$BUILDDIR" --eval='box-libs: ; @echo "$(call archives,all) $(ALL_LIBS)"' box-libs)
	# shellcheck disable=SC2086 # words
	(cd "$BUILDDIR" && $box_link -o "$BOX/sandboxtool" "$SRCDIR/tests/lib/sandboxtool.c" $box_libs) || return 1
	cc -O1 -o "$BOX/hostile" "$SRCDIR/tests/lib/hostile.c" || return 1
	chmod -R a+rX "$BOX"
}

box_remove() {
	rm -rf "$BOX"
}

# box_own FILE... - give them to whom the sandbox runs as
box_own() {
	[ "$(id -u)" -ne 0 ] || chown -R "nobody:$(id -gn nobody)" "$@"
}

# box_probe - find out, once, whether this machine allows a sandbox: $box_why is empty, or says why not
box_probe() {
	mkdir "$BOX/probe" && box_own "$BOX/probe"
	box_why=
	box_line=$("$BOX/sandboxtool" probe "$BOX/probe") || box_why=$box_line
}

# box_skip - true, and says so, when it does not
box_skip() {
	[ -n "$box_why" ] || return 1
	skip_because "no sandbox here: $box_why"
}

# box_new - a tool root that holds the hostile program, and a job's tree with the directory /work
box_new() {
	mkdir -p "$SANDBOX/root" "$SANDBOX/pool" "$SANDBOX/tree/work" || return 1
	box_own "$SANDBOX/root" "$SANDBOX/pool" "$SANDBOX/tree"
	"$BOX/sandboxtool" fill "$SANDBOX/root" "$SANDBOX/pool" "$BOX/hostile" >"$SANDBOX/list"
}

# box [OPTION...] -- WHAT [ARG...] - run the hostile program in it; its output is in $out, then how it ended, then what it has left
box() {
	box_options=
	while [ "$1" != -- ]; do
		box_options="$box_options $1"
		shift
	done
	shift
	# shellcheck disable=SC2086 # words
	run "$BOX/sandboxtool" $box_options run "$SANDBOX/root" "$SANDBOX/tree" /work -- "$BOX/hostile" "$BOX_NAME" "$@"
}
# argv[0], to find the processes of this suite
BOX_NAME=hostile.$$

# box_processes - how many processes of the hostile program there are
box_processes() {
	cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' '\n' | grep -c "^$BOX_NAME\$"
}
