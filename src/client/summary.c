/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/summary.h"

#include <stdlib.h>
#include <string.h>

#include "base/util.h"

#define MAX_REASONS 8	/* that are told one by one */
#define MAX_HOSTS 64

static struct summary_row *
row(struct summary_table *t, const char *name)
{
	for (size_t i = 0; i < t->n; i++)
		if (streq(t->v[i].name, name))
			return &t->v[i];
	t->v = xrealloc(t->v, (t->n + 1) * sizeof(t->v[0]));
	t->v[t->n] = (struct summary_row){.name = xstrdup(name)};
	return &t->v[t->n++];
}

static void
add_far(struct summary_row *r, const struct journal_entry *e)
{
	r->jobs++;
	r->far_ms += e->far_ms;
	r->sent += e->sent;
	r->received += e->received;
}

static void
add_fault(struct summary_row *r, const struct journal_entry *e)
{
	r->faults++;
	free(r->fault);
	r->fault = xstrdup(e->why);
}

void
summary_add(struct summary *s, const struct journal_entry *e)
{
	if (s->first_ms == 0 || e->end_ms < s->first_ms)
		s->first_ms = e->end_ms;
	if (e->end_ms > s->last_ms)
		s->last_ms = e->end_ms;
	switch (e->kind) {
	case JOURNAL_THERE:
		s->there++;
		s->far_ms += e->far_ms;
		add_far(row(&s->hosts, e->where), e);
		if (e->why[0] != '\0') {
			s->classic++;
			row(&s->classic_reasons, e->why)->jobs++;
		}
		break;
	case JOURNAL_HERE:
		s->here++;
		row(&s->reasons, e->why[0] != '\0' ? e->why : "no reason given")->jobs++;
		break;
	case JOURNAL_FAULT:
		s->faults++;
		add_fault(row(&s->hosts, e->where), e);
		break;
	}
}

void
summary_add_text(struct summary *s, char *text)
{
	struct journal_entry e;
	char *line;

	while (text != NULL) {
		line = strsep(&text, "\n");
		if (journal_parse(line, &e))
			summary_add(s, &e);
	}
}

static void
free_table(struct summary_table *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->v[i].name);
		free(t->v[i].fault);
	}
	free(t->v);
}

void
summary_free(struct summary *s)
{
	free_table(&s->hosts);
	free_table(&s->reasons);
	free_table(&s->classic_reasons);
	*s = (struct summary){0};
}

static int
by_jobs(const void *a, const void *b)
{
	const struct summary_row *x = a, *y = b;

	if (x->jobs != y->jobs)
		return x->jobs < y->jobs ? 1 : -1;
	return strcmp(x->name, y->name);
}

static void
sort(struct summary_table *t)
{
	if (t->n > 1)
		qsort(t->v, t->n, sizeof(t->v[0]), by_jobs);
}

static void
add_bytes(struct buf *out, uint64_t n)
{
	static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
	double x = (double)n;
	size_t unit = 0;

	for (; x >= 1024 && unit + 1 < countof(units); unit++)
		x /= 1024;
	buf_addf(out, unit == 0 ? "%.0f %s" : "%.1f %s", x, units[unit]);
}

static void
add_host(struct buf *out, const struct summary_row *r)
{
	buf_addf(out, "  %-20s %6zu job%s", r->name, r->jobs, r->jobs == 1 ? " " : "s");
	if (r->jobs > 0) {
		buf_addf(out, "  %8.1f s  sent ", (double)r->far_ms / 1000);
		add_bytes(out, r->sent);
		buf_adds(out, ", received ");
		add_bytes(out, r->received);
	}
	buf_adds(out, "\n");
	if (r->faults > 0)
		buf_addf(out, "  %-20s %6zu time%s in vain: %s\n", "", r->faults, r->faults == 1 ? "" : "s", r->fault);
}

/* What became of so many jobs: the reasons, the most frequent one first. */
static void
add_reasons(struct buf *out, struct summary_table *t, size_t jobs, const char *what)
{
	size_t told = 0;

	if (jobs == 0)
		return;
	sort(t);
	buf_addf(out, "  %s because:\n", what);
	for (size_t i = 0; i < t->n && i < MAX_REASONS; i++) {
		buf_addf(out, "    %6zu  %s\n", t->v[i].jobs, t->v[i].name);
		told += t->v[i].jobs;
	}
	if (told < jobs)
		buf_addf(out, "    %6zu  for %zu other reasons\n", jobs - told, t->n - MAX_REASONS);
}

void
summary_print(struct buf *out, struct summary *s)
{
	size_t jobs = s->there + s->here;

	if (jobs == 0)
		return;
	sort(&s->hosts);
	buf_addf(out, "%zu of %zu jobs distributed (%zu%%), %zu done here; about %.1f s of compiling saved\n", s->there, jobs,
		s->there * 100 / jobs, s->here, (double)s->far_ms / 1000);
	for (size_t i = 0; i < s->hosts.n && i < MAX_HOSTS; i++)
		add_host(out, &s->hosts.v[i]);
	add_reasons(out, &s->classic_reasons, s->classic, "preprocessed here (classic mode)");
	add_reasons(out, &s->reasons, s->here, "done here");
}
