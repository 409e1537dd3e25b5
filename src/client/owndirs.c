/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/owndirs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/util.h"
#include "client/child.h"
#include "client/facts.h"
#include "compiler/clangconf.h"

#define VERSION 3
#define OUTPUT_MAX (4u << 20)

extern char **environ;

/* A text of everything the answer depends on. */
static bool
describe(const struct ccname *cc, const struct search *s, struct buf *b)
{
	const char *home = getenv("HOME");
	struct sign sign;
	struct stat st;

	if (stat(cc->path, &st) == -1)
		return false;
	sign_of(&sign, &st);
	buf_add(b, &sign, sizeof(sign));
	buf_add(b, cc->path, strlen(cc->path) + 1);
	buf_add(b, cc->name, strlen(cc->name) + 1);
	/* there clang looks for configuration files of the user */
	if (cc->kind == CC_CLANG && home != NULL)
		buf_add(b, home, strlen(home) + 1);
	buf_add(b, s->x, strlen(s->x) + 1);
	for (size_t i = 0; i < s->query.n; i++)
		buf_add(b, s->query.v[i], strlen(s->query.v[i]) + 1);
	return true;
}

/* A list as text: words with their NULs, an empty one at the end. */
static void
put_list(struct buf *b, const struct strv *list)
{
	for (size_t i = 0; i < list->n; i++)
		buf_add(b, list->v[i], strlen(list->v[i]) + 1);
	buf_add(b, "", 1);
}

static bool
get_list(const char **p, const char *end, struct strv *list)
{
	const char *nul;

	for (;;) {
		nul = memchr(*p, '\0', (size_t)(end - *p));
		if (nul == NULL)
			return false;
		if (nul == *p)
			break;
		strv_push(list, *p);
		*p = nul + 1;
	}
	*p = nul + 1;
	return true;
}

static bool
exists(struct places *p, struct place *cwd, const char *dir)
{
	return places_walk(p, cwd, dir, NULL)->kind == PLACE_DIR;
}

/*
 * What else the answer depends on: gcc's files of rules, the directories in which clang looks for configuration files, and those that are
 * in effect.  False: these cannot be read.
 */
static bool
find_watched(const struct search_own *own, struct strv *watched)
{
	struct clangconf conf;
	bool ok = clangconf_read(&conf, &own->configs);

	strv_push_all(watched, own->specs.v);
	for (size_t i = 0; i < own->config_dirs.n; i++)
		strv_push(watched, own->config_dirs.v[i]);
	for (size_t i = 0; i < conf.files.n; i++)
		strv_push(watched, conf.files.v[i]);
	clangconf_free(&conf);
	return ok;
}

/* 0: nothing is there. */
static uint64_t
watched_sum(const struct place *e)
{
	return e->kind == PLACE_DIR || e->kind == PLACE_FILE ? sign_sum(&e->sign) : 0;
}

/* Of each of the others: does it exist? */
static void
put_existence(struct buf *b, const struct search_own *own, struct places *p, struct place *cwd)
{
	for (size_t i = 0; i < own->others.n; i++)
		buf_add(b, exists(p, cwd, own->others.v[i]) ? "y" : "n", 1);
}

/* p: of each of the others whether it exists, then the sums of what is watched. */
static bool
is_current(const struct search_own *own, const struct strv *watched, const char *p, const char *end, struct places *places, struct place *cwd)
{
	const char *sums = p + own->others.n;
	uint64_t sum;

	if ((size_t)(end - p) != own->others.n + watched->n * sizeof(sum))
		return false;
	for (size_t i = 0; i < watched->n; i++) {
		memcpy(&sum, sums + i * sizeof(sum), sizeof(sum));
		if (watched_sum(places_walk(places, cwd, watched->v[i], NULL)) != sum)
			return false;
	}
	for (size_t i = 0; i < own->others.n; i++)
		if (exists(places, cwd, own->others.v[i]) != (p[i] == 'y'))
			return false;
	for (size_t i = 0; i < own->dirs.n; i++)
		if (!exists(places, cwd, own->dirs.v[i]))
			return false;
	return true;
}

static bool
from_cache(struct cache *c, const void *key, size_t key_n, struct places *places, struct place *cwd, struct search_own *own)
{
	struct strv watched = STRV_INIT, user = STRV_INIT;
	const void *value;
	const char *p, *end;
	size_t n;
	bool ok;

	if (!cache_get(c, key, key_n, &value, &n))
		return false;
	p = value;
	end = p + n;
	ok = get_list(&p, end, &own->dirs) && get_list(&p, end, &own->others) && get_list(&p, end, &own->probes) &&
		get_list(&p, end, &own->specs) && get_list(&p, end, &own->configs) && get_list(&p, end, &own->config_dirs) && get_list(&p, end, &user) &&
		get_list(&p, end, &watched) && is_current(own, &watched, p, end, places, cwd);
	if (user.n > 0)
		own->user_config_dir = xstrdup(user.v[0]);
	strv_free(&user);
	strv_free(&watched);
	return ok;
}

static void
to_cache(struct cache *c, const void *key, size_t key_n, struct places *places, struct place *cwd, const struct search_own *own)
{
	struct strv watched = STRV_INIT, user = STRV_INIT;
	struct buf b = BUF_INIT;
	int64_t now_ns = clock_real_ns();
	bool certain = find_watched(own, &watched);
	struct place *e;
	uint64_t sum;

	if (own->user_config_dir != NULL)
		strv_push(&user, own->user_config_dir);
	put_list(&b, &own->dirs);
	put_list(&b, &own->others);
	put_list(&b, &own->probes);
	put_list(&b, &own->specs);
	put_list(&b, &own->configs);
	put_list(&b, &own->config_dirs);
	put_list(&b, &user);
	put_list(&b, &watched);
	put_existence(&b, own, places, cwd);
	for (size_t i = 0; i < watched.n; i++) {
		e = places_walk(places, cwd, watched.v[i], NULL);
		sum = watched_sum(e);
		buf_add(&b, &sum, sizeof(sum));
		/* what has just changed may change again without a sign of it */
		certain = certain && (sum == 0 || !sign_is_young(&e->sign, now_ns, FACT_RACY_NS));
	}
	if (certain)
		cache_put(c, key, key_n, b.p, b.n);
	buf_free(&b);
	strv_free(&user);
	strv_free(&watched);
}

/* The environment without what concerns this one command, and without translations. */
static void
neutral_env(struct strv *env)
{
	size_t n;

	for (char **e = environ; *e != NULL; e++) {
		bool drop = starts_with(*e, "LC_") || starts_with(*e, "LANG") || starts_with(*e, "DEPENDENCIES_OUTPUT=") ||
			starts_with(*e, "SUNPRO_DEPENDENCIES=");

		for (size_t i = 0; search_env_names[i] != NULL; i++) {
			n = strlen(search_env_names[i]);
			drop = drop || (strncmp(*e, search_env_names[i], n) == 0 && (*e)[n] == '=');
		}
		if (!drop)
			strv_push(env, *e);
	}
	strv_push(env, "LC_ALL=C");
}

static bool
ask(const struct ccname *cc, const struct search *s, struct search_own *own)
{
	struct strv argv = STRV_INIT, env = STRV_INIT;
	struct buf text = BUF_INIT;
	int fd, status;
	bool ok = false;
	pid_t pid;

	fd = io_anon_file("search", "/tmp");
	if (fd == -1)
		return false;
	search_query(s, cc->name, &argv);
	neutral_env(&env);
	pid = child_spawn(cc->path, argv.v, &(struct proc_io){PROC_NULL, PROC_NULL, fd, NULL, env.v, true, false});
	/*
	 * A complete list counts even if the compiler fails behind it, as gcc does where -mcmodel=kernel comes without the
	 * -fno-PIE of the command.
	 */
	if (pid != -1 && child_wait(pid, &status, NULL) == 0 && lseek(fd, 0, SEEK_SET) == 0 &&
	    buf_read_fd(&text, fd, OUTPUT_MAX) == 0 && text.n > 0)
		ok = search_parse(text.p, text.n, own);
	close(fd);
	buf_free(&text);
	strv_free(&argv);
	strv_free(&env);
	return ok;
}

bool
owndirs_get(struct cache *c, const struct ccname *cc, const struct search *s, struct places *p, struct place *cwd, struct search_own *own, char **why)
{
	struct buf text = BUF_INIT;
	struct {
		char space, version, pad[6];
		uint64_t sum[2];
	} key = {.space = 's', .version = VERSION};
	bool ok = false;

	*own = (struct search_own){0};
	if (!describe(cc, s, &text)) {
		*why = xasprintf("%s: %s", cc->path, strerror(errno));
		goto free_text;
	}
	key.sum[0] = cache_sum(text.p, text.n);
	buf_adds(&text, "again");
	key.sum[1] = cache_sum(text.p, text.n);
	if (from_cache(c, &key, sizeof(key), p, cwd, own)) {
		ok = true;
		goto free_text;
	}
	search_own_free(own);
	ok = ask(cc, s, own);
	if (ok)
		to_cache(c, &key, sizeof(key), p, cwd, own);
	else
		*why = xasprintf("%s does not tell where it looks for headers", cc->path);

free_text:
	buf_free(&text);
	return ok;
}
