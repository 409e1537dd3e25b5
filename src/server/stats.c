/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/stats.h"

#include <string.h>

#include "base/util.h"

static const int windows[3] = {1, 5, 15};

void
stats_init(struct stats *s, int64_t now)
{
	*s = (struct stats){.began = now, .seen = now};
	for (size_t i = 0; i < STATS_SLOTS; i++)
		s->slot[i].number = -1;
}

void
stats_accepted(struct stats *s)
{
	s->accepted++;
}

static int64_t
slot_number(const struct stats *s, int64_t at)
{
	return at > s->began ? (at - s->began) / STATS_SLOT_MS : 0;
}

/* The place of that slot, emptied if it held an older one. */
static size_t
slot_at(struct stats *s, int64_t number)
{
	size_t at = (size_t)(number % STATS_SLOTS);

	if (s->slot[at].number != number) {
		s->slot[at].number = number;
		s->slot[at].compiles = 0;
		s->slot[at].busy_ms = 0;
	}
	return at;
}

void
stats_running(struct stats *s, int64_t now, long running)
{
	int64_t oldest = now - (int64_t)STATS_SLOTS * STATS_SLOT_MS;

	if (s->seen < oldest)
		s->seen = oldest;
	while (s->running > 0 && s->seen < now) {
		int64_t number = slot_number(s, s->seen), end = s->began + (number + 1) * STATS_SLOT_MS;

		if (end > now)
			end = now;
		s->slot[slot_at(s, number)].busy_ms += (end - s->seen) * s->running;
		s->seen = end;
	}
	if (s->seen < now)
		s->seen = now;
	s->running = running;
}

void
stats_ended(struct stats *s, int64_t now, const struct stats_job *job)
{
	if ((unsigned)job->outcome >= OUTCOMES)
		return;
	s->outcomes[job->outcome]++;
	if (job->outcome > COMPILE_TIMEOUT)
		return;
	s->replica += job->replica;
	s->known += job->known;
	s->slot[slot_at(s, slot_number(s, now))].compiles++;
	if (job->ms > s->longest.ms) {
		s->longest = *job;
		s->longest.compiler[STATS_NAME - 1] = s->longest.source[STATS_NAME - 1] = '\0';
	}
}

/* The first slot of a window that ends now. */
static int64_t
first_slot(const struct stats *s, int64_t now, int minutes)
{
	int64_t first = slot_number(s, now) - (int64_t)minutes * 60000 / STATS_SLOT_MS + 1;

	return first > 0 ? first : 0;
}

double
stats_average(const struct stats *s, int64_t now, int minutes)
{
	int64_t first = first_slot(s, now, minutes), last = slot_number(s, now), busy = 0;
	int64_t span = now - (s->began + first * STATS_SLOT_MS);

	for (size_t i = 0; i < STATS_SLOTS; i++) {
		if (s->slot[i].number >= first && s->slot[i].number <= last)
			busy += s->slot[i].busy_ms;
	}
	return span > 0 ? (double)busy / (double)span : 0;
}

uint64_t
stats_compiles(const struct stats *s, int64_t now, int minutes)
{
	int64_t first = first_slot(s, now, minutes), last = slot_number(s, now);
	uint64_t n = 0;

	for (size_t i = 0; i < STATS_SLOTS; i++) {
		if (s->slot[i].number >= first && s->slot[i].number <= last)
			n += s->slot[i].compiles;
	}
	return n;
}

static void
add_counters(const struct stats *s, struct buf *out)
{
	static const struct {
		const char *name;
		enum outcome outcome;
	} rows[] = {
		{"rej_bad_req", REJ_BAD_REQ},
		{"rej_overload", REJ_OVERLOAD},
		{"compile_ok", COMPILE_OK},
		{"compile_error", COMPILE_ERROR},
		{"compile_timeout", COMPILE_TIMEOUT},
		{"cli_disconnect", CLI_DISCONN},
		{"other", OTHER},
	};

	buf_addf(out, "dcc_tcp_accept %llu\n", (unsigned long long)s->accepted);
	for (size_t i = 0; i < countof(rows); i++)
		buf_addf(out, "dcc_%s %llu\n", rows[i].name, (unsigned long long)s->outcomes[rows[i].outcome]);
	buf_addf(out, "dcc_longest_job %s\ndcc_longest_job_compiler %s\ndcc_longest_job_time_msecs %lld\n",
		 *s->longest.source != '\0' ? s->longest.source : "none", *s->longest.compiler != '\0' ? s->longest.compiler : "none",
		 (long long)s->longest.ms);
}

void
stats_text(const struct stats *s, int64_t now, const struct stats_now *n, struct buf *out)
{
	buf_addf(out, "<distccstats>\n");
	add_counters(s, out);
	buf_addf(out, "dcc_max_kids %ld\n", n->max_jobs);
	for (size_t i = 0; i < countof(windows); i++)
		buf_addf(out, "dcc_avg_kids%zu %.2f\n", i + 1, stats_average(s, now, windows[i]));
	buf_addf(out, "dcc_current_load %ld\n", n->run_queue);
	for (size_t i = 0; i < countof(windows); i++)
		buf_addf(out, "dcc_load%zu %.2f\n", i + 1, n->load[i]);
	for (size_t i = 0; i < countof(windows); i++)
		buf_addf(out, "dcc_num_compiles%zu %llu\n", i + 1, (unsigned long long)stats_compiles(s, now, windows[i]));
	buf_addf(out, "dcc_num_procstate_D %ld\ndcc_max_RSS %ld\ndcc_max_RSS_name (%s)\ndcc_io_rate %ld\ndcc_free_space %ld MB\n",
		 n->blocked, n->max_rss_kib, n->max_rss_name, n->io_kib_s, n->free_mib);
	buf_addf(out, "dcc_running %ld\ndcc_waiting %ld\ndcc_compile_replica %llu\ndcc_compile_known %llu\ndcc_asked %llu\ndcc_uptime %lld\n", n->running, n->waiting,
		 (unsigned long long)s->replica, (unsigned long long)s->known, (unsigned long long)s->outcomes[ASKED],
		 (long long)(now - s->began) / 1000);
	buf_addf(out, "</distccstats>\n");
}
