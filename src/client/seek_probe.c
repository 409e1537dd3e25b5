/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/seek_probe.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/log.h"
#include "base/proc.h"
#include "base/sock.h"
#include "base/strv.h"
#include "base/tmp.h"
#include "base/util.h"
#include "client/remote.h"
#include "wire/bulk.h"
#include "wire/lzo.h"
#include "wire/token.h"

/* Messages about one line are no longer, or not worth having. */
#define MESSAGES_MAX 65536

static const char source[] = "# 1 \"lsdistcc.c\"\nint lsdistcc;\n";

static void
report(int fd, const struct seek_result *r)
{
	io_write_full(fd, r, sizeof(*r), &IO_FOREVER);
}

/* One address after the other, each with its part of the time.  Descriptor, or -1; r is about the last one tried. */
static int
connect_one_of(const struct addrinfo *list, int ms, struct seek_result *r, int64_t *began)
{
	int64_t until = clock_ms() + ms;
	char text[SOCK_ADDR_TEXT];
	int left = 0, fd;

	for (const struct addrinfo *ai = list; ai != NULL; ai = ai->ai_next)
		left++;
	for (const struct addrinfo *ai = list; ai != NULL; ai = ai->ai_next, left--) {
		*began = clock_ms();
		seek_result_address(r, ai->ai_addr, ai->ai_addrlen);
		sock_addr_text(ai->ai_addr, ai->ai_addrlen, text);
		log_info("connecting to %s", text);
		fd = sock_connect_start(ai);
		if (fd != -1 && sock_connect_finish(fd, until > *began ? (int)(until - *began) / left : 0) == 0)
			return fd;
		log_info("cannot connect to %s: %s", text, strerror(errno));
		if (fd != -1)
			close(fd);
	}
	return -1;
}

/* The rest of a reply of success has come, and an object is in it.  Of that no byte is looked at, and none is kept. */
static bool
object_comes(int fd, bool lzo, const struct io_limit *lim)
{
	struct buf messages = BUF_INIT;
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	uint32_t stored = 0;
	bool ok;

	ok = null != -1 && bulk_recv_mem(fd, "SERR", &messages, MESSAGES_MAX, lzo, lim) == WIRE_OK &&
		bulk_recv_mem(fd, "SOUT", &messages, MESSAGES_MAX, lzo, lim) == WIRE_OK &&
		token_read(fd, "DOTO", &stored, lim) == WIRE_OK && stored > 0 && io_copy(fd, null, stored, lim) == IO_OK;
	buf_free(&messages);
	if (null != -1)
		close(null);
	return ok;
}

static void
log_compile(const struct seek_host *h, const struct remote *r, enum wire_err err, bool ok)
{
	char *why;

	if (ok) {
		log_info("%s compiles", h->name);
	} else if (err != WIRE_OK) {
		why = remote_explain(r, err);
		log_info("%s does not compile: %s", h->name, why);
		free(why);
	} else if (r->reply.status != 0) {
		log_info("%s does not compile: status %d", h->name, proc_exit_code(r->reply.status));
	} else {
		log_info("%s does not compile: no object came", h->name);
	}
}

/* Have one line compiled over there. */
static bool
compiles(int fd, const struct seek_host *h, const struct seek_opts *o)
{
	struct remote r = {
		.fd = fd,
		.version = o->version > 1 && lzo_available() ? PROTO_LZO : PROTO_PLAIN,
		.limit = {.idle_ms = -1, .until_ms = clock_ms() + o->compile_ms},
	};
	static const char *const words[] = {"-c", "lsdistcc.c", "-o", "lsdistcc.o"};
	int text = io_anon_file("lsdistcc.c", tmp_dir());
	struct strv argv = STRV_INIT;
	enum wire_err err;
	bool ok = false;

	if (text == -1 || io_write_full(text, source, strlen(source), &IO_FOREVER) != IO_OK) {
		log_warn("cannot make a file for the trial compile");
		goto close_text;
	}
	strv_push(&argv, o->compiler);
	for (size_t i = 0; i < countof(words); i++)
		strv_push(&argv, words[i]);
	err = remote_compile(&r, argv.v, text, source, strlen(source));
	ok = err == WIRE_OK && r.reply.status == 0 && object_comes(fd, request_lzo(r.version), &r.limit);
	log_compile(h, &r, err, ok);
	reply_free(&r.reply);
	strv_free(&argv);
close_text:
	if (text != -1)
		close(text);
	return ok;
}

static void
try_server(const struct seek_host *h, const struct seek_opts *o, const struct addrinfo *list, struct seek_result *r)
{
	int64_t began = clock_ms();
	int fd = connect_one_of(list, o->connect_ms, r, &began);

	if (fd != -1 && (o->compiler == NULL || o->compile_ms == 0 || compiles(fd, h, o)))
		r->state = SEEK_UP;
	r->ms = (int)(clock_ms() - began);
	if (fd != -1)
		close(fd);
}

void
seek_probe(const struct seek_host *h, const struct seek_opts *o, int fd)
{
	struct seek_result r = {.state = SEEK_MISSING, .ms = -1};
	struct addrinfo *list;
	int err;

	log_info("looking up %s", h->name);
	err = sock_resolve(h->name, h->port, false, &list);
	if (err != 0) {
		log_info("%s not found: %s", h->name, err == EAI_SYSTEM ? strerror(errno) : gai_strerror(err));
		report(fd, &r);
		return;
	}
	seek_result_address(&r, list->ai_addr, list->ai_addrlen);
	r.state = o->connect_ms == 0 ? SEEK_UP : SEEK_DOWN;
	report(fd, &r);
	if (o->connect_ms > 0) {
		try_server(h, o, list, &r);
		report(fd, &r);
	}
	freeaddrinfo(list);
}
