/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/privdrop.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/io.h"
#include "base/log.h"
#include "base/proc.h"
#include "base/util.h"

static const char *const default_users[] = {"distcc", "distccd", "nobody"};

/* What we need of a struct passwd, as it goes through a pipe. */
struct found {
	int err;		/* name is "": errno */
	uid_t uid;
	gid_t gid;
	char name[256], home[4096];
};

static const struct passwd *
find(const char *user)
{
	const struct passwd *pw = NULL;

	errno = 0;
	if (user != NULL)
		return getpwnam(user);
	for (size_t i = 0; pw == NULL && i < countof(default_users); i++)
		pw = getpwnam(default_users[i]);
	return pw;
}

static void
look_up(const char *user, struct found *f)
{
	const struct passwd *pw = find(user);

	*f = (struct found){.err = errno};
	if (pw == NULL)
		return;
	f->uid = pw->pw_uid;
	f->gid = pw->pw_gid;
	snprintf(f->name, sizeof(f->name), "%s", pw->pw_name);
	snprintf(f->home, sizeof(f->home), "%s", pw->pw_dir);
}

/*
 * By a process of its own: the libraries that a system may have for this stay with who asks, and each process that serves a job would be
 * forked with them.
 */
const struct passwd *
privdrop_user(const char *user)
{
	static struct found f;
	static struct passwd pw;
	int fds[2], status;
	pid_t pid = -1;

	f = (struct found){.err = EIO};
	if (pipe2(fds, O_CLOEXEC) == -1)
		return NULL;
	pid = fork();
	if (pid == 0) {
		look_up(user, &f);
		(void)!write(fds[1], &f, sizeof(f));
		_exit(0);
	}
	close(fds[1]);
	if (pid != -1) {
		if (io_read_full(fds[0], &f, sizeof(f), &IO_FOREVER) != IO_OK)
			f = (struct found){.err = EIO};
		(void)proc_wait(pid, &status, NULL);
	}
	close(fds[0]);
	errno = f.err;
	pw = (struct passwd){.pw_name = f.name, .pw_uid = f.uid, .pw_gid = f.gid, .pw_dir = f.home};
	return f.name[0] != '\0' ? &pw : NULL;
}

/* Believe the kernel, not the return values. */
static bool
is_now(uid_t uid, gid_t gid)
{
	uid_t ruid, euid, suid;
	gid_t rgid, egid, sgid, group;

	if (getresuid(&ruid, &euid, &suid) == -1 || getresgid(&rgid, &egid, &sgid) == -1)
		return false;
	if (ruid != uid || euid != uid || suid != uid || rgid != gid || egid != gid || sgid != gid)
		return false;
	if (getgroups(1, &group) != 1 || group != gid)
		return false;
	return setuid(0) == -1 && seteuid(0) == -1;
}

static bool
become(const struct passwd *pw)
{
	uid_t uid = pw->pw_uid;
	gid_t gid = pw->pw_gid;

	if (uid == 0) {
		log_errx("compilers will not be run as root: --user must name somebody else");
		return false;
	}
	setenv("HOME", pw->pw_dir, 1);
	setenv("USER", pw->pw_name, 1);
	setenv("LOGNAME", pw->pw_name, 1);
	if (setgroups(1, &gid) == -1 || setresgid(gid, gid, gid) == -1 || setresuid(uid, uid, uid) == -1) {
		log_err("cannot become user %s", pw->pw_name);
		return false;
	}
	if (!is_now(uid, gid)) {
		log_errx("the change to user %s did not take effect", pw->pw_name);
		return false;
	}
	return true;
}

bool
privdrop(const char *user)
{
	const struct passwd *pw;

	if (geteuid() == 0) {
		pw = privdrop_user(user);
		if (pw == NULL) {
			log_errx("there is no user %s to become", user != NULL ? user : "distcc, distccd or nobody");
			return false;
		}
		if (!become(pw))
			return false;
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		log_warn("compilers can use set-user-id programs");
	return true;
}
