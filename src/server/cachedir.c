/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/cachedir.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/path.h"
#include "base/util.h"
#include "config.h"
#include "server/privdrop.h"

#define NAME "distccd"

/* Below a directory of the user's that a variable names. */
static char *
below(const char *variable, const char *name)
{
	const char *dir = getenv(variable);

	return dir != NULL && dir[0] == '/' ? path_join(dir, name) : NULL;
}

static char *
choose(const struct dconf *conf)
{
	char *dir;

	if (conf->cache_dir != NULL)
		return xstrdup(conf->cache_dir);
	if (geteuid() == 0)
		return xstrdup(CACHEDIR "/" NAME);
	dir = below("CACHE_DIRECTORY", "");
	if (dir == NULL)
		dir = below("XDG_CACHE_HOME", NAME);
	return dir != NULL ? dir : below("HOME", ".cache/" NAME);
}

/* Parents as anybody makes them, the directory itself for the user alone. */
static void
make_for(const char *dir, const struct passwd *pw)
{
	char *parent = path_dir(dir);

	if (path_mkdirs(parent) == -1)
		log_info("cannot make %s", parent);
	else if (mkdir(dir, 0700) == 0 && pw != NULL && chown(dir, pw->pw_uid, pw->pw_gid) == -1)
		log_warn("cannot give %s to %s", dir, pw->pw_name);
	free(parent);
}

char *
cachedir_prepare(const struct dconf *conf)
{
	char *dir = choose(conf);

	if (dir != NULL && geteuid() == 0)
		make_for(dir, privdrop_user(conf->user));
	return dir;
}
