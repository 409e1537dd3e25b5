/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/toolchains.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/log.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/util.h"
#include "server/census.h"
#include "server/jobsig.h"
#include "server/recent.h"
#include "server/toolroots.h"
#include "server/tooltry.h"

#define NICENESS 5
#define IDLE_MS 1000

/* What a worker process is to do. */
struct task {
	const struct server *s;
	const struct toolbook_entry *entry;	/* build its root with that layout; NULL: bring the book up to date */
	const struct strv *layout;
	const struct census_sought *sought;	/* bring the book up to date as far as this needs it; NULL: all of it */
	bool roots;				/* and build roots for all in the book */
	struct listeners *listeners;		/* to be closed there; or NULL */
};

/* A directory in the place of a link brings what leads out of it with it, which may need a place of its own. */
#define MAX_LAYOUTS 4

static const struct strv no_layout = STRV_INIT;

/* Roots of a compiler; freed by free_wanted. */
static struct toolroots_wanted
wanted_roots(const struct server *s, const struct digest *whole, const char *path, const struct strv *layout)
{
	char hex[DIGEST_HEX_LEN + 1];

	digest_hex(whole, hex);
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
	struct toolroots_wanted w = wanted_roots(s, &e->whole, e->path, layout);
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
	struct toolroots_wanted w = wanted_roots(s, &e->whole, e->path, &no_layout);
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
	char *path = census_path(s);
	struct toolbook b;

	toolbook_read(&b, path);
	for (size_t i = 0; i < b.lines.n; i++) {
		struct toolbook_entry e;

		if (toolbook_entry(&b, i, &e) && census_allowed(s, &e))
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
		census_update(t->s, t->sought);
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
	if (t->listeners != NULL)
		listen_close(t->listeners);
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
toolchains_start(const struct server *s, struct listeners *listeners)
{
	struct task t = {.s = s, .roots = true, .listeners = listeners};
	char *path = s->cache_dir == NULL ? NULL : census_path(s);

	/* who has never had such a job does not pay for it */
	if (path != NULL && s->sandbox.usable && access(path, F_OK) == 0)
		(void)start_worker(&t);
	free(path);
}

struct toolchain *
toolchains_find(const struct server *s, const struct digest *identity, const char *name, const struct toolchains_idle *idle, char **why)
{
	struct census_sought sought = {identity, path_base(name)};
	struct task update = {.s = s, .sought = &sought};
	struct toolbook_entry e;
	struct toolchain *t;
	char *have = NULL;

	*why = NULL;
	if (!census_find(s, identity, &e, NULL)) {
		work_and_wait(&update, idle);
		if (!census_find(s, identity, &e, &have)) {
			*why = xasprintf("we have: %s", have);
			free(have);
			return NULL;
		}
	}
	t = xmalloc(sizeof(*t));
	*t = (struct toolchain){
		.identity = *identity, .whole = e.whole, .kind = e.kind, .path = e.path, .summary = e.summary, .search = e.search, .names = e.names, .lock = -1,
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
	found = census_find(s, &t->identity, &e, NULL);
	if (found)
		toolbook_entry_free(&e);
	return found;
}

/* The root with that layout, built if need be. */
static bool
get_root(const struct server *s, struct toolchain *t, const struct strv *layout, const struct toolchains_idle *idle, struct strv *list,
	char **why)
{
	struct toolroots_wanted w = wanted_roots(s, &t->whole, t->path, layout);
	struct toolbook_entry e = {
		.whole = t->whole, .kind = t->kind, .path = t->path, .search = t->search, .summary = t->summary, .names = t->names,
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
