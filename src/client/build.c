/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/exitcode.h"
#include "base/io.h"
#include "base/log.h"
#include "base/proc.h"
#include "base/strv.h"
#include "base/util.h"
#include "client/attempt.h"
#include "client/capability.h"
#include "client/handover.h"
#include "client/hostlist.h"
#include "client/journal.h"
#include "client/local.h"
#include "client/pick.h"
#include "client/replica.h"
#include "client/state.h"
#include "client/treesum.h"
#include "client/why.h"

/* A job that meets nothing but broken hosts goes home after that many, or after so much time lost with them. */
#define MAX_FAILURES 8
#define MAX_LOST_MS 12000

struct build {
	const struct conf *conf;
	const struct ccname *cc;
	const struct args *args;
	char *const *argv;
	const char *subject;
	int64_t began_ms;
	struct hostlist hosts;
	struct replica replica;
	bool was_replica;	/* the result is that of a volunteer's replica job */
	int failures;
	int64_t lost_ms;
	bool silent;		/* the host being tried has not answered in protocol 4, and never has */
	int failure_code;	/* of the last failure; with DISTCC_FALLBACK=0 it is ours */
};

static void
note_here(const struct build *b, const char *why, int64_t wall_ms)
{
	journal_add(b->conf->journal, &(struct journal_entry){
		.kind = JOURNAL_HERE, .where = "localhost", .wall_ms = wall_ms, .what = b->subject, .why = why,
	});
}

static int
run_here(const struct build *b, const char *why, const struct slot *held)
{
	int status;

	if (b->conf->verifying) {
		log_errx("%s was not compiled elsewhere: %s", b->subject, why);
		return EXIT_DISTCC_FAILED;
	}
	log_info("%s: local: %s", b->subject, why);
	status = local_run(b->conf, b->cc, b->argv, b->hosts.local_slots, held);
	note_here(b, why, clock_ms() - b->began_ms);
	return status;
}

/* Commands that do little: no slot and no process of ours is needed. */
static bool
is_light(const struct args *a)
{
	switch (a->why) {
	case ARGS_PREPROCESS:
	case ARGS_QUERY:
	case ARGS_NO_SOURCE:
	case ARGS_MISSING_ARGUMENT:
	case ARGS_CONFTEST:
		return true;
	case ARGS_NO_COMPILE:
		return a->argv.n <= 2;	/* "gcc -v" */
	default:
		return false;
	}
}

/* Nothing about hosts matters, but how many may run here at once does. */
static int
run_local_job(struct build *b, const char *why)
{
	if (is_light(b->args)) {
		log_info("%s: local: %s", b->subject, why);
		note_here(b, why, 0);
		return local_exec(b->cc, b->argv);
	}
	hostlist_load_words(&b->hosts, b->conf->dir);
	return run_here(b, why, NULL);
}

/* Messages of a compile elsewhere, when they are the final ones. */
static void
print_messages(const struct reply *r)
{
	if (r->out.n > 0)
		io_write_full(1, r->out.p, r->out.n, &IO_FOREVER);
	if (r->err.n > 0)
		io_write_full(2, r->err.p, r->err.n, &IO_FOREVER);
}

/* The last line of what a volunteer said, for a message of one line. */
static char *
last_line(const struct buf *text)
{
	const char *end, *begin;

	if (text->n == 0)
		return xstrdup("no reason given");
	end = text->p + text->n;
	while (end > text->p && (end[-1] == '\n' || end[-1] == '\r'))
		end--;
	for (begin = end; begin > text->p && begin[-1] != '\n'; begin--)
		;
	return xstrndup(begin, (size_t)(end - begin));
}

static void
note_trouble(const struct build *b, const char *host, const char *why)
{
	journal_add(b->conf->journal, &(struct journal_entry){
		.kind = JOURNAL_FAULT, .where = host, .wall_ms = clock_ms() - b->began_ms, .what = b->subject, .why = why,
	});
}

/* One line on stderr for a job, however many hosts fail it. */
static void
report_failure(struct build *b, const char *host, const char *why)
{
	note_trouble(b, host, why);
	if (b->failures++ == 0)
		log_warnx("%s could not be compiled on %s: %s", b->subject, host, why);
	else
		log_info("%s could not be compiled on %s: %s", b->subject, host, why);
}

static void
note_fault(struct build *b, struct pick *p, const char *host, const char *why, int exit_code, enum socks_blame blame)
{
	report_failure(b, host, why);
	b->failure_code = exit_code;
	if (blame == SOCKS_BLAME_NOBODY)
		pick_skipped(p);
	else
		pick_failed(p, blame == SOCKS_BLAME_PROXY ? BACKOFF_PROXY : BACKOFF_HOST);
}

static void
note_refusal(struct build *b, struct pick *p, const char *host, struct attempt *at)
{
	char *why = last_line(&at->reply.err);

	report_failure(b, host, why);
	free(why);
	b->failure_code = proc_exit_code(at->reply.status);
	/* what has too much to do now may have the compiler all the same */
	if (b->failure_code == EXIT_BUSY || b->failure_code == EXIT_TIMEOUT)
		pick_skipped(p);
	else
		pick_failed(p, BACKOFF_COMPILER);
}

static void
report_done(const struct build *b, const char *host, const struct job *job, const struct attempt *at, int64_t began_ms)
{
	log_info("%s: distributed to %s in %lld ms: sent=%llu received=%llu cpp_cpu_ms=%.1f cpp_ms=%lld send_ms=%lld wait_ms=%lld",
		b->subject, host, (long long)(clock_ms() - began_ms), (unsigned long long)at->sent,
		(unsigned long long)at->received, (double)job->cpp.cpu_us / 1000, (long long)job->cpp.wall_ms,
		(long long)at->send_ms, (long long)at->wait_ms);
	journal_add(b->conf->journal, &(struct journal_entry){
		.kind = JOURNAL_THERE, .where = host, .wall_ms = clock_ms() - b->began_ms, .far_ms = at->wait_ms,
		.near_ms = job->cpp.cpu_us / 1000, .sent = at->sent, .received = at->received, .what = b->subject,
	});
}

/* The compiler there failed: the result that counts is that of this machine, unless that is not wanted. */
static int
after_failure(const struct build *b, struct pick *p, const char *host, const struct attempt *at)
{
	int there = proc_exit_code(at->reply.status), here;
	bool died = there > 128;

	if (!b->conf->fallback || (!b->conf->local_retry && !died)) {
		pick_worked(p);
		log_info("%s: failed on %s with status %d", b->subject, host, there);
		print_messages(&at->reply);
		return there;
	}
	/* the slot there is free while we compile here; the verdict about the host comes after that */
	slots_release(&p->slot);
	here = run_here(b, died ? "the compiler elsewhere was killed" : "the compile elsewhere failed", NULL);
	if (here == 0) {
		log_warnx("%s: the compile failed on %s (status %d) but not here; %s is not used for this compiler for a while",
			b->subject, host, there, host);
		note_trouble(b, host, "the compile failed there, but not here");
		pick_failed(p, BACKOFF_COMPILER);
	} else {
		pick_worked(p);
	}
	return here;
}

/* What follows from one attempt.  True: the job has ended with *status. */
static bool
follow_up(struct build *b, struct pick *p, const char *host, struct attempt *at, int *status)
{
	switch (at->end) {
	case ATTEMPT_DONE:
		pick_worked(p);
		print_messages(&at->reply);
		*status = 0;
		return true;
	case ATTEMPT_STAYS:
		pick_untried(p);
		*status = run_here(b, at->why, NULL);
		return true;
	case ATTEMPT_MESSAGES:
		pick_worked(p);
		*status = run_here(b, "the compiler printed messages", NULL);
		return true;
	case ATTEMPT_FAILED:
		*status = after_failure(b, p, host, at);
		return true;
	case ATTEMPT_FAULT:
		note_fault(b, p, host, at->why, at->exit_code, at->blame);
		return false;
	case ATTEMPT_REFUSED:
		note_refusal(b, p, host, at);
		return false;
	}
	return false;
}

/* What follows from one try in replica mode. */
enum next { NEXT_ENDED, NEXT_CLASSIC, NEXT_HOST };

static void
print_result(const struct replica_result *res)
{
	io_write_full(1, res->out.p, res->out.n, &IO_FOREVER);
	io_write_full(2, res->err.p, res->err.n, &IO_FOREVER);
}

/* The compiler there failed, and the place may be the cause: what counts is what it does here. */
static int
after_suspect(struct build *b, struct pick *p, const char *host, const struct hostspec *h, const struct replica_result *res)
{
	int there = proc_exit_code(res->status), here;

	if (!b->conf->fallback || !b->conf->local_retry) {
		pick_worked(p);
		print_result(res);
		return there;
	}
	log_info("%s: failed on %s with status %d, which may be its fault: %s", b->subject, host, there, res->why);
	pick_worked(p);
	here = run_here(b, "the compile elsewhere failed", NULL);
	if (here == 0) {
		log_warnx("%s: the compile failed on %s (status %d: %s) but not here; for a minute %s gets this compiler's jobs in classic mode only",
			b->subject, host, there, res->why, host);
		note_trouble(b, host, res->why);
		capability_set_suspect(b->conf->lock_dir, h, &b->replica.tool.digest);
	}
	return here;
}

static enum next
follow_replica(struct build *b, struct pick *p, const char *host, const struct hostspec *h, struct replica_result *res, int *status)
{
	switch (res->end) {
	case REPLICA_DONE:
		b->was_replica = true;
		pick_worked(p);
		print_result(res);
		*status = proc_exit_code(res->status);
		return NEXT_ENDED;
	case REPLICA_HERE:
		pick_worked(p);
		*status = run_here(b, res->why, NULL);
		return NEXT_ENDED;
	case REPLICA_SUSPECT:
		*status = after_suspect(b, p, host, h, res);
		return NEXT_ENDED;
	case REPLICA_CLASSIC:
		b->silent = res->silent;
		if (res->told) {
			log_warnx("%s does no replica jobs for this compiler: %s", host, res->why);
			note_trouble(b, host, res->why);
		} else {
			log_info("%s: not in replica mode on %s: %s", b->subject, host, res->why);
		}
		return NEXT_CLASSIC;
	case REPLICA_ELSEWHERE:
		report_failure(b, host, res->why);
		b->failure_code = EXIT_BUSY;
		pick_skipped(p);
		return NEXT_HOST;
	case REPLICA_FAULT:
		note_fault(b, p, host, res->why, res->exit_code, res->blame);
		return NEXT_HOST;
	}
	return NEXT_HOST;
}

static enum next
try_replica(struct build *b, struct pick *p, const char *host, const struct hostspec *h, int *status)
{
	int64_t began_ms = clock_ms();
	struct replica_result res;
	const char *why;
	enum next next;

	/* the caches are not even opened for a stock daemon */
	if (!capability_host(b->conf->lock_dir, h, &why)) {
		log_debug("%s: not in replica mode on %s: %s", b->subject, host, why);
		return NEXT_CLASSIC;
	}
	if (!replica_identify(&b->replica))
		return NEXT_CLASSIC;
	if (!capability_replica(b->conf->lock_dir, h, &b->replica.tool.digest, &why)) {
		log_debug("%s: not in replica mode on %s: %s", b->subject, host, why);
		return NEXT_CLASSIC;
	}
	if (replica_prepare(&b->replica) != REPLICA_READY)
		return NEXT_CLASSIC;
	replica_run(&b->replica, h, p->slot.number, &res);
	if (res.end == REPLICA_DONE) {
		journal_add(b->conf->journal, &(struct journal_entry){
			.kind = JOURNAL_THERE, .where = host, .wall_ms = clock_ms() - b->began_ms, .far_ms = res.wait_ms,
			.sent = res.sent, .received = res.received, .what = b->subject,
		});
		log_info("%s: distributed to %s in %lld ms: mode=replica sent=%llu received=%llu files=%llu wait_ms=%lld", b->subject, host,
			(long long)(clock_ms() - began_ms), (unsigned long long)res.sent, (unsigned long long)res.received,
			(unsigned long long)res.wanted, (long long)res.wait_ms);
	}
	next = follow_replica(b, p, host, h, &res, status);
	replica_result_free(&res);
	return next;
}

/* This job is for replica mode alone, which this host does not do, or none can.  True: it has ended. */
static bool
leave_to_others(struct build *b, struct pick *p, const struct hostspec *h, int *status)
{
	/* nothing more will be heard of it */
	if (b->silent)
		capability_set_classic(b->conf->lock_dir, h);
	if (b->replica.state != REPLICA_IMPOSSIBLE) {
		pick_skipped(p);
		return false;
	}
	pick_untried(p);
	*status = run_here(b, b->replica.why, NULL);
	return true;
}

static bool
has_answered(const struct attempt *at)
{
	return at->end == ATTEMPT_DONE || at->end == ATTEMPT_MESSAGES || at->end == ATTEMPT_FAILED || at->end == ATTEMPT_REFUSED;
}

static bool
try_classic(struct build *b, struct pick *p, const char *host, const struct hostspec *h, struct job *job, int *status)
{
	int64_t began_ms = clock_ms();
	struct attempt at;
	bool ended;

	attempt_run(job, h, p->slot.number, &at);
	if (b->silent && has_answered(&at))
		capability_set_classic(b->conf->lock_dir, h);
	if (at.end == ATTEMPT_DONE)
		report_done(b, host, job, &at, began_ms);
	ended = follow_up(b, p, host, &at, status);
	attempt_free(&at);
	return ended;
}

static bool
try_host(struct build *b, struct pick *p, const struct hostspec *h, struct job *job, int *status)
{
	int64_t began_ms = clock_ms();
	char *host = hostspec_label(h);
	bool ended = false;

	log_debug("%s: trying %s, slot %d", b->subject, host, p->slot.number);
	b->silent = false;
	switch (try_replica(b, p, host, h, status)) {
	case NEXT_ENDED:
		ended = true;
		break;
	case NEXT_CLASSIC:
		if (b->args->why == ARGS_OK && !b->conf->verifying)
			ended = try_classic(b, p, host, h, job, status);
		else
			ended = leave_to_others(b, p, h, status);
		break;
	case NEXT_HOST:
		break;
	}
	if (!ended)
		b->lost_ms += clock_ms() - began_ms;
	free(host);
	return ended;
}

/* No host is left. */
static int
give_up(const struct build *b)
{
	/* in classic mode it was to be compiled here from the beginning */
	bool ours = b->args->why != ARGS_OK && b->failures == 0;

	if (!b->conf->fallback && !ours) {
		log_errx("%s was not compiled: no host could be used, and DISTCC_FALLBACK=0 forbids to do it here", b->subject);
		return b->failures > 0 ? b->failure_code : EXIT_NO_HOSTS;
	}
	if (b->failures > 0)
		log_info("failed to distribute %s, running locally instead", b->subject);
	return run_here(b, b->failures > 0 ? "no other host could be used" : "no host can be used now", NULL);
}

static int
try_hosts(struct build *b, struct pick *p, struct job *job)
{
	const struct hostspec *h;
	int status;

	while (b->failures < MAX_FAILURES && b->lost_ms < MAX_LOST_MS) {
		h = pick_host(p);
		if (h == NULL)
			break;
		if (h->kind == HOST_LOCAL) {
			status = run_here(b, "this machine is in the host list", &p->slot);
			slots_release(&p->slot);
			return status;
		}
		if (try_host(b, p, h, job, &status))
			return status;
	}
	return give_up(b);
}

/* A job for replica mode alone leaves aside the hosts that are known not to do it.  False: none is left (*why, the caller frees). */
static bool
narrow_hosts(struct build *b, struct pick *p, char **why)
{
	const char *host_why;
	bool left = false;

	if (b->args->why == ARGS_OK && !b->conf->verifying)
		return true;
	if (!replica_identify(&b->replica)) {
		*why = xstrdup(b->replica.why);
		return false;
	}
	for (size_t i = 0; i < b->hosts.n; i++) {
		const struct hostspec *h = &b->hosts.v[i];

		if (h->kind != HOST_TCP && h->kind != HOST_SSH)
			continue;
		if (capability_replica(b->conf->lock_dir, h, &b->replica.tool.digest, &host_why))
			left = true;
		else
			p->tried[i] = true;
	}
	if (!left)
		*why = args_explain(b->args);
	return left;
}

/* The inputs of the job that has just ended; a replica job has made sure that they stayed the same. */
static bool
digest_inputs(struct build *b, struct digest *out)
{
	struct replica again;
	bool known = true;

	if (b->was_replica) {
		treesum_files(&b->replica, out);
		return true;
	}
	replica_init(&again, b->conf, b->cc, b->args, b->argv);
	known = replica_describe(&again);
	if (known)
		treesum_files(&again, out);
	replica_free(&again);
	return known;
}

/*
 * ccache will keep the object for the inputs that distcc-cpp has told it.  If one has changed since, the object goes away: then ccache
 * keeps nothing, and calls us once more.
 */
static void
check_told_inputs(struct build *b, int status)
{
	struct digest told, used;

	if (status != 0 || !handover_take_files(&told) || (digest_inputs(b, &used) && digest_cmp(&told, &used) == 0))
		return;
	log_info("%s: its inputs have changed since ccache looked at them; the object is not for its cache", b->subject);
	unlink(b->args->output);
}

static int
distribute(struct build *b)
{
	char *wire_name = ccname_wire(b->cc, b->conf->rewrite_name, getenv("PATH"));
	struct backoff backoff = {b->conf->lock_dir, b->conf->backoff_s, wire_name, b->conf->proxy};
	struct job job = {
		.conf = b->conf,
		.cc = b->cc,
		.args = b->args,
		.wire_name = wire_name,
		.cpp_slots = b->hosts.local_cpp_slots,
		.messages_final = !b->conf->fallback || !b->conf->local_retry,
		.cpp = CPP_NOTHING,
		.deps = OUTPUT_NONE,
	};
	struct pick p;
	char *why = NULL;
	int status;

	replica_init(&b->replica, b->conf, b->cc, b->args, b->argv);
	b->replica.fresh = b->conf->verifying;
	pick_init(&p, &b->hosts, &backoff);
	/* nobody remembers broken hosts then; and Portage has turned distcc off when it could not make the directory */
	p.needs_locks = b->conf->portage;
	status = narrow_hosts(b, &p, &why) ? try_hosts(b, &p, &job) : run_here(b, why, NULL);
	free(why);
	pick_free(&p);
	job_free(&job);
	free(wire_name);
	return status;
}

/* A host list that cannot be used is said once, and does not stop the build.  That nobody is on the network is no fault. */
static int
without_hosts(struct build *b, enum hostlist_err err)
{
	char *text = hostlist_explain(&b->hosts, err);
	int status;

	if (b->conf->fallback) {
		if (err == HOSTLIST_NOBODY && b->hosts.why_none == NULL)
			log_info("%s: %s; compiling locally", b->subject, text);
		else
			log_warnx("%s; compiling locally", text);
		status = run_here(b, text, NULL);
	} else {
		log_errx("%s", text);
		status = err == HOSTLIST_BAD || err == HOSTLIST_FILE ? EXIT_BAD_HOSTSPEC : EXIT_NO_HOSTS;
	}
	free(text);
	return status;
}

/* What the command is, for DISTCC_VERBOSE=1. */
static void
tell_verdict(const struct build *b, const char *why)
{
	char *text;

	if (!log_enabled(LOG_LVL_DEBUG))
		return;
	text = strv_join(b->argv);
	log_debug("command: %s", text);
	free(text);
	if (why == NULL)
		log_debug("%s: may travel; output %s%s%s", b->subject, b->args->output, b->args->deps ? ", dependencies " : "",
			b->args->deps ? b->args->dep_file : "");
}

int
build_run(const struct conf *conf, const struct ccname *cc, const struct args *a, char *const *argv)
{
	struct build b = {.conf = conf, .cc = cc, .args = a, .argv = argv, .subject = why_subject(a), .began_ms = clock_ms()};
	char *why = why_local(a);
	enum hostlist_err err;
	int status;

	tell_verdict(&b, why);
	state_begin(conf->state_dir, a->source);
	if (why != NULL) {
		status = run_local_job(&b, why);
	} else {
		err = hostlist_load(&b.hosts, conf->dir);
		if (err == HOSTLIST_OK && b.hosts.why_none != NULL)
			log_info("%s: +zeroconf cannot find any host: %s", b.subject, b.hosts.why_none);
		status = err == HOSTLIST_OK ? distribute(&b) : without_hosts(&b, err);
	}
	check_told_inputs(&b, status);
	replica_free(&b.replica);
	state_end();
	handover_discard();
	hostlist_free(&b.hosts);
	free(why);
	return status;
}
