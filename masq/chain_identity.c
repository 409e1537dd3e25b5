/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

static void
add_file(const char *path, const struct stat *st, struct buf *out)
{
	buf_addf(out, "%s %lld %lld.%09ld\n", path, (long long)st->st_size, (long long)st->st_mtim.tv_sec, st->st_mtim.tv_nsec);
}

static int
is_config(const struct dirent *e)
{
	return ends_with(e->d_name, ".cfg");
}

static void
add_configs(const char *dir, struct buf *out)
{
	struct dirent **list = NULL;
	int n = scandir(dir, &list, is_config, alphasort);
	struct stat st;

	for (int i = 0; i < n; i++) {
		char *path = path_join(dir, list[i]->d_name);

		if (stat(path, &st) == 0)
			add_file(path, &st, out);
		free(path);
		free(list[i]);
	}
	free(list);
}

/* clang takes options from files beside itself and, where distributions say so, below /etc/clang (Gentoo's: one directory a version). */
static void
add_clang_configs(const char *clang, struct buf *out)
{
	char *dir = path_dir(clang);
	glob_t g;

	add_configs(dir, out);
	free(dir);
	add_configs("/etc/clang", out);
	if (glob("/etc/clang/*/", 0, NULL, &g) == 0)
		for (size_t i = 0; i < g.gl_pathc; i++)
			add_configs(g.gl_pathv[i], out);
	globfree(&g);
}

bool
chain_identity(const char *path, const char *list, struct buf *out)
{
	char *compiler = real_compiler(path, list), *end = compiler != NULL ? realcc_resolve(compiler) : NULL;
	struct stat st;
	bool ok = end != NULL && stat(end, &st) == 0;

	if (ok)
		add_file(end, &st, out);
	if (ok && strstr(path_base(end), "clang") != NULL)
		add_clang_configs(end, out);
	free(compiler);
	free(end);
	return ok;
}
