/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/jobdir.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/tmp.h"
#include "tests/unit/check.h"

static bool
exists(const char *path)
{
	return access(path, F_OK) == 0;
}

int
main(void)
{
	char *prefix = xasprintf("%s/jobdir_", tmp_dir());
	const char *top = tmp_create_dir(prefix);
	struct jobdir a = JOBDIR_INIT, b = JOBDIR_INIT;
	char *stale, *inner, *other, *saved;
	struct stat st;

	CHECK(top != NULL);
	setenv("TMPDIR", top, 1);
	CHECK_INT(0, jobdir_make(&a, tmp_dir()));
	CHECK_INT(0, jobdir_make(&b, tmp_dir()));
	CHECK(stat(a.path, &st) == 0 && (st.st_mode & 07777) == 0700);
	CHECK(!streq(a.path, b.path));

	/* what a killed job leaves: a directory with things in it, locked by nobody */
	stale = xasprintf("%s/distccd_abcDEF", top);
	inner = xasprintf("%s/distccd_abcDEF/sub", top);
	other = xasprintf("%s/distccd_abcDEFG", top);
	CHECK(mkdir(stale, 0700) == 0 && mkdir(inner, 0700) == 0 && mkdir(other, 0700) == 0);
	CHECK_INT(1, jobdir_sweep(top));
	CHECK(!exists(stale));
	CHECK(exists(other));
	CHECK(exists(a.path));
	CHECK(exists(b.path));

	saved = xstrdup(a.path);
	jobdir_remove(&a);
	CHECK(!exists(saved));
	CHECK(a.path == NULL);
	jobdir_remove(&a);
	jobdir_remove(&b);
	CHECK_INT(0, jobdir_sweep(top));
	CHECK_INT(0, jobdir_sweep("/proc/nonexistent"));

	setenv("TMPDIR", "/proc/nonexistent", 1);
	CHECK_INT(-1, jobdir_make(&a, tmp_dir()));
	jobdir_remove(&a);

	free(saved);
	free(stale);
	free(inner);
	free(other);
	free(prefix);
	tmp_cleanup(false);
	return check_done();
}
