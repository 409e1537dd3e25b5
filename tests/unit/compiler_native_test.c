/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -march=native for another machine: gcc's rule for this processor with the answers in it. */
#include "compiler/native.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/path.h"
#include "base/tmp.h"
#include "compiler/args.h"
#include "compiler/ask.h"
#include "tests/unit/check.h"

static const struct { const char *line, *options; } lines[] = {
	{" /l/cc1 -quiet /dev/null \"-march=znver3\" -mmmx --param \"l1-cache-size=32\" -quiet -dumpbase x", "-march=znver3 -mmmx --param l1-cache-size=32"},
	{" /l/cc1 -quiet /dev/null -quiet -dumpbase x", ""},
	{" /l/cc1 -quiet x.c -quiet", NULL},
	{" /l/cc1 -quiet /dev/null -O2", NULL},
	{"", NULL},
};

static void
options_are_found(void)
{
	for (size_t i = 0; i < countof(lines); i++) {
		char *got = native_options(lines[i].line);

		CHECK_STR(lines[i].options, got);
		free(got);
	}
}

static const struct { const char *specs, *rule; } rules[] = {
	{"*a:\n1\n\n*cc1_cpu:\n%{march=native:%>march=native %:local_cpu_detect(arch)} x\n\n*b:\n2\n\n",
	 "*cc1_cpu:\n%{march=native:%>march=native ARCH} x\n\n"},
	{"*cc1_cpu:\n%:local_cpu_detect(arch %{!m32:64;:32}) %:local_cpu_detect(tune %{!m32:64;:32})\n\n", "*cc1_cpu:\nARCH TUNE\n\n"},
	{"*cc1_cpu:\n%:local_cpu_detect(cpu)\n\n", NULL},
	{"*cc1_cpu:\n%:local_cpu_detect(archery)\n\n", NULL},
	{"*cc1_cpu:\nnothing\n\n*b:\n%:local_cpu_detect(arch)\n\n", NULL},
	{"*cc1_cpu:\n%:local_cpu_detect(arch", NULL},
	{"*cc1_cpu:\n%:local_cpu_detect(arch\n\n", NULL},
	{"", NULL},
};

static void
rules_are_answered(void)
{
	for (size_t i = 0; i < countof(rules); i++) {
		char *got = native_rule(rules[i].specs, "ARCH", "TUNE");

		CHECK_STR(rules[i].rule, got);
		free(got);
	}
}

/* The object of gcc with option and, unless NULL, another file of rules. */
static bool
compile(const char *gcc, const char *option, const char *specs, struct buf *object)
{
	char *name = xasprintf("/tmp/native-test-%d.o", (int)getpid()), *use = specs != NULL ? xasprintf("-specs=%s", specs) : xstrdup("-pass-exit-codes");
	const char *argv[] = {gcc, "-O2", "-g", option, use, "-x", "c", "-c", "-", "-o", name, NULL};
	struct ask answer;
	bool ok = ask_run(gcc, argv, "int f(int a) { return a * 3; }\n", &answer) && buf_read_file(object, name, 1 << 20) == 0;

	unlink(name);
	ask_free(&answer);
	free(use);
	free(name);
	return ok;
}

/* What matters: the object, and what its debug information says of the options. */
static void
objects_are_the_same(void)
{
	static const char *const options[] = {"-march=native", "-mtune=native"};
	char *gcc = path_find("gcc", getenv("PATH")), *why;
	struct buf plain = BUF_INIT, ours = BUF_INIT;
	struct native n;
	const char *name;
	int fd;

	if (gcc == NULL)
		return;
	if (native_rules(gcc, &n, &why)) {
		CHECK(n.path[0] == '/' && ends_with(n.path, "/specs"));
		CHECK(strstr(n.text, "local_cpu_detect") == NULL);
		fd = tmp_create("/tmp/native-", ".specs", &name);
		CHECK(write(fd, n.text, strlen(n.text)) == (ssize_t)strlen(n.text));
		close(fd);
		for (size_t i = 0; i < countof(options); i++) {
			CHECK(compile(gcc, options[i], NULL, &plain) && compile(gcc, options[i], name, &ours));
			CHECK_ROW(options[i], plain.n == ours.n && memcmp(plain.p, ours.p, plain.n) == 0);
			buf_free(&plain);
			buf_free(&ours);
		}
		tmp_remove(name);
	} else {
		/* another kind of processor: then it is said */
		CHECK(why != NULL && *why != '\0');
	}
	native_free(&n);
	free(why);
	free(gcc);
}

static void
others_have_none(void)
{
	struct native n;
	char *why;

	CHECK(!native_rules("/bin/true", &n, &why));
	CHECK(why != NULL);
	native_free(&n);
	free(why);
	CHECK(!native_rules("/no/such", &n, &why));
	CHECK(why != NULL);
	native_free(&n);
	free(why);
}

int
main(void)
{
	options_are_found();
	rules_are_answered();
	objects_are_the_same();
	others_have_none();
	tmp_cleanup(false);
	return check_done();
}
