/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/proto4.h"

#include <stdlib.h>
#include <unistd.h>

#include "wire/zstd.h"
#include "wire_peer.h"

#define RAW(s) s, sizeof(s) - 1

static void
fill(struct p4_request *r)
{
	*r = (struct p4_request){.flags = P4_FRESH | P4_ASKS, .cwd = strdup("/home/jo/p")};
	digest_mem(&r->tool, "gcc", 3);
	strv_push(&r->argv, "gcc");
	strv_push(&r->argv, "");
	strv_push(&r->argv, "-c");
	strv_push(&r->env, "LANG=C");
	strv_push(&r->env, "EMPTY=");
	buf_adds(&r->tree, "not looked at here, not looked at here");
	r->tree_head = 5;
	r->have = calloc(2, sizeof(*r->have));
	r->n_have = 2;
	for (uint32_t i = 0; i < r->n_have; i++) {
		r->have[i].name = strdup(i == 0 ? "/home/jo/p/x.o" : "/home/jo/p/x.dwo");
		digest_mem(&r->have[i].digest, &i, sizeof(i));
	}
}

static bool
same_strings(const struct strv *a, const struct strv *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		if (!streq(a->v[i], b->v[i]))
			return false;
	}
	return true;
}

static enum wire_err
read_request(enum peer_way way, const char *p, size_t n, const struct io_limit *lim, struct p4_request *r)
{
	struct peer peer = peer_start(way, p, n);
	enum wire_err err = p4_read_request(peer.fd, r, lim);

	peer_end(&peer);
	return err;
}

static void
test_request(void)
{
	struct p4_request r, back;
	struct buf b = BUF_INIT;

	fill(&r);
	CHECK_INT(WIRE_OK, p4_add_request(&b, &r));
	CHECK(b.n > TOKEN_LEN && memcmp(b.p, "DIST00000004FLAG00000003TOOL00000020", 36) == 0);
	CHECK_INT(WIRE_OK, read_request(PEER_DRIBBLE, b.p + TOKEN_LEN, b.n - TOKEN_LEN, &peer_limit, &back));
	CHECK_INT(P4_FRESH | P4_ASKS, back.flags);
	CHECK(digest_cmp(&r.tool, &back.tool) == 0);
	CHECK_STR("/home/jo/p", back.cwd);
	CHECK(same_strings(&r.argv, &back.argv));
	CHECK(same_strings(&r.env, &back.env));
	CHECK_INT(2, back.n_have);
	for (uint32_t i = 0; i < back.n_have; i++) {
		CHECK_STR(r.have[i].name, back.have[i].name);
		CHECK(digest_cmp(&r.have[i].digest, &back.have[i].digest) == 0);
	}
	CHECK(r.tree.n == back.tree.n && memcmp(r.tree.p, back.tree.p, r.tree.n) == 0);
	p4_request_free(&back);
	for (size_t n = TOKEN_LEN; n < b.n; n++) {
		CHECK_INT(WIRE_TRUNCATED, read_request(PEER_READY, b.p + TOKEN_LEN, n - TOKEN_LEN, &peer_limit, &back));
		p4_request_free(&back);
	}
	CHECK_INT(WIRE_TIMEOUT, read_request(PEER_SILENT, b.p + TOKEN_LEN, 30, &peer_soon, &back));
	p4_request_free(&back);
	p4_request_free(&r);
	buf_free(&b);
}

static void
test_request_not_written(void)
{
	struct p4_request r;
	struct buf b = BUF_INIT;

	fill(&r);
	free(r.cwd);
	r.cwd = strdup("/a/../b");
	CHECK_INT(WIRE_NAME, p4_add_request(&b, &r));
	free(r.cwd);
	r.cwd = strdup("/");
	CHECK_INT(WIRE_OK, p4_add_request(&b, &r));
	b.n = 0;
	strv_free(&r.argv);
	CHECK_INT(WIRE_COUNT, p4_add_request(&b, &r));
	CHECK_INT(0, b.n);
	p4_request_free(&r);
	buf_free(&b);
}

#define FLAG "FLAG00000000"
#define TOOL "TOOL000000200123456789abcdef0123456789abcdef"
#define CDIR "CDIR00000002/a"
#define ARGS "ARGC00000001ARGV00000003gcc"
#define NOENV "ENVC00000000HAVE00000000"
#define NOHAVE "ENVC00000000"

static const struct {
	const char *raw;
	size_t n;
	enum wire_err err;
} bad[] = {
	{RAW(""), WIRE_TRUNCATED},
	{RAW("TOOL00000020"), WIRE_TOKEN},
	{RAW("FLAG00000004"), WIRE_FLAG},
	{RAW("FLAGffffffff"), WIRE_FLAG},
	{RAW(FLAG "TOOL00000021"), WIRE_NUMBER},
	{RAW(FLAG "TOOL00000000"), WIRE_NUMBER},
	{RAW(FLAG "TOOLffffffff"), WIRE_NUMBER},
	{RAW(FLAG TOOL "CDIR00000000"), WIRE_NAME},
	{RAW(FLAG TOOL "CDIR00000001a"), WIRE_NAME},
	{RAW(FLAG TOOL "CDIR00000005/a/.."), WIRE_NAME},
	{RAW(FLAG TOOL "CDIR00000003/a/"), WIRE_NAME},
	{RAW(FLAG TOOL "CDIR00000003//a"), WIRE_NAME},
	{RAW(FLAG TOOL "CDIR00000002/\0"), WIRE_NUL},
	{RAW(FLAG TOOL "CDIR00001000"), WIRE_TOOBIG},
	{RAW(FLAG TOOL "CDIRffffffff"), WIRE_TOOBIG},
	{RAW(FLAG TOOL CDIR "ARGC00000000"), WIRE_COUNT},
	{RAW(FLAG TOOL CDIR "ARGC00010001"), WIRE_COUNT},
	{RAW(FLAG TOOL CDIR "ARGC00000001ARGV00100001"), WIRE_TOOBIG},
	{RAW(FLAG TOOL CDIR "ARGC00000001ARGVffffffff"), WIRE_TOOBIG},
	{RAW(FLAG TOOL CDIR "ARGC00000001ENVV00000001"), WIRE_TOKEN},
	{RAW(FLAG TOOL CDIR ARGS "ENVCffffffff"), WIRE_COUNT},
	{RAW(FLAG TOOL CDIR ARGS "ENVC00000001ENVV00000003ABC"), WIRE_NAME},
	{RAW(FLAG TOOL CDIR ARGS "ENVC00000001ENVV00000003=BC"), WIRE_NAME},
	{RAW(FLAG TOOL CDIR ARGS "ENVC00000001ENVV00000003A\0="), WIRE_NUL},
	{RAW(FLAG TOOL CDIR ARGS NOHAVE "TREE00000000"), WIRE_TOKEN},
	{RAW(FLAG TOOL CDIR ARGS NOHAVE "HAVE00000011"), WIRE_COUNT},
	{RAW(FLAG TOOL CDIR ARGS NOHAVE "HAVEffffffff"), WIRE_COUNT},
	{RAW(FLAG TOOL CDIR ARGS NOHAVE "HAVE00000001NAME00000002aa"), WIRE_NAME},
	{RAW(FLAG TOOL CDIR ARGS NOHAVE "HAVE00000001NAMEffffffff"), WIRE_TOOBIG},
	{RAW(FLAG TOOL CDIR ARGS NOHAVE "HAVE00000001NAME00000002/aHASH00000021"), WIRE_NUMBER},
	{RAW(FLAG TOOL CDIR ARGS NOHAVE "HAVE00000001NAME00000002/aHASH00000020abc"), WIRE_TRUNCATED},
	{RAW(FLAG TOOL CDIR ARGS NOHAVE "HAVE00000001TREE00000000"), WIRE_TOKEN},
	{RAW(FLAG TOOL CDIR ARGS NOENV "TREEffffffff"), WIRE_TOOBIG},
	{RAW(FLAG TOOL CDIR ARGS NOENV "TREE00000004abcd"), WIRE_ZSTD},
	{RAW(FLAG TOOL CDIR ARGS NOENV "TREE00000000"), WIRE_OK},
	{RAW(FLAG TOOL CDIR ARGS NOENV "BLOB00000000"), WIRE_TOKEN},
	/* declares 4 GiB */
	{RAW(FLAG TOOL CDIR ARGS NOENV "TREE0000000d\x28\xb5\x2f\xfd\xe0\0\0\0\0\1\0\0\0"), WIRE_TOOBIG},
};

static void
test_bad_requests(void)
{
	for (size_t i = 0; i < countof(bad); i++) {
		struct p4_request r;

		CHECK_ROW(bad[i].raw, read_request(PEER_READY, bad[i].raw, bad[i].n, &peer_limit, &r) == bad[i].err);
		p4_request_free(&r);
	}
}

static const struct {
	const char *raw;
	size_t n;
	enum wire_err err;
} blob_heads[] = {
	{RAW("SENT00000000"), WIRE_OK},
	{RAW("SENT00000001"), WIRE_FLAG},
	{RAW("BLOB00000007SIZE00000005FILE00000009"), WIRE_OK},
	{RAW("BLOB00000007SIZE00000000FILE00000000"), WIRE_OK},
	{RAW("BLOB00000007SIZE00000000FILE00000001"), WIRE_ZSTD},
	{RAW("BLOB00000007SIZE00000001FILE00000000"), WIRE_ZSTD},
	{RAW("BLOB00000007SIZE00000005FILE00001000"), WIRE_TOOBIG},
	{RAW("BLOB00000007SIZEffffffffFILE80000000"), WIRE_OK},
	{RAW("BLOB00000007FILE00000000"), WIRE_TOKEN},
	{RAW("DONE00000004"), WIRE_TOKEN},
	{RAW("BLOB0000000"), WIRE_TRUNCATED},
	{RAW("BLOB00000007"), WIRE_TRUNCATED},
	{RAW(""), WIRE_TRUNCATED},
};

static void
test_blob_heads(void)
{
	for (size_t i = 0; i < countof(blob_heads); i++) {
		struct peer peer = peer_start(PEER_READY, blob_heads[i].raw, blob_heads[i].n);
		uint32_t index = 0, stored = 0;
		uint64_t size = 0;
		bool sent;

		CHECK_ROW(blob_heads[i].raw,
			  p4_read_blob_head(peer.fd, &sent, &index, &size, &stored, &peer_limit) == blob_heads[i].err);
		peer_end(&peer);
	}
}

/* Blobs of memory and files, one behind the other. */
static void
test_blobs(void)
{
	static const char content[] = "int x;  int x;  int x;  int x;  int x;  int x;\n";
	struct buf b = BUF_INIT, got = BUF_INIT;
	int in = io_anon_file("in", "/tmp"), out = io_anon_file("out", "/tmp");
	struct peer peer;
	uint32_t index, stored;
	uint64_t size;
	bool sent = true;

	CHECK(write(in, content, sizeof(content)) == (ssize_t)sizeof(content));
	CHECK_INT(WIRE_OK, p4_add_blob(&b, 3, content, sizeof(content)));
	CHECK_INT(WIRE_OK, p4_add_blob_fd(&b, 4, in, sizeof(content)));
	CHECK_INT(WIRE_IO, p4_add_blob_fd(&b, 4, in, sizeof(content) + 1));
	CHECK_INT(WIRE_OK, p4_add_blob(&b, 5, "", 0));
	p4_add_sent(&b);
	peer = peer_start(PEER_CHILD, b.p, b.n);
	for (uint32_t i = 3; i <= 4; i++) {
		CHECK_INT(WIRE_OK, p4_read_blob_head(peer.fd, &sent, &index, &size, &stored, &peer_limit));
		CHECK(!sent && index == i && size == sizeof(content));
		CHECK_INT(WIRE_OK, p4_read_body(peer.fd, stored, i == 3 ? out : -1, size, &peer_limit));
	}
	CHECK_INT(WIRE_OK, p4_read_blob_head(peer.fd, &sent, &index, &size, &stored, &peer_limit));
	CHECK(!sent && index == 5 && size == 0 && stored == 0);
	CHECK_INT(WIRE_OK, p4_read_body(peer.fd, stored, out, size, &peer_limit));
	CHECK_INT(WIRE_OK, p4_read_blob_head(peer.fd, &sent, &index, &size, &stored, &peer_limit));
	CHECK(sent);
	CHECK_INT(WIRE_TRUNCATED, p4_read_blob_head(peer.fd, &sent, &index, &size, &stored, &peer_limit));
	peer_end(&peer);
	lseek(out, 0, SEEK_SET);
	CHECK(buf_read_fd(&got, out, 1000) == 0 && got.n == sizeof(content) && memcmp(got.p, content, got.n) == 0);
	close(in);
	close(out);
	buf_free(&b);
	buf_free(&got);
}

static void
check_want(const uint32_t *v, size_t n)
{
	struct buf b = BUF_INIT;
	struct p4_answer a;
	struct peer peer;

	p4_add_want(&b, v, n);
	peer = peer_start(PEER_READY, b.p, b.n);
	CHECK_INT(WIRE_OK, p4_read_answer(peer.fd, 262144, &a, &peer_limit));
	CHECK(a.said == P4_SAID_WANT && a.n_want == n && (n == 0) == (a.want == NULL));
	for (size_t i = 0; i < n && i < a.n_want; i++)
		CHECK(a.want[i] == v[i]);
	p4_answer_free(&a);
	peer_end(&peer);
	if (n > 0) {
		peer = peer_start(PEER_READY, b.p, b.n);
		CHECK_INT(WIRE_ORDER, p4_read_answer(peer.fd, v[n - 1], &a, &peer_limit));
		p4_answer_free(&a);
		peer_end(&peer);
	}
	buf_free(&b);
}

static void
test_want(void)
{
	uint32_t some[] = {0, 1, 5, 200, 201, 70000, 262143}, last = 262143, all[1000];

	for (uint32_t i = 0; i < countof(all); i++)
		all[i] = i;
	check_want(NULL, 0);
	check_want(some, countof(some));
	check_want(&last, 1);
	check_want(all, countof(all));
}

static const struct {
	const char *raw;
	size_t n;
	enum wire_err err;
	enum p4_said said;
	enum p4_nope code;
	const char *reason;
} answers[] = {
	{RAW("BEAT00000000"), WIRE_OK, P4_SAID_BEAT, 0, NULL},
	{RAW("BEAT00000007"), WIRE_OK, P4_SAID_BEAT, 0, NULL},
	{RAW("DONE00000004"), WIRE_OK, P4_SAID_DONE, 0, NULL},
	{RAW("DONE00000003"), WIRE_VERSION, P4_SAID_DONE, 0, NULL},
	{RAW("WANT00000000"), WIRE_OK, P4_SAID_WANT, 0, NULL},
	{RAW("WANT00000001\x09"), WIRE_OK, P4_SAID_WANT, 0, NULL},
	{RAW("WANT00000001\x0a"), WIRE_ORDER, P4_SAID_WANT, 0, NULL},
	{RAW("WANT00000002\x04\x05"), WIRE_ORDER, P4_SAID_WANT, 0, NULL},
	{RAW("WANT00000002\x04\x80"), WIRE_ORDER, P4_SAID_WANT, 0, NULL},
	{RAW("WANT00000002\x84\0"), WIRE_ORDER, P4_SAID_WANT, 0, NULL},
	{RAW("WANT00000005\xff\xff\xff\xff\x0f"), WIRE_ORDER, P4_SAID_WANT, 0, NULL},
	{RAW("WANTffffffff"), WIRE_TOOBIG, P4_SAID_WANT, 0, NULL},
	{RAW("WANT00000002\x04"), WIRE_TRUNCATED, P4_SAID_WANT, 0, NULL},
	{RAW("NOPE00000002TEXT00000003no!"), WIRE_OK, P4_SAID_NOPE, P4_NOPE_TOOLCHAIN, "no!"},
	{RAW("NOPE00000063TEXT00000000"), WIRE_OK, P4_SAID_NOPE, P4_NOPE_OTHER, ""},
	{RAW("NOPEffffffffTEXT00000000"), WIRE_OK, P4_SAID_NOPE, P4_NOPE_OTHER, ""},
	{RAW("NOPE00000002TEXT00001001"), WIRE_TOOBIG, P4_SAID_NOPE, P4_NOPE_TOOLCHAIN, NULL},
	{RAW("NOPE00000002TEXT00000001\0"), WIRE_NUL, P4_SAID_NOPE, P4_NOPE_TOOLCHAIN, NULL},
	{RAW("NOPE00000002"), WIRE_TRUNCATED, P4_SAID_NOPE, P4_NOPE_TOOLCHAIN, NULL},
	{RAW("STAT00000000"), WIRE_TOKEN, 0, 0, NULL},
	{RAW("HTTP/1.1 200"), WIRE_NUMBER, 0, 0, NULL},
	{RAW(""), WIRE_CLOSED, 0, 0, NULL},
	{RAW("BEA"), WIRE_TRUNCATED, 0, 0, NULL},
};

static void
test_answers(void)
{
	for (size_t i = 0; i < countof(answers); i++) {
		struct peer peer = peer_start(PEER_READY, answers[i].raw, answers[i].n);
		struct p4_answer a;

		CHECK_ROW(answers[i].raw, p4_read_answer(peer.fd, 10, &a, &peer_limit) == answers[i].err);
		if (answers[i].err == WIRE_OK) {
			CHECK_ROW(answers[i].raw, a.said == answers[i].said && a.code == answers[i].code);
			CHECK_STR(answers[i].reason, a.reason);
		}
		p4_answer_free(&a);
		peer_end(&peer);
	}
}

static void
test_nope(void)
{
	struct buf b = BUF_INIT;
	char long_text[P4_MAX_REASON + 100];
	struct p4_answer a;
	struct peer peer;

	memset(long_text, 'x', sizeof(long_text));
	long_text[sizeof(long_text) - 1] = '\0';
	p4_add_beat(&b);
	p4_add_nope(&b, P4_NOPE_STORE, long_text);
	peer = peer_start(PEER_READY, b.p, b.n);
	CHECK_INT(WIRE_OK, p4_read_answer(peer.fd, 0, &a, &peer_limit));
	CHECK(a.said == P4_SAID_BEAT);
	p4_answer_free(&a);
	CHECK_INT(WIRE_OK, p4_read_answer(peer.fd, 0, &a, &peer_limit));
	CHECK(a.said == P4_SAID_NOPE && a.code == P4_NOPE_STORE && strlen(a.reason) == P4_MAX_REASON);
	p4_answer_free(&a);
	peer_end(&peer);
	buf_free(&b);
}

static void
test_result(void)
{
	struct p4_result r = {.status = 1 << 8, .outputs = 2}, back;
	int in = io_anon_file("in", "/tmp");
	struct buf b = BUF_INIT;
	struct p4_answer a;
	struct peer peer;
	uint32_t stored;
	uint64_t size;
	unsigned mode;
	char *name, *lines;

	CHECK(write(in, "object", 6) == 6);
	buf_adds(&r.err, "x.c:1: error\n");
	CHECK_INT(WIRE_OK, p4_add_result(&b, &r));
	CHECK_INT(WIRE_OK, p4_add_output(&b, "/home/jo/x.o", 0100644, in, 6));
	CHECK_INT(WIRE_OK, p4_add_output(&b, "/home/jo/x.su", 0600, in, 0));
	CHECK_INT(WIRE_NAME, p4_add_output(&b, "/home/../x", 0600, in, 0));
	CHECK_INT(WIRE_IO, p4_add_output(&b, "/home/x", 0600, in, 7));
	p4_add_info(&b, "slots=8\nqueue_ms=12\n");
	peer = peer_start(PEER_CHILD, b.p, b.n);
	CHECK_INT(WIRE_OK, p4_read_answer(peer.fd, 0, &a, &peer_limit));
	CHECK(a.said == P4_SAID_DONE);
	p4_answer_free(&a);
	CHECK_INT(WIRE_OK, p4_read_result(peer.fd, &back, &peer_limit));
	CHECK_INT(1 << 8, back.status);
	CHECK_STR("x.c:1: error\n", back.err.p);
	CHECK_INT(0, back.out.n);
	CHECK_INT(2, back.outputs);
	CHECK_INT(WIRE_OK, p4_read_output(peer.fd, &name, &mode, &size, &stored, &peer_limit));
	CHECK_STR("/home/jo/x.o", name);
	CHECK_INT(0644, mode);
	CHECK_INT(6, size);
	free(name);
	CHECK_INT(WIRE_OK, p4_read_body(peer.fd, stored, -1, size, &peer_limit));
	CHECK_INT(WIRE_OK, p4_read_output(peer.fd, &name, &mode, &size, &stored, &peer_limit));
	CHECK_STR("/home/jo/x.su", name);
	CHECK(size == 0 && stored == 0);
	free(name);
	CHECK_INT(WIRE_OK, p4_read_info(peer.fd, &lines, &peer_limit));
	CHECK_INT(8, p4_info_number(lines, "slots", -1));
	CHECK_INT(12, p4_info_number(lines, "queue_ms", -1));
	CHECK_INT(-1, p4_info_number(lines, "slot", -1));
	CHECK_INT(-1, p4_info_number(lines, "ms", -1));
	free(lines);
	peer_end(&peer);
	p4_result_free(&back);
	p4_result_free(&r);
	close(in);
	buf_free(&b);
}

static const struct {
	const char *raw;
	size_t n;
	enum wire_err err;
} results[] = {
	{RAW("STAT00000000SERR00000000SOUT00000000OUTC00000000"), WIRE_OK},
	{RAW("STAT0000000bSERR00000000SOUT00000000OUTC00000400"), WIRE_OK},
	{RAW("STAT0000007fSERR00000000SOUT00000000OUTC00000000"), WIRE_STATUS},
	{RAW("STATffffffffSERR00000000SOUT00000000OUTC00000000"), WIRE_STATUS},
	{RAW("STAT00010000SERR00000000SOUT00000000OUTC00000000"), WIRE_STATUS},
	{RAW("STAT00000000SERR00000000SOUT00000000OUTC00000401"), WIRE_COUNT},
	{RAW("STAT00000000SERRffffffffSOUT00000000OUTC00000000"), WIRE_TOOBIG},
	{RAW("STAT00000000SERR00000000SOUT00000004abcdOUTC00000000"), WIRE_ZSTD},
	{RAW("STAT00000000SOUT00000000SERR00000000OUTC00000000"), WIRE_TOKEN},
	{RAW("STAT00000000SERR00000000SOUT00000000"), WIRE_TRUNCATED},
};

static const struct {
	const char *raw;
	size_t n;
	enum wire_err err;
} outputs[] = {
	{RAW("NAME00000002/aMODE000001a4BASE00000000SIZE00000000FILE00000000"), WIRE_OK},
	{RAW("NAME00000001/MODE000001a4BASE00000000SIZE00000000FILE00000000"), WIRE_NAME},
	{RAW("NAME00000001aMODE000001a4BASE00000000SIZE00000000FILE00000000"), WIRE_NAME},
	{RAW("NAME00000005/../aMODE000001a4BASE00000000SIZE00000000FILE00000000"), WIRE_NAME},
	{RAW("NAME00000003/a\0MODE000001a4BASE00000000SIZE00000000FILE00000000"), WIRE_NUL},
	{RAW("NAME00001000"), WIRE_TOOBIG},
	{RAW("NAME00000002/aMODE000081a4SIZE00000000FILE00000000"), WIRE_FLAG},
	{RAW("NAME00000002/aMODE000001a4BASE00000000FILE00000000"), WIRE_TOKEN},
	{RAW("NAME00000002/aMODE000001a4SIZE00000000FILE00000000"), WIRE_TOKEN},
	{RAW("NAME00000002/aMODE000001a4BASE00000001SIZE00000000FILE00000000"), WIRE_ORDER},
	{RAW("NAME00000002/aMODE000001a4BASE00000000SIZE00000002FILE00000000"), WIRE_ZSTD},
	{RAW("NAME00000002/aMODE000001a4BASE00000000SIZE00000002"), WIRE_TRUNCATED},
};

static void
test_bad_results(void)
{
	for (size_t i = 0; i < countof(results); i++) {
		struct peer peer = peer_start(PEER_READY, results[i].raw, results[i].n);
		struct p4_result r;

		CHECK_ROW(results[i].raw, p4_read_result(peer.fd, &r, &peer_limit) == results[i].err);
		p4_result_free(&r);
		peer_end(&peer);
	}
	for (size_t i = 0; i < countof(outputs); i++) {
		struct peer peer = peer_start(PEER_READY, outputs[i].raw, outputs[i].n);
		char *name = NULL;
		uint32_t stored;
		uint64_t size;
		unsigned mode;

		CHECK_ROW(outputs[i].raw,
			  p4_read_output(peer.fd, &name, &mode, &size, &stored, &peer_limit) == outputs[i].err);
		CHECK_ROW(outputs[i].raw, (name != NULL) == (outputs[i].err == WIRE_OK));
		free(name);
		peer_end(&peer);
	}
}

/* A body must be what its head has announced. */
static void
test_bodies(void)
{
	struct buf b = BUF_INIT;
	struct peer peer;

	zpack_add(&b, "hello", 5, 0);
	for (uint64_t size = 4; size <= 6; size++) {
		peer = peer_start(PEER_READY, b.p, b.n);
		CHECK_INT(size == 5 ? WIRE_OK : WIRE_ZSTD, p4_read_body(peer.fd, (uint32_t)b.n, -1, size, &peer_limit));
		peer_end(&peer);
	}
	peer = peer_start(PEER_READY, b.p, b.n);
	CHECK_INT(WIRE_ZSTD, p4_read_body(peer.fd, (uint32_t)b.n - 1, -1, 5, &peer_limit));
	peer_end(&peer);
	peer = peer_start(PEER_READY, b.p, b.n);
	CHECK_INT(WIRE_TRUNCATED, p4_read_body(peer.fd, (uint32_t)b.n + 1, -1, 5, &peer_limit));
	peer_end(&peer);
	peer = peer_start(PEER_SILENT, b.p, b.n - 1);
	CHECK_INT(WIRE_TIMEOUT, p4_read_body(peer.fd, (uint32_t)b.n, -1, 5, &peer_soon));
	peer_end(&peer);
	buf_free(&b);
}

/* An output told as what differs from one the client has. */
static void
test_output_near(void)
{
	static char base[100000], next[100000];
	struct buf b = BUF_INIT, got = BUF_INIT;
	int in = io_anon_file("in", "/tmp"), out = io_anon_file("out", "/tmp");
	struct p4_output o;
	struct peer peer;
	unsigned x = 1;

	for (size_t i = 0; i < sizeof(base); i++) {
		x = x * 1103515245 + 12345;
		base[i] = (char)(x >> 16);
	}
	memcpy(next, base + 100, sizeof(base) - 100);
	next[50000] ^= 1;
	CHECK(write(in, next, sizeof(next)) == (ssize_t)sizeof(next));
	CHECK_INT(WIRE_OK, p4_add_output_near(&b, "/x.o", 0644, in, sizeof(next), 1, base, sizeof(base)));
	CHECK(b.n < 1000);
	for (uint32_t n = 1; n <= 2; n++) {
		peer = peer_start(PEER_CHILD, b.p, b.n);
		CHECK_INT(n == 2 ? WIRE_OK : WIRE_ORDER, p4_read_output_head(peer.fd, n, &o, &peer_limit));
		if (n == 2) {
			CHECK(o.base == 2 && o.size == sizeof(next));
			CHECK_INT(WIRE_OK, p4_read_body_near(peer.fd, o.stored, out, o.size, base, sizeof(base), &peer_limit));
		}
		free(o.name);
		peer_end(&peer);
	}
	lseek(out, 0, SEEK_SET);
	CHECK(buf_read_fd(&got, out, 200000) == 0 && got.n == sizeof(next) && memcmp(got.p, next, got.n) == 0);
	/* without the base it is nothing */
	peer = peer_start(PEER_CHILD, b.p, b.n);
	CHECK_INT(WIRE_OK, p4_read_output_head(peer.fd, 2, &o, &peer_limit));
	CHECK_INT(WIRE_ZSTD, p4_read_body(peer.fd, o.stored, -1, o.size, &peer_limit));
	free(o.name);
	peer_end(&peer);
	/* too large: the whole */
	b.n = 0;
	CHECK_INT(WIRE_OK, p4_add_output_near(&b, "/x.o", 0644, in, sizeof(next), 0, base, 8u << 20));
	peer = peer_start(PEER_CHILD, b.p, b.n);
	CHECK_INT(WIRE_OK, p4_read_output_head(peer.fd, 1, &o, &peer_limit));
	CHECK_INT(0, o.base);
	free(o.name);
	peer_end(&peer);
	close(in);
	close(out);
	buf_free(&b);
	buf_free(&got);
}

/* An output that is what the client has. */
static void
test_output_same(void)
{
	static const struct {
		const char *raw;
		size_t n;
		enum wire_err err;
	} rows[] = {
		{RAW("NAME00000002/aMODE000001a4BASE00000001SIZE00000002FILE00000000"), WIRE_OK},
		{RAW("NAME00000002/aMODE000001a4BASE00000002SIZE00000002FILE00000000"), WIRE_ORDER},
		{RAW("NAME00000002/aMODE000001a4BASE00000000SIZE00000002FILE00000000"), WIRE_ZSTD},
		{RAW("NAME00000002/aMODE000001a4BASE00000001SIZE00000000FILE00000002"), WIRE_ZSTD},
	};
	struct buf b = BUF_INIT;
	struct p4_output o;
	struct peer peer;

	CHECK_INT(WIRE_TOOBIG, p4_add_output_same(&b, "/a", 0644, 0, 0));
	CHECK_INT(WIRE_NAME, p4_add_output_same(&b, "a", 0644, 2, 0));
	CHECK_INT(0, b.n);
	CHECK_INT(WIRE_OK, p4_add_output_same(&b, "/a", 0644, 2, 0));
	CHECK(b.n == rows[0].n && memcmp(b.p, rows[0].raw, b.n) == 0);
	buf_free(&b);
	for (size_t i = 0; i < countof(rows); i++) {
		peer = peer_start(PEER_READY, rows[i].raw, rows[i].n);
		CHECK_ROW(rows[i].raw, p4_read_output_head(peer.fd, 1, &o, &peer_limit) == rows[i].err);
		if (rows[i].err == WIRE_OK)
			CHECK(o.same && o.base == 1 && o.size == 2 && o.stored == 0);
		free(o.name);
		peer_end(&peer);
	}
}

int
main(void)
{
	test_request();
	test_request_not_written();
	test_bad_requests();
	test_blob_heads();
	test_blobs();
	test_want();
	test_answers();
	test_nope();
	test_result();
	test_bad_results();
	test_bodies();
	test_output_near();
	test_output_same();
	return check_done();
}
