/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cpu COUNT COMMAND...: run COMMAND that many times, one after the other, and print what one run took on
 * average, in microseconds: "CPU WALL".  CPU is user and system time of the command and of all its descendants
 * that were waited for; so it is the client's and its compiler's, never the daemon's.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static double
cpu_of_children(void)
{
	struct rusage ru;

	getrusage(RUSAGE_CHILDREN, &ru);
	return (double)(ru.ru_utime.tv_sec + ru.ru_stime.tv_sec) * 1e6 +
	    (double)(ru.ru_utime.tv_usec + ru.ru_stime.tv_usec);
}

static double
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e6 + (double)ts.tv_nsec / 1e3;
}

/* Its output is thrown away: the figures are ours. */
static int
run(char *const *argv)
{
	posix_spawn_file_actions_t actions;
	int err, status;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	err = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (err != 0) {
		fprintf(stderr, "cpu: %s: %s\n", argv[0], strerror(err));
		return -1;
	}
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return -1;
	if (status != 0)
		fprintf(stderr, "cpu: %s: wait status %#x\n", argv[0], (unsigned)status);
	return status == 0 ? 0 : -1;
}

int
main(int argc, char *argv[])
{
	double began, cpu;
	int count, i;

	if (argc < 3 || (count = atoi(argv[1])) < 1) {
		fputs("usage: cpu COUNT COMMAND...\n", stderr);
		return 2;
	}
	cpu = cpu_of_children();
	began = now();
	for (i = 0; i < count; i++)
		if (run(argv + 2) == -1)
			return 1;
	printf("%.0f %.0f\n", (cpu_of_children() - cpu) / count, (now() - began) / count);
	return 0;
}
