/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Command lines, one word a line; the first byte chooses the compiler.  What may travel is complete, and
 * every command made of it as well.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "compiler/args.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
split(const char *text, struct strv *out)
{
	strv_push(out, "cc");
	while (*text != '\0' && out->n < 1000) {
		size_t n = strcspn(text, "\n");

		strv_push_own(out, xstrndup(text, n));
		text += n + (text[n] == '\n');
	}
}

static void
check_command(struct strv *cmd)
{
	if (cmd->n == 0 || cmd->v[cmd->n] != NULL)
		abort();
	strv_free(cmd);
}

static void
check_travels(const struct args *a)
{
	struct strv cmd = STRV_INIT;

	if (a->source_at == 0 || a->source_at >= a->argv.n || a->source != a->argv.v[a->source_at])
		abort();
	if (a->output == NULL || *a->output == '\0' || (a->deps && a->dep_file == NULL))
		abort();
	for (int mode = CPP_NONE; mode <= CPP_FULL; mode++) {
		args_cpp_command(a, (enum cpp_mode)mode, a->deps ? "tmp.d" : NULL, &cmd);
		check_command(&cmd);
		args_remote_command(a, (enum cpp_mode)mode, "cc", "/home/x", &cmd);
		check_command(&cmd);
	}
	(void)args_cpp_mode(a);
}

static void
client_side(char *const *argv, enum cc_kind kind)
{
	struct args a;
	char *why;

	args_scan(argv, kind, NULL, &a);
	why = args_explain(&a);
	if (why == NULL)
		abort();
	free(why);
	if (a.why == ARGS_OK)
		check_travels(&a);
	args_free(&a);
}

static void
server_side(char *const *argv)
{
	struct strv cmd = STRV_INIT;
	const char *why = NULL, *word = NULL;

	if (args_server_command(argv, "/tmp/job/in.i", "/tmp/job/out.o", &cmd, &why, &word))
		check_command(&cmd);
	else if (why == NULL)
		abort();
	strv_free(&cmd);
	(void)args_server_ext(argv);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum cc_kind kinds[] = {CC_UNKNOWN, CC_GCC, CC_CLANG};
	struct strv argv = STRV_INIT, expanded = STRV_INIT;
	char *text;

	if (size == 0)
		return 0;
	text = xstrndup((const char *)data + 1, size - 1);
	split(text, &argv);
	client_side(argv.v, kinds[data[0] % countof(kinds)]);
	server_side(argv.v);
	/* Only names without a slash: this must not read the machine's files. */
	if (strchr(text, '@') == NULL || strchr(text, '/') == NULL)
		(void)args_expand(argv.v, &expanded);
	strv_free(&argv);
	strv_free(&expanded);
	free(text);
	return 0;
}
