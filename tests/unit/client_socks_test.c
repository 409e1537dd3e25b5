/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/socks.h"

#include <stdlib.h>

#include "tests/unit/check.h"

static const struct {
	const char *text;
	bool ok;
	const char *path, *host;
	int port;
} proxies[] = {
	{"/var/tmp/portage/.portage.42.net.sock", true, "/var/tmp/portage/.portage.42.net.sock", NULL, 0},
	{"/a:b", true, "/a:b", NULL, 0},
	{"box", true, NULL, "box", 1080},
	{"box:9050", true, NULL, "box", 9050},
	{"192.0.2.1:1", true, NULL, "192.0.2.1", 1},
	{"[::1]:65535", true, NULL, "::1", 65535},
	{"[::1]", true, NULL, "::1", 1080},
	{"2001:db8::1", true, NULL, "2001:db8::1", 1080},
	{"", false, NULL, NULL, 0},
	{":1080", false, NULL, NULL, 0},
	{"box:", false, NULL, NULL, 0},
	{"box:0", false, NULL, NULL, 0},
	{"box:65536", false, NULL, NULL, 0},
	{"box:1x", false, NULL, NULL, 0},
	{"[]:1", false, NULL, NULL, 0},
	{"[::1", false, NULL, NULL, 0},
	{"[::1]1080", false, NULL, NULL, 0},
	{"relative/path", false, NULL, NULL, 0},
	{"socks5://box:1080", false, NULL, NULL, 0},
};

static void
test_proxies(void)
{
	for (size_t i = 0; i < countof(proxies); i++) {
		struct socks_proxy p;
		bool ok = socks_proxy_parse(proxies[i].text, &p);

		CHECK_ROW(proxies[i].text, ok == proxies[i].ok);
		CHECK_STR(proxies[i].path, p.path);
		CHECK_STR(proxies[i].host, p.host);
		CHECK_INT(proxies[i].port, p.port);
		if (ok)
			socks_proxy_free(&p);
	}
}

static void
test_messages(void)
{
	static const unsigned char hello[] = {5, 1, 0}, request[] = {5, 1, 0, 3, 3, ':', ':', '1', 0x0e, 0x30};
	char long_name[SOCKS_HOST_MAX + 2];
	const unsigned char *p;
	struct socks s;
	size_t len;

	socks_begin(&s, "::1", 3632);
	p = socks_message(&s, &len);
	CHECK(len == sizeof(hello) && memcmp(p, hello, len) == 0);
	s.step = SOCKS_CONNECT;
	p = socks_message(&s, &len);
	CHECK(len == sizeof(request) && memcmp(p, request, len) == 0);

	memset(long_name, 'x', sizeof(long_name));
	long_name[SOCKS_HOST_MAX] = '\0';
	socks_begin(&s, long_name, 65535);
	CHECK_INT(SOCKS_GREETING, s.step);
	CHECK_INT(SOCKS_REQUEST_MAX, s.request_len);
	CHECK_INT(255, s.request[4]);
	long_name[SOCKS_HOST_MAX] = 'x';
	long_name[SOCKS_HOST_MAX + 1] = '\0';
	socks_begin(&s, long_name, 1);
	CHECK_INT(SOCKS_FAILED, s.step);
	CHECK_INT(SOCKS_BLAME_NOBODY, s.blame);
	socks_begin(&s, "", 1);
	CHECK_INT(SOCKS_FAILED, s.step);
}

/* Answers of a proxy from its first byte on; rest: what follows the reply and must not be touched. */
#define OPEN(text, rest) {text, sizeof(text) - 1, rest, SOCKS_OPEN, 0}
#define BAD(text, blame) {text, sizeof(text) - 1, 0, SOCKS_FAILED, blame}
#define MORE(text, step) {text, sizeof(text) - 1, 0, step, 0}
static const struct {
	const char *bytes;
	size_t len, rest;
	enum socks_step end;
	enum socks_blame blame;
} answers[] = {
	OPEN("\5\0" "\5\0\0\1" "\1\2\3\4" "\1\2", 0),
	OPEN("\5\0" "\5\0\0\1" "\1\2\3\4" "\1\2" "DONE", 4),
	OPEN("\5\0" "\5\0\0\4" "0123456789abcdef" "\1\2" "D", 1),
	OPEN("\5\0" "\5\0\0\3" "\0" "\1\2" "DONE", 4),
	OPEN("\5\0" "\5\0\0\3" "\4" "name" "\1\2", 0),
	OPEN("\5\0" "\5\0\1\1" "\0\0\0\0" "\0\0", 0),
	MORE("", SOCKS_GREETING),
	MORE("\5", SOCKS_GREETING),
	MORE("\5\0", SOCKS_CONNECT),
	MORE("\5\0" "\5\0\0\1" "\1\2\3\4" "\1", SOCKS_CONNECT),
	MORE("\5\0" "\5\0\0\3" "\377" "abc", SOCKS_CONNECT),
	BAD("\4", SOCKS_BLAME_PROXY),
	BAD("H", SOCKS_BLAME_PROXY),
	BAD("\5\2", SOCKS_BLAME_PROXY),
	BAD("\5\377", SOCKS_BLAME_PROXY),
	BAD("\5\0" "\4", SOCKS_BLAME_PROXY),
	BAD("\5\0" "\5\0\0\2" "\0", SOCKS_BLAME_PROXY),
	BAD("\5\0" "\5\1", SOCKS_BLAME_NOBODY),
	BAD("\5\0" "\5\2", SOCKS_BLAME_NOBODY),
	BAD("\5\0" "\5\3", SOCKS_BLAME_HOST),
	BAD("\5\0" "\5\4", SOCKS_BLAME_HOST),
	BAD("\5\0" "\5\5\0\1", SOCKS_BLAME_HOST),
	BAD("\5\0" "\5\6", SOCKS_BLAME_HOST),
	BAD("\5\0" "\5\7", SOCKS_BLAME_PROXY),
	BAD("\5\0" "\5\10", SOCKS_BLAME_PROXY),
	BAD("\5\0" "\5\11", SOCKS_BLAME_NOBODY),
	BAD("\5\0" "\5\377", SOCKS_BLAME_NOBODY),
};

/* Feed at most step bytes at a time. */
static void
feed(size_t row, size_t step)
{
	size_t left = answers[row].len, n;
	const char *p = answers[row].bytes;
	struct socks s;

	socks_begin(&s, "box", 3632);
	while ((s.step == SOCKS_GREETING || s.step == SOCKS_CONNECT) && left > 0) {
		n = socks_wanted(&s);
		CHECK(n >= 1 && s.have + n <= sizeof(s.reply));
		n = n < left ? n : left;
		n = n < step ? n : step;
		memcpy(s.reply + s.have, p, n);
		p += n;
		left -= n;
		socks_take(&s, n);
	}
	CHECK_INT(answers[row].end, s.step);
	if (s.step == SOCKS_OPEN)
		CHECK_INT(answers[row].rest, left);
	if (s.step == SOCKS_FAILED) {
		CHECK_INT(answers[row].blame, s.blame);
		CHECK(s.why != NULL);
	}
}

int
main(void)
{
	test_proxies();
	test_messages();
	for (size_t i = 0; i < countof(answers); i++) {
		feed(i, 1000);
		feed(i, 1);
		feed(i, 3);
	}
	return check_done();
}
