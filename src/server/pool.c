/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/pool.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/exitcode.h"
#include "base/log.h"
#include "base/tmp.h"
#include "base/util.h"
#include "server/announce.h"
#include "server/held.h"
#include "server/job.h"
#include "server/jobdir.h"
#include "server/jobmem.h"
#include "server/jobsig.h"
#include "server/kids.h"
#include "server/limits.h"
#include "server/manager.h"
#include "server/recent.h"
#include "server/report.h"
#include "server/stats_feed.h"
#include "server/stats_server.h"
#include "server/volunteer.h"

#define GRACE_MS 30000		/* for running jobs after a signal to stop */
#define KILL_MS 2000		/* for children to clean up after that */
#define PAUSE_MS 1000		/* after a failed fork or accept */
#define MEMORY_MS 500		/* until memory is looked at again */
#define SWEEP_MS 1000		/* after a child that died, for what it had started to die too */
#define YOUNG_MS 2000
#define ACCEPT_AT_ONCE 64

struct pool {
	struct server *s;
	struct listeners *l;
	const char *pid_file;
	struct kids kids;
	size_t max_kids, max_per_client;
	struct held held;
	struct stats_server *stats;	/* NULL: nobody asks */
	pid_t parent;		/* we, in a child */
	int signals;		/* signalfd */
	int64_t paused_until;	/* no fork, no accept before */
	bool troubled;		/* said so already */
	int64_t end_at;		/* --lifetime; 0: none */
	bool memory_short;
	int stopping;		/* signals to stop so far */
	int64_t stop_at;	/* what still runs then is told to end, or killed */
	bool told;
	int64_t sweep_at;	/* again; 0: no */
};

static void
signals_wanted(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGHUP);
	sigaddset(set, SIGCHLD);
}

void
pool_block_signals(void)
{
	sigset_t set;

	signals_wanted(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static void
trouble(struct pool *p, const char *what)
{
	if (!p->troubled)
		log_err("%s, trying again every second", what);
	p->troubled = true;
	p->paused_until = clock_ms() + PAUSE_MS;
}

/* In a child: let go what is the parent's, all but fd. */
static void
leave_parent(struct pool *p, int fd)
{
	listen_close(p->l);
	held_close(&p->held, fd);
	close(p->signals);
	stats_feed_leave();
	jobsig_init(false);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != p->parent)
		_exit(0);
}

/* The rest of a child's life. */
static void __attribute__((noreturn))
be_a_child(struct pool *p, const struct client *c, int ticket)
{
	struct peer peer;

	leave_parent(p, c->fd);
	limits_for_job(p->s->conf->nice);
	sock_keepalive(c->fd);
	peer_init(&peer, c->fd, c->fd, c->text);
	job_serve(p->s, &peer, ticket);
	_exit(0);
}

/* Fork a child for c.  False if that cannot be done now. */
static bool
start(struct pool *p, const struct client *c)
{
	int ticket;

	volunteer_renew(p->s, p->l);
	switch (kids_fork(&p->kids, c, &ticket)) {
	case 0:
		be_a_child(p, c, ticket);
	case -1:
		trouble(p, "cannot start a process for a job");
		return false;
	default:
		close(c->fd);
		if (p->troubled)
			log_notice("jobs can be started again");
		p->troubled = false;
		return true;
	}
}

static bool
may_start(const struct pool *p, const struct client *c)
{
	return p->kids.n < p->max_kids && kids_of(&p->kids, c->key) < p->max_per_client;
}

static void
start_held(struct pool *p)
{
	size_t i = 0;

	while (i < p->held.n && clock_ms() >= p->paused_until) {
		if (!may_start(p, &p->held.v[i]))
			i++;
		else if (start(p, &p->held.v[i]))
			held_remove(&p->held, i);
	}
}

static void
reject(const struct client *c)
{
	struct report r = {.client = c->text, .outcome = REJ_OVERLOAD, .ret = EXIT_BUSY};

	log_warnx("%s: this client has too many connections at once", c->text);
	report_log(&r);
	close(c->fd);
}

/* When not, connections stay in the backlog. */
static bool
accepting(const struct pool *p)
{
	return p->kids.n < p->max_kids && clock_ms() >= p->paused_until;
}

static void
accept_from(struct pool *p, int fd)
{
	enum listen_result result;
	struct client c;

	for (int i = 0; i < ACCEPT_AT_ONCE && accepting(p); i++) {
		result = listen_accept(fd, &p->s->clients, &c);
		if (result == LISTEN_CLIENT || result == LISTEN_DENIED)
			stats_server_accepted(p->stats, result == LISTEN_DENIED);
		switch (result) {
		case LISTEN_CLIENT:
			if (may_start(p, &c) && start(p, &c))
				break;
			if (!held_add(&p->held, &c))
				reject(&c);
			break;
		case LISTEN_DENIED:
			break;
		case LISTEN_TROUBLE:
			trouble(p, "cannot accept a connection");
			return;
		case LISTEN_NONE:
			return;
		}
	}
}

static long
available_mib(void)
{
	struct buf text = BUF_INIT;
	long mib = -1;

	if (buf_read_file(&text, "/proc/meminfo", 65536) == 0 && text.p != NULL)
		mib = admission_available(text.p);
	buf_free(&text);
	return mib;
}

static void
grant(struct pool *p)
{
	while (p->kids.queue.n > 0 && p->kids.running < p->s->jobs) {
		/* the first one may run in any case */
		long mib = p->kids.running > 0 ? available_mib() : -1;
		bool room = admission_room(p->s->jobs, p->kids.running, kids_young(&p->kids, YOUNG_MS), mib);

		if (!room && !p->memory_short)
			log_notice("%ld MiB of memory are available: no more than %ld jobs at once for now", mib, p->kids.running);
		p->memory_short = !room;
		if (!room || !kids_grant(&p->kids))
			return;
	}
}

/* A child that was killed or crashed: what it cannot do any more is done here. */
static void
clean_up_after(const struct kid *kid, int status)
{
	struct report r = {.client = kid->client.text, .outcome = OTHER, .status = status, .ret = EXIT_DISTCC_FAILED};

	log_errx("%s: the process of this job was ended by signal %d", kid->client.text, WTERMSIG(status));
	report_log(&r);
}

/* What children have left that died.  Their own children die a little later, and hold the directories until then. */
static void
sweep(struct pool *p, bool again)
{
	jobdir_sweep(tmp_dir());
	volunteer_sweep(p->s);
	p->sweep_at = again ? clock_ms() + SWEEP_MS : 0;
}

static void
reap(struct pool *p)
{
	bool crashed = false;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		struct kid *kid = kids_find(&p->kids, pid);

		/* else a compiler whose child has died: we are their reaper */
		if (kid == NULL) {
			if (!stats_server_ended(p->stats, pid))
				announce_ended(pid, status);
			continue;
		}
		kids_listen(&p->kids, kid);
		if (WIFSIGNALED(status)) {
			clean_up_after(kid, status);
			crashed = true;
		}
		kids_bury(&p->kids, kid);
	}
	if (crashed)
		sweep(p, true);
}

static void
tell_to_end(struct pool *p)
{
	kids_signal(&p->kids, p->told ? SIGKILL : SIGTERM);
	p->told = true;
	p->stop_at = clock_ms() + KILL_MS;
}

static void
stop(struct pool *p)
{
	if (p->stopping++ > 0) {
		tell_to_end(p);
		return;
	}
	announce_stop();
	listen_close(p->l);
	tmp_remove(p->pid_file);
	held_close(&p->held, -1);
	for (size_t i = 0; i < p->kids.n; i++) {
		if (p->kids.v[i].state == KID_READING)
			kill(p->kids.v[i].pid, SIGTERM);
	}
	p->stop_at = clock_ms() + GRACE_MS;
	manager_stopping();
	log_notice("ending; %ld jobs run and %zu wait", p->kids.running, p->kids.queue.n);
}

static void
hear_signals(struct pool *p)
{
	struct signalfd_siginfo info;

	while (read(p->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		switch (info.ssi_signo) {
		case SIGTERM:
		case SIGINT:
			stop(p);
			break;
		case SIGHUP:
			manager_reloading();
			server_reload(p->s);
			manager_ready("read the lists again");
			break;
		default:
			break;
		}
	}
	reap(p);
}

static int64_t
sooner(int64_t a, int64_t b)
{
	return a != 0 && (b == 0 || a < b) ? a : b;
}

/* Milliseconds until something is due without any event; -1: nothing is. */
static int
timeout(const struct pool *p)
{
	int64_t now = clock_ms(), at = 0;

	if (p->stopping)
		at = p->stop_at;
	else
		at = p->end_at;
	if (p->paused_until > now)
		at = sooner(p->paused_until, at);
	at = sooner(p->sweep_at, at);
	if (p->memory_short && p->kids.queue.n > 0)
		at = sooner(now + MEMORY_MS, at);
	if (at == 0)
		return -1;
	at -= now;
	return at < 0 ? 0 : at > INT_MAX ? INT_MAX : (int)at;
}

static void
check_time(struct pool *p)
{
	int64_t now = clock_ms();

	if (p->sweep_at != 0 && now >= p->sweep_at)
		sweep(p, false);
	if (p->stopping && now >= p->stop_at)
		tell_to_end(p);
	if (!p->stopping && p->end_at != 0 && now >= p->end_at) {
		log_notice("the time of --lifetime is over");
		stop(p);
	}
}

static void
leave_with_kids(void *pool)
{
	struct pool *p = pool;

	leave_parent(p, -1);
	kids_free(&p->kids);
}

static void
serve_stats(struct pool *p, const struct pollfd *f)
{
	stats_server_serve(p->stats, f, &(struct stats_asked){
		.l = p->l, .allowed = &p->s->clients, .dir = tmp_dir(), .leave = leave_with_kids, .arg = p,
		.now = {.max_jobs = p->s->jobs, .running = p->kids.running, .waiting = (long)p->kids.queue.n},
	});
}

/*
 * One round.  The descriptors are the signals, the children in the order of kids.v, the listeners, then the statistics;
 * what is done to one group must not change the order of another before its turn: children are only removed by
 * signals, which come last.
 */
static void
round_once(struct pool *p, struct pollfd **fds, size_t *cap)
{
	size_t kids = p->kids.n, n = 1 + kids + LISTEN_MAX + STATS_POLLED, asked;
	int listeners = accepting(p) ? p->l->n : 0;
	struct pollfd *f, *stats;

	if (n > *cap) {
		*cap = n * 2;
		*fds = xrealloc(*fds, *cap * sizeof(**fds));
	}
	f = *fds;
	f[0] = (struct pollfd){.fd = p->signals, .events = POLLIN};
	for (size_t i = 0; i < kids; i++)
		f[1 + i] = (struct pollfd){.fd = p->kids.v[i].fd, .events = POLLIN};
	for (int i = 0; i < listeners; i++)
		f[1 + kids + (size_t)i] = (struct pollfd){.fd = p->l->fd[i], .events = POLLIN};
	stats = f + 1 + kids + listeners;
	asked = stats_server_poll(p->stats, p->l, stats);
	if (poll(f, 1 + kids + (size_t)listeners + asked, timeout(p)) == -1)
		return;
	for (size_t i = 0; i < kids; i++) {
		if (f[1 + i].revents != 0)
			kids_listen(&p->kids, &p->kids.v[i]);
	}
	for (int i = 0; i < listeners; i++) {
		if (f[1 + kids + (size_t)i].revents != 0)
			accept_from(p, p->l->fd[i]);
	}
	serve_stats(p, stats);
	if (f[0].revents != 0)
		hear_signals(p);
	check_time(p);
	start_held(p);
	grant(p);
	stats_server_running(p->stats, p->kids.running);
}

static bool
init(struct pool *p)
{
	sigset_t set;
	long files;

	p->max_kids = (size_t)p->s->jobs * 4 + 64;
	files = limits_open_files((long)p->max_kids + HELD_MAX + LISTEN_MAX + 32);
	if (files < (long)p->max_kids + HELD_MAX + LISTEN_MAX + 32)
		p->max_kids = files > HELD_MAX + LISTEN_MAX + 64 ? (size_t)files - HELD_MAX - LISTEN_MAX - 32 : 32;
	p->max_per_client = p->max_kids / 4 * 3;
	if (p->s->conf->lifetime > 0)
		p->end_at = clock_ms() + p->s->conf->lifetime * 1000;
	/* Compilers of a child that is killed come to us, so their group's number stays theirs until we have killed it. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	signals_wanted(&set);
	jobmem_prepare();
	recent_prepare();
	if (p->l->n_stats > 0)
		p->stats = stats_server_new();
	p->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return p->signals != -1;
}

void
pool_run(struct server *s, struct listeners *l, const char *pid_file)
{
	struct pool *p = xcalloc(1, sizeof(*p));
	struct pollfd *fds = NULL;
	size_t cap = 0;

	*p = (struct pool){.s = s, .l = l, .pid_file = pid_file, .parent = getpid()};
	if (!init(p))
		log_fatal(EXIT_DISTCC_FAILED, "cannot receive signals");
	while (!p->stopping || p->kids.n > 0)
		round_once(p, &fds, &cap);
	close(p->signals);
	kids_free(&p->kids);
	free(p->stats);
	free(fds);
	free(p);
}
