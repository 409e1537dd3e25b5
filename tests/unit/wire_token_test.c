/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/token.h"
#include "wire_peer.h"

/* Twelve bytes with NULs shown as in C. */
#define RAW(s) s, sizeof(s) - 1

static const struct {
	const char *raw;
	size_t len;
	const char *want;
	enum wire_err err;
	uint32_t val;
} rows[] = {
	{RAW("DIST00000001"), "DIST", WIRE_OK, 1},
	{RAW("DONEffffffff"), "DONE", WIRE_OK, 0xffffffff},
	{RAW("DONEFFFFFFFF"), "DONE", WIRE_OK, 0xffffffff},
	{RAW("ARGV0aBcDeF9"), "ARGV", WIRE_OK, 0x0abcdef9},
	{RAW("STAT00006e00"), "STAT", WIRE_OK, 0x6e00},
	{RAW("DIST0000000g"), "DIST", WIRE_NUMBER, 0},
	{RAW("DISTG0000000"), "DIST", WIRE_NUMBER, 0},
	{RAW("DIST 0000001"), "DIST", WIRE_NUMBER, 0},
	{RAW("DIST0000001 "), "DIST", WIRE_NUMBER, 0},
	{RAW("DIST\t0000001"), "DIST", WIRE_NUMBER, 0},
	{RAW("DIST0x000001"), "DIST", WIRE_NUMBER, 0},
	{RAW("DIST0X000001"), "DIST", WIRE_NUMBER, 0},
	{RAW("DIST+0000001"), "DIST", WIRE_NUMBER, 0},
	{RAW("DIST-0000001"), "DIST", WIRE_NUMBER, 0},
	{RAW("DIST0000000\0"), "DIST", WIRE_NUMBER, 0},
	{RAW("DIST\0" "0000001"), "DIST", WIRE_NUMBER, 0},
	{RAW("DIST1\0\0\0\0\0\0\0"), "DIST", WIRE_NUMBER, 0},
	{RAW("DIST0000000/"), "DIST", WIRE_NUMBER, 0},
	{RAW("DIST0000000:"), "DIST", WIRE_NUMBER, 0},
	{RAW("DIST0000000@"), "DIST", WIRE_NUMBER, 0},
	{RAW("DIST0000000`"), "DIST", WIRE_NUMBER, 0},
	{RAW("DIST0000000\xff"), "DIST", WIRE_NUMBER, 0},
	{RAW("dist00000001"), "DIST", WIRE_TOKEN, 0},
	{RAW("DONE00000001"), "DIST", WIRE_TOKEN, 0},
	{RAW(" DIST0000001"), "DIST", WIRE_TOKEN, 0},
	{RAW("DIS\0" "00000001"), "DIST", WIRE_TOKEN, 0},
	{RAW("GET / HTTP/1"), "DIST", WIRE_TOKEN, 0},
};

static void
test_parse(void)
{
	for (size_t i = 0; i < countof(rows); i++) {
		uint32_t val = 77;

		CHECK_INT(TOKEN_LEN, rows[i].len);
		CHECK_ROW(rows[i].raw, token_parse(rows[i].raw, rows[i].want, &val) == rows[i].err);
		CHECK_ROW(rows[i].raw, val == (rows[i].err == WIRE_OK ? rows[i].val : 77));
	}
}

static void
test_format(void)
{
	static const struct {
		uint32_t val;
		const char *want;
	} vals[] = {
		{0, "DOTO00000000"}, {1, "DOTO00000001"}, {0xabc, "DOTO00000abc"}, {0xffffffff, "DOTOffffffff"},
		{0x80000000, "DOTO80000000"},
	};
	char raw[TOKEN_LEN + 1];
	uint32_t val;

	for (size_t i = 0; i < countof(vals); i++) {
		raw[TOKEN_LEN] = '!';
		token_format(raw, "DOTO", vals[i].val);
		CHECK(raw[TOKEN_LEN] == '!');
		raw[TOKEN_LEN] = '\0';
		CHECK_STR(vals[i].want, raw);
		CHECK(token_parse(raw, "DOTO", &val) == WIRE_OK && val == vals[i].val);
	}
}

static enum wire_err
read_from(enum peer_way way, const char *p, size_t n, const struct io_limit *lim, uint32_t *val)
{
	struct peer peer = peer_start(way, p, n);
	enum wire_err err = token_read(peer.fd, "ARGC", val, lim);

	peer_end(&peer);
	return err;
}

static void
test_read(void)
{
	static const char raw[] = "ARGC0000002a";
	uint32_t val = 0;

	CHECK_INT(WIRE_OK, read_from(PEER_READY, raw, TOKEN_LEN, &peer_limit, &val));
	CHECK_INT(42, val);
	val = 0;
	CHECK_INT(WIRE_OK, read_from(PEER_DRIBBLE, raw, TOKEN_LEN, &peer_limit, &val));
	CHECK_INT(42, val);
	for (size_t n = 0; n < TOKEN_LEN; n++) {
		CHECK_INT(n == 0 ? WIRE_CLOSED : WIRE_TRUNCATED, read_from(PEER_READY, raw, n, &peer_limit, &val));
		CHECK_INT(WIRE_TIMEOUT, read_from(PEER_SILENT, raw, n, &peer_soon, &val));
	}
	CHECK_INT(WIRE_IO, token_read(1000000, "ARGC", &val, &peer_soon));
}

static void
test_read_any(void)
{
	static const struct {
		const char *raw;
		enum wire_err err;
	} any[] = {
		{"DOTO0000002a", WIRE_OK}, {"X1Y20000002a", WIRE_OK}, {"doto0000002a", WIRE_TOKEN},
		{"DO\n00000002a", WIRE_TOKEN}, {"DOT 0000002a", WIRE_TOKEN}, {"\xff\xff\xff\xff" "0000002a", WIRE_TOKEN},
		{"DOTO0000002x", WIRE_NUMBER},
	};

	for (size_t i = 0; i < countof(any); i++) {
		struct peer peer = peer_start(PEER_READY, any[i].raw, TOKEN_LEN);
		char name[5];
		uint32_t val = 0;

		CHECK_ROW(any[i].raw, token_read_any(peer.fd, name, &val, &peer_limit) == any[i].err);
		if (any[i].err == WIRE_OK) {
			CHECK(memcmp(name, any[i].raw, 4) == 0 && name[4] == '\0');
			CHECK_INT(42, val);
		}
		peer_end(&peer);
	}
}

static const struct {
	const char *raw;
	size_t len;
	uint32_t max;
	enum wire_err err;
	const char *want;
} strs[] = {
	{RAW("ARGV00000003gcc"), 3, WIRE_OK, "gcc"},
	{RAW("ARGV00000003gccX"), 100, WIRE_OK, "gcc"},
	{RAW("ARGV00000000"), 100, WIRE_OK, ""},
	{RAW("ARGV00000000"), 0, WIRE_OK, ""},
	{RAW("ARGV00000003gcc"), 2, WIRE_TOOBIG, NULL},
	{RAW("ARGVffffffff"), 100, WIRE_TOOBIG, NULL},
	{RAW("ARGV80000000"), 1 << 20, WIRE_TOOBIG, NULL},
	{RAW("ARGV00000003g\0c"), 100, WIRE_NUL, NULL},
	{RAW("ARGV00000003gc\0"), 100, WIRE_NUL, NULL},
	{RAW("ARGV00000003gc"), 100, WIRE_TRUNCATED, NULL},
	{RAW("ARGV00000003"), 100, WIRE_TRUNCATED, NULL},
	{RAW("ARGV0000"), 100, WIRE_TRUNCATED, NULL},
	{RAW(""), 100, WIRE_CLOSED, NULL},
	{RAW("ARGC00000003gcc"), 100, WIRE_TOKEN, NULL},
	{RAW("ARGV0000000zgcc"), 100, WIRE_NUMBER, NULL},
};

static void
test_read_str(void)
{
	for (size_t i = 0; i < countof(strs); i++) {
		struct peer peer = peer_start(PEER_READY, strs[i].raw, strs[i].len);
		char untouched[] = "untouched", *out = untouched;

		CHECK_ROW(strs[i].raw, token_read_str(peer.fd, "ARGV", strs[i].max, &out, &peer_limit) == strs[i].err);
		CHECK_STR(strs[i].err == WIRE_OK ? strs[i].want : untouched, out);
		if (out != untouched)
			free(out);
		peer_end(&peer);
	}
}

static void
test_errors(void)
{
	CHECK_INT(WIRE_OK, wire_from_io(IO_OK));
	CHECK_INT(WIRE_TRUNCATED, wire_from_io(IO_EOF));
	CHECK_INT(WIRE_TIMEOUT, wire_from_io(IO_TIMEOUT));
	CHECK_INT(WIRE_IO, wire_from_io(IO_ERR));
	CHECK_INT(WIRE_TRUNCATED, wire_inside(WIRE_CLOSED));
	CHECK_INT(WIRE_LZO, wire_inside(WIRE_LZO));
	for (int err = WIRE_OK; err <= WIRE_NOMEM; err++)
		CHECK(!streq(wire_strerror((enum wire_err)err), "unknown error"));
	CHECK_STR("connection closed", wire_strerror(WIRE_CLOSED));
}

int
main(void)
{
	test_parse();
	test_format();
	test_read();
	test_read_any();
	test_read_str();
	test_errors();
	return check_done();
}
