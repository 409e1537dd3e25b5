/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/tooltry.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/strv.h"
#include "base/tmp.h"
#include "base/util.h"
#include "server/jobsig.h"

#define SOURCE "/try.c"
#define OBJECT "/try.o"
#define TRY_MS 60000
#define MAX_TEXT 65536

static bool
write_source(const char *tree)
{
	static const char text[] = "int f(int n) { return n + 1; }\n";
	char *path = xasprintf("%s" SOURCE, tree);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	bool ok = fd != -1 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd != -1)
		close(fd);
	free(path);
	return ok;
}

static bool
has_object(const struct sandbox *sb)
{
	struct sandbox_output *v;
	size_t n;
	char *odd;
	bool ok = sandbox_outputs(sb, &v, &n, &odd) && n == 1 && streq(v[0].name, OBJECT) && v[0].size > 0;

	sandbox_outputs_free(v, n);
	free(odd);
	return ok;
}

/* The first line of what it said. */
static char *
first_line(int fd)
{
	struct buf text = BUF_INIT;
	char *line;

	if (lseek(fd, 0, SEEK_SET) == -1 || buf_read_fd(&text, fd, MAX_TEXT) == -1 || text.n == 0) {
		buf_free(&text);
		return xstrdup("without a message");
	}
	line = xstrndup(text.p, strcspn(text.p, "\n"));
	buf_free(&text);
	return line;
}

static bool
compile(const struct tooltry *t, const char *root, const char *tree, int err_fd, char **why)
{
	/* freestanding: no header comes in by itself */
	static const char *const words[] = {"-ffreestanding", "-c", SOURCE, "-o", OBJECT};
	struct strv argv = STRV_INIT, env = STRV_INIT;
	struct sandbox sb = SANDBOX_INIT;
	enum compile_end end;
	bool ok = false;
	int status;

	strv_push(&argv, path_base(t->path));
	for (size_t i = 0; i < countof(words); i++)
		strv_push(&argv, words[i]);
	strv_pushf(&env, "PATH=%s", t->search);
	strv_push(&env, "LC_ALL=C");
	sb.caps = t->caps;
	sb.tool_root = root;
	sb.job_tree = tree;
	sb.path = t->path;
	sb.argv = argv.v;
	sb.env = env.v;
	sb.cwd = "/";
	sb.out_fd = sb.err_fd = err_fd;
	sb.until_ms = clock_ms() + TRY_MS;
	end = sandbox_run(&sb, NULL, &status, why);
	if (end == COMPILE_ENDED) {
		ok = status == 0 && has_object(&sb);
		if (!ok) {
			char *line = first_line(err_fd);

			*why = xasprintf("a trial compile in the sandbox ended with status %d: %s", proc_exit_code(status), line);
			free(line);
		}
	} else if (*why == NULL) {
		*why = xstrdup("a trial compile in the sandbox did not end");
	}
	sandbox_close(&sb);
	strv_free(&argv);
	strv_free(&env);
	return ok;
}

bool
tooltry_works(void *arg, const char *root, char **why)
{
	char *prefix = xasprintf("%s.try-", root);
	const char *tree = tmp_create_dir(prefix);
	int err_fd = io_anon_file("try", root);
	bool ok = tree != NULL && err_fd != -1 && write_source(tree);

	if (ok) {
		jobsig_defer();
		ok = compile(arg, root, tree, err_fd, why);
		jobsig_resume();
	} else {
		*why = xasprintf("%s: %s", prefix, strerror(errno));
	}
	if (err_fd != -1)
		close(err_fd);
	tmp_remove(tree);
	free(prefix);
	return ok;
}
