/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines for Portage's make.conf, and what is wrong with those that are there. */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "base/path.h"
#include "base/util.h"
#include "config.h"
#include "masq/advice.h"
#include "masq/command.h"
#include "masq/confblock.h"
#include "masq/confcheck.h"
#include "masq/inroot.h"
#include "masq/place.h"
#include "masq/portage.h"
#include "masq/probe.h"
#include "masq/settings.h"

#define PROBE_MS 1000

static int
count_processors(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;
}

static long
memory_mib(void)
{
	struct sysinfo info;

	return sysinfo(&info) == 0 ? (long)((unsigned long long)info.totalram * info.mem_unit >> 20) : 0;
}

/* Ask all that can be asked. */
static struct advice_host *
ask_hosts(const struct command_hosts *h)
{
	struct advice_host *v = xcalloc(h->n + h->nssh + 1, sizeof(*v));
	struct probe *asked = xcalloc(h->n + 1, sizeof(*asked));

	for (size_t i = 0; i < h->n; i++)
		asked[i] = (struct probe){.host = h->v[i].host, .port = h->v[i].port};
	probe_all(asked, h->n, PROBE_MS);
	for (size_t i = 0; i < h->n; i++)
		v[i] = (struct advice_host){.label = h->v[i].label, .slots = h->v[i].slots, .why = asked[i].why};
	for (size_t i = 0; i < h->nssh; i++)
		v[h->n + i] = (struct advice_host){.label = h->ssh[i].label, .slots = h->ssh[i].slots, .ssh = true};
	free(asked);
	return v;
}

static char *
make_text(const struct portage *p)
{
	struct advice_host *hosts = ask_hosts(&p->hosts);
	struct advice a = {
		.conf = &p->conf.conf, .hosts = hosts, .nhosts = p->hosts.n + p->hosts.nssh, .no_hosts = p->hosts.text,
		.processors = count_processors(), .memory_mib = memory_mib(), .ccache = p->ccache, .expanded = p->expanded,
	};
	char *text = advice_text(&a);

	free(hosts);
	return text;
}

/* May make.conf be changed?  Says why not. */
static bool
is_sound(const struct portage *p)
{
	const struct makeconf_problem *bad = makeconf_fatal(&p->conf.conf);

	if (!p->conf.there)
		command_say("there is no Portage in %s: neither /etc/portage nor /etc/make.conf; nothing was changed",
			p->root[0] != '\0' ? p->root : "/");
	else if (p->conf.error != NULL)
		command_say("%s; nothing was changed", p->conf.error);
	else if (bad != NULL)
		command_say("%s:%u: %s%s%s; mend that first, nothing was changed", bad->file, bad->line, bad->word,
			bad->word[0] != '\0' ? ": " : "", makeconf_explain(bad->trouble));
	else
		return true;
	return false;
}

/* Text of the file, if it can be changed; else says why not. */
static bool
load(const char *path, struct buf *text, bool *missing)
{
	char *wrong;
	bool ok = portconf_load(path, text, missing, &wrong);

	if (!ok) {
		command_say("%s; nothing was changed", wrong);
		free(wrong);
	} else if (confblock_look(text->p) == CONFBLOCK_BROKEN) {
		command_say("%s: there are marks of distcc-config (\"%s\", \"%s\") that do not belong together; remove them, nothing was changed",
			path, CONFBLOCK_BEGIN, CONFBLOCK_END);
		ok = false;
	}
	return ok;
}

static int
cannot_write(const char *path)
{
	command_say("%s cannot be written: %s%s; nothing was changed", path, errno == EINVAL ? "no regular file" : strerror(errno),
		errno == EACCES || errno == EPERM ? " (do it as root)" : "");
	return 1;
}

/* The file whose block is to be renewed, else where a new one goes. */
static char *
choose_file(const struct portconf *conf)
{
	char *found = NULL;

	for (size_t i = 0; i < conf->files.n && found == NULL; i++) {
		struct buf text = BUF_INIT;

		if (settings_read(conf->files.v[i], &text, NULL) == 0 && confblock_look(text.p) != CONFBLOCK_NONE)
			found = xstrdup(conf->files.v[i]);
		buf_free(&text);
	}
	return found != NULL ? found : xstrdup(conf->target);
}

/* Keep the old text, once, and put the new one in its place. */
static int
write_block(const char *path, const char *old, const char *text, bool missing)
{
	bool keep = !missing && confblock_look(old) == CONFBLOCK_NONE;
	char *backup = portconf_backup_name(path);
	int status = 0;

	if (keep && settings_copy(path, old, backup) == -1) {
		status = cannot_write(backup);
	} else if (settings_write(path, text) == -1) {
		status = cannot_write(path);
		if (keep)
			unlink(backup);
	} else {
		printf("wrote %s", path);
		if (keep)
			printf(" (as it was: %s)", backup);
		printf("\n");
	}
	free(backup);
	return status;
}

static int
apply_to(const struct command_conf *c, const char *path, const char *body)
{
	struct buf old = BUF_INIT;
	bool missing = false;
	int status = 1;
	char *text;

	if (load(path, &old, &missing)) {
		text = confblock_put(old.p, body, missing);
		if (!missing && streq(text, old.p)) {
			printf("%s is as it should be\n", path);
			status = 0;
		} else if (c->dry_run) {
			printf("would write to %s:\n%s", path, body);
			status = 0;
		} else {
			status = write_block(path, old.p, text, missing);
		}
		free(text);
	}
	buf_free(&old);
	return status;
}

/* Keep others of us out meanwhile; -1 and *ok unless that is needed. */
static int
lock_for(const struct command_conf *c, const char *path, bool *ok)
{
	int fd = -1;

	*ok = true;
	if (c->dry_run)
		return -1;
	fd = settings_lock(path);
	if (fd == -1) {
		command_say("%s: its directory cannot be opened: %s; nothing was changed", path, strerror(errno));
		*ok = false;
	}
	return fd;
}

static int
apply(const struct portage *p)
{
	char *path, *body;
	int fd, status = 1;
	bool ok;

	if (!is_sound(p))
		return 1;
	path = choose_file(&p->conf);
	fd = lock_for(p->c, path, &ok);
	if (ok) {
		body = make_text(p);
		status = apply_to(p->c, path, body);
		free(body);
	}
	if (fd != -1)
		close(fd);
	free(path);
	return status;
}

/* The backup has done its duty if the file is what it was. */
static void
drop_backup(const char *path, const char *text)
{
	char *backup = portconf_backup_name(path);
	struct buf old = BUF_INIT;
	bool missing = true;

	if (settings_read(backup, &old, &missing) == 0 && !missing) {
		if (streq(old.p, text))
			unlink(backup);
		else
			command_say("note: %s was changed since by somebody else; as it was before: %s", path, backup);
	}
	buf_free(&old);
	free(backup);
}

/* Take the block out of path.  1: an error, which was said; *found: there was one. */
static int
revert_in(const struct command_conf *c, const char *path, bool *found)
{
	struct buf old = BUF_INIT;
	bool ok, gone = false;
	int fd = lock_for(c, path, &ok), status = 1, result;
	char *text;

	if (!ok || !load(path, &old, NULL))
		goto close;
	status = 0;
	if (confblock_look(old.p) == CONFBLOCK_NONE)
		goto close;
	*found = true;
	text = confblock_cut(old.p);
	gone = text[0] == '\0' && confblock_made_file(old.p);
	if (c->dry_run) {
		printf("would %s %s\n", gone ? "remove" : "restore", path);
	} else {
		result = gone ? unlink(path) : settings_write(path, text);
		status = result == 0 ? 0 : cannot_write(path);
		if (status == 0)
			printf("%s %s\n", gone ? "removed" : "restored", path);
		if (status == 0 && !gone)
			drop_backup(path, text);
	}
	free(text);
close:
	buf_free(&old);
	if (fd != -1)
		close(fd);
	return status;
}

static int
revert(const struct portage *p)
{
	bool found = false;
	int status = 0;

	if (!p->conf.there || p->conf.error != NULL)
		return is_sound(p) ? 0 : 1;
	for (size_t i = 0; i < p->conf.files.n; i++)
		status |= revert_in(p->c, p->conf.files.v[i], &found);
	if (!found && status == 0)
		printf("there is nothing of distcc-config in make.conf\n");
	return status;
}

int
command_make_conf(const struct command_conf *c, enum command_make_conf what)
{
	struct portage p;
	int status = 0;
	char *text;

	portage_look(&p, c);
	if (what == MAKE_CONF_APPLY) {
		status = apply(&p);
	} else if (what == MAKE_CONF_REVERT) {
		status = revert(&p);
	} else {
		if (p.conf.error != NULL)
			command_say("note: %s", p.conf.error);
		text = make_text(&p);
		fputs(text, stdout);
		free(text);
	}
	portage_free(&p);
	return status;
}

/* What Portage would take for the directory of links on a machine with lib64; NULL: nothing but ours.  The caller frees. */
static char *
find_shadow(const struct command_conf *c)
{
	char *other = place_in(c->root, c->eprefix, "/usr/lib64/distcc"), *ours = place_in(c->root, c->eprefix, "/usr/lib/distcc");
	struct stat a, b;

	/* one may be a link to the other */
	if (inroot_stat(c->root, other, &a) == 0 && S_ISDIR(a.st_mode) &&
		(inroot_stat(c->root, ours, &b) == -1 || a.st_dev != b.st_dev || a.st_ino != b.st_ino)) {
		free(ours);
		return other;
	}
	free(ours);
	free(other);
	return NULL;
}

void
command_check_portage(const struct command_conf *c, struct findings *f)
{
	struct portage p;
	struct confcheck in = {.masq = c->dir};
	char *shadow;

	portage_look(&p, c);
	if (p.conf.there) {
		shadow = find_shadow(c);
		in.conf = &p.conf.conf;
		for (size_t i = 0; i < p.hosts.n; i++)
			in.slots += p.hosts.v[i].slots;
		for (size_t i = 0; i < p.hosts.nssh; i++)
			in.slots += p.hosts.ssh[i].slots;
		in.hosts_for_portage = p.hosts_seen;
		in.hosts_elsewhere = !p.hosts_seen && in.slots > 0;
		in.ccache = p.ccache;
		in.shadow = shadow;
		in.expanded = p.expanded;
		if (p.conf.error != NULL)
			findings_add(f, SEVERITY_ERROR, "make-conf-unreadable", xstrdup(p.conf.error), xstrdup("mend the file, or remove it"));
		confcheck(f, &in);
		free(shadow);
	}
	portage_free(&p);
}
