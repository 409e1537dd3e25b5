/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/limits.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"

/* Above any object that protocols 1 and 2 can carry. */
#define MAX_FILE_SIZE ((rlim_t)4 << 30)

static struct rlimit files_found;
static bool files_changed;

long
limits_open_files(long n)
{
	struct rlimit now;

	if (getrlimit(RLIMIT_NOFILE, &now) == -1)
		return n;
	files_found = now;
	if (now.rlim_cur < (rlim_t)n) {
		now.rlim_cur = now.rlim_max < (rlim_t)n ? now.rlim_max : (rlim_t)n;
		files_changed = setrlimit(RLIMIT_NOFILE, &now) == 0;
		if (!files_changed)
			now = files_found;
	}
	return now.rlim_cur > (rlim_t)n ? n : (long)now.rlim_cur;
}

static void
lower(int resource, rlim_t value)
{
	struct rlimit lim;

	if (getrlimit(resource, &lim) == -1)
		return;
	if (lim.rlim_max > value)
		lim.rlim_max = value;
	if (lim.rlim_cur > lim.rlim_max)
		lim.rlim_cur = lim.rlim_max;
	(void)setrlimit(resource, &lim);
}

void
limits_for_job(long nice_by)
{
	errno = 0;
	if (nice_by != 0 && nice((int)nice_by) == -1 && errno != 0)
		log_warn("cannot change the priority by %ld", nice_by);
	lower(RLIMIT_CORE, 0);
	lower(RLIMIT_FSIZE, MAX_FILE_SIZE);
	if (files_changed)
		(void)setrlimit(RLIMIT_NOFILE, &files_found);
}
