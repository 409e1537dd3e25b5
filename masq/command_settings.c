/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Print and change hosts and variables. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/util.h"
#include "config.h"
#include "masq/command.h"
#include "masq/settings.h"
#include "masq/shvar.h"

static void
locate(struct settings_files *files, const struct command_conf *c)
{
	settings_locate(files, c->root, c->eprefix, SYSCONFDIR, c->own_dir);
}

/* Reads, or says why not. */
static bool
read_text(const char *path, struct buf *text, bool *missing)
{
	if (settings_read(path, text, missing) == 0)
		return true;
	command_say("%s cannot be read: %s", path, strerror(errno));
	return false;
}

/* What turns the old text of a file into the new one. */
struct edit {
	const char *name;		/* the variable; NULL: hosts */
	const char *value;
};

static char *
edited(const char *old, const struct edit *e)
{
	return e->name != NULL ? shvar_set(old, e->name, e->value) : settings_merge_hosts(old, e->value);
}

static void
print_edit(const struct command_conf *c, const char *path, const struct edit *e)
{
	const char *word = c->dry_run ? "would set" : "set";
	char *quoted;

	if (e->name != NULL) {
		quoted = shvar_quote(e->value);
		printf("%s %s=%s in %s\n", word, e->name, quoted, path);
		free(quoted);
	} else {
		printf("%s hosts in %s\n", word, path);
	}
}

static int
change(const struct command_conf *c, const char *path, const struct edit *e)
{
	struct buf old = BUF_INIT;
	int fd = -1, status = 1;
	char *text;

	if (!c->dry_run) {
		fd = settings_lock(path);
		if (fd == -1) {
			command_say("%s: its directory cannot be opened or made: %s", path, strerror(errno));
			return 1;
		}
	}
	if (read_text(path, &old, NULL)) {
		text = edited(old.p, e);
		if (!c->dry_run && !streq(text, old.p) && settings_write(path, text) == -1)
			command_say("%s cannot be written: %s%s", path, errno == EINVAL ? "no regular file" : strerror(errno),
				errno == EACCES || errno == EPERM ? "; do it as root" : "");
		else
			status = 0;
		free(text);
	}
	if (status == 0)
		print_edit(c, path, e);
	buf_free(&old);
	if (fd != -1)
		close(fd);
	return status;
}

int
command_get_hosts(const struct command_conf *c)
{
	struct settings_files files;
	struct buf text = BUF_INIT;
	bool missing = false;
	int status = 1;
	const char *path;

	locate(&files, c);
	path = files.hosts;
	if (read_text(path, &text, &missing)) {
		if (missing && files.hosts_default != NULL) {
			buf_free(&text);
			path = files.hosts_default;
			missing = false;
			status = read_text(path, &text, &missing) ? 0 : 1;
		} else {
			status = 0;
		}
		if (missing) {
			command_say("there are no hosts: no file %s; \"distcc-config --set-hosts\" makes it", files.hosts);
			status = 1;
		} else if (status == 0) {
			fputs(text.p, stdout);
		}
	}
	if (getenv("DISTCC_HOSTS") != NULL)
		command_say("note: DISTCC_HOSTS is set; distcc takes that and not %s", path);
	buf_free(&text);
	settings_files_free(&files);
	return status;
}

int
command_set_hosts(const struct command_conf *c, const char *hosts)
{
	struct edit e = {.value = hosts};
	struct settings_files files;
	char *wrong = c->complain_hosts(hosts);
	int status = 1;

	if (wrong != NULL) {
		command_say("%s; nothing was changed", wrong);
		free(wrong);
		return 1;
	}
	locate(&files, c);
	status = change(c, files.hosts, &e);
	if (getenv("DISTCC_HOSTS") != NULL)
		command_say("note: DISTCC_HOSTS is set; distcc takes that and not %s", files.hosts);
	settings_files_free(&files);
	return status;
}

static void
print_all(const char *text)
{
	struct shvar v;
	char *quoted;

	for (const char *line = text; *line != '\0'; line += strcspn(line, "\n") + (line[strcspn(line, "\n")] == '\n')) {
		if (!shvar_parse(line, &v))
			continue;
		quoted = shvar_quote(v.value);
		printf("%.*s=%s\n", (int)v.name_len, v.name, quoted);
		free(quoted);
		free(v.value);
	}
}

int
command_get_env(const struct command_conf *c, const char *variable)
{
	struct settings_files files;
	struct buf text = BUF_INIT;
	int status = 1;
	char *value;

	locate(&files, c);
	if (read_text(files.env, &text, NULL)) {
		value = variable != NULL ? shvar_get(text.p, variable) : NULL;
		if (variable == NULL)
			print_all(text.p);
		else if (value != NULL)
			puts(value);
		else
			command_say("%s is not set in %s", variable, files.env);
		status = variable != NULL && value == NULL;
		free(value);
	}
	buf_free(&text);
	settings_files_free(&files);
	return status;
}

int
command_set_env(const struct command_conf *c, const char *variable, const char *value)
{
	struct edit e = {.name = variable, .value = value};
	struct settings_files files;
	char *wrong = settings_complain(variable, value, c->complain_hosts);
	int status;

	if (wrong != NULL) {
		command_say("%s=%s: %s; nothing was changed", variable, value, wrong);
		free(wrong);
		return 1;
	}
	locate(&files, c);
	status = change(c, files.env, &e);
	if (status == 0 && !c->dry_run)
		command_say("note: \"env-update\" and a new login make it take effect");
	settings_files_free(&files);
	return status;
}
