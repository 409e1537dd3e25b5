/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/local.h"

#include <errno.h>
#include <unistd.h>

#include "base/exitcode.h"
#include "base/log.h"
#include "client/child.h"
#include "client/state.h"

static int
cannot_run(const struct ccname *cc)
{
	log_err("cannot run the compiler %s", cc->path);
	return EXIT_COMPILER_MISSING;
}

int
local_exec(const struct ccname *cc, char *const *argv)
{
	child_default_signals();
	execv(cc->path, argv);
	return cannot_run(cc);
}

static void
blocked(void *arg)
{
	(void)arg;
	state_phase(STATE_BLOCKED);
}

int
local_run(const struct conf *conf, const struct ccname *cc, char *const *argv, int count, const struct slot *held)
{
	struct proc_io io = {PROC_INHERIT, PROC_INHERIT, PROC_INHERIT, .keep_fds = true};
	struct slot slot = SLOT_NONE;
	int status;
	pid_t pid;

	state_host("localhost", held != NULL ? held->number : 0);
	if (held == NULL) {
		slots_take_local(conf->lock_dir, QUEUE_LOCAL, count, blocked, NULL, &slot);
		state_host("localhost", slot.number);
	}
	state_phase(STATE_COMPILE);
	pid = child_spawn(cc->path, argv, &io);
	if (pid == -1) {
		slots_release(&slot);
		return cannot_run(cc);
	}
	if (child_wait(pid, &status, NULL) == -1) {
		log_err("lost sight of the compiler");
		status = EXIT_DISTCC_FAILED << 8;
	}
	slots_release(&slot);
	return proc_exit_code(status);
}
