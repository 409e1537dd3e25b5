/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/toolchains.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/util.h"
#include "server/jobsig.h"
#include "server/recent.h"
#include "server/toolbook.h"
#include "server/toolroots.h"
#include "server/tooltry.h"

#define NICENESS 5
#define IDLE_MS 1000

/* What a worker process is to do. */
struct task {
	const struct server *s;
	const struct toolbook_entry *entry;	/* build its root with that layout; NULL: bring the book up to date */
	const struct strv *layout;
	bool roots;				/* and build roots for all in the book */
};

/* A directory in the place of a link brings what leads out of it with it, which may need a place of its own. */
#define MAX_LAYOUTS 4

static const struct strv no_layout = STRV_INIT;

static char *
book_path(const struct server *s)
{
	return path_join(s->cache_dir, "toolchains");
}

/* Find out what path is, and note it. */
static void
inquire(const struct server *s, const char *path, struct toolbook *b)
{
	struct identity id;
	char *why = NULL;

	if (identity_of(path, &id, &why)) {
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

/* The real name of what the name is allowed to run; NULL if there is nothing.  The caller frees. */
static char *
behind(const struct server *s, const char *name)
{
	char *path = NULL, *real = NULL;

	if (cmdallow_find(&s->commands, name, s->search, &path) == CMDALLOW_OK)
		real = realpath(path, NULL);
	free(path);
	return real;
}

/* What holds of old, and all compilers that are allowed here.  False: it is as it was. */
static bool
renew(const struct server *s, const struct toolbook *old, struct toolbook *new)
{
	struct strv names = STRV_INIT;
	bool changed = toolbook_keep(new, old);

	cmdallow_names(&s->commands, &names);
	for (size_t i = 0; i < names.n; i++) {
		char *path = behind(s, names.v[i]);

		if (path != NULL && toolbook_line(new, path) == NULL) {
			inquire(s, path, new);
			changed = true;
		}
		if (path != NULL && toolbook_name(new, path, names.v[i]))
			changed = true;
		free(path);
	}
	strv_free(&names);
	return changed;
}

static void
update_book(const struct server *s)
{
	char *path = book_path(s), *lock_path = xasprintf("%s.lock", path);
	struct toolbook old, new = {.lines = STRV_INIT};
	int lock = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	/* without the lock, work is done twice, no more */
	while (lock != -1 && flock(lock, LOCK_EX) == -1 && errno == EINTR)
		;
	toolbook_read(&old, path);
	if (renew(s, &old, &new) && toolbook_write(&new, path) == -1)
		log_err("cannot write %s", path);
	toolbook_free(&old);
	toolbook_free(&new);
	if (lock != -1)
		close(lock);
	free(lock_path);
	free(path);
}

/* One of its names is allowed to us, and leads there. */
static bool
allowed(const struct server *s, const struct toolbook_entry *e)
{
	char *names = xstrdup(e->names), *rest = names, *name;
	bool found = false;

	while (!found && (name = strsep(&rest, " ")) != NULL) {
		char *path = *name == '\0' ? NULL : behind(s, name);

		found = path != NULL && streq(path, e->path);
		free(path);
	}
	free(names);
	return found;
}

struct permission {
	const struct server *s;
	const struct toolbook_entry *e;
};

static bool
is_permitted(const void *arg)
{
	const struct permission *p = arg;

	return allowed(p->s, p->e);
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

/* Roots of a compiler; freed by free_wanted. */
static struct toolroots_wanted
wanted_roots(const struct server *s, const struct digest *identity, const char *path, const struct strv *layout)
{
	char hex[DIGEST_HEX_LEN + 1];

	digest_hex(identity, hex);
	return (struct toolroots_wanted){
		.dir = path_join(s->cache_dir, "roots"),
		.family = xasprintf("%s %s", hex, path),
		.layout = layout,
	};
}

static void
free_wanted(struct toolroots_wanted *w)
{
	free((void *)(uintptr_t)w->dir);
	free((void *)(uintptr_t)w->family);
}

/*
 * The links to it on our search path come along: a gcc that does not find its own argv[0] on PATH does not find its parts either.  A client's
 * tree has the client's.
 */
static void
add_links(const struct server *s, const struct toolbook_entry *e, struct toolparts *parts)
{
	char *names = xstrdup(e->names), *rest = names, *name;

	while ((name = strsep(&rest, " ")) != NULL) {
		char *found = *name == '\0' ? NULL : path_find(name, s->search), *real = found == NULL ? NULL : realpath(found, NULL);

		if (real != NULL && found[0] == '/' && streq(real, e->path))
			strv_push(&parts->programs, found);
		free(found);
		free(real);
	}
	free(names);
}

static void
build_root(const struct server *s, const struct toolbook_entry *e, const struct strv *layout)
{
	struct toolroots_wanted w = wanted_roots(s, &e->identity, e->path, layout);
	struct tooltry try = {.caps = &s->sandbox, .path = e->path, .search = e->search};
	struct toolparts parts;
	char *why = NULL;
	bool ok = toolparts_of(e->kind, e->path, s->search, &parts, &why);

	if (ok)
		add_links(s, e, &parts);
	if (!ok || !toolroots_build(&w, &parts, tooltry_works, &try, &why))
		log_warnx("no replica mode with %s: %s", e->summary, why != NULL ? why : "it did not work before");
	toolparts_free(&parts);
	free(why);
	free_wanted(&w);
}

static void
build_if_missing(const struct server *s, const struct toolbook_entry *e)
{
	struct toolroots_wanted w = wanted_roots(s, &e->identity, e->path, &no_layout);
	struct strv list = STRV_INIT;
	char *root, *why = NULL;
	int lock;

	if (toolroots_open(&w, &root, &lock, &list, &why) == TOOLROOTS_MISSING)
		build_root(s, e, &no_layout);
	if (lock != -1)
		close(lock);
	free(root);
	free(why);
	strv_free(&list);
	free_wanted(&w);
}

static void
build_all(const struct server *s)
{
	char *path = book_path(s);
	struct toolbook b;

	toolbook_read(&b, path);
	for (size_t i = 0; i < b.lines.n; i++) {
		struct toolbook_entry e;

		if (toolbook_entry(&b, i, &e) && allowed(s, &e))
			build_if_missing(s, &e);
		toolbook_entry_free(&e);
	}
	toolbook_free(&b);
	free(path);
}

static void
work(const struct task *t)
{
	if (t->entry != NULL)
		build_root(t->s, t->entry, t->layout);
	else
		update_book(t->s);
	if (t->roots)
		build_all(t->s);
}

/*
 * Do it in a process of its own: compilers are run, and jobs in a sandbox, where our signals and children would be in the way.  It ends
 * with us.
 */
static pid_t
start_worker(const struct task *t)
{
	pid_t parent = getpid(), pid = fork();

	if (pid != 0)
		return pid;
	jobsig_init(false);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(0);
	setpgid(0, 0);
	(void)!nice(NICENESS);
	setenv("PATH", t->s->search, 1);
	work(t);
	_exit(0);
}

/* The worker holds the other end of the pipe until it ends. */
static void
wait_for_end(int fd, const struct toolchains_idle *idle)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	int n;

	while ((n = poll(&p, 1, IDLE_MS)) == 0 || (n == -1 && errno == EINTR))
		if (n == 0)
			idle->call(idle->arg, idle->peer);
}

static void
work_and_wait(const struct task *t, const struct toolchains_idle *idle)
{
	int ends[2], status;
	bool piped = idle != NULL && pipe2(ends, O_CLOEXEC) == 0;
	pid_t pid = start_worker(t);

	if (piped) {
		close(ends[1]);
		if (pid != -1)
			wait_for_end(ends[0], idle);
		close(ends[0]);
	}
	if (pid != -1)
		(void)proc_wait(pid, &status, NULL);
}

void
toolchains_start(const struct server *s)
{
	struct task t = {.s = s, .roots = true};
	char *path = s->cache_dir == NULL ? NULL : book_path(s);

	/* who has never had such a job does not pay for it */
	if (path != NULL && s->sandbox.usable && access(path, F_OK) == 0)
		(void)start_worker(&t);
	free(path);
}

static bool
look_up(const struct server *s, const struct digest *identity, struct toolbook_entry *e, char **have)
{
	char *path = book_path(s);
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

struct toolchain *
toolchains_find(const struct server *s, const struct digest *identity, const struct toolchains_idle *idle, char **why)
{
	struct task update = {.s = s};
	struct toolbook_entry e;
	struct toolchain *t;
	char *have = NULL;

	*why = NULL;
	if (!look_up(s, identity, &e, NULL)) {
		work_and_wait(&update, idle);
		if (!look_up(s, identity, &e, &have)) {
			*why = xasprintf("we have: %s", have);
			free(have);
			return NULL;
		}
	}
	t = xmalloc(sizeof(*t));
	*t = (struct toolchain){
		.identity = *identity, .kind = e.kind, .path = e.path, .summary = e.summary, .search = e.search, .names = e.names, .lock = -1,
	};
	return t;
}

/* What a root is made of has to be that compiler now, not a second ago. */
static bool
is_still_there(const struct server *s, const struct toolchain *t)
{
	struct toolbook_entry e;
	bool found;

	recent_forget();
	found = look_up(s, &t->identity, &e, NULL);
	if (found)
		toolbook_entry_free(&e);
	return found;
}

/* The root with that layout, built if need be. */
static bool
get_root(const struct server *s, struct toolchain *t, const struct strv *layout, const struct toolchains_idle *idle, struct strv *list,
	char **why)
{
	struct toolroots_wanted w = wanted_roots(s, &t->identity, t->path, layout);
	struct toolbook_entry e = {
		.identity = t->identity, .kind = t->kind, .path = t->path, .search = t->search, .summary = t->summary, .names = t->names,
	};
	struct task build = {.s = s, .entry = &e, .layout = layout};
	enum toolroots_state state = toolroots_open(&w, &t->root, &t->lock, list, why);

	if (state == TOOLROOTS_MISSING && !is_still_there(s, t)) {
		*why = xasprintf("%s has just changed", t->path);
		state = TOOLROOTS_BAD;
	}
	if (state == TOOLROOTS_MISSING) {
		work_and_wait(&build, idle);
		state = toolroots_open(&w, &t->root, &t->lock, list, why);
	}
	if (state == TOOLROOTS_MISSING)
		*why = xasprintf("cannot build a tool root in %s", w.dir);
	free_wanted(&w);
	return state == TOOLROOTS_READY;
}

static void
drop_root(struct toolchain *t)
{
	if (t->lock != -1)
		close(t->lock);
	free(t->root);
	t->lock = -1;
	t->root = NULL;
}

/* Of the lines of programs in a root's list (toolroot.h). */
static void
note_compilers(struct toolchain *t, const struct strv *list)
{
	for (size_t i = 0; i < list->n; i++) {
		const char *line = list->v[i], *end = strchrnul(line, '\t'), *slash = memrchr(line, '/', (size_t)(end - line));
		char *name;

		if (!starts_with(line, "f ") || slash == NULL || !starts_with(slash + 1, "cc1"))
			continue;
		name = xstrndup(line + 2, (size_t)(end - line - 2));
		strv_push(&t->compilers, name);
		free(name);
	}
}

bool
toolchain_root(const struct server *s, struct toolchain *t, const struct tree *tree, const struct toolchains_idle *idle, char **why)
{
	struct strv list = STRV_INIT, layout = STRV_INIT;
	bool ok;

	*why = NULL;
	ok = get_root(s, t, &no_layout, idle, &list, why);
	for (int i = 0; ok && i < MAX_LAYOUTS && toolroot_layout(&list, tree, &layout); i++) {
		drop_root(t);
		strv_free(&list);
		ok = get_root(s, t, &layout, idle, &list, why);
	}
	note_compilers(t, &list);
	strv_free(&list);
	strv_free(&layout);
	return ok;
}

void
toolchain_free(struct toolchain *t)
{
	if (t == NULL)
		return;
	drop_root(t);
	free(t->path);
	free(t->summary);
	free(t->search);
	free(t->names);
	strv_free(&t->compilers);
	free(t);
}
