#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# time-limit: 400
# Every command line in replica mode: see tests/lib/identity.sh.

. "${SRCDIR:-.}/tests/lib/sandbox.sh"
. "${SRCDIR:-.}/tests/lib/daemon.sh"

DAEMON_REPLICA=yes
. "${SRCDIR:-.}/tests/lib/identity.sh"

test_every_command_line() { every_command_line replica 85; }

. "${SHUNIT2:-shunit2}"
