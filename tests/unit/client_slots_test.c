/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Locks are the process's: whoever holds one here is a child that waits until it is killed. */
#include "client/slots.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/path.h"
#include "base/tmp.h"
#include "client/hostlist.h"
#include "tests/unit/check.h"

#define BUSY 1000
#define NO_HOST 1001
#define UNUSABLE 1002

struct holder {
	pid_t pid;
	int got;	/* host * 100 + slot, or one of the above */
};

static char *lock_dir;

static int
pick(const struct hostlist *l, const bool *usable, struct slot *s)
{
	switch (slots_pick(lock_dir, l->v, usable, l->n, s)) {
	case SLOTS_OK:
		return (int)s->host * 100 + s->number;
	case SLOTS_BUSY:
		return BUSY;
	case SLOTS_NO_HOST:
		return NO_HOST;
	case SLOTS_UNUSABLE:
		return UNUSABLE;
	}
	return -1;
}

static void
hold(struct holder *h, const struct hostlist *l, const bool *usable)
{
	int answer[2];
	struct slot s;

	h->got = -1;
	if (pipe2(answer, O_CLOEXEC) == -1)
		return;
	h->pid = fork();
	if (h->pid == 0) {
		h->got = pick(l, usable, &s);
		if (write(answer[1], &h->got, sizeof(h->got)) == sizeof(h->got))
			pause();
		_exit(1);
	}
	close(answer[1]);
	CHECK(read(answer[0], &h->got, sizeof(h->got)) == sizeof(h->got));
	close(answer[0]);
}

static void
end_holder(struct holder *h)
{
	int status;

	kill(h->pid, SIGKILL);
	waitpid(h->pid, &status, 0);
}

static int
try_in_another_process(const struct hostlist *l, const bool *usable)
{
	struct holder h;

	hold(&h, l, usable);
	end_holder(&h);
	return h.got;
}

static bool
exists(const char *name)
{
	char *path = path_join(lock_dir, name);
	bool there = access(path, F_OK) == 0;

	free(path);
	return there;
}

static void
test_level_by_level(void)
{
	static const int order[] = {0, 100, 200, 1, 201, 202, BUSY};
	const bool all[] = {true, true, true};
	struct holder h[countof(order)] = {0};
	struct hostlist l;

	hostlist_parse(&l, "test", "a/2 b/1 c:4000/3");
	for (size_t i = 0; i < countof(order); i++) {
		hold(&h[i], &l, all);
		CHECK_INT(order[i], h[i].got);
	}
	for (size_t i = 0; i < countof(order); i++)
		end_holder(&h[i]);
	CHECK_INT(0, try_in_another_process(&l, all));
	CHECK(exists("cpu_tcp_a_3632_1"));
	CHECK(exists("cpu_tcp_c_4000_2"));
	hostlist_free(&l);
}

static void
test_only_usable_hosts(void)
{
	const bool last[] = {false, false, true}, none[] = {false, false, false};
	struct hostlist l;
	struct holder h;

	hostlist_parse(&l, "test", "a b localhost/1");
	hold(&h, &l, last);
	CHECK_INT(200, h.got);
	CHECK(exists("cpu_localhost_0"));
	CHECK_INT(BUSY, try_in_another_process(&l, last));
	CHECK_INT(NO_HOST, try_in_another_process(&l, none));
	end_holder(&h);
	hostlist_free(&l);
}

static void
test_unusable_directory(void)
{
	char *good = lock_dir;
	const bool usable[] = {true};
	struct hostlist l;
	struct slot s;

	hostlist_parse(&l, "test", "a");
	lock_dir = path_join(good, "cpu_tcp_a_3632_1/below");	/* below a file */
	CHECK_INT(UNUSABLE, pick(&l, usable, &s));
	CHECK(slots_wait(lock_dir, QUEUE_CPP, NULL, NULL, NULL) == SLOTS_UNUSABLE);
	CHECK(slots_wait(NULL, QUEUE_CPP, NULL, NULL, NULL) == SLOTS_UNUSABLE);
	free(lock_dir);
	lock_dir = good;
	hostlist_free(&l);
}

/* A file that cannot be used takes away its slot only. */
static void
test_one_bad_file(void)
{
	char *path = path_join(lock_dir, "cpu_tcp_d_3632_0");
	const bool usable[] = {true, true};
	struct hostlist l;

	CHECK(mkdir(path, 0700) == 0);
	hostlist_parse(&l, "test", "d/1 e/1");
	CHECK_INT(100, try_in_another_process(&l, usable));
	CHECK(rmdir(path) == 0);
	free(path);
	hostlist_free(&l);
}

static void
test_links_are_not_followed(void)
{
	char *path = path_join(lock_dir, "cpu_tcp_f_3632_0"), *victim = path_join(lock_dir, "victim");
	const bool usable[] = {true};
	struct hostlist l;
	struct stat st;

	CHECK(symlink(victim, path) == 0);
	hostlist_parse(&l, "test", "f/1");
	CHECK_INT(0, try_in_another_process(&l, usable));
	CHECK(!exists("victim"));
	CHECK(lstat(path, &st) == 0 && S_ISREG(st.st_mode));
	free(path);
	free(victim);
	hostlist_free(&l);
}

static void
test_mode_of_lock_files(void)
{
	const bool usable[] = {true};
	char *path = path_join(lock_dir, "cpu_tcp_g_3632_0");
	mode_t old = umask(002);
	struct hostlist l;
	struct stat st;

	hostlist_parse(&l, "test", "g/1");
	CHECK_INT(0, try_in_another_process(&l, usable));
	CHECK(stat(path, &st) == 0);
	CHECK_INT(0664, st.st_mode & 0777);
	umask(old);
	free(path);
	hostlist_free(&l);
}

static int times_blocked;

static void
count_blocked(void *arg)
{
	(void)arg;
	times_blocked++;
}

/* In a child: wait for a slot, tell when it is there and how often it was blocked. */
static pid_t
start_waiter(int count, int *answer)
{
	int fds[2];
	struct slot s;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) == -1)
		return -1;
	pid = fork();
	if (pid == 0) {
		slots_take_local(lock_dir, QUEUE_LOCAL, count, count_blocked, NULL, &s);
		_exit(write(fds[1], &times_blocked, sizeof(times_blocked)) == -1);
	}
	close(fds[1]);
	*answer = fds[0];
	return pid;
}

static void
test_waiting(void)
{
	const bool usable[] = {true};
	int answers[3], n, status;
	struct hostlist l;
	struct holder h;
	pid_t pids[3];

	hostlist_parse(&l, "test", "localhost/1");
	hold(&h, &l, usable);
	CHECK_INT(0, h.got);
	for (size_t i = 0; i < countof(pids); i++)
		pids[i] = start_waiter(1, &answers[i]);
	end_holder(&h);
	/* each ends, and with it its lock, as soon as it has told */
	for (size_t i = 0; i < countof(pids); i++) {
		CHECK(read(answers[i], &n, sizeof(n)) == sizeof(n));
		CHECK(n <= 1);
		close(answers[i]);
		waitpid(pids[i], &status, 0);
	}
	hostlist_free(&l);
}

/* The first of the queue was stopped (^Z): the others go on nevertheless. */
static void
test_stopped_first_waiter(void)
{
	char *turnstile = path_join(lock_dir, "turnstile_local");
	struct flock all = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int fd = open(turnstile, O_RDWR | O_CREAT | O_CLOEXEC, 0666), answer = -1, n, status;
	pid_t pid;

	CHECK(fcntl(fd, F_SETLK, &all) == 0);
	pid = start_waiter(1, &answer);
	CHECK(read(answer, &n, sizeof(n)) == sizeof(n));
	CHECK_INT(1, n);
	waitpid(pid, &status, 0);
	close(answer);
	close(fd);
	free(turnstile);
}

int
main(void)
{
	const char *top = tmp_create_dir("/tmp/client_slots_test.");

	lock_dir = path_join(top, "dd/lock");
	test_level_by_level();
	test_only_usable_hosts();
	test_unusable_directory();
	test_one_bad_file();
	test_links_are_not_followed();
	test_mode_of_lock_files();
	test_waiting();
	test_stopped_first_waiter();
	tmp_remove(top);
	free(lock_dir);
	return check_done();
}
