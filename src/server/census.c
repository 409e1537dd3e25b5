/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/census.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/log.h"
#include "base/path.h"
#include "base/util.h"
#include "compiler/identity.h"
#include "server/cmdallow.h"
#include "server/recent.h"
#include "server/toolparts.h"

char *
census_path(const struct server *s)
{
	return path_join(s->cache_dir, "toolchains");
}

/* Find out what path is, a file that name leads to, and note it. */
static void
inquire(const struct server *s, const char *name, const char *path, struct toolbook *b)
{
	struct identity id;
	char *why = NULL;

	if (identity_of(name, &id, &why)) {
		struct toolparts parts;

		if (toolparts_of(id.kind, path, s->search, &parts, &why))
			toolbook_add(b, path, parts.search, &id);
		toolparts_free(&parts);
	}
	if (why != NULL && id.passing)
		log_warnx("%s cannot be asked what it is now: %s", path, why);
	else if (why != NULL)
		toolbook_add_unknown(b, path, why);
	free(why);
	identity_free(&id);
}

/* The real name of what the name is allowed to run, in *path as it was found; NULL if there is nothing.  The caller frees both. */
static char *
behind(const struct server *s, const char *name, char **path)
{
	*path = NULL;
	return cmdallow_find(&s->commands, name, s->search, path) == CMDALLOW_OK ? realpath(*path, NULL) : NULL;
}

/*
 * What the name is allowed to run, if that is not known yet, and under which names.  One that tells no kind of compiler says nothing:
 * another name of the same file may.  Returns whether that is new.
 */
static bool
renew_name(const struct server *s, const char *name, struct toolbook *b)
{
	char *path, *real = behind(s, name, &path);
	bool changed = false;

	if (real != NULL && args_cc_kind(path, real) != CC_UNKNOWN) {
		if (toolbook_line(b, real) == NULL) {
			inquire(s, path, real, b);
			changed = true;
		}
		changed |= toolbook_name(b, real, name);
	}
	free(path);
	free(real);
	return changed;
}

bool
census_allowed(const struct server *s, const struct toolbook_entry *e)
{
	char *names = xstrdup(e->names), *rest = names, *name;
	bool found = false;

	while (!found && (name = strsep(&rest, " ")) != NULL) {
		char *path = NULL, *real = *name == '\0' ? NULL : behind(s, name, &path);

		found = real != NULL && streq(real, e->path);
		free(path);
		free(real);
	}
	free(names);
	return found;
}

static bool
is_found(const struct server *s, const struct toolbook *b, const struct digest *identity)
{
	struct toolbook_entry e = {.path = NULL};
	bool found = toolbook_find(b, identity, &e) && census_allowed(s, &e);

	toolbook_entry_free(&e);
	return found;
}

/*
 * What holds of old, and the compilers that are allowed here: all, or until the one is found that is sought; a job waits for that, so the name
 * that the client has for it comes first.  False: the book is as it was.
 */
static bool
renew(const struct server *s, const struct census_sought *sought, const struct toolbook *old, struct toolbook *new)
{
	struct strv names = STRV_INIT;
	bool changed = toolbook_keep(new, old);

	cmdallow_names(&s->commands, &names);
	if (sought != NULL && strv_has(&names, sought->name))
		changed |= renew_name(s, sought->name, new);
	for (size_t i = 0; i < names.n && (sought == NULL || !is_found(s, new, sought->identity)); i++)
		changed |= renew_name(s, names.v[i], new);
	strv_free(&names);
	return changed;
}

void
census_update(const struct server *s, const struct census_sought *sought)
{
	char *path = census_path(s), *lock_path = xasprintf("%s.lock", path);
	struct toolbook old, new = {.lines = STRV_INIT};
	int lock = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	/* without the lock, work is done twice, no more */
	while (lock != -1 && flock(lock, LOCK_EX) == -1 && errno == EINTR)
		;
	toolbook_read(&old, path);
	if (renew(s, sought, &old, &new) && toolbook_write(&new, path) == -1)
		log_err("cannot write %s", path);
	toolbook_free(&old);
	toolbook_free(&new);
	if (lock != -1)
		close(lock);
	free(lock_path);
	free(path);
}

struct permission {
	const struct server *s;
	const struct toolbook_entry *e;
};

static bool
is_permitted(const void *arg)
{
	const struct permission *p = arg;

	return census_allowed(p->s, p->e);
}

/* The same by these lists, as of a second ago. */
static bool
allowed_lately(const struct server *s, const struct toolbook_entry *e)
{
	char *what = xasprintf("%u %s %s", s->reloads, e->path, e->names);
	struct permission p = {s, e};
	bool ok = recent_or_look(RECENT_ALLOWED, what, is_permitted, &p);

	free(what);
	return ok;
}

bool
census_find(const struct server *s, const struct digest *identity, struct toolbook_entry *e, char **have)
{
	char *path = census_path(s);
	struct toolbook b;
	bool found;

	toolbook_read(&b, path);
	found = toolbook_find(&b, identity, e);
	if (found && !allowed_lately(s, e)) {
		toolbook_entry_free(e);
		found = false;
	}
	if (!found && have != NULL)
		*have = toolbook_summaries(&b);
	toolbook_free(&b);
	free(path);
	return found;
}
