/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/hostlist.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/path.h"
#include "base/util.h"
#include "client/zeroconf.h"
#include "config.h"

#define BLANKS " \t\n\v\f\r"

/* Where a word stands in the text. */
struct place {
	unsigned line, column;
};

static void
add_host(struct hostlist *l, const struct hostspec *h)
{
	if (l->n == l->cap) {
		l->cap = l->cap != 0 ? 2 * l->cap : 16;
		l->v = xrealloc(l->v, l->cap * sizeof(l->v[0]));
	}
	l->v[l->n++] = *h;
}

static void
take_setting(struct hostlist *l, const struct hostspec *h)
{
	if (h->kind == HOST_RANDOMIZE)
		l->randomize = true;
	else if (h->kind == HOST_LOCALSLOTS)
		l->local_slots = h->slots;
	else
		l->local_cpp_slots = h->slots;
}

static void
take_word(struct hostlist *l, char *word, struct place at)
{
	struct hostspec h;
	enum hostspec_err err;
	size_t offset;

	err = hostspec_parse(word, &h, &offset);
	if (err != HOSTSPEC_OK) {
		if (l->bad_word == NULL) {
			l->bad_err = err;
			l->bad_word = xstrdup(word);
			l->bad_line = at.line;
			l->bad_column = at.column + (unsigned)offset;
		}
		h = (struct hostspec){.kind = HOST_BAD, .word = xstrdup(word)};
		add_host(l, &h);
	} else if (h.kind >= HOST_RANDOMIZE) {
		take_setting(l, &h);
		hostspec_free(&h);
	} else {
		l->zeroconf |= h.kind == HOST_ZEROCONF;
		add_host(l, &h);
	}
}

static void
init(struct hostlist *l)
{
	*l = (struct hostlist){
		.local_slots = HOSTLIST_LOCAL_SLOTS,
		.local_cpp_slots = HOSTLIST_LOCAL_CPP_SLOTS,
	};
}

enum hostlist_err
hostlist_parse(struct hostlist *l, const char *source, const char *text)
{
	struct place at = {1, 1};
	size_t len;
	char *word;

	init(l);
	l->source = xstrdup(source);
	for (const char *p = text; *p != '\0'; p += len) {
		if (*p == '#') {
			len = strcspn(p, "\n");
		} else if (strchr(BLANKS, *p) != NULL) {
			len = 1;
		} else {
			len = strcspn(p, BLANKS "#");
			word = xstrndup(p, len);
			take_word(l, word, at);
			free(word);
		}
		at.column += (unsigned)len;
		if (*p == '\n')
			at = (struct place){at.line + 1, 1};
	}
	if (l->bad_word != NULL)
		return HOSTLIST_BAD;
	return l->n > 0 ? HOSTLIST_OK : HOSTLIST_EMPTY;
}

/* HOSTLIST_NONE if there is no such file. */
static enum hostlist_err
load_file(struct hostlist *l, const char *path)
{
	struct buf text = BUF_INIT;
	enum hostlist_err err = HOSTLIST_FILE;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);	/* a pipe must not hold the build */
	if (fd == -1 && (errno == ENOENT || errno == ENOTDIR))
		return HOSTLIST_NONE;
	if (fd == -1 || buf_read_fd(&text, fd, HOSTLIST_FILE_MAX) == -1) {
		l->saved_errno = errno;
		l->source = xstrdup(path);
	} else {
		err = hostlist_parse(l, path, text.p != NULL ? text.p : "");
	}
	buf_free(&text);
	if (fd != -1)
		close(fd);
	return err;
}

enum hostlist_err
hostlist_load_words(struct hostlist *l, const char *dir)
{
	const char *words = getenv("DISTCC_HOSTS");
	enum hostlist_err err = HOSTLIST_NONE;
	char *path;

	init(l);
	if (words != NULL) {
		err = hostlist_parse(l, "DISTCC_HOSTS", words);
	} else {
		if (dir != NULL) {
			path = path_join(dir, "hosts");
			err = load_file(l, path);
			free(path);
		}
		if (err == HOSTLIST_NONE)
			err = load_file(l, SYSCONFDIR "/distcc/hosts");
	}
	return err;
}

/* Another host of the same name as one that was found. */
static struct hostspec
copy_host(const struct hostspec *from)
{
	struct hostspec h;
	size_t at;

	(void)hostspec_parse(from->word, &h, &at);	/* it was understood before */
	h.slots = from->slots;
	return h;
}

enum hostlist_err
hostlist_fill_in(struct hostlist *l, const struct discovered *found)
{
	struct hostspec *words = l->v, h;
	size_t n = l->n;
	bool done = false;

	l->v = NULL;
	l->n = l->cap = 0;
	for (size_t i = 0; i < n; i++) {
		if (words[i].kind != HOST_ZEROCONF) {
			add_host(l, &words[i]);
			continue;
		}
		for (size_t k = 0; !done && k < found->n; k++) {
			h = copy_host(&found->v[k]);
			add_host(l, &h);
		}
		done = true;
		hostspec_free(&words[i]);
	}
	free(words);
	if (found->n == 0 && found->why != NULL)
		l->why_none = xstrdup(found->why);
	return l->n > 0 ? HOSTLIST_OK : HOSTLIST_NOBODY;
}

enum hostlist_err
hostlist_discover(struct hostlist *l, const char *dir)
{
	struct discovered found;
	enum hostlist_err err;

	if (!l->zeroconf)
		return HOSTLIST_OK;
	zeroconf_find(dir, &found);
	err = hostlist_fill_in(l, &found);
	discovered_free(&found);
	return err;
}

enum hostlist_err
hostlist_load(struct hostlist *l, const char *dir)
{
	enum hostlist_err err = hostlist_load_words(l, dir);

	if (err == HOSTLIST_OK)
		err = hostlist_discover(l, dir);
	if (l->randomize)
		hostlist_shuffle(l, (unsigned)getpid());
	return err;
}

/* xorshift32: good enough to spread clients over hosts, and the same everywhere. */
static unsigned
next_random(unsigned *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

void
hostlist_shuffle(struct hostlist *l, unsigned seed)
{
	unsigned state = seed * 2654435761u + 1;	/* neighbouring pids shall differ much */
	struct hostspec tmp;
	size_t j;

	if (state == 0)
		state = 1;
	for (size_t i = l->n; i > 1; i--) {
		j = next_random(&state) % i;
		tmp = l->v[i - 1];
		l->v[i - 1] = l->v[j];
		l->v[j] = tmp;
	}
}

long
hostlist_slots(const struct hostlist *l)
{
	long sum = 0;

	for (size_t i = 0; i < l->n; i++)
		sum += l->v[i].slots;
	return sum;
}

char *
hostlist_explain(const struct hostlist *l, enum hostlist_err err)
{
	switch (err) {
	case HOSTLIST_OK:
		return xstrdup("no error");
	case HOSTLIST_NONE:
		return xstrdup("no hosts: neither DISTCC_HOSTS nor a hosts file is there");
	case HOSTLIST_EMPTY:
		return xasprintf("no hosts: %s names none", l->source);
	case HOSTLIST_NOBODY:
		if (l->why_none != NULL)
			return xasprintf("no hosts: +zeroconf cannot find any: %s", l->why_none);
		return xstrdup("no hosts: +zeroconf has found no volunteer with a compiler like the one here");
	case HOSTLIST_BAD:
		return xasprintf("%s:%u:%u: %s: %s", l->source, l->bad_line, l->bad_column, l->bad_word,
			hostspec_strerror(l->bad_err));
	case HOSTLIST_FILE:
		if (l->saved_errno == EFBIG)
			return xasprintf("%s: larger than a hosts file may be (1 MiB)", l->source);
		return xasprintf("%s: %s", l->source, strerror(l->saved_errno));
	}
	return xstrdup("unknown error");
}

void
hostlist_free(struct hostlist *l)
{
	for (size_t i = 0; i < l->n; i++)
		hostspec_free(&l->v[i]);
	free(l->v);
	free(l->source);
	free(l->bad_word);
	free(l->why_none);
	*l = (struct hostlist){0};
}
