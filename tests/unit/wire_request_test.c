/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/request.h"
#include "wire_peer.h"

#define RAW(s) s, sizeof(s) - 1

static const char good[] = "DIST00000001ARGC00000004ARGV00000003gccARGV00000002-cARGV00000000ARGV0000000ah\xc3\xa4llo x.c";

static enum wire_err
read_from(enum peer_way way, const char *p, size_t n, const struct io_limit *lim, struct request *req)
{
	struct peer peer = peer_start(way, p, n);
	enum wire_err err = request_read_head(peer.fd, req, lim);

	peer_end(&peer);
	return err;
}

static void
check_good(enum peer_way way)
{
	struct request req;

	CHECK_INT(WIRE_OK, read_from(way, good, sizeof(good) - 1, &peer_limit, &req));
	CHECK_INT(1, req.version);
	CHECK_INT(4, req.argv.n);
	if (req.argv.n == 4) {
		CHECK_STR("gcc", req.argv.v[0]);
		CHECK_STR("-c", req.argv.v[1]);
		CHECK_STR("", req.argv.v[2]);
		CHECK_STR("h\xc3\xa4llo x.c", req.argv.v[3]);
		CHECK(req.argv.v[4] == NULL);
	}
	request_free(&req);
}

static void
test_read(void)
{
	check_good(PEER_READY);
	check_good(PEER_SILENT);
	check_good(PEER_DRIBBLE);
	check_good(PEER_CHILD);
}

static void
test_truncated(void)
{
	for (size_t n = 0; n < sizeof(good) - 1; n++) {
		struct request req;

		CHECK_INT(n == 0 ? WIRE_CLOSED : WIRE_TRUNCATED, read_from(PEER_READY, good, n, &peer_limit, &req));
		request_free(&req);
		if (n % 5 != 0)
			continue;
		CHECK_INT(WIRE_TIMEOUT, read_from(PEER_SILENT, good, n, &peer_soon, &req));
		request_free(&req);
	}
}

static const struct {
	const char *raw;
	size_t len;
	enum wire_err err;
	unsigned version;
} bad[] = {
	{RAW("DIST00000000ARGC00000001ARGV00000003gcc"), WIRE_OK, 0},
	{RAW("DIST00000002ARGC00000001ARGV00000003gcc"), WIRE_OK, 2},
	{RAW("DIST00000003CDIR00000001/"), WIRE_VERSION, 3},
	{RAW("DIST00000004"), WIRE_VERSION, 4},
	{RAW("DISTffffffff"), WIRE_VERSION, 0xffffffff},
	{RAW("DIST0000000xARGC"), WIRE_NUMBER, 0},
	{RAW("GET / HTTP/1.0\r\n"), WIRE_TOKEN, 0},
	{RAW("ARGC00000001ARGV00000003gcc"), WIRE_TOKEN, 0},
	{RAW("DIST00000001ARGC00000000"), WIRE_COUNT, 1},
	{RAW("DIST00000001ARGC00010001"), WIRE_COUNT, 1},
	{RAW("DIST00000001ARGC7fffffff"), WIRE_COUNT, 1},
	{RAW("DIST00000001ARGCffffffff"), WIRE_COUNT, 1},
	{RAW("DIST00000001ARGC00010000"), WIRE_TRUNCATED, 1},
	{RAW("DIST00000001ARGC-0000001"), WIRE_NUMBER, 1},
	{RAW("DIST00000001DOTI00000000"), WIRE_TOKEN, 1},
	{RAW("DIST00000001ARGC00000002ARGV00000003gccDOTI00000000"), WIRE_TOKEN, 1},
	{RAW("DIST00000001ARGC00000001ARGV00000003g\0c"), WIRE_NUL, 1},
	{RAW("DIST00000001ARGC00000001ARGV00100001"), WIRE_TOOBIG, 1},
	{RAW("DIST00000001ARGC00000001ARGVffffffff"), WIRE_TOOBIG, 1},
	{RAW("DIST00000001ARGC00000001ARGV00100000gcc"), WIRE_TRUNCATED, 1},
};

static void
test_bad(void)
{
	for (size_t i = 0; i < countof(bad); i++) {
		struct request req;

		CHECK_ROW(bad[i].raw, read_from(PEER_READY, bad[i].raw, bad[i].len, &peer_limit, &req) == bad[i].err);
		CHECK_ROW(bad[i].raw, req.version == bad[i].version);
		request_free(&req);
	}
}

static void
add_token(struct buf *b, const char *name, uint32_t val)
{
	char token[TOKEN_LEN];

	token_format(token, name, val);
	buf_add(b, token, sizeof(token));
}

/* So many arguments of that size each: each alone is allowed, all together may not be. */
static void
test_sum(uint32_t count, uint32_t size, enum wire_err want)
{
	struct buf b = BUF_INIT;
	struct request req;

	add_token(&b, "DIST", 1);
	add_token(&b, "ARGC", count);
	for (uint32_t i = 0; i < count; i++) {
		add_token(&b, "ARGV", size);
		CHECK(buf_reserve(&b, size));
		memset(b.p + b.n, 'x', size);
		b.n += size;
	}
	CHECK_INT(want, read_from(PEER_CHILD, b.p, b.n, &peer_limit, &req));
	CHECK(want != WIRE_OK || req.argv.n == count);
	request_free(&req);
	buf_free(&b);
}

/* What goes over the wire, byte for byte, and that it is one packet. */
static void
test_send(void)
{
	char *argv[] = {(char *)"gcc", (char *)"-c", (char *)"", (char *)"h\xc3\xa4llo x.c", NULL};
	char *none[] = {NULL};
	uint64_t before = bulk_bytes_sent;
	char raw[sizeof(good)];
	int pair[2];

	CHECK_INT(0, socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair));
	CHECK_INT(WIRE_OK, request_send_head(pair[0], 1, argv, &peer_limit));
	CHECK_INT(sizeof(good) - 1, recv(pair[1], raw, sizeof(raw), 0));
	CHECK(memcmp(raw, good, sizeof(good) - 1) == 0);
	CHECK_INT(sizeof(good) - 1, bulk_bytes_sent - before);
	CHECK_INT(WIRE_COUNT, request_send_head(pair[0], 1, none, &peer_limit));
	close(pair[1]);
	CHECK_INT(WIRE_CLOSED, request_send_head(pair[0], 1, argv, &peer_limit));
	close(pair[0]);
}

static void
test_send_too_many(void)
{
	char **argv = xcalloc(REQUEST_MAX_ARGS + 2, sizeof(*argv));

	for (size_t i = 0; i <= REQUEST_MAX_ARGS; i++)
		argv[i] = (char *)"x";
	CHECK_INT(WIRE_COUNT, request_send_head(-1, 1, argv, &peer_limit));
	free(argv);
}

int
main(void)
{
	test_read();
	test_truncated();
	test_bad();
	test_sum(REQUEST_MAX_ARGS, 0, WIRE_OK);
	test_sum(1, REQUEST_MAX_ARG, WIRE_OK);
	test_sum(16, REQUEST_MAX_ARG, WIRE_OK);
	test_sum(17, REQUEST_MAX_ARG, WIRE_TOOBIG);
	test_sum(REQUEST_MAX_ARGS, 256, WIRE_OK);
	test_sum(REQUEST_MAX_ARGS, 257, WIRE_TOOBIG);
	test_send();
	test_send_too_many();
	CHECK(!request_lzo(0) && !request_lzo(1) && request_lzo(2) && request_lzo(3));
	return check_done();
}
