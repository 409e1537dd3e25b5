/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/classic.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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
#include "server/confine.h"
#include "server/jobsig.h"
#include "server/ticket.h"

extern char **environ;

/* A compressed source may grow to this and SOURCE_RATIO times its size: what compiles is far below. */
#define SOURCE_FREE (64u << 20)
#define SOURCE_RATIO 32u

/* Of a file's name, without what is added. */
#define MAX_NAME 200

#define MAX_MESSAGES (16u << 20)

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
		job_refuse(j, REJ_BAD_REQ, EXIT_ACCESS_DENIED, "compiler %.200s is not on the list of allowed compilers", argv[0]);
		return;
	case CMDALLOW_MISSING:
		job_refuse(j, REJ_BAD_REQ, EXIT_COMPILER_MISSING, "there is no compiler %.200s on this machine", argv[0]);
		return;
	}
	ext = args_server_ext(argv);
	j->source = args_server_source(argv);
	name_files(j, ext != NULL ? ext : ".i");
	if (!args_server_command(argv, j->source_path, j->object_path, &j->argv, &why, &word)) {
		job_refuse(j, REJ_BAD_REQ, EXIT_ACCESS_DENIED, "%.200s%s%s", word != NULL ? word : "", word != NULL ? " " : "", why);
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
	if (jobdir_make(&j->dir, tmp_dir()) == -1)
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
	struct io_limit lim = job_body_limit(j, stored);
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
		job_wire_failed(j, err, "while the source was awaited");
		return false;
	}
	fd = open_sink(j);
	if (fd == -1) {
		job_give_up(j, OTHER, EXIT_IO_ERROR, "cannot store the source in %s: %s", tmp_dir(), strerror(errno));
		return false;
	}
	err = read_body(j, stored, fd);
	close(fd);
	if (err != WIRE_OK)
		job_wire_failed(j, err, "in the source");
	return err == WIRE_OK;
}

static bool
wait_turn(struct job *j)
{
	switch (ticket_wait(j->ticket, j->peer, -1, NULL, NULL, NULL)) {
	case TICKET_OK:
		return true;
	case TICKET_CLIENT_GONE:
		job_give_up(j, CLI_DISCONN, EXIT_GONE, "the client went away before its turn came");
		return false;
	case TICKET_BUSY:
	case TICKET_PARENT_GONE:
		break;
	}
	job_give_up(j, OTHER, EXIT_GONE, "the daemon has ended");
	return false;
}

/* A new file in the private directory, for the compiler to write to. */
static int
open_capture(const struct job *j, const char *name)
{
	return openat(j->dir.lock, name, O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
}

/* What the compiler said, from the beginning. */
static bool
read_capture(int fd, struct buf *b)
{
	struct stat st;

	if (fstat(fd, &st) == -1 || (st.st_size > MAX_MESSAGES && ftruncate(fd, MAX_MESSAGES) == -1))
		return false;
	return lseek(fd, 0, SEEK_SET) == 0 && buf_read_fd(b, fd, MAX_MESSAGES) == 0;
}

/* A compiler that was content without writing an object is taken at its word: the object is empty. */
static bool
open_object(struct job *j)
{
	struct stat st;

	j->object_fd = openat(j->dir.lock, j->object_path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (j->object_fd == -1)
		return errno == ENOENT;
	if (fstat(j->object_fd, &st) == -1)
		return false;
	errno = EINVAL;
	return S_ISREG(st.st_mode);
}

static void
tell_group(void *arg, pid_t group)
{
	ticket_group(((const struct job *)arg)->ticket, group);
}

static enum compile_end
run_compiler(struct job *j, int out_fd, int err_fd)
{
	static const struct confine unconfined;
	struct strv env = STRV_INIT;
	struct compile c = {
		.path = j->compiler,
		.argv = j->argv.v,
		.io = {.in = PROC_NULL, .out = out_fd, .err = err_fd, .cwd = j->dir.path, .new_group = true},
		.confine = confine_is_wrapper(j->compiler) ? &unconfined : &j->s->confine,
		.cgroups = &j->s->cgroups,
		.started = tell_group,
		.arg = j,
	};
	enum compile_end end;
	int saved_errno;

	compenv_make(environ, j->s->search, j->dir.path, &env);
	c.io.env = env.v;
	if (j->s->conf->job_lifetime > 0)
		c.until_ms = clock_ms() + j->s->conf->job_lifetime * 1000;
	end = compile_run(&c, j->peer, &j->status);
	saved_errno = errno;
	strv_free(&env);
	errno = saved_errno;
	return end;
}

/* Take what the compiler has made out of the private directory, which will go. */
static void
collect(struct job *j, int out_fd, int err_fd)
{
	if (!read_capture(err_fd, &j->err) || !read_capture(out_fd, &j->out))
		job_refuse(j, OTHER, EXIT_IO_ERROR, "cannot read the compiler's messages: %s", strerror(errno));
	else if (j->status == 0 && !open_object(j))
		job_refuse(j, OTHER, EXIT_IO_ERROR, "cannot read the object: %s", strerror(errno));
}

static void
not_started(struct job *j)
{
	if (errno == EAGAIN || errno == ENOMEM)
		job_refuse(j, REJ_OVERLOAD, EXIT_BUSY, "cannot start %s now: %s", j->compiler, strerror(errno));
	else
		job_refuse(j, REJ_BAD_REQ, EXIT_COMPILER_MISSING, "cannot run %s: %s", j->compiler, strerror(errno));
}

static bool
judge_end(struct job *j, enum compile_end end)
{
	switch (end) {
	case COMPILE_ENDED:
		if (!j->refused)
			j->outcome = j->status == 0 ? COMPILE_OK : COMPILE_ERROR;
		return true;
	case COMPILE_NO_START:
		return true;
	case COMPILE_TOO_LONG:
		job_refuse(j, COMPILE_TIMEOUT, EXIT_TIMEOUT, "%s ran longer than --job-lifetime allows (%ld s) and was ended",
			   j->req.argv.v[0], j->s->conf->job_lifetime);
		return true;
	case COMPILE_CLIENT_GONE:
		job_give_up(j, CLI_DISCONN, EXIT_GONE, "the client went away, its compiler was ended");
		return false;
	case COMPILE_STOPPED:
		job_give_up(j, OTHER, EXIT_GONE, "the daemon ends, the compiler was ended");
		return false;
	}
	return false;
}

/*
 * With signals deferred: the private directory holds what a signal handler could not remove.  False if nobody waits
 * for an answer.
 */
static bool
compile(struct job *j)
{
	int out_fd = open_capture(j, "stdout"), err_fd = open_capture(j, "stderr");
	enum compile_end end = COMPILE_NO_START;

	if (out_fd == -1 || err_fd == -1) {
		job_refuse(j, OTHER, EXIT_IO_ERROR, "cannot make files in %s: %s", tmp_dir(), strerror(errno));
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

bool
classic_serve(struct job *j)
{
	bool reply;

	judge(j);
	if (!read_source(j))
		return false;
	if (j->refused)
		return true;
	if (!wait_turn(j))
		return false;
	jobsig_defer();
	reply = compile(j);
	if (!jobsig_stopped())
		jobsig_resume();
	return reply;
}
