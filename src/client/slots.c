/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/slots.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/util.h"
#include "client/lockdir.h"

/* How often the first of the queue asks, unless asking itself takes long (many hosts): then a tenth of a processor. */
#define POLL_MS 10
#define POLL_SHARE 10

/* Longest sleep behind the first of the queue, who may have been stopped (^Z) and must not stop everybody. */
#define QUEUE_PATIENCE_S 1

static const char *const queue_names[] = {
	[QUEUE_REMOTE] = "turnstile",
	[QUEUE_LOCAL] = "turnstile_local",
	[QUEUE_CPP] = "turnstile_cpp",
};

static int
lock_file(int fd, int command)
{
	struct flock all = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	return fcntl(fd, command, &all);
}

static enum slots_err
try_slot(const char *dir, const char *lock_name, int number, int *out)
{
	char *name = xasprintf("cpu_%s_%d", lock_name, number);
	enum slots_err err = SLOTS_UNUSABLE;
	int fd = lockdir_open(dir, name, false);

	free(name);
	if (fd == -1)
		return SLOTS_UNUSABLE;
	if (lock_file(fd, F_SETLK) == 0) {
		*out = fd;
		return SLOTS_OK;
	}
	if (errno == EAGAIN || errno == EACCES)
		err = SLOTS_BUSY;
	close(fd);
	return err;
}

/* One slot of each usable host that has that many. */
static enum slots_err
pick_level(const char *dir, const struct hostspec *hosts, const bool *usable, size_t n, int level, struct slot *out)
{
	enum slots_err err, worst = SLOTS_NO_HOST;
	char *lock_name;

	for (size_t i = 0; i < n; i++) {
		if (!usable[i] || level >= hosts[i].slots)
			continue;
		lock_name = hostspec_lock_name(&hosts[i]);
		err = try_slot(dir, lock_name, level, &out->fd);
		free(lock_name);
		if (err == SLOTS_OK) {
			out->host = i;
			out->number = level;
			return SLOTS_OK;
		}
		if (err == SLOTS_BUSY || worst == SLOTS_NO_HOST)
			worst = err;
	}
	return worst;
}

enum slots_err
slots_pick(const char *dir, const struct hostspec *hosts, const bool *usable, size_t n, struct slot *out)
{
	enum slots_err err = SLOTS_BUSY, first = SLOTS_BUSY;

	*out = (struct slot)SLOT_NONE;
	for (int level = 0; err == SLOTS_BUSY; level++) {
		err = pick_level(dir, hosts, usable, n, level, out);
		if (level == 0)
			first = err;
	}
	/* beyond the last level there is no host left, but those that exist were busy */
	return err == SLOTS_OK ? err : first;
}

void
slots_release(struct slot *s)
{
	if (s->fd != -1)
		close(s->fd);
	s->fd = -1;
}

static void
wake_up(int sig)
{
	(void)sig;
}

/* Sleep until the lock is ours, or cannot be had at all (true), or for QUEUE_PATIENCE_S. */
static bool
queue_up(int fd)
{
	struct sigaction wake = {.sa_handler = wake_up}, old;	/* no SA_RESTART: the point is EINTR */
	struct itimerval patience = {{QUEUE_PATIENCE_S, 0}, {QUEUE_PATIENCE_S, 0}}, off = {0};
	bool first;

	sigaction(SIGALRM, &wake, &old);
	setitimer(ITIMER_REAL, &patience, NULL);
	first = lock_file(fd, F_SETLKW) == 0 || errno != EINTR;
	setitimer(ITIMER_REAL, &off, NULL);
	sigaction(SIGALRM, &old, NULL);
	return first;
}

/* Ask again and again, as the first of the queue. */
static enum slots_err
poll_slots(enum slots_err (*attempt)(void *arg), void *arg)
{
	enum slots_err err = SLOTS_BUSY;
	int64_t began = clock_ms(), took = 0;

	while (err == SLOTS_BUSY) {
		clock_wait_ms((int)(took * POLL_SHARE > POLL_MS ? took * POLL_SHARE : POLL_MS));
		began = clock_ms();
		err = attempt(arg);
		took = clock_ms() - began;
	}
	return err;
}

enum slots_err
slots_wait(const char *dir, enum slots_queue queue, enum slots_err (*attempt)(void *arg),
	void (*blocked)(void *arg), void *arg)
{
	enum slots_err err = SLOTS_BUSY;
	bool first, told = false;
	int fd;

	if (dir == NULL)
		return SLOTS_UNUSABLE;
	fd = lockdir_open(dir, queue_names[queue], false);
	if (fd == -1)
		return SLOTS_UNUSABLE;
	/* Who comes while others wait goes behind them, even if a slot is free this moment: that is for the first. */
	first = lock_file(fd, F_SETLK) == 0;
	if (!first) {
		if (errno != EAGAIN && errno != EACCES) {
			close(fd);
			return SLOTS_UNUSABLE;
		}
		told = true;
		blocked(arg);
	}
	while (!first && err == SLOTS_BUSY) {
		first = queue_up(fd);
		if (!first)
			err = attempt(arg);
	}
	if (first)
		err = attempt(arg);
	if (err == SLOTS_BUSY) {
		if (!told)
			blocked(arg);
		err = poll_slots(attempt, arg);
	}
	close(fd);
	return err;
}

struct local_wait {
	const char *dir;
	struct hostspec host;
	struct slot *out;
	void (*blocked)(void *arg);
	void *arg;
};

static enum slots_err
attempt_local(void *arg)
{
	struct local_wait *w = arg;
	bool usable = true;

	return slots_pick(w->dir, &w->host, &usable, 1, w->out);
}

static void
blocked_local(void *arg)
{
	struct local_wait *w = arg;

	w->blocked(w->arg);
}

enum slots_err
slots_take_local(const char *dir, enum slots_queue queue, int count, void (*blocked)(void *arg), void *arg,
	struct slot *out)
{
	struct local_wait w = {dir, {.kind = HOST_LOCAL, .slots = count}, out, blocked, arg};

	*out = (struct slot)SLOT_NONE;
	return slots_wait(dir, queue, attempt_local, blocked_local, &w);
}
