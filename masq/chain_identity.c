/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/path.h"
#include "base/util.h"
#include "masq/chain.h"
#include "masq/realcc.h"

#define MAX_CMDLINE (1u << 22)

static bool
is_program_of_chain(const char *word)
{
	const char *base = path_base(word);

	return realcc_is_own_name(base) || streq(base, "ccache");
}

/*
 * "ccache distcc gcc -c x.c": what ccache takes for the compiler is distcc, and only its own command says which one
 * is meant.
 */
static char *
compiler_of_parent(void)
{
	struct buf text = BUF_INIT;
	char path[32], *found = NULL;
	const char *word;
	bool ours = false;

	snprintf(path, sizeof(path), "/proc/%ld/cmdline", (long)getppid());
	if (buf_read_file(&text, path, MAX_CMDLINE) != 0)
		text.n = 0;
	for (size_t at = 0; at < text.n && found == NULL; at += strlen(word) + 1) {
		word = text.p + at;
		if (is_program_of_chain(word))
			ours = ours || realcc_is_own_name(path_base(word));
		else if (ours)
			found = xstrdup(word);
		else
			break;
	}
	buf_free(&text);
	return found;
}

/* The compiler behind path. */
static char *
real_compiler(const char *path, const char *list)
{
	struct chain_programs p;
	char *name = is_program_of_chain(path) ? compiler_of_parent() : xstrdup(path), *compiler;

	if (name == NULL)
		return NULL;
	chain_find_compiler(&p, name, NULL, list);
	compiler = p.compiler;
	p.compiler = NULL;
	chain_programs_free(&p);
	free(name);
	return compiler;
}

static bool
add_file(const char *path, struct buf *out)
{
	struct stat st;

	if (stat(path, &st) == -1)
		return false;
	buf_addf(out, "%s %lld %lld.%09ld\n", path, (long long)st.st_size, (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
	return true;
}

bool
chain_identity(const char *path, const char *list, struct buf *out)
{
	char *compiler = real_compiler(path, list), *end = compiler != NULL ? realcc_resolve(compiler) : NULL;
	struct strv configs = STRV_INIT;
	bool ok = end != NULL && add_file(end, out);

	if (ok)
		chain_configs(end, &configs);
	for (size_t i = 0; i < configs.n; i++)
		add_file(configs.v[i], out);
	strv_free(&configs);
	free(compiler);
	free(end);
	return ok;
}
