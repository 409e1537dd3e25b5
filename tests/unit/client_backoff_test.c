/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/backoff.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/path.h"
#include "base/tmp.h"
#include "tests/unit/check.h"

static char *lock_dir;
static struct hostspec box, ssh, here;

static off_t
size_of(const char *name)
{
	char *path = path_join(lock_dir, name);
	struct stat st;
	off_t size = stat(path, &st) == 0 ? st.st_size : -1;

	free(path);
	return size;
}

static void
set_age(const char *name, int seconds)
{
	char *path = path_join(lock_dir, name);
	time_t then = time(NULL) - seconds;
	struct timespec times[2] = {{.tv_sec = then}, {.tv_sec = then}};

	CHECK(utimensat(AT_FDCWD, path, times, 0) == 0);
	free(path);
}

static void
test_host(void)
{
	struct backoff b = {lock_dir, 60, "gcc", NULL};
	struct backoff_state s;

	backoff_look(&b, &box, &s);
	CHECK(s.left_s[BACKOFF_HOST] == 0 && !s.old[BACKOFF_HOST]);
	backoff_mark(&b, &box, BACKOFF_HOST);
	CHECK_INT(1, size_of("backoff_tcp_box_4000_0"));
	backoff_look(&b, &box, &s);
	CHECK(s.left_s[BACKOFF_HOST] > 50 && s.left_s[BACKOFF_HOST] <= 60);
	CHECK_INT(0, s.left_s[BACKOFF_COMPILER]);

	backoff_mark(&b, &ssh, BACKOFF_HOST);
	CHECK_INT(1, size_of("backoff_ssh_box_0"));

	set_age("backoff_tcp_box_4000_0", 61);
	backoff_look(&b, &box, &s);
	CHECK(s.left_s[BACKOFF_HOST] == 0 && s.old[BACKOFF_HOST]);
	backoff_clear(&b, &box, &s);
	CHECK_INT(-1, size_of("backoff_tcp_box_4000_0"));
}

static void
test_one_probes(void)
{
	struct backoff b = {lock_dir, 60, "gcc", NULL};
	struct backoff_state s, other;

	backoff_mark(&b, &box, BACKOFF_HOST);
	set_age("backoff_tcp_box_4000_0", 61);
	backoff_look(&b, &box, &s);
	backoff_probe(&b, &box, &s);
	backoff_look(&b, &box, &other);
	CHECK(other.left_s[BACKOFF_HOST] > 0);
	backoff_unprobe(&b, &box, &s);
	backoff_look(&b, &box, &other);
	CHECK(other.left_s[BACKOFF_HOST] == 0 && other.old[BACKOFF_HOST]);
	backoff_clear(&b, &box, &s);
}

static void
test_compiler(void)
{
	struct backoff b = {lock_dir, 60, "/opt/x/gcc", NULL};
	struct backoff other = {lock_dir, 60, "g++", NULL};
	struct backoff_state s;

	backoff_mark(&b, &box, BACKOFF_COMPILER);
	CHECK_INT(1, size_of("refused_box_4000__opt_x_gcc"));
	backoff_look(&b, &box, &s);
	CHECK(s.left_s[BACKOFF_COMPILER] > 0 && s.left_s[BACKOFF_HOST] == 0);
	backoff_look(&other, &box, &s);
	CHECK(s.left_s[BACKOFF_COMPILER] == 0 && !s.old[BACKOFF_COMPILER]);
	set_age("refused_box_4000__opt_x_gcc", 100);
	backoff_look(&b, &box, &s);
	backoff_clear(&b, &box, &s);
	CHECK_INT(-1, size_of("refused_box_4000__opt_x_gcc"));
}

static void
test_clock_of_another_machine(void)
{
	struct backoff b = {lock_dir, 60, "gcc", NULL};
	struct backoff_state s;

	backoff_mark(&b, &box, BACKOFF_HOST);
	set_age("backoff_tcp_box_4000_0", -1000);
	backoff_look(&b, &box, &s);
	CHECK_INT(0, s.left_s[BACKOFF_HOST]);
	backoff_clear(&b, &box, &s);
}

/* The proxy between us and all volunteers, but not those behind ssh. */
static void
test_proxy(void)
{
	struct backoff b = {lock_dir, 60, "gcc", "/var/tmp/portage/.net.sock"}, without = {lock_dir, 60, "gcc", NULL};
	struct backoff_state s;

	backoff_mark(&without, &box, BACKOFF_PROXY);
	backoff_mark(&b, &ssh, BACKOFF_PROXY);
	CHECK_INT(-1, size_of("proxy__var_tmp_portage_.net.sock"));
	backoff_mark(&b, &box, BACKOFF_PROXY);
	CHECK_INT(1, size_of("proxy__var_tmp_portage_.net.sock"));
	backoff_look(&b, &box, &s);
	CHECK(s.left_s[BACKOFF_PROXY] > 50 && s.left_s[BACKOFF_HOST] == 0 && !backoff_is_free(&s));
	backoff_look(&b, &ssh, &s);
	CHECK_INT(0, s.left_s[BACKOFF_PROXY]);
	backoff_look(&without, &box, &s);
	CHECK(backoff_is_free(&s));
	set_age("proxy__var_tmp_portage_.net.sock", 100);
	backoff_look(&b, &box, &s);
	CHECK(backoff_is_free(&s) && s.old[BACKOFF_PROXY]);
	backoff_clear(&b, &box, &s);
	CHECK_INT(-1, size_of("proxy__var_tmp_portage_.net.sock"));
}

static void
test_long_proxy_name(void)
{
	char name[600];
	struct backoff b = {lock_dir, 60, "gcc", name};
	struct backoff_state s;

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	backoff_mark(&b, &box, BACKOFF_PROXY);
	backoff_look(&b, &box, &s);
	CHECK(s.left_s[BACKOFF_PROXY] > 0);
}

static void
test_off(void)
{
	struct backoff off = {lock_dir, 0, "gcc", NULL}, nowhere = {NULL, 60, "gcc", NULL}, b = {lock_dir, 60, "gcc", NULL};
	struct backoff_state s;

	backoff_mark(&off, &box, BACKOFF_HOST);
	backoff_mark(&nowhere, &box, BACKOFF_HOST);
	backoff_mark(&b, &here, BACKOFF_HOST);
	CHECK_INT(-1, size_of("backoff_tcp_box_4000_0"));
	CHECK_INT(-1, size_of("backoff_localhost_0"));
	backoff_look(&nowhere, &box, &s);
	CHECK_INT(0, s.left_s[BACKOFF_HOST]);
}

int
main(void)
{
	const char *top = tmp_create_dir("/tmp/client_backoff_test.");
	size_t at;

	lock_dir = path_join(top, "lock");
	CHECK(hostspec_parse("box:4000", &box, &at) == HOSTSPEC_OK);
	CHECK(hostspec_parse("joe@box", &ssh, &at) == HOSTSPEC_OK);
	CHECK(hostspec_parse("localhost", &here, &at) == HOSTSPEC_OK);
	test_host();
	test_one_probes();
	test_compiler();
	test_clock_of_another_machine();
	test_proxy();
	test_long_proxy_name();
	test_off();
	hostspec_free(&box);
	hostspec_free(&ssh);
	hostspec_free(&here);
	tmp_remove(top);
	free(lock_dir);
	return check_done();
}
