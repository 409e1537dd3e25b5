/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/ask.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "base/proc.h"
#include "base/tmp.h"
#include "base/util.h"

static void
make_environment(struct strv *env)
{
	const char *list = getenv("PATH");

	strv_pushf(env, "PATH=%s", list != NULL ? list : "/usr/bin:/bin");
	strv_pushf(env, "TMPDIR=%s", tmp_dir());
	strv_push(env, "LC_ALL=C");
}

/* The number of an error that has nothing to do with what was asked. */
static bool
wants(int error)
{
	static const int wanting[] = {EAGAIN, ENOMEM, EMFILE, ENFILE, ENOSPC, EDQUOT, EIO, EINTR, ETXTBSY};
	size_t i = 0;

	while (i < countof(wanting) && wanting[i] != error)
		i++;
	return i < countof(wanting);
}

bool
ask_passing(int status, const char *err, size_t n)
{
	/* in the words of libc, GNU's libiberty, gcc's driver and LLVM */
	static const char *const words[] = {
		"Resource temporarily unavailable", "Cannot allocate memory", "Too many open files", "No space left on device", "Disk quota exceeded",
		"Input/output error", "memory exhausted", "ut of memory", "Killed signal terminated program", "Text file busy",
	};
	static const int signals[] = {SIGKILL, SIGTERM, SIGINT, SIGHUP, SIGXCPU, SIGXFSZ};

	for (size_t i = 0; WIFSIGNALED(status) && i < countof(signals); i++)
		if (WTERMSIG(status) == signals[i])
			return true;
	for (size_t i = 0; status != 0 && i < countof(words); i++)
		if (n > 0 && memmem(err, n, words[i], strlen(words[i])) != NULL)
			return true;
	return false;
}

/* The last line of what it said, for a message. */
static char *
last_words(const struct buf *text)
{
	size_t end = text->n, begin;

	while (end > 0 && text->p[end - 1] == '\n')
		end--;
	for (begin = end; begin > 0 && text->p[begin - 1] != '\n'; begin--)
		;
	return end == 0 ? xstrdup("no message") : xstrndup(text->p + begin, end - begin);
}

static bool
take_answer(struct ask *answer, int out, int err, int status)
{
	char *words;

	if (lseek(out, 0, SEEK_SET) == -1 || lseek(err, 0, SEEK_SET) == -1 || buf_read_fd(&answer->out, out, ASK_MAX_TEXT) == -1 ||
	    buf_read_fd(&answer->err, err, ASK_MAX_TEXT) == -1) {
		answer->why = xasprintf("cannot be heard: %s", strerror(errno));
		answer->passing = true;
		return false;
	}
	if (status == 0)
		return true;
	answer->passing = ask_passing(status, answer->err.p, answer->err.n);
	words = last_words(&answer->err);
	answer->why = xasprintf("ends with status %d: %s", proc_exit_code(status), words);
	free(words);
	return false;
}

static bool
run(const char *path, const char *const *argv, int in, int out, int err, struct ask *answer)
{
	struct proc_io io = {.in = in, .out = out, .err = err, .cwd = "/"};
	struct strv words = STRV_INIT, env = STRV_INIT;
	bool ok = false;
	int status;
	pid_t pid;

	for (size_t i = 0; argv[i] != NULL; i++)
		strv_push(&words, argv[i]);
	make_environment(&env);
	io.env = env.v;
	pid = proc_spawn(path, words.v, &io);
	if (pid == -1 || proc_wait(pid, &status, NULL) == -1) {
		answer->passing = wants(errno);
		answer->why = xasprintf("cannot be run: %s", strerror(errno));
	} else {
		ok = take_answer(answer, out, err, status);
	}
	strv_free(&words);
	strv_free(&env);
	return ok;
}

static int
input_file(const char *input)
{
	int fd = io_anon_file("input", tmp_dir());

	if (fd != -1 && (io_write_full(fd, input, strlen(input), &IO_FOREVER) != IO_OK || lseek(fd, 0, SEEK_SET) == -1)) {
		close(fd);
		return -1;
	}
	return fd;
}

bool
ask_run(const char *path, const char *const *argv, const char *input, struct ask *answer)
{
	int in = input != NULL ? input_file(input) : PROC_NULL, out = io_anon_file("answer", tmp_dir()), err = io_anon_file("answer", tmp_dir());
	bool ok = false;

	*answer = (struct ask){.why = NULL};
	if (out == -1 || err == -1 || (input != NULL && in == -1)) {
		answer->passing = true;
		answer->why = xasprintf("cannot be asked: %s", strerror(errno));
	} else {
		ok = run(path, argv, in, out, err, answer);
	}
	if (in >= 0)
		close(in);
	if (out != -1)
		close(out);
	if (err != -1)
		close(err);
	return ok;
}

void
ask_free(struct ask *answer)
{
	buf_free(&answer->out);
	buf_free(&answer->err);
	free(answer->why);
	*answer = (struct ask){.why = NULL};
}

bool
ask_object(const char *path, const char *option, const char *source, struct buf *object, char **why, bool *passing)
{
	char *prefix = tmp_prefix("distcc-ask-");
	const char *name;
	int fd = tmp_create(prefix, ".o", &name);
	struct ask answer;
	bool ok;

	free(prefix);
	*passing = true;
	if (fd == -1) {
		*why = xasprintf("cannot write to %s: %s", tmp_dir(), strerror(errno));
		return false;
	}
	/* by name: the compiler puts a new file there */
	close(fd);
	ok = ask_run(path, (const char *[]){path, "-O2", "-g", "-x", "c", "-c", "-", "-o", name, option, NULL}, source, &answer);
	*passing = ok || answer.passing;
	if (ok && buf_read_file(object, name, ASK_MAX_TEXT) == -1) {
		answer.why = xasprintf("%s: %s", name, strerror(errno));
		ok = false;
	}
	*why = ok ? NULL : xstrdup(answer.why);
	ask_free(&answer);
	tmp_remove(name);
	return ok;
}

char *
ask_normalise(const char *path)
{
	char *out = xmalloc(strlen(path) + 2);
	const char *p = path;
	size_t n = 0, len;

	while (*p != '\0') {
		p += strspn(p, "/");
		len = strcspn(p, "/");
		if (len == 2 && p[0] == '.' && p[1] == '.') {
			while (n > 0 && out[--n] != '/')
				;
		} else if (len > 0 && !(len == 1 && p[0] == '.')) {
			out[n++] = '/';
			memcpy(out + n, p, len);
			n += len;
		}
		p += len;
	}
	if (n == 0)
		out[n++] = '/';
	out[n] = '\0';
	return out;
}

static void
push_dir(struct strv *out, const char *dir, size_t len)
{
	char *text = xstrndup(dir, len);

	strv_push_own(out, ask_normalise(text));
	free(text);
}

void
ask_search_dirs(const char *text, struct strv *out)
{
	static const char *const passed_over[] = {"ignoring nonexistent directory \"", "ignoring duplicate directory \""};
	bool list = false;
	size_t len;

	for (const char *p = text; *p != '\0'; p += len + (p[len] == '\n')) {
		len = strcspn(p, "\n");
		if (starts_with(p, "#include "))
			list = true;
		else if (starts_with(p, "End of search list."))
			list = false;
		else if (list && *p == ' ')
			push_dir(out, p + 1, len - 1);
		for (size_t i = 0; i < countof(passed_over); i++)
			if (starts_with(p, passed_over[i]))
				push_dir(out, p + strlen(passed_over[i]), strcspn(p + strlen(passed_over[i]), "\"\n"));
	}
}
