/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/build_part.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/exitcode.h"
#include "base/log.h"
#include "base/proc.h"
#include "base/util.h"
#include "client/capability.h"
#include "client/configured.h"
#include "client/journal.h"

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
note_refusal(struct build *b, struct pick *p, const char *host, struct attempt *at)
{
	char *why = last_line(&at->reply.err);

	build_report_failure(b, host, why);
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
		.why = b->replica.state == REPLICA_IMPOSSIBLE ? b->replica.why : "",
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
		build_print(&at->reply.out, &at->reply.err);
		return there;
	}
	/* the slot there is free while we compile here; the verdict about the host comes after that */
	slots_release(&p->slot);
	here = build_here(b, died ? "the compiler elsewhere was killed" : "the compile elsewhere failed", NULL);
	if (here == 0) {
		log_warnx("%s: the compile failed on %s (status %d) but not here; %s is not used for this compiler for a while",
			b->subject, host, there, host);
		build_note_trouble(b, host, "the compile failed there, but not here");
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
		build_print(&at->reply.out, &at->reply.err);
		*status = 0;
		return true;
	case ATTEMPT_STAYS:
		pick_untried(p);
		*status = build_here(b, at->why, NULL);
		return true;
	case ATTEMPT_MESSAGES:
		pick_worked(p);
		*status = build_here(b, "the compiler printed messages", NULL);
		return true;
	case ATTEMPT_FAILED:
		*status = after_failure(b, p, host, at);
		return true;
	case ATTEMPT_FAULT:
		build_note_fault(b, p, host, at->why, at->exit_code, at->blame);
		return false;
	case ATTEMPT_REFUSED:
		note_refusal(b, p, host, at);
		return false;
	}
	return false;
}

static bool
has_answered(const struct attempt *at)
{
	return at->end == ATTEMPT_DONE || at->end == ATTEMPT_MESSAGES || at->end == ATTEMPT_FAILED || at->end == ATTEMPT_REFUSED;
}

/* What is to be sent, once.  False: the job stays here, *why (the caller frees). */
static bool
configure(struct build *b, struct job *job, char **why)
{
	if (job->sent != NULL)
		return true;
	if (!configured_args(&b->replica, &b->configured, why))
		return false;
	job->sent = b->configured.argv.n > 0 ? &b->configured : b->args;
	return true;
}

bool
build_try_classic(struct build *b, struct pick *p, const char *host, const struct hostspec *h, struct job *job, int *status)
{
	int64_t began_ms = clock_ms();
	struct attempt at;
	char *why;
	bool ended;

	if (!configure(b, job, &why)) {
		pick_untried(p);
		*status = build_here(b, why, NULL);
		free(why);
		return true;
	}
	attempt_run(job, h, p->slot.number, &at);
	if (b->silent && has_answered(&at))
		capability_set_classic(b->conf->lock_dir, h);
	if (at.end == ATTEMPT_DONE)
		report_done(b, host, job, &at, began_ms);
	ended = follow_up(b, p, host, &at, status);
	attempt_free(&at);
	return ended;
}
