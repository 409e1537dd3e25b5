/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/tmp.h"
#include "wire/lzo.h"
#include "wire/reply.h"
#include "wire_peer.h"

#define RAW(s) s, sizeof(s) - 1

static int
new_file(void)
{
	return io_anon_file("reply_test", tmp_dir());
}

static bool
file_is(int fd, const void *p, size_t n)
{
	struct buf b = BUF_INIT;
	bool same;

	lseek(fd, 0, SEEK_SET);
	same = buf_read_fd(&b, fd, 1 << 30) == 0 && b.n == n && (n == 0 || memcmp(b.p, p, n) == 0);
	buf_free(&b);
	return same;
}

/* Both halves; a failure of the first is the result. */
static enum wire_err
read_reply(int fd, unsigned version, struct reply *r, int object_fd, const struct io_limit *lim)
{
	enum wire_err err = reply_read_status(fd, version, r, lim);

	return err == WIRE_OK ? reply_read_rest(fd, version, r, object_fd, lim) : err;
}

static const struct {
	const char *raw;
	size_t len;
	enum wire_err err;
	int status;
	const char *err_text, *out_text, *object;
} rows[] = {
	{RAW("DONE00000001STAT00000000SERR00000000SOUT00000000DOTO00000003obj"), WIRE_OK, 0, "", "", "obj"},
	{RAW("DONE00000001STAT00000000SERR00000004warnSOUT00000003outDOTO00000003obj"), WIRE_OK, 0, "warn", "out", "obj"},
	{RAW("DONE00000001STAT00000000SERR00000000SOUT00000000DOTO00000000"), WIRE_OK, 0, "", "", ""},
	{RAW("DONE00000001STAT00000100SERR00000005errorSOUT00000000DOTO00000000"), WIRE_OK, 0x100, "error", "", ""},
	{RAW("DONE00000001STAT0000000bSERR00000000SOUT00000000DOTO00000000"), WIRE_OK, 11, "", "", ""},
	{RAW("DONE00000001STAT0000008bSERR00000000SOUT00000000DOTO00000000"), WIRE_OK, 0x8b, "", "", ""},
	{RAW("DONE00000001STAT00006E00SERR00000003noXSOUT00000000DOTO00000000"), WIRE_OK, 0x6e00, "noX", "", ""},
	{RAW("DONE00000001STAT00000100SERR00000000SOUT00000000DOTO00000003obj"), WIRE_STATUS, 0x100, "", "", ""},
	{RAW("DONE00000001STAT00010000SERR00000000SOUT00000000DOTO00000003obj"), WIRE_STATUS, 0, "", "", ""},
	{RAW("DONE00000001STATffffffffSERR00000000SOUT00000000DOTO00000000"), WIRE_STATUS, 0, "", "", ""},
	{RAW("DONE00000001STAT0000007fSERR00000000SOUT00000000DOTO00000000"), WIRE_STATUS, 0, "", "", ""},
	{RAW("DONE00000001STAT0000ffffSERR00000000SOUT00000000DOTO00000000"), WIRE_STATUS, 0, "", "", ""},
	{RAW("DONE00000002STAT00000000SERR00000000SOUT00000000DOTO00000000"), WIRE_VERSION, 0, "", "", ""},
	{RAW("DONE00000000STAT00000000SERR00000000SOUT00000000DOTO00000000"), WIRE_VERSION, 0, "", "", ""},
	{RAW("STAT00000000SERR00000000SOUT00000000DOTO00000000"), WIRE_TOKEN, 0, "", "", ""},
	{RAW("DONE00000001SERR00000000"), WIRE_TOKEN, 0, "", "", ""},
	{RAW("DONE00000001STAT0000000xSERR00000000"), WIRE_NUMBER, 0, "", "", ""},
	{RAW("DONE00000001STAT00000000SERRffffffff"), WIRE_TOOBIG, 0, "", "", ""},
	{RAW("DONE00000001STAT00000000SERR04000001"), WIRE_TOOBIG, 0, "", "", ""},
	{RAW("DONE00000001STAT00000000SERR04000000"), WIRE_TRUNCATED, 0, "", "", ""},
	{RAW("DONE00000001STAT00000000SERR00000000SOUTffffffff"), WIRE_TOOBIG, 0, "", "", ""},
	{RAW("DONE00000001STAT00000000SERR00000000SOUT00000000DOTOffffffff"), WIRE_TOOBIG, 0, "", "", ""},
	{RAW("DONE00000001STAT00000000SERR00000000SOUT00000000DOTOfff00001"), WIRE_TOOBIG, 0, "", "", ""},
	{RAW("DONE00000001STAT00000000SERR00000000SOUT00000000DOTOfff00000"), WIRE_TRUNCATED, 0, "", "", ""},
	{RAW("distccd: denied\n"), WIRE_TOKEN, 0, "", "", ""},
	{RAW(""), WIRE_CLOSED, 0, "", "", ""},
};

static void
test_rows(enum peer_way way)
{
	for (size_t i = 0; i < countof(rows); i++) {
		struct peer peer = peer_start(way, rows[i].raw, rows[i].len);
		struct reply r = REPLY_INIT;
		int file = new_file();

		CHECK_ROW(rows[i].raw, read_reply(peer.fd, 1, &r, file, &peer_limit) == rows[i].err);
		CHECK_INT(rows[i].status, r.status);
		CHECK_STR(rows[i].err_text, r.err.n > 0 ? r.err.p : "");
		CHECK_STR(rows[i].out_text, r.out.n > 0 ? r.out.p : "");
		CHECK_INT(strlen(rows[i].object), r.object_size);
		CHECK_ROW(rows[i].raw, file_is(file, rows[i].object, strlen(rows[i].object)));
		reply_free(&r);
		peer_end(&peer);
		close(file);
	}
}

static void
test_truncated(const void *raw, size_t len, unsigned version)
{
	for (size_t n = 0; n <= len; n++) {
		struct peer peer = peer_start(PEER_READY, raw, n);
		struct reply r = REPLY_INIT;
		int file = new_file();

		CHECK_INT(n == 0 ? WIRE_CLOSED : n < len ? WIRE_TRUNCATED : WIRE_OK,
		    read_reply(peer.fd, version, &r, file, &peer_limit));
		reply_free(&r);
		peer_end(&peer);
		if (n % 7 == 0 && n < len) {
			peer = peer_start(PEER_SILENT, raw, n);
			CHECK_INT(WIRE_TIMEOUT, read_reply(peer.fd, version, &r, file, &peer_soon));
			reply_free(&r);
			peer_end(&peer);
		}
		close(file);
	}
}

/* The status is known before the rest has come. */
static void
test_status_first(void)
{
	struct peer peer = peer_start(PEER_SILENT, RAW("DONE00000001STAT00000100"));
	struct reply r = REPLY_INIT;

	CHECK_INT(WIRE_OK, reply_read_status(peer.fd, 1, &r, &peer_soon));
	CHECK_INT(0x100, r.status);
	CHECK_INT(WIRE_TIMEOUT, reply_read_rest(peer.fd, 1, &r, -1, &peer_soon));
	reply_free(&r);
	peer_end(&peer);
}

/* Send for real; *raw is what went over the wire, unless NULL. */
static void
send_one(unsigned version, int status, size_t text, size_t size, struct buf *raw)
{
	struct buf err = BUF_INIT, out = BUF_INIT, object = BUF_INIT;
	struct reply r = REPLY_INIT;
	int pair[2], file, child_status;
	pid_t pid;

	for (unsigned i = 0; err.n < text; i++)
		buf_addf(&err, "x.c:%u: warning\n", i);
	buf_adds(&out, text > 0 ? "out" : "");
	while (object.n < size)
		buf_addf(&object, "%zu object ", object.n * 7919);
	CHECK_INT(0, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair));
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		int from = new_file();

		close(pair[0]);
		if (io_write_full(from, object.p, object.n, &peer_limit) != IO_OK)
			_exit(99);
		_exit((int)reply_send(pair[1], version, status, &err, &out, from, &peer_limit));
	}
	close(pair[1]);
	if (raw != NULL) {
		CHECK_INT(0, io_set_nonblock(pair[0], 0));
		CHECK_INT(0, buf_read_fd(raw, pair[0], 1 << 20));
	} else {
		file = new_file();
		CHECK_INT(WIRE_OK, read_reply(pair[0], version, &r, file, &peer_limit));
		CHECK_INT(status, r.status);
		CHECK(r.err.n == err.n && (err.n == 0 || memcmp(r.err.p, err.p, err.n) == 0));
		CHECK_STR(text > 0 ? "out" : "", r.out.n > 0 ? r.out.p : "");
		CHECK_INT(status == 0 ? object.n : 0, r.object_size);
		CHECK(file_is(file, object.p, status == 0 ? object.n : 0));
		CHECK_INT(IO_EOF, io_read_full(pair[0], &child_status, 1, &peer_limit));
		close(file);
	}
	waitpid(pid, &child_status, 0);
	CHECK_INT(0, child_status);
	close(pair[0]);
	reply_free(&r);
	buf_free(&err);
	buf_free(&out);
	buf_free(&object);
}

static void
test_send(unsigned version)
{
	static const size_t sizes[] = {0, 1, 5000, 65536, 65600, 3000000};
	struct buf raw = BUF_INIT;

	for (size_t i = 0; i < countof(sizes); i++) {
		send_one(version, 0, 0, sizes[i], NULL);
		send_one(version, 0, sizes[i], sizes[i], NULL);
		send_one(version, 0x100, 100, sizes[i], NULL);
		send_one(version, 11, 0, sizes[i], NULL);
	}
	send_one(version, 0, 40, 60, &raw);
	test_truncated(raw.p, raw.n, version);
	buf_free(&raw);
}

/* Byte for byte what a stock client expects; no object, no compressed nothing. */
static void
test_bytes(void)
{
	static const struct {
		unsigned version;
		const char *want;
	} empty[] = {
		{0, "DONE00000000STAT00000100SERR00000000SOUT00000000DOTO00000000"},
		{1, "DONE00000001STAT00000100SERR00000000SOUT00000000DOTO00000000"},
		{2, "DONE00000002STAT00000100SERR00000000SOUT00000000DOTO00000000"},
	};

	for (size_t i = 0; i < countof(empty); i++) {
		struct buf none = BUF_INIT;
		char raw[100] = "";
		int pair[2];

		CHECK_INT(0, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair));
		CHECK_INT(WIRE_OK, reply_send(pair[0], empty[i].version, 0x100, &none, &none, -1, &peer_limit));
		CHECK_INT(60, recv(pair[1], raw, sizeof(raw) - 1, 0));
		CHECK_STR(empty[i].want, raw);
		close(pair[1]);
		CHECK_INT(WIRE_CLOSED, reply_send(pair[0], empty[i].version, 0x100, &none, &none, -1, &peer_limit));
		close(pair[0]);
	}
}

int
main(void)
{
	test_rows(PEER_READY);
	test_rows(PEER_DRIBBLE);
	test_status_first();
	test_send(1);
	if (lzo_available())
		test_send(2);
	test_bytes();
	return check_done();
}
