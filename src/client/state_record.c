/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/state_record.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/num.h"
#include "base/util.h"

bool
state_record_read(int fd, struct state_record *r)
{
	if (pread(fd, r, sizeof(*r), 0) != (ssize_t)sizeof(*r) || r->size != sizeof(*r) || r->magic != STATE_RECORD_MAGIC)
		return false;
	r->file[sizeof(r->file) - 1] = '\0';
	r->host[sizeof(r->host) - 1] = '\0';
	return true;
}

void
state_record_hold(int fd)
{
	struct flock all = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	(void)!fcntl(fd, F_SETLK, &all);
}

pid_t
state_record_holder(int fd)
{
	struct flock all = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	if (fcntl(fd, F_GETLK, &all) == -1 || all.l_type == F_UNLCK)
		return -1;
	return all.l_pid > 0 ? all.l_pid : 0;
}

pid_t
state_record_name_pid(const char *name)
{
	const char *number = name + strlen(STATE_RECORD_PREFIX), *rest;
	long pid, n;

	if (!starts_with(name, STATE_RECORD_PREFIX))
		return 0;
	rest = strchrnul(number, '_');
	if (!num_parse_n(number, (size_t)(rest - number), 1, INT_MAX, &pid) || (*rest == '_' && !num_parse(rest + 1, 1, INT_MAX, &n)))
		return 0;
	return (pid_t)pid;
}
