/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/build_part.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/exitcode.h"
#include "base/log.h"
#include "base/proc.h"
#include "client/capability.h"
#include "client/journal.h"

/*
 * The compiler there failed, and the place may be the cause, or it did what this command does not: what counts is what it
 * does here.
 */
static int
after_suspect(struct build *b, struct pick *p, const char *host, const struct hostspec *h, const struct replica_result *res)
{
	int there = proc_exit_code(res->status), here;

	if (there != 0 && (!b->conf->fallback || !b->conf->local_retry)) {
		pick_worked(p);
		build_print(&res->out, &res->err);
		return there;
	}
	log_info("%s: status %d on %s, which may be its fault: %s", b->subject, there, host, res->why);
	pick_worked(p);
	here = build_here(b, there != 0 ? "the compile elsewhere failed" : res->why, NULL);
	/* what it wrote here, too, is no nonsense of the host's but unknown to us */
	if (here == 0 && (res->stray == NULL || access(res->stray, F_OK) == -1)) {
		log_warnx("%s: the compile went wrong on %s (status %d: %s) but not here; for a minute %s gets this compiler's jobs in classic mode only",
			b->subject, host, there, res->why, host);
		build_note_trouble(b, host, res->why);
		capability_set_suspect(b->conf->lock_dir, h, &b->replica.tool.digest);
	}
	return here;
}

static enum build_next
follow_replica(struct build *b, struct pick *p, const char *host, const struct hostspec *h, struct replica_result *res, int *status)
{
	switch (res->end) {
	case REPLICA_DONE:
		b->was_replica = true;
		pick_worked(p);
		build_print(&res->out, &res->err);
		*status = proc_exit_code(res->status);
		return BUILD_ENDED;
	case REPLICA_HERE:
		pick_worked(p);
		*status = build_here(b, res->why, NULL);
		return BUILD_ENDED;
	case REPLICA_SUSPECT:
		*status = after_suspect(b, p, host, h, res);
		return BUILD_ENDED;
	case REPLICA_CLASSIC:
		b->silent = res->silent;
		if (res->told) {
			log_warnx("%s does no replica jobs for this compiler: %s", host, res->why);
			build_note_trouble(b, host, res->why);
		} else {
			log_info("%s: not in replica mode on %s: %s", b->subject, host, res->why);
		}
		return BUILD_CLASSIC;
	case REPLICA_ELSEWHERE:
		build_report_failure(b, host, res->why);
		b->failure_code = EXIT_BUSY;
		pick_skipped(p);
		return BUILD_NEXT_HOST;
	case REPLICA_FAULT:
		build_note_fault(b, p, host, res->why, res->exit_code, res->blame);
		return BUILD_NEXT_HOST;
	}
	return BUILD_NEXT_HOST;
}

enum build_next
build_try_replica(struct build *b, struct pick *p, const char *host, const struct hostspec *h, int *status)
{
	int64_t began_ms = clock_ms();
	struct replica_result res;
	const char *why;
	enum build_next next;

	/* the caches are not even opened for a stock daemon */
	if (!capability_host(b->conf->lock_dir, h, &why)) {
		log_debug("%s: not in replica mode on %s: %s", b->subject, host, why);
		return BUILD_CLASSIC;
	}
	if (!replica_identify(&b->replica))
		return BUILD_CLASSIC;
	if (!capability_replica(b->conf->lock_dir, h, &b->replica.tool.digest, &why)) {
		log_debug("%s: not in replica mode on %s: %s", b->subject, host, why);
		return BUILD_CLASSIC;
	}
	if (replica_prepare(&b->replica) != REPLICA_READY)
		return BUILD_CLASSIC;
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
