/* SPDX-License-Identifier: GPL-2.0-or-later */
/* make.conf: whatever is written, what is put into it can be taken out again, and leaves what was read as it was. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "masq/confblock.h"
#include "masq/makeconf.h"
#include "masq/pkgenv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
source(struct makeconf *c, const char *name, void *arg)
{
	int *depth = arg;

	if (*depth > 2)
		return;
	++*depth;
	makeconf_parse(c, name, name, source, arg);
	--*depth;
}

static void
check_block(const char *text)
{
	char *once, *twice, *cut;

	if (confblock_look(text) != CONFBLOCK_NONE)
		return;
	once = confblock_put(text, "X=\"1\"\n", false);
	twice = confblock_put(once, "X=\"1\"\n", false);
	cut = confblock_cut(once);
	if (confblock_look(once) != CONFBLOCK_THERE || strcmp(once, twice) != 0 || strcmp(cut, text) != 0)
		abort();
	free(once);
	free(twice);
	free(cut);
}

static void
check_package_env(const char *text)
{
	struct strv atoms = STRV_INIT;
	char *added = pkgenv_add(text, "a/b", "env"), *removed = pkgenv_remove(added, "a/b", "env");

	pkgenv_list(removed, "env", &atoms);
	if (strv_has(&atoms, "a/b"))
		abort();
	pkgenv_list(added, "env", &atoms);
	if (!strv_has(&atoms, "a/b"))
		abort();
	strv_free(&atoms);
	free(added);
	free(removed);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size);
	struct makeconf c = {0};
	int depth = 0;

	makeconf_parse(&c, text, "make.conf", source, &depth);
	for (size_t i = 0; i < c.n; i++)
		if (c.v[i].line < 1 || makeconf_find(&c, c.v[i].name, false) == NULL)
			abort();
	makeconf_free(&c);
	check_block(text);
	check_package_env(text);
	free(text);
	return 0;
}
