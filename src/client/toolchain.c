/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/toolchain.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/path.h"
#include "base/util.h"
#include "client/sign.h"
#include "compiler/identity.h"
#include "compiler/native_clang.h"

/*
 * A record: head, then a text "WORD\0" (summary, or why there is none), then for each part its sign and "PATH\0".  It is read by programs of
 * the same build on the same machine only, so numbers stand as they are in memory.
 */
#define RECORD_VERSION 4
#define NATIVE_VERSION 3

/* What could not be found out may have been for want of space or processes: asked again after that many seconds. */
#define UNKNOWN_FOR 600

/* Longer ones are there by their digest: a job that finds all it asks for needs no other, and setting that up costs time. */
#define PATH_IN_KEY 200u

struct head {
	uint32_t version;
	uint32_t parts;
	unsigned char as_on_path;
	unsigned char known;
	bool speaks[IDENTITY_LANGS];
	struct digest digest[IDENTITY_LANGS];
	int64_t asked;		/* seconds since 1970 */
};

static bool
may_ask_again(int64_t asked)
{
	int64_t now = time(NULL);

	return asked > now || now - asked >= UNKNOWN_FOR;
}

/* Nothing but zeros where there is no file. */
static void
take_sign(const char *path, struct sign *out)
{
	struct stat st;

	*out = (struct sign){.ino = 0};
	if (stat(path, &st) == 0)
		sign_of(out, &st);
}

static void
make_key(const struct ccname *cc, struct buf *key)
{
	size_t n = strlen(cc->last);
	struct digest d;

	buf_addf(key, "I%d." IDENTITY_VERSION "%c", RECORD_VERSION, (int)cc->kind + '0');
	if (n <= PATH_IN_KEY) {
		buf_add(key, cc->last, n);
		return;
	}
	digest_mem(&d, cc->last, n);
	buf_add(key, d.b, sizeof(d.b));
}

/* The string at *p, which moves behind it; NULL if it has no end. */
static const char *
take_string(const char **p, const char *end)
{
	const char *s = *p, *nul = memchr(s, '\0', (size_t)(end - s));

	if (nul == NULL)
		return NULL;
	*p = nul + 1;
	return s;
}

/* Does PATH lead to that assembler now? */
static bool
assembler_is(const struct sign *part)
{
	const char *list = getenv("PATH");
	char *found = path_find("as", list != NULL ? list : "/usr/bin:/bin");
	struct sign now;
	bool same = false;

	if (found != NULL) {
		take_sign(found, &now);
		same = sign_equal(part, &now);
	}
	free(found);
	return same;
}

static bool
parts_unchanged(const char *p, const char *end, const struct head *h)
{
	struct sign then, now;
	const char *part = NULL;

	for (uint32_t i = 0; i < h->parts; i++) {
		if ((size_t)(end - p) < sizeof(then))
			return false;
		memcpy(&then, p, sizeof(then));
		p += sizeof(then);
		part = take_string(&p, end);
		if (part == NULL)
			return false;
		take_sign(part, &now);
		if (!sign_equal(&then, &now))
			return false;
	}
	/* the assembler is the last part */
	return p == end && part != NULL && (!h->as_on_path || assembler_is(&now));
}

/* One of the identities that are known. */
static void
choose(const struct ccname *cc, enum lang lang, const bool *speaks, const struct digest *digests, struct toolchain_id *id)
{
	enum identity_lang i = identity_lang(lang);

	id->digest = digests[i];
	if (!speaks[i])
		id->why = xasprintf("%s has no compiler for %s (%s)", cc->path, identity_lang_name(i), identity_lang_program(i));
}

static bool
read_record(const void *value, size_t n, const struct ccname *cc, enum lang lang, struct toolchain_id *id)
{
	const char *p = value, *end = p + n, *text;
	struct head h;

	if (n < sizeof(h))
		return false;
	memcpy(&h, p, sizeof(h));
	p += sizeof(h);
	if (h.version != RECORD_VERSION || h.parts == 0)
		return false;
	text = take_string(&p, end);
	if (text == NULL || (h.known == 0 && may_ask_again(h.asked)) || !parts_unchanged(p, end, &h))
		return false;
	if (h.known == 0) {
		id->why = xstrdup(text);
		return true;
	}
	id->summary = xstrdup(text);
	choose(cc, lang, h.speaks, h.digest, id);
	return true;
}

static void
add_part(struct buf *b, struct head *h, const char *path)
{
	struct sign s;

	take_sign(path, &s);
	buf_add(b, &s, sizeof(s));
	buf_add(b, path, strlen(path) + 1);
	h->parts++;
}

/* why: NULL if found is known. */
static void
write_record(struct cache *c, const struct buf *key, const struct ccname *cc, const struct identity *found, const char *why)
{
	struct buf parts = BUF_INIT, record = BUF_INIT;
	const char *text = why != NULL ? why : found->summary;
	struct head h;

	memset(&h, 0, sizeof(h));	/* the padding goes to the cache as well */
	h.version = RECORD_VERSION;
	h.known = why == NULL;
	h.as_on_path = found->as_on_path;
	memcpy(h.speaks, found->speaks, sizeof(h.speaks));
	memcpy(h.digest, found->digest, sizeof(h.digest));
	h.asked = time(NULL);
	for (size_t i = 0; i < found->parts.n; i++)
		add_part(&parts, &h, found->parts.v[i]);
	if (h.parts == 0)
		add_part(&parts, &h, cc->last);
	buf_add(&record, &h, sizeof(h));
	buf_add(&record, text, strlen(text) + 1);
	buf_add(&record, parts.p, parts.n);
	cache_put(c, key->p, key->n, record.p, record.n);
	buf_free(&parts);
	buf_free(&record);
}

static void
ask(struct cache *c, const struct buf *key, const struct ccname *cc, enum lang lang, struct toolchain_id *id)
{
	struct identity found;
	bool known;

	log_debug("finding out which toolchain %s is", cc->path);
	known = identity_of(cc->path, &found, &id->why);
	if (!found.passing)
		write_record(c, key, cc, &found, id->why);
	if (known) {
		id->summary = xstrdup(found.summary);
		choose(cc, lang, found.speaks, found.digest, id);
	}
	identity_free(&found);
}

bool
toolchain_id_get(struct cache *c, const struct ccname *cc, enum lang lang, struct toolchain_id *id)
{
	struct buf key = BUF_INIT;
	const void *value;
	size_t n;

	*id = (struct toolchain_id){.why = NULL};
	if (cc->last == NULL) {
		id->why = xasprintf("%s leads to no file", cc->path);
		return false;
	}
	make_key(cc, &key);
	if (!cache_get(c, key.p, key.n, &value, &n) || !read_record(value, n, cc, lang, id))
		ask(c, &key, cc, lang, id);
	buf_free(&key);
	return id->why == NULL;
}

/* Strings: what is said of it ("" or why there is none), then the members of struct native, "" for NULL; then when that was. */
static bool
read_native(const void *value, size_t size, struct native *n, char **why)
{
	const char *p = value, *end = p + size, *text = take_string(&p, end);
	char **const members[] = {&n->path, &n->text, &n->arch, &n->tune, &n->cpu};
	int64_t asked;

	if (text != NULL && *text != '\0')
		*why = xstrdup(text);
	for (size_t i = 0; text != NULL && i < countof(members); i++) {
		text = take_string(&p, end);
		if (text != NULL && *text != '\0')
			*members[i] = xstrdup(text);
	}
	if (text != NULL && (size_t)(end - p) == sizeof(asked)) {
		memcpy(&asked, p, sizeof(asked));
		if (*why == NULL || !may_ask_again(asked))
			return true;
	}
	native_free(n);
	free(*why);
	*why = NULL;
	return false;
}

static void
write_native(struct cache *c, const struct buf *key, const struct native *n, const char *why)
{
	const char *const texts[] = {why, n->path, n->text, n->arch, n->tune, n->cpu};
	struct buf record = BUF_INIT;
	int64_t asked = time(NULL);

	for (size_t i = 0; i < countof(texts); i++)
		buf_add(&record, texts[i] != NULL ? texts[i] : "", texts[i] != NULL ? strlen(texts[i]) + 1 : 1);
	buf_add(&record, &asked, sizeof(asked));
	cache_put(c, key->p, key->n, record.p, record.n);
	buf_free(&record);
}

/* The key of an answer: the toolchain, what is asked, and the compiler's name, from which it may take more than its identity says. */
static void
make_native_key(const struct ccname *cc, const struct toolchain_id *id, const struct strv *question, struct buf *key)
{
	struct buf text = BUF_INIT;
	struct digest d;

	buf_add(&text, cc->path, strlen(cc->path) + 1);
	for (size_t i = 0; i < question->n; i++)
		buf_add(&text, question->v[i], strlen(question->v[i]) + 1);
	digest_mem(&d, text.p, text.n);
	buf_free(&text);
	buf_addf(key, "N%d", NATIVE_VERSION);
	buf_add(key, id->digest.b, sizeof(id->digest.b));
	buf_add(key, d.b, sizeof(d.b));
}

bool
toolchain_native(struct cache *c, const struct ccname *cc, const struct toolchain_id *id, char *const *argv, struct native *n, char **why)
{
	struct buf key = BUF_INIT;
	struct strv question = STRV_INIT;
	const char *word, *reason = cc->kind == CC_CLANG ? native_clang_question(argv, &question, &word) : NULL;
	const void *value;
	size_t size;

	*n = (struct native){.path = NULL};
	*why = NULL;
	make_native_key(cc, id, &question, &key);
	if (reason != NULL) {
		*why = xasprintf("%s %s", word, reason);
	} else if (!cache_get(c, key.p, key.n, &value, &size) || !read_native(value, size, n, why)) {
		log_debug("asking %s what this processor is", cc->path);
		if (cc->kind == CC_CLANG)
			native_clang_rules(cc->path, question.v, n, why);
		else
			native_rules(cc->path, n, why);
		if (!n->passing)
			write_native(c, &key, n, *why);
	}
	n->by_words = cc->kind == CC_CLANG;
	buf_free(&key);
	strv_free(&question);
	return *why == NULL;
}

bool
toolchain_takes_epoch(const struct toolchain_id *id)
{
	static const struct {
		const char *name;
		long since;
	} compilers[] = {{"gcc version ", 7}, {"clang version ", 16}};
	const char *version;

	for (size_t i = 0; i < countof(compilers); i++) {
		version = strstr(id->summary, compilers[i].name);
		if (version != NULL)
			return strtol(version + strlen(compilers[i].name), NULL, 10) >= compilers[i].since;
	}
	return false;
}

void
toolchain_id_free(struct toolchain_id *id)
{
	free(id->summary);
	free(id->why);
	*id = (struct toolchain_id){.why = NULL};
}
