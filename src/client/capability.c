/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/capability.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/path.h"
#include "base/util.h"
#include "client/lockdir.h"

#define SPEAKS_S 3600
#define SPEAKS_RENEW_S 600
#define DIGITS 16	/* of the toolchain's digest in a name */

/* "KIND_HOST" or "KIND_HOST_TOOLCHAIN" */
static char *
file_name(const char *kind, const struct hostspec *h, const struct digest *tool)
{
	char *host = hostspec_lock_name(h), *name, hex[DIGEST_HEX_LEN + 1] = "";

	if (tool != NULL)
		digest_hex(tool, hex);
	name = xasprintf("%s_%s%s%.*s", kind, host, tool != NULL ? "_" : "", DIGITS, hex);
	free(host);
	return name;
}

/* Is there such a mark, younger than that? */
static bool
is_marked(const char *dir, const char *kind, const struct hostspec *h, const struct digest *tool, time_t max_s)
{
	char *name, *path;
	struct stat st;
	time_t age;
	bool marked;

	if (dir == NULL)
		return false;
	name = file_name(kind, h, tool);
	path = path_join(dir, name);
	marked = lstat(path, &st) == 0;
	if (marked) {
		age = time(NULL) - st.st_mtime;
		/* a mark from the future (another machine's clock) must not hold for ever */
		marked = age >= -1 && age < max_s;
	}
	free(name);
	free(path);
	return marked;
}

static void
set_mark(const char *dir, const char *kind, const struct hostspec *h, const struct digest *tool)
{
	ssize_t written;
	char *name;
	int fd;

	if (dir == NULL)
		return;
	name = file_name(kind, h, tool);
	fd = lockdir_open(dir, name, true);
	free(name);
	if (fd == -1)
		return;
	written = write(fd, "x", 1);
	(void)written;	/* disk full: the time stamp is what counts */
	close(fd);
}

static void
remove_mark(const char *dir, const char *kind, const struct hostspec *h)
{
	char *name = file_name(kind, h, NULL), *path = path_join(dir, name);

	unlink(path);
	free(name);
	free(path);
}

bool
capability_host(const char *dir, const struct hostspec *h, const char **why)
{
	if (h->plain)
		*why = "its host option ,plain allows classic mode only";
	else if (is_marked(dir, "classic", h, NULL, CAPABILITY_CLASSIC_S))
		*why = "it does not take replica jobs";
	else
		return true;
	return false;
}

bool
capability_replica(const char *dir, const struct hostspec *h, const struct digest *tool, const char **why)
{
	if (!capability_host(dir, h, why))
		return false;
	if (is_marked(dir, "foreign", h, tool, CAPABILITY_FOREIGN_S)) {
		*why = "it does not have this very compiler";
		return false;
	}
	if (is_marked(dir, "suspect", h, tool, CAPABILITY_SUSPECT_S)) {
		*why = "a compile failed there that does not fail here";
		return false;
	}
	return true;
}

bool
capability_speaks(const char *dir, const struct hostspec *h)
{
	return is_marked(dir, "speaks4", h, NULL, SPEAKS_S);
}

void
capability_set_speaks(const char *dir, const struct hostspec *h)
{
	/* not with each job */
	if (!is_marked(dir, "speaks4", h, NULL, SPEAKS_RENEW_S))
		set_mark(dir, "speaks4", h, NULL);
}

void
capability_set_classic(const char *dir, const struct hostspec *h)
{
	if (dir != NULL)
		remove_mark(dir, "speaks4", h);
	set_mark(dir, "classic", h, NULL);
}

void
capability_set_foreign(const char *dir, const struct hostspec *h, const struct digest *tool)
{
	set_mark(dir, "foreign", h, tool);
}

void
capability_set_suspect(const char *dir, const struct hostspec *h, const struct digest *tool)
{
	set_mark(dir, "suspect", h, tool);
}
