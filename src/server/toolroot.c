/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/toolroot.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/util.h"

int
toolroot_skeleton(const char *dir)
{
	static const char *const dirs[] = {"dev", "proc", "tmp"};
	static const char *const files[] = {"dev/null", "dev/zero", "dev/full", "dev/random", "dev/urandom"};
	int at = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC), result = at == -1 ? -1 : 0;

	for (size_t i = 0; result == 0 && i < countof(dirs); i++)
		result = mkdirat(at, dirs[i], 0755);
	for (size_t i = 0; result == 0 && i < countof(files); i++) {
		int fd = openat(at, files[i], O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);

		result = fd == -1 ? -1 : close(fd);
	}
	if (at != -1)
		close(at);
	return result;
}
