/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/sandbox_mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/util.h"

/* Files and directories a job may make. */
#define MAX_INODES 20000

static const char *const devices[] = {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"};

/* The base, seen from the shared mount namespace. */
#define BASE "cache"

/* Where a directory is: with a name of its own there. */
static const char *
place_of(const struct sandbox *sb, const char *dir, char buf[PATH_MAX])
{
	if (!sb->placed)
		return dir;
	snprintf(buf, PATH_MAX, "/" BASE "%s", dir + strlen(sb->caps->base));
	return buf;
}

/*
 * In the tool root, whose directories proc and tmp are there to be mounted on: the memory for all that is written, then the overlay.
 * Names that others chose (of the cache directory) never are part of the options, where commas and colons mean something.
 */
static const char *
mount_overlay(const struct sandbox *sb, int *upper)
{
	char options[200], place[PATH_MAX];
	int tree = open(place_of(sb, sb->job_tree, place), O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (tree == -1)
		return "open the job's tree";
	if (chdir(place_of(sb, sb->tool_root, place)) == -1)
		return "enter the tool root";
	snprintf(options, sizeof(options), "mode=0755,size=%llu,nr_inodes=%d", (unsigned long long)sb->max_space, MAX_INODES);
	if (mount("tmpfs", "proc", "tmpfs", MS_NOSUID | MS_NODEV, options) == -1)
		return "mount a tmpfs";
	if (mkdir("proc/up", 0755) == -1 || mkdir("proc/work", 0755) == -1 || mkdir("proc/up/tmp", 01777) == -1)
		return "make directories in the tmpfs";
	*upper = open("proc/up", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*upper == -1)
		return "open a directory in the tmpfs";
	snprintf(options, sizeof(options), "lowerdir=/proc/self/fd/%d:.,upperdir=proc/up,workdir=proc/work,userxattr", tree);
	if (mount("overlay", "tmp", "overlay", MS_NOSUID | MS_NODEV, options) == -1)
		return "mount an overlay";
	close(tree);
	return chdir("tmp") == -1 ? "enter the overlay" : NULL;
}

/* The tool root has empty files to be mounted on; a machine may lack one of the devices. */
static const char *
mount_devices(void)
{
	for (size_t i = 0; i < countof(devices); i++) {
		if (mount(devices[i], devices[i] + 1, NULL, MS_BIND, NULL) == -1 && errno != ENOENT)
			return "mount devices";
	}
	return NULL;
}

/*
 * With subset=pid there is nothing of the machine in it.  In containers, which hide parts of their /proc, the kernel does
 * not let us have a new one: compilers can do without.
 */
static bool
mount_proc(void)
{
	return mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, "subset=pid") == 0;
}

/*
 * The current directory becomes "/", and the old root is let go, for which the kernel looks at each thread of the machine.  Where "/" is an
 * initramfs, it can only be hidden; where there is hardly anything in it, that will do.
 */
static const char *
change_root(bool hide)
{
	if (!hide && syscall(SYS_pivot_root, ".", ".") == 0) {
		if (umount2(".", MNT_DETACH) == -1)
			return "leave the old root";
	} else if (mount(".", "/", NULL, MS_MOVE, NULL) == -1 || chroot(".") == -1) {
		return "change the root";
	}
	return chdir("/") == -1 ? "enter the root" : NULL;
}

const char *
sandbox_mounts(const struct sandbox *sb, int *upper, bool *proc)
{
	const char *failed = mount_overlay(sb, upper);

	if (failed == NULL)
		failed = mount_devices();
	*proc = failed == NULL && mount_proc();
	return failed == NULL ? change_root(sb->placed) : failed;
}

/* In the current directory: what the place is made of. */
static bool
make_place(int base)
{
	static const char *const dirs[] = {BASE, "proc", "dev"};
	char self[40];

	for (size_t i = 0; i < countof(dirs); i++) {
		if (mkdir(dirs[i], 0755) == -1)
			return false;
	}
	for (size_t i = 0; i < countof(devices); i++) {
		int fd = open(devices[i] + 1, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);

		if (fd == -1 || close(fd) == -1)
			return false;
	}
	snprintf(self, sizeof(self), "/proc/self/fd/%d", base);
	return mount_devices() == NULL && mount(self, BASE, NULL, MS_BIND, NULL) == 0 &&
	    mount("/proc", "proc", NULL, MS_BIND | MS_REC, NULL) == 0;
}

bool
sandbox_place(const char *base)
{
	int fd = open(base, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd == -1)
		return false;
	/* what jobs mount must not come to all others, nor what others mount to them */
	return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	    mount("tmpfs", base, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=64k,nr_inodes=32") == 0 && chdir(base) == 0 &&
	    make_place(fd) && syscall(SYS_pivot_root, ".", ".") == 0 && umount2(".", MNT_DETACH) == 0 && chdir("/") == 0 &&
	    mount(NULL, "/", NULL, MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV, NULL) == 0;
}
