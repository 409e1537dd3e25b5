/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is handed over belongs to a process called ccache: a copy of this program, whose children leave and take. */
#include "client/handover.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/path.h"
#include "base/strv.h"
#include "base/tmp.h"
#include "tests/unit/check.h"

/* A copy of stderr, as ccache makes one. */
#define MESSAGE_FD "100"

static const char text[] = "# 0 \"x.c\"\nint x;\n", deps[] = "x.o: x.c\n";

static void
scan(const char *command, struct args *a)
{
	struct strv words = STRV_INIT;
	size_t len;

	for (const char *p = command; *p != '\0'; p += len + strspn(p + len, " ")) {
		len = strcspn(p, " ");
		strv_push_own(&words, xstrndup(p, len));
	}
	args_scan(words.v, CC_GCC, NULL, a);
	CHECK_ROW(command, a->why == ARGS_OK);
	strv_free(&words);
}

/* As cpp_start and cpp_finish leave it. */
static void
make_text(struct cpp *c, const char *dir)
{
	char *prefix = xasprintf("%s/%ld-", dir, (long)getpid());

	*c = (struct cpp){.fd = -1, .err_fd = -1, .dir = dir, .mode = CPP_DIRECTIVES};
	c->fd = tmp_create(prefix, "", &c->name);
	CHECK(write(c->fd, text, strlen(text)) == (ssize_t)strlen(text));
	c->size = strlen(text);
	free(prefix);
}

static void
leave(const char *command)
{
	char *dir = handover_dir();
	struct args a;
	struct cpp c;

	CHECK(dir != NULL);
	scan(command, &a);
	make_text(&c, dir);
	CHECK(handover_leave(&a, &c, deps, a.deps ? strlen(deps) : 0));
	CHECK(c.name == NULL);
	cpp_free(&c);
	args_free(&a);
	free(dir);
}

static bool
take(const char *command)
{
	struct cpp c = CPP_NOTHING;
	struct buf got = BUF_INIT;
	char read_back[64];
	struct args a;
	bool taken;

	scan(command, &a);
	taken = handover_take(&a, &c, &got);
	if (taken) {
		CHECK_INT(CPP_DIRECTIVES, c.mode);
		CHECK_INT(strlen(text), c.size);
		CHECK_INT(strlen(text), read(c.fd, read_back, strlen(text)));
		CHECK(memcmp(read_back, text, strlen(text)) == 0);
		CHECK_STR(a.deps ? deps : "", got.p != NULL ? got.p : "");
	} else {
		CHECK_INT(-1, c.fd);
		CHECK_INT(0, got.n);
	}
	cpp_free(&c);
	buf_free(&got);
	args_free(&a);
	return taken;
}

/* In a process of its own, as ccache has them; its failures are ours. */
static void
in_child(void (*run)(const void *), const void *arg)
{
	pid_t pid;
	int status;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		check_failed = 0;
		run(arg);
		fflush(stdout);
		_exit(check_failed != 0);
	}
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
}

static void
run_leave(const void *command)
{
	leave(command);
}

struct trial { const char *left, *taken; bool fits; };

static const struct trial trials[] = {
	{"gcc -O2 -c x.c", "gcc -O2 -c x.c", true},
	{"gcc -O2 -MMD -MP -c x.c -o x.o", "gcc -O2 -MMD -MP -c x.c -o x.o", true},
	/* ccache: preprocessor options behind the others, nothing about warnings as errors, colours for the compiler alone */
	{"gcc -O2 -g -DA -Ia -Ib -c x.c -o x.o", "gcc -DA -O2 -Ia -g -Ib -Werror -Wa,-W -fdiagnostics-color -c -o x.o x.c", true},
	{"gcc -D A -c x.c", "gcc -DA -c x.c", false},
	/* ... and it says the target that goes without saying */
	{"gcc -MD -c x.c -o d/x.o", "gcc -MD -MF d/x.d -MQ d/x.o -c x.c -o d/x.o", true},
	{"gcc -Wp,-MMD,x.d -c x.c -o x.o", "gcc -Wp,-MMD,x.d -c x.c -o x.o", true},
	/* another text */
	{"gcc -O2 -c x.c", "gcc -O1 -c x.c", false},
	{"gcc -O2 -c x.c", "gcc -c x.c", false},
	{"gcc -c x.c", "gcc -O2 -c x.c", false},
	{"gcc -DA -c x.c", "gcc -DB -c x.c", false},
	{"gcc -DA -UA -c x.c", "gcc -UA -DA -c x.c", false},
	{"gcc -Ia -Ib -c x.c", "gcc -Ib -Ia -c x.c", false},
	{"gcc -c x.c", "gcc -c y.c", false},
	{"gcc -c x.c", "gcc -x c++ -c x.c", false},
	{"gcc -c x.c", "gcc -Wp,-DA -c x.c", false},
	/* a text that was not looked at for this compile */
	{"gcc -c x.c", "gcc -Wall -c x.c", false},
	{"gcc -Wall -c x.c", "gcc -Wall -Wextra -Werror -c x.c", true},
	{"gcc -c x.c", "gcc -fsanitize=undefined -c x.c", false},
	/* other dependencies */
	{"gcc -c x.c", "gcc -MD -c x.c", false},
	{"gcc -MD -c x.c", "gcc -c x.c", false},
	{"gcc -MD -c x.c", "gcc -MMD -c x.c", false},
	{"gcc -MD -c x.c", "gcc -MD -MP -c x.c", false},
	{"gcc -MD -c x.c -o a.o", "gcc -MD -c x.c -o b.o", false},
	{"gcc -MD -MT a -c x.c", "gcc -MD -MQ a -c x.c", false},
	{"gcc -MD -MT a -c x.c", "gcc -MD -MT a -MT b -c x.c", false},
};

static void
run_take(const void *arg)
{
	const struct trial *t = arg;
	char row[200];

	snprintf(row, sizeof(row), "%s | %s", t->left, t->taken);
	CHECK_ROW(row, take(t->taken) == t->fits);
	/* whoever takes it leaves nothing, even if it does not fit */
	CHECK_ROW(row, !take(t->left));
}

static void
run_take_elsewhere(const void *arg)
{
	const struct trial *t = arg;

	CHECK(chdir("/") == 0);
	CHECK(!take(t->taken));
}

static void
run_take_without_mark(const void *arg)
{
	const struct trial *t = arg;

	unsetenv("UNCACHED_ERR_FD");
	CHECK(!take(t->taken));
	setenv("UNCACHED_ERR_FD", MESSAGE_FD, 1);
	CHECK(take(t->taken));
}

static void
run_discard(const void *arg)
{
	const struct trial *t = arg;

	handover_discard();
	CHECK(!take(t->taken));
}

static char *
file_of_ccache(void)
{
	char *dir = handover_dir(), *name = xasprintf("%s/%ld", dir, (long)getpid());

	free(dir);
	return name;
}

/* Cut at every length, and a byte changed at every place behind the text. */
static void
test_damage(void)
{
	struct trial t = {"gcc -c x.c", "gcc -c x.c", false};
	char *name = file_of_ccache();
	struct stat st;

	for (off_t at = 0;; at += 7) {
		int fd;

		in_child(run_leave, t.left);
		CHECK(stat(name, &st) == 0);
		if (at >= st.st_size)
			break;
		CHECK(truncate(name, at) == 0);
		in_child(run_take, &t);
		if (at < (off_t)strlen(text))
			continue;
		in_child(run_leave, t.left);
		fd = open(name, O_WRONLY);
		CHECK(fd != -1 && pwrite(fd, "\377", 1, at) == 1);
		close(fd);
		in_child(run_take, &t);
	}
	unlink(name);
	free(name);
}

/* What was left for a process that has gone is removed by the next that leaves something. */
static void
test_sweep(void)
{
	char *dir = handover_dir(), *gone, *alive, *mine = file_of_ccache();
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	CHECK(waitpid(pid, NULL, 0) == pid);
	gone = xasprintf("%s/%ld", dir, (long)pid);
	alive = xasprintf("%s/%ld", dir, (long)getppid());
	close(open(gone, O_CREAT | O_WRONLY, 0600));
	close(open(alive, O_CREAT | O_WRONLY, 0600));
	in_child(run_leave, "gcc -c x.c");
	CHECK(access(gone, F_OK) == -1);
	CHECK(access(alive, F_OK) == 0);
	CHECK(access(mine, F_OK) == 0);
	unlink(alive);
	unlink(mine);
	free(dir);
	free(gone);
	free(alive);
	free(mine);
}

static void
test_directory(void)
{
	char *dir = handover_dir(), *other, *moved;

	CHECK(dir != NULL);
	if (dir == NULL)
		return;
	CHECK(chmod(dir, 0777) == 0);
	other = handover_dir();
	CHECK(other == NULL);
	CHECK(chmod(dir, 0700) == 0);
	moved = xasprintf("%s.moved", dir);
	CHECK(rename(dir, moved) == 0 && symlink(moved, dir) == 0);
	other = handover_dir();
	CHECK(other == NULL);
	CHECK(unlink(dir) == 0 && rename(moved, dir) == 0);
	free(moved);
	free(dir);
}

/* We are the copy. */
static int
be_ccache(void)
{
	static const struct trial same = {"gcc -MD -c x.c", "gcc -MD -c x.c", true};

	for (size_t i = 0; i < countof(trials); i++) {
		in_child(run_leave, trials[i].left);
		in_child(run_take, &trials[i]);
	}
	in_child(run_leave, same.left);
	in_child(run_take_elsewhere, &same);
	in_child(run_leave, same.left);
	in_child(run_take_without_mark, &same);
	in_child(run_leave, same.left);
	in_child(run_discard, &same);
	test_damage();
	test_sweep();
	test_directory();
	return check_done();
}

static bool
copy_self(const char *to)
{
	char *command = xasprintf("cp /proc/%ld/exe '%s'", (long)getpid(), to);
	bool ok = system(command) == 0;

	free(command);
	return ok;
}

static void
not_below_ccache(void)
{
	struct args a;
	struct cpp c = CPP_NOTHING;
	struct buf got = BUF_INIT;

	setenv("UNCACHED_ERR_FD", MESSAGE_FD, 1);
	CHECK(!handover_below_ccache());
	scan("gcc -c x.c", &a);
	CHECK(!handover_take(&a, &c, &got));
	args_free(&a);
}

int
main(int argc, char *argv[])
{
	char *prefix, *copy;
	const char *top;
	int status;

	(void)argc;
	if (streq(path_base(argv[0]), "ccache"))
		return be_ccache();
	prefix = path_join(tmp_dir(), "handover-test.");
	top = tmp_create_dir(prefix);
	copy = path_join(top, "ccache");
	setenv("TMPDIR", top, 1);
	CHECK(dup2(2, atoi(MESSAGE_FD)) != -1);
	not_below_ccache();
	CHECK(copy_self(copy));
	fflush(stdout);
	status = system(copy);
	CHECK_INT(0, status);
	tmp_remove(top);
	free(prefix);
	free(copy);
	return check_done();
}
