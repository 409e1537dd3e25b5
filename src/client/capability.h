/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What volunteers are known to speak, as files in DISTCC_DIR/lock whose time stamps count: speaks4_HOST, classic_HOST (a stock daemon, or one
 * that cannot or will not do replica jobs), foreign_HOST_TOOLCHAIN (it has no such compiler), suspect_HOST_TOOLCHAIN (it failed
 * there, not here).  A host nobody knows is asked by protocol 4 first.
 */
#ifndef CLIENT_CAPABILITY_H
#define CLIENT_CAPABILITY_H

#include <stdbool.h>

#include "base/digest.h"
#include "client/hostspec.h"

#define CAPABILITY_CLASSIC_S 3600	/* so long a host that does not speak protocol 4 is not asked again */
#define CAPABILITY_FOREIGN_S 600	/* and one without that compiler */
#define CAPABILITY_SUSPECT_S 60		/* and one where it failed but once, perhaps for want of something that comes back */

/*
 * May a replica job of some compiler be tried there?  Costs little, so ask it before anything is prepared for one.  dir: DISTCC_DIR/lock, NULL:
 * nothing is remembered.  *why: static text, if not.
 */
bool capability_host(const char *dir, const struct hostspec *h, const char **why);

/* The same, and one of this compiler. */
bool capability_replica(const char *dir, const struct hostspec *h, const struct digest *tool, const char **why);

/* Has it answered in protocol 4 within the last hour?  Then a connection it closes without a word is a fault, not a stock daemon. */
bool capability_speaks(const char *dir, const struct hostspec *h);

void capability_set_speaks(const char *dir, const struct hostspec *h);
void capability_set_classic(const char *dir, const struct hostspec *h);
void capability_set_foreign(const char *dir, const struct hostspec *h, const struct digest *tool);
void capability_set_suspect(const char *dir, const struct hostspec *h, const struct digest *tool);

#endif
