/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/remote.h"

#include <errno.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/exitcode.h"
#include "base/sock.h"
#include "base/util.h"
#include "client/state.h"

static const char *const steps[] = {
	[REMOTE_SENDING] = "while the job was sent",
	[REMOTE_WAITING] = "without an answer",
	[REMOTE_RECEIVING] = "while the result came",
};

static enum wire_err
send_text(struct remote *r, int fd, const char *text, uint64_t size)
{
	bool lzo = request_lzo(r->version);

	/* as it is the kernel sends the file without our looking at it */
	if (lzo && text != NULL)
		return bulk_send_mem(r->fd, "DOTI", text, (size_t)size, lzo, &r->limit);
	if (lseek(fd, 0, SEEK_SET) == -1)
		return WIRE_IO;
	return bulk_send_fd(r->fd, "DOTI", fd, size, lzo, &r->limit);
}

static enum wire_err
send_job(struct remote *r, char *const *argv, int text_fd, const char *text, uint64_t text_size)
{
	enum wire_err err;

	if (r->cork)
		sock_cork(r->fd, true);
	err = request_send_head(r->fd, r->version, argv, &r->limit);
	if (err == WIRE_OK)
		err = send_text(r, text_fd, text, text_size);
	if (r->cork)
		sock_cork(r->fd, false);
	return err;
}

enum wire_err
remote_compile(struct remote *r, char *const *argv, int text_fd, const char *text, uint64_t text_size)
{
	int64_t began = clock_ms(), sent;
	enum wire_err sending, err;

	r->reply = (struct reply)REPLY_INIT;
	r->step = REMOTE_SENDING;
	state_phase(STATE_SEND);
	sending = send_job(r, argv, text_fd, text, text_size);
	r->saved_errno = errno;
	sent = clock_ms();
	r->send_ms = sent - began;
	/* a volunteer that stopped listening may have said why */
	if (sending != WIRE_OK && sending != WIRE_CLOSED && sending != WIRE_TRUNCATED)
		return sending;
	state_phase(STATE_COMPILE);
	err = reply_read_status(r->fd, r->version, &r->reply, &r->limit);
	r->wait_ms = clock_ms() - sent;
	if (err != WIRE_OK && sending != WIRE_OK)
		return sending;
	r->step = REMOTE_WAITING;
	r->saved_errno = errno;
	return err;
}

enum wire_err
remote_result(struct remote *r, int object_fd)
{
	enum wire_err err;

	r->step = REMOTE_RECEIVING;
	state_phase(STATE_RECEIVE);
	err = reply_read_rest(r->fd, r->version, &r->reply, object_fd, &r->limit);
	r->saved_errno = errno;
	return err;
}

char *
remote_explain(const struct remote *r, enum wire_err err)
{
	const char *step = steps[r->step];

	if (err == WIRE_IO)
		return xasprintf("%s %s", strerror(r->saved_errno), step);
	return xasprintf("%s %s", wire_strerror(err), step);
}

int
remote_exit_code(enum wire_err err)
{
	switch (err) {
	case WIRE_CLOSED:
	case WIRE_TIMEOUT:
	case WIRE_IO:
		return EXIT_IO_ERROR;
	case WIRE_TRUNCATED:
		return EXIT_TRUNCATED;
	case WIRE_NOMEM:
		return EXIT_OUT_OF_MEMORY;
	default:
		return EXIT_PROTOCOL_ERROR;
	}
}
