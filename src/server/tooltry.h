/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a tool root is complete: compile something in it. */
#ifndef SERVER_TOOLTRY_H
#define SERVER_TOOLTRY_H

#include <stdbool.h>

#include "server/sandbox.h"

struct tooltry {
	const struct sandbox_caps *caps;
	const char *path;	/* the driver, inside */
	const char *search;	/* PATH inside */
};

/* For toolroots_build; arg is a struct tooltry.  Signals must have been set up (jobsig_init).  False: *why (the caller frees). */
bool tooltry_works(void *arg, const char *root, char **why);

#endif
