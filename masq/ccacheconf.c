/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "masq/ccacheconf.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/num.h"
#include "base/proc.h"
#include "base/util.h"

#define ANSWER_MS 5000
#define ANSWER_MAX (64u << 10)

struct key {
	const char *name, *variable;
	char **value;
};

#define KEYS(c) \
	{ \
		{"prefix_command", "CCACHE_PREFIX", &(c)->prefix}, {"path", "CCACHE_PATH", &(c)->path}, \
		{"compiler", "CCACHE_COMPILER", &(c)->compiler}, {"compiler_check", "CCACHE_COMPILERCHECK", &(c)->check}, \
		{"prefix_command_cpp", "CCACHE_PREFIX_CPP", &(c)->prefix_cpp}, \
		/* of these, more than one variable tells */ \
		{"run_second_cpp", NULL, &(c)->second_cpp}, {"depend_mode", NULL, &(c)->depend}, \
	}

void
ccacheconf_from_env(struct ccacheconf *c)
{
	const struct key keys[] = KEYS(c);
	const char *value;

	*c = (struct ccacheconf){0};
	for (size_t i = 0; i < countof(keys); i++) {
		value = keys[i].variable != NULL ? getenv(keys[i].variable) : NULL;
		*keys[i].value = xstrdup(value != NULL ? value : "");
	}
}

static void
take_line(struct ccacheconf *c, const char *line, size_t len)
{
	const struct key keys[] = KEYS(c);
	char *text = xstrndup(line, len), *head, *at;

	for (size_t i = 0; i < countof(keys); i++) {
		head = xasprintf(") %s =", keys[i].name);
		at = text[0] == '(' ? strstr(text, head) : NULL;
		if (at != NULL) {
			at += strlen(head);
			free(*keys[i].value);
			*keys[i].value = xstrdup(at + strspn(at, " "));
		}
		free(head);
	}
	free(text);
}

void
ccacheconf_parse(struct ccacheconf *c, const char *text)
{
	size_t len;

	for (const char *line = text; *line != '\0'; line += len + (line[len] == '\n')) {
		len = strcspn(line, "\n");
		take_line(c, line, len);
	}
	if (*text != '\0' && c->second_cpp[0] == '\0') {
		free(c->second_cpp);
		c->second_cpp = xstrdup("true");
	}
}

bool
ccacheconf_parse_version(struct ccacheconf *c, const char *text)
{
	static const char head[] = "ccache version ";
	const char *p = strstr(text, head), *dot;
	long major, minor;

	if (p == NULL)
		return false;
	p += strlen(head);
	dot = p + strspn(p, "0123456789");
	if (*dot != '.' || !num_parse_n(p, (size_t)(dot - p), 0, 1000, &major))
		return false;
	if (!num_parse_n(dot + 1, strspn(dot + 1, "0123456789"), 0, 1000, &minor))
		return false;
	c->major = (int)major;
	c->minor = (int)minor;
	return true;
}

/* What comes from fd within the time. */
static void
read_answer(int fd, struct buf *out)
{
	struct io_limit lim = {.idle_ms = ANSWER_MS, .until_ms = clock_ms() + ANSWER_MS};
	char block[4096];
	size_t n;

	while (out->n < ANSWER_MAX && io_read_some(fd, block, sizeof(block), &lim, &n) == IO_OK)
		buf_add(out, block, n);
}

/* stdout of program with that one option; empty if it fails or is too slow.  It runs in a group of its own, so that it ends. */
static void
ask(const char *program, const char *option, struct buf *out)
{
	char *argv[] = {xstrdup("ccache"), xstrdup(option), NULL};
	struct proc_io io = {.in = PROC_NULL, .err = PROC_NULL, .new_group = true};
	int pipefd[2], status;
	pid_t pid = -1;

	if (pipe2(pipefd, O_CLOEXEC) == 0) {
		io.out = pipefd[1];
		pid = proc_spawn(program, argv, &io);
		close(pipefd[1]);
		if (pid > 0) {
			read_answer(pipefd[0], out);
			kill(-pid, SIGKILL);	/* it has closed its output or overstays its time */
			proc_wait(pid, &status, NULL);
		}
		close(pipefd[0]);
	}
	buf_adds(out, "");
	free(argv[0]);
	free(argv[1]);
}

void
ccacheconf_ask(struct ccacheconf *c, const char *program)
{
	struct buf answer = BUF_INIT;

	free(c->program);
	c->program = xstrdup(program);
	ask(program, "--version", &answer);
	ccacheconf_parse_version(c, answer.p);
	buf_free(&answer);
	ask(program, "-p", &answer);
	ccacheconf_parse(c, answer.p);
	buf_free(&answer);
}

void
ccacheconf_free(struct ccacheconf *c)
{
	free(c->program);
	free(c->prefix);
	free(c->path);
	free(c->compiler);
	free(c->check);
	free(c->prefix_cpp);
	free(c->second_cpp);
	free(c->depend);
	*c = (struct ccacheconf){0};
}
