/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/stats_machine.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define TEXT_MAX 65536

/* The number behind a line's name; -1. */
static int64_t
vmstat_value(const char *text, const char *name)
{
	size_t len = strlen(name);

	for (const char *line = text; line != NULL && *line != '\0'; line = strchr(line, '\n'), line = line != NULL ? line + 1 : NULL) {
		if (strncmp(line, name, len) == 0 && line[len] == ' ')
			return strtoll(line + len, NULL, 10);
	}
	return -1;
}

int64_t
stats_machine_io(const char *vmstat)
{
	int64_t in = vmstat_value(vmstat, "pgpgin"), out = vmstat_value(vmstat, "pgpgout");

	return in >= 0 && out >= 0 ? in + out : -1;
}

void
stats_machine_load(const char *loadavg, struct stats_now *n)
{
	if (sscanf(loadavg, "%lf %lf %lf %ld/", &n->load[0], &n->load[1], &n->load[2], &n->run_queue) == 4)
		return;
	n->load[0] = n->load[1] = n->load[2] = -1;
	n->run_queue = -1;
}

bool
stats_machine_process(const char *stat, char name[32], char *state, long *pages)
{
	/* the name may hold anything, parentheses too */
	const char *begin = strchr(stat, '('), *end = strrchr(stat, ')');

	if (begin == NULL || end == NULL || end < begin)
		return false;
	report_name(begin + 1, name, (size_t)(end - begin) < 32 ? (size_t)(end - begin) : 32);
	/* fields 3 and 24 */
	return sscanf(end + 1, " %c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %ld", state, pages) == 2;
}

static void
look_at_process(const char *pid, struct stats_now *n, long page_kib)
{
	char path[64], name[32], state;
	struct buf text = BUF_INIT;
	long pages;

	snprintf(path, sizeof(path), "/proc/%.20s/stat", pid);
	if (buf_read_file(&text, path, TEXT_MAX) == 0 && text.p != NULL && stats_machine_process(text.p, name, &state, &pages)) {
		n->blocked += state == 'D';
		if (pages * page_kib > n->max_rss_kib) {
			n->max_rss_kib = pages * page_kib;
			memcpy(n->max_rss_name, name, sizeof(name));
		}
	}
	buf_free(&text);
}

static void
look_at_processes(struct stats_now *n)
{
	long page_kib = sysconf(_SC_PAGESIZE) / 1024;
	DIR *dir = opendir("/proc");
	struct dirent *e;

	n->blocked = n->max_rss_kib = 0;
	strcpy(n->max_rss_name, "none");
	while (dir != NULL && (e = readdir(dir)) != NULL) {
		if (isdigit((unsigned char)e->d_name[0]))
			look_at_process(e->d_name, n, page_kib);
	}
	if (dir != NULL)
		closedir(dir);
}

void
stats_machine_look(const char *dir, struct stats_now *n)
{
	struct buf text = BUF_INIT;
	struct statvfs fs;

	if (buf_read_file(&text, "/proc/loadavg", TEXT_MAX) == -1 || text.p == NULL)
		buf_adds(&text, "?");
	stats_machine_load(text.p, n);
	buf_free(&text);
	look_at_processes(n);
	n->free_mib = statvfs(dir, &fs) == 0 ? (long)((uint64_t)fs.f_bavail * fs.f_frsize >> 20) : -1;
}
