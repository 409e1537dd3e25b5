/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/access.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/un.h>
#include <unistd.h>

#include "server/listfile.h"
#include "tests/unit/check.h"

static const struct { const char *in; enum access_err err; } parses[] = {
	{"192.0.2.1", ACCESS_OK},
	{"192.0.2.0/24", ACCESS_OK},
	{"0.0.0.0/0", ACCESS_OK},
	{"192.0.2.1/32", ACCESS_OK},
	{"::1", ACCESS_OK},
	{"[::1]", ACCESS_OK},
	{"[2001:db8::]/32", ACCESS_OK},
	{"2001:db8::/128", ACCESS_OK},
	{"::/0", ACCESS_OK},
	{"192.0.2.0/33", ACCESS_MASK},
	{"192.0.2.0/", ACCESS_MASK},
	{"192.0.2.0/-1", ACCESS_MASK},
	{"192.0.2.0/+8", ACCESS_MASK},
	{"192.0.2.0/8x", ACCESS_MASK},
	{"192.0.2.0/ 8", ACCESS_MASK},
	{"192.0.2.0/8/8", ACCESS_MASK},
	{"192.0.2.0/255.255.255.0", ACCESS_MASK},
	{"2001:db8::/129", ACCESS_MASK},
	{"192.0.2.0/4294967304", ACCESS_MASK},
	{"", ACCESS_ADDRESS},
	{"/8", ACCESS_ADDRESS},
	{"[]", ACCESS_ADDRESS},
	{"192.0.2", ACCESS_ADDRESS},
	{"192.0.2.1.5", ACCESS_ADDRESS},
	{"192.0.2.256", ACCESS_ADDRESS},
	{" 192.0.2.1", ACCESS_ADDRESS},
	{"192.0.2.1 ", ACCESS_ADDRESS},
	{"box.example", ACCESS_ADDRESS},
	{"2001:db8:::1", ACCESS_ADDRESS},
	{"fe80::1%lo", ACCESS_ADDRESS},
	{"1111111111111111111111111111111111111111111111111111111111111111", ACCESS_ADDRESS},
};

static const struct { const char *rule, *addr; bool admits; } rules[] = {
	{"192.0.2.1", "192.0.2.1", true},
	{"192.0.2.1", "192.0.2.2", false},
	{"192.0.2.1", "::ffff:192.0.2.1", true},
	{"192.0.2.0/24", "::ffff:192.0.2.77", true},
	{"192.0.2.0/24", "192.0.3.0", false},
	{"192.0.2.77/24", "192.0.2.1", true},
	{"192.0.2.0/25", "192.0.2.127", true},
	{"192.0.2.0/25", "192.0.2.128", false},
	{"192.0.2.1/31", "192.0.2.0", true},
	{"192.0.2.1/32", "192.0.2.0", false},
	{"0.0.0.0/0", "203.0.113.9", true},
	{"0.0.0.0/0", "2001:db8::1", false},
	{"0.0.0.0/0", "::1", false},
	{"::/0", "2001:db8::1", true},
	{"::/0", "203.0.113.9", false},
	{"::/0", "::ffff:203.0.113.9", false},
	{"::ffff:192.0.2.0/120", "192.0.2.9", true},
	{"::ffff:192.0.2.0/120", "192.0.3.9", false},
	{"2001:db8::/33", "2001:db8:7fff::1", true},
	{"2001:db8::/33", "2001:db8:8000::1", false},
	{"::1", "::1", true},
	{"::1", "::2", false},
	{"::", "0.0.0.0", false},
	{"::7f00:1", "127.0.0.1", false},
};

static const struct { const char *addr; bool admits; } private_addrs[] = {
	{"10.255.255.255", true}, {"11.0.0.0", false}, {"9.255.255.255", false},
	{"172.15.255.255", false}, {"172.16.0.0", true}, {"172.31.255.255", true}, {"172.32.0.0", false},
	{"192.168.0.1", true}, {"192.167.0.1", false}, {"192.169.0.1", false},
	{"127.0.0.1", true}, {"127.9.9.9", true}, {"128.0.0.1", false},
	{"169.254.3.4", true}, {"169.253.3.4", false},
	{"::1", true}, {"::2", false}, {"::", false},
	{"fe80::1", true}, {"febf::1", true}, {"fec0::1", false},
	{"fc00::1", true}, {"fdff::1", true}, {"fe00::1", false},
	{"2001:db8::1", false}, {"8.8.8.8", false}, {"0.0.0.0", false},
	{"::ffff:10.0.0.1", true}, {"::ffff:8.8.8.8", false},
};

static struct sockaddr_storage
addr_of(const char *text)
{
	struct sockaddr_storage ss = {0};
	struct sockaddr_in *in = (struct sockaddr_in *)&ss;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&ss;

	if (inet_pton(AF_INET, text, &in->sin_addr) == 1)
		in->sin_family = AF_INET;
	else if (inet_pton(AF_INET6, text, &in6->sin6_addr) == 1)
		in6->sin6_family = AF_INET6;
	else
		CHECK_ROW(text, false);
	return ss;
}

static bool
admits(const struct access *a, const char *text)
{
	struct sockaddr_storage ss = addr_of(text);

	return access_admits(a, (const struct sockaddr *)&ss);
}

static void
test_parse(void)
{
	for (size_t i = 0; i < countof(parses); i++) {
		struct access_rule rule, untouched;

		memset(&rule, 0x55, sizeof(rule));
		memset(&untouched, 0x55, sizeof(untouched));
		CHECK_ROW(parses[i].in, access_parse(parses[i].in, &rule) == parses[i].err);
		CHECK_ROW(parses[i].in, (memcmp(&rule, &untouched, sizeof(rule)) != 0) == (parses[i].err == ACCESS_OK));
	}
}

static void
test_rules(void)
{
	for (size_t i = 0; i < countof(rules); i++) {
		struct access a = ACCESS_INIT;
		struct access_rule rule;

		CHECK_ROW(rules[i].rule, access_parse(rules[i].rule, &rule) == ACCESS_OK);
		access_add(&a, &rule);
		CHECK_ROW(rules[i].rule, admits(&a, rules[i].addr) == rules[i].admits);
		access_free(&a);
	}
}

static void
test_lists(void)
{
	struct access a = ACCESS_INIT, b = ACCESS_INIT;
	struct sockaddr_storage ss = addr_of("203.0.113.7");
	struct sockaddr_un un = {.sun_family = AF_UNIX};

	CHECK(!admits(&a, "127.0.0.1"));	/* an empty list admits nobody */
	access_add_private(&a);
	for (size_t i = 0; i < countof(private_addrs); i++)
		CHECK_ROW(private_addrs[i].addr, admits(&a, private_addrs[i].addr) == private_addrs[i].admits);

	CHECK(access_add_addr(&b, (const struct sockaddr *)&ss));
	CHECK(!access_add_addr(&b, (const struct sockaddr *)&un));
	CHECK_INT(1, b.n);
	access_add_all(&a, &b);
	CHECK(admits(&a, "203.0.113.7"));
	CHECK(admits(&a, "::ffff:203.0.113.7"));
	CHECK(!admits(&a, "203.0.113.8"));
	CHECK(admits(&a, "10.1.2.3"));
	CHECK(!access_admits(&a, (const struct sockaddr *)&un));
	access_free(&a);
	access_free(&b);
	CHECK(!admits(&a, "127.0.0.1"));
}

static void
test_key(void)
{
	unsigned char a[ACCESS_KEY_LEN], b[ACCESS_KEY_LEN];
	struct sockaddr_storage v4 = addr_of("192.0.2.1"), mapped = addr_of("::ffff:192.0.2.1"), v6 = addr_of("2001:db8::1");

	access_key((const struct sockaddr *)&v4, a);
	access_key((const struct sockaddr *)&mapped, b);
	CHECK(memcmp(a, b, sizeof(a)) == 0);
	access_key((const struct sockaddr *)&v6, b);
	CHECK(memcmp(a, b, sizeof(a)) != 0);
}

static void
test_listfile(void)
{
	char path[] = "/tmp/listfile_XXXXXX";
	static const char text[] = "# a comment\n\n  10.0.0.0/8 \t# behind it\r\n\t\n#\n::1\nlast";
	struct strv lines = STRV_INIT;
	int fd = mkstemp(path);

	CHECK(fd != -1 && write(fd, text, sizeof(text) - 1) == (ssize_t)sizeof(text) - 1);
	close(fd);
	CHECK_INT(0, listfile_read(path, &lines));
	CHECK_INT(3, lines.n);
	if (lines.n == 3) {
		CHECK_STR("10.0.0.0/8", lines.v[0]);
		CHECK_STR("::1", lines.v[1]);
		CHECK_STR("last", lines.v[2]);
	}
	unlink(path);
	CHECK_INT(-1, listfile_read(path, &lines));
	CHECK_INT(3, lines.n);
	strv_free(&lines);
}

int
main(void)
{
	test_parse();
	test_rules();
	test_lists();
	test_key();
	test_listfile();
	return check_done();
}
