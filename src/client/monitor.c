/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/monitor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/util.h"
#include "client/state.h"

static const char *const phase_names[] = {"Startup", "Blocked", "Connect", "Preprocess", "Send", "Compile", "Receive"};

/* Is somebody at work on what is open at fd?  Then j->pid is set; clients of stock's hold no lock, but are in our namespace. */
static bool
is_alive(int fd, struct monitor_job *j)
{
	pid_t holder = state_record_holder(fd);

	j->pid = holder > 0 ? holder : (pid_t)j->record.pid;
	return holder != -1 || (j->pid > 0 && (kill(j->pid, 0) == 0 || errno == EPERM));
}

static void
read_one(struct monitor *m, int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	struct monitor_job j;

	if (fd == -1)
		return;
	if (state_record_read(fd, &j.record) && j.record.phase >= 0 && j.record.phase < STATE_DONE && is_alive(fd, &j)) {
		m->v = xrealloc(m->v, (m->n + 1) * sizeof(*m->v));
		m->v[m->n++] = j;
	}
	close(fd);
}

void
monitor_read(struct monitor *m, const char *dir)
{
	DIR *d = opendir(dir);
	const struct dirent *e;

	while (d != NULL && (e = readdir(d)) != NULL)
		if (state_record_name_pid(e->d_name) != 0)
			read_one(m, dirfd(d), e->d_name);
	if (d != NULL)
		closedir(d);
}

static int
compare(const void *a, const void *b)
{
	const struct monitor_job *x = a, *y = b;
	int by_host = strcmp(x->record.host, y->record.host);

	if (by_host != 0)
		return by_host;
	if (x->record.slot != y->record.slot)
		return x->record.slot < y->record.slot ? -1 : 1;
	return x->pid < y->pid ? -1 : x->pid > y->pid;
}

void
monitor_sort(struct monitor *m)
{
	if (m->n > 0)
		qsort(m->v, m->n, sizeof(*m->v), compare);
}

void
monitor_free(struct monitor *m)
{
	free(m->v);
	*m = (struct monitor){0};
}

char *
monitor_line(const struct monitor_job *j)
{
	char *line = xasprintf("%6ld  %-10s  %-30.30s %24.24s[%d]", (long)j->pid, phase_names[j->record.phase], j->record.file, j->record.host, j->record.slot);

	/* other users write records too: nothing in one shall move the cursor */
	for (char *p = line; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == '\x7f')
			*p = '?';
	return line;
}
