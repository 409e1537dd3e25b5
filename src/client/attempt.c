/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/attempt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/buf.h"
#include "base/exitcode.h"
#include "base/io.h"
#include "base/log.h"
#include "base/path.h"
#include "base/strv.h"
#include "base/util.h"
#include "client/dial.h"
#include "client/handover.h"
#include "client/remote.h"
#include "client/slots.h"
#include "client/state.h"
#include "compiler/gccversion.h"
#include "compiler/outputs.h"
#include "compiler/target.h"
#include "compiler/producer.h"

static void
end(struct attempt *at, enum attempt_end how, char *why)
{
	at->end = how;
	free(at->why);
	at->why = why;
}

static void
end_fault(struct attempt *at, int exit_code, char *why)
{
	end(at, ATTEMPT_FAULT, why);
	at->exit_code = exit_code;
}

static void
blocked(void *arg)
{
	(void)arg;
	state_phase(STATE_BLOCKED);
}

/* The name the preprocessor shall give the dependency file; NULL: none is wanted, or (false) it cannot be made. */
static bool
prepare_deps(struct job *job, const char **name)
{
	*name = NULL;
	if (!job->args->deps)
		return true;
	if (!output_open(&job->deps, job->args->dep_file, OUTPUT_OLD))
		return false;
	/* what must keep its inode is written at once, as by the compiler itself */
	*name = job->deps.through ? job->args->dep_file : job->deps.tmp;
	return true;
}

/* Take the text that ccache has had made already. */
static bool
take_handover(struct job *job)
{
	struct buf deps = BUF_INIT;
	bool taken = handover_take(job->args, &job->cpp, &deps);

	if (taken && job->args->deps &&
	    (job->deps.through || io_write_full(job->deps.fd, deps.p, deps.n, &IO_FOREVER) != IO_OK)) {
		cpp_free(&job->cpp);
		taken = false;
	}
	buf_free(&deps);
	if (taken)
		log_debug("the text is that of ccache's preprocessor run");
	return taken;
}

/* Run the preprocessor, connecting meanwhile.  False: at says why there is no text. */
static bool
preprocess(struct job *job, const struct hostspec *h, struct dial *d, struct attempt *at)
{
	enum cpp_mode mode = args_cpp_mode(job->args);
	const char *deps, *why = NULL;
	struct slot slot = SLOT_NONE;
	enum cpp_result result;

	if (!prepare_deps(job, &deps)) {
		end(at, ATTEMPT_STAYS, xasprintf("cannot write beside %s: %s", job->args->dep_file, strerror(errno)));
		return false;
	}
	if (take_handover(job)) {
		dial_start(d, h, job->conf);
		return job->have_text = true;
	}
	if (mode != CPP_NONE)
		slots_take_local(job->conf->lock_dir, QUEUE_CPP, job->cpp_slots, blocked, NULL, &slot);
	state_host("localhost", slot.number);
	state_phase(STATE_CPP);
	cpp_start(&job->cpp, job->args, job->cc, job->conf, mode, deps);
	/* after cpp_start: resolving a name takes time */
	dial_start(d, h, job->conf);
	result = cpp_finish(&job->cpp, job->args, &why);
	if (result == CPP_AGAIN) {
		log_debug("the text needs its macros expanded here");
		cpp_start(&job->cpp, job->args, job->cc, job->conf, CPP_FULL, deps);
		result = cpp_finish(&job->cpp, job->args, &why);
	}
	slots_release(&slot);
	job->have_text = result == CPP_TEXT;
	if (!job->have_text)
		end(at, ATTEMPT_STAYS, xstrdup(why));
	return job->have_text;
}

static void
end_broken(struct attempt *at, const struct remote *r, const struct dial *d, enum wire_err err)
{
	char *why = remote_explain(r, err), *ssh = dial_ssh_message(d);

	if (ssh != NULL) {
		end_fault(at, remote_exit_code(err), xasprintf("%s (%s)", why, ssh));
		free(why);
		free(ssh);
	} else {
		end_fault(at, remote_exit_code(err), why);
	}
}

/* The object is complete in out: what is left to do to it, and into place with it and the dependency file. */
static void
install(struct job *job, struct output *out, struct attempt *at)
{
	const struct args *a = job->args;

	/* our -fdirectives-only is none of the user's options */
	if (job->cpp.mode == CPP_DIRECTIVES && a->debug && producer_clean(out->fd) == -1)
		end(at, ATTEMPT_STAYS, xasprintf("cannot rewrite the object: %s", strerror(errno)));
	else if (a->deps && !job->deps.through && !output_commit(&job->deps))
		end(at, ATTEMPT_STAYS, xasprintf("cannot write %s: %s", a->dep_file, strerror(errno)));
	else if (!output_commit(out))
		end(at, ATTEMPT_STAYS, xasprintf("cannot write %s: %s", a->output, strerror(errno)));
	else
		end(at, ATTEMPT_DONE, NULL);
}

/* A compiler over there that is not ours: the reply becomes one of a volunteer that lacks it.  Takes what. */
static bool
refuse_compiler(struct reply *r, char *what)
{
	buf_free(&r->err);
	buf_adds(&r->err, what);
	r->status = EXIT_COMPILER_MISSING << 8;
	free(what);
	return false;
}

/* clang compiles for what this says, whatever its name. */
static bool
names_target(const struct args *a)
{
	for (size_t i = 1; i < a->argv.n; i++) {
		if (starts_with(a->argv.v[i], "--target") || streq(a->argv.v[i], "-target"))
			return true;
	}
	return false;
}

/* Another version of gcc makes another object, and one for another processor is of no use at all. */
static bool
is_our_compiler(const struct job *job, const struct output *out, struct reply *r)
{
	const char *ours = job->cpp.gcc_version;
	uint16_t made_for = target_of_object(out->fd);
	char *theirs, *what;

	if (!names_target(job->args) && !target_fits(job->cpp.target, job->wire_name, made_for))
		return refuse_compiler(r, xasprintf("its %s compiles for %s\n", job->wire_name, target_name(made_for)));
	if (ours == NULL || job->args->asm_out || gccversion_object_matches(out->fd, ours, &theirs))
		return true;
	what = xasprintf("its %s is %s, here it is %s\n", job->wire_name, theirs, ours);
	free(theirs);
	return refuse_compiler(r, what);
}

static void
receive_object(struct job *job, struct remote *r, const struct dial *d, struct attempt *at)
{
	struct output out = OUTPUT_NONE;
	enum wire_err err;

	if (!output_open(&out, job->args->output, outputs_replaces(job->args, job->args->output, true) ? OUTPUT_NEW : OUTPUT_OLD)) {
		end(at, ATTEMPT_STAYS, xasprintf("cannot write beside %s: %s", job->args->output, strerror(errno)));
		output_drop(&out);
		return;
	}
	err = remote_result(r, out.fd);
	if (err == WIRE_FILE)
		end(at, ATTEMPT_STAYS, xasprintf("cannot write %s: %s", job->args->output, strerror(r->saved_errno)));
	else if (err != WIRE_OK)
		end_broken(at, r, d, err);
	else if (!is_our_compiler(job, &out, &r->reply))
		end(at, ATTEMPT_REFUSED, NULL);
	else if ((r->reply.err.n > 0 || r->reply.out.n > 0) && !job->messages_final)
		end(at, ATTEMPT_MESSAGES, NULL);
	else
		install(job, &out, at);
	output_drop(&out);
}

/* Daemons say what hinders them by exit codes of this range; compilers do not use it. */
static bool
is_refusal(int status)
{
	return WIFEXITED(status) && WEXITSTATUS(status) >= EXIT_DISTCC_FAILED && WEXITSTATUS(status) <= 120;
}

static void
receive_failure(struct remote *r, const struct dial *d, struct attempt *at)
{
	enum wire_err err = remote_result(r, -1);

	if (err != WIRE_OK)
		end_broken(at, r, d, err);
	else
		end(at, is_refusal(r->reply.status) ? ATTEMPT_REFUSED : ATTEMPT_FAILED, NULL);
}

static void
remote_argv(const struct job *job, struct strv *argv)
{
	char *cwd = path_cwd(), *text;

	args_remote_command(job->sent, job->cpp.mode, job->wire_name, cwd != NULL ? cwd : ".", argv);
	free(cwd);
	if (log_enabled(LOG_LVL_DEBUG)) {
		text = strv_join(argv->v);
		log_debug("to be run there: %s", text);
		free(text);
	}
}

static void
exchange(struct job *job, const struct hostspec *h, const struct dial *d, struct attempt *at)
{
	struct remote r = {
		.fd = d->fd,
		.version = h->lzo ? PROTO_LZO : PROTO_PLAIN,
		.cork = job->conf->cork,
		.limit = conf_io_limit(job->conf),
	};
	uint64_t sent = bulk_bytes_sent, received = bulk_bytes_received;
	struct strv argv = STRV_INIT;
	enum wire_err err;

	remote_argv(job, &argv);
	err = remote_compile(&r, argv.v, job->cpp.fd, job->cpp.text, job->cpp.size);
	if (err != WIRE_OK)
		end_broken(at, &r, d, err);
	else if (r.reply.status == 0)
		receive_object(job, &r, d, at);
	else
		receive_failure(&r, d, at);
	strv_free(&argv);
	at->reply = r.reply;
	at->sent = bulk_bytes_sent - sent;
	at->received = bulk_bytes_received - received;
	at->send_ms = r.send_ms;
	at->wait_ms = r.wait_ms;
}

void
attempt_run(struct job *job, const struct hostspec *h, int slot, struct attempt *at)
{
	struct dial d = DIAL_NONE;
	char *label = hostspec_label(h);

	*at = (struct attempt){.end = ATTEMPT_FAULT};
	if (job->have_text)
		dial_start(&d, h, job->conf);
	else if (!preprocess(job, h, &d, at))
		goto close;
	state_host(label, slot);
	state_phase(STATE_CONNECT);
	if (dial_finish(&d))
		exchange(job, h, &d, at);
	else
		end_fault(at, EXIT_CONNECT_FAILED, xstrdup(d.why));
	if (at->end == ATTEMPT_FAULT)
		at->blame = dial_blame(&d);
close:
	dial_close(&d);
	free(label);
}

void
attempt_free(struct attempt *at)
{
	reply_free(&at->reply);
	free(at->why);
}

void
job_free(struct job *job)
{
	cpp_free(&job->cpp);
	output_drop(&job->deps);
}
