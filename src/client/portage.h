/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is different inside a build of Portage. */
#ifndef CLIENT_PORTAGE_H
#define CLIENT_PORTAGE_H

#include <stdbool.h>

/* A phase of an ebuild runs us. */
bool portage_is_here(void);

/*
 * Will its sandbox let us write below path?  True without a sandbox.  A try that it denies would be an access violation,
 * which fails the package: a DISTCC_DIR outside the build's own directories is writable in some phases only.
 */
bool portage_may_write(const char *path);

/*
 * A descriptor of "distcc.log" in the package's directory for temporary files, opened for appending; -1 if there is none.
 * For log_divert.
 */
int portage_open_log(void);

#endif
