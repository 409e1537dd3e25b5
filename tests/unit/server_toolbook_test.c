/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"

#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/path.h"
#include "base/tmp.h"
#include "server/filestamp.h"
#include "server/linefile.h"
#include "server/toolbook.h"

static const char *top;

static char *
file(const char *name, const char *text)
{
	char *path = path_join(top, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0755);

	CHECK(fd != -1 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
	return path;
}

static void
test_linefile(void)
{
	char *path = path_join(top, "lines"), *field;
	struct strv lines = STRV_INIT, got = STRV_INIT;

	CHECK(!linefile_read(path, "head 1", &got));
	strv_push(&lines, "one\ttwo\t\tfour");
	strv_push(&lines, "");
	CHECK_INT(0, linefile_write(path, "head 1", &lines));
	CHECK(linefile_read(path, "head 1", &got));
	CHECK_INT(2, got.n);
	CHECK_STR("one\ttwo\t\tfour", got.v[0]);
	CHECK_STR("", got.v[1]);
	CHECK(!linefile_read(path, "head 2", &got));
	CHECK_INT(2, got.n);
	CHECK_STR("one", field = linefile_field(lines.v[0], 0));
	free(field);
	CHECK_STR("", field = linefile_field(lines.v[0], 2));
	free(field);
	CHECK_STR("four", field = linefile_field(lines.v[0], 3));
	free(field);
	CHECK(linefile_field(lines.v[0], 4) == NULL);
	/* cut off */
	CHECK_INT(0, truncate(path, 20));
	strv_free(&got);
	CHECK(!linefile_read(path, "head 1", &got));
	CHECK(linefile_write("/nonexistent/file", "head 1", &lines) == -1);
	strv_free(&lines);
	free(path);
}

static void
test_book(void)
{
	char *gcc = file("gcc", "x"), *cc1 = file("cc1", "y"), *path = path_join(top, "book"), *other = file("other", "z"), *text;
	char *cc1obj = path_join(top, "cc1obj");
	struct identity id = {.kind = CC_CLANG};
	struct toolbook b, again, kept = {.lines = STRV_INIT};
	struct toolbook_entry e;
	struct digest none = {{1}};

	digest_mem(&id.whole, "id", 2);
	digest_mem(&id.digest[IDENTITY_C], "c", 1);
	digest_mem(&id.digest[IDENTITY_CXX], "c++", 3);
	digest_mem(&id.digest[IDENTITY_OBJC], "m", 1);
	id.speaks[IDENTITY_C] = id.speaks[IDENTITY_CXX] = true;
	id.summary = xstrdup("clang\tversion 1\nof test");
	strv_push(&id.parts, gcc);
	strv_push(&id.parts, cc1obj);
	strv_push(&id.parts, cc1);
	toolbook_read(&b, path);
	CHECK_INT(0, b.lines.n);
	toolbook_add(&b, gcc, "/bin:/usr/bin", &id);
	toolbook_add_unknown(&b, other, "a script");
	CHECK(toolbook_name(&b, gcc, "clang-1"));
	CHECK(toolbook_name(&b, gcc, "clang"));
	CHECK(!toolbook_name(&b, gcc, "clang"));
	CHECK(!toolbook_name(&b, other, "clang"));
	CHECK(!toolbook_name(&b, gcc, "a b"));
	CHECK_INT(0, toolbook_write(&b, path));
	toolbook_free(&b);

	toolbook_read(&again, path);
	CHECK_INT(2, again.lines.n);
	CHECK(toolbook_line(&again, gcc) != NULL && toolbook_line(&again, other) != NULL && toolbook_line(&again, "/x") == NULL);
	CHECK(!toolbook_find(&again, &none, &e));
	CHECK(!toolbook_find(&again, &id.whole, &e));
	CHECK(!toolbook_find(&again, &id.digest[IDENTITY_OBJC], &e));
	CHECK(toolbook_find(&again, &id.digest[IDENTITY_C], &e));
	toolbook_entry_free(&e);
	CHECK(toolbook_find(&again, &id.digest[IDENTITY_CXX], &e));
	CHECK(digest_cmp(&id.whole, &e.whole) == 0);
	CHECK_INT(CC_CLANG, e.kind);
	CHECK_STR(gcc, e.path);
	CHECK_STR("/bin:/usr/bin", e.search);
	CHECK_STR("clang version 1 of test without Objective-C, Objective-C++", e.summary);
	CHECK_STR("clang-1 clang", e.names);
	toolbook_entry_free(&e);
	CHECK_STR("clang version 1 of test without Objective-C, Objective-C++", text = toolbook_summaries(&again));
	free(text);
	CHECK(!toolbook_keep(&kept, &again));
	CHECK_INT(2, kept.lines.n);
	toolbook_free(&kept);

	/* what was not to be found out is asked for again after a while */
	for (int ago = 0; ago <= 601; ago += 601) {
		struct toolbook aged = {.lines = STRV_INIT};
		const char *line = toolbook_line(&again, other);

		strv_pushf(&aged.lines, "%.*s\t%lld", (int)(strrchr(line, '\t') - line), line, (long long)time(NULL) - ago);
		CHECK_INT(ago == 0, toolbook_line(&aged, other) != NULL);
		toolbook_free(&aged);
	}

	/* one has appeared that was looked for */
	free(file("cc1obj", "new"));
	CHECK(toolbook_line(&again, gcc) == NULL);
	CHECK_INT(0, unlink(cc1obj));
	CHECK(toolbook_line(&again, gcc) != NULL);

	/* a part has changed */
	free(file("cc1", "longer"));
	CHECK(!toolbook_find(&again, &id.digest[IDENTITY_C], &e));
	CHECK(toolbook_line(&again, gcc) == NULL);
	CHECK(toolbook_keep(&kept, &again));
	CHECK_INT(1, kept.lines.n);
	toolbook_free(&kept);
	toolbook_free(&again);
	identity_free(&id);
	free(gcc);
	free(cc1);
	free(cc1obj);
	free(other);
	free(path);
}

static void
test_stamp(void)
{
	char *path = file("stamped", "1"), stamp[FILESTAMP_MAX];

	CHECK(filestamp_at(path, stamp));
	CHECK(filestamp_holds(path, stamp));
	free(file("stamped", "22"));
	CHECK(!filestamp_holds(path, stamp));
	CHECK(!filestamp_at("/nonexistent", stamp));
	CHECK(!filestamp_holds("/nonexistent", stamp));
	free(path);
}

int
main(void)
{
	char *prefix = path_join(tmp_dir(), "toolbook_test.");

	top = tmp_create_dir(prefix);
	CHECK(top != NULL);
	test_linefile();
	test_book();
	test_stamp();
	tmp_cleanup(false);
	free(prefix);
	return check_done();
}
