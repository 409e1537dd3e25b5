/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/known.h"

#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/check.h"

/* Each makes another file of it. */
static void
check_differences(struct known *k, const struct stat *st, unsigned kind)
{
	struct stat other[7];

	for (size_t i = 0; i < countof(other); i++)
		other[i] = *st;
	other[0].st_dev++;
	other[1].st_ino++;
	other[2].st_size++;
	other[3].st_mtim.tv_sec--;
	other[4].st_mtim.tv_nsec ^= 1;
	other[5].st_ctim.tv_sec--;
	other[6].st_ctim.tv_nsec ^= 1;
	for (size_t i = 0; i < countof(other); i++)
		CHECK(!known_has(k, &other[i], kind));
	CHECK(!known_has(k, st, kind + 1));
}

static void
check_known(const char *dir)
{
	struct stat st = {.st_dev = 1, .st_ino = 2, .st_size = 3}, young;
	struct known k, again;
	time_t now = time(NULL);

	st.st_mtim.tv_sec = st.st_ctim.tv_sec = now - 100;
	known_open(&k, dir);
	CHECK(k.fd != -1);
	CHECK(!known_has(&k, &st, 0));
	known_add(&k, &st, 0);
	CHECK(known_has(&k, &st, 0));
	check_differences(&k, &st, 0);

	known_open(&again, dir);
	CHECK(known_has(&again, &st, 0));
	known_close(&again);

	/* more than one page of numbers, those of one read and of the next */
	for (size_t i = 0; i < 3 * KNOWN_WINDOW; i++) {
		st.st_ino = 2 + i;
		CHECK(i == 0 || !known_has(&k, &st, 0));
		known_add(&k, &st, 0);
		CHECK(known_has(&k, &st, 0));
	}
	for (size_t i = 0; i < 3 * KNOWN_WINDOW; i += 100) {
		st.st_ino = 2 + i;
		CHECK(known_has(&k, &st, 0));
	}

	for (int i = 0; i < 2; i++) {
		young = st;
		young.st_ino = 7000;
		*(i == 0 ? &young.st_mtim.tv_sec : &young.st_ctim.tv_sec) = now + (i == 0 ? 0 : 1000);
		known_add(&k, &young, 0);
		CHECK(!known_has(&k, &young, 0));
	}
	known_close(&k);
}

/* Whatever is there instead of the table. */
static void
check_broken(const char *dir, const char *file)
{
	struct stat st = {.st_ino = 2};
	struct known k;
	int fd;

	fd = open(file, O_WRONLY | O_TRUNC);
	CHECK(fd != -1 && write(fd, "short", 5) == 5);
	close(fd);
	known_open(&k, dir);
	CHECK(!known_has(&k, &st, 0));
	known_close(&k);

	CHECK(unlink(file) == 0 && mkdir(file, 0755) == 0);
	known_open(&k, dir);
	known_add(&k, &st, 0);
	CHECK(!known_has(&k, &st, 0));
	known_close(&k);
	CHECK(rmdir(file) == 0);

	for (int i = 0; i < 2; i++) {
		known_open(&k, i == 0 ? "/dev/null/x" : NULL);
		known_add(&k, &st, 0);
		CHECK(!known_has(&k, &st, 0));
		known_close(&k);
	}
}

int
main(void)
{
	char dir[] = "/tmp/known_test.XXXXXX";

	if (mkdtemp(dir) == NULL || chdir(dir) == -1)
		return 77;
	check_known("state");
	check_broken("state", "state/known_files");
	if (system("rm -rf *") == -1 || chdir("/") == -1 || rmdir(dir) == -1)
		return 1;
	return check_done();
}
