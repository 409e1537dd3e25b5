/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For tests of records (client/state_record): another process that holds one. */
#ifndef TESTS_UNIT_RECORD_HOLDER_H
#define TESTS_UNIT_RECORD_HOLDER_H

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client/state_record.h"
#include "tests/unit/check.h"

/* A process that holds the file path; it lives until end_holder. */
static inline pid_t
start_holder(const char *path)
{
	int ready[2];
	pid_t child;
	char c;

	CHECK(pipe(ready) == 0);
	child = fork();
	if (child == 0) {
		int fd = open(path, O_RDWR | O_CREAT, 0600);

		state_record_hold(fd);
		(void)!write(ready[1], "x", 1);
		pause();
		_exit(0);
	}
	CHECK(read(ready[0], &c, 1) == 1);
	close(ready[0]);
	close(ready[1]);
	return child;
}

static inline void
end_holder(pid_t child)
{
	int status;

	kill(child, SIGKILL);
	waitpid(child, &status, 0);
}

#endif
