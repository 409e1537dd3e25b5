/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cas/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/tmp.h"
#include "base/util.h"
#include "cas/actions.h"
#include "check.h"

static char *top;
static struct store *s;
static int jobs;

static void
begin(uint64_t max)
{
	char *why = NULL;

	s = store_open(top, max, &why);
	CHECK(s != NULL && why == NULL);
	if (s == NULL)
		exit(1);
	CHECK(store_max(s) == max);
	CHECK(ends_with(store_jobs(s, &jobs), "/jobs"));
}

static void
end(void)
{
	store_close(s);
	CHECK(tmp_remove_tree(top) == 0);
}

static struct digest
digest_of(const void *p, size_t n)
{
	struct digest d;

	digest_mem(&d, p, n);
	return d;
}

static enum store_err
put_as(const void *p, size_t n, const struct digest *d, uint64_t size, enum store_kind *kind)
{
	struct store_file f;

	CHECK(store_begin(s, jobs, &f) == 0);
	CHECK(n == 0 || write(f.fd, p, n) == (ssize_t)n);
	return store_commit(s, &f, d, size, kind);
}

static struct digest
put(const char *text)
{
	struct digest d = digest_of(text, strlen(text));

	CHECK_INT(STORE_OK, put_as(text, strlen(text), &d, strlen(text), NULL));
	return d;
}

static char *
object_path(const struct digest *d)
{
	char hex[DIGEST_HEX_LEN + 1];

	digest_hex(d, hex);
	return xasprintf("%s/objects/%.2s/%s", top, hex, hex + 2);
}

static bool
exists(const struct digest *d)
{
	char *path = object_path(d);
	bool there = access(path, F_OK) == 0;

	free(path);
	return there;
}

static bool
content_is(int fd, const char *text)
{
	struct buf b = BUF_INIT;
	bool same = fd != -1 && buf_read_fd(&b, fd, 1000) == 0 && b.n == strlen(text) &&
	    (b.n == 0 || memcmp(b.p, text, b.n) == 0);

	if (fd != -1)
		close(fd);
	buf_free(&b);
	return same;
}

static size_t
entries(const char *name)
{
	char *path = xasprintf("%s/%s", top, name);
	DIR *d = opendir(path);
	size_t n = 0;

	while (d != NULL && readdir(d) != NULL)
		n++;
	if (d != NULL)
		closedir(d);
	free(path);
	return n - 2;
}

static void
test_put_and_look(void)
{
	struct digest d, none = digest_of("none", 4);

	begin(1 << 30);
	d = put("int x;\n");
	CHECK_INT(STORE_PLAIN, store_look(s, &d, 7));
	CHECK_INT(STORE_MISSING, store_look(s, &d, 8));
	CHECK_INT(STORE_PLAIN, store_look(s, &d, 7));
	CHECK_INT(STORE_MISSING, store_look(s, &none, 4));
	CHECK(content_is(store_read(s, &d), "int x;\n"));
	CHECK(store_read(s, &none) == -1 && errno == ENOENT);
	d = put("");
	CHECK_INT(STORE_PLAIN, store_look(s, &d, 0));
	put("int x;\n");
	CHECK_INT(0, entries("jobs"));
	/* another daemon */
	store_close(s);
	begin(1 << 30);
	CHECK_INT(STORE_PLAIN, store_look(s, &d, 0));
	end();
}

static void
test_mismatch(void)
{
	struct digest right = digest_of("abc", 3), wrong = digest_of("abd", 3);
	struct store_file f;

	begin(1 << 30);
	CHECK_INT(STORE_MISMATCH, put_as("abc", 3, &wrong, 3, NULL));
	CHECK_INT(STORE_MISMATCH, put_as("abc", 3, &right, 2, NULL));
	CHECK_INT(STORE_MISMATCH, put_as("abc", 3, &right, 4, NULL));
	CHECK_INT(STORE_MISSING, store_look(s, &right, 3));
	CHECK_INT(STORE_MISSING, store_look(s, &wrong, 3));
	CHECK(store_begin(s, jobs, &f) == 0);
	store_abort(&f);
	CHECK_INT(0, entries("jobs"));
	CHECK_INT(0, entries("objects"));
	end();
}

static enum store_kind
kind_of(const char *text)
{
	struct digest d = digest_of(text, strlen(text));
	enum store_kind kind = STORE_MISSING;

	CHECK_INT(STORE_OK, put_as(text, strlen(text), &d, strlen(text), &kind));
	CHECK_INT(kind, store_look(s, &d, strlen(text)));
	return kind;
}

static void
test_names_of_time(void)
{
	size_t n = 65536 + 100;
	char *big = xmalloc(n + 1);

	begin(1 << 30);
	CHECK_INT(STORE_TIMED, kind_of("const char *t = __TIME__;"));
	CHECK_INT(STORE_TIMED, kind_of("__DATE__"));
	CHECK_INT(STORE_TIMED, kind_of("x__TIMESTAMP__x"));
	CHECK_INT(STORE_TIMED, kind_of("___TIME__"));
	CHECK_INT(STORE_PLAIN, kind_of("__TIME_"));
	CHECK_INT(STORE_PLAIN, kind_of("__DATE"));
	CHECK_INT(STORE_PLAIN, kind_of("_TIME__ __FILE__ __TIMESTAMP"));
	/* at every place around the end of a block */
	for (size_t at = 65536 - 14; at < 65536 + 2; at++) {
		memset(big, 'a', n);
		big[n] = '\0';
		memcpy(big + at, "__TIMESTAMP__", 13);
		CHECK_INT(STORE_TIMED, kind_of(big));
		memset(big, 'b', n);
		memcpy(big + at, "__DATE__", 8);
		CHECK_INT(STORE_TIMED, kind_of(big));
	}
	end();
	free(big);
}

/* Overwrite a byte of the object; its time is left as it was if kept. */
static void
damage(const struct digest *d, char c, bool grow)
{
	char *path = object_path(d);
	int fd;

	CHECK(chmod(path, 0644) == 0);
	fd = open(path, O_WRONLY | O_CLOEXEC | (grow ? O_APPEND : 0));
	CHECK(fd != -1 && write(fd, &c, 1) == 1);
	close(fd);
	CHECK(chmod(path, 0444) == 0);
	free(path);
}

static void
test_damage(void)
{
	struct digest d;
	char *path;

	begin(1 << 30);
	d = put("int x;\n");
	damage(&d, 'I', false);
	CHECK_INT(STORE_MISSING, store_look(s, &d, 7));
	CHECK(!exists(&d));
	put("int x;\n");
	CHECK_INT(STORE_PLAIN, store_look(s, &d, 7));
	damage(&d, 'x', true);
	CHECK_INT(STORE_MISSING, store_look(s, &d, 7));
	CHECK(!exists(&d));

	put("int x;\n");
	path = object_path(&d);
	CHECK(chmod(path, 0644) == 0 && truncate(path, 0) == 0 && chmod(path, 0444) == 0);
	CHECK_INT(STORE_MISSING, store_look(s, &d, 7));
	CHECK(!exists(&d));

	/* something else in its place */
	CHECK(symlink("/etc/passwd", path) == 0);
	CHECK_INT(STORE_MISSING, store_look(s, &d, 7));
	CHECK(!exists(&d));
	CHECK(mkfifo(path, 0444) == 0);
	CHECK_INT(STORE_MISSING, store_look(s, &d, 7));
	CHECK(!exists(&d));
	CHECK(mkdir(path, 0777) == 0);
	CHECK_INT(STORE_MISSING, store_look(s, &d, 7));
	CHECK(!exists(&d));
	free(path);
	end();
}

/* What a killed job has left in its directory gives way. */
static void
test_leftover(void)
{
	struct store_file f;

	begin(1 << 30);
	CHECK(mknodat(jobs, "new.0", S_IFREG | 0400, 0) == 0);
	CHECK(store_begin(s, jobs, &f) == 0);
	CHECK_STR("new.0", f.name);
	store_abort(&f);
	end();
}

/* A broken seal over good content is mended. */
static void
test_seal(void)
{
	struct digest d, timed;
	struct stat before, after;
	char *path, *other;

	begin(1 << 30);
	d = put("int x;\n");
	timed = put("__TIME__");
	path = object_path(&d);
	other = object_path(&timed);
	CHECK(stat(path, &before) == 0);
	CHECK_INT(0444, before.st_mode & 07777);
	CHECK(before.st_mtime >= 946684800 && before.st_mtime < 946684800 + (1 << 28));
	CHECK(utimensat(AT_FDCWD, path, NULL, 0) == 0);
	CHECK_INT(STORE_PLAIN, store_look(s, &d, 7));
	CHECK(stat(path, &after) == 0);
	CHECK(before.st_mtim.tv_sec == after.st_mtim.tv_sec && before.st_mtim.tv_nsec == after.st_mtim.tv_nsec);
	damage(&d, 'i', false);
	CHECK(chmod(path, 0600) == 0);
	CHECK_INT(STORE_PLAIN, store_look(s, &d, 7));
	CHECK(stat(path, &after) == 0 && (after.st_mode & 07777) == 0444);
	CHECK(utimensat(AT_FDCWD, other, NULL, 0) == 0);
	CHECK_INT(STORE_TIMED, store_look(s, &timed, 8));
	CHECK_INT(STORE_TIMED, store_look(s, &timed, 8));
	free(path);
	free(other);
	end();
}

static void
test_links_and_copies(void)
{
	struct stat object, st;
	struct digest d;
	char *path;

	begin(1 << 30);
	d = put("int x;\n");
	path = object_path(&d);
	CHECK(stat(path, &object) == 0);
	CHECK(store_link(s, &d, jobs, "link") == 0);
	CHECK(fstatat(jobs, "link", &st, 0) == 0 && st.st_ino == object.st_ino);
	CHECK(store_link(s, &d, jobs, "link") == -1 && errno == EEXIST);
	CHECK(store_copy(s, &d, false, 3, jobs, "copy") == 0);
	CHECK(fstatat(jobs, "copy", &st, 0) == 0 && st.st_ino != object.st_ino && (st.st_mode & 07777) == 0444);
	CHECK(st.st_mtime == object.st_mtime + 3 && st.st_size == 7);
	CHECK(content_is(openat(jobs, "copy", O_RDONLY | O_CLOEXEC), "int x;\n"));
	CHECK(store_copy(s, &d, true, 0, jobs, "exec") == 0);
	CHECK(fstatat(jobs, "exec", &st, 0) == 0 && (st.st_mode & 07777) == 0555 && st.st_mtime == object.st_mtime);
	CHECK(store_copy(s, &d, true, 0, jobs, "exec") == -1 && errno == EEXIST);
	/* damaged, or replaced, since it was looked at */
	damage(&d, 'I', false);
	CHECK(store_link(s, &d, jobs, "link2") == -1 && errno == ENOENT);
	CHECK(store_copy(s, &d, false, 1, jobs, "copy2") == -1 && errno == ENOENT);
	CHECK(store_read(s, &d) == -1 && errno == ENOENT);
	CHECK(unlink(path) == 0);
	CHECK(store_link(s, &d, jobs, "link2") == -1 && errno == ENOENT);
	CHECK(store_copy(s, &d, false, 1, jobs, "copy2") == -1 && errno == ENOENT);
	CHECK(faccessat(jobs, "link2", F_OK, 0) == -1 && faccessat(jobs, "copy2", F_OK, 0) == -1);
	free(path);
	end();
}

static void
test_adopt(void)
{
	struct digest want = digest_of("object", 6), d;
	struct stat mine, object;
	uint64_t size;
	char *path;
	int fd;

	begin(1 << 30);
	fd = openat(jobs, "x.o", O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	CHECK(write(fd, "object", 6) == 6);
	CHECK(store_adopt(s, jobs, fd, &d, &size) == 0);
	CHECK(size == 6 && digest_cmp(&d, &want) == 0);
	path = object_path(&d);
	CHECK(fstat(fd, &mine) == 0 && stat(path, &object) == 0 && mine.st_ino == object.st_ino);
	CHECK_INT(STORE_PLAIN, store_look(s, &d, 6));
	close(fd);
	/* the same content again: nothing to do */
	fd = openat(jobs, "y.o", O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	CHECK(write(fd, "object", 6) == 6);
	CHECK(store_adopt(s, jobs, fd, &d, &size) == 0);
	CHECK(stat(path, &object) == 0 && mine.st_ino == object.st_ino);
	close(fd);
	/* a file of another file system, which has no name to link */
	fd = io_anon_file("memory", "/dev/shm");
	CHECK(write(fd, "other", 5) == 5);
	CHECK(store_adopt(s, jobs, fd, &d, &size) == 0);
	CHECK_INT(STORE_PLAIN, store_look(s, &d, 5));
	close(fd);
	free(path);
	end();
}

static void
set_used(const struct digest *d, time_t ago)
{
	struct timespec times[2] = {{.tv_sec = time(NULL) - ago}, {.tv_nsec = UTIME_OMIT}};
	char *path = object_path(d);

	CHECK(utimensat(AT_FDCWD, path, times, 0) == 0);
	free(path);
}

static void
test_trim(void)
{
	enum { N = 40, MAX = 20, CHARGE = 12288 };
	char text[5000] = "";
	struct digest d[N];

	begin(MAX * CHARGE);
	memset(text, 'x', sizeof(text) - 1);
	for (int i = 0; i < N; i++) {
		text[0] = (char)('A' + i);
		d[i] = put(text);
		set_used(&d[i], 100000 - i * 1000);
		if (i == MAX - 1) {
			store_trim(s);
			CHECK(exists(&d[0]));
		}
	}
	/* the oldest but one is used again */
	CHECK_INT(STORE_PLAIN, store_look(s, &d[1], sizeof(text) - 1));
	store_trim(s);
	CHECK(!exists(&d[0]));
	CHECK(exists(&d[1]));
	CHECK(!exists(&d[2]));
	CHECK(!exists(&d[N - MAX]));
	CHECK(exists(&d[N - 1]));
	CHECK(exists(&d[N - MAX + 4]));
	store_shrink(s);
	CHECK(!exists(&d[N - MAX + 4]));
	CHECK(exists(&d[1]));
	CHECK(exists(&d[N - 1]));
	end();
}

/* A count that is lost or wrong is put right. */
static void
test_recount(void)
{
	char text[5000] = "", *usage = xasprintf("%s/usage", top);
	struct digest d[10];

	begin(4 * 12288);
	memset(text, 'x', sizeof(text) - 1);
	for (int i = 0; i < 10; i++) {
		text[0] = (char)('A' + i);
		d[i] = put(text);
		set_used(&d[i], 1000 - i * 10);
	}
	CHECK(unlink(usage) == -1 && errno == ENOENT);
	store_recount(s);
	CHECK(!exists(&d[0]) && !exists(&d[5]) && exists(&d[9]));
	CHECK(truncate(usage, 3) == 0);
	text[0] = 'z';
	put(text);
	store_trim(s);
	CHECK(exists(&d[9]));
	store_recount(s);
	CHECK(exists(&d[9]));
	end();
	free(usage);
}

static void
test_actions(void)
{
	struct digest a = digest_of("a", 1), b = digest_of("b", 1);
	struct buf out = BUF_INIT;
	char hex[DIGEST_HEX_LEN + 1], *path, *other;
	int fd;

	begin(1 << 30);
	CHECK(!actions_get(s, &a, &out));
	actions_put(s, jobs, &a, "record", 6);
	CHECK(!actions_get(s, &b, &out));
	CHECK(actions_get(s, &a, &out));
	CHECK_STR("record", out.p);
	actions_put(s, jobs, &a, "newer", 5);
	out.n = 0;
	CHECK(actions_get(s, &a, &out));
	CHECK_STR("newer", out.p);
	CHECK_INT(0, entries("jobs"));

	/* a record of another action, a damaged and a cut one */
	digest_hex(&a, hex);
	path = xasprintf("%s/actions/%.2s/%s", top, hex, hex + 2);
	digest_hex(&b, hex);
	other = xasprintf("%s/actions/%.2s", top, hex);
	(void)!mkdir(other, 0700);
	free(other);
	other = xasprintf("%s/actions/%.2s/%s", top, hex, hex + 2);
	CHECK(link(path, other) == 0);
	out.n = 0;
	CHECK(!actions_get(s, &b, &out));
	CHECK(access(other, F_OK) == -1);
	CHECK(actions_get(s, &a, &out));
	fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	CHECK(write(fd, "x", 1) == 1);
	close(fd);
	out.n = 0;
	CHECK(!actions_get(s, &a, &out));
	CHECK(access(path, F_OK) == -1);
	actions_put(s, jobs, &a, "record", 6);
	CHECK(truncate(path, 10) == 0);
	CHECK(!actions_get(s, &a, &out));
	CHECK_INT(0, out.n);
	free(path);
	free(other);
	buf_free(&out);
	end();
}

/* What a child does until it is killed. */
static void __attribute__((noreturn))
play(unsigned seed)
{
	char text[20000], dir[16], name[16];
	int tmp;

	srandom(seed);
	snprintf(dir, sizeof(dir), "job%u", seed);
	mkdirat(jobs, dir, 0700);
	tmp = openat(jobs, dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (unsigned i = 0;; i++) {
		size_t n = (size_t)random() % sizeof(text);
		struct store_file f;
		struct digest d;

		memset(text, 'a' + (int)(random() % 20), n);
		d = digest_of(text, n);
		switch (random() % 8) {
		case 0:
			store_trim(s);
			break;
		case 1:
			actions_put(s, tmp, &d, text, n);
			break;
		default:
			if (store_look(s, &d, n) != STORE_MISSING) {
				snprintf(name, sizeof(name), "l%u", i);
				(void)!store_link(s, &d, tmp, name);
			} else if (store_begin(s, tmp, &f) == 0) {
				if (write(f.fd, text, n) != (ssize_t)n)
					_exit(1);
				store_commit(s, &f, &d, n, NULL);
			}
			break;
		}
	}
}

static bool
all_objects_are_good(void)
{
	char *path = xasprintf("%s/objects", top);
	int bad = 0, status;
	char *command = xasprintf("cd %s && find . -type f | while read -r f; do test \"$(stat -c %%a \"$f\")\" = 444 || exit 1; "
				  "test \"$(b2sum -l 256 <\"$f\" | cut -c 1-64)\" = \"$(echo \"$f\" | tr -d ./)\" || exit 1; done", path);

	status = system(command);
	bad = status != 0;
	free(command);
	free(path);
	return !bad;
}

static void
test_killed(void)
{
	begin(300000);
	fflush(stdout);
	for (unsigned round = 0; round < 10; round++) {
		pid_t pids[3];

		for (unsigned i = 0; i < countof(pids); i++) {
			pids[i] = fork();
			if (pids[i] == 0)
				play(round * 10 + i);
		}
		usleep(20000);
		for (unsigned i = 0; i < countof(pids); i++) {
			kill(pids[i], SIGKILL);
			waitpid(pids[i], NULL, 0);
		}
	}
	CHECK(all_objects_are_good());
	put("after all");
	CHECK(all_objects_are_good());
	end();
}

static void
test_emptied(void)
{
	static const char *const parts[] = {"objects", "actions", "jobs", "trees"};
	char *moved = xasprintf("%s.moved", top);

	for (size_t i = 0; i < countof(parts); i++) {
		char *part = xasprintf("%s/%s", top, parts[i]);

		begin(1 << 20);
		CHECK(store_is_there(s));
		CHECK(tmp_remove_tree(part) == 0);
		CHECK_ROW(parts[i], !store_is_there(s));
		free(part);
		end();
	}
	begin(1 << 20);
	CHECK(rename(top, moved) == 0);
	CHECK(!store_is_there(s));
	store_close(s);
	begin(1 << 20);
	CHECK(store_is_there(s));
	end();
	CHECK(tmp_remove_tree(moved) == 0);
	free(moved);
}

static void
test_cannot_open(void)
{
	char *why = NULL, *file = xasprintf("%s.file", top), *below;
	int fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	close(fd);
	CHECK(store_open(file, 1, &why) == NULL);
	CHECK(why != NULL && strstr(why, file) != NULL);
	free(why);
	below = xasprintf("%s/x", file);
	CHECK(store_open(below, 1, &why) == NULL);
	CHECK(why != NULL);
	free(why);
	free(below);
	CHECK(store_open("/proc/nothing/here", 1, &why) == NULL);
	CHECK(why != NULL);
	free(why);
	unlink(file);
	free(file);
	if (geteuid() == 0) {
		below = xasprintf("%s/objects", top);
		CHECK(mkdir(top, 0755) == 0 && mkdir(below, 0755) == 0 && chown(below, 1, 1) == 0);
		CHECK(store_open(top, 1, &why) == NULL);
		CHECK(why != NULL && strstr(why, "somebody else") != NULL);
		free(why);
		free(below);
		tmp_remove_tree(top);
	}
}

int
main(void)
{
	char *prefix = xasprintf("%s/store_test.", tmp_dir());
	const char *dir = tmp_create_dir(prefix);

	top = xasprintf("%s/store", dir);
	test_put_and_look();
	test_mismatch();
	test_names_of_time();
	test_damage();
	test_leftover();
	test_seal();
	test_links_and_copies();
	test_adopt();
	test_trim();
	test_recount();
	test_actions();
	test_killed();
	test_emptied();
	test_cannot_open();
	tmp_remove(dir);
	free(prefix);
	free(top);
	return check_done();
}
