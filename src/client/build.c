/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/build.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/exitcode.h"
#include "base/log.h"
#include "base/strv.h"
#include "base/util.h"
#include "client/build_part.h"
#include "client/capability.h"
#include "client/handover.h"
#include "client/local.h"
#include "client/state.h"
#include "client/why.h"

/* A job that meets nothing but broken hosts goes home after that many, or after so much time lost with them. */
#define MAX_FAILURES 8
#define MAX_LOST_MS 12000

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
		build_note_here(b, why, 0);
		return local_exec(b->cc, b->argv);
	}
	hostlist_load_words(&b->hosts, b->conf->dir);
	return build_here(b, why, NULL);
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
	*status = build_here(b, b->replica.why, NULL);
	return true;
}

static bool
try_host(struct build *b, struct pick *p, const struct hostspec *h, struct job *job, int *status)
{
	int64_t began_ms = clock_ms();
	char *host = hostspec_label(h);
	bool ended = false;

	log_debug("%s: trying %s, slot %d", b->subject, host, p->slot.number);
	b->silent = false;
	switch (build_try_replica(b, p, host, h, status)) {
	case BUILD_ENDED:
		ended = true;
		break;
	case BUILD_CLASSIC:
		if (b->args->why == ARGS_OK && !b->conf->verifying)
			ended = build_try_classic(b, p, host, h, job, status);
		else
			ended = leave_to_others(b, p, h, status);
		break;
	case BUILD_NEXT_HOST:
		break;
	}
	if (!ended)
		b->lost_ms += clock_ms() - began_ms;
	free(host);
	return ended;
}

/* Which hosts are left alone, and why: where that fails the job, else for DISTCC_VERBOSE=1. */
static void
tell_left_alone(const struct build *b, const struct backoff *backoff, bool fails)
{
	char *why, *host;

	if (!fails && !log_enabled(LOG_LVL_DEBUG))
		return;
	for (size_t i = 0; i < b->hosts.n; i++) {
		why = backoff_explain(backoff, &b->hosts.v[i]);
		if (why != NULL) {
			host = hostspec_label(&b->hosts.v[i]);
			if (fails)
				log_warnx("not used: %s: %s", host, why);
			else
				log_debug("not used: %s: %s", host, why);
			free(host);
		}
		free(why);
	}
}

/* No host is left. */
static int
give_up(const struct build *b, const struct backoff *backoff)
{
	/* in classic mode it was to be compiled here from the beginning */
	bool ours = b->args->why != ARGS_OK && b->failures == 0, fails = !b->conf->fallback && !ours;

	/* a host that this job found broken has been named */
	tell_left_alone(b, backoff, fails && b->failures == 0);
	if (fails) {
		log_errx("%s was not compiled: no host could be used, and DISTCC_FALLBACK=0 forbids to do it here", b->subject);
		return b->failures > 0 ? b->failure_code : EXIT_NO_HOSTS;
	}
	if (b->failures > 0)
		log_info("failed to distribute %s, running locally instead", b->subject);
	return build_here(b, b->failures > 0 ? "no other host could be used" : "no host can be used now", NULL);
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
			status = build_here(b, "this machine is in the host list", &p->slot);
			slots_release(&p->slot);
			return status;
		}
		if (try_host(b, p, h, job, &status))
			return status;
	}
	return give_up(b, &p->backoff);
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
	status = narrow_hosts(b, &p, &why) ? try_hosts(b, &p, &job) : build_here(b, why, NULL);
	free(why);
	pick_free(&p);
	job_free(&job);
	args_free(&b->configured);
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
		status = build_here(b, text, NULL);
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
	build_check_told(&b, status);
	replica_free(&b.replica);
	state_end();
	handover_discard();
	hostlist_free(&b.hosts);
	free(why);
	return status;
}
