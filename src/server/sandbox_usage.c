/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/sandbox_usage.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/util.h"

/* Number field (from 1) of a line of blank-separated ones; 0 without it. */
static uint64_t
field(const char *s, int n)
{
	while (--n > 0) {
		s = strchr(s, ' ');
		if (s == NULL)
			return 0;
		s++;
	}
	return strtoull(s, NULL, 10);
}

/* Threads and resident pages of one process, from its "stat", where the name in parentheses may hold anything. */
static void
add_process(int proc, const char *pid, uint64_t *threads, uint64_t *pages)
{
	char name[64], text[1024];
	const char *rest;
	ssize_t n;
	int fd;

	snprintf(name, sizeof(name), "%.32s/stat", pid);
	fd = openat(proc, name, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return;
	text[n] = '\0';
	rest = strrchr(text, ')');
	if (rest == NULL || rest[1] != ' ')
		return;
	/* behind the name comes field 3 */
	*threads += field(rest + 2, 20 - 2);
	*pages += field(rest + 2, 24 - 2);
}

bool
usage_exceeded(const char *proc, const struct usage_limit *max)
{
	uint64_t threads = 0, pages = 0;
	const struct dirent *e;
	DIR *d = opendir(proc);

	if (d == NULL)
		return false;
	while ((e = readdir(d)) != NULL) {
		if (isdigit((unsigned char)e->d_name[0]) && !streq(e->d_name, "1"))
			add_process(dirfd(d), e->d_name, &threads, &pages);
	}
	closedir(d);
	return threads > (uint64_t)max->processes || (max->memory != 0 && pages * (uint64_t)sysconf(_SC_PAGESIZE) > max->memory);
}
