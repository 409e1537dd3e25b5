/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/util.h"
#include "masq/chain.h"

static int
is_config(const struct dirent *e)
{
	return ends_with(e->d_name, ".cfg");
}

static void
add_dir(const char *dir, struct strv *out)
{
	struct dirent **list = NULL;
	int n = scandir(dir, &list, is_config, alphasort);

	for (int i = 0; i < n; i++) {
		strv_push_own(out, path_join(dir, list[i]->d_name));
		free(list[i]);
	}
	free(list);
}

void
chain_configs(const char *compiler, struct strv *out)
{
	char *dir = path_dir(compiler);
	glob_t g;

	if (strstr(path_base(compiler), "clang") != NULL) {
		add_dir(dir, out);
		add_dir("/etc/clang", out);
		if (glob("/etc/clang/*/", 0, NULL, &g) == 0)
			for (size_t i = 0; i < g.gl_pathc; i++)
				add_dir(g.gl_pathv[i], out);
		globfree(&g);
	}
	free(dir);
}
