/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

#include "base/tmp.h"
#include "wire/bulk.h"
#include "wire/lzo.h"
#include "wire_peer.h"

static const size_t sizes[] = {0, 1, 100, 65535, 65536, 65537, 1u << 20, (1u << 20) + 1, 5000000};

static void
fill(struct buf *b, size_t n)
{
	for (unsigned i = 0; b->n < n; i++)
		buf_addf(b, "%u bottles, ", i);
	b->n = n;
}

static int
file_of(const struct buf *b)
{
	int fd = io_anon_file("bulk_test", tmp_dir());

	if (io_write_full(fd, b->p, b->n, &IO_FOREVER) != IO_OK)
		abort();
	return fd;
}

static bool
file_is(int fd, const struct buf *want)
{
	struct buf b = BUF_INIT;
	bool same;

	lseek(fd, 0, SEEK_SET);
	same = buf_read_fd(&b, fd, 1 << 30) == 0 && b.n == want->n && (b.n == 0 || memcmp(b.p, want->p, b.n) == 0);
	buf_free(&b);
	return same;
}

/* A child sends the n bytes, from memory or a file; we receive into memory or a file. */
static void
test_transfer(size_t n, bool lzo, bool send_file, bool recv_file)
{
	struct buf plain = BUF_INIT, got = BUF_INIT;
	uint64_t before = bulk_bytes_received, size = 77;
	int pair[2], from, to, status;
	pid_t pid;

	fill(&plain, n);
	from = file_of(&plain);
	to = io_anon_file("bulk_test", tmp_dir());
	CHECK_INT(0, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair));
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		enum wire_err err;

		close(pair[0]);
		err = send_file ? bulk_send_fd(pair[1], "DOTI", from, n, lzo, &peer_limit) :
		    bulk_send_mem(pair[1], "DOTI", plain.p, n, lzo, &peer_limit);
		/* The count is told to the parent in front of the status. */
		err = err == WIRE_OK && io_write_full(pair[1], &bulk_bytes_sent, 8, &peer_limit) != IO_OK ? WIRE_IO : err;
		_exit((int)err);
	}
	close(pair[1]);
	if (recv_file) {
		CHECK_INT(WIRE_OK, bulk_recv_fd(pair[0], "DOTI", to, n, lzo, &size, &peer_limit));
		CHECK_INT(n, size);
		CHECK(file_is(to, &plain));
	} else {
		buf_adds(&got, "head");
		CHECK_INT(WIRE_OK, bulk_recv_mem(pair[0], "DOTI", &got, n, lzo, &peer_limit));
		CHECK(got.n == n + 4 && (n == 0 || memcmp(got.p + 4, plain.p, n) == 0));
	}
	CHECK_INT(IO_OK, io_read_full(pair[0], &size, 8, &peer_limit));
	CHECK_INT(bulk_bytes_received - before, size);
	CHECK(lzo && n > 100 ? size < n : size == n + TOKEN_LEN || lzo);
	CHECK(n > 0 || size == TOKEN_LEN);
	CHECK_INT(IO_EOF, io_read_full(pair[0], &size, 1, &peer_limit));
	waitpid(pid, &status, 0);
	CHECK_INT(0, status);
	close(pair[0]);
	close(from);
	close(to);
	buf_free(&plain);
	buf_free(&got);
}

/* Lengths nobody means: refused at once, and no memory is taken on their word. */
static const struct {
	const char *raw;
	uint64_t max;
	bool lzo;
	enum wire_err err;
} claims[] = {
	{"DOTIffffffff", 1u << 30, false, WIRE_TOOBIG},
	{"DOTIffffffff", 1u << 30, true, WIRE_TOOBIG},
	{"DOTIffffffff", UINT32_MAX, false, WIRE_TOOBIG},
	{"DOTIffffffff", UINT32_MAX, true, WIRE_TOOBIG},
	{"DOTIffffffff", UINT64_MAX / 32, true, WIRE_TOOBIG},
	{"DOTI40000001", 1u << 30, false, WIRE_TOOBIG},
	{"DOTI00000001", 0, false, WIRE_TOOBIG},
	{"DOTI00000065", 100, false, WIRE_TOOBIG},
	{"DOTI00000100", 100, true, WIRE_TOOBIG},
	{"DOTI40000000", 1u << 30, false, WIRE_TRUNCATED},
	{"DOTI40000000", 1u << 30, true, WIRE_TRUNCATED},
	{"DOTIfff00000", 0xfff00000, false, WIRE_TRUNCATED},
	{"DOTIfff00000", 0xfff00000, true, WIRE_TRUNCATED},
	{"DOTI", 100, false, WIRE_TRUNCATED},
	{"", 100, false, WIRE_CLOSED},
	{"DOTO00000000", 100, false, WIRE_TOKEN},
	{"DOTI0000000x", 100, false, WIRE_NUMBER},
	{"DOTI00000000", 0, false, WIRE_OK},
	{"DOTI00000000", 0, true, WIRE_OK},
	{"DOTI00000003abc", 3, false, WIRE_OK},
	{"DOTI00000003ab", 3, false, WIRE_TRUNCATED},
	{"DOTI00000003abc", 3, true, WIRE_LZO},
};

static void
test_claims(void)
{
	for (size_t i = 0; i < countof(claims); i++) {
		enum wire_err want = claims[i].err;
		struct buf got = BUF_INIT;
		struct peer peer;
		uint64_t size = 77;
		int file = io_anon_file("bulk_test", tmp_dir());

		if (claims[i].lzo && !lzo_available() && want == WIRE_TRUNCATED)
			want = WIRE_LZO;
		peer = peer_start(PEER_READY, claims[i].raw, strlen(claims[i].raw));
		CHECK_ROW(claims[i].raw, bulk_recv_mem(peer.fd, "DOTI", &got, claims[i].max, claims[i].lzo, &peer_limit) == want);
		CHECK(want == WIRE_OK || got.n == 0);
		CHECK(got.cap <= 4u << 20);
		peer_end(&peer);
		peer = peer_start(PEER_READY, claims[i].raw, strlen(claims[i].raw));
		CHECK_ROW(claims[i].raw, bulk_recv_fd(peer.fd, "DOTI", file, claims[i].max, claims[i].lzo, &size, &peer_limit) == want);
		CHECK(want == WIRE_OK || size == 77);
		peer_end(&peer);
		close(file);
		buf_free(&got);
	}
}

/* What had come of a body that broke off does not stay. */
static void
test_broken_off(void)
{
	struct buf raw = BUF_INIT, got = BUF_INIT;
	struct peer peer;

	buf_adds(&raw, "DOTI00400000");
	fill(&raw, 3 << 20);
	buf_adds(&got, "head");
	peer = peer_start(PEER_CHILD, raw.p, raw.n);
	CHECK_INT(WIRE_TRUNCATED, bulk_recv_mem(peer.fd, "DOTI", &got, 1 << 30, false, &peer_limit));
	CHECK_INT(4, got.n);
	peer_end(&peer);
	buf_free(&raw);
	buf_free(&got);
}

/* An LZO body that expands beyond the limit, one with a byte too many, one without its end. */
static void
test_bad_lzo(void)
{
	struct buf zeros = BUF_INIT, raw = BUF_INIT;

	if (!lzo_available())
		return;
	CHECK(buf_reserve(&zeros, 1 << 20));
	memset(zeros.p, 0, 1 << 20);
	zeros.n = 1 << 20;
	CHECK_INT(WIRE_OK, bulk_add(&raw, "DOTI", zeros.p, zeros.n, true));
	for (int damage = 0; damage < 4; damage++) {
		struct buf b = BUF_INIT, got = BUF_INIT;
		size_t n = raw.n - TOKEN_LEN + (damage == 1) - (damage == 2);
		char token[TOKEN_LEN];
		struct peer peer;

		token_format(token, "DOTI", (uint32_t)n);
		buf_add(&b, token, TOKEN_LEN);
		buf_add(&b, raw.p + TOKEN_LEN, raw.n - TOKEN_LEN);
		buf_add(&b, "", 1);
		peer = peer_start(PEER_READY, b.p, TOKEN_LEN + n);
		CHECK_INT(damage == 0 ? WIRE_OK : WIRE_LZO,
		    bulk_recv_mem(peer.fd, "DOTI", &got, damage == 3 ? (1 << 20) - 1 : 1 << 20, true, &peer_limit));
		CHECK_INT(damage == 0 ? 1 << 20 : 0, got.n);
		peer_end(&peer);
		buf_free(&got);
		buf_free(&b);
	}
	buf_free(&zeros);
	buf_free(&raw);
}

static void
test_send_fails(bool lzo)
{
	struct buf plain = BUF_INIT;
	int pair[2], fd;

	fill(&plain, 3000000);
	fd = file_of(&plain);
	CHECK_INT(0, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair));
	if (!lzo) {
		CHECK_INT(WIRE_TIMEOUT, bulk_send_fd(pair[0], "DOTO", fd, plain.n, lzo, &peer_soon));
		CHECK_INT(WIRE_TOOBIG, bulk_send_fd(pair[0], "DOTO", fd, 0x100000000, lzo, &peer_soon));
		CHECK_INT(WIRE_TOOBIG, bulk_send_mem(pair[0], "DOTO", plain.p, (size_t)0xffffffff, lzo, &peer_soon));
	}
	close(pair[1]);
	signal(SIGPIPE, SIG_IGN);
	CHECK_INT(WIRE_CLOSED, bulk_send_fd(pair[0], "DOTO", fd, plain.n, lzo, &peer_soon));
	CHECK_INT(WIRE_CLOSED, bulk_send_mem(pair[0], "DOTO", plain.p, plain.n, lzo, &peer_soon));
	signal(SIGPIPE, SIG_DFL);
	close(pair[0]);

	/* Shorter than was said. */
	CHECK_INT(0, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair));
	CHECK_INT(0, ftruncate(fd, 100));
	errno = 0;
	CHECK_INT(WIRE_IO, bulk_send_fd(pair[0], "DOTO", fd, 200, lzo, &peer_soon));
	CHECK_INT(EIO, errno);
	close(pair[0]);
	close(pair[1]);
	close(fd);
	buf_free(&plain);
}

/* A full disk on our side is not the peer's fault. */
static void
test_full_disk(void)
{
	struct rlimit none = {.rlim_cur = 10, .rlim_max = RLIM_INFINITY}, old;
	struct peer peer;
	uint64_t size;
	int file;

	getrlimit(RLIMIT_FSIZE, &old);
	none.rlim_max = old.rlim_max;
	signal(SIGXFSZ, SIG_IGN);
	fflush(stdout);
	file = io_anon_file("bulk_test", tmp_dir());
	peer = peer_start(PEER_READY, "DOTI00000014abcdefghijklmnopqrst", 32);
	setrlimit(RLIMIT_FSIZE, &none);
	CHECK_INT(WIRE_FILE, bulk_recv_fd(peer.fd, "DOTI", file, 100, false, &size, &peer_limit));
	CHECK_INT(EFBIG, errno);
	setrlimit(RLIMIT_FSIZE, &old);
	peer_end(&peer);
	close(file);
}

int
main(void)
{
	int kinds = lzo_available() ? 2 : 1;

	for (size_t i = 0; i < countof(sizes); i++) {
		for (int how = 0; how < 4 * kinds; how++)
			test_transfer(sizes[i], how & 4, how & 2, how & 1);
	}
	test_claims();
	test_broken_off();
	test_bad_lzo();
	for (int lzo = 0; lzo < kinds; lzo++)
		test_send_fails(lzo);
	test_full_disk();
	return check_done();
}
