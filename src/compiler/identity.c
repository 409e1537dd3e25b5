/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/identity.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/util.h"
#include "compiler/identity_inquiry.h"

/* Has something of much that depends on defaults: relocations, frame, tables, alignment, debug information. */
static const char canary[] =
	"struct s { int a; double b; char c[13]; } t[3];\n"
	"extern int g(struct s *, ...);\n"
	"static int h(int n) { return n < 2 ? n : h(n - 1) * n; }\n"
	"int f(int n, double d, char *p) { char local[64]; for (int i = 0; i < n; i++) t[i % 3].b += d * p[i];\n"
	"switch (n) { case 1: return g(t); case 2: return h(n); case 3: return g(t, local); case 4: return 7; case 5: return n * n; }\n"
	"return g(&t[1], d, local, \"text\"); }\n";

static const struct {
	const char *name;
	const char *program;		/* of gcc */
	enum identity_lang like;	/* whose search list it has */
} languages[] = {
	[IDENTITY_C] = {"C", "cc1", IDENTITY_C},
	[IDENTITY_CXX] = {"C++", "cc1plus", IDENTITY_CXX},
	[IDENTITY_OBJC] = {"Objective-C", "cc1obj", IDENTITY_C},
	[IDENTITY_OBJCXX] = {"Objective-C++", "cc1objplus", IDENTITY_CXX},
};

enum identity_lang
identity_lang(enum lang lang)
{
	switch (lang) {
	case LANG_CXX:
	case LANG_CXX_PP:
		return IDENTITY_CXX;
	case LANG_OBJC:
	case LANG_OBJC_PP:
		return IDENTITY_OBJC;
	case LANG_OBJCXX:
	case LANG_OBJCXX_PP:
		return IDENTITY_OBJCXX;
	case LANG_C:
	case LANG_C_PP:
	case LANG_ASM:
	case LANG_ASM_CPP:
	case LANG_OTHER:
	case LANG_UNKNOWN:
		break;
	}
	return IDENTITY_C;
}

const char *
identity_lang_name(enum identity_lang lang)
{
	return languages[lang].name;
}

const char *
identity_lang_program(enum identity_lang lang)
{
	return languages[lang].program;
}

bool
inquiry_fail(struct inquiry *q, char *why)
{
	free(q->why);
	q->why = why;
	return false;
}

bool
inquiry_fail_asked(struct inquiry *q, const char *words, const struct ask *answer)
{
	q->id->passing |= answer->passing;
	return inquiry_fail(q, xasprintf("%s %s %s", q->path, words, answer->why));
}

bool
inquiry_ask(struct inquiry *q, const char *a, const char *b, struct ask *answer)
{
	const char *argv[] = {q->path, a, b, NULL};

	if (ask_run(q->path, argv, NULL, answer))
		return true;
	return inquiry_fail_asked(q, a, answer);
}

char *
inquiry_line(const struct buf *text, const char *label)
{
	const char *p = text->n > 0 ? text->p : "";

	while (p != NULL && !starts_with(p, label)) {
		p = strchr(p, '\n');
		if (p != NULL)
			p++;
	}
	return p == NULL ? NULL : xstrndup(p + strlen(label), strcspn(p + strlen(label), "\n"));
}

bool
inquiry_add(struct inquiry *q, const char *label, char *value)
{
	if (value == NULL)
		return inquiry_fail(q, xasprintf("%s does not tell its %s", q->path, label));
	buf_addf(&q->text, "%s %s\n", label, value);
	free(value);
	return true;
}

void
inquiry_add_digest(struct inquiry *q, const char *label, const void *p, size_t n)
{
	char hex[DIGEST_HEX_LEN + 1];
	struct digest d;

	digest_mem(&d, p, n);
	digest_hex(&d, hex);
	buf_addf(&q->text, "%s %s\n", label, hex);
}

bool
inquiry_add_canary(struct inquiry *q, const char *option)
{
	struct buf object = BUF_INIT;
	char *why = NULL;
	bool passing;

	if (!ask_object(q->path, option, canary, &object, &why, &passing)) {
		q->id->passing |= passing;
		inquiry_fail(q, xasprintf("%s compiles nothing: %s", q->path, why));
		free(why);
		return false;
	}
	inquiry_add_digest(q, "object", object.p, object.n);
	buf_free(&object);
	return true;
}

/* Scripts in a compiler's place do what they like. */
static bool
is_elf(const char *path)
{
	char magic[4];

	return io_file_head(path, magic, sizeof(magic)) && memcmp(magic, "\177ELF", sizeof(magic)) == 0;
}

static bool
inquire(struct inquiry *q)
{
	if (!is_elf(q->path))
		return inquiry_fail(q, xasprintf("%s is no program that we know", q->path));
	buf_adds(&q->text, "distcc toolchain " IDENTITY_VERSION "\n");
	buf_addf(&q->text, "driver %s\n", q->path);
	strv_push(&q->id->parts, q->path);
	switch (q->id->kind) {
	case CC_GCC:
		buf_adds(&q->text, "kind gcc\n");
		return inquire_gcc(q);
	case CC_CLANG:
		buf_adds(&q->text, "kind clang\n");
		return inquire_clang(q);
	case CC_UNKNOWN:
		break;
	}
	return inquiry_fail(q, xasprintf("%s is neither gcc nor clang by its name", q->path));
}

/* What holds of that language alone. */
static void
add_language(const struct inquiry *q, enum identity_lang lang, struct buf *out)
{
	const struct buf *list = &q->lists[languages[lang].like];

	if (list->n > 0)
		buf_add(out, list->p, list->n);
	if (q->programs[lang] != NULL)
		buf_addf(out, "part %s\n", q->programs[lang]);
}

static void
conclude(const struct inquiry *q)
{
	struct buf all = BUF_INIT;

	for (size_t i = 0; i < IDENTITY_LANGS; i++) {
		struct buf one = BUF_INIT;

		buf_add(&one, q->text.p, q->text.n);
		add_language(q, (enum identity_lang)i, &one);
		digest_mem(&q->id->digest[i], one.p, one.n);
		buf_free(&one);
		add_language(q, (enum identity_lang)i, &all);
	}
	buf_add(&all, q->text.p, q->text.n);
	digest_mem(&q->id->whole, all.p, all.n);
	buf_free(&all);
}

static void
free_inquiry(struct inquiry *q)
{
	free(q->why);
	buf_free(&q->text);
	for (size_t i = 0; i < IDENTITY_LANGS; i++) {
		buf_free(&q->lists[i]);
		free(q->programs[i]);
	}
}

bool
identity_of(const char *path, struct identity *id, char **why)
{
	char *real = realpath(path, NULL);
	struct inquiry q = {.id = id, .path = real, .text = BUF_INIT};
	bool ok;

	*id = (struct identity){.kind = args_cc_kind(path, real)};
	if (real == NULL) {
		*why = xasprintf("%s: %s", path, strerror(errno));
		return false;
	}
	/* what could not be asked now may have an answer later, and then another identity */
	ok = inquire(&q) && !id->passing;
	if (ok)
		conclude(&q);
	else
		*why = q.why != NULL ? xstrdup(q.why) : xasprintf("%s does not tell what it is", real);
	free_inquiry(&q);
	free(real);
	return ok;
}

void
identity_free(struct identity *id)
{
	free(id->summary);
	strv_free(&id->parts);
	*id = (struct identity){0};
}
