/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "masq/native.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/proc.h"
#include "base/strv.h"
#include "base/tmp.h"
#include "base/util.h"

#define BLANKS " \t\r\n"
#define OUTPUT_MAX (1u << 20)

static const char *const native_options[] = {"-march=native", "-mtune=native", "-mcpu=native"};

const char *
native_find(const char *flags)
{
	size_t len;

	for (const char *p = flags + strspn(flags, BLANKS); *p != '\0'; p += len + strspn(p + len, BLANKS)) {
		len = strcspn(p, BLANKS);
		for (size_t i = 0; i < countof(native_options); i++)
			if (strlen(native_options[i]) == len && strncmp(p, native_options[i], len) == 0)
				return native_options[i];
	}
	return NULL;
}

/* A line of --help=target: "  -mavx2     [enabled]", "  -march=    skylake". */
struct line {
	const char *option, *value;
	size_t option_len, value_len;
};

static bool
next_line(const char **p, struct line *l)
{
	while (**p != '\0') {
		const char *begin = *p, *end = begin + strcspn(begin, "\n");

		*p = *end == '\n' ? end + 1 : end;
		begin += strspn(begin, " \t");
		if (begin[0] != '-' || begin[1] != 'm')
			continue;
		l->option = begin;
		l->option_len = strcspn(begin, BLANKS);
		l->value = begin + l->option_len + strspn(begin + l->option_len, " \t");
		l->value_len = strcspn(l->value, BLANKS);
		return true;
	}
	return false;
}

static bool
is_option(const struct line *l, const char *option)
{
	return l->option_len == strlen(option) && strncmp(l->option, option, l->option_len) == 0;
}

/* The value of an option; NULL without one.  The caller frees. */
static char *
value_of(const char *text, const char *option)
{
	struct line l;

	while (next_line(&text, &l))
		if (is_option(&l, option) && l.value_len > 0)
			return xstrndup(l.value, l.value_len);
	return NULL;
}

char *
native_march(const char *with_native)
{
	return value_of(with_native, "-march=");
}

/* Switches that the processor has or lacks, against what its kind has. */
static void
add_switches(struct buf *out, const char *with_native, const char *plain)
{
	char *name, *before, *after;
	struct line l;

	while (next_line(&with_native, &l)) {
		after = xstrndup(l.value, l.value_len);
		name = xstrndup(l.option, l.option_len);
		before = value_of(plain, name);
		if (before != NULL && streq(after, "[enabled]") && streq(before, "[disabled]"))
			buf_addf(out, " %s", name);
		else if (before != NULL && streq(after, "[disabled]") && streq(before, "[enabled]"))
			buf_addf(out, " -mno-%s", name + 2);
		free(before);
		free(name);
		free(after);
	}
}

/* The sizes of caches: "--param" "l1-cache-size=32", or in one word. */
static void
add_params(struct buf *out, const char *command)
{
	static const char *const names[] = {"l1-cache-size=", "l1-cache-line-size=", "l2-cache-size="};
	const char *p;

	for (size_t i = 0; i < countof(names); i++) {
		p = strstr(command, names[i]);
		if (p != NULL)
			buf_addf(out, " --param=%.*s", (int)strcspn(p, "\"' \n"), p);
	}
}

char *
native_expand(const char *with_native, const char *plain, const char *command)
{
	char *march = native_march(with_native), *tune = value_of(with_native, "-mtune="), *usual = value_of(plain, "-mtune=");
	struct buf out = BUF_INIT;

	if (march != NULL && !streq(march, "native")) {
		buf_addf(&out, "-march=%s", march);
		if (tune != NULL && usual != NULL && !streq(tune, usual))
			buf_addf(&out, " -mtune=%s", tune);
		add_switches(&out, with_native, plain);
		add_params(&out, command);
	}
	free(march);
	free(tune);
	free(usual);
	return out.p;
}

/* What the command (words split at blanks) prints on either descriptor; NULL if it fails.  The caller frees. */
static char *
output_of(const char *gcc, const char *words)
{
	int fd = io_anon_file("native", tmp_dir()), status;
	struct proc_io io = {PROC_NULL, fd, fd, .new_group = false};
	struct buf text = BUF_INIT;
	struct strv argv = STRV_INIT;
	pid_t pid;

	if (fd == -1)
		return NULL;
	strv_push(&argv, gcc);
	for (; *words != '\0'; words += strcspn(words, " ") + strspn(words + strcspn(words, " "), " "))
		strv_push_own(&argv, xstrndup(words, strcspn(words, " ")));
	pid = proc_spawn(gcc, argv.v, &io);
	if (pid != -1 && proc_wait(pid, &status, NULL) == 0 && proc_exit_code(status) == 0 && lseek(fd, 0, SEEK_SET) == 0 &&
		buf_read_fd(&text, fd, OUTPUT_MAX) == 0)
		buf_adds(&text, "");
	else
		buf_free(&text);
	strv_free(&argv);
	close(fd);
	return text.p;
}

char *
native_ask(const char *gcc)
{
	char *native = output_of(gcc, "-march=native -Q --help=target"), *march = native != NULL ? native_march(native) : NULL;
	char *words = NULL, *plain = NULL, *command = NULL, *result = NULL;

	if (march != NULL) {
		words = xasprintf("-march=%s -Q --help=target", march);
		plain = output_of(gcc, words);
		command = output_of(gcc, "-march=native -### -E -x c /dev/null");
	}
	if (plain != NULL && command != NULL)
		result = native_expand(native, plain, command);
	free(native);
	free(march);
	free(words);
	free(plain);
	free(command);
	return result;
}
