/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/verify.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/exitcode.h"
#include "base/io.h"
#include "base/log.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/tmp.h"
#include "base/util.h"
#include "client/build.h"
#include "client/child.h"
#include "client/verify_files.h"
#include "client/why.h"
#include "client/words.h"
#include "compiler/outputs.h"

enum side { ELSEWHERE, HERE, AGAIN, SIDES };

static const char *const side_names[] = {"elsewhere", "here", "again"};

struct verify {
	const struct conf *conf;
	const struct ccname *cc;
	const struct args *args;
	char *const *argv;
	struct outputs declared;
	const char *dir;	/* all is kept below it; registered with base/tmp until differences are found */
	char *side_dir[SIDES];
	int status[SIDES];
};

bool
verify_chosen(const struct conf *conf, const struct args *a)
{
	unsigned dice;

	if (conf->verify_of == 0 || a->replica.why != ARGS_OK || why_local(a) != NULL)
		return false;
	return getrandom(&dice, sizeof(dice), 0) == sizeof(dice) && (int)(dice % (unsigned)conf->verify_of) < conf->verify_in;
}

/* A file of that name in the side's directory, for what a compile prints. */
static int
open_text(const struct verify *v, enum side side, const char *name, int flags)
{
	char *path = path_join(v->side_dir[side], name);
	int fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0600);

	free(path);
	return fd;
}

/* In a process of its own, so that its messages go to files and its failures end nothing else. */
static int
run_elsewhere(const struct verify *v, int out, int err)
{
	struct conf conf = *v->conf;
	int status = EXIT_DISTCC_FAILED << 8;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		if (dup2(out, STDOUT_FILENO) == -1 || dup2(err, STDERR_FILENO) == -1)
			_exit(EXIT_DISTCC_FAILED);
		conf.verifying = true;
		conf.fallback = false;
		_exit(build_run(&conf, v->cc, v->args, v->argv));
	}
	if (pid == -1 || proc_wait(pid, &status, NULL) == -1)
		log_err("cannot start another process");
	return status;
}

static int
run_here(const struct verify *v, int out, int err)
{
	struct proc_io io = {PROC_INHERIT, out, err, .keep_fds = true};
	int status = EXIT_DISTCC_FAILED << 8;
	pid_t pid = child_spawn(v->cc->path, v->argv, &io);

	if (pid == -1 || child_wait(pid, &status, NULL) == -1)
		log_err("cannot run the compiler %s", v->cc->path);
	return status;
}

/* Compile on one side and keep a copy of what there is afterwards. */
static bool
compile(struct verify *v, enum side side)
{
	int out, err;
	bool ok;

	v->side_dir[side] = path_join(v->dir, side_names[side]);
	if (mkdir(v->side_dir[side], 0700) == -1)
		return false;
	out = open_text(v, side, "stdout", O_WRONLY | O_CREAT | O_EXCL | O_APPEND);
	err = open_text(v, side, "stderr", O_WRONLY | O_CREAT | O_EXCL | O_APPEND);
	ok = out != -1 && err != -1;
	if (ok) {
		v->status[side] = side == ELSEWHERE ? run_elsewhere(v, out, err) : run_here(v, out, err);
		ok = verify_files_keep(&v->declared, v->side_dir[side]);
	}
	if (out != -1)
		close(out);
	if (err != -1)
		close(err);
	return ok;
}

/* What the local compile printed, to where it belongs. */
static void
pass_on(const struct verify *v, const char *name, int to)
{
	int fd = open_text(v, HERE, name, O_RDONLY);
	struct stat st;

	if (fd == -1)
		return;
	if (fstat(fd, &st) == 0)
		io_copy(fd, to, (uint64_t)st.st_size, &IO_FOREVER);
	close(fd);
}

/* Did the other side get as far as a compiler? */
static bool
was_elsewhere(const struct verify *v)
{
	int code = proc_exit_code(v->status[ELSEWHERE]);

	return code < EXIT_DISTCC_FAILED || code > EXIT_TIMEOUT;
}

/* Names of what differs between two sides, each with what differs in it. */
static void
differences(const struct verify *v, enum side a, enum side b, struct strv *out)
{
	if (v->status[a] != v->status[b])
		strv_pushf(out, "exit status: %d and %d", proc_exit_code(v->status[a]), proc_exit_code(v->status[b]));
	verify_files_compare(v->side_dir[a], v->side_dir[b], out);
}

/* What this machine does not repeat either (random names of LTO, times) says nothing. */
static void
drop_unrepeatable(struct verify *v, struct strv *differ)
{
	struct strv own = STRV_INIT;

	if (differ->n > 0 && verify_files_restore(&v->declared, v->side_dir[HERE]) && compile(v, AGAIN)) {
		differences(v, HERE, AGAIN, &own);
		for (size_t i = differ->n; i > 0; i--)
			if (strv_has(&own, differ->v[i - 1]))
				strv_remove(differ, i - 1);
		/* the first local result stays */
		verify_files_restore(&v->declared, v->side_dir[HERE]);
	}
	strv_free(&own);
}

static void
report(const struct verify *v, const struct strv *differ, bool tell)
{
	char *command = strv_join(v->argv);

	if (differ->n == 0 && tell)
		printf("identical: %s\n", command);
	for (size_t i = 0; i < differ->n; i++) {
		if (tell)
			printf("different: %s\n", differ->v[i]);
		else
			log_warnx("DIFFERENT when compiled elsewhere: %s: %s", why_subject(v->args), differ->v[i]);
	}
	if (differ->n > 0) {
		if (tell)
			printf("both results are in %s\n", v->dir);
		else
			log_warnx("both results of %s are in %s", command, v->dir);
	}
	free(command);
}

/* 0: the same, 1: different, else an exit code. */
static int
compare(struct verify *v, bool tell)
{
	struct strv differ = STRV_INIT;
	int result;

	if (!was_elsewhere(v)) {
		pass_on(v, "stdout", STDOUT_FILENO);
		return EXIT_DISTCC_FAILED;
	}
	differences(v, ELSEWHERE, HERE, &differ);
	drop_unrepeatable(v, &differ);
	report(v, &differ, tell);
	result = differ.n > 0 ? 1 : 0;
	strv_free(&differ);
	return result;
}

/* Why it was not compiled elsewhere is among what that side printed. */
static void
tell_failure(const struct verify *v)
{
	int fd = open_text(v, ELSEWHERE, "stderr", O_RDONLY);
	struct stat st;

	if (fd != -1 && fstat(fd, &st) == 0)
		io_copy(fd, STDERR_FILENO, (uint64_t)st.st_size, &IO_FOREVER);
	if (fd != -1)
		close(fd);
}

static int
run_both(struct verify *v, bool tell)
{
	char *before = path_join(v->dir, "before");
	int result;

	if (mkdir(before, 0700) == -1 || !verify_files_keep(&v->declared, before) || !compile(v, ELSEWHERE) ||
	    !verify_files_restore(&v->declared, before) || !compile(v, HERE)) {
		log_err("cannot compare in %s", v->dir);
		free(before);
		return EXIT_DISTCC_FAILED;
	}
	free(before);
	result = compare(v, tell);
	if (result == EXIT_DISTCC_FAILED && tell)
		tell_failure(v);
	if (result == 1)
		tmp_forget(v->dir);
	else
		tmp_remove(v->dir);
	return result;
}

int
verify_run(const struct conf *conf, const struct ccname *cc, const struct args *a, char *const *argv, bool tell)
{
	struct verify v = {.conf = conf, .cc = cc, .args = a, .argv = argv};
	char *prefix, *why = why_local(a), now[24];
	int result;

	if (why == NULL && a->replica.why != ARGS_OK)
		why = args_explain_replica(a);
	if (why != NULL) {
		if (tell)
			printf("not compiled elsewhere: %s\n", why);
		free(why);
		return tell ? EXIT_DISTCC_FAILED : build_run(conf, cc, a, argv);
	}
	prefix = tmp_prefix("distcc-verify-");
	v.dir = tmp_create_dir(prefix);
	free(prefix);
	if (v.dir == NULL) {
		log_err("cannot make a directory in %s", tmp_dir());
		return tell ? EXIT_DISTCC_FAILED : build_run(conf, cc, a, argv);
	}
	/* all sides compile at one time, for __TIME__ */
	snprintf(now, sizeof(now), "%" PRId64, words_epoch());
	setenv("SOURCE_DATE_EPOCH", now, 0);
	outputs_of(a, &v.declared);
	result = run_both(&v, tell);
	outputs_free(&v.declared);
	for (size_t i = 0; i < SIDES; i++)
		free(v.side_dir[i]);
	return tell ? result : proc_exit_code(v.status[HERE]);
}
