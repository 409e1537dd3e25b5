/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The object of an earlier compile that is still where this one's will be.  The volunteer may know it, too, and tell only what is new. */
#ifndef CLIENT_EARLIER_H
#define CLIENT_EARLIER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/digest.h"
#include "client/sign.h"

struct earlier {
	char *name;		/* absolute; NULL: there is none */
	const char *p;		/* the file, mapped: to be read under guard (base/fault.h) */
	size_t n;
	struct sign sign;	/* of the file, from before it was read */
	struct digest digest;
};

/* Look at output, seen from cwd.  False, and e is empty: there is no such file, or none that is of use. */
bool earlier_look(struct earlier *e, const char *output, const char *cwd);

/* Is it still the file that was read, and has not been written to? */
bool earlier_unchanged(const struct earlier *e);

void earlier_free(struct earlier *e);

#endif
