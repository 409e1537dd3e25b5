/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cpu ROUNDS [WORD]... -- NAME [VARIABLE=VALUE]... COMMAND... [-- NAME ...]...
 *
 * In each round every COMMAND, followed by the WORDs, runs once, one after the other; a line for each run:
 * "ROUND NAME TOTAL OWN WALL BYTES".
 * TOTAL is user and system time of the command and of all its descendants that were waited for; OWN is that of its first process
 * alone, so what a client needs beside the compiler it runs; both in microseconds, and never the daemon's.  WALL is in microseconds,
 * BYTES are those that went over the loopback interface meanwhile.  OWN is -1 where the kernel does not tell.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_VARIANTS 32

extern char **environ;

static struct variant {
	const char *name;
	char **variables;	/* up to command */
	char **command;
} variants[MAX_VARIANTS];

/* Takes the output of all of them: the figures are ours. */
static int sink;

static double
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e6 + (double)ts.tv_nsec / 1e3;
}

static long long
loopback_bytes(void)
{
	FILE *f = fopen("/proc/net/dev", "re");
	long long bytes = 0;
	char line[512];

	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, " lo: %lld", &bytes) == 1)
			break;
	if (f != NULL)
		fclose(f);
	return bytes;
}

/* Of a process that has ended but was not waited for: the scheduler knows it to the nanosecond. */
static double
own_cpu(pid_t pid)
{
	long long ns = -1;
	char name[64];
	FILE *f;

	snprintf(name, sizeof(name), "/proc/%ld/schedstat", (long)pid);
	f = fopen(name, "re");
	if (f == NULL)
		return -1;
	if (fscanf(f, "%lld", &ns) != 1)
		ns = -1;
	fclose(f);
	return ns < 0 ? -1 : (double)ns / 1e3;
}

static pid_t
start(char **command)
{
	posix_spawn_file_actions_t actions;
	pid_t pid = -1;
	int err;

	if (ftruncate(sink, 0) == -1 || lseek(sink, 0, SEEK_SET) == -1)
		return -1;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, sink, 1);
	err = posix_spawnp(&pid, command[0], &actions, NULL, command, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (err != 0)
		fprintf(stderr, "cpu: %s: %s\n", command[0], strerror(err));
	return err == 0 ? pid : -1;
}

static int
run(int round, const struct variant *v)
{
	long long bytes = loopback_bytes();
	double began = now(), own, wall;
	struct rusage ru;
	siginfo_t info;
	int status;
	pid_t pid;

	for (char **variable = v->variables; variable < v->command; variable++)
		putenv(*variable);
	pid = start(v->command);
	if (pid == -1 || waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) == -1)
		return -1;
	wall = now() - began;
	own = own_cpu(pid);
	if (wait4(pid, &status, 0, &ru) == -1)
		return -1;
	if (status != 0) {
		fprintf(stderr, "cpu: %s: wait status %#x\n", v->name, (unsigned)status);
		return -1;
	}
	printf("%d %s %.0f %.0f %.0f %lld\n", round, v->name,
		(double)(ru.ru_utime.tv_sec + ru.ru_stime.tv_sec) * 1e6 + (double)(ru.ru_utime.tv_usec + ru.ru_stime.tv_usec),
		own, wall, loopback_bytes() - bytes);
	return 0;
}

/* words[] up to end, a variant, and the words that all have in common. */
static int
add_variant(struct variant *v, char **words, char **end, char **common, size_t n)
{
	char **command;

	if (end - words < 2)
		return -1;
	v->name = *words++;
	v->variables = words;
	while (words < end && strchr(*words, '=') != NULL)
		words++;
	command = calloc((size_t)(end - v->variables) + n + 1, sizeof(*command));
	if (command == NULL || words == end)
		return -1;
	memcpy(command, v->variables, (size_t)(end - v->variables) * sizeof(*command));
	memcpy(command + (end - v->variables), common, n * sizeof(*command));
	v->command = command + (words - v->variables);
	v->variables = command;
	return 0;
}

/* The number of variants, or -1. */
static int
take_apart(char **argv)
{
	char **common = argv, **end;
	size_t n_common;
	int n = 0;

	while (*argv != NULL && strcmp(*argv, "--") != 0)
		argv++;
	n_common = (size_t)(argv - common);
	for (; *argv != NULL; argv = end) {
		for (end = ++argv; *end != NULL && strcmp(*end, "--") != 0; end++)
			;
		if (n == MAX_VARIANTS || add_variant(&variants[n++], argv, end, common, n_common) == -1)
			return -1;
	}
	return n;
}

int
main(int argc, char *argv[])
{
	int rounds = argc > 1 ? atoi(argv[1]) : 0, n = argc > 2 ? take_apart(argv + 2) : -1, round, i;

	sink = memfd_create("sink", MFD_CLOEXEC);
	if (rounds < 1 || n < 1 || sink == -1) {
		fputs("usage: cpu ROUNDS [WORD]... -- NAME [VARIABLE=VALUE]... COMMAND... [-- NAME ...]...\n", stderr);
		return 2;
	}
	/* who comes first differs from round to round */
	for (round = 0; round < rounds; round++)
		for (i = 0; i < n; i++)
			if (run(round, &variants[(i + round) % n]) == -1)
				return 1;
	return 0;
}
