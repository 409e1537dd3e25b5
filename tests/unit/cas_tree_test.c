/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cas/tree.h"

#include <stdlib.h>

#include "base/util.h"
#include "base/varint.h"
#include "check.h"

static struct digest
digest_of(const char *s)
{
	struct digest d;

	digest_mem(&d, s, strlen(s));
	return d;
}

static void
add_file(struct tree *t, const char *path, const char *content)
{
	struct digest d = digest_of(content);

	tree_add_file(t, path, &d, strlen(content), false);
}

static void
encode(struct tree *t, struct buf *out)
{
	const char *which = NULL;

	CHECK(tree_sort(t, &which));
	tree_encode(t, out);
}

static const struct {
	const char *path;
	bool ok;
} paths[] = {
	{"/a", true},
	{"/a/b.c", true},
	{"/a b/\xc3\xa4/...", true},
	{"/..a/.b/a.", true},
	{"", false},
	{"/", false},
	{"a", false},
	{"a/b", false},
	{"/a/", false},
	{"//a", false},
	{"/a//b", false},
	{"/.", false},
	{"/..", false},
	{"/a/./b", false},
	{"/a/../b", false},
	{"/../a", false},
	{"/a/..", false},
};

static void
test_paths(void)
{
	char s[TREE_MAX_PATH + 2];

	for (size_t i = 0; i < countof(paths); i++)
		CHECK_ROW(paths[i].path, tree_path_ok(paths[i].path, strlen(paths[i].path)) == paths[i].ok);
	CHECK(!tree_path_ok("/a\0b", 4));
	memset(s, 'x', sizeof(s));
	for (size_t i = 0; i < sizeof(s); i += TREE_MAX_NAME + 1)
		s[i] = '/';
	CHECK(!tree_path_ok(s, TREE_MAX_PATH + 1));
	CHECK(tree_path_ok(s, TREE_MAX_PATH));
	CHECK(tree_path_ok(s, TREE_MAX_NAME + 1));
	s[TREE_MAX_NAME + 1] = 'x';
	CHECK(!tree_path_ok(s, TREE_MAX_NAME + 2));
}

/* What is below an entry follows it at once. */
static void
test_order(void)
{
	struct tree t = TREE_INIT;
	const char *which;

	add_file(&t, "/a.b", "1");
	add_file(&t, "/a/b", "2");
	tree_add_dir(&t, "/a");
	add_file(&t, "/a\001", "3");
	add_file(&t, "/B", "4");
	add_file(&t, "/a/\xff", "5");
	tree_add_dir(&t, "/a");
	CHECK(tree_sort(&t, &which));
	CHECK_INT(6, t.n);
	CHECK_STR("/B", t.v[0].path);
	CHECK_STR("/a", t.v[1].path);
	CHECK_STR("/a/b", t.v[2].path);
	CHECK_STR("/a/\xff", t.v[3].path);
	CHECK_STR("/a\001", t.v[4].path);
	CHECK_STR("/a.b", t.v[5].path);
	tree_free(&t);
}

/* However many entries are out of order, and whether they come twice: the listing is the same. */
static void
test_any_order(size_t known)
{
	static const int tails[] = {0, 1, 3, 16, 17, 100};
	struct buf want = BUF_INIT, got = BUF_INIT;
	struct tree t = TREE_INIT;
	char path[16], content[16];

	for (size_t row = 0; row < countof(tails); row++) {
		/* all in order, then some of them again, in none */
		for (int i = 0; i < 100 + tails[row]; i++) {
			int k = i < 100 ? i : (tails[row] - 1 - (i - 100)) * 7 % 100;

			snprintf(path, sizeof(path), "/d%02d/f", k);
			snprintf(content, sizeof(content), "%d", k % 13);
			add_file(&t, path, content);
			if (t.n == known)
				t.sorted = known;
		}
		got.n = 0;
		encode(&t, &got);
		CHECK_INT(100, t.n);
		if (row == 0)
			buf_add(&want, got.p, got.n);
		CHECK(got.n == want.n && memcmp(got.p, want.p, got.n) == 0);
		tree_free(&t);
	}
	buf_free(&want);
	buf_free(&got);
}

static void
test_conflicts(void)
{
	struct tree t = TREE_INIT;
	const char *which = NULL;

	add_file(&t, "/a", "1");
	add_file(&t, "/a", "1");
	CHECK(tree_sort(&t, &which) && t.n == 1);
	add_file(&t, "/a", "2");
	CHECK(!tree_sort(&t, &which));
	CHECK_STR("/a", which);
	tree_free(&t);

	add_file(&t, "/a", "1");
	add_file(&t, "/a/b", "1");
	CHECK(!tree_sort(&t, &which));
	CHECK_STR("/a/b", which);
	tree_free(&t);

	tree_add_link(&t, "/l", "a");
	tree_add_link(&t, "/l", "b");
	CHECK(!tree_sort(&t, &which));
	tree_free(&t);

	tree_add_link(&t, "/l", "a");
	tree_add_dir(&t, "/l/x");
	CHECK(!tree_sort(&t, &which));
	tree_free(&t);

	tree_add_link(&t, "/l", "a");
	tree_add_dir(&t, "/l.x");
	CHECK(tree_sort(&t, &which));
	tree_free(&t);
}

static void
test_empty(void)
{
	struct tree t = TREE_INIT, back;
	struct buf b = BUF_INIT;
	size_t at;

	encode(&t, &b);
	CHECK(b.n == 1 && b.p[0] == 0);
	CHECK_INT(TREE_OK, tree_decode(b.p, b.n, &back, &at));
	CHECK_INT(0, back.n);
	tree_free(&back);
	tree_free(&t);
	buf_free(&b);
}

static bool
same_entry(const struct tree_entry *a, const struct tree_entry *b)
{
	return a->kind == b->kind && a->exec == b->exec && streq(a->path, b->path) &&
	    (a->target == NULL) == (b->target == NULL) && (a->target == NULL || streq(a->target, b->target)) &&
	    a->size == b->size && digest_cmp(&a->digest, &b->digest) == 0 && a->twin == b->twin && a->twin_of == b->twin_of;
}

static void
fill(struct tree *t)
{
	struct digest d = digest_of("tool");

	add_file(t, "/home/jo/p/x.c", "int x;\n");
	tree_identify(t, 1, 10, 100);
	add_file(t, "/home/jo/p/x.h", "");
	tree_identify(t, 1, 11, 100);
	add_file(t, "/home/jo/p/y.h", "");
	tree_identify(t, 1, 12, 101);
	add_file(t, "/home/jo/p/z.h", "");
	tree_identify(t, 1, 13, 101);
	add_file(t, "/home/jo/q/hard.c", "int x;\n");
	tree_identify(t, 1, 10, 100);
	add_file(t, "/home/jo/q/unknown.h", "");
	tree_add_file(t, "/usr/bin/tool", &d, 1ull << 40, true);
	tree_add_dir(t, "/home/jo/empty");
	tree_add_link(t, "/lib", "usr/lib");
	tree_add_dir(t, "/usr");
}

static void
test_round_trip(void)
{
	struct tree t = TREE_INIT, back;
	struct buf b = BUF_INIT, again = BUF_INIT;
	const char *which;
	size_t at;

	fill(&t);
	encode(&t, &b);
	CHECK_INT(TREE_OK, tree_decode(b.p, b.n, &back, &at));
	CHECK_INT(10, back.n);
	for (size_t i = 0; i < t.n && i < back.n; i++)
		CHECK_ROW(t.v[i].path, same_entry(&t.v[i], &back.v[i]));
	tree_encode(&back, &again);
	CHECK(b.n == again.n && memcmp(b.p, again.p, b.n) == 0);
	/* sorted again it says the same, but for what only stat can say */
	CHECK(tree_sort(&back, &which));
	tree_free(&back);
	tree_free(&t);
	buf_free(&b);
	buf_free(&again);
}

static const struct tree_entry *
find(const struct tree *t, const char *path)
{
	for (size_t i = 0; i < t->n; i++) {
		if (streq(t->v[i].path, path))
			return &t->v[i];
	}
	return NULL;
}

static void
check_twin(const struct tree *t, const char *path, enum tree_twin twin, const char *of)
{
	const struct tree_entry *e = find(t, path);

	CHECK_ROW(path, e != NULL && e->twin == twin);
	if (e != NULL && of != NULL)
		CHECK_STR(of, t->v[e->twin_of].path);
}

static void
test_twins(void)
{
	struct tree t = TREE_INIT;
	const char *which;

	fill(&t);
	CHECK(tree_sort(&t, &which));
	check_twin(&t, "/home/jo/p/x.c", TREE_NO_TWIN, NULL);
	check_twin(&t, "/home/jo/p/x.h", TREE_NO_TWIN, NULL);
	check_twin(&t, "/home/jo/p/y.h", TREE_TWIN_CONTENT, "/home/jo/p/x.h");
	check_twin(&t, "/home/jo/p/z.h", TREE_TWIN_TIME, "/home/jo/p/y.h");
	check_twin(&t, "/home/jo/q/hard.c", TREE_TWIN_FILE, "/home/jo/p/x.c");
	check_twin(&t, "/home/jo/q/unknown.h", TREE_TWIN_CONTENT, "/home/jo/p/x.h");
	check_twin(&t, "/usr/bin/tool", TREE_NO_TWIN, NULL);
	tree_free(&t);
}

/* One-entry listings and the like: count, then rows "kind shared rest path...". */
#define RAW(s) s, sizeof(s) - 1
#define D32 "0123456789abcdef0123456789abcdef"

static const struct {
	const char *raw;
	size_t n;
	enum tree_err err;
	size_t at;
} bad[] = {
	{RAW(""), TREE_TRUNCATED, 0},
	{RAW("\0"), TREE_OK, 0},
	{RAW("\0x"), TREE_JUNK, 0},
	{RAW("\1"), TREE_TRUNCATED, 0},
	{RAW("\1\0\0\2/a"), TREE_OK, 1},
	{RAW("\1\0\0\2/ax"), TREE_JUNK, 1},
	{RAW("\1\0\0\3/a"), TREE_TRUNCATED, 0},
	{RAW("\x80\0"), TREE_NUMBER, 0},
	{RAW("\x81\x80\x10"), TREE_COUNT, 0},
	{RAW("\x80\x80\x10"), TREE_TRUNCATED, 0},
	{RAW("\xff\xff\xff\xff\xff\xff\xff\xff\xff\1"), TREE_COUNT, 0},
	{RAW("\xff\xff\xff\xff\xff\xff\xff\xff\xff\2"), TREE_NUMBER, 0},
	{RAW("\1\x10\0\2/a"), TREE_KIND, 0},
	{RAW("\1\4\0\2/a"), TREE_KIND, 0},
	{RAW("\1\5\0\2/a\1x"), TREE_KIND, 0},
	{RAW("\1\0\0\0"), TREE_PATH, 0},
	{RAW("\1\0\0\1/"), TREE_PATH, 0},
	{RAW("\1\0\0\1a"), TREE_PATH, 0},
	{RAW("\1\0\0\3a/b"), TREE_PATH, 0},
	{RAW("\1\0\0\3/a/"), TREE_PATH, 0},
	{RAW("\1\0\0\3//a"), TREE_PATH, 0},
	{RAW("\1\0\0\3/.."), TREE_PATH, 0},
	{RAW("\1\0\0\6/a/../"), TREE_PATH, 0},
	{RAW("\1\0\0\5/../a"), TREE_PATH, 0},
	{RAW("\1\0\0\4/a\0b"), TREE_PATH, 0},
	{RAW("\1\0\1\2/a"), TREE_PATH, 0},
	{RAW("\1\0\0\xff\x1f/a"), TREE_TRUNCATED, 0},
	{RAW("\1\0\0\x80\x20/a"), TREE_NUMBER, 0},
	{RAW("\2\0\0\2/a\0\2\0"), TREE_DUPLICATE, 1},
	{RAW("\2\0\0\2/a\0\0\2/a"), TREE_DUPLICATE, 1},
	{RAW("\2\0\0\2/b\0\1\1a"), TREE_ORDER, 1},
	{RAW("\2\0\0\2/a\0\0\2/b"), TREE_NUMBER, 1},
	{RAW("\2\0\0\2/a\0\1\1b"), TREE_OK, 2},
	{RAW("\2\0\0\2/a\0\2\2/b"), TREE_OK, 2},
	{RAW("\2\0\0\2/a\0\3\2/b"), TREE_PATH, 1},
	/* what is bad in both parts of a path together */
	{RAW("\2\0\0\5/a/.-\0\4\1."), TREE_PATH, 1},
	{RAW("\2\0\0\5/a/.-\0\4\2./"), TREE_PATH, 1},
	{RAW("\2\0\0\6/a/..-\0\5\2/b"), TREE_PATH, 1},
	{RAW("\2\0\0\5/a/.-\0\4\2/b"), TREE_PATH, 1},
	{RAW("\2\0\0\2/a\0\2\2//"), TREE_PATH, 1},
	{RAW("\2\0\0\2/a\0\2\1/"), TREE_PATH, 1},
	{RAW("\2\0\0\4/a/b\0\3\2/c"), TREE_PATH, 1},
	{RAW("\2\0\0\4/a/b\0\3\2c\0"), TREE_PATH, 1},
	{RAW("\2\0\0\3/.-\0\2\1."), TREE_PATH, 1},
	{RAW("\2\0\0\4/a.b\0\2\2/b"), TREE_ORDER, 1},
	{RAW("\2\1\0\2/a\1x\0\2\2/b"), TREE_BELOW_FILE, 1},
	{RAW("\2\1\0\2/a\1x\0\2\2.b"), TREE_OK, 2},
	{RAW("\2\2\0\2/a\1\0\2\2/b" D32), TREE_BELOW_FILE, 1},
	{RAW("\1\1\0\2/a\0"), TREE_TARGET, 0},
	{RAW("\1\1\0\2/a\2x\0"), TREE_TARGET, 0},
	{RAW("\1\1\0\2/a\2x"), TREE_TRUNCATED, 0},
	{RAW("\1\1\0\2/a\x80\x20x"), TREE_TARGET, 0},
	{RAW("\1\2\0\2/a\5" D32), TREE_OK, 1},
	{RAW("\1\3\0\2/a\5" D32), TREE_OK, 1},
	{RAW("\1\2\0\2/a\5" D32 "x"), TREE_JUNK, 1},
	{RAW("\1\2\0\2/a\5" "0123456789abcdef0123456789abcde"), TREE_TRUNCATED, 0},
	{RAW("\1\2\0\2/a\x80\0"), TREE_NUMBER, 0},
	{RAW("\1\6\0\2/a\1" D32), TREE_TWIN, 0},
	{RAW("\1\6\0\2/a\0" D32), TREE_TWIN, 0},
	{RAW("\2\2\0\2/a\5\6\1\1b\1" D32), TREE_OK, 2},
	{RAW("\2\2\0\2/a\5\6\1\1b\2" D32), TREE_TWIN, 1},
	{RAW("\2\2\0\2/a\5\6\1\1b\0" D32), TREE_TWIN, 1},
	{RAW("\2\0\0\2/a\6\1\1b\1" D32), TREE_TWIN, 1},
	{RAW("\2\2\0\2/a\5\7\1\1b\1" D32), TREE_OK, 2},
	{RAW("\2\2\0\2/a\5\x0f\1\1b\1" D32), TREE_TWIN, 1},
	{RAW("\2\2\0\2/a\5\x0e\1\1b\1" D32), TREE_OK, 2},
	{RAW("\2\2\0\2/a\5\2\1\1b\1" D32), TREE_TRUNCATED, 1},
};

static void
test_bad(void)
{
	for (size_t i = 0; i < countof(bad); i++) {
		struct tree t;
		size_t at;
		char row[16];

		snprintf(row, sizeof(row), "%zu", i);
		CHECK_ROW(row, tree_decode(bad[i].raw, bad[i].n, &t, &at) == bad[i].err);
		CHECK_ROW(row, at == bad[i].at);
		CHECK_ROW(row, *tree_strerror(bad[i].err) != '\0');
		tree_free(&t);
	}
}

static void
test_truncated(void)
{
	struct tree t = TREE_INIT, back;
	struct buf b = BUF_INIT;
	size_t at;

	fill(&t);
	encode(&t, &b);
	for (size_t n = 0; n < b.n; n++) {
		CHECK_INT(TREE_TRUNCATED, tree_decode(b.p, n, &back, &at));
		tree_free(&back);
	}
	tree_free(&t);
	buf_free(&b);
}

/* Many long paths in a small listing must not become gigabytes. */
static void
test_text_bound(void)
{
	enum { ENTRIES = 60000, LONG = 15 * (TREE_MAX_NAME + 1) };
	char before[8] = "", name[8];
	struct buf b = BUF_INIT;
	struct tree t;
	size_t at;

	varint_add(&b, ENTRIES);
	for (unsigned i = 0; i < ENTRIES; i++) {
		size_t shared = 0;

		snprintf(name, sizeof(name), "/%05u", i);
		while (name[shared] == before[shared])
			shared++;
		varint_add(&b, 0);
		varint_add(&b, i == 0 ? 0 : LONG + shared);
		varint_add(&b, i == 0 ? LONG + 6 : 6 - shared);
		for (int k = 0; i == 0 && k < 15; k++)
			buf_addf(&b, "/%0255d", 0);
		buf_adds(&b, name + shared);
		memcpy(before, name, sizeof(before));
	}
	CHECK_INT(TREE_TEXT, tree_decode(b.p, b.n, &t, &at));
	CHECK_INT(TREE_MAX_TEXT / (LONG + 7), at);
	tree_free(&t);
	buf_free(&b);
}

int
main(void)
{
	test_paths();
	test_order();
	test_any_order(0);
	test_any_order(1);
	test_any_order(60);
	test_any_order(100);
	test_conflicts();
	test_empty();
	test_round_trip();
	test_twins();
	test_bad();
	test_truncated();
	test_text_bound();
	return check_done();
}
