/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/job.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/exitcode.h"
#include "base/log.h"
#include "base/path.h"
#include "base/tmp.h"
#include "base/util.h"
#include "compiler/args.h"
#include "server/compenv.h"
#include "server/compile.h"
#include "server/jobdir.h"
#include "server/jobsig.h"
#include "server/report.h"
#include "server/ticket.h"
#include "wire/reply.h"
#include "wire/request.h"

extern char **environ;

/* From the connection to the last argument; the source may take longer: the client is preprocessing meanwhile. */
#define HEAD_MS 30000

/* The slowest body we wait for, after HEAD_MS: 4 KiB a second. */
#define SLOWEST_BYTES_PER_MS 4u

/* A compressed source may grow to this and SOURCE_RATIO times its size: what compiles is far below. */
#define SOURCE_FREE (64u << 20)
#define SOURCE_RATIO 32u

/* Of a file's name, without what is added. */
#define MAX_NAME 200

#define MAX_MESSAGES (16u << 20)

struct job {
	const struct server *s;
	struct peer *peer;
	int ticket;
	int64_t began;
	struct request req;
	struct strv argv;	/* what is run */
	char *compiler;		/* the file argv[0] leads to */
	const char *source;	/* as the client calls it; in req */
	char *source_path, *object_path;
	struct jobdir dir;
	const char *source_file;	/* registered: a signal removes it, as dir must be empty to go */

	enum outcome outcome;
	int status, ret;
	bool refused;		/* nothing is compiled; the client is told in err */
	struct buf err, out;
	int object_fd;
};

static int
head_ms(const struct job *j)
{
	return j->s->io_timeout_ms < HEAD_MS ? j->s->io_timeout_ms : HEAD_MS;
}

static struct io_limit
body_limit(const struct job *j, uint64_t bytes)
{
	return (struct io_limit){j->s->io_timeout_ms, clock_ms() + head_ms(j) + (int64_t)(bytes / SLOWEST_BYTES_PER_MS)};
}

/* The client gets no answer.  The reason goes to the log: a warning unless the client has just gone away. */
static void __attribute__((format(printf, 4, 5)))
give_up(struct job *j, enum outcome outcome, int ret, const char *fmt, ...)
{
	char why[1024];
	va_list ap;

	j->outcome = outcome;
	j->ret = ret;
	if (j->refused)
		j->status = 0;	/* that was for the answer */
	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	if (outcome == CLI_DISCONN)
		log_info("%s: %s", j->peer->text, why);
	else
		log_warnx("%s: %s", j->peer->text, why);
}

/* The client gets an answer: our exit code as the compiler's status, and the reason on its stderr. */
static void __attribute__((format(printf, 4, 5)))
refuse(struct job *j, enum outcome outcome, int code, const char *fmt, ...)
{
	char why[1024], host[256] = "";
	va_list ap;

	j->refused = true;
	j->outcome = outcome;
	j->ret = code;
	j->status = code << 8;
	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	gethostname(host, sizeof(host) - 1);
	buf_addf(&j->err, "distccd on %s: %s\n", host, why);
	log_warnx("%s: %s", j->peer->text, why);
}

static void
wire_failed(struct job *j, enum wire_err err, const char *where)
{
	switch (err) {
	case WIRE_CLOSED:
	case WIRE_TRUNCATED:
		give_up(j, CLI_DISCONN, EXIT_TRUNCATED, "the connection was closed %s", where);
		break;
	case WIRE_TIMEOUT:
		give_up(j, REJ_BAD_REQ, EXIT_TIMEOUT, "too slow %s", where);
		break;
	case WIRE_VERSION:
		give_up(j, REJ_BAD_REQ, EXIT_PROTOCOL_ERROR, "protocol version %u is asked for; 1 and 2 are served", j->req.version);
		break;
	case WIRE_IO:
		give_up(j, OTHER, EXIT_IO_ERROR, "%s %s", wire_strerror(err), where);
		break;
	case WIRE_NOMEM:
		give_up(j, OTHER, EXIT_OUT_OF_MEMORY, "%s %s", wire_strerror(err), where);
		break;
	default:
		give_up(j, REJ_BAD_REQ, EXIT_PROTOCOL_ERROR, "not a valid request: %s %s", wire_strerror(err), where);
		break;
	}
}

static bool
read_head(struct job *j)
{
	struct io_limit lim = {-1, j->began + head_ms(j)};
	enum wire_err err = request_read_head(j->peer->in, &j->req, &lim);

	j->peer->version = j->req.version;
	if (err == WIRE_OK)
		return true;
	wire_failed(j, err, "in the head of the request");
	return false;
}

/*
 * Name the files of the job after the client's: a source without line markers leaves its own name in the object.
 * What might be taken for an option, or for something else, gets a name of ours.
 */
static void
name_files(struct job *j, const char *ext)
{
	const char *base = j->source != NULL ? path_base(j->source) : "";
	size_t len = strlen(base);

	if (len == 0 || len > MAX_NAME || strchr("-@.", base[0]) != NULL)
		base = "source";
	j->source_path = path_base_with_ext(base, ext);
	j->object_path = path_base_with_ext(base, ".o");
}

/* Decide from the head whether this will be compiled, and how: sets argv and the names of files, or refuses. */
static void
judge(struct job *j)
{
	char *const *argv = j->req.argv.v;
	const char *ext, *why = NULL, *word = NULL;

	switch (cmdallow_find(&j->s->commands, argv[0], j->s->search, &j->compiler)) {
	case CMDALLOW_OK:
		break;
	case CMDALLOW_DENIED:
		refuse(j, REJ_BAD_REQ, EXIT_ACCESS_DENIED, "compiler %.200s is not on the list of allowed compilers", argv[0]);
		return;
	case CMDALLOW_MISSING:
		refuse(j, REJ_BAD_REQ, EXIT_COMPILER_MISSING, "there is no compiler %.200s on this machine", argv[0]);
		return;
	}
	ext = args_server_ext(argv);
	j->source = args_server_source(argv);
	name_files(j, ext != NULL ? ext : ".i");
	if (!args_server_command(argv, j->source_path, j->object_path, &j->argv, &why, &word)) {
		refuse(j, REJ_BAD_REQ, EXIT_ACCESS_DENIED, "%.200s%s%s", word != NULL ? word : "", word != NULL ? " " : "", why);
		return;
	}
	/* gcc looks for its parts beside argv[0], which it would search on PATH */
	strv_replace(&j->argv, 0, j->compiler);
}

/* Where the body goes: the source in the private directory; nowhere if the job is refused already. */
static int
open_sink(struct job *j)
{
	char *path;
	int fd;

	if (j->refused)
		return open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (jobdir_make(&j->dir) == -1)
		return -1;
	path = path_join(j->dir.path, j->source_path);
	j->source_file = tmp_register(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	free(path);
	return fd;
}

static enum wire_err
read_body(struct job *j, uint32_t stored, int fd)
{
	struct io_limit lim = body_limit(j, stored);
	uint64_t max = REQUEST_MAX_SOURCE, size;

	if (stored > REQUEST_MAX_SOURCE)
		return WIRE_TOOBIG;
	if (j->refused)
		return wire_from_io(io_copy(j->peer->in, fd, stored, &lim));
	if (request_lzo(j->req.version) && SOURCE_FREE + (uint64_t)stored * SOURCE_RATIO < max)
		max = SOURCE_FREE + (uint64_t)stored * SOURCE_RATIO;
	return bulk_recv_body_fd(j->peer->in, stored, fd, max, request_lzo(j->req.version), &size, &lim);
}

static bool
read_source(struct job *j)
{
	struct io_limit lim = {j->s->io_timeout_ms, clock_ms() + j->s->io_timeout_ms};
	enum wire_err err;
	uint32_t stored;
	int fd;

	err = token_read(j->peer->in, "DOTI", &stored, &lim);
	if (err != WIRE_OK) {
		wire_failed(j, err, "while the source was awaited");
		return false;
	}
	fd = open_sink(j);
	if (fd == -1) {
		give_up(j, OTHER, EXIT_IO_ERROR, "cannot store the source in %s: %s", tmp_dir(), strerror(errno));
		return false;
	}
	err = read_body(j, stored, fd);
	close(fd);
	if (err != WIRE_OK)
		wire_failed(j, err, "in the source");
	return err == WIRE_OK;
}

static bool
wait_turn(struct job *j)
{
	switch (ticket_wait(j->ticket, j->peer)) {
	case TICKET_OK:
		return true;
	case TICKET_CLIENT_GONE:
		give_up(j, CLI_DISCONN, EXIT_GONE, "the client went away before its turn came");
		return false;
	case TICKET_PARENT_GONE:
		break;
	}
	give_up(j, OTHER, EXIT_GONE, "the daemon has ended");
	return false;
}

/* A new file in the private directory, for the compiler to write to. */
static int
open_capture(const struct job *j, const char *name)
{
	return openat(j->dir.lock, name, O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
}

/* What the compiler said, from the beginning. */
static void
read_capture(int fd, struct buf *b)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && st.st_size > MAX_MESSAGES && ftruncate(fd, MAX_MESSAGES) == -1)
		return;
	if (lseek(fd, 0, SEEK_SET) == 0)
		(void)buf_read_fd(b, fd, MAX_MESSAGES);
}

static void
tell_group(void *arg, pid_t group)
{
	ticket_group(((const struct job *)arg)->ticket, group);
}

static enum compile_end
run_compiler(struct job *j, int out_fd, int err_fd)
{
	struct strv env = STRV_INIT;
	struct compile c = {
		.path = j->compiler,
		.argv = j->argv.v,
		.io = {.in = PROC_NULL, .out = out_fd, .err = err_fd, .cwd = j->dir.path, .new_group = true},
		.started = tell_group,
		.arg = j,
	};
	enum compile_end end;

	compenv_make(environ, j->s->search, j->dir.path, &env);
	c.io.env = env.v;
	if (j->s->conf->job_lifetime > 0)
		c.until_ms = clock_ms() + j->s->conf->job_lifetime * 1000;
	end = compile_run(&c, j->peer, &j->status);
	strv_free(&env);
	return end;
}

/* Take what the compiler has made out of the private directory, which will go. */
static void
collect(struct job *j, int out_fd, int err_fd)
{
	read_capture(err_fd, &j->err);
	read_capture(out_fd, &j->out);
	if (j->status == 0)
		j->object_fd = openat(j->dir.lock, j->object_path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
}

static void
not_started(struct job *j)
{
	if (errno == EAGAIN || errno == ENOMEM)
		refuse(j, REJ_OVERLOAD, EXIT_BUSY, "cannot start %s now: %s", j->compiler, strerror(errno));
	else
		refuse(j, REJ_BAD_REQ, EXIT_COMPILER_MISSING, "cannot run %s: %s", j->compiler, strerror(errno));
}

static bool
judge_end(struct job *j, enum compile_end end)
{
	switch (end) {
	case COMPILE_ENDED:
		j->outcome = j->status == 0 ? COMPILE_OK : COMPILE_ERROR;
		return true;
	case COMPILE_NO_START:
		return true;
	case COMPILE_TOO_LONG:
		refuse(j, COMPILE_TIMEOUT, EXIT_TIMEOUT, "%s ran longer than --job-lifetime allows (%ld s) and was ended",
		       j->req.argv.v[0], j->s->conf->job_lifetime);
		return true;
	case COMPILE_CLIENT_GONE:
		give_up(j, CLI_DISCONN, EXIT_GONE, "the client went away, its compiler was ended");
		return false;
	case COMPILE_STOPPED:
		give_up(j, OTHER, EXIT_GONE, "the daemon ends, the compiler was ended");
		return false;
	}
	return false;
}

/* With signals deferred: the private directory holds what a signal handler could not remove.  False if nobody waits for an answer. */
static bool
compile(struct job *j)
{
	int out_fd = open_capture(j, "stdout"), err_fd = open_capture(j, "stderr");
	enum compile_end end = COMPILE_NO_START;

	if (out_fd == -1 || err_fd == -1) {
		refuse(j, OTHER, EXIT_IO_ERROR, "cannot make files in %s: %s", tmp_dir(), strerror(errno));
	} else {
		end = run_compiler(j, out_fd, err_fd);
		if (end == COMPILE_NO_START)
			not_started(j);
		ticket_back(j->ticket);
		if (end == COMPILE_ENDED)
			collect(j, out_fd, err_fd);
	}
	jobdir_remove(&j->dir);
	if (out_fd != -1)
		close(out_fd);
	if (err_fd != -1)
		close(err_fd);
	return judge_end(j, end);
}

static void
answer(struct job *j)
{
	struct stat st = {0};
	struct io_limit lim;
	enum wire_err err;

	if (j->object_fd != -1 && fstat(j->object_fd, &st) == 0 && !S_ISREG(st.st_mode)) {
		close(j->object_fd);
		j->object_fd = -1;
	}
	lim = body_limit(j, (uint64_t)st.st_size + j->err.n + j->out.n);
	sock_cork(j->peer->out, true);
	err = (j->peer->done_sent ? reply_send_rest : reply_send)(j->peer->out, j->req.version, j->status, &j->err, &j->out,
								  j->object_fd, &lim);
	sock_cork(j->peer->out, false);
	if (err != WIRE_OK)
		wire_failed(j, err, "while the result was sent");
}

static void
serve(struct job *j)
{
	bool reply = true;

	if (!read_head(j))
		return;
	judge(j);
	if (!read_source(j))
		return;
	if (!j->refused) {
		if (!wait_turn(j))
			return;
		jobsig_defer();
		reply = compile(j);
		if (!jobsig_stopped())
			jobsig_resume();
	}
	if (reply)
		answer(j);
}

static void
report(const struct job *j)
{
	struct report r = {
		.client = j->peer->text,
		.outcome = j->outcome,
		.status = j->status,
		.ret = j->ret,
		.ms = clock_ms() - j->began,
		.compiler = j->req.argv.n > 0 ? j->req.argv.v[0] : NULL,
		.source = j->source,
	};

	report_log(&r);
}

static void
free_job(struct job *j)
{
	jobdir_remove(&j->dir);
	tmp_forget(j->source_file);
	if (j->object_fd != -1)
		close(j->object_fd);
	buf_free(&j->err);
	buf_free(&j->out);
	strv_free(&j->argv);
	free(j->compiler);
	free(j->source_path);
	free(j->object_path);
	request_free(&j->req);
}

void
job_serve(const struct server *s, struct peer *peer, int ticket)
{
	struct job j = {.s = s, .peer = peer, .ticket = ticket, .began = clock_ms(), .dir = JOBDIR_INIT, .object_fd = -1};
	bool closed;

	if (!peer_wait(peer, head_ms(&j), &closed) && closed) {
		log_debug("%s: connected and left", peer->text);
	} else {
		serve(&j);
		report(&j);
	}
	free_job(&j);
	peer_close(peer);
	if (jobsig_stopped())
		jobsig_quit();
}
