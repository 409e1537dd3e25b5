/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What processes may use. */
#ifndef SERVER_LIMITS_H
#define SERVER_LIMITS_H

/* Allow this process n open files, as far as the system lets it.  Returns how many it has now. */
long limits_open_files(long n);

/*
 * For a process that serves jobs, and its compilers: lower priority, no core files, bounded files, the number of open
 * files as we found it.
 */
void limits_for_job(long nice_by);

#endif
