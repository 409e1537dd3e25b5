/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "masq/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/num.h"
#include "base/path.h"
#include "base/strv.h"
#include "base/tmp.h"
#include "base/util.h"
#include "masq/dirlock.h"
#include "masq/place.h"
#include "masq/shvar.h"

#define BLANKS " \t\n\v\f\r"

void
settings_locate(struct settings_files *s, const char *root, const char *eprefix, const char *sysconfdir, const char *own_dir)
{
	char *system = xasprintf("%s/distcc/hosts", sysconfdir);

	*s = (struct settings_files){.env = place_in(root, eprefix, "/etc/env.d/02distcc")};
	if (own_dir != NULL) {
		s->hosts = path_join(own_dir, "hosts");
		s->hosts_default = place_in(root, eprefix, system);
	} else {
		s->hosts = place_in(root, eprefix, system);
	}
	free(system);
}

void
settings_files_free(struct settings_files *s)
{
	free(s->hosts);
	free(s->hosts_default);
	free(s->env);
	*s = (struct settings_files){0};
}

enum value { VALUE_BOOL, VALUE_NUMBER, VALUE_FILE, VALUE_HOSTS, VALUE_CHAIN };

static const struct {
	const char *name;
	enum value value;
} variables[] = {
	{"DISTCC_BACKOFF_PERIOD", VALUE_NUMBER},
	{"DISTCC_CHAIN", VALUE_CHAIN},
	{"DISTCC_DIR", VALUE_FILE},
	{"DISTCC_FALLBACK", VALUE_BOOL},
	{"DISTCC_HOSTS", VALUE_HOSTS},
	{"DISTCC_IO_TIMEOUT", VALUE_NUMBER},
	{"DISTCC_JOURNAL", VALUE_FILE},
	{"DISTCC_LOG", VALUE_FILE},
	{"DISTCC_PAUSE_TIME_MSEC", VALUE_NUMBER},
	{"DISTCC_SAVE_TEMPS", VALUE_BOOL},
	{"DISTCC_SKIP_LOCAL_RETRY", VALUE_BOOL},
	{"DISTCC_TCP_CORK", VALUE_BOOL},
	{"DISTCC_VERBOSE", VALUE_BOOL},
	{"UNCACHED_ERR_FD", VALUE_NUMBER},
};

/* In 02distcc belongs what distcc and its chain read; PATH there would change every login. */
static bool
is_ours(const char *variable)
{
	return starts_with(variable, "DISTCC_") || starts_with(variable, "DCC_") || starts_with(variable, "CCACHE_") ||
		streq(variable, "UNCACHED_ERR_FD");
}

static char *
complain_of_value(enum value kind, const char *value, settings_hosts_check *hosts)
{
	static const char *const chains[] = {"ccache,distcc", "distcc", "none"};
	long n;

	switch (kind) {
	case VALUE_BOOL:
		return streq(value, "0") || streq(value, "1") ? NULL : xstrdup("must be 0 or 1");
	case VALUE_NUMBER:
		return num_parse(value, 0, INT_MAX, &n) ? NULL : xstrdup("must be a number");
	case VALUE_FILE:
		return value[0] == '/' || value[0] == '\0' ? NULL : xstrdup("must be an absolute name of a file, or empty");
	case VALUE_HOSTS:
		return hosts(value);
	case VALUE_CHAIN:
		for (size_t i = 0; i < countof(chains); i++) {
			if (streq(value, chains[i]))
				return NULL;
		}
		return xstrdup("must be ccache,distcc or distcc or none");
	}
	return NULL;
}

char *
settings_complain(const char *variable, const char *value, settings_hosts_check *hosts)
{
	if (!shvar_name_ok(variable) || !is_ours(variable))
		return xstrdup("no variable of distcc or ccache (DISTCC_..., CCACHE_..., UNCACHED_ERR_FD)");
	if (!shvar_can_hold(value))
		return xstrdup("the value has a single quote or a control character, which env-update cannot take");
	for (size_t i = 0; i < countof(variables); i++) {
		if (streq(variable, variables[i].name))
			return complain_of_value(variables[i].value, value, hosts);
	}
	return NULL;
}

static size_t
skip_blanks(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && strchr(" \t\v\f\r", s[n]) != NULL)
		n++;
	return n;
}

/* One line of the old list: its words go, its comment stays. */
static void
merge_line(struct buf *out, const char *line, size_t len, const char *hosts, bool *placed)
{
	size_t at = skip_blanks(line, len);
	const char *comment = memchr(line, '#', len);

	if (at == len || line + at == comment) {
		buf_add(out, line, len);
		buf_adds(out, "\n");
		return;
	}
	if (comment != NULL) {
		buf_add(out, comment, len - (size_t)(comment - line));
		buf_adds(out, "\n");
	}
	if (!*placed)
		buf_addf(out, "%s\n", hosts);
	*placed = true;
}

char *
settings_merge_hosts(const char *old, const char *hosts)
{
	struct buf out = BUF_INIT;
	bool placed = false;
	size_t len = strlen(hosts);
	char *words;

	hosts += strspn(hosts, BLANKS);
	for (len = strlen(hosts); len > 0 && strchr(BLANKS, hosts[len - 1]) != NULL; len--)
		;
	words = xstrndup(hosts, len);
	if (strpbrk(words, "#\n") == NULL) {
		for (const char *line = old; *line != '\0'; line += len + (line[len] == '\n')) {
			len = strcspn(line, "\n");
			merge_line(&out, line, len, words, &placed);
		}
	}
	if (!placed)
		buf_addf(&out, "%s\n", words);
	free(words);
	return out.p;
}

int
settings_read(const char *path, struct buf *text, bool *missing)
{
	struct stat st;
	bool pipe = stat(path, &st) == 0 && S_ISFIFO(st.st_mode), none;	/* opening one would wait for a writer */
	int result = pipe ? -1 : buf_read_file(text, path, SETTINGS_MAX);

	if (pipe)
		errno = EINVAL;
	none = result == -1 && (errno == ENOENT || errno == ENOTDIR);
	if (missing != NULL)
		*missing = none;
	if (result == -1 && !none)
		return -1;
	buf_adds(text, "");
	return 0;
}

int
settings_lock(const char *path)
{
	char *dir = path_dir(path);
	int fd = dirlock_open(dir, true, NULL);

	free(dir);
	return fd;
}

/* Text, mode and owner of the new file, on the disk before it gets its name. */
static int
fill(int fd, const char *text, const struct stat *old)
{
	if (io_write_full(fd, text, strlen(text), &IO_FOREVER) != IO_OK)
		return -1;
	if (old != NULL && fchown(fd, old->st_uid, old->st_gid) == -1 && errno != EPERM)
		return -1;
	if (fchmod(fd, old != NULL ? old->st_mode & 07777 : 0644) == -1)
		return -1;
	return fsync(fd);
}

/* A file under another name, which env-update does not take for one of its own, put in the place of target in one step. */
static int
replace(const char *target, const char *text, const struct stat *old)
{
	char *dir = path_dir(target), *prefix = xasprintf("%s/.%s.", dir, path_base(target));
	const char *tmp;
	sigset_t all, before;
	int fd, result = -1, saved_errno;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);	/* interrupted now, we would leave it */
	fd = tmp_create(prefix, "", &tmp);
	if (fd != -1) {
		result = fill(fd, text, old) == 0 ? rename(tmp, target) : -1;
		saved_errno = errno;
		if (result == 0)
			tmp_forget(tmp);
		else
			tmp_remove(tmp);
		close(fd);
		errno = saved_errno;
	}
	saved_errno = errno;
	sigprocmask(SIG_SETMASK, &before, NULL);
	free(prefix);
	free(dir);
	errno = saved_errno;
	return result;
}

int
settings_copy(const char *path, const char *text, const char *copy)
{
	struct stat st;

	return stat(path, &st) == 0 ? replace(copy, text, &st) : -1;
}

int
settings_write(const char *path, const char *text)
{
	char *real = realpath(path, NULL);
	struct stat st;
	bool there = real != NULL && stat(real, &st) == 0;
	int result = -1, saved_errno;

	if ((there && !S_ISREG(st.st_mode)) || (!there && lstat(path, &st) == 0))
		errno = EINVAL;
	else
		result = replace(there ? real : path, text, there ? &st : NULL);
	saved_errno = errno;
	free(real);
	errno = saved_errno;
	return result;
}
