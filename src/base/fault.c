/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/fault.h"

#include <stdbool.h>
#include <stddef.h>

sigjmp_buf fault_return;
volatile sig_atomic_t fault_guarded;
static struct sigaction old_segv, old_bus;

static void
on_fault(int sig)
{
	if (fault_guarded)
		siglongjmp(fault_return, 1);
	/* not ours: as if we had never been here */
	sigaction(SIGSEGV, &old_segv, NULL);
	sigaction(SIGBUS, &old_bus, NULL);
	raise(sig);
}

void
fault_watch(void)
{
	static bool done;
	struct sigaction sa = {.sa_handler = on_fault, .sa_flags = SA_NODEFER};

	if (done)
		return;
	done = true;
	sigemptyset(&sa.sa_mask);
	sigaction(SIGSEGV, &sa, &old_segv);
	sigaction(SIGBUS, &sa, &old_bus);
}
