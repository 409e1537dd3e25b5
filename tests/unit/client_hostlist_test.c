/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/hostlist.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/path.h"
#include "base/tmp.h"
#include "tests/unit/check.h"

static void
test_words_and_comments(void)
{
	struct hostlist l;

	CHECK(hostlist_parse(&l, "test", " # nothing\n localhost/2 a\tb/3 # c\n@c#d\n--localslots=5 --localslots_cpp=6\n--localslots=7")
		== HOSTLIST_OK);
	CHECK_INT(4, l.n);
	CHECK_STR("localhost/2", l.v[0].word);
	CHECK_STR("a", l.v[1].word);
	CHECK_STR("b/3", l.v[2].word);
	CHECK_STR("@c", l.v[3].word);
	CHECK_INT(13, hostlist_slots(&l));
	CHECK_INT(7, l.local_slots);
	CHECK_INT(6, l.local_cpp_slots);
	CHECK(!l.randomize);
	hostlist_free(&l);
}

static void
test_defaults(void)
{
	struct hostlist l;

	CHECK(hostlist_parse(&l, "test", "a,down") == HOSTLIST_OK);
	CHECK_INT(4, l.local_slots);
	CHECK_INT(8, l.local_cpp_slots);
	CHECK_INT(4, hostlist_slots(&l));
	hostlist_free(&l);
}

static void
test_empty(void)
{
	static const char *const texts[] = {"", " \n\t", "# only words\n", "--localslots=3", "--randomize"};
	struct hostlist l;
	char *s;

	for (size_t i = 0; i < countof(texts); i++) {
		CHECK_ROW(texts[i], hostlist_parse(&l, "DISTCC_HOSTS", texts[i]) == HOSTLIST_EMPTY);
		s = hostlist_explain(&l, HOSTLIST_EMPTY);
		CHECK(strstr(s, "DISTCC_HOSTS") != NULL);
		free(s);
		hostlist_free(&l);
	}
}

static void
test_place_of_fault(void)
{
	static const struct {
		const char *text, *word;
		enum hostspec_err err;
		unsigned line, column;
	} rows[] = {
		{"box:70000", "box:70000", HOSTSPEC_PORT, 1, 5},
		{"a b  c/x d", "c/x", HOSTSPEC_SLOTS, 1, 8},
		{"a\n#comment:0\n b:0 c:0", "b:0", HOSTSPEC_PORT, 3, 4},
		{"a # x\n\t+zeroconf,lzo", "+zeroconf,lzo", HOSTSPEC_ZEROCONF, 2, 11},
	};
	struct hostlist l;
	char *s;

	for (size_t i = 0; i < countof(rows); i++) {
		CHECK_ROW(rows[i].text, hostlist_parse(&l, "FILE", rows[i].text) == HOSTLIST_BAD);
		CHECK_STR(rows[i].word, l.bad_word);
		CHECK_INT(rows[i].err, l.bad_err);
		CHECK_INT(rows[i].line, l.bad_line);
		CHECK_INT(rows[i].column, l.bad_column);
		s = hostlist_explain(&l, HOSTLIST_BAD);
		CHECK(starts_with(s, "FILE:"));
		CHECK(strstr(s, rows[i].word) != NULL);
		free(s);
		hostlist_free(&l);
	}
}

static void
test_bad_words_are_kept_for_display(void)
{
	struct hostlist l;

	CHECK(hostlist_parse(&l, "test", "a b:0 c") == HOSTLIST_BAD);
	CHECK_INT(3, l.n);
	CHECK(l.v[1].kind == HOST_BAD);
	CHECK_STR("b:0", l.v[1].word);
	hostlist_free(&l);
}

static void
test_filling_in(void)
{
	static const struct {
		const char *list, *found, *hosts;
		enum hostlist_err err;
		long slots;
	} rows[] = {
		{"+zeroconf", "10.0.0.1:3632/7\n", "10.0.0.1:3632/7", HOSTLIST_OK, 7},
		{"a/3 +zeroconf b", "10.0.0.1:3632/7 [fe80::1%lan0]:1/2", "a/3 10.0.0.1:3632/7 [fe80::1%lan0]:1/2 b", HOSTLIST_OK, 16},
		{"+zeroconf a +zeroconf", "10.0.0.1:3632/7", "10.0.0.1:3632/7 a", HOSTLIST_OK, 11},
		{"+zeroconf", "10.0.0.1:3632/9999", "10.0.0.1:3632/9999", HOSTLIST_OK, DISCOVERED_SLOTS_MAX},
		{"+zeroconf", "", "", HOSTLIST_NOBODY, 0},
		{"+zeroconf localhost", "# distcc-zeroconf: none: no Avahi", "localhost", HOSTLIST_OK, 2},
		{"+zeroconf", "# distcc-zeroconf: none: no Avahi", "", HOSTLIST_NOBODY, 0},
		{"a", "10.0.0.1:3632/7", "a", HOSTLIST_OK, 4},
	};
	struct discovered found;
	struct hostlist l;
	struct buf words;
	char *text;

	for (size_t i = 0; i < countof(rows); i++) {
		words = (struct buf)BUF_INIT;
		CHECK_ROW(rows[i].list, hostlist_parse(&l, "test", rows[i].list) == HOSTLIST_OK);
		discovered_parse(&found, rows[i].found);
		CHECK_ROW(rows[i].list, hostlist_fill_in(&l, &found) == rows[i].err);
		for (size_t k = 0; k < l.n; k++)
			buf_addf(&words, "%s%s", k > 0 ? " " : "", l.v[k].word);
		CHECK_STR(rows[i].hosts, words.p != NULL ? words.p : "");
		CHECK_INT(rows[i].slots, hostlist_slots(&l));
		CHECK_STR(found.why, l.why_none);
		text = hostlist_explain(&l, HOSTLIST_NOBODY);
		CHECK_ROW(rows[i].list, (strstr(text, "no Avahi") != NULL) == (found.why != NULL));
		free(text);
		buf_free(&words);
		discovered_free(&found);
		hostlist_free(&l);
	}
}

static void
test_shuffle(void)
{
	struct hostlist l;
	bool moved = false;
	int seen = 0;

	for (unsigned seed = 0; seed < 50; seed++) {
		hostlist_parse(&l, "test", "a b c d");
		hostlist_shuffle(&l, seed);
		for (size_t i = 0; i < l.n; i++)
			seen |= 1 << (l.v[i].host[0] - 'a');
		CHECK_INT(15, seen);
		moved |= l.v[0].host[0] != 'a';
		hostlist_free(&l);
	}
	CHECK(moved);
}

static void
write_file(const char *path, const char *text, size_t n)
{
	FILE *f = fopen(path, "w");

	CHECK(f != NULL && fwrite(text, 1, n, f) == n);
	if (f != NULL)
		fclose(f);
}

static void
test_sources(void)
{
	const char *dir = tmp_create_dir("/tmp/client_hostlist_test.");
	char *file = path_join(dir, "hosts"), *big;
	struct hostlist l;

	setenv("DISTCC_HOSTS", "from env", 1);
	write_file(file, "from file too", strlen("from file too"));
	CHECK(hostlist_load(&l, dir) == HOSTLIST_OK);
	CHECK_INT(2, l.n);
	CHECK_STR("DISTCC_HOSTS", l.source);
	hostlist_free(&l);

	setenv("DISTCC_HOSTS", "", 1);
	CHECK(hostlist_load(&l, dir) == HOSTLIST_EMPTY);
	hostlist_free(&l);

	unsetenv("DISTCC_HOSTS");
	CHECK(hostlist_load(&l, dir) == HOSTLIST_OK);
	CHECK_INT(3, l.n);
	CHECK_STR(file, l.source);
	hostlist_free(&l);

	big = xcalloc(1, HOSTLIST_FILE_MAX + 1);
	memset(big, ' ', HOSTLIST_FILE_MAX + 1);
	write_file(file, big, HOSTLIST_FILE_MAX + 1);
	free(big);
	CHECK(hostlist_load(&l, dir) == HOSTLIST_FILE);
	CHECK_INT(EFBIG, l.saved_errno);
	hostlist_free(&l);

	unlink(file);
	mkdir(file, 0700);
	CHECK(hostlist_load(&l, dir) == HOSTLIST_FILE);
	CHECK_INT(EISDIR, l.saved_errno);
	CHECK_INT(HOSTLIST_LOCAL_SLOTS, l.local_slots);
	hostlist_free(&l);

	rmdir(file);
	CHECK(mkfifo(file, 0600) == 0);
	CHECK(hostlist_load(&l, dir) != HOSTLIST_OK);	/* and does not wait for a writer */
	hostlist_free(&l);
	free(file);
	tmp_remove(dir);
}

int
main(void)
{
	test_words_and_comments();
	test_defaults();
	test_empty();
	test_place_of_fault();
	test_bad_words_are_kept_for_display();
	test_filling_in();
	test_shuffle();
	test_sources();
	return check_done();
}
