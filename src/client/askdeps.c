/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/askdeps.h"

#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/util.h"
#include "client/child.h"

#define OUTPUT_MAX (16u << 20)

/* Options that would write files or other text. */
static bool
is_unwanted(const char *word)
{
	static const char *const prefixes[] = {"-save-temps", "--save-temps", "-d", "-fdump", "-fcallgraph-info", "-fsave-optimization", "-ftime-trace"};

	for (size_t i = 0; i < countof(prefixes); i++)
		if (starts_with(word, prefixes[i]))
			return true;
	return false;
}

/* -M expands every macro of every line, to no end; gcc takes half the time for Boost when it looks at directives alone. */
static void
command(const struct args *a, enum cpp_mode mode, struct strv *argv)
{
	static const char *const quick[] = {"-MD", "-MF", "/dev/stdout", "-o", "/dev/null"};

	args_cpp_command(a, mode, NULL, argv);
	for (size_t i = argv->n; i-- > 1;)
		if (is_unwanted(argv->v[i]))
			strv_remove(argv, i);
	if (mode == CPP_DIRECTIVES) {
		for (size_t i = 0; i < countof(quick); i++)
			strv_insert(argv, 1 + i, quick[i]);
	} else {
		strv_insert(argv, 1, "-M");
	}
}

/* At the first character of a name; it ends at a blank that no backslash precedes. */
static const char *
name(const char *p, const char *end, struct buf *out)
{
	size_t slashes;

	while (p < end && *p != ' ' && *p != '\n' && *p != '\t') {
		for (slashes = 0; p + slashes < end && p[slashes] == '\\'; slashes++)
			;
		if (slashes > 0 && p + slashes < end && p[slashes] == '\n')
			break;
		/* backslashes before a blank are doubled, and one more keeps the blank */
		if (slashes > 0 && p + slashes < end && (p[slashes] == ' ' || p[slashes] == '\t')) {
			for (size_t i = 0; i < slashes / 2; i++)
				buf_add(out, "\\", 1);
			p += slashes;
			if (slashes % 2 == 0)
				break;
			buf_add(out, p++, 1);
		} else if (slashes > 0 && p + slashes < end && p[slashes] == '#') {
			buf_add(out, p, slashes - 1);
			p += slashes;
			buf_add(out, p++, 1);
		} else if (slashes > 0) {
			buf_add(out, p, slashes);
			p += slashes;
		} else {
			if (p[0] == '$' && p + 1 < end && p[1] == '$')
				p++;
			buf_add(out, p++, 1);
		}
	}
	return p;
}

void
askdeps_parse(const char *text, size_t n, struct strv *files)
{
	const char *p = text, *end = text + n;
	struct buf b = BUF_INIT;

	while (p < end && !(*p == ':' && p + 1 < end && (p[1] == ' ' || p[1] == '\n' || p[1] == '\t')))
		p++;
	for (p += p < end; p < end && *p != '\n';) {
		if (*p == ' ' || *p == '\t') {
			p++;
		} else if (*p == '\\' && p + 1 < end && p[1] == '\n') {
			p += 2;
		} else {
			b.n = 0;
			p = name(p, end, &b);
			if (b.n > 0)
				strv_push(files, b.p);
		}
	}
	buf_free(&b);
}

void
askdeps_command(const struct args *a, struct strv *argv)
{
	command(a, CPP_FULL, argv);
}

static bool
ask(const struct ccname *cc, const struct args *a, enum cpp_mode mode, struct strv *files)
{
	struct proc_io io = {PROC_NULL, PROC_NULL, PROC_NULL, NULL, NULL, true, false};
	struct strv argv = STRV_INIT;
	struct buf text = BUF_INIT;
	bool ok = false;
	int status;
	pid_t pid;

	io.out = io_anon_file("dependencies", "/tmp");
	if (io.out == -1)
		return false;
	command(a, mode, &argv);
	pid = child_spawn(cc->path, argv.v, &io);
	if (pid != -1 && child_wait(pid, &status, NULL) == 0 && status == 0 && lseek(io.out, 0, SEEK_SET) == 0 &&
	    buf_read_fd(&text, io.out, OUTPUT_MAX) == 0 && text.n > 0) {
		askdeps_parse(text.p, text.n, files);
		ok = files->n > 0;
	}
	close(io.out);
	buf_free(&text);
	strv_free(&argv);
	return ok;
}

bool
askdeps(const struct ccname *cc, const struct args *a, struct strv *files)
{
	enum cpp_mode mode = args_cpp_mode(a);

	if (mode == CPP_DIRECTIVES && ask(cc, a, mode, files))
		return true;
	return ask(cc, a, CPP_FULL, files);
}
